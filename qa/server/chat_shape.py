"""Answer <-> a chat message: Markdown with numbered links, and back to a turn of the history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.conversation.small_talk import small_talk_of
from qa.rendering import (
    N_NEAREST_SHOWN,
    citation_dict,
    headline,
    in_plain_words,
    notes_on,
    one_line,
    reason_in_words,
    sentence_parts,
    summary_of,
    understood_as,
)
from qa.rendering.markdown import plain
from qa.rendering.words import heading_of, how_sure
from qa.server.shapes import Message
from qa.types import Answer, Citation, Position, Turn

_NO_ANSWER = "No answer."
_LINK = re.compile(r" ?\[\d+\]\([^()\s]*\)")
_ESCAPED = re.compile(r"\\(.)")
_ANSWER = re.compile(r"\*\*(.+?)\*\*(?= |$)")
_MOST_OF_EXCERPT = 300
_MOST_OF_MESSAGE = 20_000  # characters; of what somebody else has answered the beginning is enough
_MOST_TURNS = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of an answer in pieces to be sent one after the other, its links, and its citations whole.

    A link's `start_index` and `end_index` hold in the joined text.
    """

    pieces: tuple[str, ...]
    annotations: tuple[dict[str, Any], ...]
    citations: tuple[dict[str, Any], ...]

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def reply_with(remark: str) -> Reply:
    """Return a reply that cites nothing."""
    return Reply((plain(remark),), (), ())


def reply_to(answer: Answer, *, link: Callable[[Citation], str]) -> Reply:
    """Return an answer as a chat message.

    :param link: gives the address that opens a citation.
    """
    pieces: list[str] = []
    annotations: list[dict[str, Any]] = []
    citations: list[dict[str, Any]] = []
    length = 0
    for piece, cited in _pieces(answer, link):
        if cited:
            at = length + len(piece) - len(piece.lstrip())
            annotations.append(_annotation(cited, link(cited), at, length + len(piece)))
            citations.append(citation_dict(len(citations) + 1, cited) | {"link": link(cited)})
        pieces.append(piece)
        length += len(piece)
    return Reply(tuple(pieces), tuple(annotations), tuple(citations))


def turns_of(messages: Sequence[Message]) -> tuple[Turn, ...]:
    """Return the last 50 exchanges of a chat: each question of the user with the assistant's message that follows."""
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user" and message.text.strip():
            turns.append(Turn(message.text, None))
        elif message.role == "assistant" and turns:
            turns[-1] = Turn(turns[-1].question, *_answer_and_evidence(message.text))
    return tuple(turn for turn in turns if small_talk_of(turn.question) is None)[-_MOST_TURNS:]


def _pieces(answer: Answer, link: Callable[[Citation], str]) -> Iterator[tuple[str, Citation | None]]:
    if understood := understood_as(answer):
        yield f"*{plain(understood)}*\n\n", None
    if summary := summary_of(answer):
        yield f"{plain(summary)}\n\n", None
    if answer.abstained:
        yield from ((piece, None) for piece in _abstention(answer, said=bool(summary)))
    n = 1
    heading = ""
    for position in answer.positions:
        if position is not answer.positions[0] and heading != (heading := heading_of(answer, position)):
            yield f"{heading}\n\n", None
        yield from _position(answer, position, n, link)
        n += len(position.citations)
    for note in notes_on(answer):
        yield f"{plain(note)}\n\n", None


def _position(
    answer: Answer, position: Position, n: int, link: Callable[[Citation], str]
) -> Iterator[tuple[str, Citation | None]]:
    yield f"**{plain(one_line(position.text))}**{plain(in_plain_words(position))}", None
    for number, citation in enumerate(position.citations, start=n):
        yield f" [{number}]({link(citation)})", citation
    sure = how_sure(answer, position)
    yield (f" · {plain(sure)}" if sure else "") + "\n\n", None
    for number, citation in enumerate(position.citations, start=n):
        before, quote, after = sentence_parts(citation)
        yield f"> {plain(before)}**{plain(quote)}**{plain(after)}\n>\n", None
        yield f"> {number}: {plain(headline(citation.article))}\n\n", None


def _abstention(answer: Answer, *, said: bool) -> Iterator[str]:
    if not said:
        yield f"{_NO_ANSWER} {plain(reason_in_words(answer))}\n\n"
    if answer.nearest:
        yield "Nearest passages:\n\n"
    for passage in answer.nearest[:N_NEAREST_SHOWN]:
        excerpt = one_line(passage.text)
        excerpt = excerpt if len(excerpt) <= _MOST_OF_EXCERPT else f"{excerpt[:_MOST_OF_EXCERPT].rsplit(' ', 1)[0]} …"
        yield f"> {plain(excerpt)}\n>\n> {plain(headline(passage.article))}\n\n"


def _annotation(citation: Citation, url: str, start: int, end: int) -> dict[str, Any]:
    title = headline(citation.article)
    return {
        "type": "url_citation",
        "url_citation": {"start_index": start, "end_index": end, "url": url, "title": title},
    }


def _answer_and_evidence(text: str) -> tuple[str | None, str | None]:
    """Return the answer and its sentence from a message as made above; of another's message, what it says first."""
    paragraphs = [paragraph.strip() for paragraph in text[:_MOST_OF_MESSAGE].split("\n\n")]
    first = next((p for p in paragraphs if p and not (p.startswith("*") and not p.startswith("**"))), "")
    if not first or first.startswith(_NO_ANSWER):
        return None, None
    stated = next((match for p in paragraphs if not p.startswith(">") and (match := _ANSWER.match(p))), None)
    evidence = next((p[1:].split("\n")[0].strip() for p in paragraphs if p.startswith(">")), "")
    said = stated.group(1) if stated else first
    return _unmarked(said), _unmarked(evidence.replace("**", "")) or None


def _unmarked(text: str) -> str:
    plain_text = _ESCAPED.sub(r"\1", _LINK.sub("", text))
    return plain_text.replace("&lt;", "<").replace("&amp;", "&")
