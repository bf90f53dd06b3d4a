"""Where articles, chunks and vectors are kept: `embedded.py` is the default, one folder on this machine."""
