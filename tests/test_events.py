"""What happens when: which sentences are kept, which are one event, and the answers made of them."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from index.chunking import chunk_article
from index.errors import StorageError
from index.library import Library
from index.types import Article, Filters
from qa.assistant import Assistant
from qa.dating import EventDater
from qa.events import Event, catch_up, events
from qa.rendering import events_dict, events_to_terminal, to_dict
from qa.types import Reason
from tests.fakes import WordCountEmbedder
from tests.qa_fakes import EVIDENCE_ONLY, SETTINGS, ScriptedReader, ShelfRetriever, article, passage
from tests.test_rendering import SCHEMA

JANUARY = date(2021, 1, 20)
VOTE = article("vote", "The Senate will vote on the new treaty on Feb. 5.", published=JANUARY, source="The Ledger")
COPY = article("copy", "(AP) The Senate will vote on the new treaty on Feb. 5.", published=date(2021, 1, 19))
MARCH = article("march", "Thousands are expected to march in Springfield on Feb. 5.", published=JANUARY)
BUDGET = article("budget", "The budget is due in February, the office said.", published=JANUARY, title="Springfield")
REPORT = article("report", "The report on the floods was due on Feb. 9 in Capital City.", published=JANUARY)
FEBRUARY = "2021-02"


def datings(text: str) -> list[tuple[str, str]]:
    """The sentences kept of an article of 20 January 2021, each with its value."""
    of = Article("a", text, published=JANUARY)
    return [(d.sentence.of(text), d.value) for d in EventDater().datings(of, chunk_article(of))]


def shelf(*articles: Article, stories: dict[str, str] | None = None) -> ShelfRetriever:
    return ShelfRetriever([passage(a, rank=n, story=(stories or {}).get(a.id, "")) for n, a in enumerate(articles, 1)])


def told(retriever: ShelfRetriever, period: str = FEBRUARY, **options: Any) -> list[tuple[str, str]]:
    found = events(retriever, period, filters=options.pop("filters", Filters()), **options)
    return [(event.citations[0].article.id, event.value) for event in found]


# Which sentences are kept


def test_a_sentence_is_kept_with_the_date_it_tells() -> None:
    text = (
        "The treaty was signed in 2010. It is set to expire on Feb. 5, the Kremlin said. Nobody knows what comes then."
    )
    assert datings(text) == [
        ("The treaty was signed in 2010.", "2010"),
        ("It is set to expire on Feb. 5, the Kremlin said.", "2021-02-05"),
    ]


def test_one_date_told_twice_in_a_sentence_is_one() -> None:
    assert datings("The vote on Feb. 5, which is a Friday, will be held on Feb. 5 at noon.") == [
        ("The vote on Feb. 5, which is a Friday, will be held on Feb. 5 at noon.", "2021-02-05")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The bridge has stood in the harbour for five years, and he is 78 years old at 3 p.m.",
        "The library was built in the 19th century by the people of the town.",
        "The two of them had met about two weeks ago in the harbour, he said.",
        "Published: 20 January 2021 by the editors of the paper",
        "Updated 5:30 p.m. on January 20, 2021, with the words of the mayor.",
        "Jane Roe, Chief Reporter, The Ledger, 5 January 2021",
        "We'll be back with more of the news of the day tomorrow.",
        "SPRINGFIELD, Jan. 20 (Reuters) - The mayor spoke of the bridge and of the harbour to the press.",
    ],
)
def test_what_tells_of_no_event_on_certain_days_is_not_kept(text: str) -> None:
    assert datings(text) == []


def test_furniture_tells_no_event() -> None:
    text = (
        "The mayor opened the bridge on Wednesday before a crowd of some hundreds.\n\n"
        "Read more: The mayor will open the bridge on Wednesday\n\n"
        "Nobody in the town had seen such a crowd before, said an old man at the harbour."
    )
    assert [value for _, value in datings(text)] == ["2021-01-20"]


# What is one event


def test_events_come_by_day_a_day_before_the_month_that_begins_with_it() -> None:
    first = article("first", "The new law takes effect in the town on Feb. 1.", published=JANUARY)
    found = told(shelf(REPORT, BUDGET, VOTE, first))
    assert found == [
        ("first", "2021-02-01"),
        ("budget", "2021-02"),
        ("vote", "2021-02-05"),
        ("report", "2021-02-09"),
    ]


def test_a_day_asked_for_is_not_told_by_its_month() -> None:
    assert told(shelf(BUDGET, VOTE), "2021-02-05") == [("vote", "2021-02-05")]


def test_copies_are_one_event_and_one_source_the_earliest_first() -> None:
    (event,) = events(shelf(VOTE, COPY, stories={"copy": "vote"}), FEBRUARY, filters=Filters())
    assert [c.article.id for c in event.citations] == ["copy", "vote"]
    assert (event.n_sources, event.sentence) == (1, COPY.text)
    assert [c.quote for c in event.citations] == ["Feb. 5", "Feb. 5"]


def test_independent_reports_in_the_same_words_are_one_event_of_two_sources() -> None:
    (event,) = events(shelf(VOTE, COPY), FEBRUARY, filters=Filters())
    assert event.n_sources == 2


def test_an_article_that_says_it_twice_is_cited_once_where_it_says_it_first() -> None:
    twice = replace(VOTE, text=f"{VOTE.text}\n\n{VOTE.text}")
    (event,) = events(shelf(twice), FEBRUARY, filters=Filters())
    assert [c.sentence.start for c in event.citations] == [0]


def test_of_one_day_the_most_told_comes_first() -> None:
    assert told(shelf(MARCH, VOTE, COPY)) == [("copy", "2021-02-05"), ("march", "2021-02-05")]


def test_the_same_words_of_another_day_are_another_event() -> None:
    later = replace(VOTE, id="later", text=VOTE.text.replace("Feb. 5", "Feb. 6"))
    assert told(shelf(VOTE, later)) == [("vote", "2021-02-05"), ("later", "2021-02-06")]


def test_a_topic_is_looked_for_in_the_sentence_first_then_in_the_title() -> None:
    assert told(shelf(BUDGET, VOTE, MARCH), about="the town of Springfield") == []
    assert told(shelf(BUDGET, VOTE, MARCH), about="Springfield") == [("march", "2021-02-05"), ("budget", "2021-02")]
    assert told(shelf(VOTE, REPORT), about="flood") == [("report", "2021-02-09")]


def test_filters_apply_to_the_articles() -> None:
    assert told(shelf(VOTE, COPY), filters=Filters(until=date(2021, 1, 19))) == [("copy", "2021-02-05")]


def test_a_period_off_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="'XXXX' is no period"):
        events(shelf(), "XXXX", filters=Filters())


def test_an_event_without_a_citation_can_not_be() -> None:
    with pytest.raises(ValueError, match="1 sources for 0 citations"):
        Event("2021-02-05", date(2021, 2, 5), date(2021, 2, 5), (), 1)


# Answers


def assistant(*articles: Article, min_confidence: float = 0.5) -> Assistant:
    settings = replace(SETTINGS, min_confidence=min_confidence)
    return Assistant(shelf(*articles), ScriptedReader({"Feb. 5": 9.0}), calibration=EVIDENCE_ONLY, settings=settings)


def test_a_question_for_what_happens_is_answered_with_sentences_and_their_dates() -> None:
    answer = assistant(MARCH, VOTE, COPY).ask("What is due on 5 February 2021?")
    assert [(p.text, p.normalized, p.n_sources) for p in answer.positions] == [
        (COPY.text, "2021-02-05", 2),
        (MARCH.text, "2021-02-05", 1),
    ]
    assert (answer.citations[0].quote, answer.confidence) == (COPY.text, 0.94)
    jsonschema.validate(json.loads(json.dumps(to_dict(answer))), SCHEMA)


def test_a_question_with_a_topic_is_answered_with_what_is_about_it() -> None:
    answer = assistant(MARCH, VOTE, COPY).ask("What happens in Springfield on 5 February 2021?")
    assert [p.text for p in answer.positions] == [MARCH.text]


def test_dates_count_from_as_of_else_from_the_newest_article() -> None:
    late = article("late", "The mayor opened the bridge on Feb. 5 in the rain.", published=date(2021, 2, 6))
    assert assistant(REPORT, late).ask("What happened yesterday?").text == late.text
    assert assistant(VOTE, late).ask("What is due on 5 February?", as_of=JANUARY).text == VOTE.text


def test_at_most_five_events_are_an_answer() -> None:
    many = [
        article(f"a{n}", f"Ferry{n} sails{n} to port{n} via bay{n} on Feb. 5.", published=JANUARY) for n in range(7)
    ]
    assert len(assistant(*many).ask("What happens on 5 February 2021?").positions) == 5


def test_where_no_article_tells_of_the_day_it_abstains() -> None:
    answer = assistant(VOTE).ask("What happened on 23 December 2020?")
    assert (answer.reason, answer.positions, answer.confidence) == (Reason.NO_EVIDENCE, (), 0.0)


def test_who_wants_more_certainty_than_dates_have_gets_no_answer() -> None:
    assert assistant(VOTE, min_confidence=0.99).ask("What is due on 5 February 2021?").reason is Reason.LOW_CONFIDENCE


def test_other_questions_with_a_date_are_for_the_reader() -> None:
    assert assistant(VOTE).ask("When will the Senate vote in February 2021?").text == "Feb. 5"


# Catching up


def test_articles_from_before_dates_were_kept_are_read_when_events_are_first_asked_for(tmp_path: Path) -> None:
    with Library.open(tmp_path / "index", embedder=WordCountEmbedder(), create=True) as library:
        list(library.add([VOTE, BUDGET]))
    with Library.open(tmp_path / "index", dater=EventDater()) as library:
        assert [e.value for e in events(library, FEBRUARY, filters=Filters())] == ["2021-02", "2021-02-05"]
        assert library.behind() == []


class FullDisk(ShelfRetriever):
    """Has an article whose dates aren't known, and no room for them."""

    def behind(self) -> list[str]:
        return ["vote"]

    def catch_up(self, article_ids: object) -> Any:
        raise StorageError("The disk is full.")


def test_dates_that_can_not_be_kept_are_told_and_the_rest_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    catch_up(FullDisk([]))
    assert caplog.messages == ["The dates in 1 articles are not known: The disk is full."]


# What people and programs see


def listed(*articles: Article) -> list[Event]:
    return events(shelf(*articles), FEBRUARY, filters=Filters())


def seen(*articles: Article, n_more: int = 0) -> list[str]:
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(events_to_terminal(FEBRUARY, listed(*articles), n_more=n_more))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined,no-any-return]


def test_the_terminal_lists_events_by_date_with_numbered_citations() -> None:
    assert seen(VOTE, COPY, MARCH, BUDGET, n_more=3) == [
        "February 2021",
        "[1] Springfield · 20 January 2021",
        "    The budget is due in February, the office said.",
        "",
        "5 February 2021",
        "[2] copy · 19 January 2021",
        "    (AP) The Senate will vote on the new treaty on Feb. 5.",
        "    [3] The Ledger · vote · 20 January 2021",
        "[4] march · 20 January 2021",
        "    Thousands are expected to march in Springfield on Feb. 5.",
        "",
        "3 more; show them with --limit 6.",
    ]


def test_the_terminal_says_so_where_nothing_is_told() -> None:
    assert seen() == ["No article tells of February 2021."]


def test_many_who_tell_the_same_are_counted() -> None:
    copies = [replace(VOTE, id=f"copy{n}", source=f"Paper {n}") for n in range(6)]
    assert seen(*copies)[-1] == "    and 2 more that say the same"


def test_json_has_the_period_the_events_and_their_citations() -> None:
    shape = events_dict(FEBRUARY, (date(2021, 2, 1), date(2021, 2, 28)), listed(VOTE, COPY), n_more=2)
    assert {k: v for k, v in shape.items() if k != "events"} == {
        "period": "2021-02",
        "first": "2021-02-01",
        "last": "2021-02-28",
        "n_more": 2,
    }
    (event,) = shape["events"]
    assert (event["value"], event["first"], event["last"]) == ("2021-02-05", "2021-02-05", "2021-02-05")
    assert (event["sentence"], event["n_sources"]) == (COPY.text, 2)
    assert [(c["n"], c["quote"], c["passage"]["text"]) for c in event["citations"]] == [
        (1, "Feb. 5", COPY.text),
        (2, "Feb. 5", VOTE.text),
    ]
