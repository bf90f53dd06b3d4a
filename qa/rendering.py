"""Answer -> what people and programs see: JSON and the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from index.types import Article, Passage
from qa.dates import bounds, shown
from qa.types import Answer, Citation, Form, Overview, Position, Reason, Verdict

if TYPE_CHECKING:
    from rich.text import Text

_REASONS = {
    Reason.NO_PASSAGES: "No article in reach of this question has any passage to read.",
    Reason.NO_EVIDENCE: "The passages nearest to the question hold nothing that could answer it.",
    Reason.LOW_CONFIDENCE: "The articles don't say so clearly enough to be quoted.",
}
_UNSETTLED = "The articles don't settle it."
_VERDICTS = {Verdict.YES: "Yes.", Verdict.NO: "No.", Verdict.UNSETTLED: _UNSETTLED}
_HEADINGS = {Form.LIST: "The articles name:"}
# What stands before the second position, where it speaks beside or against the first.
_RIVALS = {Form.FACT: "The articles also say:", Form.YES_NO: "Against it speaks:"}
N_NEAREST_SHOWN = 3
_N_SOURCES_NAMED = 5
_MARKUP = re.compile(r"[\\`*_\[\]~|#]")
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
        "added_terms": [asdict(added) for added in answer.question.added],
        "form": answer.form.value,
        "answer": answer.text,
        "verdict": answer.verdict.value if answer.verdict else None,
        "overview": _overview_dict(answer.overview) if answer.overview else None,
        "normalized": answer.positions[0].normalized if answer.positions else None,
        "confidence": round(answer.confidence, 4),
        "abstained": answer.abstained,
        "reason": answer.reason.value if answer.reason else None,
        "positions": positions,
        "citations": [_citation_dict(n, citation) for n, citation in numbered.items()],
        "nearest": [_passage_dict(passage) for passage in answer.nearest[:N_NEAREST_SHOWN]],
        "as_of": _iso(answer.question.as_of),
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
        "citations": numbers,
    }


def _overview_dict(overview: Overview) -> dict[str, Any]:
    return {
        "topic": overview.topic,
        "n_articles": overview.n_articles,
        "at_least": overview.at_least,
        "first_published": _iso(overview.first_published),
        "last_published": _iso(overview.last_published),
        "sources": dict(overview.sources),
    }


def _citation_dict(n: int, citation: Citation) -> dict[str, Any]:
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
    """Return the answer for a terminal: the answer first, then its numbered citations, the quotes highlighted.

    A follow-up is preceded by the question that it was taken for.
    """
    from rich.text import Text

    understood = understood_as(answer)
    parts = _abstention(answer) if answer.abstained else _answer(answer)
    note = scope_note(answer)
    return Text("\n").join(
        [
            *([Text(printable(understood), style="dim")] if understood else []),
            *parts,
            *([Text(note, style="dim")] if note else []),
        ]
    )


def to_markdown(answer: Answer) -> str:
    """Return the question and its answer as Markdown, with numbered citations; no markup of an article survives."""
    question = answer.question
    lines = [f"**{_plain(question.text)}**"]
    if understood := understood_as(answer):
        lines.append(f"*{_plain(understood)}*")
    lines += [_plain(line) for line in (_summary(answer), _HEADINGS.get(answer.form, "")) if line]
    if answer.reason and not _summary(answer):
        lines.append(f"No answer. {_REASONS[answer.reason]}")
    n = 0
    for position in answer.positions:
        sure = _how_sure(answer, position).strip()
        lines.append(f"{_plain(one_line(position.text))}{f' ({sure})' if sure else ''}")
        cited = []
        for citation in position.citations:
            n += 1
            cited.append(f"{n}. {_markdown_citation(citation)}")
        lines.append("\n".join(cited))
    if note := scope_note(answer):
        lines.append(note.strip())
    return "\n\n".join(lines) + "\n"


def _markdown_citation(citation: Citation) -> str:
    article = citation.article
    heading = _plain(headline(article))
    linked = f"[{heading}](<{citation.url}>)" if citation.url else heading
    line = f":{citation.line}" if citation.line else ""
    path = f" ({_plain(article.path)}{line})" if article.path else ""
    return f"> {_plain(one_line(citation.sentence_text))}  \n   {linked}{path}"


def _plain(text: str) -> str:
    """Return `text` so that Markdown and HTML show it as it stands."""
    return _MARKUP.sub(r"\\\g<0>", printable(text)).replace("&", "&amp;").replace("<", "&lt;")


def understood_as(answer: Answer) -> str:
    """Say what a follow-up was taken for; empty where it stands as it was asked."""
    question = answer.question
    return "" if question.standalone == question.text else f"Understood as: {one_line(question.standalone)}"


def _answer(answer: Answer) -> Iterable[Text]:
    from rich.text import Text

    best, *others = answer.positions
    heading = _HEADINGS.get(answer.form) if others else None
    if answer.overview:
        yield Text(printable(_summary(answer)), style="bold green")
    if heading:
        yield Text(heading, style="bold")
    n = 0
    for position in answer.positions:
        if others and position is others[0] and answer.form in _RIVALS:
            yield Text(f"\n{_RIVALS[answer.form]}", style="bold")
        style = "green" if position is best or answer.form not in _RIVALS else "yellow"
        before = "\n" if position is not best else f"{_summary(answer)} " if answer.verdict else ""
        yield Text.assemble(
            (before + printable(one_line(position.text)), f"bold {style}"),
            (_in_plain_words(position), style),
            (_how_sure(answer, position), "dim"),
        )
        for citation in position.citations:
            n += 1
            yield Text("\n").join(citation_lines(n, citation))


def _summary(answer: Answer) -> str:
    """Return what is said before any quote: "Yes.", or how many articles there are; empty for most answers."""
    if answer.overview:
        return overview_in_words(answer.overview)
    return _VERDICTS[answer.verdict] if answer.verdict else ""


def overview_in_words(overview: Overview) -> str:
    """Return "3 articles mention New START, 20 January 2021 to 24 January 2021: Rappler (2), TASS."."""
    topic = one_line(overview.topic)
    if not overview.n_articles:
        return f"No article mentions {topic}."
    at_least = "At least " if overview.at_least else ""
    verb = "articles mention" if overview.n_articles != 1 else "article mentions"
    days = [day_in_words(day) for day in (overview.first_published, overview.last_published) if day]
    dates = f", {' to '.join(dict.fromkeys(days))}" if days else ""
    return f"{at_least}{overview.n_articles} {verb} {topic}{dates}{_sources_in_words(overview)}."


def _sources_in_words(overview: Overview) -> str:
    named = [(source or "unknown source", n) for source, n in overview.sources.items()]
    if not any(overview.sources):
        return ""
    shown = [f"{source} ({n})" if n > 1 else source for source, n in named[:_N_SOURCES_NAMED]]
    more = len(named) - len(shown)
    return f": {', '.join(shown)}{f' and {more} more' if more else ''}"


def _how_sure(answer: Answer, position: Position) -> str:
    """Return the confidence and the number of sources; nothing of an overview, in which nothing is inferred."""
    if answer.overview:
        return ""
    return f"   {confidence_in_words(position.confidence)}{_said_by(position)}"


def _abstention(answer: Answer) -> Iterable[Text]:
    from rich.text import Text

    reason = answer.reason or Reason.NO_EVIDENCE
    if summary := _summary(answer):
        yield Text(printable(summary), style="bold yellow")
    else:
        yield Text.assemble(("No answer.", "bold yellow"), f" {_REASONS[reason]}")
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

    before = citation.article.text[citation.sentence.start : citation.span.start]
    after = citation.article.text[citation.span.end : citation.sentence.end]
    lines = [
        Text.assemble((f"[{n}] ", "cyan"), (headline(citation.article), "cyan")),
        Text.assemble(
            "    ",
            printable(_spaces(before)),
            (printable(_spaces(citation.quote)), "bold reverse"),
            printable(_spaces(after)),
        ),
    ]
    if citation.url:
        lines.append(Text(f"    {printable(citation.url)}", style="dim", no_wrap=True, overflow="fold"))
    if citation.article.path:
        line = f":{citation.line}" if citation.line else ""
        lines.append(Text(f"    {printable(citation.article.path)}{line}", style="dim"))
    return lines


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


def scope_note(answer: Answer) -> str:
    """Say which articles were left out by dates; empty where none were."""
    question = answer.question
    limits = [
        f"published up to {day_in_words(question.as_of)}" if question.as_of else "",
        f"published since {day_in_words(question.since)}" if question.since else "",
        f"published until {day_in_words(question.until)}" if question.until else "",
        f"from {printable(question.source)}" if question.source else "",
    ]
    if not any(limits):
        return ""
    undated = f"; {answer.n_undated_left_out} of unknown date left out" if answer.n_undated_left_out else ""
    return f"\nRead only articles {', '.join(limit for limit in limits if limit)}{undated}."


def printable(text: str) -> str:
    """Return `text` with line ends as on Unix, and all else that would steer a terminal replaced by a mark."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return `text` with each run of white space, line breaks among them, as one space."""
    return " ".join(text.split())


def _spaces(text: str) -> str:
    """Like `one_line`, but a space at either end stays: the quote's neighbours must not stick to it."""
    return re.sub(r"\s+", " ", text)


def _in_plain_words(position: Position) -> str:
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
