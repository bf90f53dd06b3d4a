"""The prompt of `qa chat`: one question after the other, with commands on the last answer."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from index.errors import DatelineError
from index.types import Span
from qa.about_answer import about
from qa.conversation.asides import Aside, aside_of
from qa.conversation.small_talk import ABILITIES, SmallTalk, small_talk_of
from qa.errors import ConversationError
from qa.examples import example_questions
from qa.rendering import (
    N_NEAREST_SHOWN,
    citation_lines,
    collection_in_words,
    confidence_in_words,
    day_in_words,
    headline,
    one_line,
    passage_lines,
    printable,
    to_markdown,
    to_terminal,
    understood_as,
)
from qa.session import Conversation
from qa.types import Answer, Citation

if TYPE_CHECKING:
    from rich.console import Console

    from qa.assistant import Assistant

HELP = """Ask a question about the articles; the next may go on about it: "And when was it signed?". Commands:
  more          further passages that were read for the last answer
  /sources      the citations of the last answer
  /open N       the article around citation N
  /why          what the last question was taken for, and what the answer rests on
  /asof DATE    read only articles published up to that day, 2021-01-31; /asof off reads all
  /reset        begin a new conversation
  /save FILE    write what was asked and answered as Markdown; as state to go on with where FILE ends in .json
  /help         this list
  /quit         leave (or Ctrl-D)"""

_PROMPT = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_N_HISTORY_LINES = 1000
_N_TRANSCRIPT = 1000  # answers that /save can still write
_N_CHARACTERS_AROUND = 1500  # of an article, on either side of the quote
_N_MORE = 3


class Chat:
    """A conversation at a terminal, or over a pipe: lines in, answers out."""

    def __init__(self, assistant: Assistant, console: Console, conversation: Conversation) -> None:
        self._assistant = assistant
        self._console = console
        self._conversation = conversation
        self._transcript: deque[str] = deque(maxlen=_N_TRANSCRIPT)
        self._n_passages_shown = 0
        self._examples: tuple[str, ...] | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "/sources": self._show_sources,
            "/open": self._open,
            "/why": self._explain,
            "/asof": self._limit,
            "/reset": self._reset,
            "/save": self._save,
            "/help": lambda _: self._say(HELP),
        }

    def run(self, lines: TextIO) -> None:
        """Answer each line until the end of input or `/quit`."""
        is_terminal = lines.isatty()
        if is_terminal:
            n_turns = len(self._conversation.turns)
            resumed = f" The conversation goes on after {n_turns} questions." if n_turns else ""
            self._say(f"{self._collection()}.{resumed} Ask a question; /help tells the commands, Ctrl-D ends.")
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
        elif remark := small_talk_of(text):
            self._reply(remark)
        elif (aside := aside_of(text)) and self._last and self._tell(aside, self._last):
            return
        else:
            self._ask(text)

    def _ask(self, text: str) -> None:
        try:
            answer = self._conversation.ask(text)
        except (DatelineError, ValueError) as error:  # one bad question doesn't end the conversation
            self._say(f"error: {error}")
            return
        self._n_passages_shown = N_NEAREST_SHOWN if answer.abstained else 0
        self._transcript.append(to_markdown(answer))
        self._print_lines([to_terminal(answer)])
        self._console.print()

    def _tell(self, aside: Aside, last: Answer) -> bool:
        """Tell what was asked about the last answer; say whether it could be told."""
        if aside is Aside.MORE:
            self._show_more(last)
            return True
        lines = about(last, aside)
        for line in lines:
            self._say(printable(line))
        return bool(lines)

    def _show_more(self, last: Answer) -> None:
        """Show the next passages that were read for the last answer."""
        shown = last.nearest[self._n_passages_shown : self._n_passages_shown + _N_MORE]
        self._n_passages_shown += len(shown)
        if not shown:
            self._say("That is all that was read for this question.")
        self._print_lines(passage_lines(passage) for passage in shown)

    def _obey(self, command: str, argument: str) -> None:
        obey = self._commands.get(command)
        if obey is None:
            self._say(f"There is no command {printable(command)}. /help lists them.")
            return
        obey(argument)

    def _reply(self, remark: SmallTalk) -> None:
        """Answer small talk in a line."""
        if remark is SmallTalk.SHOW_ARTICLE:
            self._open("1")
        elif remark is SmallTalk.THANKS:
            self._say("You're welcome.")
        elif remark is SmallTalk.GOODBYE:
            self._say("Goodbye: /quit or Ctrl-D leaves.")
        else:
            hello = "Hello. " if remark is SmallTalk.GREETING else ""
            self._say(f"{hello}I answer from {self._collection()}. {ABILITIES} /help tells the commands.")
            self._show_examples()

    def _show_examples(self) -> None:
        """Show questions that these articles answer; made, and tried, when they are first wanted."""
        if self._examples is None:
            self._examples = example_questions(self._assistant)
        if self._examples:
            self._say(f"For example: {' '.join(printable(question) for question in self._examples)}")

    def _collection(self) -> str:
        return collection_in_words(self._assistant.retriever.stats())

    def _show_sources(self, _: str) -> None:
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
        if citation.article.path:
            line = f":{citation.line}" if citation.line else ""
            self._say(f"{printable(citation.article.path)}{line}")

    def _explain(self, _: str) -> None:
        """Tell what the last question was taken for, how sure its answers are, and which passages were read."""
        if self._last is None:
            self._say("Nothing has been asked yet.")
            return
        for line in _explanation(self._last, min_confidence=self._assistant.settings.min_confidence):
            self._say(printable(line))

    def _limit(self, argument: str) -> None:
        if argument.lower() in {"off", "none"}:
            self._conversation.as_of = None
        elif argument:
            try:
                self._conversation.as_of = date.fromisoformat(argument)
            except ValueError:
                self._say(f"/asof needs a day as 2021-01-31, or off; not {printable(argument)}.")
                return
        day = self._conversation.as_of
        self._say(f"Reading articles published up to {day_in_words(day)}." if day else "Reading articles of any day.")

    def _reset(self, _: str) -> None:
        self._conversation.reset()
        self._transcript.clear()
        self._say("A new conversation begins.")

    def _save(self, argument: str) -> None:
        if not argument:
            self._say("/save needs a file: /save talk.md, or /save talk.json to go on with later.")
            return
        path = Path(argument)
        try:
            if path.suffix.lower() == ".json":
                keep(self._conversation, path)
            else:
                path.write_text("\n---\n\n".join(self._transcript), encoding="utf-8")
        except ConversationError as error:
            self._say(f"error: {printable(str(error))}")
            return
        except OSError as error:
            self._say(f"error: '{printable(argument)}' can't be written: {error.strerror}.")
            return
        self._say(f"Saved in {printable(argument)}.")

    @property
    def _last(self) -> Answer | None:
        return self._conversation.last

    def _citations(self) -> tuple[Citation, ...]:
        return self._last.citations if self._last else ()

    def _say(self, text: str) -> None:
        self._console.print(text, soft_wrap=True)

    def _print_lines(self, lines: Iterable[Any]) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=not self._console.is_terminal)


def highlighted(citation: Citation) -> Any:
    """Return the article around the quote for a terminal, the quote highlighted, with an arrow at its line."""
    from rich.text import Text

    text, span = citation.article.text, citation.span
    shown = _around(text, span)
    line_start = max(shown.start, text.rfind("\n", 0, span.start) + 1)
    return Text.assemble(
        ("\N{HORIZONTAL ELLIPSIS}\n" if shown.start else "", "dim"),
        printable(text[shown.start : line_start]),
        ("\N{RIGHTWARDS ARROW} ", "bold cyan"),
        printable(text[line_start : span.start]),
        (printable(citation.quote), "bold reverse"),
        printable(text[span.end : shown.end]),
        ("\n\N{HORIZONTAL ELLIPSIS}" if shown.end < len(text) else "", "dim"),
    )


def _around(text: str, span: Span) -> Span:
    """Return the stretch to show: whole lines, as far as they are not longer than all that is to be shown."""
    start = max(0, span.start - _N_CHARACTERS_AROUND)
    end = min(len(text), span.end + _N_CHARACTERS_AROUND)
    line_start = text.find("\n", start, span.start) + 1 if start else 0
    line_end = text.rfind("\n", span.end, end) if end < len(text) else end
    return Span(line_start or start, line_end if line_end > 0 else end)


def _explanation(answer: Answer, *, min_confidence: float) -> Iterator[str]:
    question = answer.question
    yield understood_as(answer) or "Taken as it was asked."
    if question.signals:
        yield f"It may go on about what was said before: {'; '.join(question.signals)}."
    for added in question.added:
        yield f"  + {one_line(added.term)}   {added.reason}"
    for position in answer.positions:
        yield f"  {one_line(position.text)}   {confidence_in_words(position.confidence)}"
    if answer.abstained:
        yield f"  withheld: {confidence_in_words(answer.confidence)}; {min_confidence:.0%} is asked for"
    yield "Passages read, best first:"
    for passage in answer.nearest:
        yield f"  {passage.rank}. {passage.score:.3f} (meaning {passage.dense:.2f}, words {passage.lexical:.1f})   " + (
            headline(passage.article)
        )


def keep(conversation: Conversation, path: Path) -> None:
    """Write a conversation to a file, whole or not at all.

    :raises ConversationError: if the file can't be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(conversation.to_json(), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ConversationError(f"The conversation can't be kept in '{path}': {error.strerror}.") from error


def kept(path: Path, assistant: Assistant) -> Conversation | None:
    """Return the conversation that is kept in a file, None where there is no such file.

    :raises ConversationError: if it can't be read, or holds something else.
    """
    try:
        return Conversation.from_json(path.read_text(encoding="utf-8"), assistant)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConversationError(f"The conversation '{path}' can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConversationError(f"'{path}' is not a saved conversation: it is no text. Begin a new one.") from error
    except ConversationError as error:
        raise ConversationError(f"'{path}': {error}") from error


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
