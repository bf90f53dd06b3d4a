"""What changed: answers that later articles take back, what they put in their place, and the answer that leads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from index.sentences import sentence_spans
from index.terms import query_terms
from index.types import Article, Passage, Span
from qa.citing import surrounding_sentences
from qa.confidence import Weighed
from qa.dates import Kind, bounds
from qa.positions import Support
from qa.quantities import find_quantities, quantity
from qa.retractions import is_taken_back
from qa.types import Candidate, Constraint, Demand
from qa.values import are_one_value, times_of

# What an answer loses that its own sentence takes back, chosen on the dev half of the changing stories (docs/dates.md).
LOG_ODDS_OF_TAKEN_BACK = 6.0
# The share of replacements that were right there, where the answer that they replace was.
SURENESS_OF_REPLACEMENT = 0.9
_MOST_CHANGES = 5
_SENTENCES_ON = 2
_ASKS_FOR_TAKEN_BACK = re.compile(
    r"\b(?:not|n['’]t|never|originally|initially|first|previously|former|formerly|was|were|had|did)\b", re.IGNORECASE
)
# "Who is", "when will", "how many": what a later article may change. What is over stays as it was: "when did", "who won".
_OVER = re.compile(
    r"\b(?:did|was|were|had)\b|^(?:who|what|which\s\w+)\s(?:[a-z]+ed|won|lost|made|wrote|built|led|gave|took|said|told|met"
    r"|began|became|left|held|sent|sold|bought|paid|shot|hit|cut|put|broke|drew|found|sang|ran|beat|chose)\b",
    re.IGNORECASE,
)
_COUNTING = re.compile(
    r"\bhow\s(?:many|much|big|large|high|strong)\b|\b(?:number|toll|total|estimate|figure|cost|price)\b", re.IGNORECASE
)
# Right before the new value: "extended to", "but", "now".
_LEADS_TO_NEW = re.compile(r"\b(?:to|until|till|now|but|instead|for|on|at|is)\s(?:\w+,?\s){0,2}$", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:said|told|announced|confirmed|added|wrote)\s(?:\w+\s){0,3}(?:on\s)?(?:\w+,?\s)?$", re.IGNORECASE
)


_MOVED = re.compile(
    r"\b(?:extend|prolong|renew|postpon|delay|defer|push|put\s(?:off|back)|mov|reschedul|shift|br(?:ing|ought)\sforward)\w*\b"
    r"[^.;]{0,80}?\b(?:to|until|till|through)\s(?:the\s|\w+,\s)?$",
    re.IGNORECASE,
)
SURENESS_OF_ANNOUNCED = 0.7


# A number within these is no count.
_NUMBERED = frozenset({Kind.DATE, Kind.YEAR, Kind.MONTH, Kind.TIME, Kind.AGE})
_NAME = re.compile(r"(?:(?:[A-Z][\w’'-]*\.?|de|van|von|der|da|al|bin)\s){1,3}[A-Z][\w’'-]+")


class _Mention(NamedTuple):
    """A value where it stands in an article."""

    span: Span
    value: str


def without_taken_back(candidates: Sequence[Candidate], question: str) -> list[Candidate]:
    """Return the candidates with lower scores where their own sentence takes them back, highest first.

    A question for what was planned, or not done, is answered by just such sentences: then all stay as they are.
    """
    if _ASKS_FOR_TAKEN_BACK.search(question):
        return list(candidates)
    weighed = [replace(c, score=c.score - LOG_ODDS_OF_TAKEN_BACK * _takes_itself_back(c)) for c in candidates]
    return sorted(weighed, key=lambda candidate: -candidate.score)


def _takes_itself_back(candidate: Candidate) -> bool:
    article = candidate.passage.article
    return is_taken_back(article.text, surrounding_sentences(article, candidate.span), candidate.span)


def may_change(question: str) -> bool:
    """Say whether a later article may change the answer: it asks for what is or will be, or for a figure."""
    return bool(_COUNTING.search(question)) or not _OVER.search(question)


def with_replacements(
    answers: Sequence[Weighed], passages: Sequence[Passage], candidates: Sequence[Candidate]
) -> list[Weighed]:
    """Return the answers with what later articles put in the place of the best one in front, the newest first.

    :param answers: what stands, the most probable first.
    """
    standing = list(answers)
    for _ in range(_MOST_CHANGES):
        newer = _replacement(standing[0], passages, candidates)
        if newer is None:
            break
        same = next((a for a in standing if _are_same(a.support, newer.support)), None)
        surer = Weighed(same.support, *map(max, same[1:], newer[1:])) if same else newer
        standing = [surer, *(answer for answer in standing if answer is not same)]
    return standing


def _are_same(one: Support, other: Support) -> bool:
    if one.value or other.value:
        return one.value == other.value
    return one.best.text == other.best.text


def _replacement(old: Weighed, passages: Sequence[Passage], candidates: Sequence[Candidate]) -> Weighed | None:
    """Return what the first later article that takes `old` back says instead; None where there is none."""
    last = max((c.passage.article.published or date.min for c in old.support.candidates), default=date.min)
    for passage in _later_articles(passages, last):
        span = _new_value(passage.article, old.support, candidates)
        if span:
            place = _passage_of(passages, passage.article, span) or passage
            if span not in place.chunk.span:
                continue
            new = Candidate(place, span, old.support.best.score)
            value = next(m.value for m in _mentions(passage.article, span, old.support) if m.span == span)
            sureness = old.confidence_alone * SURENESS_OF_REPLACEMENT
            support = Support((new,), old.support.evidence, 1, value if old.support.value else None)
            return Weighed(support, sureness, sureness)
    return None


def with_announced_change(answers: Sequence[Weighed], question: str, passages: Sequence[Passage]) -> list[Weighed]:
    """Return the answers, behind them the date to which articles say that the best one is or may be moved.

    "The term can be extended for another five years to 2026" doesn't take back that it ends on February 5.
    """
    lead = answers[0]
    before = bounds(lead.support.value) if lead.support.value else None
    first = min((c.passage.article.published or date.max for c in lead.support.candidates), default=date.max)
    if before is None:
        return list(answers)
    topic = query_terms(question)
    for passage in passages:
        is_cited = any(
            c.passage.article.id == passage.article.id and c.span in passage.chunk.span for c in lead.support.candidates
        )
        if (passage.article.published or date.min) < first or not (is_cited or _is_about(passage, topic)):
            continue
        for time in times_of(passage.article):
            after = bounds(time.value) if time.value else None
            if (
                after is None
                or time.span not in passage.chunk.span
                or are_one_value(time.value or "", lead.support.value or "")
            ):
                continue
            sentence = surrounding_sentences(passage.article, time.span)
            if _MOVED.search(passage.article.text[sentence.start : time.span.start]):
                if any(a.support.value == time.value for a in answers):
                    continue
                new = Candidate(passage, time.span, 0.0)
                sureness = lead.confidence_alone * SURENESS_OF_ANNOUNCED
                return [*answers, Weighed(Support((new,), 0.0, 1, time.value), sureness, sureness)]
    return list(answers)


def _is_about(passage: Passage, topic: Sequence[str]) -> bool:
    """Say whether a passage, with its article's title, holds at least half of the question's words."""
    words = set(re.findall(r"\w+", f"{passage.article.title or ''} {passage.text}".lower()))
    return 2 * sum(term in words for term in topic) >= len(topic)


def _later_articles(passages: Sequence[Passage], last: date) -> list[Passage]:
    """Return one passage of each article published after `last`, the oldest first."""
    by_id = {p.article.id: p for p in reversed(passages) if (p.article.published or date.min) > last}
    return sorted(by_id.values(), key=lambda p: (p.article.published, p.article.id))


def _passage_of(passages: Sequence[Passage], article: Article, span: Span) -> Passage | None:
    return next((p for p in passages if p.article.id == article.id and span in p.chunk.span), None)


def _new_value(article: Article, old: Support, candidates: Sequence[Candidate]) -> Span | None:
    """Return where `article` names another value of the same kind, in or after the sentence that takes `old` back."""
    sentences = list(sentence_spans(article.text))
    for at, sentence in enumerate(sentences):
        named = _mentions(article, sentence, old)
        if not any(
            _is_old(m, old) and is_taken_back(article.text, sentence, m.span, was_said_before=True) for m in named
        ):
            continue
        nearby = sentences[at : at + 1 + _SENTENCES_ON] + sentences[max(0, at - 1) : at]
        for near in nearby:
            new = [m for m in _mentions(article, near, old) if _may_replace(m, old, article, near)]
            if new:
                return max(new, key=lambda m: _fitness(m, article, near, candidates)).span
    return None


def _mentions(article: Article, within: Span, old: Support) -> list[_Mention]:
    """Return what stands in a sentence and is of the same kind as an answer: dates, numbers, or names of two words."""
    text = within.of(article.text)
    times = [time for time in times_of(article) if time.span.overlaps(within)]
    if old.value and bounds(old.value):
        return [_Mention(t.span, t.value) for t in times if t.value and bounds(t.value)]
    if old.value and quantity(old.value):
        dated = [time.span for time in times if time.kind in _NUMBERED]
        found = [_Mention(span.shifted(within.start), str(number)) for span, number in find_quantities(text)]
        return [mention for mention in found if not any(mention.span.overlaps(span) for span in dated)]
    if old.value is None and _NAME.fullmatch(old.best.text):
        surname = re.escape(old.best.text.split()[-1])
        names = re.finditer(rf"{_NAME.pattern}|\b{surname}\b", text)
        return [_Mention(Span(*match.span()).shifted(within.start), match.group()) for match in names]
    return []


def _is_old(mention: _Mention, old: Support) -> bool:
    if old.value is None:
        return mention.value.split()[-1] == old.best.text.split()[-1]
    if bounds(mention.value):
        return are_one_value(mention.value, old.value)
    found, known = quantity(mention.value), quantity(old.value)
    return found is not None and known is not None and found.number == known.number


def _may_replace(mention: _Mention, old: Support, article: Article, sentence: Span) -> bool:
    if _is_old(mention, old) or is_taken_back(article.text, sentence, mention.span, was_said_before=True):
        return False
    if old.value is None:
        return True
    days, before = bounds(mention.value), bounds(old.value)
    if days and before:
        said_on = old.best.passage.article.published
        was_to_come = said_on is not None and before[0] > said_on
        return not was_to_come or article.published is None or days[1] > article.published
    found, known = quantity(mention.value), quantity(old.value)
    return found is not None and known is not None and (found.unit == known.unit or not (found.unit and known.unit))


def _fitness(mention: _Mention, article: Article, sentence: Span, candidates: Sequence[Candidate]) -> float:
    """Return how well a value fits as the new one: by the words right before it, and by what the reader thinks."""
    before = article.text[sentence.start : mention.span.start]
    read = [c.score for c in candidates if c.passage.article.id == article.id and c.span.overlaps(mention.span)]
    return 5.0 * bool(_LEADS_TO_NEW.search(before)) - 10.0 * bool(_SAID.search(before)) + max([*read, -10.0])


def in_order(answers: Sequence[Weighed], question: str, constraints: Sequence[Constraint]) -> list[Weighed]:
    """Return the answers with the one first that holds, or that an order in the question asks for; the others stay.

    :param answers: what stands, the most probable first.
    """
    if not answers:
        return []
    demands = {constraint.demand for constraint in constraints}
    if Demand.EARLIEST in demands:
        lead = min(answers, key=_first_day)
    elif demands & {Demand.LATEST, Demand.AS_OF}:
        lead = max(answers, key=lambda answer: _published(answer)[1])
    elif may_change(question):
        lead = max((a for a in answers if a is answers[0] or supersedes(a, answers[0])), key=lambda a: _published(a)[0])
    else:
        lead = answers[0]
    return [lead, *(answer for answer in answers if answer is not lead)]


def supersedes(newer: Weighed, older: Weighed) -> bool:
    """Say whether all that speaks for the one was published after all that speaks for the other."""
    return _published(newer)[0] > _published(older)[1] > date.min


def _published(answer: Weighed) -> tuple[date, date]:
    """Return the first and last day of publication, `date.min` where no day is known."""
    days = [c.passage.article.published for c in answer.support.candidates if c.passage.article.published]
    return (min(days), max(days)) if days else (date.min, date.min)


def _first_day(answer: Weighed) -> date:
    """Return the day that an answer is, else the day on which it was first published."""
    between = bounds(answer.support.value) if answer.support.value else None
    return between[0] if between else _published(answer)[0]
