"""Questions that arrive together: read together, each answered as if it were alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from index.types import Article, Passage
from qa.reading import load_reader
from qa.server.batching import GatheringReader
from qa.types import Candidate
from tests.qa_fakes import ScriptedReader, article, passage

PASSAGES = [passage(article("a", "The treaty expires on Feb. 5, the bridge on Friday."))]
PATIENCE_S = 10


class DoorReader:
    """Waits at a door before each reading, remembers who was read together, and fails where a question says so."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.door = threading.Event()
        self.is_inside = threading.Event()

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        return self.read_many([(question, passages)])[0]

    def read_many(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[list[Candidate]]:
        self.groups.append([question for question, _ in asked])
        self.is_inside.set()
        assert self.door.wait(PATIENCE_S)
        if any("fail" in question for question, _ in asked):
            raise ValueError(f"can't read {[question for question, _ in asked]}")
        return [ScriptedReader({question: 1.0}).read(question, passages) for question, passages in asked]


@contextmanager
def gathered(reader: DoorReader, first: str, *others: str, most: int = 8) -> Iterator[list[Future[list[Candidate]]]]:
    """What became of `first` and of those who came, in this order, while it was being read."""
    gathering = GatheringReader(reader, most=most)
    with ThreadPoolExecutor(1 + len(others)) as threads:
        outcomes = [threads.submit(gathering.read, first, PASSAGES)]
        assert reader.is_inside.wait(PATIENCE_S)
        for n, question in enumerate(others):
            outcomes.append(threads.submit(gathering.read, question, PASSAGES))
            while len(gathering._waiting) <= n:
                time.sleep(0.001)
        reader.door.set()
        yield outcomes


def texts(outcome: Future[list[Candidate]]) -> list[str]:
    return [candidate.text for candidate in outcome.result(PATIENCE_S)]


def test_a_lone_question_waits_for_nobody() -> None:
    reader = DoorReader()
    reader.door.set()
    gathering = GatheringReader(reader, most=8)
    found = [gathering.read(question, PASSAGES) for question in ("treaty", "Friday")]
    assert [[candidate.text for candidate in of_one] for of_one in found] == [["treaty"], ["Friday"]]
    assert reader.groups == [["treaty"], ["Friday"]]


def test_those_who_come_while_the_model_reads_are_read_together_and_each_gets_its_own() -> None:
    reader = DoorReader()
    with gathered(reader, "treaty", "Friday", "Feb. 5", "bridge") as outcomes:
        assert [texts(outcome) for outcome in outcomes] == [["treaty"], ["Friday"], ["Feb. 5"], ["bridge"]]
    assert reader.groups == [["treaty"], ["Friday", "Feb. 5", "bridge"]]


def test_no_group_is_larger_than_it_may_be_and_first_come_is_first_read() -> None:
    reader = DoorReader()
    with gathered(reader, "treaty", "Friday", "Feb. 5", "bridge", most=2) as outcomes:
        assert all(outcome.result(PATIENCE_S) for outcome in outcomes)
    assert reader.groups == [["treaty"], ["Friday", "Feb. 5"], ["bridge"]]


def test_one_that_can_not_be_read_fails_alone() -> None:
    with gathered(DoorReader(), "treaty", "Friday", "fail", "bridge") as (_, before, failing, after):
        assert [texts(before), texts(after)] == [["Friday"], ["bridge"]]
        with pytest.raises(ValueError, match=r"can't read \['fail'\]"):
            failing.result(PATIENCE_S)


def test_after_a_failure_the_model_is_free_again() -> None:
    reader = DoorReader()
    reader.door.set()
    gathering = GatheringReader(reader, most=8)
    with pytest.raises(ValueError, match="fail"):
        gathering.read("fail", PASSAGES)
    assert gathering.read("treaty", PASSAGES)


def news(n: int) -> list[Passage]:
    """Passages of different lengths, so that common batches are padded otherwise than a question's own."""
    filler = "Officials from both sides said that they would meet again. " * n
    days = ("Feb. 5", "Friday", "12 March", "the end of June")
    return [passage(Article(f"{n}-{day}", f"{filler}The talks resume on {day}.")) for day in days]


@pytest.mark.model
def test_the_shipped_reader_finds_the_same_for_a_question_in_company() -> None:
    reader = load_reader(n_threads=2)
    asked = [("When do the talks resume?", news(0)), ("Who will meet again?", news(3)), ("What resumes?", news(9))]
    alone = [reader.read(question, passages) for question, passages in asked]
    together = reader.read_many(asked)
    for one, in_company in zip(alone, together, strict=True):
        assert [(c.passage, c.span) for c in in_company] == [(c.passage, c.span) for c in one]
        assert [c.score for c in in_company] == pytest.approx([c.score for c in one], abs=1e-4)
