"""The routes and the layers around them, put together: `create_app` is the whole HTTP server."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse, Response
from mcp.server.transport_security import TransportSecuritySettings
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp

from index.errors import DatelineError
from qa.server.article_page import PAGE_POLICY
from qa.server.articles import article_routes
from qa.server.asking import asking_routes
from qa.server.assets import STATIC, asset_routes, load_assets
from qa.server.docs_page import docs_page
from qa.server.guard import Guard
from qa.server.journal import Journal, request_id
from qa.server.mcp_face import mcp_server
from qa.server.openai_api import openai_routes
from qa.server.refusing import Refusal, error_response, refusal_of
from qa.server.service import Service
from qa.server.watching import watching_routes

logger = logging.getLogger(__name__)

_MCP_PATH = "/mcp"
_MOST_FAULTS_TOLD = 5


def create_app(service: Service, *, static: Path = STATIC) -> FastAPI:
    """Return the server of a service; when it ends, what was begun is finished."""
    mcp = mcp_server(service)
    # Stateless: nothing is remembered of a client. The guard has checked Host and Origin already.
    mcp_app = mcp.streamable_http_app(
        streamable_http_path=_MCP_PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=service.policy.most_bytes,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with mcp.session_manager.run():
            yield
        service.close()

    app = FastAPI(
        title="Dateline",
        description="Ask your news articles; get the answer and the sentence that proves it.",
        version=version("dateline-qa"),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    for routes in (asking_routes, openai_routes, article_routes, watching_routes):
        app.include_router(routes(service))
    app.include_router(asset_routes(load_assets(static)))
    _add_docs(app)
    # POST alone: a GET would open a stream on which nothing ever comes.
    app.router.routes.append(Route(_MCP_PATH, _endpoint_of(mcp_app), methods=["POST"]))
    _add_error_handlers(app)
    # The last one added is the outermost.
    app.add_middleware(Guard, policy=service.policy)
    if service.policy.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(service.policy.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
            expose_headers=["X-Request-ID", "Retry-After"],
        )
    app.add_middleware(Journal, metrics=service.metrics)
    return app


def _endpoint_of(app: Starlette) -> ASGIApp:
    """Return the one route's endpoint of an app that has one."""
    (route,) = (route for route in app.routes if isinstance(route, Route))
    endpoint: ASGIApp = route.endpoint
    return endpoint


def _add_docs(app: FastAPI) -> None:
    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(docs_page(app.openapi()), headers={"Content-Security-Policy": PAGE_POLICY})


def _add_error_handlers(app: FastAPI) -> None:
    @app.exception_handler(DatelineError)
    async def refused(_: Request, error: DatelineError) -> Response:
        refusal = refusal_of(error)
        if refusal is not error and refusal.status >= 500:
            logger.error("%s", error)
        return error_response(refusal, request_id=request_id.get())

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> Response:
        told = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()[:_MOST_FAULTS_TOLD]
        )
        return error_response(Refusal(422, told), request_id=request_id.get())

    @app.exception_handler(HTTPException)
    async def failed(_: Request, error: HTTPException) -> Response:
        response = error_response(Refusal(error.status_code, str(error.detail)), request_id=request_id.get())
        response.headers.update(error.headers or {})
        return response
