"""Every error that the index raises on purpose. The message says what happened, the value, and what to do next.

DatelineError
  + ArticleError      a path given to be added can't be used at all
  + IndexMissing      there is no index where one was to be opened
  + IndexMismatch     the index was built by another embedder or another version of this tool
  + IndexDamaged      the catalog can't be read
  + StorageError      the disk refuses: full, read-only, locked by another writer
  + UnknownArticle    no article, or more than one, answers to that id
  + ModelError        a model's files are missing, altered or of the wrong kind
  (qa.errors adds ConfigError, QuestionError, DatasetError, OutputError)
"""

from __future__ import annotations


class DatelineError(Exception):
    """Base of all deliberate errors; the command line prints its message and nothing more."""


class ArticleError(DatelineError):
    """A path given to be added does not exist, can't be read, or holds no article."""


class IndexMissing(DatelineError):
    """There is no index at that path."""


class IndexMismatch(DatelineError):
    """The index was built by another embedder, or in another version of the format."""


class IndexDamaged(DatelineError):
    """The catalog, the source of truth, can't be read."""


class StorageError(DatelineError):
    """The disk refuses to write or read: full, read-only, or locked by another process."""


class UnknownArticle(DatelineError):
    """No article, or more than one, answers to that id or path."""


class ModelError(DatelineError):
    """A model's files are missing, altered, or not of the kind that was asked for."""
