"""JSON: one article a line, or a document that is one article or a list of them.

An article is `{"id"?, "text", "title"?, "source"?, "url"?, "published" or "date"?}`.
"""

from __future__ import annotations

import codecs
import gzip
import json
import logging
import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import IO

from index.loading.drafts import Draft
from index.loading.formats import GZIP_MAGIC, MAX_BYTES, UnusableFile
from index.metadata import Metadata, parse_date
from index.types import Skipped

logger = logging.getLogger(__name__)


def read_json_lines(path: Path) -> Iterator[Draft | Skipped]:
    """Yield the articles of a file of JSON lines, gzipped or not, one at a time; a bad line is `Skipped`."""
    for number, line in numbered_lines(path):
        where = f"{path.as_posix()}:{number}"
        if line is None:
            yield Skipped(where, f"the line is longer than {MAX_BYTES // 1_000_000} MB")
        elif line.strip():
            try:
                yield draft_of(parsed(line), where)
            except UnusableFile as exc:
                yield Skipped(where, str(exc))


def read_json_document(path: Path) -> Iterator[Draft | Skipped]:
    """Yield the article of a JSON document, or each of a list."""
    document = parsed(path.read_bytes())
    records = document if isinstance(document, list) else [document]
    for i, record in enumerate(records, start=1):
        where = f"{path.as_posix()}#{i}" if len(records) > 1 else path.as_posix()
        try:
            yield draft_of(record, where)
        except UnusableFile as exc:
            yield Skipped(where, str(exc))


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """Yield the lines of a file, counted from 1, None for one that is too long to be an article.

    :raises UnusableFile: if the file is gzipped and damaged.
    """
    with path.open("rb") as file:
        is_gzip = file.read(2) == GZIP_MAGIC
    number = 0
    with gzip.open(path, "rb") if is_gzip else path.open("rb") as stream:
        try:
            while line := stream.readline(MAX_BYTES + 1):
                number += 1
                if len(line) > MAX_BYTES and not line.endswith(b"\n"):
                    _pass_over_line(stream)
                    yield number, None
                else:
                    yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
        except (EOFError, gzip.BadGzipFile, zlib.error) as exc:
            raise UnusableFile(f"damaged after line {number}: {exc}") from exc


def parsed(content: bytes) -> object:
    """Return the JSON value of `content`.

    :raises UnusableFile: if it is none.
    """
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise UnusableFile(f"not UTF-8: byte 0x{content[exc.start]:02x} at {exc.start}") from exc
    except (ValueError, RecursionError) as exc:
        raise UnusableFile(f"not JSON: {exc}") from exc


def text_of(record: Mapping[str, object], key: str) -> str | None:
    """Return a string of a record, None where it has none; numbers become strings.

    :raises UnusableFile: if it holds half of a surrogate pair, which no database takes.
    """
    value = record.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as exc:
        raise UnusableFile(f"'{key}' holds a broken character at {exc.start}") from exc
    return value


_NO_IDS = frozenset({".", ".."})


def draft_of(record: object, where: str) -> Draft:
    """Return what the record of one article says.

    :raises UnusableFile: if it is none.
    """
    if not isinstance(record, dict):
        raise UnusableFile(f"not an article: expected an object with 'text', found {type(record).__name__}")
    text = text_of(record, "text") if isinstance(record.get("text"), str) else None
    if text is None:
        raise UnusableFile("no 'text', or a blank one")
    given = Metadata.given(
        "metadata",
        title=text_of(record, "title"),
        source=text_of(record, "source"),
        url=text_of(record, "url"),
        published=_published(record, where),
    )
    article_id = text_of(record, "id")
    if article_id and article_id.strip() in _NO_IDS:
        raise UnusableFile(f"the id '{article_id.strip()}' can't be part of an address: browsers take it out")
    return Draft(text, given=given, id=article_id.strip() if article_id else None, in_collection=True)


def _published(record: Mapping[str, object], where: str) -> date | None:
    stated = text_of(record, "published") or text_of(record, "date")
    published = parse_date(stated) if stated else None
    if stated and not published:
        logger.warning("%s: '%s' is not a date such as 2021-01-20; left out", where, stated)
    return published


def _pass_over_line(stream: IO[bytes] | gzip.GzipFile) -> None:
    while (piece := stream.readline(MAX_BYTES)) and not piece.endswith(b"\n"):
        pass
