"""What is said in every face: dates, confidence, what limits an answer; and text made safe to show."""

from __future__ import annotations

import re
from datetime import date

from index.types import Article, Stats
from qa.dates import bounds, shown
from qa.types import Answer, Citation, Constraint, Demand, Form, Overview, Position, Reason, Verdict

_REASONS = {
    Reason.NO_PASSAGES: "No article in reach of this question has any passage to read.",
    Reason.NO_EVIDENCE: "The passages nearest to the question hold nothing that could answer it.",
    Reason.LOW_CONFIDENCE: "The articles don't say so clearly enough to be quoted.",
}
_VERDICTS = {
    Verdict.YES: "Yes.",
    Verdict.NO: "No.",
    Verdict.UNSETTLED: "The articles don't settle it.",
}
N_NEAREST_SHOWN = 3
_N_SOURCES_NAMED = 5
_MOST_AROUND_QUOTE = 600  # characters of a sentence shown on either side; in JSON it is whole
# Escape sequences, other control characters and bidirectional overrides: an article must not steer the terminal.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069]")


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
    """Return why an answer is withheld; empty where it isn't."""
    if answer.form is Form.EVENTS and answer.reason is Reason.NO_EVIDENCE:
        return "No article tells of anything then."
    return _REASONS[answer.reason] if answer.reason else ""


def understood_as(answer: Answer) -> str:
    """Say what a follow-up was taken for; empty where it stands as it was asked."""
    question = answer.question
    return "" if question.standalone == question.text else f"Understood as: {one_line(question.standalone)}"


def summary_of(answer: Answer) -> str:
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


def collection_in_words(held: Stats) -> str:
    """Return "5 articles, 20 January 2021 to 26 January 2021"."""
    days = [day_in_words(day) for day in (held.first_published, held.last_published) if day]
    dates = f", {' to '.join(dict.fromkeys(days))}" if days else ""
    return f"{held.n_articles} article{'s' * (held.n_articles != 1)}{dates}"


def _sources_in_words(overview: Overview) -> str:
    named = [(source or "unknown source", n) for source, n in overview.sources.items()]
    if not any(overview.sources):
        return ""
    shown = [f"{source} ({n})" if n > 1 else source for source, n in named[:_N_SOURCES_NAMED]]
    more = len(named) - len(shown)
    return f": {', '.join(shown)}{f' and {more} more' if more else ''}"


def how_sure(answer: Answer, position: Position) -> str:
    """Return the confidence, the sources, since when it holds; nothing of an overview: there nothing is inferred."""
    if answer.overview:
        return ""
    is_news = position is answer.positions[0] and any(other.is_superseded for other in answer.positions)
    since = f", since {day_in_words(position.first_published)}" if is_news else ""
    return f"{confidence_in_words(position.confidence)}{_said_by(position)}{since}"


def heading_of(answer: Answer, position: Position) -> str:
    """Return what is said before a position that isn't the first; empty where the positions only stand in a row."""
    if answer.form is Form.YES_NO:
        return "Against it speaks:"
    if answer.form is not Form.FACT:
        return ""
    if position.is_superseded:
        return f"Until {day_in_words(position.last_published)} the articles said:"
    return "The articles also say:"


def notes_on(answer: Answer) -> list[str]:
    """Return what is said below an answer: which articles were read, and what words of time were taken for."""
    return [note for note in (scope_note(answer), constraint_note(answer)) if note]


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


def constraint_note(answer: Answer) -> str:
    """Say what the words of the question were taken to mean of time; empty where there are none."""
    return " ".join(_meaning(constraint, answer.form) for constraint in answer.constraints)


def _meaning(constraint: Constraint, form: Form) -> str:
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
    if form is Form.EVENTS:
        return f"{words}: {period}."
    newest = ", the newest before the rest" if constraint.demand is Demand.AS_OF else ""
    return f"{words}: what is of {period} goes first{newest}."


def sentence_parts(citation: Citation) -> tuple[str, str, str]:
    """Return the sentence as what stands before the quote, the quote, and what stands after it, ready to be shown.

    Of a text without sentences, a pasted table say, what is far from the quote is left out.
    """
    text, span, sentence = citation.article.text, citation.span, citation.sentence
    before, after = _spaces(text[sentence.start : span.start]), _spaces(text[span.end : sentence.end])
    if len(before) > _MOST_AROUND_QUOTE:
        before = f"\N{HORIZONTAL ELLIPSIS}{before[-_MOST_AROUND_QUOTE:]}"
    if len(after) > _MOST_AROUND_QUOTE:
        after = f"{after[:_MOST_AROUND_QUOTE]}\N{HORIZONTAL ELLIPSIS}"
    return printable(before), printable(_spaces(citation.quote)), printable(after)


def in_plain_words(position: Position) -> str:
    """Return the date that a text comes to, in brackets: "Feb. 5 (5 February 2021)"; empty where the text says it."""
    if not position.normalized or bounds(position.normalized) is None:
        return ""
    words = shown(position.normalized)
    said = set(re.findall(r"\w+", position.text.lower().replace(",", "")))  # "8,000" says 8000
    return "" if set(re.findall(r"\w+", words.lower())) <= said else f" ({words})"


def _said_by(position: Position) -> str:
    return f", {position.n_sources} independent sources" if position.n_sources > 1 else ""


def printable(text: str) -> str:
    """Return `text` with line ends as on Unix, and all else that would steer a terminal replaced by a mark."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """Return `text` with each run of white space, line breaks among them, as one space."""
    return " ".join(text.split())


def _spaces(text: str) -> str:
    """Like `one_line`, but a space at either end stays: the quote's neighbours must not stick to it."""
    return re.sub(r"\s+", " ", text)
