import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunking import chunk_article, embedded_text
from index.furniture import furniture_spans
from index.types import Article, Chunk, Span

WORDS = [
    *"bridge|The|mayor|said|so.|U.S.|—|“Yes,”|in|May.|voted,|économie;|\u00a0|\n|\n\n".split("|"),
    *("\nShare\n", "\n\nJane Roe / AFP\n\n", "\n\nRelated article: [x](#)\n\n", "x" * 300),
]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """News-like text of up to 800 words, some with few sentence ends or furniture lines, some with many."""
    random = draw(st.randoms(use_true_random=False))
    kinds = random.sample(WORDS, k=random.randint(1, len(WORDS)))
    weights = [random.choice([1, 5, 20]) for _ in kinds]
    return " ".join(random.choices(kinds, weights, k=random.randint(1, 800)))


TEXTS = texts().filter(str.strip)


def article(text: str, **about: object) -> Article:
    return Article("a", text, **about)  # type: ignore[arg-type]


def sentence(n_words: int, first: str = "Word") -> str:
    return " ".join([first, *["word"] * (n_words - 2), "end."])


@settings(deadline=None)
@given(TEXTS)
def test_chunks_are_verbatim_slices_in_order(text: str) -> None:
    chunks = chunk_article(article(text))
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    assert all(chunk.span.of(text) == chunk.text == chunk.text.strip() for chunk in chunks)
    assert all(a.span.start < b.span.start and a.span.end < b.span.end for a, b in itertools.pairwise(chunks))


@settings(deadline=None)
@given(TEXTS)
def test_chunks_hold_all_text_but_furniture_and_no_furniture(text: str) -> None:
    furniture = furniture_spans(text)
    chunks = chunk_article(article(text))
    covered = {i for chunk in chunks for i in range(chunk.span.start, chunk.span.end)}
    left_out = {i for span in furniture for i in range(span.start, span.end)}
    words = {i for i, c in enumerate(text) if not c.isspace()}
    if words <= left_out:  # an article that is all furniture
        assert words <= covered
    else:
        assert words - left_out <= covered
        assert not covered & left_out & words


@settings(deadline=None)
@given(TEXTS)
def test_no_chunk_is_longer_than_the_embedder_reads(text: str) -> None:
    assert all(len(chunk.text.split()) <= 200 for chunk in chunk_article(article(text)))


@pytest.mark.parametrize("n_sentences", [1, 3, 5, 6, 10, 24, 100])
def test_running_text_is_shared_out_evenly(n_sentences: int) -> None:
    text = " ".join(sentence(20) for _ in range(n_sentences))
    sizes = [len(chunk.text.split()) for chunk in chunk_article(article(text))]
    assert max(sizes) <= 120
    assert n_sentences <= 5 or min(sizes) >= 60


def test_a_chunk_begins_with_the_last_sentence_of_the_one_before() -> None:
    text = " ".join(sentence(20, f"S{i}") for i in range(8))
    first, second = chunk_article(article(text))
    assert first.text.rsplit("S", 1)[1] == second.text.split("S", 2)[1].rstrip()


def test_furniture_ends_a_chunk() -> None:
    before, after = sentence(30, "Before"), sentence(30, "After")
    text = f"{before}\n\nRelated article: [Gulls take over market](#)\n\n{after}"
    assert [chunk.text for chunk in chunk_article(article(text))] == [before, after]


def test_headline_and_caption_form_a_chunk_apart_from_the_credit() -> None:
    body = sentence(40)
    text = f"Bridge to close\n\nMay 6, 2021\n\nThe bridge at dawn. **Jane Roe / AFP**\n\n{body}"
    assert [chunk.text for chunk in chunk_article(article(text))] == [
        "Bridge to close\n\nMay 6, 2021\n\nThe bridge at dawn.",
        body,
    ]


@pytest.mark.parametrize(("long", "short"), [(100, 1), (115, 3), (170, 5)])
def test_a_short_rest_joins_its_neighbour(long: int, short: int) -> None:
    rest = " ".join(["Rest"] * short) + "."
    for text in (f"{sentence(long)} {rest}", f"{rest} {sentence(long)}"):
        assert [chunk.text for chunk in chunk_article(article(text))] == [text]


def test_an_endless_sentence_is_cut_at_its_clauses() -> None:
    text = ", ".join(f"clause {i} goes on and on" for i in range(100)) + "."
    chunks = chunk_article(article(text))
    assert all(90 <= len(chunk.text.split()) <= 200 for chunk in chunks)
    assert all(chunk.text.endswith((",", ".")) for chunk in chunks)


def test_text_without_spaces_is_cut_by_its_length() -> None:
    chunks = chunk_article(article("x" * 10_000))
    assert "".join(chunk.text for chunk in chunks) == "x" * 10_000
    assert max(len(chunk.text) for chunk in chunks) <= 2_000


def test_an_article_that_is_all_furniture_keeps_its_text() -> None:
    assert chunk_article(article("Share\n\nPrint")) == [Chunk("a", 0, Span(0, 12), "Share\n\nPrint")]


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"title": "Bridge to close", "published": date(2021, 5, 6)}, "Bridge to close\nMay 6, 2021\nIt closes."),
        ({"title": "Bridge to close"}, "Bridge to close\nIt closes."),
        ({}, "It closes."),
    ],
)
def test_title_and_date_are_embedded_with_each_chunk(about: dict[str, object], expected: str) -> None:
    news = article("It closes.", **about)
    assert [embedded_text(news, chunk) for chunk in chunk_article(news)] == [expected]
