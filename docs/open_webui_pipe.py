"""
title: Dateline
description: Answers from your news articles, with the sentence that proves each answer as its source.
version: 0.1.0
license: MIT
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.request import Request, urlopen

from pydantic import BaseModel, Field

Emitter = Callable[[dict[str, Any]], Awaitable[None]]


class Pipe:
    """A model of Open WebUI that asks `qa serve`."""

    class Valves(BaseModel):
        """Settings that an administrator sees."""

        url: str = Field("http://127.0.0.1:8000", description="Address of qa serve.")
        token: str = Field("", description="Its token, if it was started with one.")
        as_of: str = Field("", description="Read only articles published up to that day: YYYY-MM-DD.")
        timeout_s: float = Field(60.0, description="How long to wait for an answer.")

    def __init__(self) -> None:
        self.valves = self.Valves()

    async def pipe(
        self, body: dict[str, Any], __event_emitter__: Emitter | None = None, __task__: str | None = None
    ) -> str:
        """Answer the last message; each citation goes out as a source with its passage, date and offsets."""
        if __task__:  # a title, tags or follow-ups: work for a language model, which this is not
            return ""
        answered = await asyncio.to_thread(self._ask, body["messages"])
        if __event_emitter__:
            for citation in answered["x_citations"]:
                await __event_emitter__({"type": "source", "data": _source(citation)})
        return str(answered["choices"][0]["message"]["content"])

    def _ask(self, messages: list[dict[str, Any]]) -> dict[str, Any]:
        asked = {"messages": [{"role": m["role"], "content": m["content"]} for m in messages]}
        if self.valves.as_of:
            asked["as_of"] = self.valves.as_of  # type: ignore[assignment]
        headers = {"Content-Type": "application/json"}
        if self.valves.token:
            headers["Authorization"] = f"Bearer {self.valves.token}"
        request = Request(f"{self.valves.url.rstrip('/')}/v1/chat/completions", json.dumps(asked).encode(), headers)
        with urlopen(request, timeout=self.valves.timeout_s) as response:
            answered: dict[str, Any] = json.load(response)
        return answered


def _source(citation: dict[str, Any]) -> dict[str, Any]:
    named = " · ".join(part for part in (citation["source"], citation["title"], citation["published"]) if part)
    return {
        "source": {"name": named or citation["article_id"], "url": citation["link"]},
        "document": [citation["passage"]["text"]],
        "metadata": [
            {
                "source": citation["link"],
                "name": named,
                "date": citation["published"],
                "quote": citation["quote"],
                "start": citation["start"],
                "end": citation["end"],
            }
        ],
    }
