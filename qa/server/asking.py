"""POST /ask, whole or as a stream of events, and GET /examples."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from index.errors import DatelineError
from qa.rendering import underway_dict
from qa.server.journal import request_id
from qa.server.presence import while_there
from qa.server.refusing import Refusal, error_shape, refusal_of
from qa.server.remarks import answer_to_remark, reply_to_remark
from qa.server.service import Service
from qa.server.shapes import Asked
from qa.types import Question, Underway

_EVENT_STREAM = "text/event-stream"


def asking_routes(service: Service) -> APIRouter:
    """Return the routes of questions."""
    router = APIRouter(tags=["questions"])

    @router.post(
        "/ask",
        summary="Ask a question",
        response_class=JSONResponse,
        response_description="The JSON of docs/answer.schema.json; with `Accept: text/event-stream` the events "
        "`underway`, as often as there is news, and `answer` or `error`",
    )
    async def ask(asked: Asked, request: Request) -> Response:
        """Answer with citations, or abstain with a reason and the nearest passages.

        To a greeting or thanks the answer is an abstention with a `remark` to be shown in its place.
        """
        try:
            question = asked.asked()
        except ValueError as error:
            raise Refusal(422, f"The question can't be asked: {error}.") from error
        wants_events = _EVENT_STREAM in request.headers.get("accept", "")
        if remark := await reply_to_remark(asked.question, service):
            shape = answer_to_remark(question).to_dict() | {"remark": remark}
            return stream_of([_event("answer", shape)]) if wants_events else JSONResponse(shape)
        if wants_events:
            return await _streamed(service, question, asked, request)
        answering = service.answer(question, k=asked.k, min_confidence=asked.min_confidence)
        return JSONResponse((await while_there(request, answering)).to_dict())

    @router.get("/examples", summary="Example questions, and what the collection holds")
    async def examples() -> dict[str, Any]:
        """Return three questions that these articles answer, the number of articles and their dates."""
        found = await service.examples()
        first, last = found.held.first_published, found.held.last_published
        return {
            "questions": list(found.questions),
            "n_articles": found.held.n_articles,
            "n_undated": found.held.n_undated,
            "first_published": first.isoformat() if first else None,
            "last_published": last.isoformat() if last else None,
            "sources": dict(found.held.sources),
        }

    return router


async def _streamed(service: Service, question: Question, asked: Asked, request: Request) -> Response:
    """Return the events of an answer; what is refused before the first of them is refused with its status."""
    loop = asyncio.get_running_loop()
    news: asyncio.Queue[str | None] = asyncio.Queue()  # None: there will be no more

    def tell(underway: Underway) -> None:
        loop.call_soon_threadsafe(news.put_nowait, _event("underway", underway_dict(underway)))

    answering = asyncio.create_task(
        service.answer(question, k=asked.k, min_confidence=asked.min_confidence, on_the_way=tell)
    )
    answering.add_done_callback(lambda _: news.put_nowait(None))
    try:
        first = await while_there(request, news.get())
    except Refusal:
        answering.cancel()
        raise
    if first is None:
        await answering

    async def events() -> AsyncIterator[str]:
        piece = first
        try:
            while piece is not None:
                yield piece
                piece = await news.get()
            yield _event("answer", (await answering).to_dict())
        except DatelineError as error:
            yield _event("error", error_shape(refusal_of(error), request_id=request_id.get()))
        finally:
            answering.cancel()  # whoever asked has gone: what has not begun is taken back

    return stream_of(events())


def stream_of(events: AsyncIterable[str] | Iterable[str]) -> Response:
    """Return a response that sends events as they come."""
    # A proxy that gathers what it hands on would keep back what is meant to be seen early.
    return StreamingResponse(events, media_type=_EVENT_STREAM, headers={"X-Accel-Buffering": "no"})


def _event(name: str, shape: dict[str, Any]) -> str:
    # ASCII: line ends of any alphabet (U+2028) stay within their event.
    return f"event: {name}\ndata: {json.dumps(shape)}\n\n"
