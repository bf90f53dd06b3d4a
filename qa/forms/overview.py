"""A topic -> how many articles mention it, of which days and sources, and the sentences that say most about it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.sentences import sentence_spans
from index.types import Article, Filters, Passage, Span
from qa.citing import cite
from qa.conversation.carrying import telling_terms
from qa.forms.word_relations import stem
from qa.protocols import Retriever
from qa.types import Candidate, Citation, Overview, Position

# More passages than these are counted as "at least"; counting ten thousand articles takes longer than anyone waits.
MOST_PASSAGES = 2000
_N_PASSAGES_LOOKED_INTO = 100
_N_SENTENCES = 3
_LEAST_WORDS, _MOST_WORDS = 6, 60
# Two sentences that share this much of their words say the same.
_MOST_SHARED = 0.5


class Surveyed(NamedTuple):
    """The overview of a topic, the sentences at its centre, each a position of its own, and passages about it."""

    overview: Overview
    positions: tuple[Position, ...]
    passages: tuple[Passage, ...]


def survey(topic: str, retriever: Retriever, *, filters: Filters) -> Surveyed:
    """Count the articles that have a passage with all the words of a topic, and pick the sentences at its centre."""
    passages = retriever.mentioning(topic, most=MOST_PASSAGES, filters=filters)
    holding = [passage for passage in passages if _holds(passage, topic)]
    articles = {passage.article.id: passage.article for passage in holding}
    overview = _counted(topic, list(articles.values()), at_least=len(passages) == MOST_PASSAGES)
    holding = holding[:_N_PASSAGES_LOOKED_INTO]
    return Surveyed(overview, tuple(_position(sentence) for sentence in _central(holding, topic)), tuple(holding))


def _counted(topic: str, articles: Sequence[Article], *, at_least: bool) -> Overview:
    days = [article.published for article in articles if article.published]
    sources = Counter(article.source or "" for article in articles)
    ordered = sorted(sources.items(), key=lambda item: (-item[1], item[0]))
    return Overview(topic, len(articles), min(days, default=None), max(days, default=None), dict(ordered), at_least)


def _holds(passage: Passage, topic: str) -> bool:
    """Say whether the words stand there: the search also finds what a misspelt word may have meant."""
    said = f"{passage.article.title or ''} {passage.text}".lower()
    stems = {stem(word) for word in telling_terms(said)}
    return all(stem(word) in stems or word in said for word in telling_terms(topic))


class _Sentence(NamedTuple):
    passage: Passage
    span: Span
    stems: frozenset[str]


def _central(passages: Sequence[Passage], topic: str) -> list[_Sentence]:
    """Return the sentences whose words most others share, of those that name the topic; none says what another does.

    The shared words count by how many sentences have them, their sum by the root of the sentence's length: what the
    articles all tell goes first, and a long sentence doesn't win by its length.
    """
    asked = {stem(word) for word in telling_terms(topic)}
    sentences = [sentence for sentence in _sentences_of(passages) if sentence.stems & asked]
    shared = Counter(word for sentence in sentences for word in sentence.stems)
    ranked = sorted(sentences, key=lambda s: (-_centrality(s, shared, asked), s.passage.article.id, s.span))
    chosen: list[_Sentence] = []
    for sentence in ranked:
        if len(chosen) < _N_SENTENCES and all(_share(sentence, other) < _MOST_SHARED for other in chosen):
            chosen.append(sentence)
    return chosen


def _sentences_of(passages: Sequence[Passage]) -> Iterator[_Sentence]:
    seen: set[tuple[str, Span]] = set()
    for passage in passages:
        for span in sentence_spans(passage.text):
            place = passage.article.id, span.shifted(passage.chunk.span.start)
            text = span.of(passage.text)
            if place not in seen and _LEAST_WORDS <= len(text.split()) <= _MOST_WORDS and text[-1] in ".!”\"’'":
                seen.add(place)
                yield _Sentence(passage, place[1], frozenset(stem(word) for word in telling_terms(text)))


def _centrality(sentence: _Sentence, shared: Counter[str], asked: set[str]) -> float:
    weight = sum(math.log(shared[word]) for word in sentence.stems if shared[word] > 1)
    return len(sentence.stems & asked) + weight / math.sqrt(len(sentence.stems) or 1)


def _share(one: _Sentence, other: _Sentence) -> float:
    return len(one.stems & other.stems) / (len(one.stems | other.stems) or 1)


def _position(sentence: _Sentence) -> Position:
    citation: Citation = cite(Candidate(sentence.passage, sentence.span, 0.0))
    return Position(citation.quote, confidence=1.0, citations=(citation,), n_sources=1)
