"""A gold set and the articles it is about -> what is wrong with it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from eval.datasets import gold_lines, gold_question, holds_paragraphs
from eval.metrics.answers import normalize_answer
from eval.types import GoldQuestion
from index.types import Article
from qa.dates.edtf import is_valid
from qa.errors import DatasetError

# What is meant as a date or a duration; "89" and "Kremlin denies" are values too.
_LIKE_A_DATE = re.compile(r"[\dX]{4}-|P\d|T\d|\d{4}/", re.ASCII)


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong with one line of a gold set."""

    line: int
    id: str | None
    what: str


def flaws(path: Path, articles: Iterable[Article]) -> Iterator[Flaw]:
    """Yield what is wrong with a gold set, line by line.

    Lines that are no gold questions, ids and questions that come twice, files that the index doesn't hold or holds
    twice, offsets that don't name the text beside them, answers that no answer can equal, values that are no dates, and
    answers that nobody could know yet on the day as of which is asked.

    :raises DatasetError: if the file can't be read, or holds paragraphs: `qa eval` checks these itself.
    """
    if holds_paragraphs(path):
        raise DatasetError(f"'{path}' is a SQuAD-format file; its offsets are checked whenever it is read.")
    named: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        named[PurePath(article.path or "").name].append(article)
    first_line_of: dict[tuple[str, str], int] = {}
    for n, line in gold_lines(path):
        if not line.strip():
            continue
        try:
            entry = json.loads(line.rstrip())
            gold = gold_question(entry)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            yield Flaw(n, None, f"not a gold question: {_plain(error)}")
            continue
        for kind, key in (("id", gold.id), ("question", _key(gold))):
            first = first_line_of.setdefault((kind, key), n)
            if first != n:
                yield Flaw(n, gold.id, f"the same {kind} as in line {first}")
        yield from (Flaw(n, gold.id, what) for what in _of_question(gold, entry, named))


def _key(gold: GoldQuestion) -> str:
    question = gold.question
    turns = [normalize_answer(f"{turn.question} {turn.answer}") for turn in question.history]
    return "\n".join([normalize_answer(question.text), str(question.as_of), *turns])


def _of_question(gold: GoldQuestion, entry: Mapping[str, Any], named: Mapping[str, Sequence[Article]]) -> Iterator[str]:
    for text in gold.accepted:
        if not normalize_answer(text):
            yield f"no answer can equal {text!r}: without articles and punctuation nothing is left of it"
    if gold.is_impossible and gold.normalized:
        yield f"it is impossible and has the value '{gold.normalized}'"
    if gold.normalized and _LIKE_A_DATE.match(gold.normalized) and not is_valid(gold.normalized):
        yield f"'{gold.normalized}' is no EDTF date or interval and no ISO 8601 duration or time"
    positions = entry.get("positions") or []
    if len(positions) == 1:
        yield "one position is no disagreement: give two or more, or none"
    answers = [answer for answer in entry.get("answers") or [] if not isinstance(answer, str)]
    for answer in [*answers, *(answer for position in positions for answer in position["answers"])]:
        yield from _of_place(answer, named)
    yield from _of_day(gold, named)


def _of_place(answer: Mapping[str, Any], named: Mapping[str, Sequence[Article]]) -> Iterator[str]:
    file, start, end, text = answer["file"], answer["start"], answer["end"], answer["text"]
    found = named.get(file, [])
    if len(found) != 1:
        yield f"the index holds {len(found) or 'no'} article{'s' * (len(found) > 1)} named '{file}'"
        return
    there = found[0].text[start:end]
    if there != text:
        at = found[0].text.find(text)
        where = f"; it stands at {at}" if at >= 0 else "; it stands nowhere in the article"
        yield f"{text!r} is not at {start} to {end} of '{file}', which is {there!r}{where}"


def _of_day(gold: GoldQuestion, named: Mapping[str, Sequence[Article]]) -> Iterator[str]:
    as_of = gold.question.as_of
    days = [article.published for span in gold.spans for article in named.get(span.file, [])]
    known = [day for day in days if day is not None]
    if as_of and known and len(known) == len(days) and min(known) > as_of:
        yield f"asked as of {as_of}, but the first article that says it is of {min(known)}"


def _plain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no JSON ({error.msg} at column {error.colno})"
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)
