"""Where a browser opens a citation: the publisher's page at the quote, else the article's page on this server."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from starlette.requests import Request

from index.types import Article, Span
from qa.server.policy import Policy
from qa.types import Citation

QUOTE_ID = "quote"


def base_url(request: Request, policy: Policy) -> str:
    """Return the address of this server as its clients know it, without a slash at its end."""
    return (policy.public_url or str(request.base_url)).rstrip("/")


def citation_link(citation: Citation, *, base: str, policy: Policy) -> str:
    """Return an address that opens the citation, with nothing in it that would end a Markdown link."""
    link = citation.url or f"{base}{article_path(citation.article, citation.span, policy=policy)}"
    return link.replace("(", "%28").replace(")", "%29")


def article_path(article: Article, span: Span, *, policy: Policy) -> str:
    """Return the path of an article's page on this server, opened at a span."""
    query: dict[str, int | str] = {"start": span.start, "end": span.end}
    key = policy.key_of(article.id)
    if key:
        query["key"] = key
    return f"/articles/{quote(article.id, safe='')}?{urlencode(query)}#{QUOTE_ID}"
