"""Answerable questions -> unanswerable ones that look alike: another name, another year, the opposite, one detail more.

The kinds are those that Rajpurkar et al. 2018 (SQuAD 2.0, table 2) found in questions that people wrote to mislead.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from index.sentences import sentence_spans
from index.types import Span

_NAME = re.compile(r"(?<![.!?:\"“]\s)(?<!^)\b[A-Z][\w-]+(?: (?:of |the |de |von |van )?[A-Z][\w-]+)*")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:,\d{3})*(?![\w,-]|\.\d)")
_YEAR = re.compile(r"(?<!\w)(?:1[5-9]|20)\d\d(?!\w)")
_OPPOSITES = """
    first last; oldest youngest; largest smallest; biggest smallest; highest lowest; most least; more less;
    before after; earliest latest; longest shortest; best worst; north south; northern southern; east west;
    eastern western; upper lower; left right; inside outside; above below; over under; fastest slowest;
    increase decrease; increased decreased; rise fall; rose fell; won lost; win lose; winning losing; start end;
    started ended; began ended; begin end; opened closed; open close; enter leave; entered left; arrive leave;
    buy sell; bought sold; male female; men women; man woman; king queen; father mother; son daughter; husband wife;
    brother sister; born died; birth death; support oppose; supported opposed; accept reject; accepted rejected;
    allow ban; allowed banned; legal illegal; strong weak; stronger weaker; positive negative; public private;
    rich poor; cheap expensive; early late; old new; ancient modern; major minor; maximum minimum; majority minority;
    gain lose; gained lost;
    success failure; succeed fail; succeeded failed; created destroyed; built demolished; founded abolished;
    appointed dismissed; hired fired; joined left; attack defend; attacked defended; import export; summer winter;
    spring autumn; morning evening; day night; ally enemy; allies enemies; advantage disadvantage; common rare
"""
_OPPOSITE_OF: dict[str, str] = {}
for _pair in _OPPOSITES.split(";"):
    _one, _other = _pair.split()
    _OPPOSITE_OF.setdefault(_one, _other)
    _OPPOSITE_OF.setdefault(_other, _one)
_NEGATED = {word: f"{word}n't" for word in "did does do was were has have could would should".split()} | {
    "can": "can't",
    "will": "won't",
}


def altered_question(question: str, answer: Span, text: str, chance: random.Random) -> str | None:
    """Return the question changed in one detail, so that `answer` no longer answers it; None where none can be.

    What is put in stands elsewhere in the passage, never in the sentence of the answer: the passage still looks as if
    it spoke of what is asked.
    """
    sentences = sentence_spans(text)
    near = " ".join(s.of(text) for s in sentences if s.overlaps(answer)) or answer.of(text)
    kinds: list[tuple[float, Callable[[str, str, str, random.Random], str | None]]] = [
        (0.40, _with_another_name),
        (0.20, _with_another_number),
        (0.20, _opposite),
        (0.12, _with_a_year),
        (0.08, _negated),
    ]
    order = sorted(kinds, key=lambda kind: -(chance.random() ** (1 / kind[0])))  # drawn by weight, without repeats
    for _, change in order[:2]:  # not down to the last kind: too many would be negated, which always can be
        changed = change(question, near, text, chance)
        if changed is not None and changed != question:
            return changed
    return None


def without_sentences(text: str, answers: Sequence[Span], sentences: Sequence[Span]) -> str | None:
    """Return the passage without the sentences that hold an answer; None if little is left."""
    kept = [s.of(text) for s in sentences if not any(s.overlaps(answer) for answer in answers)]
    left = " ".join(kept)
    said = {answer.of(text).lower() for answer in answers}
    return left if len(left.split()) >= 25 and not any(words in left.lower() for words in said) else None


def _with_another_name(question: str, near: str, text: str, chance: random.Random) -> str | None:
    asked = [match for match in _NAME.finditer(question) if len(match.group()) > 2]
    if not asked:
        return None
    old = chance.choice(asked)
    n_words = len(old.group().split())
    others = sorted(
        {
            name
            for name in _NAME.findall(text)
            if len(name) > 2
            and name not in near
            and name.lower() not in question.lower()
            and not set(name.lower().split()) & set(old.group().lower().split())
            and abs(len(name.split()) - n_words) <= 1
        }
    )
    return _replaced(question, old, chance.choice(others)) if others else None


def _with_another_number(question: str, near: str, text: str, chance: random.Random) -> str | None:
    asked = list(_NUMBER.finditer(question))
    if not asked:
        return None
    old = chance.choice(asked)
    others = sorted(
        {n for n in _NUMBER.findall(text) if len(n) == len(old.group()) and n not in near and n not in question}
    )
    if others:
        return _replaced(question, old, chance.choice(others))
    if not _YEAR.fullmatch(old.group()):
        return None
    year = str(int(old.group()) + chance.choice((-1, 1)) * chance.randint(1, 15))
    return None if year in text else _replaced(question, old, year)


def _opposite(question: str, near: str, text: str, chance: random.Random) -> str | None:
    del text
    words = [m for m in re.finditer(r"\b[a-z]+\b", question) if m.group() in _OPPOSITE_OF]
    words = [m for m in words if _OPPOSITE_OF[m.group()] not in near.lower()]
    if not words:
        return None
    old = chance.choice(words)
    return _replaced(question, old, _OPPOSITE_OF[old.group()])


def _with_a_year(question: str, near: str, text: str, chance: random.Random) -> str | None:
    if re.search(r"\d|\b(?:when|year)\b", question, re.IGNORECASE):
        return None
    years = sorted({year for year in _YEAR.findall(text) if year not in near})
    return f"{question.rstrip(' ?')} in {chance.choice(years)}?" if years else None


def _negated(question: str, near: str, text: str, chance: random.Random) -> str | None:
    del text, chance
    if re.search(r"n't\b|\bn?ever\b|\bnot\b", question + near):
        return None
    auxiliary = re.search(rf"\b(?:{'|'.join(_NEGATED)})\b", question)
    return _replaced(question, auxiliary, _NEGATED[auxiliary.group()]) if auxiliary else None


def _replaced(question: str, old: re.Match[str], new: str) -> str:
    return question[: old.start()] + new + question[old.end() :]
