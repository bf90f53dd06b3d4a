"""Lines of questions -> questions: the format of `qa ask --batch`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from qa.errors import QuestionError
from qa.types import Question, Turn


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line: its id with a question, or with what is wrong with it."""

    id: str | None
    question: Question | None = None
    error: str | None = None


def read_batch(path: Path, *, as_of: date | None = None, **filters: Any) -> Iterator[BatchLine]:
    """Yield one `BatchLine` for each line that isn't blank, in order; a bad line carries an error and the rest go on.

    Only `id`, `question`, `history` and `as_of` of a line are read. A line's own `as_of` wins over the given one.

    :param filters: `since`, `until` and `source` for all questions.
    :raises QuestionError: if the file itself can't be read.
    """
    try:
        with path.open("rb") as file:
            for n, line in enumerate(file, start=1):
                if line.strip():
                    yield _parsed(line, n, as_of, filters)
    except OSError as error:
        raise QuestionError(f"The questions '{path}' can't be read: {error.strerror}.") from error


def _parsed(line: bytes, n: int, as_of: date | None, filters: dict[str, Any]) -> BatchLine:
    id = None
    try:
        entry = json.loads(line)
        if not isinstance(entry, dict):
            raise ValueError("it is not a JSON object")
        id = None if entry.get("id") is None else _encodable(str(entry["id"]))
        if not isinstance(entry.get("question"), str):
            raise ValueError("it has no question")
        own_as_of = entry.get("as_of")
        history = tuple(_turn(turn) for turn in _list(entry.get("history")))
        day = _day(own_as_of) if own_as_of else as_of
        return BatchLine(id, Question(entry["question"], history, as_of=day, **filters))
    except (ValueError, TypeError, RecursionError) as error:
        return BatchLine(id, error=f"line {n}: {_plain(error)}")


def _list(history: Any) -> list[Any]:
    if history is not None and not isinstance(history, list):
        raise ValueError("its history is not a list of questions with answers")
    return history or []


def _day(text: Any) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise ValueError(f"as_of is {text!r}; write YYYY-MM-DD") from None


def _turn(entry: Any) -> Turn:
    if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
        raise ValueError("its history is not a list of questions with answers")
    answer = entry.get("answer")
    return Turn(entry["question"], answer if isinstance(answer, str) else None)


def _encodable(text: str) -> str:
    """Replace half characters (lone surrogates), which JSON can spell and no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _plain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg} at column {error.colno})"
    return f"not UTF-8 text ({error})" if isinstance(error, UnicodeDecodeError) else str(error)
