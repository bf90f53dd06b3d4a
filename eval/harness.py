"""Runs an assistant, a reader or a search over questions with known answers; scores each, then takes means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from statistics import mean, median

from eval.metrics.answers import exact_match, f1
from eval.metrics.retrieval import first_hit, recall_at, reciprocal_rank
from eval.types import GoldQuestion, Score
from index.library import Library
from index.searching import METHODS, Method
from index.types import Article
from qa.assistant import Assistant
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.reading import ExtractiveReader
from qa.types import Answer, Citation


def ask_all(assistant: Assistant, questions: Iterable[GoldQuestion]) -> Iterator[Score]:
    """Ask each question and score its answer."""
    for gold in questions:
        yield score(gold, assistant.answer(gold.question))


def score(gold: GoldQuestion, answer: Answer) -> Score:
    """Score one answer: an impossible question is right when it is refused, another when its text or value is."""
    if gold.is_impossible:
        exact = overlap = float(answer.abstained)
    else:
        exact, overlap = exact_match(answer.text, gold.accepted), f1(answer.text, gold.accepted)
        if gold.normalized and answer.positions and answer.positions[0].normalized == gold.normalized:
            exact = overlap = 1.0
    return Score(
        id=gold.id,
        category=gold.category,
        is_impossible=gold.is_impossible,
        answer=answer.text,
        confidence=answer.confidence,
        exact_match=exact,
        f1=overlap,
        is_citation_right=None if gold.is_impossible or answer.abstained else float(_any_right(answer, gold)),
        total_ms=answer.timings_ms["total"],
    )


def _any_right(answer: Answer, gold: GoldQuestion) -> bool:
    return any(_is_right(citation, gold) for citation in answer.positions[0].citations)


def _is_right(citation: Citation, gold: GoldQuestion) -> bool:
    name = PurePath(citation.article.path or "").name
    return any(name == right.file and citation.span.overlaps(right.span) for right in gold.spans)


def summary(scores: Sequence[Score]) -> dict[str, float | int | None]:
    """Return the means: over all questions, over the answerable ones, and how the impossible ones were refused."""
    answerable = [s for s in scores if not s.is_impossible]
    impossible = [s for s in scores if s.is_impossible]
    cited = [s.is_citation_right for s in scores if s.is_citation_right is not None]
    return {
        "n": len(scores),
        "exact_match": _mean(s.exact_match for s in scores),
        "f1": _mean(s.f1 for s in scores),
        "n_answerable": len(answerable),
        "exact_match_answerable": _mean(s.exact_match for s in answerable),
        "f1_answerable": _mean(s.f1 for s in answerable),
        "answered": _mean(float(s.answer is not None) for s in answerable),
        "n_impossible": len(impossible),
        "refused": _mean(s.exact_match for s in impossible),
        "citation_right": _mean(cited),
        "median_ms": round(median(s.total_ms for s in scores), 1) if scores else None,
    }


def by_category(scores: Sequence[Score]) -> dict[str, dict[str, float | int | None]]:
    """Return `summary` for each category, in the order of their names."""
    names = sorted({s.category for s in scores})
    return {name: summary([s for s in scores if s.category == name]) for name in names}


def read_all(
    reader: ExtractiveReader, paragraphs: Sequence[Paragraph], *, batch: int = 256
) -> Iterator[tuple[ParagraphQuestion, Paragraph, str | None, float]]:
    """Read each question's own paragraph; yield question, paragraph, the best span's text and its log-odds."""
    pairs = [(question, paragraph) for paragraph in paragraphs for question in paragraph.questions]
    for at in range(0, len(pairs), batch):
        part = pairs[at : at + batch]
        best: dict[int, tuple[float, str]] = {}
        texts, titles = [p.text for _, p in part], [p.title.replace("_", " ") for _, p in part]
        for i, span, log_odds in reader.read_texts([q.text for q, _ in part], texts, titles):
            if log_odds > best.get(i, (float("-inf"), ""))[0]:
                best[i] = (log_odds, span.of(part[i][1].text))
        for i, (question, paragraph) in enumerate(part):
            log_odds, text = best.get(i, (float("-inf"), None))
            yield question, paragraph, text, log_odds


def reading_summary(
    readings: Iterable[tuple[ParagraphQuestion, Paragraph, str | None, float]],
) -> Mapping[str, float | int | None]:
    """Return EM and F1 of the best span over answerable questions, and how well the log-odds tell the others apart.

    `auroc` is the probability that an answerable question gets higher log-odds than an unanswerable one; None where
    there are none of one kind.
    """
    exact, overlap, has_answer, log_odds = [], [], [], []
    for question, paragraph, text, odds in readings:
        accepted = [span.of(paragraph.text) for span in question.answers]
        has_answer.append(bool(accepted))
        log_odds.append(odds)
        if accepted:
            exact.append(exact_match(text, accepted))
            overlap.append(f1(text, accepted))
    return {
        "n": len(has_answer),
        "n_answerable": len(exact),
        "exact_match": _mean(exact),
        "f1": _mean(overlap),
        "auroc": _auroc(has_answer, log_odds),
    }


def paragraphs_as_articles(paragraphs: Iterable[Paragraph]) -> Iterator[Article]:
    """Yield each distinct paragraph as an article of its own, without its document's title: paragraphs are ranked."""
    seen = set()
    for paragraph in paragraphs:
        if paragraph.text not in seen:
            seen.add(paragraph.text)
            yield Article(id=f"paragraph-{len(seen)}", text=paragraph.text)


def retrieve_all(
    library: Library, pairs: Iterable[tuple[ParagraphQuestion, Paragraph]], *, k: int = 20
) -> dict[Method, dict[str, float]]:
    """Return recall@1, @5, @20 and MRR@20 of the question's own paragraph, for each search method."""
    ranks: dict[Method, list[int | None]] = {method: [] for method in METHODS}
    for question, paragraph in pairs:
        for method, found in ranks.items():
            # A paragraph may be several chunks: it ranks where its best one does.
            passages = library.search(question.text, k=3 * k, method=method)
            ranked = list(dict.fromkeys(passage.article.text for passage in passages))[:k]
            found.append(first_hit([text == paragraph.text for text in ranked]))
    return {
        method: {
            **{f"recall@{n}": mean(recall_at(n, rank) for rank in found) for n in (1, 5, 20)},
            f"mrr@{k}": mean(reciprocal_rank(rank) for rank in found),
        }
        for method, found in ranks.items()
    }


def _auroc(labels: Sequence[bool], scores: Sequence[float]) -> float | None:
    from sklearn.metrics import roc_auc_score

    if len(set(labels)) < 2:
        return None
    finite = [max(s, -1e6) for s in scores]
    return round(float(roc_auc_score(labels, finite)), 4)


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return round(mean(numbers), 4) if numbers else None
