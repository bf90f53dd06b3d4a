"""Follow-ups that ask the last question anew or go on about its answer: "Why?", "Who said that?", "What about X?"."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

from qa.conversation.lexicon import AUXILIARIES, COPULAS, PREPOSITIONS
from qa.conversation.mentions import Kind, Mention, mentions_of, words_of

_N_WORDS_SHORT = 12
_AUXILIARY = (
    "is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|isn't|aren't|wasn't|weren't|"
    "don't|doesn't|didn't|won't|can't"
)
_IT = "(?:that|this|it|so)"


class Move(Enum):
    """What a follow-up does with the last question."""

    QUESTION_WORD = "asks the last question with another question word"
    WHO_SAID = "asks who said the last answer"
    AGAIN = "asks for more of the same"
    ELSE = "asks for another answer to the last question"
    ABOUT = "asks the last question about something else"


_PATTERNS = {
    Move.QUESTION_WORD: re.compile(
        r"(?i)^(?P<word>why not|why|how so|how come|how exactly|how|when exactly|when|where exactly|where|who|"
        r"since when|until when|(?:by|with|for|to|from|against) whom|(?:by )?how (?:many|much)|(?:for )?how long|"
        rf"how often)(?: (?:is|was|did|does|were|has) {_IT}"
        r"(?: (?:so|happen|happened|happening|occur|be|take place|the case|exactly|again))*)?\W*$"
    ),
    Move.WHO_SAID: re.compile(
        rf"(?i)^(?:who (?:else )?(?:said|says|claims?|claimed|told (?:you|them)|reported) {_IT}|according to whom?|"
        r"says who)\W*$"
    ),
    Move.AGAIN: re.compile(
        r"(?i)^(?:are you (?:really )?(?:sure|certain)(?: about (?:that|this|it))?|really|seriously|"
        r"is (?:that|this|it) (?:really )?(?:true|right|correct|so|the case|certain)|how do you know(?: that)?|"
        r"(?:please |can you |could you |i(?:'d|’d| would) like to )?(?:tell|say|show|give|know|hear|expand|elaborate|"
        r"explain)(?: me| us)?(?: (?:more|on that|about that|about it|that|it|further|more details))+|"
        r"(?:any )?more|more details?|more about (?:that|this|it)|go on|continue|like what)\W*$"
    ),
    Move.ELSE: re.compile(r"(?i)^(?:and )?(?:who|what|where|which|anyone|anything|anybody) (?:else|other)\W*$"),
    Move.ABOUT: re.compile(
        r"(?i)^(?:(?:what|how) about|i (?:only |just )?meant?|i was asking about|i mean) (?P<about>[^\s,?][^,?]*?)"
        r"(?: (?:then|instead))?\W*$"
    ),
}
_QUESTION = re.compile(
    r"(?i)^(?P<before>(?:in|on|at|for|by|to|of|from|with|about|since)? ?)(?P<word>what|which|who|whom|whose|when|where|"
    rf"why|how)\b(?P<asked>(?: (?!(?:{_AUXILIARY})\b)[^\s?]+)*?) (?P<auxiliary>{_AUXILIARY}) (?P<rest>.+?)\W*$"
)
_ASKS = re.compile(r"^(who|whom|what|where)\b(?=\W+(?!else)[a-z])", re.IGNORECASE)
_WHOM = frozenset("what which who whom".split())
_YES_NO = re.compile(r"(?i)(?:yes|no)\b")


class Asked(NamedTuple):
    """A question in full, and what of it came from the history: (text, why)."""

    question: str
    added: tuple[tuple[str, str], ...]


def move_of(question: str) -> Move | None:
    """Return what a question, without its lead-in, does with the last one; None where it says something of its own."""
    return next((move for move, pattern in _PATTERNS.items() if pattern.match(question)), None)


def asked_back(question: str, *, last_question: str, last_answer: str) -> Asked | None:
    """Return the follow-up in full; None where it isn't one of these.

    :param last_question: as understood, standing on its own.
    """
    move = move_of(question)
    last = without_mark(last_question)
    if move is None:
        return None
    if move is Move.WHO_SAID:
        said = last_answer or last
        return Asked(f"Who said “{said}”?", ((said, "the last answer"),))
    if move is Move.AGAIN:
        return Asked(last_question, ((last, "the last question again"),))
    if move is Move.ELSE:
        return Asked(_ASKS.sub(r"\1 else", f"{last}?", count=1), ((last, "the last question again"),))
    match = _PATTERNS[move].match(question)
    if match is None:  # not reached: `move_of` matched it
        return None
    if move is Move.ABOUT:
        return _about(match["about"], last)
    return _with_question_word(match["word"], last, last_answer)


def without_mark(question: str) -> str:
    """Return the question without the mark at its end."""
    return question.rstrip("?.! \n")


def _with_question_word(word: str, last: str, answer: str) -> Asked:
    """Ask "Why does New START expire?" after "When does New START expire?"."""
    word = {"how so": "why", "how come": "why"}.get(word.lower(), word.lower()).capitalize()
    short = answer if len(answer.split()) <= _N_WORDS_SHORT and not _YES_NO.match(answer) else ""
    lent = ((last, "the last question with another question word"),)
    lent_both = (*lent, (short, "the last answer"))
    match = _QUESTION.match(last)
    if match and match["word"].lower() in _WHOM and short and not match["before"].strip():
        if match["auxiliary"].lower() in COPULAS and not match["asked"]:  # "What is the last pact?": "New START"
            return Asked(f"{word} {match['auxiliary']} {short} {match['rest']}?", lent_both)
        return Asked(f"{word} {match['auxiliary']} {match['rest']} {short}?", lent_both)
    if match:
        return Asked(f"{word} {match['auxiliary']} {match['rest']}?", lent)
    words = words_of(last)
    if words and words[0].lower in AUXILIARIES:
        return Asked(f"{word} {last[:1].lower()}{last[1:]}?", lent)
    if words and words[0].lower in {"who", "what", "which"} and short:  # the answer is the subject
        phrase = next((m for m in mentions_of(last) if m.wh), None)
        predicate = last[phrase.end if phrase else words[0].end :].strip()
        return Asked(f"{word} was it that {short} {predicate}?", lent_both)
    return Asked(f"{word}: {last}?", lent)


def _about(about: str, last: str) -> Asked:
    """Ask the last question about something else: what it names of the same kind gives way, the frame stays."""
    lent = ((last, f"the last question, asked about “{about}”"),)
    asked = mentions_of(about)
    if not asked or about.split()[0].lower() in PREPOSITIONS:
        old = _after_preposition(about.split()[0], last)
        return Asked(
            f"{last[: old.start]}{about.split(maxsplit=1)[-1]}{last[old.end :]}?" if old else f"{last} {about}?", lent
        )
    old = None if about[: asked[0].start].strip() else _alike(asked[0], last)
    if old:
        return Asked(f"{last[: old.start]}{about}{last[old.end :]}?", lent)
    return Asked(f"What about {about}?" if asked[0].is_name else f"{last} for {about}?", lent)


def _after_preposition(preposition: str, last: str) -> Mention | None:
    """Return what follows that preposition in the last question: Russia in "the president of Russia" for "of"."""
    before = re.compile(rf"\b{re.escape(preposition)}\s+$", re.IGNORECASE)
    return next((m for m in mentions_of(last) if before.search(last[: m.start])), None)


def _alike(new: Mention, last: str) -> Mention | None:
    """Return what in the last question the new thing takes the place of: a name for a name of its kind, else a noun."""
    olds = [mention for mention in mentions_of(last) if not mention.wh]
    alike = [
        old
        for old in olds
        if old.is_name == new.is_name and (old.kind is new.kind or (old.is_name and Kind.NAME in {old.kind, new.kind}))
    ]
    by_noun = [old for old in olds if old.head == new.head]
    subjects = [old for old in alike if old.subject]
    return next(iter([*by_noun, *subjects, *reversed(alike)]), None)
