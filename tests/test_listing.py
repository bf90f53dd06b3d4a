"""Items of lists."""

from __future__ import annotations

import pytest

from qa.forms.listing import items_among
from tests.qa_fakes import article, candidate, passage
from tests.question_scores import Items, asking, item_scores

SIGNED = passage(
    article("a", "Norland, Kestria, the Isles of Mott and Sule signed in Torvald. Estavia left, six countries stayed.")
)


@pytest.mark.parametrize(
    ("proposed", "expected"),
    [
        ("Kestria", ["Norland, Kestria, the Isles of Mott and Sule"]),
        ("Sule", ["Norland, Kestria, the Isles of Mott and Sule"]),
        ("Norland, Kestria", ["Norland, Kestria, the Isles of Mott and Sule"]),
        ("Torvald", ["Torvald"]),
        ("Estavia", ["Estavia"]),
        ("signed in Torvald", ["signed in Torvald"]),
        ("countries", []),
        ("six", ["six"]),
    ],
)
def test_an_item_comes_with_the_names_enumerated_beside_it(proposed: str, expected: list[str]) -> None:
    items = items_among([candidate(SIGNED, proposed, 1.0)], "Which countries signed the treaty?")
    assert [item.text for item in items] == expected


def test_an_enumeration_stays_in_its_passage_and_ends() -> None:
    names = passage(article("names", "Ann, " * 5000 + "Ann and Bob."))
    (item,) = items_among([candidate(names, "Ann and Bob", 1.0)], "Who came?")
    assert item.text.endswith("Ann and Bob")
    assert item.text in names.text


@pytest.mark.model
def test_most_labelled_items_of_the_development_half_are_named() -> None:
    with asking() as assistant:
        scores = item_scores(assistant, "dev")
    assert scores >= Items(n_right=32, n_named=0, n_labelled=41)
    assert scores.n_named <= 46
