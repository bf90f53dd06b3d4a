"""The pipeline: answer with citations, or abstain with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from qa.assistant import Assistant
from qa.types import Answer, Form, Question, Reason, Turn, Verdict
from tests.qa_fakes import EVIDENCE_ONLY, SETTINGS, ScriptedReader, ShelfRetriever, article, passage

JANUARY = article("january", "The treaty expires on Feb. 5.", published=date(2021, 1, 20))
FEBRUARY = article("february", "The treaty expires in 2026.", published=date(2021, 2, 4))
UNDATED = article("undated", "The treaty expires one day.")


def assistant(script: dict[str, float], *articles: object, min_confidence: float = 0.5) -> Assistant:
    passages = [passage(a, rank=n) for n, a in enumerate(articles, start=1)]  # type: ignore[arg-type]
    retriever = ShelfRetriever(passages)
    settings = replace(SETTINGS, min_confidence=min_confidence)
    return Assistant(retriever, ScriptedReader(script), calibration=EVIDENCE_ONLY, settings=settings)


def test_an_answer_carries_its_citation() -> None:
    answer = assistant({"Feb. 5": 2.0}, JANUARY).ask("When does the treaty expire?")
    assert (answer.text, [c.quote for c in answer.citations], answer.abstained) == ("Feb. 5", ["Feb. 5"], False)


def test_sources_that_disagree_are_two_positions_the_better_supported_first() -> None:
    answer = assistant({"Feb. 5": 2.0, "2026": 3.0}, JANUARY, FEBRUARY).ask("When does the treaty expire?")
    assert [p.text for p in answer.positions] == ["2026", "Feb. 5"]
    assert [p.last_published for p in answer.positions] == [date(2021, 2, 4), date(2021, 1, 20)]


def test_an_answer_far_behind_the_best_is_no_position() -> None:
    answer = assistant({"Feb. 5": 1.0, "2026": 9.5}, JANUARY, FEBRUARY).ask("When does the treaty expire?")
    assert [p.text for p in answer.positions] == ["2026"]


def test_the_newer_answer_leads_where_the_older_one_has_more_evidence() -> None:
    answer = assistant({"Feb. 5": 3.0, "2026": 2.0}, JANUARY, FEBRUARY).ask("When does the treaty expire?")
    assert [(p.text, p.is_superseded) for p in answer.positions] == [("2026", False), ("Feb. 5", True)]


def test_an_answer_about_what_is_over_is_not_superseded() -> None:
    answer = assistant({"Feb. 5": 3.0, "2026": 2.0}, JANUARY, FEBRUARY).ask("When did the treaty expire?")
    assert [(p.text, p.is_superseded) for p in answer.positions] == [("Feb. 5", False), ("2026", False)]


def test_a_low_threshold_lets_no_weak_answer_lead_or_stand_beside_the_best() -> None:
    answer = assistant({"Feb. 5": 3.0, "2026": -1.0}, JANUARY, FEBRUARY, min_confidence=0.0).ask("When is it?")
    assert [p.text for p in answer.positions] == ["Feb. 5"]


def test_words_of_time_in_a_question_are_part_of_the_answer() -> None:
    answer = assistant({"Feb. 5": 3.0}, JANUARY).ask("When does the treaty expire in 2021?")
    (constraint,) = answer.constraints
    assert (constraint.words, constraint.first, constraint.last) == ("in 2021", date(2021, 1, 1), date(2021, 12, 31))


def test_an_event_that_a_question_names_is_dated_by_the_articles() -> None:
    vote = article("vote", "The vote is on Feb. 3, 2021.", published=date(2021, 1, 20))
    before = article("before", "Ms Ott ran the bank on Monday.", published=date(2021, 1, 26))
    after = article("after", "Mr Kay ran the bank on Monday.", published=date(2021, 3, 2))
    script = {"Feb. 3, 2021": 9.0, "Ms Ott": 2.0, "Mr Kay": 4.0}
    answer = assistant(script, vote, before, after).ask("Who ran the bank before the vote?")
    assert [c.last for c in answer.constraints] == [date(2021, 2, 2)]


def test_an_event_of_unknown_day_is_told_as_not_applied() -> None:
    answer = assistant({"Feb. 5": 3.0}, JANUARY).ask("Who ran the bank before the flood?", as_of=date(2021, 1, 19))
    assert [(c.words, c.is_applied) for c in answer.constraints] == [("before the flood", False)]


def test_as_of_hides_what_was_published_later() -> None:
    script = {"Feb. 5": 2.0, "2026": 9.0}
    answer = assistant(script, JANUARY, FEBRUARY).ask("When does the treaty expire?", as_of=date(2021, 1, 31))
    assert answer.text == "Feb. 5"


def test_articles_of_unknown_date_are_left_out_and_counted_where_a_date_is_asked_for() -> None:
    answer = assistant({"one day": 5.0}, UNDATED).ask("When does the treaty expire?", as_of=date(2021, 1, 31))
    assert (answer.reason, answer.n_undated_left_out) == (Reason.NO_PASSAGES, 1)


@pytest.mark.parametrize(
    ("script", "articles", "reason"),
    [
        ({"Feb. 5": 2.0}, (), Reason.NO_PASSAGES),
        ({}, (JANUARY,), Reason.NO_EVIDENCE),
        ({"Feb. 5": -2.0}, (JANUARY,), Reason.LOW_CONFIDENCE),
    ],
)
def test_it_abstains_rather_than_guess(script: dict[str, float], articles: tuple[object, ...], reason: Reason) -> None:
    answer = assistant(script, *articles).ask("When does the treaty expire?")
    assert (answer.text, answer.citations, answer.positions, answer.reason) == (None, (), (), reason)


def test_the_threshold_is_a_setting() -> None:
    assert assistant({"Feb. 5": -2.0}, JANUARY, min_confidence=0.0).ask("When?").text == "Feb. 5"


def test_the_confidence_of_an_abstention_is_that_of_what_was_withheld() -> None:
    answer = assistant({"Feb. 5": -2.0}, JANUARY).ask("When?")
    assert answer.confidence == pytest.approx(0.119, abs=1e-3)


def test_the_same_question_gives_the_same_answer() -> None:
    asked = assistant({"Feb. 5": 2.0, "2026": 2.0}, JANUARY, FEBRUARY)
    first, second = asked.ask("When?"), asked.ask("When?")
    assert replace(first, timings_ms={}) == replace(second, timings_ms={})


def test_history_is_kept_with_the_question() -> None:
    turns = [Turn("What is New START?", "a treaty")]
    assert assistant({}, JANUARY).ask("When?", history=turns).question.history == tuple(turns)


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_question_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="question is empty"):
        assistant({}, JANUARY).ask(text)


def test_timings_name_the_stages() -> None:
    assert set(assistant({}, JANUARY).ask("When?").timings_ms) == {"understand", "retrieve", "read", "decide", "total"}


def test_an_answer_without_positions_must_have_a_reason() -> None:
    question = assistant({}, JANUARY).ask("When?").question
    with pytest.raises(ValueError, match="one of the two"):
        Answer(question=question, confidence=0.5)


def test_a_follow_up_is_put_in_full_and_searched_for_with_and_without_further_words_of_its_history() -> None:
    asker = assistant({"Feb. 5": 2.0}, JANUARY)
    answer = asker.ask("And when was it signed?", history=[Turn("When does New START expire?", "Feb. 5")])
    assert answer.question.standalone == "When was New START signed?"
    assert asker.retriever.queries == [  # type: ignore[attr-defined]
        "When was New START signed?",
        "When was New START signed? expire feb",
    ]
    assert [added.term for added in answer.question.added] == ["New START", "expire", "feb"]


def test_a_question_that_stands_on_its_own_is_searched_for_once() -> None:
    asker = assistant({"Feb. 5": 2.0}, JANUARY)
    asker.ask("When does the INF treaty expire?", history=[Turn("Who is Dmitry Peskov?", "a spokesman")])
    assert asker.retriever.queries == ["When does the INF treaty expire?"]  # type: ignore[attr-defined]


def test_a_standalone_form_that_is_given_is_kept() -> None:
    given = Question("And when?", (Turn("Who signed it?", "Obama"),), standalone="When was New START signed?")
    assert assistant({}, JANUARY).answer(given).question == given


BRIDGE = article("bridge", "The tunnel to Norland, Kestria and Sule reopened on Monday.", published=date(2021, 2, 4))


def test_a_yes_no_question_gets_a_verdict_and_the_sentence_that_settles_it() -> None:
    answer = assistant({}, BRIDGE).ask("Has the tunnel reopened?")
    assert (answer.form, answer.verdict, answer.text) == (Form.YES_NO, Verdict.YES, BRIDGE.text)


def test_a_yes_no_question_that_nothing_settles_is_abstained_from() -> None:
    answer = assistant({}, BRIDGE).ask("Has the mayor resigned?")
    assert (answer.verdict, answer.reason, answer.positions) == (Verdict.UNSETTLED, Reason.LOW_CONFIDENCE, ())


def test_items_of_a_list_stand_beside_one_another() -> None:
    script = {"Feb. 5": 9.0, "2026": 2.0, "Kestria": 1.0}
    answer = assistant(script, JANUARY, FEBRUARY, BRIDGE).ask("Which days are named?")
    assert (answer.form, [p.text for p in answer.positions]) == (
        Form.LIST,
        ["Feb. 5", "2026", "Norland, Kestria and Sule"],
    )


def test_an_overview_counts_and_infers_nothing() -> None:
    answer = assistant({}, JANUARY, FEBRUARY, BRIDGE).ask("What do you know about the treaty?", until=date(2021, 1, 31))
    assert answer.overview
    assert (answer.form, answer.overview.n_articles, answer.confidence) == (Form.OVERVIEW, 1, 1.0)
    assert answer.text == "The treaty expires on Feb. 5."


def test_an_overview_of_what_no_article_mentions_has_no_position() -> None:
    answer = assistant({}, JANUARY).ask("How many articles mention pizza?")
    assert answer.overview
    assert (answer.overview.n_articles, answer.reason) == (0, Reason.NO_PASSAGES)
