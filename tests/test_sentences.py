import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [span.of(text) for span in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The pact ends on Feb. 5.", "Both sides want more."],
        ["Mr. Novak met Sen. Hale, D-Calif., in the U.S. capital.", "He left at noon."],
        ["Talks ran until 9 p.m. Monday.", "Nobody signed."],
        ["They met at 6 p.m. Eastern time.", "Then they left."],
        ["The vote is at 9 p.m.", "Senators expect a long night."],
        ["He works for Orbis Inc. in Texas.", "She works for the U.N."],
        ["“We are ready.”", "She then sat down."],
        ["“Is it over?” he asked.", "It was."],
        ["Prices rose 3.5 percent in Jan. 2020.", "They fell later."],
        ["George W. Tanner spoke first.", "Plan B.", "The next day it rained."],
        ["Book at harborferry.com.", "Six boats sail.", "The rate is 2.5.", "Novak disagrees."],
        ["The answer was no.", "The vote was 6 to 4!", "Why?"],
        ["条約は終わった。", "交渉は続く。"],
    ],
    ids=lambda expected: expected[0],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    joint = "" if expected[0].endswith("。") else " "
    assert sentences(joint.join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Storm nears coast\nby HarborPress\n\nWinds rose.", ["Storm nears coast", "by HarborPress", "Winds rose."]),
        ("Storm nears coast\nBy Ann Roe\nWinds rose.", ["Storm nears coast", "By Ann Roe", "Winds rose."]),
        ("Home\nworld\nStorm nears", ["Home\nworld", "Storm nears"]),
        ("Phones\niPhone sales fall again", ["Phones", "iPhone sales fall again"]),
        ("3. Weather\n4. Sport", ["3. Weather", "4. Sport"]),
        ("- first point\n- second point", ["- first point", "- second point"]),
        ("The town feared the river’s\n\nrise in spring.", ["The town feared the river’s\n\nrise in spring."]),
        ("The mayor said so\r\n\r\nNobody agreed", ["The mayor said so", "Nobody agreed"]),
    ],
)
def test_line_breaks_end_sentences_unless_the_next_line_goes_on(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_hard_wrapped_text_is_read_across_its_lines() -> None:
    text = "The council voted on\nthe plan for a new\nbridge near Old Harbor. It\npassed easily.\n\nWork starts soon."
    assert sentences(text) == [
        "The council voted on\nthe plan for a new\nbridge near Old Harbor.",
        "It\npassed easily.",
        "Work starts soon.",
    ]


@given(st.text(alphabet=st.sampled_from("aB .!?…\n\r\t\"”'()*1-\u00a0é。"), max_size=200))
def test_every_character_that_is_not_white_space_lies_in_exactly_one_sentence(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert "".join("".join(span.of(text).split()) for span in spans) == "".join(text.split())
    assert all(span.of(text) == span.of(text).strip() for span in spans)


@pytest.mark.parametrize(
    "text",
    ["He said so. " * 20_000, "." * 100_000 + "x", "a" * 100_000, "x" + " " * 100_000 + "y", "e.g. " * 20_000],
    ids=["one long line", "dots", "one long word", "spaces", "abbreviations"],
)
def test_long_blocks_take_linear_time(text: str) -> None:
    started = time.perf_counter()
    sentence_spans(text)
    assert time.perf_counter() - started < 2


def test_a_line_of_dashes_ends_a_sentence_also_in_hard_wrapped_text() -> None:
    text = "---\ntitle: Bridge to close\nsource: gazette\nplace: the coast\n---\nThe bridge will close\non April 2."
    assert sentence_spans(text)[-1].of(text) == "The bridge will close\non April 2."
