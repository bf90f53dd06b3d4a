"""Plain text and Markdown: the article's text is the whole file, newlines and byte order mark included."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from index.loading.drafts import Draft
from index.loading.formats import UnusableFile
from index.metadata import from_front_matter

# UTF-8 read as Windows-1252 shows as "â€™" and "Ã©": then the file is damaged UTF-8, not Windows-1252.
_MISREAD_UTF8 = re.compile(r"[ÂÃâ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MAX_FOREIGN = (
    0.2  # Western text has few letters beyond ASCII; Cyrillic or Chinese read as Windows-1252 has little else
)


def read_text_file(path: Path) -> Draft:
    """Return the text of a file, exactly as decoded, with the front matter of Markdown as its own metadata.

    :raises UnusableFile: if it isn't text, or blank.
    """
    text = decoded(path.read_bytes())
    if not text.strip("\ufeff \t\r\n\u00a0") or not text.strip():
        raise UnusableFile("empty")
    return Draft(text, given=from_front_matter(text))


def decoded(content: bytes) -> str:
    """Return `content` as text: UTF-8, else UTF-16 with a byte order mark, else Windows-1252 where it reads as such.

    :raises UnusableFile: if it is none of these.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as exc:
        return _decoded_otherwise(content, exc)
    if "\0" in text:
        raise UnusableFile("binary, not text")
    return text


def _decoded_otherwise(content: bytes, error: UnicodeDecodeError) -> str:
    reason = f"not text in UTF-8: byte 0x{content[error.start]:02x} at {error.start}; save it as UTF-8"
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_utf16 else "cp1252")
    except UnicodeDecodeError as exc:
        raise UnusableFile(reason) from exc
    n_foreign = 0 if is_utf16 else sum(c > "\x7f" for c in text)
    if _CONTROL.search(text) or n_foreign > _MAX_FOREIGN * len(text) or (not is_utf16 and _MISREAD_UTF8.search(text)):
        raise UnusableFile(reason)
    return text
