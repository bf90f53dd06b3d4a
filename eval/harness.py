"""Runs an assistant, a reader or a search over questions with known answers, and yields what became of each."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eval.metrics.answers import exact_match, f1
from eval.metrics.retrieval import first_hit
from eval.scoring import Labelled, failed, says_answer, score
from eval.types import GoldQuestion, Ranks, Reading, Score
from index.library import Library
from index.searching import METHODS
from qa.assistant import Assistant
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.reading import ExtractiveReader

logger = logging.getLogger(__name__)


def ask_all(
    assistant: Assistant,
    questions: Iterable[GoldQuestion],
    *,
    min_confidence: float,
    articles: Mapping[str, Labelled] | None = None,
) -> Iterator[Score]:
    """Ask each question once, and score its answer with the threshold and without one; one that fails scores 0.

    :param assistant: one that never refuses for lack of confidence; the threshold is applied to what it says.
    :param articles: see `eval.scoring.score`.
    :raises ValueError: if it would.
    """
    if assistant.settings.min_confidence > 0:
        raise ValueError(f"the assistant's min_confidence is {assistant.settings.min_confidence}; it must be 0")
    for gold in questions:
        try:
            answer = assistant.answer(gold.question)
        except Exception as error:  # whatever it is, the other questions are to be asked; it is counted and shown
            logger.warning("Question '%s' failed: %r", gold.id, error)
            yield failed(gold, repr(error), articles=articles)
        else:
            yield score(gold, answer, min_confidence=min_confidence, articles=articles)


def read_all(
    reader: ExtractiveReader, pairs: Sequence[tuple[ParagraphQuestion, Paragraph]], *, batch: int = 256
) -> Iterator[Reading]:
    """Read each question's own paragraph; yield the best span and its log-odds."""
    for at in range(0, len(pairs), batch):
        part = pairs[at : at + batch]
        best: dict[int, tuple[float, str]] = {}
        texts, titles = [p.text for _, p in part], [p.title.replace("_", " ") for _, p in part]
        for i, span, log_odds in reader.read_texts([q.text for q, _ in part], texts, titles):
            if log_odds > best.get(i, (float("-inf"), ""))[0]:
                best[i] = (log_odds, span.of(part[i][1].text))
        for i, (question, paragraph) in enumerate(part):
            log_odds, text = best.get(i, (float("-inf"), None))
            accepted = [span.of(paragraph.text) for span in question.answers]
            yield Reading(
                question.id, bool(accepted), text, float(log_odds), exact_match(text, accepted), f1(text, accepted)
            )


def retrieve_all(
    library: Library, pairs: Iterable[tuple[ParagraphQuestion, Paragraph]], *, k: int = 20
) -> Iterator[Ranks]:
    """Search for each question by each method; yield the ranks of its own paragraph."""
    for question, paragraph in pairs:
        ranks: dict[str, int | None] = {}
        for method in METHODS:
            # A paragraph may be several chunks: it ranks where its best one does.
            passages = library.search(question.text, k=3 * k, method=method)
            ranked = list(dict.fromkeys(passage.article.text for passage in passages))[:k]
            ranks[method] = first_hit([text == paragraph.text for text in ranked])
        yield Ranks(question.id, ranks)


def find_all(
    library: Library,
    questions: Iterable[GoldQuestion],
    *,
    k: int,
    articles: Mapping[str, Labelled] | None = None,
) -> Iterator[Ranks]:
    """Search for each question by each method; yield the ranks of the first passage that says the answer.

    That is one that holds an accepted span where places are known, else one that holds an accepted answer. Questions
    are searched for as they were asked, without their history.

    :param articles: what `eval.scoring.labelled_articles` gives for the gold spans; without them places aren't known.
    """
    for gold in questions:
        filters = gold.question.filters
        ranks: dict[str, int | None] = {
            method: first_hit(
                [
                    says_answer(passage, gold, articles or {})
                    for passage in library.search(gold.question.text, k=k, filters=filters, method=method)
                ]
            )
            for method in METHODS
        }
        yield Ranks(gold.id, ranks)
