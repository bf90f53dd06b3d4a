from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.duplicates import SKETCH_SIZE, body, containment, is_same_story, shingles, sketch
from index.types import Span

STORY = """
The Senate will return to the Capitol at 9 p.m. on Wednesday for a vote on a spending bill that would keep the
government open until the middle of March, two leaders of the chamber said on Monday evening after a day of talks.
Without an agreement, a number of federal agencies would run out of money on Feb. 5, and some 800,000 employees would
be told to stay at home or to work without pay. National parks would close their gates within a day. The budget office
warned that each week of a shutdown would cost the economy six billion dollars. "Nobody wins here," said the majority
leader, "and nobody in this building wants to explain to a park ranger why she was not paid." Members of the other
party said that they would not vote for a bill without money for the flood victims in the south, where eleven counties
are still without drinking water. A spokeswoman for the White House said the president would sign a short extension,
if it reached his desk before the weekend. Negotiators met again late at night in a room on the second floor.
"""

SAME_EVENT = """
Federal workers were bracing for a second shutdown in a year as talks over a spending bill dragged on in Washington.
Agencies run out of cash on Feb. 5 unless the House and the Senate agree. Senators are due back on Wednesday night to
vote, according to aides, but few of them expressed confidence that sixty votes could be found. Republicans accuse
their opponents of holding the bill hostage over aid for the flooded counties. "Nobody wins here," said the majority
leader. At a food bank in Arlington, volunteers were already packing boxes for the families of airport screeners, who
missed two pay cheques last winter. Economists at two banks put the loss at up to seven billion dollars a week, much
of which would never be made up. The White House has signalled that it could live with an extension of a few weeks.
"""


def same(one: str, other: str) -> bool:
    return is_same_story(shingles(one), shingles(other))


def edited(text: str, *, share: float) -> str:
    """Return `text` with that share of its words replaced, always the same ones."""
    chooser = random.Random(5)
    return " ".join("another" if chooser.random() < share else word for word in text.split())


COPIES = {
    "other line breaks, quotes and case": STORY.upper().replace("\n", " \r\n\n").replace('"', "”"),
    "agency header and newspaper footer": (
        "WASHINGTON (AP) - Monday, January 27.\n" + STORY + "Copyright 2020. All rights reserved. Read more in our app."
    ),
    "one word in twenty rewritten": edited(STORY, share=0.05),
    "cut after a third": STORY[: len(STORY) * 2 // 5],
    "first sentence rewritten": "Senators come back this week, the Ledger has learned."
    + STORY[STORY.index("Without") :],
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copy_is_the_same_story(copy: str) -> None:
    assert same(STORY, copy)
    assert same(copy, STORY)


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_sketches_of_copies_share_enough_to_be_found(copy: str) -> None:
    assert len(set(sketch(shingles(STORY))) & set(sketch(shingles(copy)))) >= 10


OTHERS = {
    "another report of the event, with its quote": SAME_EVENT,
    "a digest that contains the story": STORY + " ".join(f"item{n} and so on" for n in range(500)),
    "every second word rewritten": edited(STORY, share=0.5),
    "one sentence of it": "Negotiators met again late at night in a room on the second floor.",
    "nothing": "",
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_other_text_is_another_story(other: str) -> None:
    assert not same(STORY, other)
    assert not same(other, STORY)


def test_short_texts_are_the_same_only_if_equal() -> None:
    assert same("Breaking news: more soon.", "BREAKING NEWS - more soon")
    assert not same("Breaking news: more soon, please stay with us.", "Breaking news: more soon, please stay tuned.")


def test_containment_is_the_shared_part_of_the_smaller_set() -> None:
    assert containment(frozenset({1, 2, 3}), frozenset({2, 3, 4, 5, 6})) == 2 / 3
    assert containment(frozenset(), frozenset({1})) == 0


def test_hashes_are_the_same_on_every_machine() -> None:
    assert shingles("The Senate votes on Feb. 5") == {1133485842573272781, 4875025086879657572}


def test_body_holds_what_chunks_cover_once() -> None:
    assert body("abcdefghij", [Span(4, 6), Span(0, 3), Span(2, 5)]) == "abc\nde\nf"


@given(st.text())
def test_sketch_is_a_sorted_sample_that_sqlite_can_hold(text: str) -> None:
    sample = sketch(shingles(text))
    assert sample == sorted(shingles(text))[:SKETCH_SIZE]
    assert all(0 <= value < 2**63 for value in sample)
