"""/articles: list, read, add, remove."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from index.types import Addition, Span
from qa.rendering import article_dict
from qa.server.article_page import PAGE_POLICY, to_page
from qa.server.refusing import Refusal
from qa.server.service import Service
from qa.server.shapes import NewArticle, NewArticles

_MOST_AT_ONCE = 500
_FAR = 10**9
Offset = Annotated[int, Query(ge=0, le=_FAR)]


def article_routes(service: Service) -> APIRouter:
    """Return the routes of articles."""
    router = APIRouter(prefix="/articles", tags=["articles"])

    @router.get("", summary="List the articles, newest first")
    async def list_articles(offset: Offset = 0, limit: Annotated[int, Query(ge=1, le=_MOST_AT_ONCE)] = 50) -> Any:
        """Return a page of the articles without their texts, and how many there are."""
        held = await service.stats()
        found = await service.articles(offset=offset, limit=limit)
        return {
            "articles": [article_dict(article) for article in found],
            "n_articles": held.n_articles,
            "offset": offset,
            "limit": limit,
        }

    @router.post("", summary="Add an article, or a list of them")
    async def add(articles: NewArticles) -> dict[str, Any]:
        """Add articles; each is stored for good, or skipped with its reason. One of the same id is replaced."""
        _require_writable(service)
        given = [articles] if isinstance(articles, NewArticle) else articles
        additions = await service.add([article.model_dump(exclude_none=True) for article in given])
        return {"results": [_addition_dict(addition) for addition in additions]}

    @router.get("/{article_id:path}", summary="Read an article", response_class=HTMLResponse)
    async def read(
        article_id: str, request: Request, start: Offset | None = None, end: Offset | None = None, key: str = ""
    ) -> Response:
        """Return the article's page, from `start` to `end` highlighted (`#quote`); JSON if that is accepted.

        `key` opens this one article without the token; it is part of the links that answers hold.
        """
        article = await service.article(article_id)
        headers = {"Vary": "Accept"}
        if _prefers_json(request.headers.get("accept", "")):
            return JSONResponse(article_dict(article, with_text=True), headers=headers)
        span = Span(start, end) if start is not None and end is not None and start < end else None
        page = await service.off_the_loop(lambda: to_page(article, span))  # a long article takes its time
        return HTMLResponse(page, headers=headers | {"Content-Security-Policy": PAGE_POLICY})

    @router.delete("/{article_id:path}", summary="Remove an article")
    async def remove(article_id: str) -> dict[str, str]:
        """Remove an article from the index; a file that it came from stays."""
        _require_writable(service)
        await service.remove(article_id)
        return {"removed": article_id}

    return router


def _require_writable(service: Service) -> None:
    if service.policy.is_read_only:
        raise Refusal(403, "This server was started with --read-only: articles can't be added or removed here.")


def _prefers_json(accept: str) -> bool:
    """Say whether JSON is asked for before HTML; a browser names HTML, and a bare */* gets the page."""
    kinds = [kind.split(";")[0].strip().lower() for kind in accept.split(",")]
    return "application/json" in kinds and "text/html" not in kinds[: kinds.index("application/json")]


def _addition_dict(addition: Addition) -> dict[str, Any]:
    return {
        "outcome": addition.outcome.value,
        "id": addition.article_id,
        "reason": addition.reason,
        "n_chunks": addition.n_chunks,
    }
