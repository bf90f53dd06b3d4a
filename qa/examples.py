"""The articles -> questions that they answer, each tried on the assistant before it is shown."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from index.sentences import sentence_spans
from index.types import Article
from qa.conversation.lexicon import AUXILIARIES, FUNCTION_WORDS, PERSONAL, POSSESSIVE
from qa.conversation.mentions import Kind, is_verb_form, mentions_of, words_of

if TYPE_CHECKING:
    from qa.assistant import Assistant

_N_ARTICLES = 20  # the newest
_N_TRIED = 12
_MOST_SECONDS = 3.0
_MOST_CHARACTERS = 20_000  # of an article
_MOST_OF_SENTENCE = 300
_LEAST_WORDS, _MOST_WORDS = 3, 12
_REPORTING = frozenset("said told added announced warned wrote".split())
_CLAUSE_END = re.compile(r"[,;:“”\"—–()]|\s(?:and|but|after|before|while|when|who|which|because|as|since|if)\s")


def example_questions(assistant: Assistant, *, n: int = 3) -> tuple[str, ...]:
    """Return up to `n` questions made of sentences of the newest articles that the assistant answers as those do.

    "Norland blocked the merger on Thursday" gives "Who blocked the merger on Thursday?", which is kept if the answer is
    Norland. At most 12 are tried, for at most three seconds, and no two are of one article. What lacks is made up by
    questions about the names in titles.
    """
    until = time.monotonic() + _MOST_SECONDS
    kept: list[str] = []
    used: set[str] = set()
    for article_id, question, expected in islice(_possible(assistant), _N_TRIED):
        if len(kept) == n or time.monotonic() > until:
            break
        if article_id in used:
            continue
        answer = assistant.ask(question)
        if answer.text and (answer.text in expected or expected in answer.text):
            kept.append(question)
            used.add(article_id)
    topics = (f"What do you know about {name}?" for name in _most_named(assistant))
    kept += islice((question for question in topics if assistant.ask(question).positions), n - len(kept))
    return tuple(kept)


def _most_named(assistant: Assistant) -> list[str]:
    """Return the names in the titles of the newest articles, those of most titles first."""
    titles = [article.title or "" for article in islice(assistant.retriever.articles(), _N_ARTICLES)]
    named = Counter(m.text for title in titles for m in mentions_of(title) if m.is_name and m.kind is not Kind.DATE)
    return [name for name, _ in named.most_common(_N_TRIED)]


def _possible(assistant: Assistant) -> Iterator[tuple[str, str, str]]:
    """Yield (article, question, answer), the first of each article, then the second of each, and so on."""
    rows = [
        list(islice(_of_article(article), _N_TRIED)) for article in islice(assistant.retriever.articles(), _N_ARTICLES)
    ]
    for at in range(_N_TRIED):
        yield from (row[at] for row in rows if at < len(row))


def _of_article(article: Article) -> Iterator[tuple[str, str, str]]:
    text = article.text[:_MOST_CHARACTERS]
    for span in sentence_spans(text):
        made = question_of(span.of(text))
        if made:
            yield article.id, *made


def question_of(sentence: str) -> tuple[str, str] | None:
    """Return ("Who blocked the merger?", "Norland") for "Norland blocked the merger."; None for most sentences."""
    if len(sentence) > _MOST_OF_SENTENCE:
        return None
    subject = next(iter(mentions_of(sentence)), None)
    if subject is None or subject.start or not subject.is_name or not sentence.endswith("."):
        return None
    said = _CLAUSE_END.split(sentence[subject.end :].rstrip(". \n"), maxsplit=1)[0].strip()
    words = words_of(said)
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS or words[0].lower in AUXILIARIES | _REPORTING:
        return None
    is_past = words[0].lower.endswith("ed") or (
        is_verb_form(words[0].lower) and not words[0].lower.endswith(("s", "ing"))
    )
    is_vague = any(word.lower in PERSONAL | POSSESSIVE for word in words) or words[-1].text in FUNCTION_WORDS
    return (f"Who {said}?", subject.text) if is_past and not is_vague and "\n" not in said else None
