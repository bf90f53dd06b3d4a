"""The pipeline at /reader/run."""
