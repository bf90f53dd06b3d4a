"""The prompt of `qa chat`: one question after the other, with commands on the last answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from index.errors import DatelineError
from qa.rendering import citation_lines, headline, printable, to_terminal
from qa.types import Answer, Citation, Question, Turn

if TYPE_CHECKING:
    from rich.console import Console

    from qa.assistant import Assistant

HELP = """Ask a question about the articles. Commands:
  /sources   the citations of the last answer
  /open N    the article of citation N, at the quote
  /help      this list
  /quit      leave (or Ctrl-D)"""

_PROMPT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_N_HISTORY_LINES = 1000


class Chat:
    """A conversation at a terminal, or over a pipe: lines in, answers out."""

    def __init__(self, assistant: Assistant, console: Console, *, filters: dict[str, Any]) -> None:
        self._assistant = assistant
        self._console = console
        self._filters = filters
        self._turns: list[Turn] = []
        self._last: Answer | None = None

    def run(self, lines: TextIO) -> None:
        """Answer each line until the end of input or `/quit`."""
        is_terminal = lines.isatty()
        if is_terminal:
            n_articles = self._assistant.retriever.stats().n_articles
            self._say(f"{n_articles} articles. Ask a question; /help tells the commands, Ctrl-D ends.")
        for line in _typed() if is_terminal else lines:
            text = line.strip()
            if text in {"/quit", "/exit"}:
                return
            if text:
                self._respond(text)

    def _respond(self, text: str) -> None:
        if text.startswith("/"):
            command, _, argument = text.partition(" ")
            self._obey(command, argument.strip())
            return
        try:
            self._last = self._assistant.answer(Question(text, tuple(self._turns), **self._filters))
        except (DatelineError, ValueError) as error:  # one bad question doesn't end the conversation
            self._say(f"error: {error}")
            return
        self._turns.append(Turn(text, self._last.text))
        self._console.print(to_terminal(self._last), soft_wrap=not self._console.is_terminal)
        self._console.print()

    def _obey(self, command: str, argument: str) -> None:
        if command == "/help":
            self._say(HELP)
        elif command == "/sources":
            self._show_sources()
        elif command == "/open":
            self._open(argument)
        else:
            self._say(f"There is no command {printable(command)}. /help lists them.")

    def _show_sources(self) -> None:
        citations = self._citations()
        if not citations:
            self._say("The last answer has no citations." if self._last else "Nothing has been asked yet.")
        for n, citation in enumerate(citations, start=1):
            self._print_lines(citation_lines(n, citation))

    def _open(self, argument: str) -> None:
        citations = self._citations()
        if not (argument.isascii() and argument.isdigit()) or not 1 <= int(argument) <= len(citations):
            numbers = f"1 to {len(citations)}" if citations else "none: there is no cited answer yet"
            self._say(f"/open needs the number of a citation ({numbers}).")
            return
        citation = citations[int(argument) - 1]
        self._say(headline(citation.article))
        self._print_lines([highlighted(citation)])
        if citation.url:
            self._say(printable(citation.url))

    def _citations(self) -> tuple[Citation, ...]:
        return self._last.citations if self._last else ()

    def _say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

    def _print_lines(self, lines: Iterable[Any]) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=not self._console.is_terminal)


def highlighted(citation: Citation) -> Any:
    """Return the article's whole text for a terminal, the quote highlighted, with an arrow at its line."""
    from rich.text import Text

    text, span = citation.article.text, citation.span
    line_start = text.rfind("\n", 0, span.start) + 1
    return Text.assemble(
        printable(text[:line_start]),
        ("\N{RIGHTWARDS ARROW} ", "bold cyan"),
        printable(text[line_start : span.start]),
        (printable(citation.quote), "bold reverse"),
        printable(text[span.end :]),
    )


def _typed() -> Iterator[str]:
    """Yield the lines that a person types, with editing and a history that outlives the session."""
    history_file = Path(os.path.expanduser("~")) / ".dateline_history"
    try:
        import readline
    except ImportError:  # not on every platform; the prompt works without
        yield from _prompted()
        return
    try:
        readline.read_history_file(history_file)
    except OSError:
        readline.clear_history()
    readline.set_history_length(_N_HISTORY_LINES)
    try:
        yield from _prompted()
    finally:
        try:
            readline.write_history_file(history_file)
        except OSError as error:
            sys.stderr.write(f"The history could not be kept in '{history_file}': {error.strerror}.\n")


def _prompted() -> Iterator[str]:
    while True:
        try:
            yield input(_PROMPT)
        except EOFError:
            sys.stdout.write("\n")
            return
        except KeyboardInterrupt:  # as in a shell: drop the line, keep the session
            sys.stdout.write("\n")
