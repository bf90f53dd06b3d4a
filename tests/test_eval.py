"""Metrics against hand-computed values; the harness over a scripted assistant."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from math import log2
from pathlib import Path

import pytest

from eval.datasets import gold_questions, holds_paragraphs, paragraphs_as_articles, read_gold
from eval.figures import reading_summary, summary
from eval.harness import ask_all
from eval.metrics.answers import exact_match, f1, holds_answer, normalize_answer
from eval.metrics.retrieval import first_hit, reciprocal_rank, success_at
from eval.scoring import labelled_articles, says_answer, score
from eval.types import Fault, GoldPosition, GoldQuestion, GoldSpan, Reading
from index.types import Span
from qa.errors import DatasetError
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.types import Question
from tests.qa_fakes import passage
from tests.test_assistant import FEBRUARY, JANUARY, assistant

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


def test_an_f1_of_two_thirds_is_two_thirds_to_the_last_bit() -> None:
    assert f1("one two three four", ["one two three five six"]) == 2 / 3


@pytest.mark.parametrize(
    ("passage", "accepted", "holds"),
    [
        ("It expires on the 5th of Feb., he said.", ["5th of feb"], True),
        ("It expires on Feb. 5.", ["2026", "Feb 5"], True),
        ("A 50-game season", ["50"], True),
        ("It expires.", ["2026"], False),
        ("It expires.", [], False),
    ],
)
def test_a_passage_holds_an_answer_where_its_normalised_text_stands(
    passage: str, accepted: list[str], holds: bool
) -> None:
    assert holds_answer(passage, accepted) == holds


@pytest.mark.parametrize(
    ("relevant", "rank", "success_5", "reciprocal"),
    [([False, True, True], 2, 1.0, 1 / 2), ([], None, 0.0, 0.0), ([False] * 5 + [True], 6, 0.0, 1 / 6)],
)
def test_rank_figures(relevant: list[bool], rank: int | None, success_5: float, reciprocal: float) -> None:
    found = first_hit(relevant)
    assert (found, success_at(5, found), reciprocal_rank(found)) == (rank, success_5, reciprocal)


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
    of_file = replace(JANUARY, path="news/a.txt")
    assert score(GOLD, assistant({"Feb. 5": 2.0}, of_file).ask("When?")).is_citation_right == 1.0
    assert score(GOLD, assistant({"The": 2.0}, of_file).ask("When?")).is_citation_right == 0.0
    assert score(GOLD, assistant({"Feb. 5": 2.0}, JANUARY).ask("When?")).is_citation_right == 0.0


def test_an_answer_without_a_known_place_has_no_right_or_wrong_citation() -> None:
    nowhere = replace(GOLD, spans=())
    assert score(nowhere, assistant({"Feb. 5": 2.0}, JANUARY).ask("When?")).is_citation_right is None


def test_passages_are_ranked_by_the_places_they_hold() -> None:
    # Two articles say it; the first of the two passages read is another one.
    other, also = replace(FEBRUARY, path="b.txt"), replace(JANUARY, id="also", path="c.txt")
    of_file = replace(JANUARY, path="news/a.txt")
    gold = replace(GOLD, spans=(*GOLD.spans, GoldSpan("c.txt", Span(22, 28)), GoldSpan("a.txt", Span(25, 28))))
    articles = labelled_articles([gold], [of_file, other, also])
    scored = score(gold, assistant({"Feb. 5": 2.0}, other, of_file).ask("When?"), articles=articles)
    ideal = 1 + 1 / log2(3)
    assert (scored.passage_recall, scored.reciprocal_rank) == (1 / 2, 1 / 2)
    assert scored.ndcg == pytest.approx((1 / log2(3)) / ideal)


def test_passages_are_not_ranked_where_no_place_is_known_or_its_article_is_not_to_be_read() -> None:
    of_file = replace(JANUARY, path="news/a.txt")
    articles = labelled_articles([GOLD], [of_file])
    answer = assistant({"Feb. 5": 2.0}, of_file).ask("When?")
    too_early = replace(GOLD, question=Question("When?", as_of=date(2020, 1, 1)))
    assert [score(gold, answer, articles=articles).ndcg for gold in (replace(GOLD, spans=()), too_early)] == [
        None,
        None,
    ]


def test_a_passage_says_the_answer_at_its_place_or_where_none_is_known_by_its_words() -> None:
    labelled, twin = replace(JANUARY, path="a.txt"), replace(JANUARY, id="twin", path="b.txt")
    articles = labelled_articles([GOLD], [labelled])
    assert [says_answer(passage(one), GOLD, articles) for one in (labelled, twin)] == [True, False]
    assert [says_answer(passage(one), GOLD, {}) for one in (twin, FEBRUARY)] == [True, False]


def test_of_the_answers_given_the_right_ones_are_counted() -> None:
    right = score(GOLD, assistant({"Feb. 5": 2.0}, JANUARY).ask("When?"))
    given_in_vain = score(IMPOSSIBLE, assistant({"Feb. 5": 2.0}, JANUARY).ask("Who?"))
    withheld = score(GOLD, assistant({"Feb. 5": 2.0}, JANUARY).ask("When?"), min_confidence=1.0)
    assert summary([right, right, given_in_vain, withheld])["accuracy_of_answered"] == round(2 / 3, 4)
    assert summary([withheld])["accuracy_of_answered"] is None


def test_a_date_is_right_by_its_value() -> None:
    dated = replace(GOLD, normalized="2021-02")
    scored = score(dated, assistant({"Feb. 5": 2.0}, JANUARY).ask("When does it expire?"))
    assert (scored.value, scored.date_exact_at_0, scored.date_overlap_at_0) == ("2021-02-05", 0.0, 1 / 28)
    refused = score(dated, assistant({}, JANUARY).ask("When does it expire?"))
    assert (refused.date_exact_at_0, refused.date_overlap_at_0) == (0.0, 0.0)


def test_a_number_is_a_date_only_of_a_question_that_asks_for_one() -> None:
    answer = assistant({"Feb. 5": 2.0}, JANUARY).ask("When?")
    number = replace(GOLD, normalized="1500", question=Question("How many warheads?"))
    year = replace(GOLD, normalized="1500", question=Question("In which year?"))
    assert [score(gold, answer).date_exact_at_0 for gold in (number, year)] == [None, 0.0]


def test_the_positions_that_are_found_are_counted() -> None:
    of_file = replace(JANUARY, path="news/a.txt")
    answer = assistant({"Feb. 5": 2.0, "2026": 1.5}, of_file, FEBRUARY).ask("When?")
    by_value = GoldPosition(("next month",), (), "2021-02-05")
    by_place = GoldPosition(("next month",), (GoldSpan("a.txt", Span(0, 30)),), None)
    by_words = GoldPosition(("2026",), (), None)
    missing = GoldPosition(("never",), (GoldSpan("b.txt", Span(0, 30)),), "1999")
    gold = replace(GOLD, positions=(by_value, by_place, by_words, missing))
    assert score(gold, answer).positions_covered_at_0 == 3 / 4
    assert score(GOLD, answer).positions_covered_at_0 is None


def test_citations_of_an_answer_that_is_given_are_judged_one_by_one() -> None:
    of_file, also = replace(JANUARY, path="a.txt"), replace(JANUARY, id="also", path="b.txt")
    gold = replace(GOLD, spans=(GoldSpan("a.txt", Span(22, 28)), GoldSpan("c.txt", Span(0, 4))))
    answer = assistant({"Feb. 5": 2.0}, of_file, also).ask("When?")
    given, refused = score(gold, answer), score(gold, answer, min_confidence=0.99)
    assert (given.is_citation_right, given.citation_precision, given.citation_recall) == (1.0, 1 / 2, 1 / 2)
    assert (given.is_attributed, refused.is_attributed, refused.citation_precision) == (1.0, None, None)


@pytest.mark.parametrize(
    ("gold", "script", "fault"),
    [
        (GOLD, {"Feb. 5": 2.0}, None),
        (GOLD, {"Feb. 5": 0.2}, Fault.SHOULD_HAVE_ANSWERED),
        (GOLD, {"treaty": 2.0}, Fault.WRONG_SPAN),
        (GOLD, {"treaty": 0.2}, Fault.WRONG_SPAN),
        (GOLD, {}, Fault.WRONG_SPAN),
        (replace(GOLD, normalized="2021-02-06", accepted=("Feb. 6", "5")), {"Feb. 5": 2.0}, None),
        (replace(GOLD, normalized="2021-02-06", accepted=("expires",)), {"Feb. 5": 2.0}, Fault.WRONG_VALUE),
        (replace(GOLD, accepted=("2026",)), {"Feb. 5": 2.0}, Fault.RETRIEVAL_MISS),
        (IMPOSSIBLE, {"Feb. 5": 2.0}, Fault.SHOULD_HAVE_ABSTAINED),
        (IMPOSSIBLE, {"Feb. 5": 0.2}, None),
        (IMPOSSIBLE, {}, None),
    ],
)
def test_what_goes_wrong_is_told_by_its_kind(gold: GoldQuestion, script: dict[str, float], fault: Fault | None) -> None:
    answer = assistant(script, JANUARY, min_confidence=0.0).ask("When?")
    assert score(gold, answer, min_confidence=0.7).fault == fault


def test_a_question_that_fails_scores_zero_and_the_rest_are_asked() -> None:
    class Broken:
        def read(self, question: str, passages: object) -> list[object]:
            raise RuntimeError("no such layer")

    asked = assistant({}, JANUARY, min_confidence=0.0)
    asked.reader = Broken()  # type: ignore[assignment]
    when, who = ask_all(asked, [GOLD, replace(IMPOSSIBLE, question=Question("When?"))], min_confidence=0.5)
    assert (when.fault, when.failure, who.fault) == (Fault.FAILED, "RuntimeError('no such layer')", Fault.FAILED)
    assert [(s.exact_match, s.f1, s.is_right) for s in (when, who)] == [(0.0, 0.0, False)] * 2
    assert summary([when, who])["n_failed"] == 2


def test_one_asking_gives_the_figures_with_and_without_the_threshold() -> None:
    # Log-odds of 0 are a confidence of one half.
    asked = assistant({"Feb. 5": 0.0, "2026": -1.0}, JANUARY, FEBRUARY, min_confidence=0.0)
    questions = [replace(GOLD, id="1"), replace(IMPOSSIBLE, id="2")]
    refused = summary(list(ask_all(asked, questions, min_confidence=0.6)))
    assert (refused["answered"], refused["refused"], refused["f1_answerable"]) == (0.0, 1.0, 0.0)
    assert (refused["f1_answerable_at_0"], refused["exact_match_answerable_at_0"]) == (1.0, 1.0)
    given = summary(list(ask_all(asked, questions, min_confidence=0.5)))
    assert (given["answered"], given["refused"], given["f1_answerable"]) == (1.0, 0.0, 1.0)
    whatever_the_threshold = ("f1_answerable_at_0", "answer_recall_at_k", "coverage_at_80", "auroc", "ece", "brier")
    assert [refused[name] for name in whatever_the_threshold] == [given[name] for name in whatever_the_threshold]


def test_to_ask_an_assistant_that_refuses_by_itself_is_a_mistake() -> None:
    with pytest.raises(ValueError, match=r"min_confidence is 0\.5"):
        list(ask_all(assistant({}, JANUARY), [GOLD], min_confidence=0.5))


def test_confidence_is_judged_over_all_questions_where_no_answer_to_an_impossible_one_is_right() -> None:
    sure = assistant({"Feb. 5": 30.0}, JANUARY, min_confidence=0.0)
    figures = summary([score(GOLD, sure.ask("When?")), score(IMPOSSIBLE, sure.ask("Who?"))])
    assert (figures["coverage_at_80"], figures["auroc"]) == (0.0, 0.5)
    assert (figures["ece"], figures["brier"]) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("script", "is_right"),
    [
        ({"Feb. 5": 2.0}, True),
        ({"on Feb. 5": 2.0}, True),  # two words of three: F1 0.8
        ({"The treaty expires on Feb. 5": 2.0}, False),  # two of five
        ({}, False),
    ],
)
def test_an_answer_is_right_that_shares_enough_words(script: dict[str, float], is_right: bool) -> None:
    assert score(GOLD, assistant(script, JANUARY).ask("When?")).is_right == is_right


def test_an_answer_in_a_passage_counts_as_found_though_the_reader_missed_it() -> None:
    missed = assistant({"2026": 2.0}, FEBRUARY, JANUARY).ask("When?")
    absent = assistant({"2026": 2.0}, FEBRUARY).ask("When?")
    scores = [score(GOLD, missed), score(GOLD, absent), score(IMPOSSIBLE, absent)]
    assert [s.is_in_passages for s in scores] == [1.0, 0.0, None]
    assert summary(scores)["answer_recall_at_k"] == 1 / 2


PRAGUE = Paragraph("d", "t", "In Prague.", (ParagraphQuestion("1", "Where?", (Span(3, 9),)),))
UNANSWERABLE = ParagraphQuestion("2", "Who?", ())
RIGHT, NOTHING = Reading("1", True, "Prague", 3.0, 1.0, 1.0), Reading("2", False, "In", -3.0, 0.0, 0.0)


def test_reading_figures_leave_unanswerable_questions_to_the_log_odds() -> None:
    means = {"n": 2, "n_answerable": 1, "exact_match": 1.0, "f1": 1.0}
    best = {"auroc": 1.0, "best_exact": 1.0, "best_f1": 1.0, "best_threshold": 3.0}
    assert reading_summary([RIGHT, NOTHING]) == means | best


def test_no_log_odds_are_best_where_all_can_be_answered_or_none_should_be() -> None:
    figures = reading_summary([RIGHT])
    assert (figures["auroc"], figures["best_f1"], figures["best_threshold"]) == (None, None, None)
    figures = reading_summary([replace(NOTHING, log_odds=3.0)])
    assert (figures["auroc"], figures["best_f1"], figures["best_threshold"]) == (None, 1.0, None)


def test_the_questions_of_paragraphs_are_asked_of_all_paragraphs() -> None:
    rome = Paragraph("d", "t", "Rome, not Prague.", (UNANSWERABLE,))
    articles = {a.path: a.text for a in paragraphs_as_articles([PRAGUE, rome, PRAGUE])}
    where, who = gold_questions([PRAGUE, rome])
    assert list(articles.values()) == ["In Prague.", "Rome, not Prague."]
    assert (where.accepted, where.is_impossible, who.accepted, who.is_impossible) == (("Prague",), False, (), True)
    assert [span.span.of(articles[span.file]) for span in where.spans] == ["Prague"]


def test_an_empty_question_about_a_paragraph_is_named() -> None:
    with pytest.raises(DatasetError, match="Question 7: the question is empty"):
        list(gold_questions([Paragraph("d", "t", "In Prague.", (ParagraphQuestion("7", " ", ()),))]))


PARAGRAPH_LINE = json.dumps({"context": "In Prague.", "qas": []})
DOCUMENT = {"data": [{"title": "t", "paragraphs": [{"context": "In Prague.", "qas": []}]}]}


@pytest.mark.parametrize(
    ("name", "content", "holds"),
    [
        ("a.jsonl", PARAGRAPH_LINE, True),
        ("a.jsonl.gz", "\n" + PARAGRAPH_LINE + "\n", True),
        ("a.json", json.dumps(DOCUMENT), True),
        ("a.json.gz", json.dumps(DOCUMENT, indent=1), True),
        ("a.jsonl", '{"id": "0", "question": "Q?", "accept": ["a"]}', False),
        ("a.jsonl", "{", False),
        ("a.jsonl", "", False),
    ],
)
def test_a_file_of_paragraphs_is_told_from_a_gold_set(tmp_path: Path, name: str, content: str, holds: bool) -> None:
    encoded = content.encode()
    (tmp_path / name).write_bytes(gzip.compress(encoded) if name.endswith(".gz") else encoded)
    assert holds_paragraphs(tmp_path / name) == holds


def test_questions_of_realtimeqa_are_asked_as_of_their_day(tmp_path: Path) -> None:
    line = {"id": "20220610_0", "date": "2022/06/10", "question": "Which city?", "answers": ["Hong Kong", "HK"]}
    (tmp_path / "gold.jsonl.gz").write_bytes(gzip.compress(json.dumps(line).encode()))
    question = Question("Which city?", as_of=date(2022, 6, 10))
    expected = GoldQuestion("20220610_0", question, "all", ("Hong Kong", "HK"), (), None, False)
    assert list(read_gold(tmp_path / "gold.jsonl.gz")) == [expected]


def test_a_packed_gold_set_that_is_cut_off_is_a_clear_error(tmp_path: Path) -> None:
    packed = gzip.compress(b'{"id": "0", "question": "Q?", "accept": ["a"]}')
    (tmp_path / "gold.jsonl.gz").write_bytes(packed[:-12])
    with pytest.raises(DatasetError, match="can't be read"):
        list(read_gold(tmp_path / "gold.jsonl.gz"))


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
