"""The embedder that ships, and its ONNX twin."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index.embedding import SHIPPED_EMBEDDER, load_embedder, shipped_embedder_path, unit_rows
from index.errors import ModelError
from index.onnx_session import verify_weights

pytestmark = pytest.mark.model
TEXTS = ["When does New START expire?", "", "A " * 600, "Перевод. 中文。🙂"]


def test_vectors_are_unit_rows_in_the_order_of_the_texts() -> None:
    embedder = load_embedder()
    vectors = embedder.embed(TEXTS)
    assert (vectors.shape, vectors.dtype, embedder.dim) == ((4, 384), np.float32, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert np.abs((vectors * alone).sum(axis=1) - 1).max() < 1e-5


def test_no_texts_give_no_rows() -> None:
    assert load_embedder().embed([]).shape == (0, 384)


def test_onnx_and_sentence_transformers_agree() -> None:
    fast, bulk = load_embedder().embed(TEXTS[:1]), load_embedder(bulk=True).embed(TEXTS[:1])
    assert float((fast * bulk).sum()) > 0.999


def test_any_sentence_transformers_model_can_be_given_by_path() -> None:
    embedder = load_embedder(str(shipped_embedder_path()))
    vectors = embedder.embed(TEXTS)
    assert embedder.model_id == str(shipped_embedder_path())
    assert np.abs((vectors * load_embedder().embed(TEXTS)).sum(axis=1) - 1).max() < 1e-4


def test_a_model_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be loaded"):
        load_embedder(str(tmp_path / "none"))


def test_altered_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the published weights")
    with pytest.raises(ModelError, match="not the published ones"):
        verify_weights(tmp_path, "0" * 64)


def test_weights_altered_after_the_first_check_are_noticed(tmp_path: Path) -> None:
    source = shipped_embedder_path() / "config.json"
    weights = tmp_path / "model.safetensors"
    shutil.copyfile(source, weights)
    import hashlib

    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    verify_weights(tmp_path, digest)
    verify_weights(tmp_path, digest)
    weights.write_bytes(weights.read_bytes() + b" ")
    with pytest.raises(ModelError, match="not the published ones"):
        verify_weights(tmp_path, digest)


def test_the_published_weights_are_the_ones_installed() -> None:
    assert load_embedder().model_id == SHIPPED_EMBEDDER


def test_unit_rows_leaves_a_zero_row_finite() -> None:
    assert np.isfinite(unit_rows(np.zeros((1, 3)))).all()
