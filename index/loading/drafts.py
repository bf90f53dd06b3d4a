"""What a format's reader hands over, and how it becomes an article."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from index.metadata import Metadata, combined, detect
from index.types import Article


@dataclass(frozen=True, slots=True)
class Draft:
    """A text, with what its file says about it. `id` is None where the file gives none.

    `fallback` is used only where neither the file nor the text nor the address says anything.
    """

    text: str
    given: Metadata = field(default_factory=Metadata)
    id: str | None = None
    in_collection: bool = False
    fallback: Metadata = field(default_factory=Metadata)


def article_from(draft: Draft, *, path: Path | None, sidecar: Metadata) -> Article:
    """Return the article of `draft`: the sidecar's word first, then the file's, then the text's and its address's.

    :param path: None where it came from no file; then it is in a collection, or has an id.
    """
    given = combined(sidecar, draft.given)
    about = combined(given, detect(draft.text, url=given.url), draft.fallback)
    return Article(
        id=draft.id or _made_id(draft, about, path),
        text=draft.text,
        title=about.title,
        source=about.source,
        url=about.url,
        path=path.as_posix() if path else None,
        published=about.published,
        origins=about.origins,
    )


def _made_id(draft: Draft, about: Metadata, path: Path | None) -> str:
    """Return an id that stays the same as long as the file's path, or in a collection the address or text, does."""
    if draft.in_collection or path is None:
        return f"{_slug(about.title or '')}-{_digest(about.url or draft.text)[:8]}"
    return f"{_slug(path.stem)}-{_digest(str(path.resolve()))[:6]}"


def _slug(name: str) -> str:
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-") or "article"


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
