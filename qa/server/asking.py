"""POST /ask and GET /examples."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from qa.server.refusing import Refusal
from qa.server.service import Service
from qa.server.shapes import Asked


def asking_routes(service: Service) -> APIRouter:
    """Return the routes of questions."""
    router = APIRouter(tags=["questions"])

    @router.post("/ask", summary="Ask a question", response_description="The JSON of docs/answer.schema.json")
    async def ask(asked: Asked) -> dict[str, Any]:
        """Answer with citations, or abstain with a reason and the nearest passages."""
        try:
            question = asked.asked()
        except ValueError as error:
            raise Refusal(422, f"The question can't be asked: {error}.") from error
        answer = await service.answer(question, k=asked.k, min_confidence=asked.min_confidence)
        return answer.to_dict()

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
