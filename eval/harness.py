"""Runs an assistant, a reader or a search over questions with known answers; scores each, then takes means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from math import isfinite
from pathlib import PurePath
from statistics import mean, median

from eval.metrics.abstention import auroc, best_f1, coverage_at
from eval.metrics.answers import exact_match, f1, holds_answer
from eval.metrics.calibration import brier, expected_calibration_error
from eval.metrics.retrieval import first_hit, recall_at, reciprocal_rank
from eval.types import GoldQuestion, Score
from index.library import Library
from index.searching import METHODS, Method
from index.types import Passage
from qa.assistant import Assistant
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.reading import ExtractiveReader
from qa.types import Answer, Citation

# "Putin" for "Vladimir Putin" (2/3) is right; "2021" for "5 February 2021" (1/2) is not.
_RIGHT_FROM_F1 = 2 / 3


def ask_all(assistant: Assistant, questions: Iterable[GoldQuestion], *, min_confidence: float) -> Iterator[Score]:
    """Ask each question once, and score its answer with the threshold and without one.

    :param assistant: one that never refuses for lack of confidence; the threshold is applied to what it says.
    :raises ValueError: if it would.
    """
    if assistant.settings.min_confidence > 0:
        raise ValueError(f"the assistant's min_confidence is {assistant.settings.min_confidence}; it must be 0")
    for gold in questions:
        yield score(gold, assistant.answer(gold.question), min_confidence=min_confidence)


def score(gold: GoldQuestion, answer: Answer, *, min_confidence: float = 0.0) -> Score:
    """Score one answer: an impossible question is right when it is refused, another when its text or value is."""
    is_refused = answer.abstained or answer.confidence < min_confidence
    if gold.is_impossible:
        exact_at_0 = overlap_at_0 = float(answer.abstained)
        exact = overlap = float(is_refused)
    else:
        exact_at_0, overlap_at_0 = _agreement(answer, gold)
        exact, overlap = (0.0, 0.0) if is_refused else (exact_at_0, overlap_at_0)
    has_place = bool(gold.spans) and not is_refused
    return Score(
        id=gold.id,
        category=gold.category,
        is_impossible=gold.is_impossible,
        answer=None if is_refused else answer.text,
        best_answer=answer.text,
        confidence=answer.confidence,
        exact_match=exact,
        f1=overlap,
        exact_match_at_0=exact_at_0,
        f1_at_0=overlap_at_0,
        is_right=not gold.is_impossible and overlap_at_0 >= _RIGHT_FROM_F1,
        is_in_passages=None if gold.is_impossible else float(_any_holds(answer.nearest, gold)),
        is_citation_right=float(_any_right(answer, gold)) if has_place else None,
        total_ms=answer.timings_ms["total"],
    )


def _agreement(answer: Answer, gold: GoldQuestion) -> tuple[float, float]:
    """Return exact match and F1 of the best position; both are 1 where its value is the right one."""
    if gold.normalized and answer.positions and answer.positions[0].normalized == gold.normalized:
        return 1.0, 1.0
    return exact_match(answer.text, gold.accepted), f1(answer.text, gold.accepted)


def _any_holds(passages: Iterable[Passage], gold: GoldQuestion) -> bool:
    return any(holds_answer(passage.text, gold.accepted) for passage in passages)


def _any_right(answer: Answer, gold: GoldQuestion) -> bool:
    return any(_is_right(citation, gold) for citation in answer.positions[0].citations)


def _is_right(citation: Citation, gold: GoldQuestion) -> bool:
    name = PurePath(citation.article.path or "").name
    return any(name == right.file and citation.span.overlaps(right.span) for right in gold.spans)


def summary(scores: Sequence[Score]) -> dict[str, float | int | None]:
    """Return the figures of one or more scores; what each means is told in `docs/benchmarks.md`.

    Means are over all questions, the answerable ones ("at 0": never refusing), the impossible ones, the answers given.
    Coverage, AUROC, ECE and Brier score judge the confidence of the best answer to each question, refused or not.
    """
    answerable = [s for s in scores if not s.is_impossible]
    impossible = [s for s in scores if s.is_impossible]
    cited = [s.is_citation_right for s in scores if s.is_citation_right is not None]
    confidences, right = [s.confidence for s in scores], [s.is_right for s in scores]
    return {
        "n": len(scores),
        "exact_match": _mean(s.exact_match for s in scores),
        "f1": _mean(s.f1 for s in scores),
        "n_answerable": len(answerable),
        "exact_match_answerable": _mean(s.exact_match for s in answerable),
        "f1_answerable": _mean(s.f1 for s in answerable),
        "exact_match_answerable_at_0": _mean(s.exact_match_at_0 for s in answerable),
        "f1_answerable_at_0": _mean(s.f1_at_0 for s in answerable),
        "answer_recall_at_k": _mean(s.is_in_passages for s in answerable if s.is_in_passages is not None),
        "answered": _mean(float(s.answer is not None) for s in answerable),
        "n_impossible": len(impossible),
        "refused": _mean(s.exact_match for s in impossible),
        "citation_right": _mean(cited),
        "coverage_at_80": _rounded(coverage_at(0.8, confidences, right)),
        "auroc": _rounded(auroc(confidences, right)),
        "ece": _rounded(expected_calibration_error(confidences, right)),
        "brier": _rounded(brier(confidences, right)),
        "median_ms": round(median(s.total_ms for s in scores), 1),
    }


def by_category(scores: Sequence[Score]) -> dict[str, dict[str, float | int | None]]:
    """Return `summary` for each category, in the order of their names."""
    names = sorted({s.category for s in scores})
    return {name: summary([s for s in scores if s.category == name]) for name in names}


def read_all(
    reader: ExtractiveReader, pairs: Sequence[tuple[ParagraphQuestion, Paragraph]], *, batch: int = 256
) -> Iterator[tuple[ParagraphQuestion, Paragraph, str | None, float]]:
    """Read each question's own paragraph; yield question, paragraph, the best span's text and its log-odds."""
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
    there are none of one kind. `best_f1` is the official SQuAD 2.0 figure, reached by answering where the log-odds are
    at least `best_threshold`; both None where there are no unanswerable questions, the latter also where refusing all
    is best.
    """
    exact, overlap, has_answer, log_odds = [], [], [], []
    for question, paragraph, text, odds in readings:
        accepted = [span.of(paragraph.text) for span in question.answers]
        has_answer.append(bool(accepted))
        log_odds.append(odds)
        exact.append(exact_match(text, accepted))
        overlap.append(f1(text, accepted))
    best = best_f1(log_odds, overlap, has_answer) if not all(has_answer) else None
    return {
        "n": len(has_answer),
        "n_answerable": sum(has_answer),
        "exact_match": _mean(compress(exact, has_answer)),
        "f1": _mean(compress(overlap, has_answer)),
        "auroc": _rounded(auroc(log_odds, has_answer)),
        "best_f1": _rounded(best.f1) if best else None,
        "best_threshold": best.threshold if best and isfinite(best.threshold) else None,
    }


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


def _mean(values: Iterable[float]) -> float | None:
    numbers = list(values)
    return _rounded(mean(numbers)) if numbers else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
