"""Helps people write gold sets: what to ask, how to mark the answer, and whether a set is sound."""
