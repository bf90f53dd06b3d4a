"""Killed processes, full disks, two writers at once: what was said to be added is there, and nothing is there twice."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index.errors import StorageError
from index.library import Library
from index.types import Article, Outcome
from tests.fakes import SHUTDOWN, IsoDater, WordCountEmbedder

ROOT = Path(__file__).parents[1]

# Adds articles FIRST to LAST to FOLDER and tells of each as soon as it is said to be added.
ADD = """
import sys
from index.library import Library
from tests.fakes import WordCountEmbedder
from tests.test_durability import articles

folder, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
    for addition in library.add(articles(first, last)):
        print(addition.article_id, addition.outcome.value, flush=True)
"""


def articles(first: int, last: int) -> list[Article]:
    """Return articles of eight lines, numbered and each of its own words."""
    return [
        Article(
            f"a{n}",
            "\n\n".join(
                f"Paragraph {m} of report {n} tells what ferry{n}x{m} did in harbour{n} today." for m in range(8)
            ),
            title=f"Report {n}",
        )
        for n in range(first, last)
    ]


def start_adding(folder: Path, first: int, last: int) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", ADD, str(folder), str(first), str(last)]
    return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=WordCountEmbedder(), create=True)


def test_killed_while_adding_loses_nothing_that_was_added(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    everything = articles(0, 400)
    chooser = random.Random(11)
    acknowledged: set[str] = set()
    for n_rounds in range(6):
        process = start_adding(folder, 0, 400)
        assert process.stdout is not None
        line = process.stdout.readline()  # it is at work
        time.sleep(chooser.uniform(0, 0.25))
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
        # The last line may be torn by the kill.
        acknowledged |= {told.split()[0] for told in (line + output).splitlines()[:-1]}
        with opened(folder) as library:
            assert library.check() == [], f"after round {n_rounds}"
            assert acknowledged <= {article.id for article in library.articles()}
    with opened(folder) as library:
        outcomes = [addition.outcome for addition in library.add(everything)]
        assert set(outcomes) <= {Outcome.ADDED, Outcome.UNCHANGED}
        assert outcomes.count(Outcome.UNCHANGED) >= len(acknowledged) > 6
        assert sorted(article.id for article in library.articles()) == sorted(article.id for article in everything)
        assert library.search("harbour7", k=1)[0].article == everything[7]
        assert library.check() == []


# Finds the dates in articles that were added without, and tells of each as soon as it is said to be done.
CATCH_UP = """
import sys
from index.library import Library
from tests.fakes import IsoDater, WordCountEmbedder

with Library.open(sys.argv[1], embedder=WordCountEmbedder(), dater=IsoDater()) as library:
    for article_id in library.catch_up(library.behind()):
        print(article_id, flush=True)
"""


def test_killed_while_catching_up_keeps_what_it_said_and_all_else(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    everything = [
        replace(a, text=f"{a.text}\n\nIt sailed on 2021-02-{n % 28 + 1:02}.") for n, a in enumerate(articles(0, 200))
    ]
    with opened(folder) as library:
        list(library.add(everything))
    chooser = random.Random(12)
    acknowledged: set[str] = set()
    for n_rounds in range(3):
        command = [sys.executable, "-c", CATCH_UP, str(folder)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        time.sleep(chooser.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        output, _ = process.communicate()
        acknowledged |= set((line + output).splitlines()[:-1])
        with Library.open(folder, embedder=WordCountEmbedder(), dater=IsoDater()) as library:
            assert library.check() == [], f"after round {n_rounds}"
            assert not acknowledged & set(library.behind())
    with Library.open(folder, embedder=WordCountEmbedder(), dater=IsoDater()) as library:
        list(library.catch_up(library.behind()))
        assert sorted(found.article.id for found in library.dated(date.min, date.max)) == sorted(
            a.id for a in everything
        )
        assert library.stats().n_articles == 200


def test_two_processes_adding_at_once_both_succeed(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    processes = [start_adding(folder, 0, 60), start_adding(folder, 30, 90)]
    told = [process.communicate(timeout=60)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert [len(lines) for lines in told] == [60, 60]
    with opened(folder) as library:
        assert library.stats().n_articles == 90
        assert sorted(line for lines in told for line in lines if "added" in line) == sorted(
            f"a{n} added" for n in range(90)
        )
        assert library.check() == []
        assert library.search("harbour33", k=1)[0].article.id == "a33"


def test_processes_that_make_the_same_index_at_once_all_succeed(tmp_path: Path) -> None:
    processes = [start_adding(tmp_path / "index", 0, 3) for _ in range(4)]
    told = "".join(process.communicate(timeout=60)[0] for process in processes)
    assert [process.returncode for process in processes] == [0] * 4
    assert sorted(told.splitlines()) == sorted(
        f"a{n} {outcome}" for n in range(3) for outcome in ("added", "unchanged", "unchanged", "unchanged")
    )


# Fills the disk as far as this process is concerned: no file may grow past the size of the catalog and half a
# megabyte. What the limit stops must not be a signal: SIGXFSZ would kill.
ADD_ON_FULL_DISK = """
import resource, signal, sys
from index.errors import StorageError
from index.library import Library
from tests.fakes import WordCountEmbedder
from tests.test_durability import articles

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
library = Library.open(sys.argv[1], embedder=WordCountEmbedder(), create=True)
try:
    for addition in library.add(articles(0, 1000)):
        print(addition.article_id, flush=True)
except StorageError as exc:
    print(exc, file=sys.stderr)
    library.search("harbour1")
    library.close()
    sys.exit(3)
"""


def test_full_disk_stops_with_a_message_and_keeps_what_was_added(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    command = [sys.executable, "-c", ADD_ON_FULL_DISK, str(folder)]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr[:22]) == (3, "Can't use the index at")
    acknowledged = set(process.stdout.split())
    with opened(folder) as library:
        assert library.check() == []
        assert {article.id for article in library.articles()} == acknowledged != set()
        assert [addition.outcome for addition in library.add([SHUTDOWN])] == [Outcome.ADDED]


def test_database_that_may_grow_no_more_says_full(tmp_path: Path) -> None:
    with opened(tmp_path / "index") as library:
        list(library.add([SHUTDOWN]))
        with library.store._catalog.writing(is_change=False) as connection:  # type: ignore[attr-defined]
            (n_pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {n_pages + 3}")
        with pytest.raises(StorageError, match="database or disk is full"):
            list(library.add(articles(0, 50)))
        assert library.check() == []
        assert library.article("shutdown") == SHUTDOWN
        assert library.search("vote", k=1)[0].article == SHUTDOWN


def test_reading_goes_on_while_another_process_writes(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with opened(folder) as library:
        list(library.add([SHUTDOWN]))
        process = start_adding(folder, 0, 150)
        n_searches = 0
        while process.poll() is None:
            assert library.search("How many park rangers would be sent home without pay?", k=1)[0].article == SHUTDOWN
            n_searches += 1
        process.communicate()
        assert process.returncode == 0
        assert n_searches > 10
        assert library.stats().n_articles == 151
