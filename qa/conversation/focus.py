"""What a conversation is about: the things it has mentioned, and how much each is in the foreground.

Every turn pushes what it doesn't mention into the background by a fixed factor. A pronoun takes the foremost thing
of its kind: the idea of centering (Grosz, Joshi and Weinstein 1995), where a subject comes before an object and a name
before a common noun.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qa.conversation.lexicon import ARTICLES, AUXILIARIES, FEMALE, HE, IT, MALE, OF_BODIES, SHE, THEY
from qa.conversation.mentions import Kind, Mention, is_date, is_verb_form, mentions_of, singular, words_of

# Chosen on the development half of CANARD and CAsT; see docs/conversation.md.
_FADING = 0.7
_SUBJECT, _NAME, _OTHER = 1.0, 0.4, 0.6
_SHORT_ANSWER, _NAME_IN_ANSWER = 1.2, 0.3
_OTHER_GENDER = 0.2
_COMMON = 0.6
_NAME_IN_LONG_ANSWER = 0.2
_RELATIONAL = 0.4
_N_WORDS_SHORT = 8
_N_WORDS_LONG = 40
_MOST_ENTITIES = 24
_LEAST_FIT = 0.05
_NO_BODY = 0.1

# Nouns that name nothing one could go on about.
VACUOUS = frozenset(
    """
    addition advice answer anybody anyone anything anywhere article aspect aspects back bit case choice detail details
    difference differences else everyone everything example examples fact facts idea information instance issue kind
    kinds list lot matter name names nobody none nothing number old one ones part point problem question reason reasons
    result sense side someone something somewhere sort sorts thing things time times type types use way ways
    """.split()
)

_COPULA = re.compile(r"\W*(?:who|what|which)\s+(?:is|are|was|were)\b", re.IGNORECASE)
# "the role of slavery" is about slavery.
_RELATION = re.compile(r"\s+(?:of|between|among)\b", re.IGNORECASE)

_FITS: dict[str, dict[Kind, float]] = {
    "he": {Kind.PERSON: 1.0, Kind.NAME: 0.7},
    "it": {Kind.THING: 1.0, Kind.NAME: 0.6, Kind.GROUP: 0.7, Kind.PLACE: 0.6},
    "they": {Kind.GROUP: 1.0, Kind.NAME: 0.5, Kind.PLACE: 0.4, Kind.PERSON: 0.3, Kind.THING: 0.25},
    "there": {Kind.PLACE: 1.0, Kind.GROUP: 0.3, Kind.NAME: 0.2},
}


@dataclass
class Entity:
    """A thing mentioned: its fullest name, what else it was called ("treaty"), how much it is in the foreground."""

    text: str
    kind: Kind
    article: str = ""
    is_name: bool = False
    is_plural: bool = False
    salience: float = 0.0
    called: set[str] = field(default_factory=set)
    is_answer: bool = False

    @property
    def phrase(self) -> str:
        """The text as it can stand in a sentence: "the treaty", "New START"."""
        if self.article == "the" or self.article.endswith(("'s", "’s")):
            return f"{self.article} {self.text}"
        return self.text if self.is_plural or not self.article else f"the {self.text}"

    @property
    def genitive(self) -> str:
        """The phrase as an owner: "New START's", "the Steelers'"."""
        return f"{self.phrase}'" if self.text.endswith("s") else f"{self.phrase}'s"

    def says_more_than(self, noun: str) -> bool:
        """Say whether the text tells which one: "the demo album" does for "album", "albums" doesn't."""
        return self.is_name or singular(self.text.lower()) != singular(noun)

    @property
    def gender(self) -> str:
        """Return "he" or "she" as the first name says, "" where it doesn't."""
        first = self.text.split()[0].lower()
        male, female = first in MALE, first in FEMALE
        return "" if male == female else "he" if male else "she"


class Focus:
    """The things mentioned so far; turns are told to it in order."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self.last_date = ""

    def hear(self, question: str, answer: str | None) -> None:
        """Take in one turn: the question with its pronouns resolved, and what was answered."""
        for entity in self.entities:
            entity.salience *= _FADING
            entity.is_answer = False
        self._hear_question(question)
        if answer:
            self._hear_answer(question, answer)
        self.entities = sorted(self.entities, key=lambda entity: -entity.salience)[:_MOST_ENTITIES]

    def foremost(self, pronoun: str, *, besides: Container[str] = (), owned: str = "") -> Entity | None:
        """Return what a pronoun most likely stands for; None where nothing fits.

        :param besides: texts of entities that it can't be.
        :param owned: the word after a possessive: "members" are those of a group, "capital" that of a place.
        """
        scored = [
            (entity.salience * fit * (1.0 if entity.is_name else _COMMON), entity)
            for entity in self.entities
            if entity.text not in besides and (fit := self._fit(entity, pronoun) * _owns(entity, owned)) >= _LEAST_FIT
        ]
        best = max(scored, key=lambda pair: pair[0], default=(0.0, None))[1]
        return best

    def called(self, noun: str) -> Entity | None:
        """Return the foremost thing that was called by this noun: New START for "treaty"."""
        found = [
            e for e in self.entities if (noun in e.called or singular(noun) in e.called) and e.says_more_than(noun)
        ]
        return max(found, key=lambda entity: (entity.is_name, entity.salience), default=None)

    def main(self, *, kinds: Container[Kind] = tuple(Kind), but_answers: bool = False) -> Entity | None:
        """Return the foremost thing of those kinds, names a little before others.

        :param but_answers: not what the last answer named: "Which other agency" is about something else.
        """
        usable = [e for e in self.entities if e.kind in kinds and not (but_answers and e.is_answer)]
        return max(usable, key=lambda e: (e.salience * (1.0 if e.is_name else _COMMON), e.is_plural), default=None)

    def _fit(self, entity: Entity, pronoun: str) -> float:
        lower = pronoun.lower()
        if lower in HE | SHE:
            fit = _FITS["he"].get(entity.kind, 0.0)
            gender = "he" if lower in HE else "she"
            if entity.is_plural:
                return 0.0
            return fit * (_OTHER_GENDER if entity.gender not in {"", gender} else 1.0)
        if lower in IT or lower in {"this", "that"}:
            return _FITS["it"].get(entity.kind, 0.0) * (0.3 if entity.is_plural else 1.0)
        if lower in THEY or lower in {"these", "those"}:
            if entity.is_plural and entity.kind in {Kind.THING, Kind.PERSON, Kind.GROUP}:
                return 1.0
            return _FITS["they"].get(entity.kind, 0.0)
        return _FITS.get(lower, {}).get(entity.kind, 0.0)

    def _hear_question(self, question: str) -> None:
        mentions = carried(mentions_of(question))
        for mention in [*mentions, *_pairs(question, mentions)]:
            if mention.kind is Kind.DATE:
                self.last_date = mention.text
            elif not mention.wh:
                gain = (_SUBJECT if mention.subject else _OTHER) + (_NAME if mention.is_name else 0.0)
                if not mention.is_name and _RELATION.match(question, mention.end):
                    gain *= _RELATIONAL
                self._raise(mention, gain)

    def _hear_answer(self, question: str, answer: str) -> None:
        if is_date(answer):
            self.last_date = answer
            return
        named = _named_by(answer)
        if named and asks_for_thing(question):
            described = self._described_by(question)
            entity = self._raise(named, _SHORT_ANSWER)
            entity.is_answer = True
            entity.called |= asked_nouns(question)
            if described is not None and described is not entity:  # the president and Joe Biden are one from now on
                self.entities.remove(described)
            if re.match(r"(?i)who(m|se)?\b", question) and entity.kind is Kind.NAME:
                entity.kind = Kind.PERSON
            return
        gain = _NAME_IN_ANSWER if len(answer.split()) <= _N_WORDS_LONG else _NAME_IN_LONG_ANSWER
        for mention in carried(mentions_of(answer)):
            if mention.is_name and mention.kind is not Kind.DATE:
                self._raise(mention, gain)

    def _described_by(self, question: str) -> Entity | None:
        """Return the thing that the answer to "Who is the president?" names."""
        mentions = [m for m in mentions_of(question) if not m.wh]
        if not mentions or not _COPULA.match(question) or (mentions[0].is_name and mentions[0].article != "the"):
            return None
        return next((e for e in self.entities if e.text == mentions[0].text), None)

    def _raise(self, mention: Mention, gain: float) -> Entity:
        entity = next((e for e in self.entities if same(e.text, mention.text)), None)
        if entity is None:
            entity = Entity(mention.text, mention.kind, mention.article, mention.is_name, mention.is_plural)
            self.entities.append(entity)
        elif len(mention.text) > len(entity.text) and mention.is_name:
            entity.text, entity.article = mention.text, mention.article
            entity.kind = mention.kind if entity.kind is Kind.NAME else entity.kind
        if entity.kind is Kind.NAME and mention.kind is Kind.PERSON:
            entity.kind = Kind.PERSON
        entity.called |= {mention.head, singular(mention.head)}
        entity.salience = min(entity.salience + gain, 3.0)
        return entity


def _owns(entity: Entity, owned: str) -> float:
    """Return how likely a thing of that kind has such a thing: only a body of people has members."""
    return _NO_BODY if owned in OF_BODIES and entity.kind not in {Kind.GROUP, Kind.PLACE} else 1.0


def carried(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions that one can go on about."""
    return [mention for mention in mentions if not {mention.head, mention.text.lower()} & VACUOUS]


def is_clause(text: str) -> bool:
    """Say whether an answer is a clause ("Washington pushed for China to join") rather than the name of a thing."""
    between = text
    for mention in reversed(mentions_of(text)):
        between = between[: mention.start] + "," + between[mention.end :]
    return any(is_verb_form(w.lower) or w.lower in AUXILIARIES for w in words_of(between) if not w.is_mark)


def _named_by(answer: str) -> Mention | None:
    """Return what a short answer names: all of it, "negotiations on the treaty"; None where it is a clause or long."""
    mentions = carried(mentions_of(answer))
    n_words = sum(not word.is_mark for word in words_of(answer))
    if not mentions or mentions[0].start or n_words > _N_WORDS_SHORT or is_clause(answer):
        return None
    first = mentions[0]
    text = answer[len(first.article) :].strip(" .") if first.article in ARTICLES else answer.strip(" .")
    return (
        first
        if len(mentions) == 1
        else replace(first, text=text, end=len(answer), is_plural=first.is_plural or " and " in text)
    )


def _pairs(text: str, mentions: list[Mention]) -> list[Mention]:
    """Return "Putin and Biden" for the two of them, and "Gorbachev and Biden" where one met the other."""
    return [
        Mention(f"{a.text} and {b.text}", a.start, b.end, a.kind, is_name=True, is_plural=True, subject=a.subject)
        for a, b in pairwise(mentions)
        if a.is_name and b.is_name and (_are_joined(a, b, text) or {a.kind, b.kind} == {Kind.PERSON})
    ]


def _are_joined(one: Mention, other: Mention, text: str) -> bool:
    return re.fullmatch(r"\s+and(?:\s+the)?\s*", text[one.end : other.start]) is not None


def same(one: str, other: str) -> bool:
    """Say whether two texts name the same thing: "Gorbachev" and "Mikhail Gorbachev"; case aside."""
    a, b = one.lower().split(), other.lower().split()
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    if "and" in long and short != long:
        return False
    return short == long[-len(short) :] or short == long[:1]


def asks_for_thing(question: str) -> bool:
    """Say whether the answer names something: a who, which or what question, not a when, why, how or yes/no one."""
    match = re.match(r"(?i)(?:\W*\w+\W+){0,2}?(who|whom|whose|what|which|where)\b", question)
    return match is not None


def asked_nouns(question: str) -> set[str]:
    """Return what its answer will be called: "treaty" for "Which treaty ..." and "What is the treaty ..."."""
    mentions = mentions_of(question)
    heads = {mention.head for mention in mentions if mention.wh}
    copula = _COPULA.match(question)
    if copula and mentions and mentions[0].start <= copula.end() + 2:
        heads.add(mentions[0].head)
    return {form for head in heads - VACUOUS for form in (head, singular(head))}
