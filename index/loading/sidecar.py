"""`metadata.jsonl` in a folder: what its owner says about the files, which wins over all that is detected.

Lines are `{"path", "title"?, "source"?, "url"?, "published"?, "published_inferred"?}`, `path` relative to the folder.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from index.loading.finding import SIDECAR_NAME, Found
from index.loading.formats import UnusableFile
from index.loading.json_lines import numbered_lines, parsed, text_of
from index.metadata import Metadata, combined, parse_date
from index.types import Skipped


@dataclass(slots=True)
class Sidecars:
    """The sidecars of the folders met so far; each is read once."""

    _read: dict[Path, Mapping[str, Metadata]] = field(default_factory=dict)

    def about(self, found: Found) -> tuple[Metadata, Sequence[Skipped]]:
        """Return what sidecars say about a file, the nearest first, and what is wrong with those not met before."""
        layers: list[Metadata] = []
        problems: list[Skipped] = []
        for folder in _folders(found):
            if folder not in self._read:
                self._read[folder], wrong = _entries(folder)
                problems += wrong
            layers.append(self._read[folder].get(_key(found.path.relative_to(folder)), Metadata()))
        return combined(*layers), problems


def _folders(found: Found) -> list[Path]:
    """Return the folders from the file's own up to the one that was given."""
    parents = list(found.path.parents)
    return parents[: parents.index(found.folder) + 1]


def _entries(folder: Path) -> tuple[dict[str, Metadata], list[Skipped]]:
    path = folder / SIDECAR_NAME
    entries: dict[str, Metadata] = {}
    problems: list[Skipped] = []
    try:
        for number, line in numbered_lines(path) if path.is_file() else ():
            if line is None or not line.strip():
                continue
            try:
                key, entry = _entry(parsed(line), folder)
                entries[key] = entry
            except UnusableFile as exc:
                problems.append(Skipped(f"{path.as_posix()}:{number}", str(exc)))
    except UnusableFile as exc:
        problems.append(Skipped(path.as_posix(), str(exc)))
    except OSError as exc:
        problems.append(Skipped(path.as_posix(), f"can't be read: {exc.strerror or exc}"))
    return entries, problems


def _entry(record: object, folder: Path) -> tuple[str, Metadata]:
    if not isinstance(record, dict):
        raise UnusableFile(f"expected an object with 'path', found {type(record).__name__}")
    path = text_of(record, "path")
    if not path:
        raise UnusableFile("no 'path'")
    if not (folder / path).is_file():
        raise UnusableFile(f"there is no file '{path}' in this folder")
    stated = text_of(record, "published")
    published = parse_date(stated) if stated else None
    if record.get("published") is not None and not published:
        raise UnusableFile(f"'{record['published']}' is not a date such as 2021-01-20")
    return _key(PurePath(path)), Metadata.given(
        "sidecar",
        title=text_of(record, "title"),
        source=text_of(record, "source"),
        url=text_of(record, "url"),
        published=published,
        inferred=record.get("published_inferred") is True,
    )


def _key(path: PurePath) -> str:
    """Return the name under which an entry is found: macOS spells "é" in file names otherwise than editors do."""
    return unicodedata.normalize("NFC", PurePath(os.path.normpath(path)).as_posix())
