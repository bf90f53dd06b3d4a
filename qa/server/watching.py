"""/healthz, /readyz, /metrics: what machines look at."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST

from qa.server.refusing import Refusal
from qa.server.service import Service


def watching_routes(service: Service) -> APIRouter:
    """Return the routes of health and figures."""
    router = APIRouter(tags=["operation"])

    @router.get("/healthz", summary="Whether the process runs")
    async def health() -> dict[str, str]:
        """Answer as long as the process does."""
        return {"status": "ok"}

    @router.get("/readyz", summary="Whether questions can be answered")
    async def readiness() -> dict[str, str]:
        """Answer with 503 while the index can't be read, and once the server is closing."""
        if service.is_closing:
            raise Refusal(503, "The server is closing.", retry_after_s=5)
        await service.stats()
        return {"status": "ready"}

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> Response:
        """Return questions, abstentions, time by stage, requests and the size of the index."""
        held = await service.stats()
        return Response(service.metrics.page(held, n_inside=service.n_inside), media_type=CONTENT_TYPE_LATEST)

    return router
