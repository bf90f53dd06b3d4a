"""Files of questions with known answers -> `GoldQuestion`s, and the paragraphs that answer them -> articles."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from eval.types import GoldPosition, GoldQuestion, GoldSpan
from index.types import Article, Span
from qa.errors import DatasetError
from qa.paragraphs import Paragraph
from qa.types import Question, Turn


def holds_paragraphs(path: Path) -> bool:
    """Say whether a file is for `qa.paragraphs.read_paragraphs` rather than for `read_gold`.

    A SQuAD document has "data" and a line with a paragraph has "context" and "qas"; a gold question has none of them.

    :raises DatasetError: if the file can't be read.
    """
    first = next((line for line in _lines(path) if line.strip()), "")
    try:
        entry = json.loads(first)
    except ValueError:
        return ".jsonl" not in path.suffixes  # a document that runs over many lines
    return isinstance(entry, dict) and ("data" in entry or {"context", "qas"} <= entry.keys())


def read_gold(path: Path) -> Iterator[GoldQuestion]:
    """Yield the questions of a gold set; the format is described in `eval/gold/README.md`; `.gz` is unpacked.

    :raises DatasetError: if the file can't be read, or a line is not a gold question; names the line.
    """
    for n, line in gold_lines(path):
        if line.strip():
            try:
                yield gold_question(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DatasetError(f"'{path}', line {n}: not a gold question ({error!r}).") from error


def gold_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a gold set with their numbers, from 1; `.gz` is unpacked.

    :raises DatasetError: if the file can't be read.
    """
    yield from enumerate(_lines(path), start=1)


def gold_questions(paragraphs: Iterable[Paragraph]) -> Iterator[GoldQuestion]:
    """Yield the paragraphs' questions as asked of all of `paragraphs_as_articles`; impossible where none answers them.

    Their category is the dataset.

    :raises DatasetError: if a question is empty.
    """
    for paragraph in paragraphs:
        name = _name(paragraph)
        for question in paragraph.questions:
            try:
                asked = Question(question.text)
            except ValueError as error:
                raise DatasetError(f"Question {question.id}: {error}.") from error
            yield GoldQuestion(
                id=question.id,
                question=asked,
                category=paragraph.dataset,
                accepted=tuple(dict.fromkeys(span.of(paragraph.text) for span in question.answers)),
                spans=tuple(GoldSpan(name, span) for span in question.answers),
                normalized=None,
                is_impossible=not question.answers,
            )


def paragraphs_as_articles(paragraphs: Iterable[Paragraph]) -> Iterator[Article]:
    """Yield each distinct paragraph as an article of its own, without its document's title: paragraphs are ranked."""
    for name, text in {_name(paragraph): paragraph.text for paragraph in paragraphs}.items():
        yield Article(id=name, text=text, path=name)


def _name(paragraph: Paragraph) -> str:
    return f"paragraph-{hashlib.sha256(paragraph.text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _lines(path: Path) -> Iterator[str]:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            yield from file
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise DatasetError(f"The gold set '{path}' can't be read: {error}.") from error


def gold_question(entry: dict[str, Any]) -> GoldQuestion:
    """Return the question of a line's object.

    :raises ValueError: if it is no gold question; also KeyError, TypeError, AttributeError.
    """
    # RealtimeQA has "date" for "as_of", with slashes, and answers without a place.
    day = entry.get("as_of") or entry.get("date")
    history = tuple(Turn(turn["question"], turn.get("answer")) for turn in entry.get("history") or ())
    answers = entry.get("answers") or []
    texts = [answer if isinstance(answer, str) else answer["text"] for answer in answers]
    return GoldQuestion(
        id=str(entry["id"]),
        question=Question(entry["question"], history, as_of=date.fromisoformat(day.replace("/", "-")) if day else None),
        category=entry.get("category") or "all",
        accepted=tuple(dict.fromkeys([*texts, *(entry.get("accept") or ())])),
        spans=_spans(answer for answer in answers if not isinstance(answer, str)),
        normalized=entry.get("normalized"),
        is_impossible=bool(entry.get("is_impossible")),
        positions=tuple(
            GoldPosition(
                tuple(dict.fromkeys(answer["text"] for answer in position["answers"])),
                _spans(position["answers"]),
                position.get("normalized"),
            )
            for position in entry.get("positions") or ()
        ),
    )


def _spans(answers: Iterable[dict[str, Any]]) -> tuple[GoldSpan, ...]:
    return tuple(GoldSpan(answer["file"], Span(answer["start"], answer["end"])) for answer in answers)
