"""HTML: the article's text is what trafilatura takes from the page, without its frame."""

from __future__ import annotations

from pathlib import Path

from index.loading.drafts import Draft
from index.loading.formats import UnusableFile
from index.metadata import Metadata, parse_date


def read_web_page(path: Path) -> Draft:
    """Return the text of a saved page, with title, site, address and date from its own metadata.

    :raises UnusableFile: if no article is found in it, or trafilatura isn't installed as it should be.
    """
    try:
        import trafilatura
    except ImportError as exc:
        # pip 23 installs lxml without its extra "html_clean", and trafilatura then can't be imported.
        raise UnusableFile("HTML can't be read here; run: pip install trafilatura lxml_html_clean") from exc
    try:
        page = trafilatura.bare_extraction(
            path.read_bytes(),
            with_metadata=True,
            include_comments=False,
            # Only what the page states as its date; the extensive search takes any date it finds in the text.
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except OSError:
        raise
    except Exception as exc:  # whatever a broken page does to the parser, the other files go on
        raise UnusableFile(f"the page can't be parsed: {exc}") from exc
    text = getattr(page, "text", None)
    if not text or not text.strip():
        raise UnusableFile("no article text found in the page")
    given = Metadata.given(
        "metadata",
        title=getattr(page, "title", None),
        source=getattr(page, "sitename", None),
        url=getattr(page, "url", None),
        published=parse_date(getattr(page, "date", None) or ""),
    )
    return Draft(text, given=given, fallback=Metadata.given("metadata, inferred", source=getattr(page, "author", None)))
