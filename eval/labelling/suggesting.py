"""A log of answers -> the questions that are most worth a label."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.metrics.answers import normalize_answer
from qa.errors import DatasetError


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question, what was answered, and why it is worth a label; `worth` is in [0, 1]."""

    question: str
    as_of: str | None
    answer: str | None
    confidence: float
    worth: float
    reason: str


def suggestions(log: Path, *, min_confidence: float, known: Container[str] = frozenset()) -> list[Suggestion]:
    """Return the questions of a log, as `qa ask --batch --json` prints it, that are most worth a label, best first.

    Worth most are those whose confidence is nearest to the threshold, where a label tells whether to answer (Lewis and
    Gale 1994), and those whose first two answers are about as likely, where it tells which is right. Each question
    comes once; lines that are errors, and answers that are counted or told by date, are left out.

    :param known: questions that have a label, normalised as answers are.
    :raises DatasetError: if the file can't be read, or a line is no answer.
    """
    best: dict[str, Suggestion] = {}
    for entry in _answers(log):
        found = _suggestion(entry, min_confidence)
        key = normalize_answer(found.question)
        if found.worth and key not in known and (key not in best or found.worth > best[key].worth):
            best[key] = found
    return sorted(best.values(), key=lambda s: (-s.worth, s.question))


def _answers(log: Path) -> Iterator[dict[str, Any]]:
    try:
        lines = log.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"The log '{log}' can't be read: {error}.") from error
    for n, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if "error" not in entry and entry.get("form", "fact") in {"fact", "list", "yes_no"}:
                _ = entry["question"], float(entry["confidence"]), entry["positions"]
                yield entry
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DatasetError(
                f"'{log}', line {n}: not an answer ({error!r}). Make a log with: qa ask --batch FILE --json > LOG"
            ) from error


def _suggestion(entry: dict[str, Any], min_confidence: float) -> Suggestion:
    confidence = float(entry["confidence"])
    uncertainty = max(0.0, 1 - abs(confidence - min_confidence) / max(min_confidence, 1 - min_confidence))
    rivals = [p for p in entry["positions"] if not p.get("superseded")] if entry.get("form", "fact") == "fact" else []
    disagreement = min(1.0, rivals[1]["confidence"] / max(rivals[0]["confidence"], 1e-9)) if len(rivals) > 1 else 0.0
    if len(rivals) > 1 and disagreement >= uncertainty:
        reason = f"disagreeing: '{rivals[0]['answer']}' or '{rivals[1]['answer']}'"
    else:
        reason = f"uncertain: confidence {confidence:.0%}, the threshold is {min_confidence:.0%}"
    return Suggestion(
        question=entry.get("standalone_question") or entry["question"],
        as_of=entry.get("as_of"),
        answer=entry.get("answer"),
        confidence=confidence,
        worth=round(max(uncertainty, disagreement), 4),
        reason=reason,
    )
