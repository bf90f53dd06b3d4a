"""Candidate -> citation: the only place that builds quotes, surrounding sentences and deep links."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote as percent_encoded
from urllib.parse import urlsplit

from index.sentences import sentence_spans
from index.types import Article, Span
from qa.types import Candidate, Citation

# Longer quotes are given to the browser as their first and last words: short addresses, and a stray character
# in the middle (a soft hyphen, a footnote mark) doesn't break the link.
_N_WORDS_WHOLE = 8
_N_WORDS_AT_EDGE = 4
# A shorter quote stands in many places of a page: the words beside it say which one is meant.
_N_CHARACTERS_ALONE = 24
_N_WORDS_OF_CONTEXT = 3
# Where plain text shows what a page does not: Markdown marks, links, line breaks.
_LEGAL_IN_URL = ":/?#[]@!$&'()*+,;=%~"
_MARKUP = re.compile(r"[*_#`\[\]<>|\n\r]|\(#?\)|\(https?:[^)]*\)")


def cite(candidate: Candidate) -> Citation:
    """Return the citation of a candidate: its span, the sentence or sentences around it, and its deep link."""
    article, span = candidate.passage.article, candidate.span
    return cite_span(article, span, surrounding_sentences(article, span))


def cite_span(article: Article, span: Span, sentence: Span) -> Citation:
    """Return the citation of a stretch of an article whose sentence is known, with its deep link."""
    return Citation(article=article, span=span, sentence=sentence, url=deep_link(article, span, sentence))


def surrounding_sentences(article: Article, span: Span) -> Span:
    """Return the span from the first to the last sentence that shares a character with `span`."""
    touched = [sentence for sentence in sentences_of(article) if sentence.overlaps(span)]
    if not touched:
        return span
    return Span(min(touched[0].start, span.start), max(touched[-1].end, span.end))


def sentences_of(article: Article) -> tuple[Span, ...]:
    """Return the sentences of an article, in order."""
    return _sentences(article.text)


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[Span, ...]:
    # A question looks at a dozen places of the same few articles.
    return tuple(sentence_spans(text))


def deep_link(article: Article, span: Span, sentence: Span) -> str | None:
    """Return the article's address with a text fragment that opens the page at the quote; None without an address.

    The form is `#:~:text=[before-,]start[,end][,-after]` (https://wicg.github.io/scroll-to-text-fragment/). Only http
    and https addresses are linked: an article is somebody else's input, and so is its address.
    """
    if not article.url or not is_web_address(article.url):
        return None
    before, after = _context(article.text, span, sentence)
    parts = [_encoded(part) for part in _target(span.of(article.text))]
    if before:
        parts.insert(0, f"{_encoded(before)}-")
    if after:
        parts.append(f"-{_encoded(after)}")
    address = percent_encoded(article.url.split(":~:")[0], safe=_LEGAL_IN_URL)
    return f"{address}{':~:text=' if '#' in address else '#:~:text='}{','.join(parts)}"


def _target(quote: str) -> list[str]:
    """Return what to search the page for: the quote, or its first and last words if it is long or has markup."""
    runs = [run.split() for run in _MARKUP.split(quote) if any(character.isalnum() for character in run)]
    first, last = (runs[0], runs[-1]) if runs else (quote.split(), [])
    if len(runs) > 1:
        return [" ".join(first[:_N_WORDS_AT_EDGE]), " ".join(last[-_N_WORDS_AT_EDGE:])]
    if len(first) > _N_WORDS_WHOLE:
        return [" ".join(first[:_N_WORDS_AT_EDGE]), " ".join(first[-_N_WORDS_AT_EDGE:])]
    return [" ".join(first)]


def _context(text: str, span: Span, sentence: Span) -> tuple[str, str]:
    """Return the few words of the sentence on either side of a short quote, as far as no markup stands between."""
    if len(span) >= _N_CHARACTERS_ALONE:
        return "", ""
    left = _MARKUP.split(text[sentence.start : span.start])[-1]
    right = _MARKUP.split(text[span.end : sentence.end])[0]
    # Only whole words: a quote that starts inside one ("pre-|war|") goes without.
    before = left.split()[-_N_WORDS_OF_CONTEXT:] if left[-1:].isspace() else []
    after = right.split()[:_N_WORDS_OF_CONTEXT] if right[:1].isspace() else []
    return " ".join(before), " ".join(after)


def _encoded(text: str) -> str:
    """Percent-encode; the dash too, which is a separator in a text fragment although addresses may hold it."""
    return percent_encoded(text, safe="").replace("-", "%2D")


def is_web_address(url: str) -> bool:
    """Say whether an address may be linked: no script, no file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
