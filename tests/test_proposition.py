"""What a yes/no question asks to be so."""

from __future__ import annotations

import pytest

from qa.forms.proposition import proposition_of


@pytest.mark.parametrize(
    ("question", "subject", "predicate", "others"),
    [
        ("Did the wooden bridge reopen?", ["wooden", "bridge"], "reopen", []),
        ("Has Quist congratulated Aker?", ["Quist"], "congratulated", ["Aker"]),
        ("Did the dam above Quill fail?", ["dam", "Quill"], "fail", []),
        ("Was the sale of Halden and Corvus allowed?", ["sale", "Halden", "Corvus"], "allowed", []),
        ("Did Kestria's prime minister attend the final?", ["Kestria", "prime", "minister"], "attend", ["final"]),
        ("Was Dolan a judge?", ["Dolan"], "judge", []),
        ("Did the private school in Anbu win its case?", ["private", "school", "Anbu"], "win", []),
        ("Was anyone arrested in Skagen?", [], "arrested", ["Skagen"]),
    ],
)
def test_a_question_has_a_subject_a_predicate_and_the_rest(
    question: str, subject: list[str], predicate: str, others: list[str]
) -> None:
    asked = proposition_of(question)
    assert asked is not None
    assert ([w.text for w in asked.subject], asked.predicate, [w.text for w in asked.others]) == (
        subject,
        predicate,
        others,
    )


def test_tense_voice_and_negation_are_told() -> None:
    ahead, passive, negated = map(proposition_of, ("Will Halden appeal?", "Was it signed?", "Didn't Halden appeal?"))
    assert ahead
    assert passive
    assert negated
    assert (ahead.is_ahead, ahead.is_passive, ahead.is_negated) == (True, False, False)
    assert (passive.is_ahead, passive.is_passive, passive.is_negated) == (False, True, False)
    assert (negated.is_ahead, negated.is_passive, negated.is_negated) == (False, False, True)


@pytest.mark.parametrize("question", ["Is it?", "Did they?", "Was", "Did Ann, " * 20_000, "'s " * 50_000])
def test_where_no_word_says_anything_nothing_is_asked(question: str) -> None:
    assert proposition_of(question) is None
