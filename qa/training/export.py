"""A trained reader -> the folder that ships: float16 weights, tokenizer, configuration, checksum."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from index.errors import ModelError

_COPIED = ("tokenizer.json", "tokenizer_config.json", "recipe.json")


def export(trained: Path, out: Path) -> str:
    """Write the reader in `trained` to `out` in half precision; return the SHA-256 of its weights.

    float16 halves the file and changes no logit by more than about 0.01; the reader computes in float32.

    :raises ModelError: if there is no trained reader.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering

    if not (trained / "model.safetensors").is_file():
        raise ModelError(f"No trained reader in '{trained}'. Train one: python -m qa.training train FILE...")
    out.mkdir(parents=True, exist_ok=True)
    model = AutoModelForQuestionAnswering.from_pretrained(trained, dtype=torch.float16)
    model.save_pretrained(out)
    for name in _COPIED:
        if (trained / name).is_file():
            shutil.copyfile(trained / name, out / name)
    digest = hashlib.sha256((out / "model.safetensors").read_bytes()).hexdigest()
    (out / "SHA256").write_text(f"{digest}  model.safetensors\n", encoding="ascii")
    return digest
