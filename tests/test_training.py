"""How the reader is made: data, windows, a run that can be cut off, export, calibration."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Span
from qa.errors import DatasetError
from qa.training.calibrate import Trial, fit, is_same_answer
from qa.training.data import Example, Paragraph, ParagraphQuestion, make_examples, read_paragraphs
from qa.training.train import Recipe, Window, batches

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
    text = " ".join(f"Sentence number {i} has these ten words in it, exactly." for i in range(40))
    start = text.index(f"number {at} ")
    span = Span(start, start + len(f"number {at}"))
    (example,) = make_examples(
        [Paragraph("d", "t", text, (ParagraphQuestion("1", "Which?", (span,)),))], seed=seed, crop_share=1.0
    )
    assert example.passage in text
    assert len(example.passage.split()) < 130
    assert example.answer is None or example.answer.of(example.passage) == f"number {at}"


def test_the_same_seed_gives_the_same_examples() -> None:
    paragraphs = [EXPECTED] * 5
    assert make_examples(paragraphs, seed=1) == make_examples(paragraphs, seed=1)


def test_an_epoch_s_batches_hold_every_window_once_and_few_pads() -> None:
    windows = [Window([1] * n, [0] * n, n, n) for n in np.random.default_rng(0).integers(20, 200, 300)]
    recipe = Recipe(n_steps=1, batch_tokens=1000)
    ready = list(batches(windows, recipe, epoch=0))
    assert sorted(len(w.input_ids) for batch in ready for w in batch) == sorted(len(w.input_ids) for w in windows)
    assert all(len(b) * max(len(w.input_ids) for w in b) <= 1000 + 20 * 12 for b in ready)
    assert [len(b) for b in batches(windows, recipe, epoch=1)] != [len(b) for b in ready]


@pytest.mark.model
def test_a_run_that_was_cut_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    from qa.training.export import export
    from qa.training.train import train

    examples = [Example("Where was it signed?", "It was signed in Prague.", Span(17, 23))] * 8
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
    assert json.loads((cut / "recipe.json").read_text())["n_steps"] == 6
    assert (cut / "model.safetensors").stat().st_size == (whole / "model.safetensors").stat().st_size


def _tiny_encoder(path: Path) -> Path:
    from transformers import AutoTokenizer, BertConfig, BertModel

    from index.embedding import shipped_embedder_path

    config = BertConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    BertModel(config).save_pretrained(path)
    AutoTokenizer.from_pretrained(shipped_embedder_path()).save_pretrained(path)
    return path


@pytest.mark.parametrize(
    ("text", "accepted", "expected"),
    [
        ("Feb. 5", "February 5", True),
        ("in Prague", "Prague", True),
        ("Joe Biden", "Biden", True),
        ("2010", "2011", False),
    ],
)
def test_a_calibration_answer_is_right_as_a_reader_would_say(text: str, accepted: str, expected: bool) -> None:
    assert is_same_answer(text, accepted) is expected


def test_the_fitted_confidence_separates_what_its_features_separate() -> None:
    chance = np.random.default_rng(0)
    evidence = chance.normal(0, 3, 400)
    right = evidence + chance.normal(0, 1, 400) > 0
    trials = [Trial((float(e), 0.0, 0.5, 0.5, 0.5, 0.0), bool(r), True) for e, r in zip(evidence, right, strict=True)]
    trials[0] = Trial(trials[0].features, trials[0].is_right, False)
    calibration, figures = fit(trials, seed=0)
    assert figures["auroc"] > 0.9
    assert figures["ece"] < 0.1
    assert calibration.probability((4.0, 0.0, 0.5, 0.5, 0.5, 0.0)) > 0.9
    assert calibration.probability((-4.0, 0.0, 0.5, 0.5, 0.5, 0.0)) < 0.1
