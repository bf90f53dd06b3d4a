"""`python -m tests.question_scores test`: how yes/no questions and lists over invented articles are answered.

The articles, questions and labels are in `tests/data`; the SHA-256 of an id's first byte, even or odd, makes it dev or
test. Small talk is scored by its own tests.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from eval.indexing import temporary_index
from index.types import Article
from qa.assistant import Assistant
from qa.config import load_settings
from qa.types import Answer
from qa.values import comparable_form

DATA = Path(__file__).parent / "data"
_JOINTS = re.compile(r",? and |, | or |\"")


class Items(NamedTuple):
    """How many items of lists are named rightly, named at all, and labelled."""

    n_right: int
    n_named: int
    n_labelled: int


def labelled(name: str, half: str) -> list[dict[str, Any]]:
    """Return the entries of a labelled file that are in the half."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [entry for entry in map(json.loads, lines) if half_of(entry["id"]) == half]


def half_of(id: str) -> str:
    return "test" if hashlib.sha256(id.encode()).digest()[0] % 2 else "dev"


def invented_articles() -> list[Article]:
    lines = (DATA / "invented_articles.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Article(**{**entry, "published": date.fromisoformat(entry["published"])}) for entry in map(json.loads, lines)
    ]


@contextmanager
def asking() -> Iterator[Assistant]:
    """Give an assistant over the invented articles."""
    with temporary_index(invented_articles(), load_settings(), bulk=False) as settings:
        with Assistant.from_settings(settings) as assistant:
            yield assistant


def verdict_scores(assistant: Assistant, half: str, *, show: bool = False) -> Counter[str]:
    """Count verdicts: right, unsettled where the label is not, wrong; and those that cite the label's words."""
    scores: Counter[str] = Counter()
    for entry in labelled("yes_no", half):
        answer = assistant.ask(entry["question"])
        given = answer.verdict.value if answer.verdict else "none"
        outcome = "right" if given == entry["verdict"] else "unsettled" if given == "unsettled" else "wrong"
        scores[outcome] += 1
        scores["cited"] += bool(entry["evidence"] and any(entry["evidence"] in c.quote for c in answer.citations))
        if show and outcome != "right":
            print(f"{outcome}: {entry['question']} {entry['verdict']}, given {given}: {answer.text}")  # noqa: T201
    return scores


def item_scores(assistant: Assistant, half: str, *, show: bool = False) -> Items:
    """Count the items of all lists."""
    n_right = n_named = n_labelled = 0
    for entry in labelled("lists", half):
        named, wanted = named_items(assistant.ask(entry["question"])), {comparable_form(i) for i in entry["items"]}
        n_right, n_named, n_labelled = n_right + len(named & wanted), n_named + len(named), n_labelled + len(wanted)
        if show and named != wanted:
            print(f"{entry['question']} {sorted(wanted)}, given {sorted(named)}")  # noqa: T201
    return Items(n_right, n_named, n_labelled)


def named_items(answer: Answer) -> set[str]:
    """Return the items that the positions name, each enumeration taken apart."""
    pieces = [piece for position in answer.positions for piece in _JOINTS.split(position.text)]
    return {comparable_form(piece) for piece in pieces if piece.strip()}


def main(half: str) -> None:
    with asking() as assistant:
        print(dict(verdict_scores(assistant, half, show=True)))  # noqa: T201
        print(item_scores(assistant, half, show=True))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
