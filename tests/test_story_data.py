"""The labelled sets of stories that change: every text verbatim, every id and date legal, every case in its half."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from tests.time_scores import DATA

Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


STORIES = cases("changing_stories.jsonl")
QUESTIONS = cases("time_questions.jsonl")
BOTH = STORIES + QUESTIONS
each_case = pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in BOTH])
each_story = pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in STORIES])


def published(case: Case, id: str) -> date:
    return next(date.fromisoformat(article["published"]) for article in case["articles"] if article["id"] == id)


def text_of(case: Case, id: str) -> str:
    return next(article["text"] for article in case["articles"] if article["id"] == id)


def half(id: str) -> str:
    return "test" if hashlib.sha256(id.encode()).digest()[0] % 2 else "dev"


def labels(case: Case) -> Iterator[str]:
    """Yield every text that the expectation names."""
    expected = case["expected"]
    for texts in expected.get("positions", []):
        yield from texts
    yield from expected.get("wrong", [])


def test_the_kinds_of_stories_have_their_counts() -> None:
    assert Counter(case["kind"] for case in STORIES) == {
        "superseded_date": 12,
        "superseded_number": 10,
        "superseded_name": 8,
        "disagree": 10,
        "same_value": 12,
        "past_fact": 10,
        "as_of": 10,
        "unanswerable": 8,
    }


def test_the_kinds_of_questions_have_their_counts() -> None:
    assert Counter(case["kind"] for case in QUESTIONS) == {
        "latest": 14,
        "in_period": 14,
        "as_of_in_question": 8,
        "before_after_event": 12,
        "first": 8,
        "no_constraint": 6,
    }


def test_no_two_cases_share_an_id() -> None:
    assert [id for id, n in Counter(case["id"] for case in BOTH).items() if n > 1] == []


def test_an_id_of_an_article_stands_for_one_article() -> None:
    contents = defaultdict(set)
    for case in BOTH:
        for article in case["articles"]:
            contents[article["id"]].add(json.dumps(article, sort_keys=True))
    assert [id for id, versions in contents.items() if len(versions) > 1] == []


def test_the_checksum_of_the_id_tells_the_half() -> None:
    assert [case["id"] for case in BOTH if case["split"] != half(case["id"])] == []


def test_no_article_is_in_both_halves() -> None:
    halves = defaultdict(set)
    for case in BOTH:
        for article in case["articles"]:
            halves[hashlib.sha256(article["text"].encode()).hexdigest()].add(case["split"])
    assert [digest for digest, found in halves.items() if len(found) > 1] == []


@each_case
def test_the_articles_are_two_to_four_of_different_sources(case: Case) -> None:
    articles = case["articles"]
    assert 2 <= len(articles) <= 4
    assert len({a["id"] for a in articles}) == len({a["source"] for a in articles}) == len(articles)


@each_case
def test_dates_are_legal_and_in_order(case: Case) -> None:
    days = [date.fromisoformat(article["published"]) for article in case["articles"]]
    assert days == sorted(days)
    assert all(2015 <= day.year <= 2026 for day in days)


@each_case
def test_articles_are_short_news_without_stray_space(case: Case) -> None:
    for article in case["articles"]:
        assert 60 <= len(article["text"].split()) <= 160
        assert all(article[field] == article[field].strip() != "" for field in ("title", "source", "text"))


@each_case
def test_the_lead_is_verbatim_in_its_article(case: Case) -> None:
    lead, id = case["expected"]["lead"], case["expected"]["lead_article"]
    assert (lead is None) == (id is None)
    assert lead is None or lead in text_of(case, id)


@each_case
def test_every_accepted_and_every_wrong_text_is_verbatim_in_an_article(case: Case) -> None:
    texts = [article["text"] for article in case["articles"]]
    assert [label for label in labels(case) if not any(label in text for text in texts)] == []


@each_case
def test_the_question_is_a_question(case: Case) -> None:
    assert case["question"].endswith("?")
    assert case["question"] == case["question"].strip()


@each_story
def test_positions_are_told_apart_and_the_lead_is_of_the_first(case: Case) -> None:
    expected = case["expected"]
    positions = [set(texts) for texts in expected["positions"]]
    assert all(one.isdisjoint(other) for one, other in combinations(positions, 2))
    assert expected["lead"] is None or expected["lead"] in positions[0]


@each_story
def test_the_expectation_suits_the_kind(case: Case) -> None:
    expected, kind = case["expected"], case["kind"]
    n_positions, superseded = len(expected["positions"]), expected["superseded"]
    assert expected["is_impossible"] == (kind == "unanswerable")
    assert (expected["lead"] is None) == (kind in {"unanswerable", "disagree"})
    if kind.startswith("superseded"):
        assert superseded == list(range(1, n_positions)) != []
    else:
        assert superseded == []
        assert n_positions == {"disagree": 2, "unanswerable": 0}.get(kind, 1)


@pytest.mark.parametrize(
    "case", [pytest.param(case, id=case["id"]) for case in STORIES if case["kind"].startswith("superseded")]
)
def test_what_is_superseded_stands_in_an_article_older_than_the_lead(case: Case) -> None:
    expected = case["expected"]
    day = published(case, expected["lead_article"])
    older = [a["text"] for a in case["articles"] if date.fromisoformat(a["published"]) < day]
    for index in expected["superseded"]:
        assert any(label in text for label in expected["positions"][index] for text in older)


@each_story
def test_as_of_lies_between_the_lead_and_the_change(case: Case) -> None:
    if case["kind"] != "as_of":
        assert case["as_of"] is None
        return
    as_of = date.fromisoformat(case["as_of"])
    assert published(case, case["expected"]["lead_article"]) <= as_of
    assert as_of < date.fromisoformat(case["articles"][1]["published"])


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in QUESTIONS])
def test_a_question_of_time_has_a_tempting_wrong_answer(case: Case) -> None:
    expected = case["expected"]
    assert expected["wrong"]
    assert expected["lead"] not in expected["wrong"]
