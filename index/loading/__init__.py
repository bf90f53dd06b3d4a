"""Files, folders and records -> articles. What can't be read is skipped with its reason, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from index.loading.drafts import Draft, article_from
from index.loading.finding import Found, found_files
from index.loading.formats import Format, UnusableFile, format_of
from index.loading.json_lines import draft_of, read_json_document, read_json_lines
from index.loading.sidecar import Sidecars
from index.loading.text_file import read_text_file
from index.loading.web_page import read_web_page
from index.metadata import Metadata
from index.types import Article, Skipped

__all__ = ["load", "load_records", "sources"]


def load(paths: Iterable[Path]) -> Iterator[Article | Skipped]:
    """Yield the articles of files and folders, in order of `paths`, folders recursively and sorted by name.

    All paths are looked up before the first article is read; files are read one by one, JSON lines line by line.
    In folders, hidden files and those of unknown suffix are passed over; named one by one they are `Skipped`.

    :raises ArticleError: if one of `paths` doesn't exist.
    """
    return _articles(found_files(paths))


def load_records(records: Iterable[object]) -> Iterator[Article | Skipped]:
    """Yield the articles of records as JSON lines have them; no file is opened."""
    for number, record in enumerate(records, start=1):
        try:
            yield article_from(draft_of(record, f"record {number}"), path=None, sidecar=Metadata())
        except UnusableFile as exc:
            yield Skipped(f"record {number}", str(exc))


def sources(paths: Iterable[Path]) -> list[Path]:
    """Return the files that `load` will read, in its order; cheap, nothing is opened.

    :raises ArticleError: if one of `paths` doesn't exist.
    """
    return [item.path for item in found_files(paths) if isinstance(item, Found)]


def _articles(items: Iterable[Found | Skipped]) -> Iterator[Article | Skipped]:
    sidecars = Sidecars()
    for item in items:
        if isinstance(item, Skipped):
            yield item
            continue
        given, problems = sidecars.about(item)
        yield from problems
        for draft in _drafts(item.path):
            yield draft if isinstance(draft, Skipped) else article_from(draft, path=item.path, sidecar=given)


def _drafts(path: Path) -> Iterator[Draft | Skipped]:
    try:
        match format_of(path):
            case Format.JSON_LINES:
                yield from read_json_lines(path)
            case Format.JSON:
                yield from read_json_document(path)
            case Format.WEB_PAGE:
                yield read_web_page(path)
            case Format.TEXT:
                yield read_text_file(path)
    except UnusableFile as exc:
        yield Skipped(path.as_posix(), str(exc))
    except OSError as exc:
        yield Skipped(path.as_posix(), f"can't be read: {exc.strerror or exc}")
