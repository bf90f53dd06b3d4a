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
    done = qa("eval", str(squad), *arguments, "--json", "--out", "scores.jsonl", cwd=squad.parent)
    assert done.returncode == 0, done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def test_paragraphs_are_indexed_and_asked_without_saying_which(squad: Path) -> None:
    figures = figures_of(squad, "--min-confidence", "1")
    assert (figures["n"], figures["n_impossible"], figures["seed"]) == (3, 1, None)
    assert (figures["answered"], figures["refused"], figures["citation_right"]) == (0.0, 1.0, None)
    assert (figures["answer_recall_at_k"], figures["auroc"]) == (1.0, 1.0)
    assert figures["f1_answerable_at_0"] > 0.7
    scores = [json.loads(line) for line in (squad.parent / "scores.jsonl").read_text().splitlines()]
    assert [(score["id"], score["answer"], score["best_answer"]) for score in scores[:1]] == [("1", None, "1931")]
    assert not (squad.parent / ".dateline").exists()


def test_a_citation_is_right_that_stands_in_the_question_s_own_paragraph(squad: Path) -> None:
    assert figures_of(squad, "--min-confidence", "0")["citation_right"] == 1.0


@pytest.mark.parametrize("task", ["ask", "read", "retrieve"])
def test_a_limit_takes_the_same_questions_each_time_and_says_so(squad: Path, task: str) -> None:
    figures = figures_of(squad, "--task", task, "--limit", "2")
    assert (figures["n_questions" if task == "retrieve" else "n"], figures["seed"]) == (2, 13)
    if task != "retrieve":
        scores = [json.loads(line) for line in (squad.parent / "scores.jsonl").read_text().splitlines()]
        assert len({score["id"] for score in scores}) == 2
