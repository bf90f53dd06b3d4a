"""The news quiz over fakes: what could be found, what is found, and how it is told."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.bench.news import Bounds, bounds_of, own_articles, recall_by_depth
from eval.datasets import gold_question
from eval.harness import find_all
from eval.types import GoldQuestion, Ranks
from index.library import Library
from tests.fakes import WordCountEmbedder
from tests.qa_fakes import article
from tests.test_bench import bench

JUNE = article("june", "The formula plant shut down because of bacteria.", published=date(2022, 6, 4))
JULY = article("july", "Prices rose by nine per cent in a year.", published=date(2022, 7, 13))
UNDATED = article("undated", "A lunch was sold for $19 million.")


def asked(id: str, answer: str, *, day: str = "2022/06/10") -> GoldQuestion:
    return gold_question({"id": id, "date": day, "question": "What was it?", "answers": [answer]})


def test_an_answer_could_be_found_in_articles_published_by_the_day_alone() -> None:
    questions = [
        asked("told", "Bacteria"),
        asked("told too late", "nine per cent"),
        asked("told in time", "nine per cent", day="2022/07/13"),
        asked("never dated", "$19 million"),
    ]
    own = {"told": frozenset({"july"}), "told in time": frozenset({"july"})}
    assert bounds_of(questions, [JUNE, JULY, UNDATED], own) == Bounds(any_article=2 / 4, own_articles=1 / 4)
    assert bounds_of(questions, [JUNE], {}) == Bounds(any_article=1 / 4, own_articles=None)


def test_the_articles_of_a_web_search_are_read_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "1", "retrieved": ["a", "b"]}\n\n{"id": 2}\n')
    assert own_articles(path) == {"1": frozenset({"a", "b"}), "2": frozenset()}


def test_the_rank_is_that_of_the_first_passage_that_holds_the_answer(tmp_path: Path) -> None:
    with Library.open(tmp_path / "index", embedder=WordCountEmbedder(), create=True) as library:
        list(library.add([JUNE, JULY]))
        (early, late) = find_all(
            library, [asked("1", "nine per cent"), asked("2", "nine per cent", day="2022/07/13")], k=9
        )
    assert early.by_method == {"hybrid": None, "dense": None, "lexical": None}
    assert late.by_method["hybrid"] in {1, 2}


def test_recall_counts_the_questions_whose_answer_is_among_the_first() -> None:
    ranks = [Ranks(str(rank), dict.fromkeys(("hybrid", "dense", "lexical"), rank)) for rank in (1, 6, 60, None)]
    by_depth = {1: 0.25, 5: 0.25, 10: 0.5, 20: 0.5, 50: 0.5, 100: 0.75}
    assert recall_by_depth(ranks) == {"hybrid": by_depth, "dense": by_depth, "lexical": by_depth}


@pytest.mark.model
def test_the_quiz_is_asked_beside_what_others_report_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    articles = [
        {"id": one.id, "text": one.text, "published": one.published.isoformat() if one.published else None}
        for one in (JUNE, JULY)
    ]
    questions: list[dict[str, Any]] = [
        {"id": "1", "date": "2022/06/10", "question": "Why did the formula plant shut down?", "answers": ["bacteria"]},
        {"id": "2", "date": "2022/06/10", "question": "By how much did prices rise?", "answers": ["nine per cent"]},
    ]
    for name, lines in (("articles.jsonl", articles), ("questions.jsonl", questions)):
        (tmp_path / name).write_text("\n".join(map(json.dumps, lines)))
    first, again = (bench("news", "articles.jsonl", "questions.jsonl", "--out", "run", cwd=tmp_path) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert "1 articles added to 'news.idx'" in first.stderr  # the one of July is too late for any question
    assert "0 articles added to 'news.idx'" in again.stderr
    assert first.stdout.splitlines()[0] == "2 questions, each asked as of its day, over 1 articles"
    assert "| GPT-3, closed book (Kasai et al. 2022) | 780 to 810 questions | 16.2 | 22.8 | 100.0% |" in first.stdout
    assert "At most: an article published by the day holds the answer for 50.0%." in first.stdout
    assert first.stdout == again.stdout  # latency too: nothing is asked again
