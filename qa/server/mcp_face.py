"""The same answers over the Model Context Protocol: tools ask, search, get_article; articles as resources."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import quote

from mcp.server import MCPServer
from mcp.server.mcpserver import ResourceSecurity
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.types import Resource, ToolAnnotations
from pydantic import Field

from index.errors import DatelineError, UnknownArticle
from index.types import Filters, Passage
from qa.rendering import article_dict, headline, printable
from qa.server.refusing import refusal_of
from qa.server.service import Service
from qa.server.shapes import MOST_CHARACTERS, Asked, Day, Exchange

_N_LISTED = 100  # newest articles among the resources; the others are found by asking and searching
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Answers questions from a collection of news articles, verbatim and cited, or abstains. Quote the citations; "
    "positions beyond the first are what other articles say instead."
)

Text = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]
Count = Annotated[int, Field(ge=1, le=100)]


class ArticleServer(MCPServer[Any]):
    """An MCP server whose resources are the articles of the moment."""

    def __init__(self, service: Service, **options: Any) -> None:
        super().__init__(**options)
        self._service = service

    async def list_resources(self) -> list[Resource]:
        """Return the newest articles."""
        found = await self._service.articles(offset=0, limit=_N_LISTED)
        return [
            Resource(
                uri=f"dateline://articles/{quote(article.id, safe='')}",
                name=printable(article.id),
                title=headline(article),
                mime_type="text/plain",
            )
            for article in found
        ]


def mcp_server(service: Service) -> ArticleServer:
    """Return the MCP server of a service."""
    server = ArticleServer(service, name="dateline", title="Dateline", instructions=_INSTRUCTIONS)

    @server.tool(annotations=_READS)
    async def ask(
        question: Text,
        history: Annotated[list[Exchange], Field(max_length=50)] | None = None,
        as_of: Day | None = None,
        since: Day | None = None,
        until: Day | None = None,
        source: str | None = None,
    ) -> dict[str, Any]:
        """Answer a question from the articles, with verbatim citations, or abstain with the nearest passages.

        Days are YYYY-MM-DD; `as_of` answers as if nothing later had been published. `history` holds the questions and
        answers before this one, if it goes on about them.
        """
        with _told_plainly():
            asked = Asked(
                question=question,
                history=history or [],
                as_of=as_of,
                since=since,
                until=until,
                source=source,
                k=None,
                min_confidence=None,
            )
            return (await service.answer(asked.asked())).to_dict()

    @server.tool(annotations=_READS)
    async def search(
        query: Text, k: Count = 5, since: Day | None = None, until: Day | None = None, source: str | None = None
    ) -> dict[str, Any]:
        """Return the passages of the articles nearest to a query, by meaning and by words, best first."""
        with _told_plainly():
            found = await service.search(query, k=k, filters=Filters(since=since, until=until, source=source))
            return {"passages": [_passage_dict(passage) for passage in found]}

    @server.tool(annotations=_READS)
    async def get_article(article_id: Text) -> dict[str, Any]:
        """Return an article with its text and what is known of it."""
        with _told_plainly():
            return article_dict(await service.article(article_id), with_text=True)

    # An id is looked up, and never a path: ".." in it does no harm.
    @server.resource(
        "dateline://articles/{article_id}",
        name="article",
        mime_type="text/plain",
        security=ResourceSecurity(exempt_params={"article_id"}),
    )
    async def article(article_id: str) -> str:
        """Return an article's text, verbatim."""
        try:
            return (await service.article(article_id)).text
        except UnknownArticle as error:
            raise ResourceNotFoundError("There is no such article.") from error

    return server


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Tell a client what it did wrong, and nothing of the inside."""
    try:
        yield
    except UnknownArticle as error:
        raise ToolError("There is no such article. Find one with the tool search.") from error
    except DatelineError as error:
        raise ToolError(str(refusal_of(error))) from error
    except ValueError as error:
        raise ToolError(f"That can't be asked: {error}.") from error


def _passage_dict(passage: Passage) -> dict[str, Any]:
    return {
        "article": article_dict(passage.article),
        "start": passage.chunk.span.start,
        "end": passage.chunk.span.end,
        "text": passage.text,
        "score": round(passage.score, 4),
    }
