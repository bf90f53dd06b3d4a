import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.furniture import furniture_spans

BODY = "The harbor council voted on Tuesday to close the old bridge, officials said."


def furniture(text: str) -> list[str]:
    return [span.of(text) for span in furniture_spans(text)]


@pytest.mark.parametrize(
    "line",
    [
        "Navigation",
        "Skip to main content",
        "Home | News | Politics | Sport",
        "ADVERTISEMENT",
        "Story continues below advertisement",
        "Related article: [Bridge closed for a year](#)",
        "**Read also:** [Bridge closed for a year](https://example.org/b)",
        "More: Bridge closed for a year, council says",
        "Original url:",
        "<https://example.org/2021/05/06/bridge>",
        "Source: https://example.org/bridge",
        "Sign up for our free newsletter and get the harbor news in your inbox every morning.",
        "Get our weekly newsletter",
        "Subscribe to The Harbor Echo for full access.",
        "Join our brand new Telegram channel and get the news first!",
        "Follow us on Facebook and Twitter",
        "Follow Ann Roe on Twitter: @annroe",
        "Contact Ann Roe at aroe@example.org.",
        "Download the Harbor App!",
        "Loading...",
        "Sort by",
        "Add a comment",
        "There are no comments yet. Add your comment to start the conversation.",
        "12 comments",
        "How does this make you feel?",
        "Summarize this article with AI",
        "This article is reprinted with permission.",
        "A version of this story first appeared in Harbor Echo's newsletter. Sign up here.",
        "This is AI generated summarization, which may have errors. For context, always refer to the full article.",
        "Jane Roe / AFP",
        "(Jan Novak/Tass/Abaca Press/TNS)",
        "Pool/Jan Novak/Palace via Reuters",
        "Photo: Jane Roe",
        "Getty Images",
        "We use cookies to improve your experience on our site.",
        "© 2021 The Harbor Echo. All rights reserved.",
        "Copyright 2021 The Harbor Echo",
        "* * *",
        " • ",
    ],
)
def test_lines_that_only_a_page_says_are_furniture(line: str) -> None:
    text = f"Bridge to close in autumn\n\n{BODY}\n\n{line}\n\n{BODY}"
    assert furniture(text) == [line.strip()]


@pytest.mark.parametrize(
    "line",
    [
        BODY,
        "Ann Roe is set to become mayor of Old Harbor on Wednesday.",
        "HARBOR. Mayor Ann Roe attends a meeting of the council.",
        "Bridge to close in autumn",
        "By [AFP](#)",
        "Reuters",
        "January 20, 2021",
        "Published: January 20, 2021",
        "By Ann Roe and Jan Novak",
        "Subscribers of the gas firm lost 40 euros each.",
        "This article was originally published by The Harbor Echo and is reprinted with permission.",
        "Sign up for health cover by Dec. 15, officials said.",
        "The story, first published in 2019, led to three arrests.",
        "Copyright law changed in 2019.",
        "We baked 400 cookies for the troops, she said.",
        "Tags will not be required for boats.",
        "Related to the mayor by marriage, Novak denied all charges.",
        "More than 40 people were hurt.",
        "More: a lot more, she said.",
        "Share prices fell 4 percent",
        "Report: 40 hurt in bridge collapse",
        "Search for survivors continues",
        "Photo: Protesters gathered at the bridge on Sunday",
        "Turnout 61% | Yes 4,012 | No 3,998",
        "| Party | Seats | Share |",
        "Source: Harbor statistics office",
    ],
)
def test_lines_that_may_carry_a_fact_are_kept(line: str) -> None:
    assert furniture(f"Bridge to close in autumn\n\n{BODY}\n\n{line}\n\n{BODY}") == []


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Ann Roe takes office on Wednesday. **Jan Novak / AFP**", "**Jan Novak / AFP**"),
        ("Jan Novak **Ann Roe / Harbor News Agency**", "**Ann Roe / Harbor News Agency**"),
        ("Ann Roe, left, and Jan Novak. (Eva Lind/Tass/Abaca Press/TNS)", "(Eva Lind/Tass/Abaca Press/TNS)"),
        ("The bridge on Oct. 31. Eva Lind/AFP/Getty Images", "Eva Lind/AFP/Getty Images"),
        ("The bridge of St. Agnes, Norway. Handout/Getty Images", "Handout/Getty Images"),
        ("The bridge on Sunday. J. Scott Lind Jr./AP", "J. Scott Lind Jr./AP"),
    ],
)
def test_a_caption_is_kept_without_its_credit(line: str, credit: str) -> None:
    assert furniture(f"{line}\n\n{BODY}") == [credit]


def test_a_breadcrumb_that_repeats_the_headline_is_furniture() -> None:
    text = f"Home Politics Bridge to close in autumn\n\nBridge to close in autumn\n\n{BODY}"
    assert furniture(text) == ["Home Politics Bridge to close in autumn"]


def test_headlines_of_other_articles_at_the_foot_are_furniture() -> None:
    foot = ["More from the harbor:", "Gulls take over market", "Ferry prices to rise again"]
    assert furniture("\n\n".join([BODY, *foot])) == foot


def test_a_list_in_the_middle_is_kept() -> None:
    assert furniture("\n\n".join([BODY, "More from the harbor:", "Gulls take over market", BODY])) == []


def test_buttons_between_furniture_are_furniture() -> None:
    assert furniture(f"{BODY}\n\nShare\nMastodon\nPrint") == ["Share", "Mastodon", "Print"]


def test_front_matter_is_furniture() -> None:
    front = "---\ntitle: Bridge to close\ndate: 2021-05-06\n---\n"
    assert furniture(front + BODY) == [front]


@given(st.lists(st.sampled_from([BODY, "Share", "Jane Roe / AFP", "x", "", "  ", "•", "Related:", "Home a b c"])))
def test_spans_are_in_order_and_apart(lines: list[str]) -> None:
    text = "\n".join(lines)
    spans = furniture_spans(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(span.end <= len(text) for span in spans)
