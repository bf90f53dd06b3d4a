"""What later articles put in the place of an answer: "now expected on May 6", "can be extended to 2026"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from index.terms import query_terms
from index.types import Article, Passage, Span
from qa.citing import sentences_of, surrounding_sentences
from qa.confidence import Calibration, Weighed, features_of
from qa.dates import Kind, TimeMention, bounds
from qa.positions import Support
from qa.quantities import find_quantities, quantity
from qa.retractions import is_taken_back
from qa.types import Candidate
from qa.values import are_one_value, times_of

# Where the old answer was right, so many of the new ones were: 6 of 7 on the dev half of the labelled stories.
SURENESS_OF_REPLACEMENT = 0.9
# A date to which something may be moved is an answer to another question as often: set by hand.
SURENESS_OF_ANNOUNCED = 0.7
_MOST_CHANGES = 5
_SENTENCES_AROUND = 2
# Either the words before it lead to it, or the reader thought of it.
_LEAST_FITNESS = -6.0
_FITNESS_LOST_BY_SENTENCE = 4.0
# Right before the new value: "extended to", "but", "now".
_LEADS_TO_NEW = re.compile(r"\b(?:to|until|till|now|but|instead|for|on|at|is)\s(?:\w+,?\s){0,2}$", re.IGNORECASE)
_SAID = re.compile(
    r"\b(?:said|told|announced|confirmed|added|wrote)\s(?:\w+\s){0,3}(?:on\s)?(?:\w+,?\s)?$", re.IGNORECASE
)
_MOVED = re.compile(
    r"\b(?:extend|prolong|renew|postpon|delay|defer|push|put\s(?:off|back)|mov|reschedul|shift|br(?:ing|ought)\sforward)"
    r"\w*\b[^.;]{0,80}?\b(?:to|until|till|through)\s(?:the\s|\w+,\s)?$",
    re.IGNORECASE,
)
# A number within these is no count.
_NUMBERED = frozenset({Kind.DATE, Kind.YEAR, Kind.MONTH, Kind.TIME, Kind.AGE})
_NAME = re.compile(r"(?:(?:[A-Z][\w’'-]*\.?|de|van|von|der|da|al|bin)\s){1,3}[A-Z][\w’'-]+")


class _Mention(NamedTuple):
    """A value where it stands in an article; of a name, the name."""

    span: Span
    value: str


def with_replacements(
    answers: Sequence[Weighed],
    supports: Sequence[Support],
    passages: Sequence[Passage],
    candidates: Sequence[Candidate],
    *,
    calibration: Calibration,
) -> list[Weighed]:
    """Return the answers, before them what later articles say in the place of the first, the newest first.

    What replaces an answer is no rival of it: both are as sure as the stronger of them is against all others, the newer
    a little less for each change.

    :param answers: what stands, the most probable first.
    :param supports: all answers, to weigh those that changed against the others.
    :param candidates: what the reader proposed, to choose among the values that may be the new one.
    """
    changes = _changes(answers[0].support, supports, passages, candidates)
    if len(changes) == 1:
        return _doubted(answers, passages)
    others = [s for s in supports if not any(_are_same(s, changed) for changed in changes)]
    strongest = max(changes, key=lambda changed: changed.evidence)
    sure = calibration.probability(features_of([strongest, *others], 0))
    sureness = [sure * SURENESS_OF_REPLACEMENT**n for n in range(len(changes))]
    changed = [Weighed(support, at, at) for support, at in zip(changes, sureness, strict=True)]
    rest = [answer for answer in answers if not any(_are_same(answer.support, s) for s in changes)]
    return [*reversed(changed), *rest]


def _doubted(answers: Sequence[Weighed], passages: Sequence[Passage]) -> list[Weighed]:
    """Return the answers, the first half as sure where a later article takes it back and says nothing in its place."""
    first, *others = answers
    stretches = [_Stretch.of(found) for found in _later_passages(passages, first.support)]
    if not any(_takes_back(stretch, s, first.support) for stretch in stretches for s in stretch.sentences):
        return list(answers)
    return [Weighed(first.support, first.confidence / 2, first.confidence_alone / 2), *others]


def _changes(
    first: Support, supports: Sequence[Support], passages: Sequence[Passage], candidates: Sequence[Candidate]
) -> list[Support]:
    """Return an answer, then what replaced it, then what replaced that, with all that speaks for each."""
    changes = [first]
    while len(changes) <= _MOST_CHANGES:
        newer = _replacement(changes[-1], passages, candidates)
        if newer is None or any(_are_same(newer, known) for known in changes):
            break
        changes.append(next((support for support in supports if _are_same(support, newer)), newer))
    return changes


def with_announced_change(answers: Sequence[Weighed], question: str, passages: Sequence[Passage]) -> list[Weighed]:
    """Return the answers, behind them the date to which the first is or may be moved, if articles tell one.

    "The term can be extended for another five years to 2026" doesn't take back that it ends on February 5.
    """
    lead = answers[0].support
    known = [answer.support.value or "" for answer in answers]
    for passage, span, value in _announced(lead, question, passages):
        if not any(are_one_value(value, other) for other in known):
            sureness = answers[0].confidence_alone * SURENESS_OF_ANNOUNCED
            support = Support((Candidate(passage, span, 0.0),), 0.0, 1, value)
            return [*answers, Weighed(support, sureness, sureness)]
    return list(answers)


def _announced(lead: Support, question: str, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Span, str]]:
    """Yield the dates to which something is moved, in passages about the lead, a date to come, that are no older."""
    days = bounds(lead.value) if lead.value else None
    first = min((c.passage.article.published or date.max for c in lead.candidates), default=date.max)
    if days is None or days[1] < first:
        return
    topic = query_terms(question)
    for passage in passages:
        article = passage.article
        if (article.published or date.min) < first or not (_cites(lead, passage) or _is_about(passage, topic)):
            continue
        for time in times_of(article):
            if time.value and bounds(time.value) and time.span in passage.chunk.span:
                sentence = surrounding_sentences(article, time.span)
                if _MOVED.search(article.text[sentence.start : time.span.start]):
                    yield passage, time.span, time.value


def _cites(support: Support, passage: Passage) -> bool:
    return any(c.passage.article.id == passage.article.id and c.span in passage.chunk.span for c in support.candidates)


def _is_about(passage: Passage, topic: Sequence[str]) -> bool:
    """Say whether a passage, with its article's title, holds at least half of the question's words."""
    words = set(re.findall(r"\w+", f"{passage.article.title or ''} {passage.text}".lower()))
    return 2 * sum(term in words for term in topic) >= len(topic)


def _are_same(one: Support, other: Support) -> bool:
    if one.value or other.value:
        return one.value == other.value
    return one.best.text == other.best.text


def _replacement(old: Support, passages: Sequence[Passage], candidates: Sequence[Candidate]) -> Support | None:
    """Return what the first later article that takes `old` back says instead; None where there is none."""
    for found in _later_passages(passages, old):
        new = _new_value(_Stretch.of(found), old, candidates)
        place = next((p for p in found if new and new.span in p.chunk.span), None)
        if new and place:
            value = new.value if old.value else None
            return Support((Candidate(place, new.span, old.best.score),), old.evidence, 1, value)
    return None


def _later_passages(passages: Sequence[Passage], old: Support) -> list[list[Passage]]:
    """Return the passages of each article published after all that speaks for `old`, the oldest article first."""
    last = max((c.passage.article.published or date.min for c in old.candidates), default=date.min)
    later: dict[str, list[Passage]] = {}
    for passage in passages:
        if (passage.article.published or date.min) > last:
            later.setdefault(passage.article.id, []).append(passage)
    return sorted(later.values(), key=lambda found: (found[0].article.published or date.min, found[0].article.id))


class _Stretch(NamedTuple):
    """What was retrieved of one article: its sentences, in order, and the times in them."""

    article: Article
    sentences: list[Span]
    times: list[TimeMention]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> _Stretch:
        article, chunks = passages[0].article, [passage.chunk.span for passage in passages]
        sentences = [s for s in sentences_of(article) if any(s.overlaps(chunk) for chunk in chunks)]
        times = [t for t in times_of(article) if any(t.span.overlaps(chunk) for chunk in chunks)]
        return cls(article, sentences, times)


def _new_value(stretch: _Stretch, old: Support, candidates: Sequence[Candidate]) -> _Mention | None:
    """Return another value of the same kind, from in or around a sentence that takes `old` back."""
    sentences = stretch.sentences
    for at, sentence in enumerate(sentences):
        if not _takes_back(stretch, sentence, old):
            continue
        fitting = [
            (
                _fitness(mention, old, stretch.article, sentences[near], candidates)
                - _FITNESS_LOST_BY_SENTENCE * abs(near - at),
                mention,
            )
            for near in range(max(0, at - _SENTENCES_AROUND), min(len(sentences), at + 1 + _SENTENCES_AROUND))
            for mention in _mentions(stretch, sentences[near], old)
            if _may_replace(mention, old, stretch.article, sentences[near])
        ]
        fitness, best = max(fitting, default=(-math.inf, None))
        if fitness >= _LEAST_FITNESS:
            return best
    return None


def _takes_back(stretch: _Stretch, sentence: Span, old: Support) -> bool:
    return any(
        _is_old(mention, old) and is_taken_back(stretch.article.text, sentence, mention.span, was_said_before=True)
        for mention in _mentions(stretch, sentence, old)
    )


def _mentions(stretch: _Stretch, within: Span, old: Support) -> list[_Mention]:
    """Return what stands in a sentence and is of the same kind as an answer: dates, numbers, or names of two words."""
    text = within.of(stretch.article.text)
    if old.value is None:
        return _names(text, within.start, old.best.text) if _NAME.fullmatch(old.best.text) else []
    times = [time for time in stretch.times if time.span.overlaps(within)]
    if bounds(old.value):
        return [_Mention(time.span, time.value) for time in times if time.value and bounds(time.value)]
    if quantity(old.value):
        dated = [time.span for time in times if time.kind in _NUMBERED]
        found = [_Mention(span.shifted(within.start), str(number)) for span, number in find_quantities(text)]
        return [mention for mention in found if not any(mention.span.overlaps(span) for span in dated)]
    return []


def _names(text: str, start: int, known: str) -> list[_Mention]:
    """Return the names in a sentence that begins at `start`, the last word of the `known` one among them."""
    matches = re.finditer(rf"{_NAME.pattern}|\b{re.escape(known.split()[-1])}\b", text)
    return [_Mention(Span(*match.span()).shifted(start), match.group()) for match in matches]


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


def _fitness(
    mention: _Mention, old: Support, article: Article, sentence: Span, candidates: Sequence[Candidate]
) -> float:
    """Return how well a value fits as the new one, in log-odds: by the words before it, and by what the reader thinks.

    Weights chosen on the dev half of the labelled stories.
    """
    before = article.text[sentence.start : mention.span.start]
    read = [c.score for c in candidates if c.passage.article.id == article.id and c.span.overlaps(mention.span)]
    is_as_exact = old.value is not None and _n_days(mention.value) == _n_days(old.value)
    return (
        5.0 * bool(_LEADS_TO_NEW.search(before))
        - 10.0 * bool(_SAID.search(before))
        + 3.0 * is_as_exact
        + max([*read, -10.0])
    )


def _n_days(value: str) -> int:
    between = bounds(value)
    return (between[1] - between[0]).days if between else 0
