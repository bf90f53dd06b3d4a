"""How well times are found and resolved: `python -m tests.time_scores dev` (or `test`; add -v for the failures)."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from qa.dates import find_times

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Label:
    """An expression that a careful editor marked, with its value (None: the text doesn't tell)."""

    text: str
    start: int
    value: str | None
    kind: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True)
class Example:
    id: str
    text: str
    published: date | None
    labels: tuple[Label, ...]


@dataclass
class Score:
    """Labels and right values by kind; what was found where nothing is marked; the failures, one line each."""

    n_labels: Counter[str] = field(default_factory=Counter)
    n_found: Counter[str] = field(default_factory=Counter)
    n_right: Counter[str] = field(default_factory=Counter)
    n_extra: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def accuracy(self) -> float:
        """Share of the labels that an expression overlaps and that have its value."""
        return self.n_right.total() / self.n_labels.total()

    @property
    def precision(self) -> float:
        """Share of the expressions found that have a label's value."""
        return self.n_right.total() / (self.n_found.total() + self.n_extra)


def is_dev(id: str) -> bool:
    return int(hashlib.sha256(id.encode()).hexdigest(), 16) % 2 == 0


def examples(half: str) -> list[Example]:
    lines = (DATA / "time_expressions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Example(
            row["id"],
            row["text"],
            date.fromisoformat(row["published"]) if row["published"] else None,
            tuple(Label(**label) for label in row["expressions"]),
        )
        for row in rows
        if is_dev(row["id"]) == (half == "dev")
    ]


def false_positives() -> list[str]:
    sentences = (DATA / "no_time_expressions.txt").read_text(encoding="utf-8").splitlines()
    return [
        f"{time.span.of(sentence)!r} {time.value}: {sentence}"
        for sentence in sentences
        for time in find_times(sentence, published=date(2021, 2, 5))
    ]


def score(half: str) -> Score:
    result = Score()
    for example in examples(half):
        _score_one(example, result)
    return result


def _score_one(example: Example, result: Score) -> None:
    times = find_times(example.text, published=example.published)
    taken = set()
    for label in example.labels:
        result.n_labels[label.kind] += 1
        near = [t for t in times if t.span.start < label.end and label.start < t.span.end and t not in taken]
        right = [t for t in near if t.value == label.value]
        found = (right or near or [None])[0]
        taken.add(found)
        if found:
            result.n_found[label.kind] += 1
        if right:
            result.n_right[label.kind] += 1
        else:
            got = f"{found.span.of(example.text)!r} {found.value}" if found else "nothing"
            result.failures.append(
                f"{example.id} {label.text!r} {label.value}, got {got} | {example.published} {example.text}"
            )
    for time in set(times) - taken:
        result.n_extra += 1
        result.failures.append(f"{example.id} extra {time.span.of(example.text)!r} {time.value} | {example.text}")


def main() -> None:
    half = sys.argv[1]
    result = score(half)
    lines = [*result.failures, *false_positives()] if "-v" in sys.argv else []
    for kind in sorted(result.n_labels):
        n, found, right = (counts[kind] for counts in (result.n_labels, result.n_found, result.n_right))
        lines.append(f"{kind:10} {n:4} found {found / n:6.1%} right {right / n:6.1%}")
    n = result.n_labels.total()
    lines.append(f"{'all':10} {n:4} found {result.n_found.total() / n:6.1%} right {result.accuracy:6.1%}")
    lines.append(f"precision {result.precision:.1%}; {result.n_extra} found where nothing is marked")
    lines.append(f"{len(false_positives())} found in the sentences without a date")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
