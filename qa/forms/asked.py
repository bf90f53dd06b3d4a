"""Question -> the form of answer that it asks for: a fact, yes or no, a list, or an overview of the collection."""

from __future__ import annotations

import re
from itertools import takewhile

from qa.conversation.gate import without_lead_in
from qa.conversation.lexicon import AUXILIARIES, FIRST_AND_SECOND, FUNCTION_WORDS, PREPOSITIONS
from qa.conversation.mentions import Word, is_verb_form, singular, words_of
from qa.types import Form

# A longer text is no question that has a form.
_MOST_CHARACTERS = 500
_N_WORDS_OF_NOUN = 4
_SINGULAR = frozenset("news series species means politics economics mathematics physics athletics".split())
_PLURAL = frozenset("people men women children media police staff fish".split())
_IMPERATIVE = re.compile(
    r"(?i)(?:please )?(?:(?:can|could) you )?(?:list|name|enumerate)\b(?: me)?(?: (?:all|both|the|every|each|some))"
)
_ARTICLES = r"(?:articles?|stories|story|reports?|texts?|sources?|documents?)"
_OVERVIEWS = tuple(
    re.compile(rf"(?i)(?:please )?(?:(?:can|could) you )?{pattern} (?P<topic>[^?!]+?)[\s?.!]*$")
    for pattern in (
        rf"how many (?:of the )?{_ARTICLES}(?: (?:do you have|have you got|are there|are|there are))?(?: that| which)? "
        r"(?:mention|name|contain|discuss|cover|about|on|are about|deal with|write about|report on|talk about|"
        r"refer to)",
        r"(?:what|anything|everything|all)(?: (?:else|do|can|have))? (?:you (?:know|tell me|have|got)|"
        rf"is (?:known|there)|(?:does|do) (?:the |these |your )?{_ARTICLES} (?:say|tell|know|write|report)) "
        r"(?:about|on|of)",
        r"(?:tell|show|give) me (?:(?:something|anything|everything|all|more|a bit|what you know) )?about",
        r"(?:give me )?an? (?:overview|summary) (?:of|on|about)",
        r"(?:summari[sz]e|sum up)(?: (?:what is known about|the news (?:about|on)))?",
    )
)
_HOW_OFTEN = re.compile(
    rf"(?i)(?:how often|in how many {_ARTICLES}) (?:is|are|was|were) (?P<topic>[^?!]+?) "
    r"(?:mentioned|named|discussed)\W*$"
)


def form_of(question: str) -> Form:
    """Return the form of answer that a question, as it reads on its own, asks for; `FACT` where nothing tells."""
    if len(question) > _MOST_CHARACTERS:
        return Form.FACT
    if topic_of(question):
        return Form.OVERVIEW
    core = without_lead_in(question)
    words = tuple(word for word in words_of(core) if not word.is_mark)
    if _asks_yes_or_no(words):
        return Form.YES_NO
    return Form.LIST if _IMPERATIVE.match(core) or _asks_for_several(words) else Form.FACT


def topic_of(question: str) -> str:
    """Return what a question wants an overview of: "New START" of "What do you know about New START?"; "" if none."""
    if len(question) > _MOST_CHARACTERS:
        return ""
    core = " ".join(without_lead_in(question).split())
    match = next((found for pattern in (_HOW_OFTEN, *_OVERVIEWS) if (found := pattern.match(core))), None)
    return match["topic"].strip(" \"'“”") if match else ""


def _asks_yes_or_no(words: tuple[Word, ...]) -> bool:
    """Say whether an auxiliary opens the question, about somebody else than you and me, without a choice."""
    if len(words) < 3 or words[0].lower not in AUXILIARIES or words[0].lower == "been":
        return False
    return words[1].lower not in FIRST_AND_SECOND and not any(word.lower in {"or", "whether"} for word in words)


def _asks_for_several(words: tuple[Word, ...]) -> bool:
    """Say whether what is asked for is a plural: "Which countries", "In which towns", "Who were the witnesses"."""
    rest = words
    while rest and rest[0].lower in PREPOSITIONS:
        rest = rest[1:]
    if len(rest) < 3:
        return False
    if rest[0].lower == "which":
        return _ends_in_plural(_noun_after(rest))
    if rest[0].lower == "what" and rest[1].lower not in AUXILIARIES:
        noun = _noun_after(rest)
        return (
            rest[1 + len(noun)].lower in AUXILIARIES and _ends_in_plural(noun) if len(noun) + 1 < len(rest) else False
        )
    if rest[0].lower in {"who", "what"} and rest[1].lower in {"are", "were"} and rest[2].lower in {"the", "all"}:
        return _ends_in_plural(_noun_after(rest[2:]))
    return False


def _noun_after(words: tuple[Word, ...]) -> list[Word]:
    """Return the noun phrase that begins after the first word, as far as it can be told without a tagger."""
    phrase: list[Word] = []
    for word in takewhile(lambda word: word.lower not in FUNCTION_WORDS or word.lower == "other", words[1:]):
        if len(phrase) == _N_WORDS_OF_NOUN or (phrase and is_verb_form(word.lower)):
            break
        phrase.append(word)
    return phrase


def _ends_in_plural(phrase: list[Word]) -> bool:
    """Say whether a plural stands there; the word that ends the phrase may be a verb that we don't know."""
    return any(_is_plural(word) for word in phrase[-2:])


def _is_plural(word: Word) -> bool:
    lower = word.lower
    if not word.text[0].islower() or lower in _SINGULAR:
        return False
    return lower in _PLURAL or (len(lower) > 3 and singular(lower) != lower)
