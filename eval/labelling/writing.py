"""Questions and answers from a person -> lines of a gold set: the question, the passage, the span in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePath
from typing import Any, Protocol

from eval.datasets import read_gold
from index.types import Filters, Passage, Span
from qa.dates.edtf import is_valid
from qa.errors import OutputError
from qa.rendering import headline, one_line, printable
from qa.values import value_of

N_PASSAGES = 5

# Asks a question and gives the answer without white space around it; None where there are no more answers.
Prompt = Callable[[str], str | None]


class Search(Protocol):
    """Finds passages; `index.library.Library` is one."""

    def search(self, query: str, *, k: int, filters: Filters) -> list[Passage]:
        """Return the `k` best passages for `query`."""


class _Ended(Exception):
    """There is no more input: what was begun is dropped."""


@dataclass
class Labeller:
    """Takes questions, one after the other, and appends each to a gold set as soon as it is complete."""

    search: Search
    path: Path
    prompt: Prompt
    say: Callable[[str], None]
    _ids: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self._ids = {gold.id for gold in read_gold(self.path)} if self.path.exists() else set()

    def run(self) -> int:
        """Take questions until an empty one or the end of input; return how many were written.

        :raises DatasetError: if the file is there and is no gold set.
        :raises OutputError: if it can't be written.
        """
        n = 0
        try:
            while text := self._ask("Question (empty: done): "):
                self._append(self._labelled(text))
                n += 1
        except _Ended:
            pass
        return n

    def _labelled(self, question: str) -> dict[str, Any]:
        as_of = self._day("Ask it as of (YYYY-MM-DD, empty: no day): ")
        spans, value = self._places(question, as_of)
        texts = [span["text"] for span in spans]
        accept = self._ask("Other wordings that are right too, with ; between (empty: none): ") if spans else ""
        return {
            "id": self._next_id(),
            "question": question,
            "category": self._ask(f"Category (empty: {_category(question, texts)}): ") or _category(question, texts),
            "answers": spans,
            "accept": [word for part in accept.split(";") if (word := part.strip()) and word not in texts],
            "normalized": self._value(value) if spans else None,
            "is_impossible": not spans,
            "as_of": as_of.isoformat() if as_of else None,
            "history": [],
        }

    def _places(self, question: str, as_of: date | None) -> tuple[list[dict[str, Any]], str | None]:
        """Return the places that answer the question, none where it has no answer, and the value of the first."""
        found: list[dict[str, Any]] = []
        value = None
        passages = self._shown(question, as_of)
        while True:
            more = "another place that says it (empty: no more)" if found else "0 if the articles don't say"
            said = self._ask(f"Number of the passage with the answer, words to search for, or {more}: ")
            if (found and not said) or (not found and said == "0"):
                return found, value
            if not said.isdigit():
                passages = self._shown(said or question, as_of)
            elif not 1 <= int(said) <= len(passages):
                self.say(f"There is no passage {said}.")
            else:
                passage = passages[int(said) - 1]
                span = self._span(passage)
                if span is None:
                    continue
                value = value or value_of(passage.article, span, question=question)
                place = {"file": _name(passage), "start": span.start, "end": span.end}
                found.append({**place, "text": span.of(passage.article.text)})

    def _shown(self, query: str, as_of: date | None) -> list[Passage]:
        passages = self.search.search(query, k=N_PASSAGES, filters=Filters(until=as_of))
        for n, passage in enumerate(passages, start=1):
            self.say(f"[{n}] {headline(passage.article)}\n    {printable(one_line(passage.text))}")
        if not passages:
            self.say("No passage was found.")
        return passages

    def _span(self, passage: Passage) -> Span | None:
        """Return the stretch of the article that a person marks by typing it; None where it isn't there after all."""
        while text := self._ask("The answer, as it stands there (empty: another passage): "):
            spans = list(_occurrences(text, passage))
            if len(spans) > 1:
                for n, span in enumerate(spans, start=1):
                    self.say(f"({n}) {_in_context(passage, span)}")
                said = self._ask("It stands there more than once. Which one? ")
                spans = [spans[int(said) - 1]] if said.isdigit() and 1 <= int(said) <= len(spans) else []
            if len(spans) == 1:
                return spans[0]
            self.say("That doesn't stand in the passage.")
        return None

    def _value(self, found: str | None) -> str | None:
        """Return the value that a person confirms, corrects or denies."""
        if found is None:
            return None
        said = self._ask(f"Its value is {found} (empty: right; another value; - for none): ")
        while said not in {"", "-"} and not (is_valid(said) or re.fullmatch(r"[\d.,]+", said)):
            said = self._ask(f"'{said}' is no date, duration or number (2021-02-05, P5Y, 1500). The value: ")
        return found if said == "" else None if said == "-" else said

    def _day(self, text: str) -> date | None:
        while said := self._ask(text):
            try:
                return date.fromisoformat(said)
            except ValueError:
                self.say(f"'{said}' is no day; write it as 2021-01-31.")
        return None

    def _ask(self, text: str) -> str:
        said = self.prompt(text)
        if said is None:
            raise _Ended
        return said

    def _next_id(self) -> str:
        n = len(self._ids) + 1
        while (id := f"{self.path.name.split('.')[0]}-{n:03}") in self._ids:
            n += 1
        return id

    def _append(self, entry: dict[str, Any]) -> None:
        try:
            has_end = not self.path.exists() or self.path.read_bytes()[-1:] in {b"", b"\n"}
            with self.path.open("a", encoding="utf-8", newline="\n") as file:
                file.write(("" if has_end else "\n") + json.dumps(entry, ensure_ascii=False) + "\n")
        except OSError as error:
            raise OutputError(f"'{self.path}' can't be written: {error.strerror}.") from error
        self._ids.add(entry["id"])
        self.say(f"written: {entry['id']}\n")


def _occurrences(text: str, passage: Passage) -> Iterator[Span]:
    """Yield where a text stands in a passage; white space of any kind and length is one space of what was typed."""
    pattern = r"\s+".join(map(re.escape, text.split()))
    for match in re.finditer(pattern, passage.text) if pattern else ():
        yield Span(match.start(), match.end()).shifted(passage.chunk.span.start)


def _in_context(passage: Passage, span: Span) -> str:
    text = passage.article.text
    before, after = text[max(0, span.start - 30) : span.start], text[span.end : span.end + 30]
    return printable(one_line(f"... {before}[{span.of(text)}]{after} ..."))


def _category(question: str, answers: list[str]) -> str:
    asked = re.search(r"\b(who|whom|when|where|why|which|how|what)\b", question.lower())
    return "unanswerable" if not answers else asked.group().replace("whom", "who") if asked else "all"


def _name(passage: Passage) -> str:
    return PurePath(passage.article.path or passage.article.id).name
