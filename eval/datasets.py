"""Files of questions with known answers -> `GoldQuestion`s."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from eval.types import GoldQuestion, GoldSpan
from index.types import Span
from qa.errors import DatasetError
from qa.types import Question, Turn


def read_gold(path: Path) -> Iterator[GoldQuestion]:
    """Yield the questions of a gold set in JSON lines; the format is described in `eval/gold/README.md`.

    :raises DatasetError: if the file can't be read, or a line is not a gold question; names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"The gold set '{path}' can't be read: {error}.") from error
    for n, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _gold_question(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DatasetError(f"'{path}', line {n}: not a gold question ({error!r}).") from error


def _gold_question(entry: dict[str, Any]) -> GoldQuestion:
    as_of = date.fromisoformat(entry["as_of"]) if entry.get("as_of") else None
    history = tuple(Turn(turn["question"], turn.get("answer")) for turn in entry.get("history") or ())
    answers = entry.get("answers") or []
    return GoldQuestion(
        id=str(entry["id"]),
        question=Question(entry["question"], history, as_of=as_of),
        category=entry.get("category") or "all",
        accepted=tuple(dict.fromkeys([*(a["text"] for a in answers), *(entry.get("accept") or ())])),
        spans=tuple(GoldSpan(a["file"], Span(a["start"], a["end"])) for a in answers),
        normalized=entry.get("normalized"),
        is_impossible=bool(entry.get("is_impossible")),
    )
