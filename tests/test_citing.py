"""Citations: verbatim quotes, whole sentences, links that open on them."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Article, Chunk, Passage, Span
from qa.citing import cite, deep_link, surrounding_sentences
from qa.types import Candidate
from tests.qa_fakes import article, candidate, passage

TREATY = article(
    "treaty",
    "The pact was signed in 2010. It is set to expire Feb. 5, officials said. Talks go on.",
    url="https://example.org/news/treaty",
)


@given(st.text(min_size=1, max_size=300).filter(str.strip), st.data())
def test_citation_quote_is_verbatim_slice_of_article(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    of = Article(id="any", text=text)
    citation = cite(Candidate(Passage(of, Chunk("any", 0, Span(0, len(text)), text), 1.0, 1), span, 0.0))
    assert citation.quote == text[span.start : span.end]
    assert span in citation.sentence
    assert citation.sentence_text == text[citation.sentence.start : citation.sentence.end]


def test_citation_shows_the_whole_sentence_and_nothing_of_the_next() -> None:
    citation = cite(candidate(passage(TREATY), "Feb. 5", 3.0))
    assert citation.sentence_text == "It is set to expire Feb. 5, officials said."


def test_a_quote_over_two_sentences_shows_both() -> None:
    span = Span(TREATY.text.index("2010"), TREATY.text.index(", officials"))
    assert surrounding_sentences(TREATY, span).of(TREATY.text) == TREATY.text[: TREATY.text.index(" Talks")]


def test_the_line_of_a_citation_counts_from_one() -> None:
    of = article("lines", "Headline\n\nThe vote is on Monday.", path="news/lines.txt")
    assert cite(candidate(passage(of), "Monday", 1.0)).line == 3


def test_a_short_quote_is_linked_with_the_words_beside_it() -> None:
    link = cite(candidate(passage(TREATY), "Feb. 5", 1.0)).url
    assert link == "https://example.org/news/treaty#:~:text=set%20to%20expire-,Feb.%205"


def test_a_long_quote_is_linked_by_its_first_and_last_words() -> None:
    of = article("long", "He said one two three four five six seven eight nine ten.", url="https://example.org/a")
    link = cite(candidate(passage(of), "one two three four five six seven eight nine ten", 1.0)).url
    assert unquote(link or "") == "https://example.org/a#:~:text=one two three four,seven eight nine ten"


def test_dashes_and_commas_of_a_quote_are_encoded_in_its_link() -> None:
    of = article("marks", "They spoke of a U.S.-Russia deal, at last, in Geneva today.", url="https://example.org/a")
    link = cite(candidate(passage(of), "U.S.-Russia deal, at last, in", 1.0)).url or ""
    assert link.endswith("#:~:text=U.S.%2DRussia%20deal%2C%20at%20last%2C%20in")


def test_markup_beside_a_quote_is_left_out_of_its_link() -> None:
    of = article("markup", "Gorbachev [said](#) on **Sunday** that talks would go on.", url="https://example.org/a")
    link = cite(candidate(passage(of), "Sunday", 1.0)).url
    assert link == "https://example.org/a#:~:text=Sunday"


def test_an_address_with_a_fragment_keeps_it() -> None:
    of = article("fragment", "A long enough quote to stand alone.", url="https://example.org/a#part")
    link = cite(candidate(passage(of), "long enough quote to stand alone", 1.0)).url or ""
    assert link.startswith("https://example.org/a#part:~:text=")


@pytest.mark.parametrize(
    "url", [None, "javascript:alert(1)", "ftp://example.org/a", "http://[broken", "file:///etc/passwd"]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    of = Article(id="any", text="A sentence.", url=url)
    assert deep_link(of, Span(0, 1), Span(0, 11)) is None


@pytest.mark.parametrize(
    ("text", "quote", "fragment"),
    [
        ("He met *Marta* Oliveira of Lisbon that day.", "*Marta* Oliveira of Lisbon", "Marta,Oliveira of Lisbon"),
        (
            "It was [said](#) on Monday, they [wrote](https://e.org/b).",
            "[said](#) on Monday, they [wrote]",
            "said,wrote",
        ),
        (
            "They saw NATO’s\n\nexpansion into Eastern Europe.",
            "NATO’s\n\nexpansion into Eastern Europe",
            "NATO’s,expansion into Eastern Europe",
        ),
    ],
)
def test_markup_inside_a_quote_is_left_out_of_its_link(text: str, quote: str, fragment: str) -> None:
    link = cite(candidate(passage(article("a", text, url="https://example.org/a")), quote, 1.0)).url or ""
    assert unquote(link) == f"https://example.org/a#:~:text={fragment}"


def test_what_is_illegal_in_an_address_is_encoded() -> None:
    of = article("a", "A long enough quote to stand alone.", url="https://example.org/a b\x1b[0m")
    link = cite(candidate(passage(of), "long enough quote to stand alone", 1.0)).url or ""
    assert link.startswith("https://example.org/a%20b%1B[0m#:~:text=")


def test_only_a_plain_text_file_has_lines_to_point_at() -> None:
    for path, line in (("a.txt", 1), ("a.md", 1), ("a.html", None), ("a.jsonl", None), (None, None)):
        of = Article(id="a", text="It is Monday.", path=path)
        assert cite(candidate(passage(of), "Monday", 1.0)).line == line
