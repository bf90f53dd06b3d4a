"""POST /v1/chat/completions and GET /v1/models: what any client of OpenAI's interface talks to."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from qa.server.asking import stream_of
from qa.server.chat_shape import Reply, reply_to, reply_with, turns_of
from qa.server.links import base_url, citation_link
from qa.server.presence import while_there
from qa.server.refusing import Refusal
from qa.server.remarks import answer_to_remark, reply_to_remark
from qa.server.service import Service
from qa.server.shapes import MOST_CHARACTERS, Chat
from qa.types import Answer, Question

MODEL = "dateline"
_MODEL = {"id": MODEL, "object": "model", "created": 0, "owned_by": "dateline"}
_NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # there is no language model


def openai_routes(service: Service) -> APIRouter:
    """Return the routes of OpenAI's interface."""
    router = APIRouter(prefix="/v1", tags=["OpenAI"])

    @router.get("/models", summary="The one model there is")
    async def models() -> dict[str, Any]:
        """List the model that may be named in a chat; any other name is taken for it."""
        return {"object": "list", "data": [_MODEL]}

    @router.get("/models/{name}", summary="What is known of a model")
    async def model(name: str) -> dict[str, Any]:
        """Describe the one model there is."""
        if name != MODEL:
            raise Refusal(404, f"There is no such model; the one there is is called '{MODEL}'.")
        return _MODEL

    @router.post("/chat/completions", summary="Chat", response_class=JSONResponse)
    async def complete(chat: Chat, request: Request) -> Response:
        """Answer the last message of the user; those before it are its history. A stream if `stream` is set."""
        question = _question_of(chat)
        if remark := await reply_to_remark(question.text, service):
            answer, reply = answer_to_remark(question), reply_with(remark)
        else:
            answering = service.answer(question, k=chat.k, min_confidence=chat.min_confidence)
            answer = await while_there(request, answering)
            base = base_url(request, service.policy)
            reply = reply_to(answer, link=lambda citation: citation_link(citation, base=base, policy=service.policy))
        if chat.stream:
            with_usage = bool(chat.stream_options and chat.stream_options.include_usage)
            # An iterator of bytes that are there already: nothing blocks while it is sent.
            events = _events(reply, answer, with_usage=with_usage)
            return stream_of(events)
        return JSONResponse(_completion(reply, answer))

    return router


def _question_of(chat: Chat) -> Question:
    """Return what the user asks last, in the light of what came before."""
    asked = [at for at, message in enumerate(chat.messages) if message.role == "user"]
    text = chat.messages[asked[-1]].text if asked else ""
    if not text.strip():
        raise Refusal(422, "The user's last message has no text. Send one with role 'user' and a question.")
    if len(text) > MOST_CHARACTERS:
        raise Refusal(422, f"The question has {len(text)} characters; ask in at most {MOST_CHARACTERS}.")
    try:
        return chat.in_scope(text, turns_of(chat.messages[: asked[-1]]))
    except ValueError as error:
        raise Refusal(422, f"The question can't be asked: {error}.") from error


def _completion(reply: Reply, answer: Answer) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": reply.text.rstrip(),
        "refusal": None,
        "annotations": list(reply.annotations),
    }
    return {
        **_envelope("chat.completion"),
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": _NO_USAGE,
        **_extras(reply, answer),
    }


def _extras(reply: Reply, answer: Answer) -> dict[str, Any]:
    return {"x_citations": list(reply.citations), "x_answer": answer.to_dict()}


def _envelope(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _events(reply: Reply, answer: Answer, *, with_usage: bool) -> Iterator[str]:
    """Yield the chunks of a stream: text, a link's annotation behind it, and at the end all annotations again."""
    envelope = _envelope("chat.completion.chunk")

    def event(delta: dict[str, Any], finish: str | None = None, **extras: Any) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return _event({**envelope, "choices": [choice], **extras})

    yield event({"role": "assistant", "content": ""})
    pending = list(reply.annotations)
    length = 0
    for nth, piece in enumerate(reply.pieces, start=1):
        length += len(piece)
        yield event({"content": piece.rstrip() if nth == len(reply.pieces) else piece})
        if pending and pending[0]["url_citation"]["end_index"] <= length:
            yield event({"annotations": [pending.pop(0)]})
    yield event({"annotations": list(reply.annotations)}, "stop", **_extras(reply, answer))
    if with_usage:
        yield _event({**envelope, "choices": [], "usage": _NO_USAGE})
    yield "data: [DONE]\n\n"


def _event(shape: dict[str, Any]) -> str:
    # ASCII: line ends of any alphabet (U+2028) stay within their event.
    return f"data: {json.dumps(shape)}\n\n"
