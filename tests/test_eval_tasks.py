"""`qa eval` on a SQuAD-format file, from end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_cli import qa

pytestmark = pytest.mark.model

BRIDGE = "The bridge in Springfield was built in 1931 and carries the road to Shelbyville."
FERRY = "The ferry to Grey Island leaves at nine in the morning from the old harbour."


def asked(id: str, question: str, context: str, answer: str) -> dict[str, Any]:
    return {"id": id, "question": question, "answers": [{"text": answer, "answer_start": context.index(answer)}]}


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """Two paragraphs as JSON lines, with an answerable question each; the second has an unanswerable one too."""
    built = asked("1", "When was the bridge in Springfield built?", BRIDGE, "1931")
    leaves = asked("2", "When does the ferry to Grey Island leave?", FERRY, "nine in the morning")
    france = {"id": "3", "question": "Who is the prime minister of France?", "answers": [], "is_impossible": True}
    path = tmp_path / "squad.jsonl"
    lines = [{"context": BRIDGE, "qas": [built]}, {"context": FERRY, "qas": [leaves, france]}]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def figures_of(squad: Path, *arguments: str) -> dict[str, Any]:
    done = qa("eval", str(squad), *arguments, "--json", "--out", "run", cwd=squad.parent)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_paragraphs_are_indexed_and_asked_without_saying_which(squad: Path) -> None:
    figures = figures_of(squad, "--min-confidence", "1")
    assert (figures["n"], figures["n_impossible"], figures["seed"]) == (3, 1, None)
    assert (figures["answered"], figures["refused"], figures["citation_right"]) == (0.0, 1.0, None)
    assert (figures["answer_recall_at_k"], figures["auroc"]) == (1.0, 1.0)
    assert figures["f1_answerable_at_0"] > 0.7
    scores = [json.loads(line) for line in (squad.parent / "run" / "results.jsonl").read_text().splitlines()]
    assert [(score["id"], score["answer"], score["best_answer"]) for score in scores[:1]] == [("1", None, "1931")]
    assert not (squad.parent / ".dateline").exists()


def test_a_citation_is_right_that_stands_in_the_question_s_own_paragraph(squad: Path) -> None:
    assert figures_of(squad, "--min-confidence", "0")["citation_right"] == 1.0


def test_a_gold_set_is_searched_for_in_the_index_that_is_named(tmp_path: Path) -> None:
    for name, text in (("bridge.txt", BRIDGE), ("ferry.txt", FERRY)):
        (tmp_path / name).write_text(text)
    start = BRIDGE.index("1931")
    place = {"file": "bridge.txt", "start": start, "end": start + 4, "text": "1931"}
    built = {"id": "1", "question": "When was the bridge in Springfield built?", "answers": [place]}
    france = {"id": "2", "question": "Who is the prime minister of France?", "is_impossible": True}
    (tmp_path / "gold.jsonl").write_text("\n".join(map(json.dumps, [built, france])))
    assert qa("add", "bridge.txt", "ferry.txt", "--index", "news.idx", cwd=tmp_path).returncode == 0
    done = qa("eval", "gold.jsonl", "--task", "retrieve", "--index", "news.idx", "--json", cwd=tmp_path)
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["n_articles"], figures["hybrid_recall@1"]) == (1, 2, 1.0)


@pytest.mark.parametrize("task", ["ask", "read", "retrieve"])
def test_a_limit_takes_the_same_questions_each_time_and_says_so(squad: Path, task: str) -> None:
    figures = figures_of(squad, "--task", task, "--limit", "2")
    assert (figures["n"], figures["seed"]) == (2, 13)
    results = [json.loads(line) for line in (squad.parent / "run" / "results.jsonl").read_text().splitlines()]
    assert len({result["id"] for result in results}) == 2


def test_a_run_that_is_done_is_not_done_again_unless_something_changed(squad: Path) -> None:
    first = qa("eval", str(squad), "--out", "run", cwd=squad.parent)
    results = (squad.parent / "run" / "results.jsonl").read_text()
    again = qa("eval", str(squad), "--out", "run", cwd=squad.parent)
    assert "Going on: 'run' holds the results of 3 questions already." in again.stderr
    assert (squad.parent / "run" / "results.jsonl").read_text() == results
    other = qa("eval", str(squad), "--out", "run", "--k", "1", cwd=squad.parent)
    assert "'run' holds results of another k: starting anew." in other.stderr
    assert "written: run/report.html" in first.stderr
    assert {path.name for path in (squad.parent / "run").iterdir()} == {
        "recipe.json", "results.jsonl", "figures.json", "figures.md", "report.html",
    }  # fmt: skip


def test_a_question_that_stands_twice_in_the_file_is_asked_once_and_two_of_one_id_are_refused(squad: Path) -> None:
    lines = squad.read_text().splitlines()
    squad.write_text("\n".join([*lines, lines[0]]))
    assert figures_of(squad, "--task", "read")["n"] == 3
    squad.write_text("\n".join([*lines, lines[0].replace("When was", "When, then, was")]))
    done = qa("eval", str(squad), "--task", "read", cwd=squad.parent)
    assert (done.returncode, "more than one question '1'" in done.stderr) == (1, True)


def test_only_the_questions_that_are_missing_are_asked(squad: Path) -> None:
    qa("eval", str(squad), "--task", "read", "--out", "run", cwd=squad.parent)
    path = squad.parent / "run" / "results.jsonl"
    first, *rest = path.read_text().splitlines(keepends=True)
    marked = first.replace('"1931"', '"in 1931, as it was"')
    path.write_text(marked + rest[0][:20])
    done = qa("eval", str(squad), "--task", "read", "--out", "run", cwd=squad.parent)
    assert "holds the results of 1 questions" in done.stderr
    assert path.read_text() == marked + "".join(rest)


def test_two_runs_are_compared_and_a_fall_of_a_named_figure_is_an_exit_code(squad: Path) -> None:
    for out, least in (("before", "0"), ("after", "1")):
        qa("eval", str(squad), "--min-confidence", least, "--out", out, cwd=squad.parent)
    done = qa("eval", "compare", "before", "after", "--no-worse", "f1", "--json", cwd=squad.parent)
    found = json.loads(done.stdout)
    assert (done.returncode, found["n"], found["same_gold"]) == (0, 3, True)  # three questions prove nothing
    assert next((f["id"], f["right"], f["after"]) for f in found["flipped"]) == ("1", False, "withheld: 1931")
    assert found["figures"]["exact_match_answerable_at_0"]["p"] == 1.0
    text = qa("eval", "compare", "before", "after", cwd=squad.parent).stdout
    assert "Wrong now: " in text
    unknown = qa("eval", "compare", "before", "after", "--no-worse", "beauty", cwd=squad.parent)
    assert (unknown.returncode, "'beauty' is not one of exact_match, f1" in unknown.stderr) == (2, True)
