"""Article -> chunks: whole sentences, about as many words each, one sentence of overlap, furniture left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.furniture import furniture_spans
from index.sentences import sentence_spans, trimmed
from index.types import Article, Chunk, Span

CHUNKER_VERSION = 1
"""Written into the index: raise it whenever the same article may yield other chunks."""

_MIN_WORDS = 8  # fewer say too little to be found by
_MAX_WORDS = 200  # what the embedder reads of a passage (256 tokens) is about that
_MAX_SENTENCE_WORDS = 180
_MAX_OVERLAP_WORDS = 60
_CHARACTERS_PER_WORD = 10  # at most, on average; text without spaces is counted by its length

_WORD = re.compile(r"\S+")
_CLAUSE_ENDS = frozenset(",;:)]—–")


def chunk_article(article: Article, *, n_words: int = 100) -> list[Chunk]:
    """Return the chunks of `article` in order; together they hold all of its text that isn't furniture.

    Between two pieces of furniture (an advert, a photo credit) the sentences are shared out evenly, `n_words` at most
    or thereabouts; never more than 200 words. A chunk begins with the last sentence of the one before it, unless
    furniture lies between them or that sentence is long. An article that is all furniture is chunked as if none were.
    """
    text = article.text
    runs = _runs(text, furniture_spans(text)) or _runs(text, [])
    spans = [span for run in runs for span in _shared_out(text, run, n_words=n_words)]
    return [Chunk(article.id, ordinal, span, span.of(text)) for ordinal, span in enumerate(spans)]


def embedded_text(article: Article, chunk: Chunk) -> str:
    """Return what is embedded for `chunk`: title and date of its article, then its text. Never cited."""
    head = [article.title] if article.title else []
    if article.published:
        head.append(f"{article.published:%B} {article.published.day}, {article.published.year}")
    return "\n".join([*head, chunk.text])


def _runs(text: str, furniture: Sequence[Span]) -> list[list[Span]]:
    """Return the sentences outside `furniture`, none too long, as runs that no furniture interrupts."""
    runs: list[list[Span]] = []
    blocks = iter(furniture)
    block = next(blocks, None)
    run: list[Span] = []
    for sentence in sentence_spans(text):
        start: int = sentence.start
        while block and block.start < sentence.end:
            run.extend(_pieces(text, start, block.start))
            if run:
                runs.append(run)
                run = []
            start = max(start, block.end)
            if block.end > sentence.end:
                break
            block = next(blocks, None)
        run.extend(_pieces(text, start, sentence.end))
    return [*runs, run] if run else runs


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield what is in `[start, end)`, halved at clause or word borders until no piece is too long for a sentence."""
    if start >= end or not text[start:end].strip():
        return
    span = trimmed(text, start, end)
    if _n_words(text, span) <= _MAX_SENTENCE_WORDS:
        yield span
        return
    middle = _middle(text, span)
    yield from _pieces(text, span.start, middle)
    yield from _pieces(text, middle, span.end)


def _middle(text: str, span: Span) -> int:
    """Return where to cut `span` in two: after the clause nearest to its middle, else the word, else in the middle."""
    middle = (span.start + span.end) // 2
    reach = len(span) // 8
    ends = [m.end() for m in _WORD.finditer(text, middle - reach, middle + reach)][:-1]
    clauses = [end for end in ends if text[end - 1] in _CLAUSE_ENDS]
    return min(clauses or ends or [middle], key=lambda end: abs(end - middle))


def _n_words(text: str, span: Span) -> int:
    return max(len(span.of(text).split()), len(span) // _CHARACTERS_PER_WORD)


def _shared_out(text: str, run: Sequence[Span], *, n_words: int) -> Iterator[Span]:
    """Yield the spans of the chunks of one run of sentences."""
    sizes = [_n_words(text, sentence) for sentence in run]
    left, first, last_began = sum(sizes), 0, 0
    while first < len(run):
        # A fifth of a chunk is overlap, so that this many new words fill it.
        n_chunks = max(1, round(left / (0.8 * n_words)))
        last = _last_of_chunk(sizes, first, left=left, target=left / n_chunks)
        n_new = sum(sizes[first : last + 1])
        overlaps = last_began < first - 1 and sizes[first - 1] <= min(_MAX_OVERLAP_WORDS, _MAX_WORDS - n_new)
        yield Span(run[first - 1 if overlaps else first].start, run[last].end)
        left -= n_new
        last_began, first = first, last + 1


def _last_of_chunk(sizes: Sequence[int], first: int, *, left: int, target: float) -> int:
    """Return the sentence at which a chunk from `first` on ends, nearest to `target` of the `left` words."""
    last, size = first, sizes[first]
    rest = left - size
    while last + 1 < len(sizes):
        nearer = abs(size + sizes[last + 1] - target) < abs(size - target)
        if not (nearer or size < _MIN_WORDS or rest < _MIN_WORDS) or size + sizes[last + 1] > _MAX_WORDS:
            break
        last += 1
        size += sizes[last]
        rest -= sizes[last]
    return last
