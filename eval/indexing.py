"""An index for the length of one measurement."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from index.types import Article, Skipped
from qa.assistant import open_library
from qa.config import Settings
from qa.progress import with_progress


@contextmanager
def temporary_index(articles: Sequence[Article | Skipped], settings: Settings, *, bulk: bool) -> Iterator[Settings]:
    """Index the articles in a folder that is gone afterwards; give the settings, with that folder as their index.

    :param bulk: embed as for thousands of articles, see `index.embedding.load_embedder`.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-eval-") as folder:
        indexed = replace(settings, index=folder)
        with open_library(indexed, create=True, bulk=bulk) as library:
            for _ in library.add(with_progress(articles, "Indexing", total=len(articles))):
                pass
        yield indexed
