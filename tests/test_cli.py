"""The command line as a person meets it: one process a command, real output, exit codes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.test_rendering import SCHEMA

SEEDS = Path(__file__).parent.parent / "seeds"
pytestmark = pytest.mark.model


def qa(*arguments: str, cwd: Path, stdin: str = "", **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", *arguments],
        cwd=cwd,
        input=stdin,
        env={**os.environ, "PYTHONPATH": str(SEEDS.parent), "COLUMNS": "200", **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of the seeds in its usual place."""
    folder = tmp_path_factory.mktemp("home")
    done = qa("add", str(SEEDS), cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def asked(home: Path, *arguments: str) -> dict[str, Any]:
    done = qa("ask", *arguments, "--json", cwd=home)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_add_says_what_became_of_each_article_and_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("The bridge in Springfield opens on Friday, the mayor said.")
    (tmp_path / "news" / "empty.txt").write_text("")
    (tmp_path / "news" / "picture.txt").write_bytes(b"\x89PNG\x00\x00")
    first = qa("add", "news", cwd=tmp_path)
    assert first.returncode == 0
    assert "added     news/a.txt" in first.stdout
    assert "skipped   news/empty.txt (" in first.stdout
    assert "skipped   news/picture.txt (" in first.stdout
    assert "1 added, 2 skipped. The index './.dateline' holds 1 article." in first.stdout
    again = qa("add", "news", cwd=tmp_path)
    assert "1 unchanged, 2 skipped" in again.stdout
    (tmp_path / "news" / "a.txt").write_text("The bridge in Springfield opens on Monday, the mayor said.")
    assert "replaced  news/a.txt" in qa("add", "news", cwd=tmp_path).stdout


def test_json_stays_json_where_nothing_can_be_added(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = qa("add", "empty", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["outcome"] == "skipped"
    assert not (tmp_path / ".dateline").exists()


def test_help_shows_each_example_on_a_line_of_its_own(tmp_path: Path) -> None:
    lines = qa("add", "--help", cwd=tmp_path).stdout.splitlines()
    start = lines.index("  Examples:")
    assert lines[start + 1 : start + 3] == ["    qa add seeds", "    qa add news/ more.jsonl --index news.idx"]


def test_articles_of_one_file_are_told_apart(tmp_path: Path) -> None:
    lines = [{"id": f"w{n}", "text": f"The bridge number {n} opens on Friday."} for n in (1, 2)]
    (tmp_path / "wire.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = qa("add", "wire.jsonl", cwd=tmp_path)
    assert done.stdout.splitlines()[:2] == ["added     wire.jsonl w1", "added     wire.jsonl w2"]


def test_ask_answers_with_a_citation_of_the_seeds(home: Path) -> None:
    done = qa("ask", "When does New START expire?", cwd=home)
    first, *rest = done.stdout.splitlines()
    assert first.startswith(("Feb. 5", "February 5"))
    assert any(
        "The Moscow Times (AFP) · Russia Says Better Ties With U.S. Up to Biden · 20 January 2021" in r for r in rest
    )
    assert any("000_fa52f764c077a242.txt:" in r for r in rest)


def test_json_is_valid_and_its_offsets_hold_in_the_file(home: Path) -> None:
    answer = asked(home, "When does New START expire?")
    jsonschema.validate(answer, SCHEMA, format_checker=jsonschema.FormatChecker())
    for citation in answer["citations"]:
        text = (home / citation["path"]).read_bytes().decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_as_of_reads_nothing_published_later(home: Path) -> None:
    answer = asked(home, "When does New START expire?", "--as-of", "2020-12-31", "--min-confidence", "0")
    assert all(c["published"] <= "2020-12-31" for c in answer["citations"])


def test_when_lists_what_happens_with_citations(home: Path) -> None:
    lines = qa("when", "5 February 2021", cwd=home).stdout.splitlines()
    assert lines[0] == "5 February 2021"
    assert lines[1].startswith("[1] The Moscow Times (AFP)")
    assert lines[2].endswith("is set to expire Feb. 5.")
    assert lines[4].endswith("seeds/000_fa52f764c077a242.txt:25")


def test_when_takes_a_topic_a_limit_and_a_day_to_count_from(home: Path) -> None:
    arguments = ("next month", "--as-of", "2021-01-24", "--about", "New START", "--limit", "1", "--json")
    listed = json.loads(qa("when", *arguments, cwd=home).stdout)
    assert (listed["period"], listed["first"], listed["last"]) == ("2021-02", "2021-02-01", "2021-02-28")
    assert [(event["value"], len(event["citations"])) for event in listed["events"]] == [("2021-02-05", 1)]
    assert listed["n_more"] == 1
    for citation in listed["events"][0]["citations"]:
        text = (home / citation["path"]).read_bytes().decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_when_finds_the_dates_of_an_index_that_has_none_yet(tmp_path: Path) -> None:
    assert qa("add", str(SEEDS), cwd=tmp_path).returncode == 0
    connection = sqlite3.connect(tmp_path / ".dateline" / "catalog.sqlite")
    connection.executescript(
        "DROP TABLE datings; DROP TABLE dated; UPDATE meta SET value = 1 WHERE key = 'schema'; PRAGMA journal_mode"
    )
    connection.close()
    checked = qa("check", cwd=tmp_path)
    assert checked.returncode == 0
    assert "The dates in 5 of them are still to be read" in checked.stdout
    assert qa("when", "5 February 2021", cwd=tmp_path).stdout.startswith("5 February 2021\n[1] ")
    assert qa("check", cwd=tmp_path).stdout == "The index is whole: 5 articles.\n"


def test_ask_answers_what_happened_on_a_day_with_sentences(home: Path) -> None:
    answer = asked(home, "What happened on 23 December 2020?")
    jsonschema.validate(answer, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert {position["normalized"] for position in answer["positions"]} == {"2020-12-23"}
    assert "Peskov on December 23 warned" in " ".join(position["answer"] for position in answer["positions"])


def test_a_batch_gives_one_line_for_each_in_order_and_survives_a_bad_one(home: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text(
        '{"id": "a", "question": "When does New START expire?", "answers": [{"text": "never"}]}\n'
        '{"id": "b"}\n{"id": "c", "question": "Who is Dmitry Peskov?", "as_of": "2020-11-01"}\n'
    )
    done = qa("ask", "--batch", str(batch), "--json", cwd=home)
    first, second, third = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0
    assert [line["id"] for line in (first, second, third)] == ["a", "b", "c"]
    assert second == {"id": "b", "error": "line 2: it has no question"}
    assert third["reason"] == "no_passages"
    for answer in (first, third):
        jsonschema.validate(answer, SCHEMA)


def test_timeline_shows_positions_over_days_with_the_citations_of_ask(home: Path) -> None:
    question = "When does New START expire?"
    done = qa("timeline", question, cwd=home)
    heading, summary, *rest = done.stdout.splitlines()
    assert heading == question
    assert summary.endswith("20 to 26 January 2021")
    assert any(line.startswith("▶ ") and "●¹" in line for line in rest)
    timeline = json.loads(qa("timeline", question, "--json", cwd=home).stdout)
    cited = {c["quote"] for p in timeline["positions"] for c in p["points"]}
    assert cited == {citation["quote"] for citation in asked(home, question)["citations"]}


def test_timeline_is_plain_where_the_output_has_no_symbols(home: Path) -> None:
    done = qa("timeline", "When does New START expire?", cwd=home, PYTHONIOENCODING="ascii")
    assert any(line.startswith("> ") and "*1" in line for line in done.stdout.splitlines())


def test_timeline_writes_a_picture_and_a_page_and_keeps_json_clean(home: Path, tmp_path: Path) -> None:
    for name in ("timeline.svg", "timeline.html"):
        done = qa("timeline", "When does New START expire?", "--json", "--out", str(tmp_path / name), cwd=home)
        assert (json.loads(done.stdout)["abstained"], done.stderr) == (False, f"written: {tmp_path / name}\n")
        assert "The Moscow Times" in (tmp_path / name).read_text(encoding="utf-8")


def test_a_timeline_without_an_answer_says_so_as_ask_does(home: Path) -> None:
    arguments = ("When does New START expire?", "--as-of", "2019-01-01")
    timeline = qa("timeline", *arguments, cwd=home)
    assert (timeline.returncode, timeline.stdout) == (0, qa("ask", *arguments, cwd=home).stdout)


def test_chat_over_a_pipe_answers_and_obeys(home: Path) -> None:
    lines = "When does New START expire?\n/sources\n/open 1\n/open 99\n/nonsense\n"
    done = qa("chat", cwd=home, stdin=lines)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("[1] ") == 2
    assert "→ " in done.stdout
    assert "/open needs the number of a citation (1 to" in done.stdout
    assert "There is no command /nonsense" in done.stdout


def test_a_resumed_chat_goes_on_where_it_was_left(home: Path, tmp_path: Path) -> None:
    talk = tmp_path / "talk.json"
    first = qa("chat", "--resume", str(talk), cwd=home, stdin="When does New START expire?\n")
    second = qa("chat", "--resume", str(talk), cwd=home, stdin="And when was it signed?\n/why\n")
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Understood as: When was New START signed?" in second.stdout
    talk.write_text("{}", encoding="utf-8")
    broken = qa("chat", "--resume", str(talk), cwd=home, stdin="")
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "not a saved conversation" in broken.stderr


def test_a_batch_takes_the_history_of_its_lines(home: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    history = [{"question": "When does New START expire?", "answer": "Feb. 5"}]
    batch.write_text(json.dumps({"id": "a", "question": "And when was it signed?", "history": history}) + "\n")
    answer = json.loads(qa("ask", "--batch", str(batch), "--json", cwd=home).stdout)
    assert answer["standalone_question"] == "When was New START signed?"
    assert answer["added_terms"][0] == {"term": "New START", "reason": "for “it”"}


def test_list_show_stats_check_and_remove(tmp_path: Path) -> None:
    assert qa("add", str(SEEDS), cwd=tmp_path).returncode == 0
    articles = [json.loads(line) for line in qa("list", "--json", cwd=tmp_path).stdout.splitlines()]
    assert len(articles) == 5
    assert [a["published"] for a in articles] == sorted((a["published"] for a in articles), reverse=True)
    shown = json.loads(qa("show", "004_ab88110d2fc4936f.txt", "--json", cwd=tmp_path).stdout)
    assert shown["text"] == (SEEDS / "004_ab88110d2fc4936f.txt").read_bytes().decode("utf-8")
    assert json.loads(qa("stats", "--json", cwd=tmp_path).stdout)["n_articles"] == 5
    assert qa("remove", shown["id"][:12], cwd=tmp_path).returncode == 0
    checked = json.loads(qa("check", "--json", cwd=tmp_path).stdout)
    assert checked == {"ok": True, "problems": [], "n_articles": 4, "n_behind": 0}


def test_eval_prints_figures(home: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        json.dumps(
            {
                "id": "1",
                "question": "When does New START expire?",
                "answers": [{"file": "000_fa52f764c077a242.txt", "start": 0, "end": 6, "text": "Feb. 5"}],
                "accept": ["February 5"],
            }
        )
    )
    figures = json.loads(qa("eval", str(gold), "--json", cwd=home).stdout)
    assert (figures["n"], figures["exact_match"]) == (1, 1.0)


@pytest.fixture
def squad_file(tmp_path: Path) -> Path:
    """Two paragraphs: one answerable and one unanswerable question about the first, one about the second."""

    def asked(id: str, question: str, context: str, answer: str | None) -> dict[str, Any]:
        answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
        return {"id": id, "question": question, "answers": answers, "is_impossible": answer is None}

    bridge = "The bridge in Springfield was built in 1931 and carries the road to Shelbyville."
    ferry = "The ferry to Grey Island leaves at nine in the morning from the old harbour."
    paragraphs = [
        {
            "context": bridge,
            "qas": [
                asked("1", "When was the bridge in Springfield built?", bridge, "1931"),
                asked("2", "Who is the prime minister of France?", bridge, None),
            ],
        },
        {
            "context": ferry,
            "qas": [asked("3", "When does the ferry to Grey Island leave?", ferry, "nine in the morning")],
        },
    ]
    path = tmp_path / "squad.json"
    path.write_text(json.dumps({"data": [{"title": "Roads", "paragraphs": paragraphs}]}))
    return path


def test_eval_reads_each_question_s_own_paragraph(squad_file: Path, tmp_path: Path) -> None:
    done = qa("eval", str(squad_file), "--task", "read", "--json", "--out", "run", cwd=tmp_path)
    figures = json.loads(done.stdout)
    assert (figures["n"], figures["n_answerable"], figures["auroc"]) == (3, 2, 1.0)
    assert figures["f1"] > 0.7
    readings = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text().splitlines()]
    assert [reading["id"] for reading in readings] == ["1", "2", "3"]
    assert "1931" in readings[0]["answer"]


def test_eval_ranks_the_paragraphs_for_each_question(squad_file: Path, tmp_path: Path) -> None:
    figures = json.loads(qa("eval", str(squad_file), "--task", "retrieve", "--json", cwd=tmp_path).stdout)
    assert (figures["n_paragraphs"], figures["n"]) == (2, 3)
    assert (figures["hybrid_recall@5"], figures["dense_recall@5"]) == (1.0, 1.0)
    # No word of the second question stands in any paragraph.
    assert figures["lexical_recall@1"] == pytest.approx(2 / 3, abs=1e-4)


def test_gold_questions_are_written_from_a_pipe_and_checked(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    answers = ["When does New START expire?", "", "1", "February 5", "", "", "", "", ""]
    done = qa("gold", "new", str(path), cwd=home, stdin="\n".join(answers))
    assert f"1 question written to '{path}'" in done.stdout
    (entry,) = [json.loads(line) for line in path.read_text().splitlines()]
    assert (entry["answers"][0]["text"], entry["normalized"]) == ("February 5", "2021-02-05")
    assert qa("gold", "check", str(path), cwd=home).stdout == "The gold set is sound.\n"
    path.write_text(json.dumps({**entry, "answers": [{**entry["answers"][0], "start": 0}]}))
    checked = qa("gold", "check", str(path), "--json", cwd=home)
    assert (checked.returncode, json.loads(checked.stdout)["flaws"][0]["line"]) == (1, 1)


def test_the_gold_set_of_the_seeds_has_no_flaw(home: Path) -> None:
    done = qa("gold", "check", str(SEEDS.parent / "eval" / "gold" / "seeds.jsonl"), cwd=home)
    assert (done.returncode, done.stdout) == (0, "The gold set is sound.\n")


def test_questions_worth_a_label_are_named_from_a_log(home: Path, tmp_path: Path) -> None:
    log = tmp_path / "answers.jsonl"
    lines = [{"id": "1", "question": "When does New START expire?"}, {"id": "2", "question": ""}]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, lines)))
    log.write_text(qa("ask", "--batch", str(tmp_path / "questions.jsonl"), "--json", cwd=home).stdout)
    found = json.loads(qa("gold", "suggest", str(log), "--json", cwd=home).stdout)
    assert (found["question"], 0 < found["worth"] <= 1) == ("When does New START expire?", True)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "Who?", "--index", "none"], 1, "No index at 'none'. Build one with: qa add FOLDER"),
        (["list", "--index", "none"], 1, "No index at 'none'"),
        (["ask", ""], 1, "question is empty"),
        (["ask"], 1, "Give one question, or --batch FILE"),
        (["ask", "--batch", "none.jsonl"], 1, "'none.jsonl' can't be read"),
        (["ask", "Who?", "--as-of", "soon"], 2, "soon"),
        (["ask", "Who?", "--since", "2021-02-01", "--until", "2021-01-01"], 1, "is after until"),
        (["ask", "Who?", "--k", "0"], 1, "k is 0"),
        (["when", "soon"], 1, "'soon' is no day or period on the calendar. Example: qa when"),
        (["when", "2021-13-45"], 1, "'2021-13-45' is no day or period"),
        (["when", "May 2021", "--limit", "0"], 2, "--limit"),
        (["when", "May 2021", "--index", "none"], 1, "No index at 'none'"),
        (["ask", "Who?", "--min-confidence", "7"], 1, "min_confidence is 7"),
        (["timeline", "Who?", "--out", "x.png", "--index", "none"], 1, "give a name that ends in .svg or .html"),
        (["timeline", "Who?", "--out", "none/x.svg", "--index", "none"], 1, "there is no folder 'none'"),
        (["timeline", ""], 1, "question is empty"),
        (["add", "none"], 1, "No file or folder at 'none'"),
        (["add", "nothing"], 1, "no article could be added"),
        (["show", "none"], 1, "No article 'none'"),
        (["eval", "none.jsonl"], 1, "'none.jsonl' can't be read"),
        (["eval", "x", "--task", "sing"], 2, "not one of ask, read, retrieve"),
        (["gold", "check", "none.jsonl"], 1, "'none.jsonl' can't be read"),
        (["gold", "suggest", "none.jsonl"], 1, "'none.jsonl' can't be read"),
        (["eval", "compare", "none", "none"], 1, "'none' holds no results"),
        (["eval", "./compare"], 1, "'compare' can't be read"),
        (["eval"], 2, "Missing argument"),
        (["sing"], 2, "No such command"),
    ],
)
def test_a_mistake_gets_one_clear_line_and_an_exit_code(
    home: Path, arguments: list[str], code: int, message: str
) -> None:
    (home / "nothing").mkdir(exist_ok=True)
    done = qa(*arguments, cwd=home)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_an_index_of_another_embedder_is_refused_with_the_way_out(home: Path) -> None:
    done = qa("ask", "Who?", cwd=home, QA_EMBEDDER="some-other-model")
    assert done.returncode == 1
    assert "was built with 'all-MiniLM-L6-v2'" in done.stderr


def test_output_into_a_closed_pipe_prints_no_traceback(home: Path) -> None:
    command = f"{sys.executable} -m qa.cli list | head -1"
    environ = {**os.environ, "PYTHONPATH": str(SEEDS.parent)}
    done = subprocess.run(["bash", "-c", command], cwd=home, env=environ, capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize(
    "command",
    [
        "add",
        "ask",
        "timeline",
        "when",
        "chat",
        "list",
        "show",
        "remove",
        "stats",
        "check",
        "eval",
        "eval compare",
        "gold check",
        "gold new",
        "gold suggest",
    ],
)
def test_every_command_helps_with_an_example(command: str, tmp_path: Path) -> None:
    done = qa(*command.split(), "--help", cwd=tmp_path)
    assert f"qa {command}" in done.stdout.split("Example")[1]
