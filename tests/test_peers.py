"""The comparison with other systems: its rules over fakes, and each system once, where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bench.peers import task, worker
from eval.bench.peers.__main__ import Task, read_task, report, table
from eval.bench.peers.drivers import PEERS, driver
from eval.bench.peers.drivers.plain import best_span
from eval.bench.peers.drivers.txtai import query_of
from eval.bench.peers.scoring import Scored, f1_difference, figures, scored, timing_figures
from eval.bench.peers.types import Asked, Models, Place, Reply
from eval.bench.peers.windows import windows
from eval.types import GoldQuestion, GoldSpan
from index.types import Article, Span
from qa.errors import DatasetError
from qa.types import Question
from tests.fakes import ARTICLES

ROOT = Path(__file__).parent.parent
TREATY = Article("treaty", "The treaty expires on Feb. 5.\u2028It was signed in Prague.", path="news/treaty.txt")
FEB_5 = Span(TREATY.text.index("Feb. 5"), TREATY.text.index("Feb. 5") + 6)
WHEN = GoldQuestion(
    "when", Question("When does it expire?"), "when", ("Feb. 5",), (GoldSpan("treaty.txt", FEB_5),), None, False
)
NEVER = GoldQuestion("never", Question("Who won?"), "none", (), (), None, True)


@given(st.lists(st.sampled_from(["a", "bc", "d\n\ne", "\u2028f"]), max_size=60).map(" ".join))
def test_windows_hold_every_word_in_order_and_none_only_repeats(text: str) -> None:
    spans = list(windows(text, n_words=7, n_shared=2))
    assert [end for _, end in map(_bounds, spans)] == sorted({span.end for span in spans})
    assert {i for span in spans for i in range(span.start, span.end)} >= {
        i for i, character in enumerate(text) if not character.isspace()
    }
    assert all(0 < len(span.of(text).split()) <= 7 for span in spans)


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


def test_neighbouring_windows_share_words() -> None:
    text = "one two three four five six"
    assert [span.of(text) for span in windows(text, n_words=4, n_shared=2)] == [
        "one two three four",
        "three four five six",
    ]


def test_a_task_reads_back_as_it_was_written_and_is_not_replaced_by_another(tmp_path: Path) -> None:
    articles = [TREATY, Article("b", "Text.", title="T", published=date(2021, 1, 20))]
    questions = [Asked("1", "When?", date(2021, 2, 1)), Asked("2", "Who?")]
    assert task.write_task(tmp_path, articles, questions)
    assert task.write_task(tmp_path, articles, questions)
    assert (task.read_articles(tmp_path), task.read_questions(tmp_path)) == (articles, questions)
    assert not task.write_task(tmp_path, articles, questions[:1])


def test_half_a_line_that_a_killed_process_left_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "replies.jsonl"
    task.append_line(file, {"id": "1"})
    with file.open("a") as half:
        half.write('{"id": "2", "ans')
    assert list(task.read_lines(file)) == [{"id": "1"}]
    task.append_line(file, {"id": "2"})
    assert list(task.read_lines(file)) == [{"id": "1"}, {"id": "2"}]


@pytest.mark.parametrize(
    "reply",
    [
        Reply("Feb. 5", False, Place("treaty", FEB_5), True, (Place("treaty", Span(0, 29)),)),
        Reply(None, True, None, False, ()),
    ],
)
def test_a_reply_reads_back_as_it_was_written(reply: Reply) -> None:
    assert task.reply_of(json.loads(json.dumps(task.reply_entry("1", reply)))) == reply


def test_an_answer_without_a_text_is_no_answer() -> None:
    with pytest.raises(ValueError, match="answer ''"):
        Reply("", False, None, False, ())
    with pytest.raises(ValueError, match="answer None at"):
        Reply(None, True, Place("treaty", FEB_5), True, ())


def score_of(gold: GoldQuestion, reply: Reply | None) -> Scored:
    return scored(gold, reply, {"treaty": TREATY})


def test_an_answer_is_verbatim_where_the_system_itself_says_where_it_stands() -> None:
    passages = (Place("treaty", Span(0, 29)),)
    told = Reply("Feb. 5", False, Place("treaty", FEB_5), True, passages)
    searched = Reply("Feb. 5", False, Place("treaty", FEB_5), False, passages)
    reworded = Reply("February 5", False, Place("treaty", FEB_5), True, passages)
    assert score_of(WHEN, told) == Scored(False, False, 1.0, 1.0, True, True, 1, True, True)
    assert score_of(WHEN, searched) == Scored(False, False, 1.0, 1.0, True, True, 1, False, True)
    assert score_of(WHEN, reworded) == Scored(False, False, 0.0, 0.5, True, True, 1, False, True)


def test_a_reply_that_is_missing_counts_as_no_answer() -> None:
    assert score_of(WHEN, None) == Scored(False, True, 0.0, 0.0, False, False, 0, None, None)
    assert score_of(NEVER, None) == Scored(True, True, None, None, False, None, 0, None, None)


def test_figures_are_means_over_the_questions_that_they_apply_to() -> None:
    right = Scored(False, True, 1.0, 1.0, True, True, 3, True, True)
    wrong = Scored(False, False, 0.0, 0.5, True, False, 1, False, False)
    of_none = Scored(True, False, None, None, True, None, 2, True, None)
    assert figures([right, wrong, of_none]) == {
        "n": 3,
        "n_answerable": 2,
        "n_impossible": 1,
        "exact_match": 1 / 2,
        "f1": 3 / 4,
        "has_an_answer": 1.0,
        "answered": 1 / 2,
        "refused": 0.0,
        "answer_recall": 1 / 2,
        "n_passages": 2.0,
        "verbatim_at_offsets": round(2 / 3, 4),
        "on_gold": 1 / 2,
    }


def test_the_difference_is_of_the_same_questions_and_has_an_interval() -> None:
    ours = [score_of(WHEN, None)._replace(f1=value) for value in (1.0, 1.0, 0.0, 1.0)]
    theirs = [score_of(WHEN, None)._replace(f1=value) for value in (1.0, 0.0, 0.0, 0.0)]
    # differences 0, 1, 0, 1: mean 1/2, standard deviation sqrt(1/3), standard error sqrt(1/12)
    reach = 1.96 * (1 / 12) ** 0.5
    assert f1_difference(ours, theirs) == (0.5, round(0.5 - reach, 4), round(0.5 + reach, 4))
    assert f1_difference(ours[:1], theirs[:1]) is None


def test_times_are_medians_over_runs_and_percentiles_over_all_answers() -> None:
    runs = [{"first_s": s, "answers_ms": [ms, ms], "peak_mb": 10 * s} for s, ms in ((1.0, 2.0), (3.0, 4.0))]
    made = {"index": {"n_articles": 5, "articles_per_s": 2.0, "passages_per_s": 7.0, "peak_mb": 99.0}}
    assert timing_figures([*runs, made]) == {
        "n_runs": 2,
        "n_timed": 4,
        "first_answer_s": 2.0,
        "p50_ms": 3.0,
        "p95_ms": 4.0,
        "peak_mb": 20.0,
        "articles_per_s": 2.0,
        "passages_per_s": 7.0,
        "index_peak_mb": 99.0,
        "n_indexed": 5,
    }
    assert timing_figures([]) == {}


def test_the_table_leaves_out_what_no_system_has_and_dashes_what_one_lacks() -> None:
    theirs = {"f1": 0.25, "refused": None, "f1_of_ours_more_by": (0.25, -0.05, 0.55)}
    assert list(table({"ours": {"f1": 0.5, "p50_ms": 12.0}, "theirs": theirs})) == [
        "| | f1 | f1_of_ours_more_by | p50_ms |",
        "|---|---|---|---|",
        "| ours | 50.0 | – | 12 |",
        "| theirs | 25.0 | +25.0 (−5.0 to +55.0) | – |",
    ]


def logits(**at: float) -> np.ndarray:
    return np.array([at.get(f"t{n}", -9.0) for n in range(5)], np.float32)


# [CLS] question [SEP] and two words of the passage
OFFSETS = [None, None, None, (0, 3), (4, 9)]


def test_the_plain_reader_takes_spans_of_the_passage_only() -> None:
    ((span, share),) = best_span(logits(t1=9.0, t3=2.0), logits(t1=9.0, t4=2.0), OFFSETS)
    assert span == Span(0, 9)
    assert 0.99 < share <= 1.0


def test_the_plain_reader_trusts_a_span_less_where_no_answer_is_likely() -> None:
    ((_, sure),) = best_span(logits(t3=2.0), logits(t3=2.0), OFFSETS)
    ((_, unsure),) = best_span(logits(t0=2.0, t3=2.0), logits(t0=2.0, t3=2.0), OFFSETS)
    assert unsure == pytest.approx(sure / 4, rel=1e-3)


def test_txtai_is_asked_in_its_sql_with_bound_parameters_only_where_a_day_limits_the_articles() -> None:
    assert query_of(Asked("1", "Who's there?")) == ("Who's there?", None)
    assert query_of(Asked("1", "Who's there?", date(2022, 8, 5))) == (
        "select id, text, score from txtai where similar(:question, 100) and published <= :day",
        {"question": "Who's there?", "day": "2022-08-05"},
    )


class FirstWord:
    """Answers every question with the first word of the first article."""

    n_indexed = 0

    def __init__(self, models: Models, *, n_threads: int) -> None:
        self.asked: list[str] = []

    def versions(self) -> Mapping[str, str]:
        return {"first-word": "1"}

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        self.n_indexed += 1
        (folder / "first").write_text(articles[0].text.split()[0])
        return len(articles)

    def open(self, folder: Path) -> None:
        self.word = (folder / "first").read_text()

    def ask(self, question: Asked) -> Reply:
        self.asked.append(question.id)
        return Reply(self.word, False, None, False, ())


@pytest.fixture
def first_word(tmp_path: Path) -> FirstWord:
    task.write_task(tmp_path, ARTICLES, [Asked(str(n), f"Question {n}?") for n in range(3)])
    return FirstWord(Models(Path(), Path()), n_threads=1)


def test_a_system_is_not_indexed_or_asked_again(tmp_path: Path, first_word: FirstWord) -> None:
    for _ in range(2):
        worker.index(first_word, "plain", tmp_path)
        worker.ask(first_word, "plain", tmp_path)
    assert (first_word.n_indexed, first_word.asked) == (1, ["0", "1", "2"])
    made = json.loads((tmp_path / "index" / "plain" / "indexed.json").read_text())
    assert (made["n_articles"], made["n_passages"]) == (len(ARTICLES), len(ARTICLES))


def test_an_index_that_was_left_half_made_is_made_again(tmp_path: Path, first_word: FirstWord) -> None:
    half = tmp_path / "index" / "plain" / "half"
    half.mkdir(parents=True)
    worker.index(first_word, "plain", tmp_path)
    assert (first_word.n_indexed, half.exists()) == (1, False)


def test_each_run_that_is_timed_adds_a_line(tmp_path: Path, first_word: FirstWord) -> None:
    worker.index(first_word, "plain", tmp_path)
    for _ in range(2):
        worker.time_answers(first_word, "plain", tmp_path, started=0.0, n_questions=2)
    worker.time_index(first_word, "plain", tmp_path, n_articles=1)
    *runs, indexing = task.read_lines(tmp_path / "plain" / task.TIMING)
    assert [len(run["answers_ms"]) for run in runs] == [2, 2]
    assert all(run["peak_mb"] > 1 for run in runs)
    assert indexing["index"]["n_articles"] == 1


def test_questions_without_a_reply_are_told_beside_the_figures(tmp_path: Path) -> None:
    of_task = Task([WHEN, replace(WHEN, id="other")], [TREATY])
    told = Reply("Feb. 5", False, Place("treaty", FEB_5), True, ())
    task.append_line(tmp_path / "plain" / task.REPLIES, task.reply_entry(WHEN.id, told))
    found = report(tmp_path, of_task, {"plain": {}})
    assert (found["plain"]["n_missing"], found["plain"]["f1"]) == (1, 0.5)
    assert next(iter(table(found))).startswith("| | n_missing | exact_match |")


def test_follow_ups_and_repeated_lines_are_left_out_and_articles_narrowed_to_those_retrieved(tmp_path: Path) -> None:
    gold, news = tmp_path / "gold.jsonl", tmp_path / "news.jsonl"
    alone = {"id": "1", "question": "Who?", "answers": ["A"], "retrieved": ["b"], "date": "2022/08/05"}
    follow_up = {"id": "2", "question": "And then?", "answers": ["A"], "history": [{"question": "Who?"}]}
    gold.write_text("".join(json.dumps(entry) + "\n" for entry in (alone, follow_up, alone)))
    news.write_text("".join(json.dumps({"id": id, "text": f"Article {id}."}) + "\n" for id in "ab"))
    every, narrowed = (read_task(gold, [news], limit=None, n_retrieved=n) for n in (None, 10))
    assert [question.id for question in every.questions] == ["1"]
    assert ([a.id for a in every.articles], [a.id for a in narrowed.articles]) == (["a", "b"], ["b"])
    with pytest.raises(DatasetError, match="give --articles"):
        read_task(gold, [], limit=None, n_retrieved=None)


@pytest.mark.parametrize("name", PEERS)
def test_a_driver_can_be_imported_without_its_system(name: str) -> None:
    assert driver(name).ask.__doc__


@pytest.mark.model
@pytest.mark.parametrize("name", PEERS)
def test_a_system_answers_from_the_articles_that_it_was_given(name: str, tmp_path: Path) -> None:
    if find_spec(PEERS[name].package) is None:
        pytest.skip(f"{name} is not installed: pip install -e '.[peers]'")
    gold, news = tmp_path / "gold.jsonl", tmp_path / "news.jsonl"
    question = {"id": "1", "question": "When does New START expire?", "answers": ["Feb. 5"], "as_of": "2021-02-01"}
    gold.write_text(json.dumps(question) + "\n")
    article = {"id": "a", "title": "Treaty", "published": "2021-01-21"}
    late = {"id": "late", "title": "Treaty", "published": "2021-02-04"}
    text = "The New START treaty expires on Feb. 5. Talks began in Vienna last year, officials said on Monday."
    entries = [{**article, "text": text}, {**late, "text": "New START expires on Feb. 5, 2026."}]
    news.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    arguments = [str(gold), "--articles", str(news), "--out", str(tmp_path / "out"), "--peer", name]
    done = subprocess.run(
        [sys.executable, "-m", "eval.bench.peers", *arguments, "--only", "quality", "--json"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = json.loads(done.stdout)["peers"][name]
    (reply,) = task.read_lines(tmp_path / "out" / name / task.REPLIES)
    assert (found["n"], found["exact_match"]) == (1, 1.0), done.stderr
    assert {article_id for article_id, *_ in reply["passages"]} == {"a"}
