"""`qa serve` and `qa mcp`: open the index, load the models, serve until told to stop."""

from __future__ import annotations

import logging
import math
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from qa.assistant import Assistant
from qa.config import Settings
from qa.errors import ConfigError

if TYPE_CHECKING:
    from qa.server.policy import Policy
    from qa.server.service import Service

logger = logging.getLogger(__name__)

_NEEDED = ("fastapi", "mcp", "prometheus_client", "uvicorn")


def require_server_packages() -> None:
    """Check that what the server stands on is installed.

    :raises ConfigError: if it isn't; the message has the command that installs it.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"The server needs packages that are not installed ({', '.join(missing)}). "
            "Install them with: pip install 'dateline-qa[server]'"
        )


def serve(settings: Settings, policy: Policy, *, port: int, proxies: str | None = None) -> None:
    """Serve HTTP until SIGTERM or Ctrl-C; what is in flight by then is finished.

    :param proxies: addresses of reverse proxies, with commas, whose word on a client's address counts.
    :raises ConfigError: if the address or the port can't be had.
    """
    import uvicorn

    from qa.server.app import create_app
    from qa.server.connections import BoundedProtocol

    _log()
    # The address before the models: a port that is taken is told at once.
    with _bound(policy.host, port) as listening, _opened(settings, policy) as service:
        service.warm_up()
        config = uvicorn.Config(
            create_app(service),
            http=BoundedProtocol,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=proxies is not None,
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=math.ceil(policy.add_limit_s),  # the longest of what is in flight
        )
        logger.info("Dateline answers on %s (Ctrl-C ends it).", _address(listening))
        uvicorn.Server(config).run(sockets=[listening])


def serve_mcp(settings: Settings) -> None:
    """Serve MCP over stdin and stdout until the client closes them."""
    import anyio

    from qa.server.mcp_face import mcp_server
    from qa.server.policy import Policy

    with _opened(settings, Policy()) as service:
        anyio.run(mcp_server(service).run_stdio_async)
        service.close()


@contextmanager
def _opened(settings: Settings, policy: Policy) -> Iterator[Service]:
    """Open the index once, for answering and for adding."""
    from index.library import Library
    from qa.reading import ExtractiveReader
    from qa.server.batching import GatheringReader
    from qa.server.service import Service

    with Assistant.from_settings(settings) as assistant:
        library = assistant.retriever
        if not isinstance(library, Library):  # what `from_settings` opens
            raise TypeError(f"the assistant searches a {type(library).__name__}")
        if isinstance(assistant.reader, ExtractiveReader):
            assistant.reader = GatheringReader(assistant.reader, most=policy.n_gathered)
        yield Service(assistant, library, policy=policy)


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """Take the address; nobody can connect until the server listens on it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((host.strip("[]"), port))
        except OSError as error:
            told = error.strerror or str(error)
            raise ConfigError(f"'{host}', port {port}, can't be listened on: {told}. Try --port 0 for any.") from error
        yield taken


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def _log() -> None:
    """Write lines of JSON, or, on a terminal, lines for people."""
    from qa.server.journal import JsonLines, PlainLines

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlainLines() if sys.stderr.isatty() else JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("qa.server").setLevel(logging.INFO)
