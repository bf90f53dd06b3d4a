"""The errors that answering adds to the tree in `index.errors`."""

from __future__ import annotations

from index.errors import DatelineError


class DatasetError(DatelineError):
    """A question set or training file can't be read."""
