"""An answer -> what can be said about it without asking anew: how sure it is, who said it, when it was."""

from __future__ import annotations

from collections.abc import Iterator

from qa.conversation.asides import Aside
from qa.conversation.lexicon import PERSONAL
from qa.conversation.mentions import Word, mentions_of, words_of
from qa.dates import find_times, shown
from qa.rendering import confidence_in_words, day_in_words, headline, one_line
from qa.types import Answer, Citation, Form

_REPORTS = frozenset(
    "added announced claimed declared denied explained insisted noted reported says said stated tells told tweeted "
    "warned warns wrote writes".split()
)
_MOST_CHARACTERS = 1000  # of a sentence; a longer one is a table
_N_WORDS_BETWEEN = 3  # of "Gorbachev, 89, told", between speaker and verb


def about(answer: Answer, aside: Aside) -> list[str]:
    """Return lines about the answer; none where it can't tell, and the question had better be asked of the articles."""
    if aside is Aside.SURE:
        return [_how_sure(answer)]
    if aside is Aside.WHO_SAID:
        return [f"[{n}] {_who_said(citation)}" for n, citation in enumerate(answer.citations, start=1)]
    if aside is Aside.WHEN:
        return list(_times_of(answer))
    return []


def _how_sure(answer: Answer) -> str:
    if answer.form is Form.OVERVIEW:
        return "The articles were counted, and the sentences are quoted from them; nothing is inferred."
    if not answer.positions:
        return f"No, and so nothing was answered: the best guess had {confidence_in_words(answer.confidence)}."
    best, *others = answer.positions
    sources = f"{best.n_sources} independent articles say so" if best.n_sources > 1 else "one article says so"
    against = ""
    if others and answer.form is not Form.LIST:
        against = f" Others say: {'; '.join(one_line(other.text) for other in others)}."
    return f"{confidence_in_words(best.confidence).capitalize()}: {sources}.{against}"


def _who_said(citation: Citation) -> str:
    speaker = speaker_in(citation.sentence_text)
    return f"{headline(citation.article)}: {f'“{one_line(speaker)}”' if speaker else 'the article itself'}."


def speaker_in(sentence: str) -> str:
    """Return who said it according to a sentence, with the verb: "Peskov told", "said Ryabkov"; "" for nobody."""
    sentence = sentence[:_MOST_CHARACTERS]
    words = words_of(sentence)
    for at, word in enumerate(words):
        if word.lower in _REPORTS:
            return _speaker_beside(sentence, words, at)
        if word.lower == "according" and words[at + 1 : at + 2] and words[at + 1].lower == "to":
            named = next((m for m in mentions_of(sentence) if m.start >= words[at + 1].end), None)
            return sentence[word.start : named.end] if named else ""
    return ""


def _speaker_beside(sentence: str, words: tuple[Word, ...], at: int) -> str:
    verb, mentions = words[at], mentions_of(sentence)
    before = [m for m in mentions if m.end <= verb.start and not m.text.isdigit()]  # "Gorbachev, 89, told"
    if at and words[at - 1].lower in PERSONAL:
        return sentence[words[at - 1].start : verb.end]
    if at and words[at - 1].lower == "and" and before:  # "Putin congratulated Biden and said"
        return f"{sentence[before[0].start : before[0].end]} … {verb.text}"
    if before and sum(before[-1].end <= word.start < verb.start for word in words) <= _N_WORDS_BETWEEN:
        return sentence[before[-1].start : verb.end]
    after = next((mention for mention in mentions if mention.start in {verb.end, verb.end + 1}), None)
    return sentence[verb.start : after.end] if after else ""


def _times_of(answer: Answer) -> Iterator[str]:
    """Yield what the sentences of the best position say of time, with the day that is meant."""
    for n, citation in enumerate(answer.positions[0].citations if answer.positions else (), start=1):
        article = citation.article
        said = [
            f"“{one_line(time.span.of(article.text))}”" + (f" ({shown(time.value)})" if time.value else "")
            for time in find_times(article.text, published=article.published)
            if time.span in citation.sentence
        ]
        if said:
            yield f"[{n}] {', '.join(said)}, in an article of {day_in_words(article.published)}."
