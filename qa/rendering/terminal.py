"""Answers and events -> the terminal: rich texts, the quotes highlighted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import count, groupby
from typing import TYPE_CHECKING

from index.types import Passage
from qa.dates import shown
from qa.rendering.words import (
    N_NEAREST_SHOWN,
    heading_of,
    headline,
    how_sure,
    in_plain_words,
    notes_on,
    one_line,
    printable,
    reason_in_words,
    sentence_parts,
    summary_of,
    understood_as,
)
from qa.types import Answer, Citation, Form, Position

if TYPE_CHECKING:
    from rich.text import Text

    from qa.events import Event

_N_OTHERS_SHOWN = 3  # of those who tell the same of an event


def to_terminal(answer: Answer) -> Text:
    """Return the answer for a terminal: the answer first, then its numbered citations, the quotes highlighted.

    A follow-up is preceded by the question that it was taken for.
    """
    from rich.text import Text

    understood = understood_as(answer)
    parts = _abstention(answer) if answer.abstained else _answer(answer)
    return Text("\n").join(
        [
            *([Text(printable(understood), style="dim")] if understood else []),
            *parts,
            *(Text(f"\n{note}", style="dim") for note in notes_on(answer)),
        ]
    )


def _answer(answer: Answer) -> Iterable[Text]:
    from rich.text import Text

    best, *others = answer.positions
    if answer.overview:
        yield Text(printable(summary_of(answer)), style="bold green")
    if answer.form is Form.LIST and others:
        yield Text("The articles name:", style="bold")
    numbers = count(1)
    heading = ""
    for position in answer.positions:
        if position is not best and heading != (heading := heading_of(answer, position)):
            yield Text(f"\n{heading}", style="bold")
        yield _position(answer, position)
        for citation in position.citations:
            yield Text("\n").join(citation_lines(next(numbers), citation))


def _position(answer: Answer, position: Position) -> Text:
    from rich.text import Text

    is_best = position is answer.positions[0]
    style = "green" if is_best or not heading_of(answer, position) else "yellow"
    before = "\n" if not is_best else f"{summary_of(answer)} " if answer.verdict else ""
    sure = how_sure(answer, position)
    return Text.assemble(
        (before + printable(one_line(position.text)), f"bold {style}"),
        (in_plain_words(position), style),
        (f"   {sure}" if sure else "", "dim"),
    )


def _abstention(answer: Answer) -> Iterable[Text]:
    from rich.text import Text

    if summary := summary_of(answer):
        yield Text(printable(summary), style="bold yellow")
    else:
        yield Text.assemble(("No answer.", "bold yellow"), f" {reason_in_words(answer)}")
    if answer.nearest:
        yield Text("\nNearest passages:", style="dim")
    for passage in answer.nearest[:N_NEAREST_SHOWN]:
        yield passage_lines(passage)


def passage_lines(passage: Passage) -> Text:
    """Return a passage for a terminal: its heading and how it begins."""
    from rich.text import Text

    excerpt = one_line(passage.text)
    excerpt = excerpt if len(excerpt) <= 160 else excerpt[:157].rsplit(" ", 1)[0] + " …"
    return Text.assemble(f"  - {headline(passage.article)}\n    ", (printable(excerpt), "dim"))


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
