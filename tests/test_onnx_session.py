"""The ONNX file: made once, rebuilt when missing, stale or damaged, never trusted unchecked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from index.errors import ModelError
from index.onnx_session import INPUTS, open_session


class Sum(torch.nn.Module):
    def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
        return (ids * mask + segments).float() / 1000


class Fickle(Sum):
    """Gives another result every time: no export can agree with it."""

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
        return super().forward(ids, mask, segments) + torch.rand(1)


@pytest.fixture
def model_path(tmp_path: Path) -> Path:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"weights")
    return tmp_path / "model"


def counted(module: Callable[[], torch.nn.Module]) -> tuple[Callable[[], torch.nn.Module], list[int]]:
    calls: list[int] = []

    def build() -> torch.nn.Module:
        calls.append(1)
        return module()

    return build, calls


def run(session: Any) -> Any:
    arrays = (np.full((1, 3), 2000), np.ones((1, 3), np.int64), np.zeros((1, 3), np.int64))
    return session.run(None, dict(zip(INPUTS, arrays, strict=True)))[0]


def test_the_file_is_made_once(model_path: Path) -> None:
    build, calls = counted(Sum)
    first, second = (run(open_session(model_path, build, n_outputs=1)) for _ in range(2))
    assert len(calls) == 1
    assert np.array_equal(first, second)
    assert np.allclose(first, 2.0)


@pytest.mark.parametrize("damage", [b"", b"garbage" * 100])
def test_a_damaged_file_is_made_again(model_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    build, calls = counted(Sum)
    open_session(model_path, build, n_outputs=1)
    file = model_path / "onnx" / "model.onnx"
    size = file.stat().st_size
    file.write_bytes(damage.ljust(size, b"\0") if damage else damage)
    assert np.allclose(run(open_session(model_path, build, n_outputs=1)), 2.0)
    assert len(calls) == 2


def test_a_missing_file_is_made_again(model_path: Path) -> None:
    build, calls = counted(Sum)
    open_session(model_path, build, n_outputs=1)
    (model_path / "onnx" / "model.onnx").unlink()
    assert np.allclose(run(open_session(model_path, build, n_outputs=1)), 2.0)
    assert len(calls) == 2


def test_other_weights_make_another_file(model_path: Path) -> None:
    build, calls = counted(Sum)
    open_session(model_path, build, n_outputs=1)
    (model_path / "model.safetensors").write_bytes(b"other weights")
    open_session(model_path, build, n_outputs=1)
    assert len(calls) == 2


def test_where_the_model_folder_cannot_be_written_the_user_s_cache_is_used(
    model_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (model_path / "onnx").write_text("a file where the folder should be")
    build, calls = counted(Sum)
    for _ in range(2):
        assert np.allclose(run(open_session(model_path, build, n_outputs=1)), 2.0)
    assert len(calls) == 1
    assert list((tmp_path / "cache" / "dateline").glob("*/model.onnx"))


def test_where_nothing_can_be_written_it_works_all_the_same(
    model_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file where the cache should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (model_path / "onnx").write_text("a file where the folder should be")
    assert np.allclose(run(open_session(model_path, Sum, n_outputs=1)), 2.0)


def test_an_export_that_disagrees_with_torch_is_not_used(model_path: Path) -> None:
    with pytest.raises(ModelError, match="differs from torch"):
        open_session(model_path, Fickle, n_outputs=1)
    assert not (model_path / "onnx" / "model.onnx").exists()


def test_making_the_file_is_announced(model_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="index.onnx_session"):
        open_session(model_path, Sum, n_outputs=1)
    assert "done once" in caplog.text


def test_a_folder_without_weights_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No model weights"):
        open_session(tmp_path, Sum, n_outputs=1)
