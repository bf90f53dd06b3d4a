"""Follow-ups in the light of what was asked before. No example here is from a gold set."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.conversation import Rewritten, rewrite
from qa.conversation.gate import pronouns_of, signals_of
from qa.conversation.mentions import Kind, mentions_of
from qa.types import Added, Turn

TREATY = Turn("When does the Open Skies Treaty end?", "Nov. 22")
RULER = Turn("Who is the president of Chile?", "Sebastián Piñera")
MEETING = Turn("Where did Merkel meet Macron?", "Toulouse")
VISIT = Turn("Why did the talks in Doha fail?", "The Taliban demanded the release of prisoners")


def standalone(question: str, *history: Turn) -> str:
    return rewrite(question, history).standalone


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (TREATY, "And when was it signed?", "When was the Open Skies Treaty signed?"),
        (TREATY, "Who are its members?", "Who are the Open Skies Treaty's members?"),
        (TREATY, "Okay, thanks. Is it still in force?", "Is the Open Skies Treaty still in force?"),
        (RULER, "How old is he?", "How old is Sebastián Piñera?"),
        (RULER, "Did Biden call him?", "Did Biden call Sebastián Piñera?"),
        (RULER, "Was he seen at his office?", "Was Sebastián Piñera seen at his office?"),
        (MEETING, "What did they talk about?", "What did Merkel and Macron talk about?"),
        (MEETING, "How long did she stay there?", "How long did Merkel stay in Toulouse?"),
        (MEETING, "What did she ask him?", "What did Merkel ask Macron?"),
        (
            Turn("Was it Quist's call with Aker?", "Quist and Aker talked"),
            "What did the Swedish king tell him?",
            "What did the Swedish king tell Quist?",
        ),
        (
            Turn("Did the new cabinet fear Brexit?", "yes"),
            "Who are its members?",
            "Who are the new cabinet's members?",
        ),
        (Turn("Who attended?", "Li and Modi"), "When did they leave?", "When did Li and Modi leave?"),
        (Turn("When did they meet?", "in 2019"), "What else happened that year?", "What else happened in 2019?"),
        (Turn("When did the strike begin?", "on May 5"), "Who was in office then?", "Who was in office on May 5?"),
    ],
)
def test_a_pronoun_gives_way_to_what_it_stands_for(turn: Turn, question: str, expected: str) -> None:
    assert standalone(question, turn) == expected


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (TREATY, "Why?", "Why does the Open Skies Treaty end?"),
        (TREATY, "How so?", "Why does the Open Skies Treaty end?"),
        (RULER, "Since when?", "Since when is Sebastián Piñera the president of Chile?"),
        (RULER, "Until when?", "Until when is Sebastián Piñera the president of Chile?"),
        (MEETING, "When was that?", "When did Merkel meet Macron?"),
        (Turn("Who broke the truce?", "the rebels"), "Why?", "Why was it that the rebels broke the truce?"),
        (Turn("Did Merkel resign?", "yes"), "When did that happen?", "When did Merkel resign?"),
        (VISIT, "Who said that?", "Who said “The Taliban demanded the release of prisoners”?"),
        (TREATY, "Are you sure?", "When does the Open Skies Treaty end?"),
        (TREATY, "Tell me more.", "When does the Open Skies Treaty end?"),
        (Turn("Who attended the summit?", "Modi"), "Who else?", "Who else attended the summit?"),
    ],
)
def test_a_question_about_the_last_answer_is_put_in_full(turn: Turn, question: str, expected: str) -> None:
    assert standalone(question, turn) == expected


@pytest.mark.parametrize(
    ("turn", "question", "expected"),
    [
        (MEETING, "What about Trudeau?", "Where did Trudeau meet Macron?"),
        (RULER, "And of Peru?", "Who is the president of Peru?"),
        (RULER, "And the foreign minister?", "Who is the foreign minister of Chile?"),
        (TREATY, "How about the INF treaty?", "When does the INF treaty end?"),
        (
            Turn("What did Merkel and Macron discuss?", "trade"),
            "What about the climate, was that discussed too?",
            "Was the climate discussed too, regarding Merkel and Macron?",
        ),
    ],
)
def test_what_about_swaps_the_subject_and_keeps_the_frame(turn: Turn, question: str, expected: str) -> None:
    assert standalone(question, turn) == expected


def test_a_clause_is_quoted_where_that_stands_for_it() -> None:
    assert standalone("How did Kabul react to that?", VISIT) == (
        "How did Kabul react to “The Taliban demanded the release of prisoners”?"
    )


def test_a_noun_gives_way_to_what_it_was_called_before() -> None:
    asked = Turn("Which vaccine did Chile approve first?", "CoronaVac")
    assert standalone("When was the vaccine delivered?", asked) == "When was CoronaVac delivered?"


def test_one_is_spelt_out() -> None:
    asked = Turn("How much is a monthly ticket?", "$40")
    assert standalone("How do I get a new one?", asked) == "How do I get a new monthly ticket?"


def test_names_in_lower_case_are_carried_too() -> None:
    assert standalone("and when was it signed", Turn("when does the open skies treaty end", "Nov. 22")) == (
        "When was the open skies treaty signed"
    )


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    history = [RULER, Turn("How old is he?", "71"), Turn("And where was he born?", "Santiago")]
    assert rewrite("Is he married?", history).standalone == "Is Sebastián Piñera married?"


def test_every_added_term_has_its_reason() -> None:
    assert rewrite("And when was it signed?", [TREATY]) == Rewritten(
        standalone="When was the Open Skies Treaty signed?",
        expanded="When was the Open Skies Treaty signed? end nov",
        added=(
            Added("the Open Skies Treaty", "for “it”"),
            Added("end", "searched for: in the last question"),
            Added("nov", "searched for: in the last answer"),
        ),
        signals=("it begins with “and”", "“it” stands for something"),
    )


INDEPENDENT = (
    "Who is Dmitry Peskov?",
    "What is primatology?",
    "When did Putin say that he would visit Ankara?",
    "Is there a curfew in Santiago?",
    "How long does it take to fly from London to New York?",
    "What did Merkel tell Macron about her plans?",
    "Which countries signed the Open Skies Treaty in 1992?",
    "What is the capital of France?",
    "Who predicted that Ankara would leave?",
    "Why did Harvard end its early admission program?",
    "When did the White House announce it wanted talks?",
    "When were those behind the attack on the Bataclan tried?",
    "When was the Britain Can Make It exhibition held?",
)


@pytest.mark.parametrize("question", INDEPENDENT)
def test_an_independent_question_takes_nothing_from_the_history(question: str) -> None:
    assert rewrite(question, [RULER, MEETING]) == Rewritten(question)


@pytest.mark.parametrize("question", ["And when was it signed?", "Why?", "What about Gorbachev?", "  "])
def test_without_a_history_nothing_is_rewritten(question: str) -> None:
    assert rewrite(question, []) == Rewritten(question)


@pytest.mark.parametrize("question", ["navalny release date", "When did the two presidents hold their first call?"])
def test_what_may_stand_on_its_own_is_read_as_asked(question: str) -> None:
    assert standalone(question, MEETING) == question


def test_a_question_that_only_looks_incomplete_is_left_to_the_reader_and_widened_in_the_search() -> None:
    rewritten = rewrite("What are common treatments?", [MEETING])
    assert (rewritten.standalone, rewritten.expanded) == (
        "What are common treatments?",
        "What are common treatments? merkel meet macron toulouse",
    )


def test_a_question_that_looks_incomplete_and_shares_a_word_is_completed() -> None:
    assert standalone("When did the talks begin?", VISIT) == "When did Doha's talks begin?"


def test_evidence_lends_its_frequent_words_to_the_search() -> None:
    turn = Turn(
        "Where did it rain?", "Ahr", evidence="In the Ahr valley the flood, the worst flood in years, took homes."
    )
    assert "flood" in rewrite("And how many died?", [turn]).expanded


@pytest.mark.parametrize(
    ("question", "unbound"),
    [
        ("Is it true that they left?", ["they"]),
        ("Are there any survivors?", []),
        ("What did the mayor say in his speech?", []),
        ("What did the mayor tell him?", ["him"]),
        ("Did those stall?", ["Those"]),
        ("Did Putin say that?", ["that"]),
        ("Who said that Putin left?", []),
    ],
)
def test_pronouns_that_stand_for_something_outside_the_question(question: str, unbound: list[str]) -> None:
    found = [pronoun.word.text for pronoun in pronouns_of(question) if not pronoun.is_bound]
    assert [word.lower() for word in found] == [word.lower() for word in unbound]


def test_a_question_with_a_name_gives_no_weak_signal() -> None:
    assert signals_of("What did the committee ask of Kim?").weak == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who is the leader of North Korea?", [("leader", Kind.PERSON), ("North Korea", Kind.PLACE)]),
        ("Did the New START treaty lapse in 2021?", [("New START treaty", Kind.THING), ("2021", Kind.DATE)]),
        ("When did Sen. Bernie Sanders speak?", [("Bernie Sanders", Kind.PERSON)]),
        ("What did the European Commission decide?", [("European Commission", Kind.GROUP)]),
    ],
)
def test_mentions_have_a_kind(text: str, expected: list[tuple[str, Kind]]) -> None:
    assert [(mention.text, mention.kind) for mention in mentions_of(text)] == expected


@given(st.text(max_size=80))
def test_mentions_lie_inside_the_text_in_order(text: str) -> None:
    mentions = mentions_of(text)
    assert all(text[m.start : m.end].endswith(m.text) for m in mentions)
    assert [m.start for m in mentions] == sorted(m.start for m in mentions)


WORDS = st.lists(
    st.sampled_from(
        "and what about the it he they that why how many did was Putin Merkel treaty signed in 2010 May 5 , ? . “ one "
        "there then who said is Berlin U.S. 's no".split()
    ),
    min_size=1,
    max_size=12,
).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(WORDS, st.lists(st.tuples(WORDS, st.none() | WORDS), max_size=3))
def test_whatever_was_said_the_question_stays_one(question: str, turns: list[tuple[str, str | None]]) -> None:
    rewritten = rewrite(question, [Turn(*turn) for turn in turns])
    assert rewritten.standalone.strip()
    assert rewritten == rewrite(question, [Turn(*turn) for turn in turns])


def test_a_long_history_costs_no_more_than_its_first_and_last_turns() -> None:
    turns = [Turn(f"Who leads party {n}?", f"Leader {n}") for n in range(1000)]
    assert rewrite("How old is he?", turns) == rewrite("How old is he?", [turns[0], *turns[-7:]])


@pytest.mark.parametrize("unit", ["And he said that it was there, ", "it ", "a-b-", "'s ", "hello ", "there is ", "“"])
def test_a_pasted_document_is_no_follow_up_and_is_not_looked_into(unit: str) -> None:
    pasted = unit * 30_000  # without the cap, minutes of work for some of these
    assert rewrite(pasted, [RULER, Turn(pasted, pasted, pasted)]) == Rewritten(pasted)
