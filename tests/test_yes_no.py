"""Yes/no questions are settled by sentences, or not at all. No example here is from the labelled set."""

from __future__ import annotations

from datetime import date

import pytest

from qa.forms.yes_no import settling, verdict_with_positions
from qa.types import Verdict
from tests.qa_fakes import article, passage
from tests.question_scores import asking, verdict_scores


def verdict(question: str, *texts: str) -> Verdict | None:
    passages = [passage(article(str(n), text), rank=n) for n, text in enumerate(texts, start=1)]
    found = settling(question, passages)
    return found[0].verdict if found else None


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("Did the tunnel reopen?", "The tunnel reopened on Monday.", Verdict.YES),
        ("Did the tunnel reopen?", "The tunnel has yet to reopen.", Verdict.NO),
        ("Did the tunnel reopen?", "The tunnel will reopen in May.", None),
        ("Will the tunnel reopen?", "The tunnel will reopen in May.", Verdict.YES),
        ("Did the tunnel reopen?", "The tunnel is long.", None),
        ("Didn't Lopez resign?", "Lopez did not resign.", Verdict.YES),
        ("Did Lopez accept the offer?", "Lopez rejected the offer.", Verdict.NO),
        ("Did the party vote for the law?", "The party voted against the law.", Verdict.NO),
        ("Did Peru beat Chile?", "Chile beat Peru 3-0.", Verdict.NO),
        ("Did Peru sue Chile?", "Chile sued Peru in March.", None),
        ("Was the treaty signed?", "Six countries signed the treaty.", Verdict.YES),
        ("Has the book been translated into French?", "The book was translated into Polish.", None),
        ("Did Lopez praise Li?", "Many rushed to praise Li, but Lopez has yet to praise Li.", Verdict.NO),
        ("Did Lopez sign the treaty?", "They signed the treaty.", None),
        ("Did the tunnel reopen?", "Has the tunnel reopened?", None),
        ("Did 30 people die?", "The blast killed 14 people, who died at once.", None),
        ("Did 14 people die?", "In the blast 14 people died.", Verdict.YES),
        ("Is the tunnel open?", "The tunnel is long. Engineer Sato leads the work, which began in May.", None),
    ],
)
def test_a_sentence_settles_a_question_or_does_not(question: str, text: str, expected: Verdict | None) -> None:
    assert verdict(question, text) is expected


def test_what_stands_just_before_says_who_is_meant() -> None:
    assert verdict("Did Lopez resign?", "Lopez was criticised on Monday. He resigned the same day.") is Verdict.YES


def test_the_newer_article_prevails_and_the_older_speaks_against_it() -> None:
    shut = article("shut", "The tunnel has yet to reopen.", published=date(2021, 3, 1))
    open_ = article("open", "The tunnel reopened to traffic.", published=date(2021, 4, 1))
    found = settling("Has the tunnel reopened?", [passage(shut), passage(open_, rank=2)])
    assert [(one.passage.article.id, one.verdict) for one in found] == [("open", Verdict.YES), ("shut", Verdict.NO)]
    decided, confidence, positions = verdict_with_positions(found, min_confidence=0.5)
    assert (decided, confidence) == (Verdict.YES, 0.9)
    assert [position.text for position in positions] == [
        "The tunnel reopened to traffic.",
        "The tunnel has yet to reopen.",
    ]


def test_below_the_threshold_nothing_is_settled() -> None:
    found = settling("Did the tunnel reopen?", [passage(article("a", "The tunnel reopened."))])
    assert verdict_with_positions(found, min_confidence=0.95) == (Verdict.UNSETTLED, 0.9, ())
    assert verdict_with_positions([], min_confidence=0.5) == (Verdict.UNSETTLED, 0.0, ())


@pytest.mark.parametrize("unit", ["not ", "the tunnel ", "Tunnel, ", "reopen "])
def test_a_sentence_without_end_is_no_evidence(unit: str) -> None:
    assert verdict("Did the tunnel reopen?", unit * 5000) is None


@pytest.mark.model
def test_nine_in_ten_labelled_questions_of_the_development_half_are_right() -> None:
    with asking() as assistant:
        scores = verdict_scores(assistant, "dev")
    assert scores["right"] >= 66
    assert scores["wrong"] <= 3
