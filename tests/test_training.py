"""How the reader is made: data, windows, a run that can be cut off, export, calibration."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from index.types import Passage, Span
from qa.errors import DatasetError
from qa.paragraphs import Paragraph, ParagraphQuestion, read_paragraphs
from qa.training.calibrate import Trial, fit, is_right, run_trials
from qa.training.data import (
    JOINT,
    Example,
    Mixture,
    TrainingPassage,
    is_held_out,
    make_examples,
    question_key,
    without_held_out,
)
from qa.training.negatives import mine, read_negatives, write_negatives
from qa.training.noise import noisy
from qa.training.train import Recipe, Window, batches, make_windows, span_loss
from qa.training.unanswerable import altered_question
from qa.types import Candidate
from tests.fakes import WordCountEmbedder
from tests.qa_fakes import ScriptedReader, article, candidate, passage

SQUAD = {
    "data": [
        {
            "title": "Treaty",
            "paragraphs": [
                {
                    "context": "It was signed in Prague.",
                    "qas": [
                        {"id": "1", "question": "Where?", "answers": [{"text": "Prague", "answer_start": 17}]},
                        {"id": "2", "question": "Why?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ]
}
EXPECTED = Paragraph(
    "train",
    "Treaty",
    "It was signed in Prague.",
    (ParagraphQuestion("1", "Where?", (Span(17, 23),)), ParagraphQuestion("2", "Why?", ())),
)


def test_squad_json_and_json_lines_give_the_same_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "train.json").write_text(json.dumps(SQUAD))
    with gzip.open(tmp_path / "train.jsonl.gz", "wt") as file:
        file.write(json.dumps({"title": "Treaty", **SQUAD["data"][0]["paragraphs"][0]}) + "\n")
    assert list(read_paragraphs(tmp_path / "train.json")) == [EXPECTED]
    assert list(read_paragraphs(tmp_path / "train.jsonl.gz")) == [EXPECTED]


@pytest.mark.parametrize("content", ["", "{}", '{"data": 5}', "[]"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "train.json").write_text(content)
    with pytest.raises(DatasetError, match="not SQuAD-format"):
        list(read_paragraphs(tmp_path / "train.json"))


def test_an_answer_that_is_not_where_it_says_is_refused(tmp_path: Path) -> None:
    bad = {
        "context": "In Prague.",
        "qas": [{"id": "1", "question": "?", "answers": [{"text": "Prague", "answer_start": 0}]}],
    }
    (tmp_path / "train.jsonl").write_text(json.dumps(bad))
    with pytest.raises(DatasetError, match="'Prague' is not at 0"):
        list(read_paragraphs(tmp_path / "train.jsonl"))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 39))
def test_a_cut_passage_still_holds_its_answer_or_says_that_it_does_not(seed: int, at: int) -> None:
    text = " ".join(f"Sentence n{i:02}x has these nine words in it, exactly." for i in range(40))
    start = text.index(f"n{at:02}x")
    span = Span(start, start + 4)
    (example,) = make_examples(
        [Paragraph("d", "t", text, (ParagraphQuestion("1", "Which?", (span,)),))],
        seed=seed,
        mixture=Mixture(cropped=1.0),
    )
    (passage,) = example.passages
    assert passage.text in text
    assert len(passage.text.split()) < 130
    assert passage.answer is None or passage.answer.of(passage.text) == f"n{at:02}x"


SIGNED = Example("Where was it signed?", (TrainingPassage("Treaty", "It was signed in Prague.", Span(17, 23)),))
NEGATIVES = [TrainingPassage("Other", f"Passage {i} says something else.", None) for i in range(4)]


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_questions_read_jointly_keep_their_answer_or_have_none(seed: int) -> None:
    text = " ".join(f"In {1950 + i} the town of Place{chr(65 + i)} built bridge number {i} of oak." for i in range(20))
    start = text.index("1960")
    asked = ParagraphQuestion("1", "When did PlaceK build its first bridge?", (Span(start, start + 4),))
    paragraph = Paragraph("d", "Bridges", text, (asked,))
    negatives = {question_key(asked.text, paragraph): NEGATIVES}
    (example,) = make_examples([paragraph], seed=seed, mixture=JOINT, negatives=negatives)
    answers = [p.answer.of(p.text) for p in example.passages if p.answer]
    assert answers in ([], ["1960"])
    assert len(example.passages) <= 3
    if not answers and "1960" in example.passages[0].text:
        assert asked.text.rstrip("?") not in example.question


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000))
def test_an_altered_question_asks_for_something_else_that_the_passage_speaks_of(seed: int) -> None:
    text = "The accord was signed by Anna Weber in 1991. Later, in 1997, the minister Otto Kranz left Vienna."
    answer = Span(text.index("1991"), text.index("1991") + 4)
    question = "When did Anna Weber sign the first accord?"
    changed = altered_question(question, answer, text, random.Random(seed))
    assert changed in {
        "When did Otto Kranz sign the first accord?",
        "When did Vienna sign the first accord?",
        "When did Anna Weber sign the last accord?",
        "When didn't Anna Weber sign the first accord?",
        None,
    }


def test_questions_of_held_out_paragraphs_are_not_trained_on_elsewhere() -> None:
    def paragraph(text: str, *questions: str) -> Paragraph:
        return Paragraph("d", "t", text, tuple(ParagraphQuestion(q, q, (Span(0, 3),)) for q in questions))

    texts = [f"The bridge of town {i} opened." for i in range(400)]
    held = next(text for text in texts if is_held_out(paragraph(text)))
    kept = next(text for text in texts if not is_held_out(paragraph(text)))
    (left,) = without_held_out([paragraph(held, "Who built it?"), paragraph(kept, "who built it", "When?")])
    assert (left.text, [q.text for q in left.questions]) == (kept, ["When?"])


@given(st.integers(0, 10_000))
def test_a_carelessly_typed_question_keeps_its_first_letters_and_most_words(seed: int) -> None:
    question = "When does the agreement between Russia and America expire?"
    words = noisy(question, random.Random(seed)).split()
    assert {word[0] for word in words} <= {word[0] for word in question.split()}
    assert len(words) >= 4


def test_mined_negatives_are_near_the_question_and_without_its_answer(tmp_path: Path) -> None:
    texts = ["The bridge opened in 1932 after works.", "The bridge closed in 1950.", "Bread rises in the oven."]
    asked = ParagraphQuestion("1", "When was the bridge opened?", (Span(21, 25),))
    paragraphs = [Paragraph("d", "t", texts[0], (asked,)), *(Paragraph("d", "t", text, ()) for text in texts[1:])]
    mined = list(mine(paragraphs, embedder=WordCountEmbedder()))
    assert write_negatives(tmp_path / "n.jsonl.gz", mined) == 1
    (negatives,) = read_negatives(tmp_path / "n.jsonl.gz").values()
    assert negatives[0].text == texts[1]
    assert texts[0] not in [negative.text for negative in negatives]


def test_missing_negatives_are_an_error_that_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"python -m qa\.training mine"):
        read_negatives(tmp_path / "n.jsonl.gz")


def test_the_same_seed_gives_the_same_examples() -> None:
    paragraphs = [EXPECTED] * 5
    assert make_examples(paragraphs, seed=1) == make_examples(paragraphs, seed=1)


def test_an_epoch_s_batches_hold_every_window_once_and_few_pads() -> None:
    lengths = np.random.default_rng(0).integers(20, 200, 300)
    groups = [[Window([1] * n, [0] * n, n, n)] * (1 + n % 2) for n in lengths]
    recipe = Recipe(n_steps=1, batch_tokens=1000)
    ready = list(batches(groups, recipe, epoch=0))
    assert sorted(len(g[0].input_ids) for batch in ready for g in batch) == sorted(lengths)
    sizes = [(sum(len(g) for g in batch), max(len(w.input_ids) for g in batch for w in g)) for batch in ready]
    assert all(n_windows * longest <= 1000 + 20 * 12 for n_windows, longest in sizes)
    assert [len(b) for b in batches(groups, recipe, epoch=1)] != [len(b) for b in ready]


@pytest.mark.model
def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    from qa.training.export import export
    from qa.training.train import train

    examples = [SIGNED] * 8
    tiny = _tiny_encoder(tmp_path / "encoder")
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    options = {"encoder_path": tiny, "checkpoint_every": 2, "n_threads": 1}
    recipe = Recipe(n_steps=6, batch_tokens=40)
    train(lambda epoch: examples, recipe=recipe, out=whole, **options)  # type: ignore[arg-type]

    class Cut(Exception):
        pass

    def until_cut(epoch: int) -> list[Example]:
        if epoch == 1 and not (cut / "resumed").exists():
            (cut / "resumed").touch()
            raise Cut
        return examples

    with pytest.raises(Cut):
        train(until_cut, recipe=recipe, out=cut, **options)  # type: ignore[arg-type]
    train(until_cut, recipe=recipe, out=cut, **options)  # type: ignore[arg-type]
    assert len(export(whole, tmp_path / "shipped")) == 64
    one, other = (load_file(folder / "model.safetensors") for folder in (whole, cut))
    assert one.keys() == other.keys()
    assert all(torch.allclose(one[name], other[name], atol=1e-6) for name in one)


@pytest.mark.model
def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    from qa.training.train import train

    examples = [SIGNED] * 8
    options = {"encoder_path": _tiny_encoder(tmp_path / "encoder"), "checkpoint_every": 1, "n_threads": 1}
    train(lambda epoch: examples, recipe=Recipe(n_steps=1), out=tmp_path / "out", **options)  # type: ignore[arg-type]
    with pytest.raises(DatasetError, match="another recipe"):
        train(lambda epoch: examples, recipe=Recipe(n_steps=2), out=tmp_path / "out", **options)  # type: ignore[arg-type]


def test_windows_point_at_the_answer_and_those_without_it_at_no_answer() -> None:
    from transformers import AutoTokenizer

    from index.embedding import shipped_embedder_path

    tokenizer = AutoTokenizer.from_pretrained(shipped_embedder_path())
    passage = "word " * 300 + "Prague"
    beside = TrainingPassage("", "No reason.", None)
    (groups, alone) = make_windows(
        [
            Example("Where?", (TrainingPassage("", passage, Span(1500, 1506)), beside)),
            Example("Why?", (TrainingPassage("Reasons", "No reason.", None),)),
        ],
        tokenizer,
        Recipe(n_steps=1, max_length=128, stride=32),
    )
    found = [tokenizer.decode(w.input_ids[w.first : w.last + 1]) for w in groups]
    assert found == ["[CLS]"] * (len(groups) - 2) + ["prague", "[CLS]"]
    assert tokenizer.decode(alone[0].input_ids) == "[CLS] why? | reasons [SEP] no reason. [SEP]"


def test_the_loss_is_small_where_the_logits_point_at_the_answer_and_blind_to_the_question() -> None:
    window = Window([1] * 6, [0, 0, 1, 1, 1, 1], 3, 4)
    inputs = {"token_type_ids": torch.tensor([window.token_type_ids]), "attention_mask": torch.ones(1, 6)}
    start, end = torch.full((1, 6), -9.0), torch.full((1, 6), -9.0)
    start[0, 3] = end[0, 4] = 9.0
    right = span_loss(start, end, inputs, [[window]])
    start[0, 1] = end[0, 1] = 99.0  # a token of the question
    assert float(right) < 1e-5
    assert float(span_loss(start, end, inputs, [[window]])) == float(right)
    assert float(span_loss(end, start, inputs, [[window]])) > 10


def _random_logits(*windows: Window) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor]]:
    shape = len(windows), len(windows[0].input_ids)
    generator = torch.Generator().manual_seed(0)
    inputs = {
        "token_type_ids": torch.tensor([window.token_type_ids for window in windows]),
        "attention_mask": torch.ones(shape),
    }
    return torch.randn(shape, generator=generator), torch.randn(shape, generator=generator), inputs


def test_the_loss_of_single_windows_is_the_cross_entropy_over_their_passages() -> None:
    answered, empty = Window([1] * 6, [0, 0, 1, 1, 1, 1], 3, 4), Window([1] * 6, [0, 0, 1, 1, 1, 1], 0, 0)
    start, end, inputs = _random_logits(answered, empty)
    legal = torch.tensor([0, 2, 3, 4, 5])  # all but the question's token

    def plain(logits: torch.Tensor, target: int) -> torch.Tensor:
        return -torch.log_softmax(logits[legal], 0)[legal.tolist().index(target)]

    expected = (plain(start[0], 3) + plain(end[0], 4) + plain(start[1], 0) + plain(end[1], 0)) / 4
    assert float(span_loss(start, end, inputs, [[answered], [empty]])) == pytest.approx(float(expected), abs=1e-5)


def test_a_passage_read_beside_the_right_one_shares_its_softmax() -> None:
    answered, empty = Window([1] * 6, [0, 0, 1, 1, 1, 1], 3, 4), Window([1] * 6, [0, 0, 1, 1, 1, 1], 0, 0)
    start, end, inputs = _random_logits(answered, empty)

    def joint(logits: torch.Tensor, target: int) -> torch.Tensor:
        odds = torch.cat([torch.zeros(1), *(row[2:] - row[0] for row in logits)])
        return torch.logsumexp(odds, 0) - (logits[0, target] - logits[0, 0])

    expected = (joint(start, 3) + joint(end, 4)) / 2
    assert float(span_loss(start, end, inputs, [[answered, empty]])) == pytest.approx(float(expected), abs=1e-5)


def test_trials_leave_out_questions_that_training_saw() -> None:
    def paragraph(text: str, *asked: tuple[str, str]) -> Paragraph:
        questions = tuple(
            ParagraphQuestion(question, question, (Span(text.index(a), text.index(a) + len(a)),) if a else ())
            for question, a in asked
        )
        return Paragraph("d", "t", text, questions)

    texts = [f"The bridge of town {i} opened in {1900 + i} after long works." for i in range(400)]
    held = next(i for i, text in enumerate(texts) if is_held_out(paragraph(text)))
    year = str(1900 + held)
    paragraphs = [paragraph(texts[held], ("When did it open?", year), ("Seen before?", year), ("Who built it?", ""))]
    paragraphs += [
        paragraph(text, ("Seen before?", "bridge")) for text in texts[:20] if not is_held_out(paragraph(text))
    ]
    asked: list[str] = []

    class Recording(ScriptedReader):
        def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
            asked.append(question)
            return super().read(question, passages)

    trials = list(
        run_trials(
            paragraphs,
            embedder=WordCountEmbedder(),
            reader=Recording({year: 3.0, "bridge": 0.5}),
            k=5,
            n_distractors=10,
            n_questions=10,
            seed=1,
        )
    )
    assert set(asked) >= {"When did it open?", "Who built it?"}
    assert "Seen before?" not in asked
    assert sum(trial.is_answerable for trial in trials) == 1


def _tiny_encoder(path: Path) -> Path:
    from transformers import AutoTokenizer, BertConfig, BertModel

    from index.embedding import shipped_embedder_path

    config = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
    BertModel(config).save_pretrained(path)
    AutoTokenizer.from_pretrained(shipped_embedder_path()).save_pretrained(path)
    return path


@pytest.mark.parametrize(
    ("said", "accepted", "expected"),
    [
        ("Feb. 5", "February 5", True),
        ("Joe Biden", "Biden", True),
        ("2010", "2011", False),
        ("used for books for the blind", "books", True),  # more, in its place
        ("It was used for books for the blind in 2011, and signed by Joe Biden", "Biden", False),  # too much
        ("February 5", "Joe Biden", False),
    ],
)
def test_a_calibration_answer_is_right_as_a_reader_would_say(said: str, accepted: str, expected: bool) -> None:
    text = (
        "It was used for books for the blind in 2011, and signed by Joe Biden on February 5 (Feb. 5), 2010, by Biden."
    )
    paragraph = Paragraph("d", "t", text, ())
    start = text.index(accepted)
    found = candidate(passage(article("a", text)), said, 1.0)
    assert is_right(found, paragraph, [Span(start, start + len(accepted))]) is expected


def test_the_fitted_confidence_separates_what_its_features_separate() -> None:
    chance = np.random.default_rng(0)
    evidence = chance.normal(0, 3, 400)
    right = evidence + chance.normal(0, 1, 400) > 0
    trials = [
        Trial(((float(e), 0.0),), (bool(r),), i > 0, str(i))
        for i, (e, r) in enumerate(zip(evidence, right, strict=True))
    ]
    calibration, figures = fit(trials)
    assert figures["auroc"] > 0.9
    assert figures["ece"] < 0.1
    assert calibration.probability((4.0, 0.0)) > 0.9
    assert calibration.probability((-4.0, 0.0)) < 0.1
