"""Does a question depend on what was said before? The signals that say so, strong and weak."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.conversation.asking_back import move_of
from qa.conversation.focus import VACUOUS, carried
from qa.conversation.lexicon import (
    AUXILIARIES,
    COPULAS,
    DEMONSTRATIVES,
    FUNCTION_WORDS,
    HE,
    INTERJECTIONS,
    IT,
    OPENERS,
    PERSONAL,
    PREPOSITIONS,
    SHE,
    THEY,
    UNIQUE_NOUNS,
    WH,
)
from qa.conversation.mentions import Kind, Mention, Word, is_verb_form, mentions_of, words_of

_N_WORDS_SHORT = 4  # that say something: "What are common treatments?" has two
_N_WORDS_FRAGMENT = 3
# "It" and "there" that stand for nothing.
_DUMMIES = (
    re.compile(
        r"(?i)\bit (?:(?:is|was|be|been|has been) )?(?:\w+ly )?(?:true|possible|likely|unlikely|better|best|safe|worth|"
        r"important|necessary|legal|illegal|normal|common|hard|easy|clear|good|bad) (?:that|to|for|if|when)\b"
        r"|\bit (?:held|suggested|estimated|said|believed|reported|thought|claimed|known|argued|announced|decided|"
        r"agreed) that\b"
        r"|\bit (?:takes?|matters?|seems?|appears?|make sense|mean (?:that|to|for|if|when))\b"
        r"|\bit(?:['’]s| is) (?:true|said|possible|likely|clear|known)\b"
    ),
    re.compile(
        r"(?i)\b(?:is|are|was|were|be|been|will|has|have|had|isn't|aren't|wasn't|weren't|can|could|might|may)\s+there\b"
        r"|\bthere(?:['’]s|['’]re|\s+(?:is|are|was|were|be|been|will|has|have|had|may|might|can|could|exists?))\b"
    ),
)
COMPARES = re.compile(r"(?i)\b(?:others?|else|another|additional|instead|same|too|as well|similar|different|ones?)\b")
FRAGMENT = "it is no whole question"
THEN = re.compile(
    r"(?i)\b(?:(?:back )?then(?=\W*$)|(?:(?:at|during|in|on) )?(?:that|this) (?:time(?: period)?|period|year|month|"
    r"day|week)(?=\W*$)|at the time(?! of)|that same (?:year|day))\b"
)
_ONE = re.compile(
    r"\b(?P<before>[a-z][\w-]*) (?P<one>ones?)"
    r"(?=\s*(?:[?.,!]|$)|\s+(?:do|does|did|is|are|was|were|be|in|at|for|to|from)\b)"
)
_BEFORE_OTHER_ONES = (
    DEMONSTRATIVES
    | AUXILIARIES
    | PERSONAL
    | PREPOSITIONS
    | frozenset("which what no any some every each the a last first only not one and or".split())
)
_CLAUSE_OPENERS = frozenset("when if that because after before while once since although though and but until".split())
_TIMES = frozenset(
    "century day decade evening hour minute moment month morning night season summer week weekend winter year".split()
)
_DEFINES = re.compile(r"(?:what|who) (?:is|was)(?: an?)?(?: (?!(?:the|this|that)\b)[\w-]+){1,2}\W*$", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"(?:what|how) about\b", re.IGNORECASE)
_DEFINED = re.compile(r"\s*(?:of|that|who|which|between|where|when|to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Pronoun:
    """A word of the question that stands for something; bound if the question itself may say for what."""

    word: Word
    is_bound: bool


@dataclass(frozen=True, slots=True)
class Signals:
    """Why a question may depend on what was said before. A strong signal suffices; weak ones are guesses."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    bare_nouns: tuple[str, ...] = ()


def signals_of(question: str) -> Signals:
    """Return what in the question says that it depends on earlier ones; it is read without any history."""
    core = without_lead_in(question)
    words = [word.lower for word in words_of(question) if not word.is_mark]
    while words and words[0] in INTERJECTIONS:
        words.pop(0)
    mentions = carried(mentions_of(question))
    has_name = any(mention.is_name for mention in mentions)
    telling = [word for word in words if word not in FUNCTION_WORDS and word not in VACUOUS]
    bare_nouns = () if has_name or _WHAT_ABOUT.match(core) else tuple(_bare_nouns(question, mentions))
    return Signals(
        strong=tuple(_strong(question, core, words, mentions, telling)),
        weak=tuple(_weak(question, bare_nouns, telling, has_name=has_name)),
        bare_nouns=bare_nouns,
    )


def _strong(question: str, core: str, words: list[str], mentions: list[Mention], telling: list[str]) -> list[str]:
    found = [f"it begins with “{words[0]}”"] if len(words) > 1 and words[0] in OPENERS else []
    move = move_of(core)
    if move:
        return [*found, f"it {move.value}"]
    found += [f"“{then.group()}” stands for a time" for then in [THEN.search(core)] if then]
    found += ["it begins with “what about”"] if _WHAT_ABOUT.match(core) else []
    found += [f"“{p.word.text}” stands for something" for p in pronouns_of(question) if not p.is_bound]
    found += [f"“{one['one']}” stands for something" for one in [one_of(question)] if one]
    found += [f"“{m.article} {m.text}” was named before" for m in mentions if _points(m, question)]
    if found and len(telling) <= _N_WORDS_FRAGMENT and not any(word in AUXILIARIES or word in WH for word in words):
        found.append(FRAGMENT)  # not by itself: people type search words too
    return found


def _weak(question: str, bare_nouns: tuple[str, ...], telling: list[str], *, has_name: bool) -> list[str]:
    if has_name:
        return []
    compares = COMPARES.search(question)
    found = [f"“{compares.group()}” compares with something"] if compares else []
    found += [f"which {noun} is meant, it doesn't say" for noun in bare_nouns]
    is_short = len(telling) <= _N_WORDS_SHORT and not _DEFINES.match(question)
    return [*found, "it is short and names nothing"] if is_short else found


def one_of(question: str) -> re.Match[str] | None:
    """Return the "one" of "a new one", where nothing before it in the question says one of what."""
    match = _ONE.search(question)
    if match is None or match["before"].lower() in _BEFORE_OTHER_ONES:
        return None
    said = [m for m in carried(mentions_of(question[: match.start()])) if not m.is_name and m.kind is not Kind.DATE]
    return None if said else match


def pronouns_of(question: str) -> list[Pronoun]:
    """Return the personal pronouns, demonstratives and "there" of a question, those left out that stand for nothing."""
    words = words_of(question)
    dummies = [match.span() for pattern in _DUMMIES for match in pattern.finditer(question)]
    mentions = carried(mentions_of(question))
    return [
        Pronoun(word, is_bound=_is_bound(words, at, mentions))
        for at, word in enumerate(words)
        if _refers(words, at) and not any(start <= word.start < end for start, end in dummies)
    ]


def without_lead_in(question: str) -> str:
    """Return the question without "And", "Okay." and the like before it."""
    words = words_of(question)
    at = 0
    while at < len(words) - 1 and (
        words[at].lower in INTERJECTIONS
        or (words[at].lower in OPENERS and words[at + 1].lower != "that")
        or (at and words[at].is_mark)
    ):
        at += 1
    return question[words[at].start :][:1].upper() + question[words[at].start :][1:] if at else question


def _refers(words: tuple[Word, ...], at: int) -> bool:
    """Say whether the word is a pronoun, and not a determiner ("that treaty") or conjunction ("say that he")."""
    lower = words[at].lower
    if at and words[at].text[0].isupper() and not words[at - 1].is_mark:
        return False  # part of a name: "Britain Can Make It"
    if lower.split("'")[0] in PERSONAL or lower == "there":
        return True
    if lower not in DEMONSTRATIVES - {"such"}:
        return False
    before = words[at - 1].lower if at else ""
    after = words[at + 1] if at + 1 < len(words) else None
    if lower == "those" and after is not None and after.lower in PREPOSITIONS | WH | {"that"}:
        return False  # "those behind the break-in"
    if lower == "that" and before not in PREPOSITIONS | AUXILIARIES:
        return after is None or after.is_mark
    if after is None or after.is_mark or after.lower in FUNCTION_WORDS or after.lower.endswith("ed"):
        return True
    return before in AUXILIARIES - COPULAS and is_verb_form(after.lower)  # "Does this exist", "did those stall"


def _is_bound(words: tuple[Word, ...], at: int, mentions: list[Mention]) -> bool:
    """Say whether something before the pronoun in the question itself may be what it stands for.

    An object ("congratulate him") is never the subject of its own clause; a possessive, or the subject of a later
    clause, may well be.
    """
    pronoun = words[at]
    fitting = [m for m in mentions if m.end <= pronoun.start and _agrees(m, pronoun.lower.split("'")[0])]
    if pronoun.lower in THEY and _names_two(words[:at], mentions):
        return True
    if pronoun.lower not in {"him", "them", "it", "that", "this"} or _is_subject(words, at):
        return bool(fitting)
    clause_start = max((words[i].end for i in range(at) if _opens_clause(words, i)), default=0)
    return any(mention.end <= clause_start for mention in fitting)


def _opens_clause(words: tuple[Word, ...], at: int) -> bool:
    """Say whether a clause begins: at a mark, "if", "to prevent", "putting"."""
    lower = words[at].lower
    if lower == "to":
        return at + 1 < len(words) and is_verb_form(words[at + 1].lower)
    return words[at].is_mark or lower in _CLAUSE_OPENERS or (lower.endswith("ing") and is_verb_form(lower))


def _names_two(words: tuple[Word, ...], mentions: list[Mention]) -> bool:
    """Say whether two things stand there joined by "and"."""
    ends = {mention.end for mention in mentions}
    starts = {mention.start for mention in mentions}
    return any(
        word.lower == "and" and 0 < at < len(words) - 1 and words[at - 1].end in ends and words[at + 1].start in starts
        for at, word in enumerate(words)
    )


def _is_subject(words: tuple[Word, ...], at: int) -> bool:
    """Say whether the pronoun is what somebody says something of: "did he win", "announce it wanted"."""
    after = words[at + 1] if at + 1 < len(words) else None
    before = words[at - 1].lower if at else ""
    if after is None or after.is_mark or before in PREPOSITIONS:
        return False
    is_before_verb = after.lower in AUXILIARIES or (is_verb_form(after.lower) and is_verb_form(before))
    return before in AUXILIARIES or before in _CLAUSE_OPENERS or is_before_verb


def _agrees(mention: Mention, pronoun: str) -> bool:
    if mention.kind is Kind.DATE:
        return False
    if pronoun in HE | SHE:
        is_asked = mention.wh and mention.kind is not Kind.PERSON
        return mention.kind in {Kind.PERSON, Kind.NAME} and not mention.is_plural and not is_asked
    if pronoun in IT or pronoun in {"this", "that"}:
        is_there = mention.kind is Kind.PLACE and not (
            mention.is_name or mention.wh
        )  # "a remote area": "there", not "it"
        return mention.kind is not Kind.PERSON and not mention.is_plural and not is_there
    if pronoun in THEY or pronoun in {"these", "those"}:
        return mention.is_plural or mention.kind is Kind.GROUP
    return pronoun == "there" and mention.kind is Kind.PLACE


def _points(mention: Mention, question: str) -> bool:
    """Say whether it is "those currencies"; "this year" points at the calendar, "say that Putin" at nothing."""
    if mention.article not in DEMONSTRATIVES or mention.kind is Kind.DATE or mention.head in _TIMES:
        return False
    before = [word.lower for word in words_of(question[: mention.start])][-1:]
    return mention.article != "that" or not before or before[0] in PREPOSITIONS | AUXILIARIES


def _bare_nouns(question: str, mentions: list[Mention]) -> list[str]:
    """Return the nouns with "the" that nothing in the question defines: not "the role of slavery", not "the world"."""
    return [
        mention.head
        for mention in mentions
        if mention.article == "the"
        and not mention.is_name
        and mention.head not in UNIQUE_NOUNS
        and not mention.text.lower().split()[0].endswith("est")
        and not _DEFINED.match(question, mention.end)
    ]
