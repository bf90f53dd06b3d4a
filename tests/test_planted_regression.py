"""The gate for CI, for real: a reader whose weights were shuffled is noticed, another run of the same one is not."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from qa.reading import shipped_reader_path
from tests.test_cli import SEEDS, qa

pytestmark = pytest.mark.model

GOLD = SEEDS.parent / "eval" / "gold" / "seeds.jsonl"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 40 of the gold questions as a SQuAD file: each with the paragraph that answers it."""
    home = tmp_path_factory.mktemp("gate")
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in GOLD.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        if entry["answers"] and not entry["history"]:
            place = entry["answers"][0]
            text = (SEEDS / place["file"]).read_text(encoding="utf-8")
            start, end = text.rfind("\n", 0, place["start"]) + 1, text.find("\n", place["end"])
            answer = {"text": place["text"], "answer_start": place["start"] - start}
            asked[text[start : end if end > 0 else None]].append(
                {"id": entry["id"], "question": entry["question"], "answers": [answer]}
            )
    lines = [json.dumps({"context": context, "qas": qas}) for context, qas in asked.items()]
    (home / "squad.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return home


def evaluate(home: Path, out: str, **environ: str) -> None:
    done = qa("eval", "squad.jsonl", "--task", "read", "--limit", "40", "--out", out, cwd=home, **environ)
    assert done.returncode == 0, done.stderr


def shuffle_weights(path: Path, *, seed: int) -> None:
    """Make a reader as the shipped one, but each of its tensors holds its numbers in another order."""
    shutil.copytree(shipped_reader_path(), path, ignore=shutil.ignore_patterns("onnx"))
    rng = np.random.default_rng(seed)
    weights = path / "model.safetensors"
    with safe_open(weights, "np") as file:
        metadata = file.metadata()
    shuffled = {
        name: rng.permuted(tensor.reshape(-1)).reshape(tensor.shape) for name, tensor in load_file(weights).items()
    }
    save_file(shuffled, weights, metadata=metadata)


def test_a_reader_with_shuffled_weights_fails_the_gate_and_the_same_one_run_again_passes(home: Path) -> None:
    evaluate(home, "before", PYTHONHASHSEED="1", QA_N_THREADS="1")
    evaluate(home, "again", PYTHONHASHSEED="2", QA_N_THREADS="2")
    again = qa("eval", "compare", "before", "again", "--no-worse", "f1", "--no-worse", "exact_match", cwd=home)
    assert (again.returncode, again.stderr) == (0, "")
    shuffle_weights(home / "shuffled", seed=13)
    evaluate(home, "after", QA_READER="shuffled")
    after = qa("eval", "compare", "before", "after", "--no-worse", "f1", cwd=home)
    assert after.returncode == 1
    assert "'after' is significantly worse than 'before': f1 by 0." in after.stderr
