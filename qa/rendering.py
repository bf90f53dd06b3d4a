"""Answer -> what people and programs see: JSON and the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import count, groupby
from typing import TYPE_CHECKING, Any

from index.types import Article, Passage
from qa.dates import bounds, shown
from qa.types import Answer, Citation, Constraint, Demand, Position, Reason

if TYPE_CHECKING:
    from rich.text import Text

    from qa.events import Event

_REASONS = {
    Reason.NO_PASSAGES: "No article in reach of this question has any passage to read.",
    Reason.NO_EVIDENCE: "The passages nearest to the question hold nothing that could answer it.",
    Reason.LOW_CONFIDENCE: "The articles don't say so clearly enough to be quoted.",
}
_N_NEAREST_SHOWN = 3
_N_OTHERS_SHOWN = 3  # of those who tell the same of an event
# Escape sequences, other control characters and bidirectional overrides: an article must not steer the terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]")


def to_dict(answer: Answer, *, id: str | None = None) -> dict[str, Any]:
    """Return the answer as JSON shape, the contract of `docs/answer.schema.json`; `id` is a batch line's."""
    numbered: dict[int, Citation] = {}
    positions = []
    for position in answer.positions:
        numbers = []
        for citation in position.citations:
            numbers.append(len(numbered) + 1)
            numbered[numbers[-1]] = citation
        positions.append(_position_dict(position, numbers))
    shape: dict[str, Any] = {} if id is None else {"id": id}
    return shape | {
        "question": answer.question.text,
        "standalone_question": answer.question.standalone,
        "answer": answer.text,
        "normalized": answer.positions[0].normalized if answer.positions else None,
        "confidence": round(answer.confidence, 4),
        "abstained": answer.abstained,
        "reason": answer.reason.value if answer.reason else None,
        "positions": positions,
        "citations": [citation_dict(n, citation) for n, citation in numbered.items()],
        "nearest": [_passage_dict(passage) for passage in answer.nearest[:_N_NEAREST_SHOWN]],
        "as_of": _iso(answer.question.as_of),
        "constraints": [_constraint_dict(constraint) for constraint in answer.constraints],
        "n_undated_left_out": answer.n_undated_left_out,
        "timings_ms": dict(answer.timings_ms),
    }


def _position_dict(position: Position, numbers: list[int]) -> dict[str, Any]:
    return {
        "answer": position.text,
        "normalized": position.normalized,
        "confidence": round(position.confidence, 4),
        "n_sources": position.n_sources,
        "first_published": _iso(position.first_published),
        "last_published": _iso(position.last_published),
        "superseded": position.is_superseded,
        "citations": numbers,
    }


def _constraint_dict(constraint: Constraint) -> dict[str, Any]:
    return {
        "words": constraint.words,
        "demand": constraint.demand.value,
        "first": _iso(constraint.first),
        "last": _iso(constraint.last),
        "applied": constraint.is_applied,
    }


def citation_dict(n: int, citation: Citation) -> dict[str, Any]:
    """Return a citation as JSON shape, with its number."""
    article = citation.article
    return {
        "n": n,
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "url": citation.url,
        "path": article.path,
        "published": _iso(article.published),
        "start": citation.span.start,
        "end": citation.span.end,
        "line": citation.line,
        "quote": citation.quote,
        "passage": {
            "start": citation.sentence.start,
            "end": citation.sentence.end,
            "text": citation.sentence_text,
        },
    }


def _passage_dict(passage: Passage) -> dict[str, Any]:
    article, span = passage.article, passage.chunk.span
    return {
        "article_id": article.id,
        "title": article.title,
        "source": article.source,
        "published": _iso(article.published),
        "path": article.path,
        "start": span.start,
        "end": span.end,
        "text": passage.text,
        "score": round(passage.score, 4),
    }


def article_dict(article: Article, *, with_text: bool = False) -> dict[str, Any]:
    """Return an article as JSON shape."""
    shape = {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "url": article.url,
        "path": article.path,
        "published": _iso(article.published),
        "origins": dict(article.origins),
    }
    return shape | ({"text": article.text} if with_text else {})


def to_terminal(answer: Answer) -> Text:
    """Return the answer for a terminal: the answer first, then its numbered citations, the quotes highlighted."""
    from rich.text import Text

    parts = _abstention(answer) if answer.abstained else _answer(answer)
    notes = [note for note in (scope_note(answer), constraint_note(answer.constraints)) if note]
    return Text("\n").join([*parts, *(Text(f"\n{note}", style="dim") for note in notes)])


def _answer(answer: Answer) -> Iterable[Text]:
    from rich.text import Text

    best, *others = answer.positions
    since = f", since {day_in_words(best.first_published)}" if any(o.is_superseded for o in others) else ""
    yield Text.assemble(
        (printable(one_line(best.text)), "bold green"),
        (in_plain_words(best), "green"),
        (f"   {confidence_in_words(best.confidence)}{_said_by(best)}{since}", "dim"),
    )
    n = 0
    heading = ""
    for position in answer.positions:
        if position is not best:
            if heading != (heading := _heading(position)):
                yield Text(f"\n{heading}", style="bold")
            yield Text.assemble(
                ("\n" + printable(one_line(position.text)), "bold yellow"),
                (in_plain_words(position), "yellow"),
                (f"   {confidence_in_words(position.confidence)}{_said_by(position)}", "dim"),
            )
        for citation in position.citations:
            n += 1
            yield Text("\n").join(citation_lines(n, citation))


def _heading(position: Position) -> str:
    if position.is_superseded:
        return f"Until {day_in_words(position.last_published)} the articles said:"
    return "The articles also say:"


def _abstention(answer: Answer) -> Iterable[Text]:
    from rich.text import Text

    yield Text.assemble(("No answer.", "bold yellow"), f" {reason_in_words(answer)}")
    if answer.nearest:
        yield Text("\nNearest passages:", style="dim")
    for passage in answer.nearest[:_N_NEAREST_SHOWN]:
        excerpt = one_line(passage.text)
        excerpt = excerpt if len(excerpt) <= 160 else excerpt[:157].rsplit(" ", 1)[0] + " …"
        yield Text.assemble(f"  - {headline(passage.article)}\n    ", (printable(excerpt), "dim"))


def citation_lines(n: int, citation: Citation) -> list[Text]:
    """Return one citation for a terminal: its heading, the sentence with the quote highlighted, link, path and line."""
    from rich.text import Text

    before, quote, after = sentence_parts(citation)
    lines = [
        Text.assemble((f"[{n}] ", "cyan"), (headline(citation.article), "cyan")),
        Text.assemble("    ", before, (quote, "bold reverse"), after),
    ]
    if citation.url:
        lines.append(Text(f"    {printable(citation.url)}", style="dim", no_wrap=True, overflow="fold"))
    if citation.article.path:
        line = f":{citation.line}" if citation.line else ""
        lines.append(Text(f"    {printable(citation.article.path)}{line}", style="dim"))
    return lines


def events_dict(period: str, days: tuple[date, date], events: Sequence[Event], *, n_more: int) -> dict[str, Any]:
    """Return what happens in a period as JSON shape: what `qa when --json` prints."""
    numbers = count(1)
    return {
        "period": period,
        "first": _iso(days[0]),
        "last": _iso(days[1]),
        "events": [
            {
                "value": event.value,
                "first": _iso(event.first),
                "last": _iso(event.last),
                "sentence": event.sentence,
                "n_sources": event.n_sources,
                "citations": [citation_dict(next(numbers), citation) for citation in event.citations],
            }
            for event in events
        ],
        "n_more": n_more,
    }


def events_to_terminal(period: str, events: Sequence[Event], *, n_more: int) -> Text:
    """Return what happens in a period for a terminal: by date, each sentence with its date highlighted and cited."""
    from rich.text import Text

    if not events:
        return Text.assemble(("No article tells of ", "bold yellow"), (f"{shown(period)}.", "bold yellow"))
    numbers = count(1)
    parts: list[Text] = []
    for value, told in groupby(sorted(events, key=_by_date), key=lambda event: event.value):
        parts.append(Text(("\n" if parts else "") + shown(value), style="bold green"))
        parts += [line for event in told for line in _event_lines(event, numbers)]
    if n_more:
        parts.append(Text(f"\n{n_more} more; show them with --limit {len(events) + n_more}.", style="dim"))
    return Text("\n").join(parts)


def _by_date(event: Event) -> tuple[date, date, str]:
    return event.first, event.last, event.value


def _event_lines(event: Event, numbers: Iterator[int]) -> Iterator[Text]:
    """Yield the citation of an event, and of those who tell the same the first few, in brief."""
    from rich.text import Text

    first, *others = event.citations
    yield from citation_lines(next(numbers), first)
    for citation in others[:_N_OTHERS_SHOWN]:
        yield Text(f"    [{next(numbers)}] {headline(citation.article)}", style="cyan")
    if len(others) > _N_OTHERS_SHOWN:
        yield Text(f"    and {len(others) - _N_OTHERS_SHOWN} more that say the same", style="dim")


def sentence_parts(citation: Citation) -> tuple[str, str, str]:
    """Return the sentence as what stands before the quote, the quote, and what stands after it, ready to be shown."""
    text, span, sentence = citation.article.text, citation.span, citation.sentence
    before, after = text[sentence.start : span.start], text[span.end : sentence.end]
    return printable(_spaces(before)), printable(_spaces(citation.quote)), printable(_spaces(after))


def headline(article: Article) -> str:
    """Return "source · title · date" of an article, as far as they are known."""
    parts = (article.source, article.title or article.path or article.id, day_in_words(article.published))
    return " · ".join(printable(one_line(part)) for part in parts if part)


def day_in_words(day: date | None) -> str:
    """Return "5 February 2021", or "undated"."""
    return f"{day.day} {day:%B %Y}" if day else "undated"


def confidence_in_words(confidence: float) -> str:
    """Return the confidence as a person says it, with its figure."""
    word = "high" if confidence >= 0.7 else "fair" if confidence >= 0.4 else "low"
    return f"{word} confidence, {confidence:.0%}"


def reason_in_words(answer: Answer) -> str:
    """Return why it abstained, as a sentence."""
    return _REASONS[answer.reason or Reason.NO_EVIDENCE]


def scope_note(answer: Answer) -> str:
    """Say which articles were left out by dates; empty where none were."""
    question = answer.question
    limits = [
        f"published up to {day_in_words(question.as_of)}{_if_to_come(question.as_of)}" if question.as_of else "",
        f"published since {day_in_words(question.since)}" if question.since else "",
        f"published until {day_in_words(question.until)}" if question.until else "",
        f"from {printable(question.source)}" if question.source else "",
    ]
    if not any(limits):
        return ""
    undated = f"; {answer.n_undated_left_out} of unknown date left out" if answer.n_undated_left_out else ""
    return f"Read only articles {', '.join(limit for limit in limits if limit)}{undated}."


def _if_to_come(day: date) -> str:
    return " (a day to come: all that are dated)" if day > date.today() else ""


def constraint_note(constraints: Iterable[Constraint]) -> str:
    """Say what the words of the question were taken to mean of time; empty where there are none."""
    return " ".join(_meaning(constraint) for constraint in constraints)


def _meaning(constraint: Constraint) -> str:
    words = f"\N{LEFT DOUBLE QUOTATION MARK}{printable(one_line(constraint.words))}\N{RIGHT DOUBLE QUOTATION MARK}"
    if constraint.is_order:
        return f"{words}: the {'newest' if constraint.demand is Demand.LATEST else 'earliest'} answer goes first."
    if not constraint.is_applied:
        return f"{words} could not be applied: the articles don't say clearly when that was."
    first, last = constraint.first, constraint.last
    if first == last:
        period = day_in_words(first)
    elif first and last:
        period = shown(f"{first}/{last}")
    else:
        period = f"{day_in_words(first)} or later" if first else f"{day_in_words(last)} or before"
    newest = ", the newest before the rest" if constraint.demand is Demand.AS_OF else ""
    return f"{words}: what is of {period} goes first{newest}."


def printable(text: str) -> str:
    """Return `text` with line ends as on Unix, and all else that would steer a terminal replaced by a mark."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return `text` with each run of white space, line breaks among them, as one space."""
    return " ".join(text.split())


def _spaces(text: str) -> str:
    """Like `one_line`, but a space at either end stays: the quote's neighbours must not stick to it."""
    return re.sub(r"\s+", " ", text)


def in_plain_words(position: Position) -> str:
    """Return the date that a text comes to, in brackets: "Feb. 5 (5 February 2021)"; empty where the text says it."""
    if not position.normalized or bounds(position.normalized) is None:
        return ""
    words = shown(position.normalized)
    said = set(re.findall(r"\w+", position.text.lower()))
    return "" if set(re.findall(r"\w+", words.lower())) <= said else f" ({words})"


def _said_by(position: Position) -> str:
    return f", {position.n_sources} independent sources" if position.n_sources > 1 else ""


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
