"""One small driver a system, each after the system's own documentation."""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

from eval.bench.peers.types import Peer


class Listed(NamedTuple):
    """Where a driver is, the system's package that shows whether it is installed, and whose index it reads."""

    module: str
    name: str
    package: str
    index_of: str


PEERS = {
    "dateline": Listed("dateline", "Dateline", "qa", "dateline"),
    "haystack": Listed("haystack", "Haystack", "haystack_integrations", "haystack"),
    "haystack-segments": Listed("haystack", "HaystackWithSegments", "haystack_integrations", "haystack"),
    "txtai": Listed("txtai", "Txtai", "txtai", "txtai"),
    "plain": Listed("plain", "Plain", "sentence_transformers", "plain"),
}


def driver(name: str) -> type[Peer]:
    """Return the driver of a system; its packages are imported when it is first used."""
    listed = PEERS[name]
    found: type[Peer] = getattr(import_module(f"{__name__}.{listed.module}"), listed.name)
    return found
