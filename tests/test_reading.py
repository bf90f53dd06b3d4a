"""The reader: windows, offsets, and the models that can sit in it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.embedding import shipped_embedder_path
from index.errors import ModelError
from index.types import Span
from qa.reading import ExtractiveReader, _with_whole_pairs, load_reader, shipped_reader_path
from tests.qa_fakes import article, passage

TOKENIZER_PATH = str(shipped_embedder_path() / "tokenizer.json")


def reader_of(word: str, *, max_length: int = 384, stride: int = 128) -> ExtractiveReader:
    """A reader whose model has high logits on every token of `word`, and nowhere else."""
    tokenizer = Tokenizer.from_file(TOKENIZER_PATH)
    wanted = tokenizer.encode(word, add_special_tokens=False).ids

    def model(ids: np.ndarray, mask: np.ndarray, segments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        logits = np.isin(ids, wanted).astype(np.float32) * 5
        return logits, logits

    return ExtractiveReader(tokenizer, model, model_id="fake", max_length=max_length, stride=stride, n_best=1)


def test_a_candidate_has_the_offsets_of_the_article() -> None:
    of = article("a", "Nothing here. It expires Friday.")
    (found,) = reader_of("Friday").read("When?", [passage(of)])
    assert (found.text, found.span, found.score) == ("Friday", Span(25, 31), 10.0)


def test_a_long_passage_is_read_to_its_end() -> None:
    text = "word " * 2000 + "Friday"
    found = reader_of("Friday", max_length=200, stride=16).read("When?", [passage(article("a", text))])
    assert (found[0].text, found[0].span.start) == ("Friday", 10000)


def test_words_of_the_question_are_no_answer() -> None:
    found = reader_of("Friday").read("Is it Friday?", [passage(article("a", "It may be."))])
    assert all(c.score == 0.0 for c in found)


def test_a_reader_of_titles_sees_them_and_never_answers_with_them() -> None:
    seen = []
    tokenizer = Tokenizer.from_file(TOKENIZER_PATH)

    def model(ids: np.ndarray, mask: np.ndarray, segments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.append(tokenizer.decode(list(ids[0])))
        return segments * 0.0 + 1.0 - segments, segments * 0.0 + 1.0 - segments  # whatever is no passage, most

    titled = passage(article("a", "It may be.", title="Friday, in short"))
    for with_titles, shown in [(True, "when? | friday, in short it may be."), (False, "when? it may be.")]:
        reader = ExtractiveReader(tokenizer, model, model_id="fake", with_titles=with_titles)
        assert all("Friday" not in found.text for found in reader.read("When?", [titled]))
        assert seen[-1] == shown


@pytest.mark.parametrize("n_parallel", [1, 2, 3])
def test_batches_that_run_at_the_same_time_give_the_same_candidates(n_parallel: int) -> None:
    tokenizer = Tokenizer.from_file(TOKENIZER_PATH)
    rows = []

    def model(ids: np.ndarray, mask: np.ndarray, segments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rows.append(len(ids))
        return (ids * mask % 97).astype(np.float32), (ids * mask % 89).astype(np.float32)

    passages = [
        passage(article(str(i), f"On day {i} the " + "long " * i + "talks ended."), rank=i + 1) for i in range(9)
    ]
    found = ExtractiveReader(tokenizer, model, model_id="fake", n_parallel=n_parallel).read("When?", passages)
    alone = ExtractiveReader(tokenizer, model, model_id="fake", batch_tokens=1).read("When?", passages)
    assert found == alone
    assert rows[:n_parallel] != [9] or n_parallel == 1
    assert sum(rows) == 18


def test_questions_read_in_common_batches_keep_their_own_candidates_and_ties_their_order() -> None:
    reader = reader_of("Friday")
    few = [passage(article("a", "On Friday."))]
    tied = [
        passage(article("long", "Long " * 9 + "after Friday.")),
        passage(article("short", "It was Friday."), rank=2),
    ]
    asked = [("When?", tied), ("What day?", []), ("Until when?", few)]
    together = reader.read_many(asked)
    assert together == [reader.read(question, passages) for question, passages in asked]
    assert [[c.passage.article.id for c in found] for found in together] == [["long", "short"], [], ["a"]]


@pytest.mark.parametrize("question", ["why " * 5000, "?!" * 300, "为什么" * 200, "\N{THINKING FACE}" * 700])
def test_a_very_long_question_leaves_room_for_the_passage(question: str) -> None:
    found = reader_of("Friday").read(question, [passage(article("a", "On Friday."))])
    assert found[0].text == "Friday"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("He is “ready to talk” now.", "“ready to talk”"),
        ("He is “ready to” talk.", "“ready to”"),
        ("Ready “for serious dialogue” he said.", "Ready “for serious dialogue”"),
    ],
)
def test_whole_quotes_are_kept(text: str, answer: str) -> None:
    start = text.index(answer)
    assert _with_whole_pairs(text, Span(start, start + len(answer))).of(text) == answer


@pytest.mark.parametrize(
    ("text", "span", "answer"),
    [
        ("“ready for talks", Span(0, 16), "ready for talks"),
        ("ready (at last", Span(6, 14), "at last"),
        ("talks”", Span(0, 6), "talks"),
        ("€130 billion ($173 billion) in aid", Span(0, 26), "€130 billion ($173 billion)"),
        ("a treaty (signed in 2010, and in force", Span(0, 24), "a treaty"),
        ("he called it “a tough” one", Span(3, 21), "called it “a tough”"),
    ],
)
def test_half_of_a_pair_of_marks_is_left_out_or_made_whole(text: str, span: Span, answer: str) -> None:
    assert _with_whole_pairs(text, span).of(text) == answer


def test_an_answer_does_not_run_from_one_paragraph_into_the_next() -> None:
    text = "The Friday\n\nFriday is a day."
    found = reader_of("Friday").read("When?", [passage(article("a", text))])
    assert {c.text for c in found} == {"Friday"}


def test_a_sentence_that_a_blank_line_cuts_in_two_can_be_an_answer() -> None:
    text = "After all the talks it came to Friday\n\nweek end."
    tokenizer = Tokenizer.from_file(TOKENIZER_PATH)
    tokenizer.no_padding()
    (friday,), (week,) = (tokenizer.encode(word, add_special_tokens=False).ids for word in ("friday", "week"))

    def model(ids: np.ndarray, mask: np.ndarray, segments: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (ids == friday).astype(np.float32), (ids == week).astype(np.float32)

    reader = ExtractiveReader(tokenizer, model, model_id="fake", n_best=1)
    assert [c.text for c in reader.read("When?", [passage(article("a", text))])] == ["Friday\n\nweek"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=900))
def test_any_text_can_be_read_and_every_span_lies_in_it(text: str, question: str) -> None:
    for _, span, score in reader_of("a").read_texts([question], [text], [None]):
        assert span.end <= len(text)
        assert np.isfinite(score)
        assert any(character.isalnum() for character in span.of(text))


@pytest.mark.model
def test_the_shipped_reader_finds_a_plain_answer() -> None:
    text = "The treaty limits both sides to 1,500 nuclear warheads each and is set to expire Feb. 5."
    found = load_reader().read("When does the treaty expire?", [passage(article("a", text))])
    assert found[0].text == "Feb. 5"
    assert found[0].score > 0


@pytest.mark.model
def test_a_reader_by_path_gives_the_same_spans_on_torch() -> None:
    passages = [passage(article("a", "The treaty expires Feb. 5. It was signed in Prague."))]
    ours = load_reader().read("Where was it signed?", passages)
    other = load_reader(str(shipped_reader_path())).read("Where was it signed?", passages)
    assert [(c.span, round(c.score, 2)) for c in ours] == [(c.span, round(c.score, 2)) for c in other]


@pytest.mark.model
def test_a_model_without_a_question_answering_head_is_refused() -> None:
    with pytest.raises(ModelError, match="no trained question-answering head"):
        load_reader(str(shipped_embedder_path()))


def test_a_reader_that_is_not_there_is_a_clear_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ModelError, match="can't be loaded"):
        load_reader(str(tmp_path_factory.mktemp("empty")))
