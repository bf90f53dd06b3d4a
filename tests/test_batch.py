"""Lines of questions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from qa.batch import BatchLine, read_batch
from qa.errors import QuestionError
from qa.types import Question, Turn


def lines(tmp_path: Path, content: bytes, **options: object) -> list[BatchLine]:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    return list(read_batch(path, **options))  # type: ignore[arg-type]


def test_a_line_becomes_a_question_with_its_history_and_date(tmp_path: Path) -> None:
    content = (
        b'{"id": 7, "question": "When?", "history": [{"question": "What?", "answer": null}], "as_of": "2021-01-31"}\n'
    )
    question = Question("When?", (Turn("What?", None),), as_of=date(2021, 1, 31))
    assert lines(tmp_path, content) == [BatchLine("7", question)]


def test_what_else_a_line_holds_is_not_read(tmp_path: Path) -> None:
    content = b'{"id": "a", "question": "When?", "answers": [{"text": "now"}], "as_of": null, "history": null}'
    assert lines(tmp_path, content) == [BatchLine("a", Question("When?"))]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"id": "a", "question": ""}', "line 1: the question is empty"),
        (b'{"id": "a", "question": 5}', "line 1: it has no question"),
        (b'{"id": "a", "question": "When?", "as_of": "soon"}', "line 1: as_of is 'soon'; write YYYY-MM-DD"),
        (b'{"id": "a", "question": "When?", "as_of": 5}', "line 1: as_of is 5; write YYYY-MM-DD"),
        (b'{"id": "a", "question": "When?", "history": 5}', "line 1: its history is not a list"),
        (b'{"id": "\\ud800", "question": "\\ud800?"}', "line 1: the question holds a broken character"),
        (b'{"id": "a", "question": "When?", "history": ["x"]}', "line 1: its history is not a list"),
        (b"[1]", "line 1: it is not a JSON object"),
        (b"{", "line 1: not JSON"),
        (b'{"question": "\xff"}', "line 1: not UTF-8 text"),
    ],
)
def test_a_bad_line_carries_its_error_and_the_rest_go_on(tmp_path: Path, line: bytes, error: str) -> None:
    bad, good = lines(tmp_path, line + b'\n\n{"id": "b", "question": "Who?"}\n')
    assert bad.question is None
    assert (bad.error or "").startswith(error)
    assert good == BatchLine("b", Question("Who?"))


def test_the_line_s_own_date_wins_over_the_given_one(tmp_path: Path) -> None:
    content = b'{"id": "a", "question": "When?", "as_of": "2021-01-31"}\n{"id": "b", "question": "When?"}\n'
    found = lines(tmp_path, content, as_of=date(2020, 1, 1))
    assert [line.question and line.question.as_of for line in found] == [date(2021, 1, 31), date(2020, 1, 1)]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="can't be read"):
        list(read_batch(tmp_path / "none.jsonl"))
