"""Dateline beside others, on the same articles, questions and weights: `python -m eval.bench.peers`.

Each system runs in a process of its own (`worker`), if need be in an interpreter of its own: peak memory and start are
its own, and no two of them have to agree on a version of anything.
"""
