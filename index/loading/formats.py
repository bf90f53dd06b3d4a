"""What a file holds, by its content first and its suffix second."""

from __future__ import annotations

import codecs
import json
import re
from enum import Enum
from pathlib import Path

MAX_BYTES = 50_000_000
_SNIFFED_BYTES = 4096
_FIRST_LINE_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
_JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson"})
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HTML_TAG = re.compile(rb"<(?:p|div|h[1-6]|article|main|section|meta|title|span|a|br|table)\b[^>]*>", re.IGNORECASE)


class Format(Enum):
    """How a file is read."""

    TEXT = "plain text or Markdown"
    WEB_PAGE = "HTML"
    JSON_LINES = "one article a line"
    JSON = "one article, or a list of them"


class UnusableFile(Exception):
    """A file can't be used; the message is the reason, in words. Becomes `Skipped`, never leaves this package."""


def format_of(path: Path) -> Format:
    """Return how `path` is to be read.

    :raises UnusableFile: if it is empty, binary, or larger than 50 MB without being JSON lines.
    """
    with path.open("rb") as file:
        head = file.read(_SNIFFED_BYTES)
        file.seek(0)
        first_line = file.readline(_FIRST_LINE_BYTES)
        n_bytes = file.seek(0, 2)
    found = _format(path, head, first_line)
    if found is not Format.JSON_LINES and n_bytes > MAX_BYTES:
        megabytes = n_bytes // 1_000_000
        raise UnusableFile(
            f"too large: {megabytes} MB, at most {MAX_BYTES // 1_000_000} MB; split it or make it JSON lines"
        )
    return found


def _format(path: Path, head: bytes, first_line: bytes) -> Format:
    suffix = path.suffix.lower()
    if head.startswith(GZIP_MAGIC):
        if suffix == ".gz":
            return Format.JSON_LINES
        raise UnusableFile("compressed, not text; unpack it, or name it .jsonl.gz if it holds JSON lines")
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        raise UnusableFile("empty")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Format.TEXT
    if b"\0" in head:
        raise UnusableFile("binary, not text")
    if _HTML_START.match(head.removeprefix(codecs.BOM_UTF8)):
        return Format.WEB_PAGE
    record = _json_object(first_line)
    if suffix in _JSON_SUFFIXES:
        starts_list = head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")
        return Format.JSON if starts_list or (suffix == ".json" and record is None) else Format.JSON_LINES
    if record is not None and "text" in record:
        return Format.JSON_LINES
    if suffix in {".html", ".htm", ".xhtml"} and _HTML_TAG.search(head):
        return Format.WEB_PAGE
    return Format.TEXT


def _json_object(line: bytes) -> dict[str, object] | None:
    if not line.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{"):
        return None
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
