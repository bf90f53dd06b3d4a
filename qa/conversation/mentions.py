"""Text -> what it mentions: names and noun phrases with the kind of thing they are, found by shape and word class.

There is no tagger behind this: capitals, determiners, closed word classes and the commonest verbs tell a noun phrase
well enough to carry it over, and cost microseconds. Questions typed all in lower case lose the capitals and keep the
rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from qa.conversation.lexicon import (
    ADVERBS,
    ALSO_NOUNS,
    AUXILIARIES,
    CONJUNCTIONS,
    DEMONSTRATIVES,
    DETERMINERS,
    DO,
    FEMALE,
    FUNCTION_WORDS,
    GROUP_NOUNS,
    HUMAN_VERBS,
    INTERJECTIONS,
    MALE,
    MODALS,
    MONTHS,
    PERSON_NOUNS,
    PERSON_TITLES,
    PERSONAL,
    PLACE_NOUNS,
    PLACES,
    PREPOSITIONS,
    VERBS,
    WEEKDAYS,
    WH,
)

_WORD = re.compile(
    r"(?:[A-Za-z]\.){2,}|(?:Mr|Mrs|Ms|Dr|Gen|Gov|Sen|Rep|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.(?=\s)"
    r"|\d+(?:[.,:]\d+)*[^\W\d_]*|[^\W\d_]+(?:[-’'&]?[^\W_]+)*|[^\w\s]"
)
_POSSESSIVE_END = re.compile(r"(?<=.)['’]s$", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")
_OF_NAME = frozenset("of de del von van der la le du da bin al".split())
_ORDINALS = frozenset("few first last least later many most next only own recent same".split())
_NO_ADVERBS = frozenset(
    "ally anomaly assembly bully daily early elderly family italy july lily likely monopoly rally reply "
    "supply weekly".split()
)
_ADDRESS = frozenset("mr mrs ms miss dr prof sen rep gov gen col sir".split())
_IRREGULAR_PLURALS = frozenset("children men people police women media data criteria".split())


class Kind(Enum):
    """What a mention may be; `NAME` is a name of which nothing else is known."""

    PERSON = "person"
    GROUP = "group"
    PLACE = "place"
    DATE = "date"
    THING = "thing"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of punctuation; the ending 's is a word of its own."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """One past its last character."""
        return self.start + len(self.text)

    @property
    def lower(self) -> str:
        """The word in lower case, with straight apostrophes."""
        return self.text.lower().replace("’", "'")

    @property
    def is_mark(self) -> bool:
        """Whether it is punctuation."""
        return not self.text[0].isalnum() and not self.is_possessive

    @property
    def is_possessive(self) -> bool:
        """Whether it is the ending 's."""
        return self.lower == "'s"


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase: `text` as it stands without its article ("" for none), `[start, end)` with it.

    `wh` marks what is asked for ("Which agency"), `subject` what stands before the verb of a question.
    """

    text: str
    start: int
    end: int
    kind: Kind
    article: str = ""
    is_name: bool = False
    is_plural: bool = False
    wh: bool = False
    subject: bool = False

    @property
    def head(self) -> str:
        """Its last word, which says what it is: "treaty" in "the New START treaty"."""
        return self.text.lower().replace("’", "'").split()[-1]


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words and marks of `text` in order."""
    found = []
    for match in _WORD.finditer(text):
        ending = _POSSESSIVE_END.search(match.group())
        if ending:
            found.append(Word(match.group()[: ending.start()], match.start()))
            found.append(Word(ending.group(), match.start() + ending.start()))
        else:
            found.append(Word(match.group(), match.start()))
    return tuple(found)


def is_verb_form(word: str) -> bool:
    """Say whether a word in lower case is a form of one of the verbs we know."""
    return word not in AUXILIARIES and any(form in VERBS for form in _base_forms(word))


def is_human_verb(word: str) -> bool:
    """Say whether a word is a form of a verb whose subject is people."""
    return word not in AUXILIARIES and any(form in HUMAN_VERBS for form in _base_forms(word))


@lru_cache(maxsize=4096)
def _base_forms(word: str) -> tuple[str, ...]:
    forms = [word]
    for ending in ("ing", "ed", "es", "s", "d"):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            stem = word[: -len(ending)]
            forms += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                forms.append(stem[:-1])
            if stem.endswith("i"):
                forms.append(stem[:-1] + "y")
    return tuple(forms)


@lru_cache(maxsize=256)
def mentions_of(text: str) -> tuple[Mention, ...]:
    """Return the noun phrases of `text` in order; none overlaps another."""
    return tuple(_with_kinds_shared(_Scanner(text).scan(), text))


def _with_kinds_shared(mentions: list[Mention], text: str) -> list[Mention]:
    """Let "Li and Modi met" tell that Li is a person too: what is joined by "and" is of one kind."""
    shared = list(mentions)
    for at, (one, other) in enumerate(pairwise(mentions)):
        kinds = {one.kind, other.kind}
        if kinds == {Kind.NAME, Kind.PERSON} and text[one.end : other.start].strip() == "and":
            shared[at], shared[at + 1] = replace(shared[at], kind=Kind.PERSON), replace(other, kind=Kind.PERSON)
    return shared


class _Scanner:
    """Goes through the words once; each noun phrase is taken as long as it gets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = words_of(text)
        letters = [w.text for w in self.words if w.text[0].isalpha() and len(w.text) > 1]
        # In a text all in capitals, capitals say nothing.
        self.shouts = bool(letters) and all(w.isupper() for w in letters) and len(letters) > 3
        self.has_main_verb = False
        self.asked = False  # a wh-word or auxiliary has opened the question
        self.awaits_verb = False  # "does" or "will" has come, the verb that goes with it has not

    def scan(self) -> list[Mention]:
        found: list[Mention] = []
        at = 0
        while at < len(self.words):
            end = self._phrase_end(at)
            if end is None:
                self._note(at)
                at += 1
                continue
            found.append(self._mention(at, end, is_first=all(mention.wh for mention in found)))
            if self._lacks_verb_after(end) or self._is_verb_after_subject(end):
                self.has_main_verb, self.awaits_verb = True, False
                end += 1
            at = end
        return found

    def _note(self, at: int) -> None:
        word = self.words[at]
        if word.lower in WH or word.lower in AUXILIARIES:
            self.asked = True
            self.awaits_verb = word.lower in DO | MODALS
        elif is_verb_form(word.lower) or (self.awaits_verb and self._is_the_verb(at)):
            self.has_main_verb, self.awaits_verb = True, False
        if word.text in ".?!;":
            self.has_main_verb = self.asked = self.awaits_verb = False

    def _lacks_verb_after(self, at: int) -> bool:
        """Say whether the word at `at`, after a name, must be the verb that the question still lacks."""
        if not self.asked or self.has_main_verb or at >= len(self.words) or not self.is_name(at - 1):
            return False
        word = self.words[at]
        return not word.is_mark and word.text.islower() and word.lower not in FUNCTION_WORDS

    def _is_verb_after_subject(self, at: int) -> bool:
        """Say whether the phrase that ends at `at` was cut there because its verb follows: "can fires | help"."""
        if not self.asked or self.has_main_verb or at >= len(self.words):
            return False
        return is_verb_form(self.words[at].lower) or self._is_the_verb(at)

    def _is_the_verb(self, at: int) -> bool:
        """Say whether the word must be the verb that "does" or "will" awaits: a noun phrase ends before it."""
        word = self.words[at]
        if not self.awaits_verb or word.is_mark or not word.text.islower() or word.lower in FUNCTION_WORDS:
            return False
        before = self.words[at - 1]
        if before.lower in DETERMINERS - DEMONSTRATIVES or before.lower in PREPOSITIONS or before.is_possessive:
            return False
        if at + 1 < len(self.words) and self.words[at + 1].lower in AUXILIARIES:
            return False
        return not self._is_word(at + 1) or self.is_name(at + 1)

    def _phrase_end(self, start: int) -> int | None:
        """Return one past the last word of the noun phrase that begins at `start`, None if none does."""
        if self._stands_alone(start) or (
            start and self.words[start - 1].lower in PERSONAL and self._is_the_verb(start)
        ):
            return None
        at = start + 1 if self.words[start].lower in DETERMINERS else start
        n_words = 0
        last_nominal = None
        while at < len(self.words):
            if n_words and (self._begins_another(at, article=self.words[start].lower) or self._is_the_verb(at)):
                break
            has_article = self.words[start].lower in DETERMINERS
            if self._is_nominal(at, n_words, determined=has_article and (at == start + 1 or self._describes(at))):
                at += 1
                n_words += 1
                last_nominal = at
            elif n_words and (joined := self._name_joined(at)):
                at = last_nominal = joined + 1
            else:
                break
        return last_nominal if n_words else None

    def _stands_alone(self, at: int) -> bool:
        """Say whether "this" or "those" is the subject itself: "did those stall", "was that discussed"."""
        if self.words[at].lower not in DEMONSTRATIVES or not at or at + 1 >= len(self.words):
            return False
        after = self.words[at + 1].lower
        return self.words[at - 1].lower in AUXILIARIES and (is_verb_form(after) or after.endswith("ed"))

    def _begins_another(self, at: int, *, article: str) -> bool:
        """Say whether a phrase ends before `at` because name and common noun don't belong together there."""
        was_name, is_name = self.is_name(at - 1), self.is_name(at)
        if (
            is_name and not was_name
        ):  # "the response | Billy Joel wrote", but "actor Bruce Willis", "radical Islamist groups"
            before = self.words[at - 1]
            is_one = article in DETERMINERS and self._describes_as_name(at)
            return not (before.text[0].isdigit() or before.lower in PERSON_NOUNS or is_one)
        if self.words[at].lower in _OF_NAME:
            return False
        if was_name and not is_name and self.words[at].text[0].isalpha() and article not in DETERMINERS:
            # "did McMahon | obtain", "CrossFit | mixes weights", but "the New START treaty", "a Burger King franchise"
            return not self.asked or self._lacks_verb_after(at)
        return False

    def _describes_as_name(self, at: int) -> bool:
        """Say whether the name at `at` goes with a noun after it, as an adjective does."""
        while at < len(self.words) and self.is_name(at):
            at += 1
        return self._is_word(at) and not is_verb_form(self.words[at].lower) and not self._is_the_verb(at)

    def _is_nominal(self, at: int, n_before: int, *, determined: bool) -> bool:
        word = self.words[at]
        if word.is_mark or word.is_possessive:
            return False
        if self.is_name(at):
            return True
        if word.text[0].isdigit():
            return True
        if determined and word.lower in _ORDINALS and self._is_word(at + 1):
            return True
        if word.lower in FUNCTION_WORDS or (word.lower in INTERJECTIONS and not n_before):
            return False
        if not n_before and self._follows_to(at):
            return False
        if not determined and word.lower.endswith("ly") and len(word.text) > 4 and word.lower not in _NO_ADVERBS:
            return False
        if not is_verb_form(word.lower):
            return determined or not word.lower.endswith("ed")
        return self._verb_form_is_noun(at, n_before, determined=determined)

    def _is_word(self, at: int) -> bool:
        """Say whether a word stands there that may go on a noun phrase."""
        return at < len(self.words) and not self.words[at].is_mark and self.words[at].lower not in FUNCTION_WORDS

    def _describes(self, at: int) -> bool:
        """Say whether it is a participle before a noun: "the last remaining pact"."""
        return self.words[at].lower.endswith(("ing", "ed")) and self._is_word(at + 1)

    def _follows_to(self, at: int) -> bool:
        """Say whether "to" before the word makes it a verb: an article or pronoun follows, "to alter his ..."."""
        if not at or self.words[at - 1].lower != "to" or at + 1 >= len(self.words):
            return False
        return self.words[at + 1].lower in DETERMINERS | PERSONAL

    def _verb_form_is_noun(self, at: int, n_before: int, *, determined: bool) -> bool:
        before = self.words[at - 1].lower if at else ""
        after = self.words[at + 1].lower if at + 1 < len(self.words) else ""
        follows_determiner = determined or (not n_before and before in DETERMINERS) or before == "'s"
        if follows_determiner:
            return True
        if self.words[at].lower.endswith("ed"):
            return False
        if not any(form in ALSO_NOUNS for form in _base_forms(self.words[at].lower)):
            return False
        if before in WH or before in AUXILIARIES or (before and before in "to i you he she it we they".split()):
            return False
        if n_before and self.asked and not self.has_main_verb and after not in {"of"}:
            # "When did the talks stall?": the question still lacks its verb, unless a surer one follows.
            return any(
                is_verb_form(w.lower) and not any(f in ALSO_NOUNS for f in _base_forms(w.lower))
                for w in self.words[at + 1 : at + 3]
            )
        return True

    def is_name(self, at: int) -> bool:
        """Say whether the word is part of a name, going by its capital letter and where it stands."""
        word = self.words[at]
        if not word.text[0].isupper() or self.shouts or word.is_possessive:
            return False
        is_acronym = len(word.text) > 1 and word.text.isupper()
        if word.lower in FUNCTION_WORDS and not is_acronym:
            return False
        if at and self.words[at - 1].text not in '.?!:"“”‘':
            return True
        if word.lower in INTERJECTIONS or word.lower in CONJUNCTIONS:
            return False
        return is_acronym or (not is_verb_form(word.lower) and not word.lower.endswith("ing"))

    def _name_joined(self, at: int) -> int | None:
        """Return where a name goes on after "of", "of the" and the like; None where it doesn't."""
        if self.words[at].lower not in _OF_NAME or not self.is_name(at - 1):
            return None
        nxt = at + 1
        if nxt < len(self.words) and self.words[nxt].lower in {"the", "a"}:
            nxt += 1
        return nxt if nxt < len(self.words) and self.is_name(nxt) else None

    def _mention(self, start: int, end: int, *, is_first: bool) -> Mention:
        has_article = self.words[start].lower in DETERMINERS
        first = start + 1 if has_article else start
        article = self._owner_before(start) or (self.words[start].lower if has_article else "")
        inner = self.words[first:end]
        is_name = any(self.is_name(at) for at in range(first, end))
        named = inner[1:] if is_name and len(inner) > 1 and inner[0].lower.rstrip(".") in _ADDRESS else inner
        text = self.text[named[0].start : inner[-1].end]
        before = self.words[start - 1].lower if start else ""
        wh = before in {"which", "what", "whose", "many", "much"} and self.asked
        after = next((w.lower for w in self.words[end:] if w.lower not in ADVERBS), "")
        human = (is_human_verb(after) and before not in PREPOSITIONS) or is_human_verb(before)
        subject = is_first and not wh and before not in PREPOSITIONS
        return Mention(
            text=text,
            start=self.words[start].start,
            end=inner[-1].end,
            kind=_kind(text, inner, is_name=is_name, human=human),
            article=article,
            is_name=is_name,
            is_plural=_is_plural(inner[-1].lower) and not self.is_name(end - 1),
            wh=wh,
            subject=subject,
        )

    def _owner_before(self, start: int) -> str:
        """Return "Rudolf Steiner's" for the parents in "Rudolf Steiner's parents"."""
        if not start or not self.words[start - 1].is_possessive:
            return ""
        first = start - 1
        while first and self.is_name(first - 1):
            first -= 1
        return self.text[self.words[max(0, min(first, start - 2))].start : self.words[start - 1].end]


def _kind(text: str, words: tuple[Word, ...], *, is_name: bool, human: bool) -> Kind:
    lower = text.lower()
    first, last = words[0].lower.rstrip("."), words[-1].lower.rstrip(".")
    if is_date(text):
        return Kind.DATE
    if lower in PLACES:
        return Kind.PLACE
    if last in GROUP_NOUNS:
        return Kind.GROUP
    if last in PLACE_NOUNS:
        return Kind.PLACE
    if not is_name:
        return Kind.PERSON if singular(last) in PERSON_NOUNS or lower in MALE | FEMALE else Kind.THING
    if first in PERSON_TITLES or first in MALE or first in FEMALE or last in PERSON_NOUNS:
        return Kind.PERSON
    if words[-1].text.islower():
        return Kind.THING  # "New START treaty", "Burger King franchise"
    return Kind.PERSON if human and not words[-1].text.isupper() else Kind.NAME


def is_date(text: str) -> bool:
    """Say whether `text` tells a day, month, year or the like and nothing else."""
    words = [w.lower.rstrip(".,") for w in words_of(text) if not w.is_mark]
    dated = [w for w in words if w in MONTHS or w in WEEKDAYS or _YEAR.match(w)]
    return bool(dated) and all(
        w in dated or w[0].isdigit() or w in PREPOSITIONS or w in {"the", "this", "last", "next", "early", "late"}
        for w in words
    )


def singular(noun: str) -> str:
    """Return the singular of a regular noun."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def _is_plural(head: str) -> bool:
    return head in _IRREGULAR_PLURALS or (singular(head) != head and len(head) > 3)
