"""A gold question and its answer -> a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple

from eval.metrics.answers import exact_match, f1, holds_answer
from eval.metrics.citations import citation_precision, citation_recall
from eval.metrics.dates import date_exact, date_overlap
from eval.metrics.retrieval import first_hit, ndcg_at, recall_at, reciprocal_rank
from eval.types import Excerpt, Fault, GoldPosition, GoldQuestion, GoldSpan, Score, Shown
from index.chunking import chunk_article
from index.types import Article, Passage, Span
from qa.citing import cite_span, surrounding_sentences
from qa.dates import bounds, expected_value
from qa.rendering import headline, sentence_parts, understood_as
from qa.types import Answer, Citation, Position, Reason

# "Putin" for "Vladimir Putin" (2/3) is right; "2021" for "5 February 2021" (1/2) is not.
_RIGHT_FROM_F1 = 2 / 3


class Labelled(NamedTuple):
    """An article that accepted answers stand in, and the pieces that a search may find of it."""

    article: Article
    chunks: tuple[Span, ...]


def labelled_articles(questions: Iterable[GoldQuestion], articles: Iterable[Article]) -> dict[str, Labelled]:
    """Return the articles that accepted answers stand in, by the names of their files."""
    wanted = {span.file for gold in questions for span in gold.spans}
    if not wanted:  # thousands of articles needn't be looked at
        return {}
    return {
        name: Labelled(article, tuple(chunk.span for chunk in chunk_article(article)))
        for article in articles
        if (name := _name(article)) in wanted
    }


def score(
    gold: GoldQuestion,
    answer: Answer,
    *,
    min_confidence: float = 0.0,
    articles: Mapping[str, Labelled] | None = None,
) -> Score:
    """Score one answer: an impossible question is right when it is refused, another when its text or value is.

    :param articles: what `labelled_articles` gives for the gold spans; without them passages aren't ranked.
    """
    articles = articles or {}
    is_refused = answer.abstained or answer.confidence < min_confidence
    if gold.is_impossible:
        exact_at_0 = overlap_at_0 = float(answer.abstained)
        exact = overlap = float(is_refused)
    else:
        exact_at_0, overlap_at_0 = _agreement(answer, gold)
        exact, overlap = (0.0, 0.0) if is_refused else (exact_at_0, overlap_at_0)
    scored = Score(
        id=gold.id,
        category=gold.category,
        is_impossible=gold.is_impossible,
        answer=None if is_refused else answer.text,
        best_answer=answer.text,
        value=answer.positions[0].normalized if answer.positions else None,
        confidence=answer.confidence,
        exact_match=exact,
        f1=overlap,
        exact_match_at_0=exact_at_0,
        f1_at_0=overlap_at_0,
        is_right=not gold.is_impossible and overlap_at_0 >= _RIGHT_FROM_F1,
        is_in_passages=None if gold.is_impossible else float(_any_holds(answer.nearest, gold)),
        positions_covered_at_0=_covered(answer.positions, gold.positions),
        timings_ms=answer.timings_ms,
        shown=_shown(gold, answer, articles),
    )
    scored = _with_ranks(scored, gold, answer.nearest, articles)
    scored = _with_date(scored, gold)
    scored = scored if is_refused else _with_citations(scored, gold, answer.positions[0].citations)
    return replace(scored, fault=_fault(scored, gold))


def failed(gold: GoldQuestion, failure: str, *, articles: Mapping[str, Labelled] | None = None) -> Score:
    """Return the score of a question whose answer is an error: 0 in everything, for an impossible question too."""
    scored = score(gold, Answer(gold.question, 0.0, reason=Reason.NO_EVIDENCE), articles=articles)
    nothing = replace(scored, exact_match=0.0, f1=0.0, exact_match_at_0=0.0, f1_at_0=0.0)
    return replace(nothing, fault=Fault.FAILED, failure=failure)


def _agreement(answer: Answer, gold: GoldQuestion) -> tuple[float, float]:
    """Return exact match and F1 of the best position; both are 1 where its value is the right one."""
    if gold.normalized and answer.positions and answer.positions[0].normalized == gold.normalized:
        return 1.0, 1.0
    return exact_match(answer.text, gold.accepted), f1(answer.text, gold.accepted)


def _any_holds(passages: Iterable[Passage], gold: GoldQuestion) -> bool:
    return any(holds_answer(passage.text, gold.accepted) for passage in passages)


def _with_ranks(
    scored: Score, gold: GoldQuestion, passages: Sequence[Passage], articles: Mapping[str, Labelled]
) -> Score:
    """Add how well the passages were ranked: those are relevant that hold an accepted span, by offset."""
    n_relevant = sum(
        _holds_place(chunk, gold, _name(labelled.article))
        for labelled in _readable(gold, articles)
        for chunk in labelled.chunks
    )
    if n_relevant == 0:
        return scored
    relevant = [_holds_place(p.chunk.span, gold, _name(p.article)) for p in passages]
    n_relevant = max(n_relevant, sum(relevant))  # an index whose articles were cut in another way
    k = max(len(passages), 1)
    return replace(
        scored,
        passage_recall=recall_at(k, relevant, n_relevant=n_relevant),
        reciprocal_rank=reciprocal_rank(first_hit(relevant)),
        ndcg=ndcg_at(k, relevant, n_relevant=n_relevant),
    )


def says_answer(passage: Passage, gold: GoldQuestion, articles: Mapping[str, Labelled]) -> bool:
    """Say whether a passage holds an accepted span; where none is known in `articles`, an accepted answer's words."""
    if any(place.file in articles for place in gold.spans):
        return _holds_place(passage.chunk.span, gold, _name(passage.article))
    return holds_answer(passage.text, gold.accepted)


def _readable(gold: GoldQuestion, articles: Mapping[str, Labelled]) -> list[Labelled]:
    """Return the articles that answers stand in and that the question may be answered from."""
    found = [articles[file] for file in dict.fromkeys(span.file for span in gold.spans) if file in articles]
    until = gold.question.filters.until
    return [one for one in found if until is None or (one.article.published and one.article.published <= until)]


def _holds_place(stretch: Span, gold: GoldQuestion, file: str) -> bool:
    return any(place.file == file and place.span in stretch for place in gold.spans)


def _with_date(scored: Score, gold: GoldQuestion) -> Score:
    if not gold.normalized or not _is_date(gold.normalized, gold.question.text):
        return scored
    return replace(
        scored,
        date_exact_at_0=date_exact(scored.value, gold.normalized),
        date_overlap_at_0=date_overlap(scored.value, gold.normalized),
    )


def _is_date(value: str, question: str) -> bool:
    """Say whether a value is a date: "1500" is one only of a question that asks for a time."""
    return bounds(value) is not None and (not value.isdigit() or expected_value(question) is not None)


def _with_citations(scored: Score, gold: GoldQuestion, citations: Sequence[Citation]) -> Score:
    """Add what the citations of an answer that is given are worth."""
    attributed = replace(scored, is_attributed=_is_attributed(scored.answer or "", citations[0]))
    if not gold.spans:
        return attributed
    cited = [GoldSpan(_name(citation.article), citation.span) for citation in citations]
    precision = citation_precision(cited, gold.spans)
    return replace(
        attributed,
        is_citation_right=float(precision > 0),
        citation_precision=precision,
        citation_recall=citation_recall(cited, gold.spans),
    )


def _is_attributed(text: str, citation: Citation) -> float:
    return float(citation.span in citation.sentence and text in citation.sentence_text)


def _covered(positions: Sequence[Position], wanted: Sequence[GoldPosition]) -> float | None:
    """Return the share of the answers that should all be found that are; None where there is no such list."""
    if not wanted:
        return None
    return sum(any(_agrees(position, gold) for position in positions) for gold in wanted) / len(wanted)


def _agrees(position: Position, gold: GoldPosition) -> bool:
    """Say whether a position is the wanted one: by its value, its words, or a place that it cites."""
    if gold.normalized and position.normalized == gold.normalized:
        return True
    cited = [GoldSpan(_name(citation.article), citation.span) for citation in position.citations]
    return f1(position.text, gold.accepted) >= _RIGHT_FROM_F1 or citation_precision(cited, gold.spans) > 0


def _fault(scored: Score, gold: GoldQuestion) -> Fault | None:
    """Return what went wrong; None where the answer, or the refusal, is right."""
    if gold.is_impossible:
        return None if scored.answer is None else Fault.SHOULD_HAVE_ABSTAINED
    if scored.is_right:
        return Fault.SHOULD_HAVE_ANSWERED if scored.answer is None else None
    if not scored.is_in_passages:
        return Fault.RETRIEVAL_MISS
    return Fault.WRONG_VALUE if gold.normalized and scored.value else Fault.WRONG_SPAN


def _shown(gold: GoldQuestion, answer: Answer, articles: Mapping[str, Labelled]) -> Shown:
    place = next((span for span in gold.spans if span.file in articles), None)
    question = gold.question
    return Shown(
        question=question.text,
        understood_as=understood_as(answer),
        as_of=question.as_of.isoformat() if question.as_of else None,
        accepted=gold.accepted,
        gold_value=gold.normalized,
        gold=_excerpt_at(articles[place.file].article, place.span) if place else None,
        cited=_excerpt(answer.positions[0].citations[0]) if answer.positions else None,
    )


def _excerpt_at(article: Article, span: Span) -> Excerpt | None:
    if span.end > len(article.text):  # the article isn't the one that was labelled
        return None
    return _excerpt(cite_span(article, span, surrounding_sentences(article, span)))


def _excerpt(citation: Citation) -> Excerpt:
    return Excerpt(headline(citation.article), *sentence_parts(citation))


def _name(article: Article) -> str:
    return PurePath(article.path or "").name
