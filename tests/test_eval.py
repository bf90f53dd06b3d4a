"""Metrics against hand-computed values; the harness over a scripted assistant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.datasets import read_gold
from eval.harness import reading_summary, score, summary
from eval.metrics.answers import exact_match, f1, normalize_answer
from eval.metrics.retrieval import first_hit, recall_at, reciprocal_rank
from eval.types import GoldQuestion, GoldSpan
from index.types import Span
from qa.errors import DatasetError
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.types import Question
from tests.test_assistant import JANUARY, assistant

GOLD = GoldQuestion(
    "1", Question("When?"), "when", ("Feb. 5", "February 5"), (GoldSpan("a.txt", Span(22, 28)),), None, False
)
IMPOSSIBLE = GoldQuestion("2", Question("Who?"), "who", (), (), None, True)


@pytest.mark.parametrize(
    ("text", "normalised"),
    [("The  Cat!", "cat"), ("a b. c", "b c"), ("U.S.-Russia", "usrussia"), ("theme", "theme"), ("", "")],
)
def test_answers_are_normalised_as_by_the_official_script(text: str, normalised: str) -> None:
    assert normalize_answer(text) == normalised


@pytest.mark.parametrize(
    ("answer", "accepted", "exact", "overlap"),
    [
        ("on Feb. 5", ["Feb. 5"], 0.0, 2 * (2 / 3) * 1 / (2 / 3 + 1)),
        ("the Feb 5", ["no", "Feb. 5"], 1.0, 1.0),
        ("one one two", ["one two two"], 0.0, 2 / 3),
        ("none", ["Feb. 5"], 0.0, 0.0),
        (None, ["Feb. 5"], 0.0, 0.0),
        ("the", ["a"], 1.0, 1.0),
        ("x", [], 0.0, 0.0),
    ],
)
def test_exact_match_and_f1(answer: str | None, accepted: list[str], exact: float, overlap: float) -> None:
    assert (exact_match(answer, accepted), f1(answer, accepted)) == (exact, pytest.approx(overlap))


@pytest.mark.parametrize(
    ("relevant", "rank", "recall_5", "reciprocal"),
    [([False, True, True], 2, 1.0, 1 / 2), ([], None, 0.0, 0.0), ([False] * 5 + [True], 6, 0.0, 1 / 6)],
)
def test_rank_figures(relevant: list[bool], rank: int | None, recall_5: float, reciprocal: float) -> None:
    found = first_hit(relevant)
    assert (found, recall_at(5, found), reciprocal_rank(found)) == (rank, recall_5, reciprocal)


def test_a_right_answer_and_a_right_refusal_score_one() -> None:
    answered = score(GOLD, assistant({"Feb. 5": 2.0}, JANUARY).ask("When?"))
    refused = score(IMPOSSIBLE, assistant({}, JANUARY).ask("Who?"))
    assert (answered.exact_match, answered.f1, refused.exact_match) == (1.0, 1.0, 1.0)
    figures = summary([answered, refused])
    assert (figures["exact_match"], figures["refused"], figures["answered"]) == (1.0, 1.0, 1.0)


def test_an_abstention_on_an_answerable_question_scores_zero_and_stays_in_the_mean() -> None:
    abstained = score(GOLD, assistant({}, JANUARY).ask("When?"))
    assert summary([abstained])["f1_answerable"] == 0.0


def test_a_citation_is_right_where_it_overlaps_the_gold_span_of_that_file() -> None:
    from dataclasses import replace

    of_file = replace(JANUARY, path="news/a.txt")
    assert score(GOLD, assistant({"Feb. 5": 2.0}, of_file).ask("When?")).is_citation_right == 1.0
    assert score(GOLD, assistant({"The": 2.0}, of_file).ask("When?")).is_citation_right == 0.0
    assert score(GOLD, assistant({"Feb. 5": 2.0}, JANUARY).ask("When?")).is_citation_right == 0.0


def test_reading_figures_leave_unanswerable_questions_to_the_auroc() -> None:
    paragraph = Paragraph("d", "t", "In Prague.", ())
    asked, impossible = ParagraphQuestion("1", "Where?", (Span(3, 9),)), ParagraphQuestion("2", "Who?", ())
    figures = reading_summary([(asked, paragraph, "Prague", 3.0), (impossible, paragraph, "In", -3.0)])
    assert figures == {"n": 2, "n_answerable": 1, "exact_match": 1.0, "f1": 1.0, "auroc": 1.0}


def test_the_gold_set_of_the_seeds_is_sound() -> None:
    root = Path(__file__).parent.parent
    questions = list(read_gold(root / "eval" / "gold" / "seeds.jsonl"))
    texts = {p.name: p.read_bytes().decode("utf-8") for p in (root / "seeds").glob("*.txt")}
    assert (len(questions), sum(q.is_impossible for q in questions)) == (124, 31)
    assert all(span.span.of(texts[span.file]) in q.accepted for q in questions for span in q.spans)


@pytest.mark.parametrize("line", ["{", '{"id": "1"}', '{"id": "1", "question": "When?"}'])
def test_a_bad_gold_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "gold.jsonl").write_text(json.dumps({"id": "0", "question": "Q?", "accept": ["a"]}) + "\n" + line)
    with pytest.raises(DatasetError, match="line 2"):
        list(read_gold(tmp_path / "gold.jsonl"))
