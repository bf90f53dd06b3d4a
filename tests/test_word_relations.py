"""Words that say the same, and words that say the opposite."""

from __future__ import annotations

import pytest

from qa.forms.word_relations import Relation, relation, stem


@pytest.mark.parametrize(
    ("asked", "said", "expected"),
    [
        ("reopen", "reopened", Relation.SAME),
        ("win", "won", Relation.SAME),
        ("approve", "approval", Relation.SAME),
        ("Kestria", "Kestrian", Relation.SAME),
        ("die", "deaths", Relation.SAME),
        ("resign", "quit", Relation.SAME),
        ("accept", "rejected", Relation.OPPOSITE),
        ("rejected", "accepted", Relation.OPPOSITE),
        ("damaged", "undamaged", Relation.OPPOSITE),
        ("convicted", "acquitted", Relation.OPPOSITE),
        ("sign", "single", Relation.NONE),
        ("treaty", "treat", Relation.SAME),  # they begin alike: the price of finding "approval"
    ],
)
def test_two_words_are_related(asked: str, said: str, expected: Relation) -> None:
    assert relation(asked, said) is expected


@pytest.mark.parametrize(
    "forms",
    [
        "close closes closed closing",
        "stop stopped stopping stops",
        "ratify ratified ratifies",
        "Norland Norland's",
        "win won",
    ],
)
def test_forms_of_a_word_share_their_stem(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1
