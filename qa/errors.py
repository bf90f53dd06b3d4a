"""The errors that answering adds to the tree in `index.errors`."""

from __future__ import annotations

from index.errors import DatelineError


class ConfigError(DatelineError):
    """A setting has a value that it can't have, or a settings file can't be read."""


class QuestionError(DatelineError):
    """A question is empty, or a line of a batch is not a question."""


class ConversationError(DatelineError):
    """A saved conversation can't be read or written."""


class DatasetError(DatelineError):
    """A question set or training file can't be read."""


class OutputError(DatelineError):
    """A file that is to hold a result can't be written, or has a name that no format goes with."""
