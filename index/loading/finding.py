"""Paths as the user gives them -> the files to read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ArticleError
from index.types import Skipped

SIDECAR_NAME = "metadata.jsonl"
_SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".ndjson"})
_COMPRESSED = (".jsonl.gz", ".ndjson.gz")
# What a folder says of itself is no article; named one by one, such a file is read like any other.
_ABOUT_THE_FOLDER = frozenset({"readme", "license", "licence", "changelog"})
_KINDS = ".txt, .md, .html, .json, .jsonl, .jsonl.gz"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read; `folder` is the one that was given, or the file's own where the file itself was given."""

    path: Path
    folder: Path


def found_files(paths: Iterable[Path]) -> list[Found | Skipped]:
    """Return the files behind `paths`, each once, and what can't be used though it was named.

    :raises ArticleError: if one of `paths` doesn't exist.
    """
    items: list[Found | Skipped] = []
    seen: set[str] = set()
    for path in map(Path, paths):
        for item in _within(path) if _is_folder(path) else [_named(path)]:
            if isinstance(item, Found):
                real = os.path.realpath(item.path)
                if real in seen:
                    continue
                seen.add(real)
            items.append(item)
    return items


def _is_folder(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError as exc:
        raise ArticleError(f"No file or folder at '{path}'. Give files ({_KINDS}) or folders that hold some.") from exc
    except OSError as exc:
        raise ArticleError(
            f"'{path}' can't be read: {exc.strerror or exc}. Check the path and its permissions."
        ) from exc
    return path.is_dir()


def _named(path: Path) -> Found | Skipped:
    if path.name.startswith("."):
        return Skipped(path.as_posix(), "a hidden file")
    if not path.is_file():
        return Skipped(path.as_posix(), "not a regular file")
    if path.suffix and not _is_readable_kind(path.name):
        return Skipped(path.as_posix(), f"unknown kind of file '{path.suffix}'; known are {_KINDS}")
    return Found(path, path.parent)


def _within(folder: Path) -> Iterator[Found | Skipped]:
    problems: list[Skipped] = []

    def note(exc: OSError) -> None:
        problems.append(Skipped(Path(exc.filename).as_posix(), f"can't be read: {exc.strerror or exc}"))

    n_found = 0
    entered: set[str] = set()
    for root, folders, names in os.walk(folder, followlinks=True, onerror=note):
        real = os.path.realpath(root)
        if real in entered:  # a symbolic link back to a folder already read
            folders.clear()
            continue
        entered.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root) / name
            if _may_be_article(name) and path.is_file():
                n_found += 1
                yield Found(path, folder)
    yield from problems
    if not n_found and not problems:
        yield Skipped(folder.as_posix(), f"the folder holds no file of a known kind ({_KINDS})")


def _may_be_article(name: str) -> bool:
    is_about_folder = name == SIDECAR_NAME or name.split(".")[0].lower() in _ABOUT_THE_FOLDER
    return not name.startswith(".") and not is_about_folder and _is_readable_kind(name)


def _is_readable_kind(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in _SUFFIXES or name.lower().endswith(_COMPRESSED)
