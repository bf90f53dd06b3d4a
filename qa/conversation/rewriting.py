"""History and a follow-up question -> the question as it reads on its own, with the reason for each term added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.conversation.asking_back import asked_back, move_of, without_mark
from qa.conversation.carrying import stems
from qa.conversation.focus import Entity, Focus, is_clause
from qa.conversation.gate import (
    COMPARES,
    FRAGMENT,
    THEN,
    Pronoun,
    Signals,
    one_of,
    pronouns_of,
    signals_of,
    without_lead_in,
)
from qa.conversation.lexicon import (
    DEMONSTRATIVES,
    GROUP_NOUNS,
    POSSESSIVE,
    PREPOSITIONS,
)
from qa.conversation.mentions import Kind, Mention, Word, mentions_of, words_of
from qa.types import Added, Turn

# Bounds on the work, far beyond what people ask: a pasted document is no follow-up.
_MOST_TURNS = 8
MOST_CHARACTERS = 1000  # of a question: what binds its pronouns takes time that grows with the square of its words
_MOST_OF_ANSWER = 2000
_N_WORDS_QUOTED = 15


@dataclass(frozen=True, slots=True)
class Understood:
    """A question in the light of those before it."""

    standalone: str
    added: tuple[Added, ...]
    signals: Signals


class Context:
    """What the turns so far leave behind: the things in focus, the last question as understood, the last answer."""

    def __init__(self) -> None:
        self.focus = Focus()
        self.last_question = ""
        self.last_answer = ""
        self.last_evidence = ""
        self._said = ""

    @classmethod
    def of(cls, history: Sequence[Turn]) -> Context:
        """Go through the turns, each in the light of those before it; of many, the first and the last few."""
        context = cls()
        turns = history if len(history) <= _MOST_TURNS else [history[0], *history[1 - _MOST_TURNS :]]
        for turn in turns:
            context.hear(turn)
        return context

    def hear(self, turn: Turn) -> None:
        """Take in one more turn."""
        question = understood(turn.question[:MOST_CHARACTERS], self).standalone
        self.last_question = question
        self.last_answer = (turn.answer or "")[:_MOST_OF_ANSWER]
        # The answer itself comes first: its words are in the sentence too, and so count twice.
        self.last_evidence = f"{self.last_answer} {turn.evidence or ''}"[:_MOST_OF_ANSWER].strip()
        self.focus.hear(question, self.last_answer)
        self._said = f"{self._said} {question} {self.last_evidence}"[-_MOST_OF_ANSWER:]

    def is_tied_to(self, question: str) -> bool:
        """Say whether a question shares a telling word with what was said.

        Of the questions that only look incomplete, more than half of those that go on about the last ones do, and one
        in eleven of those put after a conversation about something else (docs/conversation.md).
        """
        return bool(stems(question) & stems(self._said))


def understood(question: str, context: Context) -> Understood:
    """Return `question` as somebody would ask it who knows nothing of what was said before."""
    signals = signals_of(question)
    depends = bool(signals.strong or (signals.weak and context.is_tied_to(question)))
    if not context.last_question or not depends or len(question) > MOST_CHARACTERS:
        return Understood(question, (), signals)
    core = without_lead_in(question)
    if FRAGMENT in signals.strong and core != question and move_of(core) is None:
        core = f"What about {core[:1].lower()}{core[1:]}"  # "And in Texas?"
    asked = asked_back(core, last_question=context.last_question, last_answer=context.last_answer)
    if asked:
        added = tuple(Added(*pair) for pair in asked.added)
        return Understood(_capitalised(asked.question), added, signals)
    return _completed(core, context, signals)


def _completed(question: str, context: Context, signals: Signals) -> Understood:
    """Put what they stand for in the place of pronouns and bare nouns; where there are none, name the topic."""
    text, added = question, list[Added]()
    for step in _STEPS:
        text, more = step(text, context)
        added += more
    if not added:
        text, added = _with_topic(text, context, signals)
    return Understood(_capitalised(text), tuple(added), signals)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_pronouns_resolved(question: str, context: Context) -> tuple[str, list[Added]]:
    replacements: list[tuple[Word, str]] = []
    added: list[Added] = []
    chosen = _Antecedents(context)
    for pronoun in pronouns_of(question):
        if pronoun.is_bound:
            continue
        is_new, text = chosen.of(pronoun, question)
        # "Was he at his office": once is enough.
        if not text or (not is_new and pronoun.word.lower in POSSESSIVE):
            continue
        replacements.append((pronoun.word, text))
        if is_new:
            added.append(Added(text.strip("“”"), f"for “{pronoun.word.text}”"))
    for word, text in reversed(replacements):
        question = question[: word.start] + text + question[word.end :]
    return question, added


_SUBJECT_FORMS = {
    "him": "he", "his": "he", "himself": "he", "her": "she", "hers": "she", "herself": "she", "its": "it",
    "itself": "it", "them": "they", "their": "they", "theirs": "they", "themselves": "they",
}  # fmt: skip


class _Antecedents:
    """What the pronouns of one question stand for: "he" and "his" for one person, "he" and "him" for two."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._chosen: dict[str, Entity] = {}

    def of(self, pronoun: Pronoun, question: str) -> tuple[bool, str]:
        """Return whether its antecedent is named for the first time, and what to put in its place; "" for nothing."""
        lower = pronoun.word.lower.split("'")[0]
        before = question[: pronoun.word.start].split()[-1:]
        if lower in {"that", "this"} and before:
            if before[0].lower() in PREPOSITIONS and (clause := self._clause(question)):
                return True, clause
            if before[0].lower() in _DOING:
                return False, ""  # "Why did he do that?": no name of a thing fits
        key = _SUBJECT_FORMS.get(lower, lower)
        if lower in {"him", "them", "it"} and key in self._chosen:
            key = f"{lower}, another"
        if key in self._chosen:
            return False, _in_place_of(pronoun.word.lower, self._chosen[key])
        after = [word.lower for word in words_of(question) if word.start >= pronoun.word.end][:1]
        owned = after[0] if after and lower in POSSESSIVE else ""
        besides = {chosen.text for chosen in self._chosen.values()}
        entity = self._context.focus.foremost(lower, besides=besides, owned=owned)
        if entity is None or entity.phrase.lower() in question.lower():
            return False, ""
        self._chosen[key] = entity
        return True, _in_place_of(pronoun.word.lower, entity)

    def _clause(self, question: str) -> str:
        """Return the last answer in quotes where it tells an event: "react to “Washington pushed for talks”"."""
        answer = self._context.last_answer
        if not 3 <= len(answer.split()) <= _N_WORDS_QUOTED or answer.lower() in question.lower():
            return ""
        return f"“{answer.rstrip('.,;')}”" if is_clause(answer) else ""


_DOING = frozenset("do did does done doing say said says know knew think thought like".split())


def _in_place_of(pronoun: str, entity: Entity) -> str:
    if pronoun == "there":
        return f"in {entity.phrase}"
    if pronoun in POSSESSIVE:
        return entity.genitive
    return entity.phrase + (f"'{pronoun.split(chr(39))[1]}" if "'" in pronoun else "")


_BESIDE = re.compile(
    r"(?i)^(?:what|how) about (?P<about>[^,]+), (?P<clause>.*\b(?:that|this|it|they|those|he|she)\b.*)$"
)


def _with_subject_put_in(question: str, context: Context) -> tuple[str, list[Added]]:
    """Return "Was the economy discussed?" for "What about the economy, was that discussed?"; it adds nothing yet."""
    match = _BESIDE.match(question)
    if match is None:
        return question, []
    clause = re.sub(r"(?i)\b(?:that|this|it|they|those|he|she)\b", match["about"], match["clause"], count=1)
    return clause[:1].upper() + clause[1:], []


def _with_time_resolved(question: str, context: Context) -> tuple[str, list[Added]]:
    """Put the last date in the place of "then" and "that year"."""
    match, day = THEN.search(question), context.focus.last_date
    if not match or not day:
        return question, []
    has_preposition = words_of(day)[0].lower in {"in", "on", "at", "since", "by", "during"}
    has_day = re.search(r"\b\d{1,2}(?:st|nd|rd|th)?\b", day)
    text = day if has_preposition else f"{'on' if has_day else 'in'} {day}"
    return question[: match.start()] + text + question[match.end() :], [Added(day, f"for “{match.group()}”")]


def _with_one_spelt_out(question: str, context: Context) -> tuple[str, list[Added]]:
    """Put the noun in the place of "one": "a new garage door opener" for "a new one"."""
    match = one_of(question)
    if match is None:
        return question, []
    entity = context.focus.main(kinds={Kind.THING, Kind.GROUP})
    if entity is None or entity.text.lower() in question.lower():
        return question, []
    text = question[: match.start("one")] + entity.text + question[match.end() :]
    return text, [Added(entity.text, f"for “{match['one']}”")]


def _with_nouns_completed(question: str, context: Context) -> tuple[str, list[Added]]:
    """Put what was called a treaty before in the place of "the treaty" and "this treaty"."""
    for mention in mentions_of(question):
        if mention.is_name or (mention.article != "the" and mention.article not in DEMONSTRATIVES):
            continue
        entity = context.focus.called(mention.head)
        if entity is None or entity.text.lower() in question.lower():
            continue
        if set(mention.text.lower().split()[:-1]) <= set(entity.text.lower().split()):
            text = question[: mention.start] + entity.phrase + question[mention.end :]
            return text, [Added(entity.text, f"for “{mention.article} {mention.text}”")]
    return question, []


_STEPS = (
    _with_subject_put_in,
    _with_pronouns_resolved,
    _with_time_resolved,
    _with_one_spelt_out,
    _with_nouns_completed,
)
_MAYBE_PERSONS = {Kind.PERSON, Kind.NAME}


def _with_topic(question: str, context: Context, signals: Signals) -> tuple[str, list[Added]]:
    """Name what the question is about: as the owner of a noun ("King Crimson's album"), or at the end.

    What is of one kind with a name in the question isn't what that is about: it is what the name stands against.
    """
    mentions = mentions_of(question)
    opposed = {mention.kind for mention in mentions if mention.is_name}
    if opposed & _MAYBE_PERSONS:
        opposed |= _MAYBE_PERSONS
    compares = COMPARES.search(question) is not None
    entity = context.focus.main(kinds=set(Kind) - opposed - {Kind.DATE}, but_answers=compares) or context.focus.main()
    if entity is None or entity.text.lower() in question.lower():
        return question, []
    bare = next((m for m in mentions if m.article == "the" and m.head in signals.bare_nouns), None)
    if bare and entity.is_name:
        text = question[: bare.start] + _owned(bare, entity) + question[bare.end :]
        return text, [Added(entity.text, f"whose {bare.text} is meant")]
    body = without_mark(question)
    mark = question.rstrip()[len(body) :].strip() or "?"
    return f"{body}{_joint(body, entity)} {entity.phrase}{mark}", [Added(entity.text, "what it was about")]


def _owned(noun: Mention, entity: Entity) -> str:
    """Return "King Crimson's album"; a band's name itself for "the band"."""
    if noun.text.lower() in GROUP_NOUNS and entity.kind in {Kind.GROUP, Kind.NAME}:
        return entity.phrase
    return f"{entity.genitive} {noun.text}"


def _joint(body: str, entity: Entity) -> str:
    """Return what joins a topic to a question: "of" after a noun phrase at its end, "in" before a place."""
    if entity.kind is Kind.PLACE:
        return " in"
    last = mentions_of(body)[-1:]
    return " of" if last and last[0].end >= len(body) and not last[0].is_name else ", regarding"
