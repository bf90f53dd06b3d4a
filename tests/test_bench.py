"""The benchmarks over fakes, and once each with the models, on next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.bench.conversation import (
    FollowUp,
    GateFigures,
    RetrievalFigures,
    TermFigures,
    gate_figures,
    read_follow_ups,
    retrieval_figures,
    share_closed,
    term_figures,
)
from eval.bench.embedding import altered_copies, chunks_per_s
from eval.bench.latency import Latency, by_stage, timings_of
from eval.bench.machine import this_machine
from eval.bench.open_domain import best_by_passage_softmax
from qa.conversation import rewrite
from qa.types import Turn
from tests.fakes import ARTICLES, WordCountEmbedder
from tests.qa_fakes import ShelfRetriever, article, candidate, passage
from tests.test_assistant import JANUARY, assistant

ROOT = Path(__file__).parent.parent


def test_each_question_is_timed_as_often_as_asked_for_after_a_warm_up() -> None:
    asked = assistant({"Feb. 5": 2.0}, JANUARY)
    timings = timings_of(asked, ["When?", "Until when?"], repeat=3)
    assert isinstance(asked.retriever, ShelfRetriever)
    assert asked.retriever.queries == ["When?", "Until when?"] * 4
    assert [set(timing) for timing in timings] == [{"understand", "retrieve", "read", "decide", "total"}] * 6


def test_latency_is_median_and_95th_percentile_of_each_stage() -> None:
    timings = [{"read": float(ms), "total": 10.0} for ms in range(1, 22)]  # 1 to 21: every twentieth is a whole step
    assert by_stage(timings) == {"read": Latency(11.0, 20.0), "total": Latency(10.0, 10.0)}


def test_a_stage_that_some_answers_skip_is_counted_where_it_ran() -> None:
    assert by_stage([{"total": 1.0}, {"read": 4.0, "total": 5.0}])["read"] == Latency(4.0, 4.0)


def test_altered_copies_are_distinct_and_as_long_as_what_they_copy() -> None:
    texts = [article.text for article in ARTICLES]
    copies = altered_copies(texts, n=50)
    assert len(set(copies)) == 50
    assert {len(copy.split()) for copy in copies} == {len(text.split()) for text in texts}
    assert copies == altered_copies(texts, n=50) != altered_copies(texts, n=50, seed=1)


def test_the_ways_to_embed_take_turns() -> None:
    turns: list[str] = []

    def way(name: str) -> Any:
        embedder = WordCountEmbedder()

        def embed(texts: Sequence[str]) -> None:
            turns.append(name)
            embedder.embed(texts)

        return embed

    rates = chunks_per_s({"one": way("one"), "other": way("other")}, ["a b", "c"], n_rounds=2)
    assert turns == ["one", "other"] * 3
    assert all(rate > 0 for rate in rates.values())


def test_a_measurement_says_where_it_was_taken() -> None:
    machine = this_machine(n_threads=2)
    assert (machine.n_threads, machine.n_cores >= 1, bool(machine.cpu)) == (2, True, True)
    assert machine.packages["torch"] in "\n".join(machine.lines())


def bench(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", f"eval.bench.{name}", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.model
def test_latency_is_printed_as_json_with_its_recipe(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "1", "question": "When does New START expire?", "answers": ["Feb. 5"]}))
    done = bench("latency", "--questions", "gold.jsonl", "--repeat", "2", "--json", cwd=tmp_path)
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["repeat"], figures["k"]) == (2, 2, 10)
    assert figures["stages"]["total"]["median_ms"] >= figures["stages"]["read"]["median_ms"] > 0
    assert set(figures["machine"]) == {"cpu", "n_cores", "n_threads", "python", "packages", "commit"}


@pytest.mark.model
def test_embedding_rates_are_printed_as_a_table(tmp_path: Path) -> None:
    done = bench("embedding", "--n", "2", cwd=tmp_path)
    heading, *rates = done.stdout.split("\n\n")[0].splitlines()
    assert heading.split() == ["chunks", "a", "second", "median"]
    assert [float(rate.split()[-1]) > 0 for rate in rates] == [True, True, True]


def test_a_gold_set_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    done = bench("latency", "--questions", "none.jsonl", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: The gold set 'none.jsonl' can't be read")


def test_a_softmax_by_passage_prefers_the_passage_with_one_plausible_span() -> None:
    one = passage(article("one", "On Friday in Prague."))
    other = passage(article("other", "On Sunday."), rank=2)
    found = [candidate(one, "Friday", 5.0), candidate(one, "Prague", 4.5), candidate(other, "Sunday", -3.0)]
    best = best_by_passage_softmax(found)
    assert best is not None
    assert best.text == "Sunday"
    assert best_by_passage_softmax([]) is None


CONVERSATIONS = [
    {"dataset": "canard_dev", "id": "a#1", "history": ["Zappa", "Early life"], "question": "Was he born there?"},
    {"dataset": "canard_dev", "id": "a#1", "history": ["Zappa", "Early life"], "question": "Was he born there?"},
    {
        "dataset": "canard_dev",
        "id": "a#2",
        "history": ["Zappa", "Early life", "Was he born there?", "He was born in Baltimore and grew up in California"],
        "question": "When did he leave?",
    },
    {"dataset": "cast2020", "id": "81_2", "history": ["What are bees?"], "question": "Why do they die?"},
]


def conversations(path: Path) -> Path:
    rows = [{**row, "rewrite": f"{row['question']} Zappa"} for row in CONVERSATIONS]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_question_of_canard_has_its_answer_as_passage_and_stands_there_once(tmp_path: Path) -> None:
    born, leave, die = read_follow_ups(conversations(tmp_path / "c.jsonl"))
    assert born.passage == "He was born in Baltimore and grew up in California"
    assert (leave.passage, leave.history[-1].answer, leave.conversation) == (None, born.passage, "a")
    assert (die.history, die.conversation) == ((Turn("What are bees?", None),), "cast2020 81")


def test_both_halves_get_about_the_same_and_a_conversation_is_never_split() -> None:
    halves = [FollowUp("x", f"conversation {n // 2}", (), "?", "?", None).half for n in range(2000)]
    assert halves[::2] == halves[1::2]
    assert 900 < halves.count("dev") < 1100


def test_words_added_are_compared_with_those_that_people_added_from_the_history() -> None:
    history = (Turn("Where was Zappa born?", "Baltimore"),)
    asked = FollowUp("x", "c", history, "When did he leave?", "When did Zappa leave Baltimore for good?", None)
    # of "zappa" and "baltimore", which the history has ("good" it hasn't), one was added, and "born" beside it
    assert term_figures([asked], ["When did Zappa leave born?"]) == TermFigures(1, 1 / 2, 1 / 2, 1 / 2)


def test_the_gate_is_judged_on_what_people_changed_and_on_what_they_left() -> None:
    history = (Turn("Where was Zappa born?", "Baltimore"),)
    changed = FollowUp("x", "c", history, "When did he leave?", "When did Zappa leave?", None)
    left = FollowUp("x", "c", history, "Who is Bach?", "Who is Bach?", None)
    rewritten = [rewrite(f.question, f.history) for f in (changed, left)]
    assert gate_figures([changed, left], rewritten) == GateFigures(1, 1.0, 1.0, 1, 0.0, 0.0)


def test_the_share_closed_lies_between_nothing_and_all() -> None:
    ranks = {
        "as asked": [None, None, None, None],
        "ours": [1, 1, None, None],
        "a person's version": [1, 2, 3, 4],
    }
    share, low, high = share_closed(ranks, ["a", "b", "c", "d"])
    assert (share, 0 <= low < share < high <= 1) == (0.5, True)


def test_a_passage_not_found_counts_nothing() -> None:
    assert retrieval_figures([1, 2, None, 11]) == RetrievalFigures(4, 1 / 4, 2 / 4, round((1 + 1 / 2 + 1 / 11) / 4, 3))


@pytest.mark.model
def test_follow_ups_are_measured_over_a_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "eval.bench.conversation", str(conversations(tmp_path / "c.jsonl")), "--half", "test"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    assert json.loads(done.stdout)["c"]["words"]
