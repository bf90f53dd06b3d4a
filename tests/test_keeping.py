"""Which candidates keep to the time that a question names."""

from __future__ import annotations

from datetime import date

import pytest

from qa.constraints import constraints_of
from qa.keeping import LOG_ODDS_OF_MISFIT, keep, keep_tense, of_their_time
from tests.qa_fakes import article, candidate, passage

OLD = article("old", "The city elected Mr Kay as its mayor.", published=date(2018, 3, 1))
NEW = article("new", "The city elected Ms Ott as its mayor.", published=date(2021, 3, 1))
LOOKING_BACK = article("back", "In 2018 the mayor was Mr Kay.", published=date(2021, 3, 1))
ELSEWHEN = article("elsewhen", "In 2009 the mayor was Ms Ott.", published=date(2018, 3, 1))
KAY_OLD, OTT_NEW = candidate(passage(OLD), "Mr Kay", 2.0), candidate(passage(NEW), "Ms Ott", 5.0)


def kept(question: str, *candidates: object) -> list[tuple[str, float]]:
    constraints = constraints_of(question, asked_on=date(2021, 3, 5))
    return [(c.text, c.score) for c in keep(candidates, constraints)]  # type: ignore[arg-type]


def test_what_was_published_in_the_time_that_is_asked_goes_first() -> None:
    assert kept("Who was mayor in 2018?", OTT_NEW, KAY_OLD) == [("Mr Kay", 2.0), ("Ms Ott", 5.0 - LOG_ODDS_OF_MISFIT)]


def test_a_sentence_that_names_the_time_is_of_it_whenever_it_was_written() -> None:
    assert kept("Who was mayor in 2018?", OTT_NEW, candidate(passage(LOOKING_BACK), "Mr Kay", 1.0))[0] == (
        "Mr Kay",
        1.0,
    )


def test_a_sentence_that_names_another_time_loses_half() -> None:
    found = kept("Who was mayor in 2018?", KAY_OLD, candidate(passage(ELSEWHEN), "Ms Ott", 5.0))
    assert found == [("Mr Kay", 2.0), ("Ms Ott", 5.0 - LOG_ODDS_OF_MISFIT / 2)]


def test_nobody_loses_where_nothing_of_that_time_is_believed() -> None:
    assert kept("Who was mayor in 2012?", OTT_NEW, KAY_OLD) == [("Ms Ott", 5.0), ("Mr Kay", 2.0)]


def test_the_newest_article_goes_first_for_the_latest() -> None:
    newest = candidate(passage(NEW), "Ms Ott", 1.0)
    stronger = candidate(passage(OLD), "Mr Kay", 6.0)
    assert kept("Who is the current mayor?", stronger, newest) == [
        ("Ms Ott", 1.0),
        ("Mr Kay", 6.0 - LOG_ODDS_OF_MISFIT),
    ]


def test_as_of_a_day_the_newest_article_up_to_it_goes_first() -> None:
    middle = candidate(passage(article("m", "Ms Bax is mayor.", published=date(2019, 1, 2))), "Ms Bax", 1.0)
    found = kept("Who was mayor as of 2 January 2020?", OTT_NEW, KAY_OLD, middle)
    assert [text for text, _ in found] == ["Ms Bax", "Ms Ott", "Mr Kay"]


@pytest.mark.parametrize(("text", "is_kept"), [("Mr Kay", True), ("Ms Ott", False)])
def test_what_the_rest_of_the_question_found_counts_where_it_is_of_that_time(text: str, *, is_kept: bool) -> None:
    of_rest = candidate(passage(OLD if text == "Mr Kay" else NEW), text, 4.0)
    constraints = constraints_of("Who was mayor in 2018?", asked_on=date(2021, 3, 5))
    assert [c.text for c in keep([], constraints, of_rest=[of_rest])] == ([text] if is_kept else [])


PLAN = article(
    "plan", "It will reopen on April 2, she said on Wednesday. It closed on Feb. 3.", published=date(2023, 3, 1)
)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When will it reopen?", "April 2"),
        ("Until when is it closed?", "April 2"),
        ("When did it close?", "Feb. 3"),
        ("When did she say so?", "Wednesday"),
        ("Who said so?", "Wednesday"),
    ],
)
def test_a_day_of_another_tense_or_of_saying_so_is_not_the_one_asked_for(question: str, best: str) -> None:
    found = [
        candidate(passage(PLAN), text, score) for text, score in (("Wednesday", 7.0), ("April 2", 5.0), ("Feb. 3", 4.0))
    ]
    assert keep_tense(found, question)[0].text == best


def test_no_day_loses_where_no_other_time_is_believed() -> None:
    found = [candidate(passage(PLAN), "Wednesday", 7.0), candidate(passage(PLAN), "April 2", -1.0)]
    assert keep_tense(found, "When will it reopen?") == found


@pytest.mark.parametrize(("leads", "lost"), [("April 2", LOG_ODDS_OF_MISFIT), ("It", 0.0)])
def test_what_is_no_time_is_no_rival_of_a_time_and_may_lead_itself(leads: str, lost: float) -> None:
    scores = {"April 2": 5.0, "It": 2.0} if leads == "April 2" else {"It": 5.0, "April 2": 2.0}
    found = [candidate(passage(PLAN), text, score) for text, score in scores.items()]
    kept = {c.text: c.score for c in keep_tense(found, "When will it reopen?")}
    assert kept == {"April 2": scores["April 2"], "It": scores["It"] - lost}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was Mr Kay mayor in 2018?", ["old"]),
        ("Was Mr Kay mayor in 2012?", []),
        ("Was Mr Kay mayor before 2012?", ["old", "new"]),
        ("Is Ms Ott mayor?", ["old", "new"]),
    ],
)
def test_a_period_keeps_only_passages_of_its_time(question: str, expected: list[str]) -> None:
    constraints = constraints_of(question, asked_on=date(2021, 3, 5))
    assert [p.article.id for p in of_their_time([passage(OLD), passage(NEW)], constraints)] == expected
