"""Dateline: ask your news articles, get the answer and the sentence that proves it.

from qa import Assistant

with Assistant.open("news.idx") as assistant:
    answer = assistant.ask("When does New START expire?")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.session import Conversation
    from qa.types import Answer, Citation, Position, Question, Turn

__all__ = ["Answer", "Assistant", "Citation", "Conversation", "Position", "Question", "Turn"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: `import qa` alone costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    from importlib import import_module

    module = {"Assistant": "qa.assistant", "Conversation": "qa.session"}.get(name, "qa.types")
    return getattr(import_module(module), name)
