"""A yes/no question and passages -> the sentences that settle it, and what they say: yes or no.

No model infers here. A sentence counts as evidence where it holds what the question asks about (its verb, or a word
that says the same or the opposite, and nearly all of its other telling words, some of them in the title or just before)
and has the same one doing it; then cues say whether it affirms or denies. Where no sentence does, nothing is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.sentences import sentence_spans
from index.types import Passage, Span
from qa.citing import cite
from qa.conversation.lexicon import COPULAS, DEMONSTRATIVES, FUNCTION_WORDS, PERSONAL
from qa.conversation.mentions import Word, words_of
from qa.forms.polarity import Polarity, clause_start_before, is_opposite_particle, polarity_at
from qa.forms.proposition import Proposition, proposition_of
from qa.forms.word_relations import Relation, relation, stem
from qa.types import Candidate, Position, Verdict

# Chosen on the development half of tests/data/yes_no.jsonl; see docs/questions.md.
LEAST_COVERAGE = 0.7
_WORTH_OF_PREDICATE = 2.0
_WORTH_IN_CONTEXT = 0.7
_WORTH_OF_RIVAL = 0.15  # coverage by which the other verdict's evidence may lag and still be heard
_N_SENTENCES_BEFORE = 2
_MOST_CITATIONS = 3
# Of the settled questions of both halves nine in ten were settled rightly, fewer where words were missing.
CONFIDENCE_WHEN_ALL_IS_SAID = 0.9
_MOST_WORDS = 120  # of a sentence; a longer one is a list or a table
_POINTING_BACK = PERSONAL | DEMONSTRATIVES
_CONTESTS = frozenset(stem(word) for word in "beat defeat win".split())


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that settles a yes/no question, and how much of the question it holds, from 0 to 1."""

    passage: Passage
    span: Span
    verdict: Verdict
    coverage: float

    @property
    def published(self) -> date:
        """The day of the article; one without a date counts as older than all others."""
        return self.passage.article.published or date.min


def settling(question: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the sentences that settle a yes/no question, those of the prevailing verdict first, the fullest first.

    Where some say yes and others no, the newest article prevails: a bridge that had yet to reopen in March is open
    after a report of April. On the same day the fullest does.
    """
    asked = proposition_of(question)
    if asked is None:
        return []
    found = _each_once(evidence for passage in passages for evidence in _evidence_in(passage, asked))
    if not found:
        return []
    best = max(evidence.coverage for evidence in found)
    heard = [evidence for evidence in found if evidence.coverage >= best - _WORTH_OF_RIVAL]
    prevailing = max(heard, key=lambda evidence: (evidence.published, evidence.coverage)).verdict
    return sorted(heard, key=lambda e: (e.verdict is not prevailing, -e.coverage, e.passage.rank, e.span))


def _each_once(evidence: Iterator[Evidence]) -> list[Evidence]:
    """Passages of one article may overlap: keep each sentence once."""
    return list({(e.passage.article.id, e.span): e for e in evidence}.values())


def _evidence_in(passage: Passage, asked: Proposition) -> Iterator[Evidence]:
    spans = sentence_spans(passage.text)
    title = words_of(passage.article.title or "")
    for n, span in enumerate(spans):
        words = words_of(span.of(passage.text))
        if len(words) > _MOST_WORDS or words[-1].text == "?":
            continue
        before = [words_of(other.of(passage.text)) for other in spans[max(0, n - _N_SENTENCES_BEFORE) : n]]
        read = _Reading(words, tuple(word for part in (title, *before) for word in part), asked)
        verdict, coverage = read.verdict(), read.coverage()
        if verdict is not Verdict.UNSETTLED and coverage >= LEAST_COVERAGE:
            yield Evidence(passage, span.shifted(passage.chunk.span.start), verdict, coverage)


def verdict_with_positions(
    evidence: Sequence[Evidence], *, min_confidence: float
) -> tuple[Verdict, float, tuple[Position, ...]]:
    """Return the verdict, how sure it is, and a position for it and one for what speaks against it.

    Below `min_confidence` the articles don't settle it, and there is no position.
    """
    if not evidence or (confidence := CONFIDENCE_WHEN_ALL_IS_SAID * evidence[0].coverage) < min_confidence:
        return Verdict.UNSETTLED, 0.0 if not evidence else confidence, ()
    verdict = evidence[0].verdict
    pros = [one for one in evidence if one.verdict is verdict][:_MOST_CITATIONS]
    cons = [one for one in evidence if one.verdict is not verdict][:_MOST_CITATIONS]
    return verdict, confidence, tuple(_position(side) for side in (pros, cons) if side)


def _position(evidence: Sequence[Evidence]) -> Position:
    citations = tuple(cite(Candidate(one.passage, one.span, 0.0)) for one in evidence)
    stories = {one.passage.story or one.passage.article.id for one in evidence}
    confidence = CONFIDENCE_WHEN_ALL_IS_SAID * evidence[0].coverage
    return Position(citations[0].quote, confidence, citations, n_sources=len(stories))


class _Reading:
    """One sentence, with what stands before it, read for a proposition."""

    def __init__(self, words: tuple[Word, ...], context: tuple[Word, ...], asked: Proposition) -> None:
        self._words = words
        self._asked = asked
        self._context = context

    def coverage(self) -> float:
        """Return how much of what is asked stands in the sentence, or, worth less, before it."""
        total = gained = _WORTH_OF_PREDICATE
        for word in (*self._asked.subject, *self._asked.others):
            total += 1
            gained += 1 if self._says(word) else _WORTH_IN_CONTEXT if _says(self._context, word) else 0
        return gained / total

    def verdict(self) -> Verdict:
        """Return what the sentence says to the question, at the first place of its verb that says anything."""
        if not (self._holds_all_names() and self._is_about_it()):
            return Verdict.UNSETTLED
        verdicts = (self._verdict_at(at) for at in self._places_of_predicate())
        return next((verdict for verdict in verdicts if verdict is not Verdict.UNSETTLED), Verdict.UNSETTLED)

    def _verdict_at(self, at: int) -> Verdict:
        said = relation(self._asked.predicate, self._words[at].text)
        polarity = polarity_at(self._words, at)
        if polarity is Polarity.OPEN or (polarity is Polarity.PLANNED and not self._asked.is_ahead):
            return Verdict.UNSETTLED
        is_so = (said is Relation.SAME) is (polarity is not Polarity.DENIED)
        after = self._words[at + 1].lower if at + 1 < len(self._words) else ""
        if is_opposite_particle(self._asked.particle, after):
            is_so = not is_so
        by_roles = self._verdict_of_roles(at, is_so=is_so)
        if by_roles is not None:
            return by_roles
        return Verdict.YES if is_so is not self._asked.is_negated else Verdict.NO

    def _places_of_predicate(self) -> list[int]:
        """Return where the verb stands: as it was asked for, then what says the same, then the opposite."""
        asked = self._asked.predicate
        relations = [relation(asked, w.text) if w.lower not in FUNCTION_WORDS else Relation.NONE for w in self._words]
        exact = [n for n, word in enumerate(self._words) if stem(word.text) == stem(asked)]
        alike = [n for n, said in enumerate(relations) if said is Relation.SAME]
        opposite = [n for n, said in enumerate(relations) if said is Relation.OPPOSITE]
        return list(dict.fromkeys([*exact, *alike, *opposite]))

    def _verdict_of_roles(self, at: int, *, is_so: bool) -> Verdict | None:
        """Return the verdict where somebody else is the one who does it; None where the roles are as asked.

        A contest has one winner: that another has won says no. Else, that Brennia expelled somebody says nothing of
        whom Estavia expelled.
        """
        if not any(word.text[0].isupper() for word in self._asked.subject):
            return None
        subject = {stem(word.text) for word in self._asked.subject if word.text[0].isupper()}
        stands_before = subject & {stem(word.text) for word in self._words[:at]}
        if self._is_passive(at) is not self._asked.is_passive:
            names_agent = any(word.lower == "by" for word in self._words[at:])
            around = self._words if names_agent else (*self._words, *self._context)
            return None if subject & {stem(word.text) for word in around} else Verdict.UNSETTLED
        if stands_before or not self._names_before(at):
            return None
        if stem(self._words[at].text) in _CONTESTS and is_so and self._has_all_others():
            return Verdict.NO
        return Verdict.UNSETTLED

    def _holds_all_names(self) -> bool:
        """Say whether the names and figures of the question stand here or just before: French isn't German, 8 not 5.

        Of a name before the verb a part will do: "Governor Mbeki" is Adan Mbeki.
        """
        around = (*self._words, *self._context)
        subject = [_says(around, word) for word in self._asked.subject if word.text[0].isupper()]
        others = [_says(around, word) for word in self._asked.others if word.text[0].isupper()]
        figures = [word for word in (*self._asked.subject, *self._asked.others) if word.text[0].isdigit()]
        if not all(any(word.text == said.text for said in around) for word in figures):
            return False
        return all(others) and (any(subject) or not subject)

    def _is_about_it(self) -> bool:
        """Say whether the sentence itself names something of what is asked, or points back at it: "It was signed"."""
        asked = (*self._asked.subject, *self._asked.others)
        points_back = any(word.lower in _POINTING_BACK for word in self._words)
        return points_back or not asked or any(self._says(word) for word in asked)

    def _names_before(self, at: int) -> set[str]:
        """Return the names in the clause before the verb."""
        start = clause_start_before(self._words, at)
        return {
            stem(word.text)
            for word in self._words[start:at]
            if word.text[0].isupper() and word.lower not in FUNCTION_WORDS
        }

    def _is_passive(self, at: int) -> bool:
        before = [word.lower for word in self._words[max(0, at - 3) : at]]
        return bool((COPULAS | {"been", "be"}) & set(before))

    def _has_all_others(self) -> bool:
        return all(self._says(word) for word in self._asked.others)

    def _says(self, asked: Word) -> bool:
        return _says(self._words, asked)


def _says(words: Sequence[Word], asked: Word) -> bool:
    """Say whether a word stands there; a name only as itself."""
    if asked.text[0].isupper():
        return any(stem(word.text) == stem(asked.text) for word in words)
    return any(relation(asked.text, word.text) is Relation.SAME for word in words if word.lower not in FUNCTION_WORDS)
