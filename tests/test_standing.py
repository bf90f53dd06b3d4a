"""Which answers stand, in which order, and what later articles put in their place."""

from __future__ import annotations

from datetime import date

import pytest

from index.types import Passage
from qa.constraints import constraints_of
from qa.standing import may_change, standing
from qa.types import Candidate
from tests.qa_fakes import EVIDENCE_ONLY, article, candidate, passage

FEBRUARY, MARCH, APRIL = date(2019, 2, 20), date(2019, 3, 27), date(2019, 4, 15)
PLAN = passage(article("plan", "The bridge will reopen on April 2 after repairs.", published=FEBRUARY))
DELAY = passage(
    article(
        "delay",
        "The bridge will not reopen on April 2 as planned. Traffic is now expected back on May 6, she said on Monday.",
        published=MARCH,
    ),
    rank=2,
)
AGAIN = passage(
    article("again", "The reopening has been moved from May 6 to June 10, the county said.", published=APRIL), rank=3
)
WHEN = "When will the bridge reopen?"


def texts(question: str, passages: list[Passage], candidates: list[Candidate]) -> list[str]:
    constraints = constraints_of(question, asked_on=APRIL)
    answers = standing(question, passages, candidates, constraints, calibration=EVIDENCE_ONLY)
    return [answer.support.best.text for answer in answers]


def test_what_a_later_article_says_instead_comes_first() -> None:
    found = texts(WHEN, [PLAN, DELAY], [candidate(PLAN, "April 2", 5.0), candidate(DELAY, "April 2", 3.0)])
    assert found == ["May 6", "April 2"]


def test_a_second_change_is_followed_too() -> None:
    assert texts(WHEN, [PLAN, DELAY, AGAIN], [candidate(PLAN, "April 2", 5.0)]) == ["June 10", "May 6", "April 2"]


def test_the_confidence_of_a_replacement_is_a_little_less_than_that_of_what_it_replaces() -> None:
    (new, old) = standing(WHEN, [PLAN, DELAY], [candidate(PLAN, "April 2", 3.0)], (), calibration=EVIDENCE_ONLY)
    assert 0.8 * old.confidence_alone < new.confidence_alone < old.confidence_alone


def test_an_answer_is_not_supported_by_a_sentence_that_takes_it_back() -> None:
    (_, old) = standing(
        WHEN,
        [PLAN, DELAY],
        [candidate(PLAN, "April 2", 3.0), candidate(DELAY, "April 2", 4.0)],
        (),
        calibration=EVIDENCE_ONLY,
    )
    assert [c.passage.article.id for c in old.support.candidates] == ["plan"]


def test_a_question_for_what_was_planned_is_answered_by_what_was_taken_back() -> None:
    assert texts("When was the bridge originally due to reopen?", [DELAY], [candidate(DELAY, "April 2", 3.0)]) == [
        "April 2"
    ]


def test_a_number_is_replaced_by_another_of_its_unit() -> None:
    old = passage(article("old", "It expects to earn 1.3 billion crowns.", published=FEBRUARY))
    new = passage(
        article(
            "new", "It now expects 950 million crowns in 2019; it had been aiming for 1.3 billion.", published=MARCH
        ),
        rank=2,
    )
    found = texts("How much does it expect to earn?", [old, new], [candidate(old, "1.3 billion crowns", 4.0)])
    assert found == ["950 million", "1.3 billion crowns"]


def test_a_name_is_replaced_by_who_takes_over() -> None:
    old = passage(article("old", "The bank's head, Noemi Pardo, has 23 people.", published=FEBRUARY))
    new = passage(article("new", "Henrike Voss takes over the bank from Noemi Pardo.", published=MARCH), rank=2)
    candidates = [candidate(old, "Noemi Pardo", 4.0), candidate(new, "Henrike Voss", -1.0)]
    assert texts("Who is the head of the bank?", [old, new], candidates) == ["Henrike Voss", "Noemi Pardo"]


def test_what_a_later_article_takes_back_with_nothing_in_its_place_is_half_as_sure() -> None:
    old = passage(article("old", "The bank's head, Noemi Pardo, has 23 people.", published=FEBRUARY))
    new = passage(article("new", "Noemi Pardo will not return to the bank.", published=MARCH), rank=2)
    found = [candidate(old, "Noemi Pardo", 4.0)]
    sure, doubted = (
        standing("Who is the head of the bank?", passages, found, (), calibration=EVIDENCE_ONLY)[0].confidence_alone
        for passages in ([old], [old, new])
    )
    assert doubted == sure / 2


def test_an_article_that_is_no_newer_replaces_nothing() -> None:
    same_day = passage(article("same", DELAY.article.text, published=FEBRUARY), rank=2)
    assert texts(WHEN, [PLAN, same_day], [candidate(PLAN, "April 2", 5.0)]) == ["April 2"]


def test_a_date_to_which_the_answer_may_be_moved_stands_behind_it() -> None:
    treaty = passage(
        article(
            "treaty",
            "The treaty will expire on April 2, 2021. If both agree, the term can be extended for five years to 2026.",
            published=MARCH,
        )
    )
    found = texts("When does the treaty expire?", [treaty], [candidate(treaty, "April 2, 2021", 5.0)])
    assert found == ["April 2, 2021", "2026"]


def test_no_article_from_after_the_time_that_is_asked_changes_the_answer() -> None:
    candidates = [candidate(PLAN, "April 2", 5.0), candidate(DELAY, "May 6", 4.0)]
    for question in ("When will the bridge reopen as of 1 March 2019?", "When will it reopen, in February 2019?"):
        assert texts(question, [PLAN, DELAY], candidates)[0] == "April 2"


@pytest.mark.parametrize("verb", ["resigned", "fired", "cancelled"])
def test_a_question_about_taking_back_is_answered_by_it(verb: str) -> None:
    director = passage(article("director", f"Marek Dolan, the director, was {verb} on Monday.", published=FEBRUARY))
    (answer,) = standing(
        f"Who {verb}?", [director], [candidate(director, "Marek Dolan", 3.0)], (), calibration=EVIDENCE_ONLY
    )
    assert answer.confidence > 0.9


def test_what_was_first_said_is_asked_by_originally() -> None:
    sooner = passage(article("sooner", "It opens on March 1.", published=MARCH), rank=2)
    candidates = [candidate(PLAN, "April 2", 3.0), candidate(sooner, "March 1", 3.0)]
    assert texts("When was it originally going to open?", [PLAN, sooner], candidates)[0] == "April 2"


def test_what_is_over_is_not_replaced() -> None:
    assert texts("When did the bridge reopen?", [PLAN, DELAY], [candidate(PLAN, "April 2", 5.0)]) == ["April 2"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("latest", ["May 6", "April 2"]),
        ("first", ["April 2", "May 6"]),
    ],
)
def test_an_order_in_the_question_decides_what_leads(question: str, expected: list[str]) -> None:
    later = passage(article("later", "The date is May 6.", published=MARCH), rank=2)
    candidates = [candidate(PLAN, "April 2", 3.0), candidate(later, "May 6", 3.0)]
    assert texts(f"What is the {question} date of the reopening?", [PLAN, later], candidates) == expected


@pytest.mark.parametrize(
    ("question", "changes"),
    [
        ("When will it reopen?", True),
        ("Who is the mayor?", True),
        ("How many people died?", True),
        ("What was the death toll?", True),
        ("When did it open?", False),
        ("Who won the race?", False),
        ("Which team won?", False),
    ],
)
def test_what_is_or_will_be_and_figures_may_change(question: str, *, changes: bool) -> None:
    assert may_change(question) is changes
