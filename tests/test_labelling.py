"""Gold sets: what is wrong with one, how one is written, and what is worth asking."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.datasets import read_gold
from eval.labelling.checking import flaws
from eval.labelling.suggesting import suggestions
from eval.labelling.writing import Labeller
from index.types import Article
from qa.errors import DatasetError
from tests.qa_fakes import ShelfRetriever, article, passage

EXPIRY = article("a", "The treaty expires on Feb. 5.", path="news/a.txt", published=date(2021, 1, 20))  # type: ignore[arg-type]
TALKS = article("b", "Talks began on  Feb. 5, and Feb. 5 it is.", path="b.txt", published=date(2021, 2, 4))  # type: ignore[arg-type]
SOUND = {
    "id": "1",
    "question": "When does it expire?",
    "answers": [{"file": "a.txt", "start": 22, "end": 28, "text": "Feb. 5"}],
    "normalized": "2021-02-05",
}


def gold_file(path: Path, *entries: dict[str, Any] | str) -> Path:
    path.write_text("".join((e if isinstance(e, str) else json.dumps(e)) + "\n" for e in entries))
    return path


def found(path: Path, articles: Iterable[Article] = (EXPIRY, TALKS)) -> list[tuple[int, str]]:
    return [(flaw.line, flaw.what) for flaw in flaws(path, articles)]


def test_a_sound_gold_set_has_no_flaw(tmp_path: Path) -> None:
    other = {"id": "2", "question": "Who?", "is_impossible": True}
    nowhere = {"id": "3", "question": "Which city?", "answers": ["Prague"], "as_of": "2021-01-21"}
    again_another_day = {**SOUND, "id": "4", "as_of": "2021-01-21"}
    assert found(gold_file(tmp_path / "g.jsonl", SOUND, "", other, nowhere, again_another_day)) == []


def place(**changed: Any) -> dict[str, Any]:
    return {**SOUND, "answers": [{**SOUND["answers"][0], **changed}]}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("entry", "flaw"),
    [
        ("{", "not a gold question: no JSON (Expecting property name enclosed in double quotes at column 2)"),
        ({"id": "1"}, "not a gold question: it has no 'question'"),
        ({"id": "1", "question": "When?"}, "not a gold question: question '1' must have answers or be impossible"),
        ({**SOUND, "as_of": "soon"}, "not a gold question: Invalid isoformat string: 'soon'"),
        ({**SOUND, "is_impossible": True}, "not a gold question: question '1' must have answers or be impossible"),
        (place(start=5, end=5), "not a gold question: empty or negative span [5, 5)"),
        (place(file="c.txt"), "the index holds no article named 'c.txt'"),
        (place(start=21, end=27), "'Feb. 5' is not at 21 to 27 of 'a.txt', which is ' Feb. '; it stands at 22"),
        (place(text="May"), "'May' is not at 22 to 28 of 'a.txt', which is 'Feb. 5'; it stands nowhere in the article"),
        ({**SOUND, "accept": ["The"]}, "no answer can equal 'The': without articles and punctuation nothing is left"),
        ({**SOUND, "normalized": "2021-02-30"}, "'2021-02-30' is no EDTF date or interval and no ISO 8601 duration"),
        (
            {**SOUND, "as_of": "2021-01-19"},
            "asked as of 2021-01-19, but the first article that says it is of 2021-01-20",
        ),
        ({**SOUND, "positions": [{"answers": SOUND["answers"]}]}, "one position is no disagreement"),
        (
            {"id": "1", "question": "Who?", "is_impossible": True, "normalized": "5"},
            "it is impossible and has the value '5'",
        ),
    ],
)
def test_a_flaw_is_told_with_its_line(tmp_path: Path, entry: dict[str, Any] | str, flaw: str) -> None:
    other = {"id": "0", "question": "Who was it?", "is_impossible": True}
    ((line, what),) = found(gold_file(tmp_path / "g.jsonl", other, entry))
    assert (line, what[: len(flaw)]) == (2, flaw)


def test_what_comes_twice_is_told(tmp_path: Path) -> None:
    same_question = {"id": "2", "question": "When does IT expire", "is_impossible": True}
    path = gold_file(tmp_path / "g.jsonl", SOUND, same_question, {"id": "1", "question": "Who?", "answers": ["x"]})
    assert found(path) == [(2, "the same question as in line 1"), (3, "the same id as in line 1")]
    twice = article("c", EXPIRY.text, path="other/a.txt")
    assert found(gold_file(tmp_path / "h.jsonl", SOUND), [EXPIRY, twice]) == [
        (1, "the index holds 2 articles named 'a.txt'")
    ]


def test_a_file_of_paragraphs_is_not_checked(tmp_path: Path) -> None:
    path = gold_file(tmp_path / "g.jsonl", {"context": "In Prague.", "qas": []})
    with pytest.raises(DatasetError, match="is a SQuAD-format file"):
        found(path)


def typed(path: Path, *lines: str) -> tuple[int, list[str]]:
    """Give the lines to the prompts, one after the other; return how many questions were written, and what was said."""
    waiting, said = list(lines), list[str]()
    shelf = ShelfRetriever([passage(EXPIRY), passage(TALKS, rank=2)])
    labeller = Labeller(shelf, path, prompt=lambda _: waiting.pop(0) if waiting else None, say=said.append)
    return labeller.run(), said


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_question_is_written_with_the_span_that_was_marked(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    places = ["1", "Feb. 5", "2", "on Feb. 5", ""]
    n, said = typed(path, "When does it expire?", "", *places, "5 February; Feb. 5;", "", "", "")
    assert n == 1
    assert written(path) == [
        {
            "id": "mine-001",
            "question": "When does it expire?",
            "category": "when",
            "answers": [
                {"file": "a.txt", "start": 22, "end": 28, "text": "Feb. 5"},
                {"file": "b.txt", "start": 12, "end": 22, "text": "on  Feb. 5"},
            ],
            "accept": ["5 February"],
            "normalized": "2021-02-05",
            "is_impossible": False,
            "as_of": None,
            "history": [],
        }
    ]
    assert found(path) == []
    assert said[0].startswith("[1] news/a.txt · 20 January 2021\n    The treaty expires")


def test_a_question_that_the_articles_do_not_answer_is_impossible(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    assert typed(path, "Who is she?", "2021-02-01", "other words", "0", "")[0] == 1
    (entry,) = written(path)
    assert (entry["is_impossible"], entry["answers"], entry["category"]) == (True, [], "unanswerable")
    (gold,) = read_gold(path)
    assert gold.question.as_of == date(2021, 2, 1)


def test_mistakes_at_a_prompt_are_asked_about_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    which = ["9", "1", "2026", "", "2", "Feb. 5", "2", ""]
    n, said = typed(path, "When is it?", "soon", "2021-02-04", *which, "", "talks", "soon", "2021-02")
    assert n == 1
    (entry,) = written(path)
    assert entry["answers"] == [{"file": "b.txt", "start": 28, "end": 34, "text": "Feb. 5"}]
    assert (entry["category"], entry["normalized"]) == ("talks", "2021-02")
    for told in (
        "'soon' is no day; write it as 2021-01-31.",
        "There is no passage 9.",
        "That doesn't stand in the passage.",
        "(2) ... Talks began on Feb. 5, and [Feb. 5] it is. ...",
    ):
        assert told in said


def test_a_question_that_is_broken_off_is_not_written_and_those_before_are(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"id": "mine-001", "question": "What?", "is_impossible": true}')  # without a line's end
    first = ["Who?", "", "0", "who"]
    assert typed(path, *first, "When?", "", "1")[0] == 1
    assert [entry["id"] for entry in written(path)] == ["mine-001", "mine-002"]


def answer(question: str, confidence: float, *others: float, **changed: Any) -> dict[str, Any]:
    positions = [{"answer": f"a{n}", "confidence": c} for n, c in enumerate((confidence, *others))]
    return {"question": question, "confidence": confidence, "positions": positions, "answer": "a0", **changed}


def test_uncertain_and_disagreeing_questions_come_first(tmp_path: Path) -> None:
    log = gold_file(
        tmp_path / "log.jsonl",
        answer("Sure?", 0.99),
        answer("Near?", 0.55),
        answer("Rivals?", 0.9, 0.88),
        answer("Was it?", 0.9, 0.89, standalone_question="Was the vote on Monday?", as_of="2021-01-01"),
        answer("Superseded?", 0.95, 0.94) | {"positions": [{"answer": "x", "confidence": 0.9}]},
        answer("Certain?", 1.0),
        {"id": "7", "error": "line 7: not JSON"},
        answer("What happened?", 0.5, form="events"),
        answer("Known", 0.5),
    )
    found = suggestions(log, min_confidence=0.5, known={"known"})
    assert [s.question for s in found] == ["Was the vote on Monday?", "Rivals?", "Near?", "Superseded?", "Sure?"]
    assert found[0].reason == "disagreeing: 'a0' or 'a1'"
    assert (found[0].as_of, found[0].worth) == ("2021-01-01", round(0.89 / 0.9, 4))
    assert found[2].reason == "uncertain: confidence 55%, the threshold is 50%"


def test_a_question_of_the_log_is_named_once_at_its_most_worth(tmp_path: Path) -> None:
    log = gold_file(tmp_path / "log.jsonl", answer("When?", 0.9), "", answer("when", 0.5), answer("When?", 0.1))
    assert [(s.question, s.worth) for s in suggestions(log, min_confidence=0.5)] == [("when", 1.0)]


@pytest.mark.parametrize("line", ["{", "[]", '{"question": "When?"}'])
def test_a_line_that_is_no_answer_is_named(tmp_path: Path, line: str) -> None:
    log = gold_file(tmp_path / "log.jsonl", answer("When?", 0.5), line)
    with pytest.raises(DatasetError, match="line 2: not an answer"):
        suggestions(log, min_confidence=0.5)
