"""Haystack behind hayhooks, for comparison: the folder that `hayhooks run --pipelines-dir` is given."""
