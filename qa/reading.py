"""The extractive reader: question and passages -> candidate spans, on ONNX Runtime or, for other models, torch."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.errors import ModelError
from index.onnx_session import INPUTS, open_session, verify_weights
from index.sentences import block_spans
from index.types import Passage, Span
from qa.spans import best_spans, word_borders
from qa.types import Candidate

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

SHIPPED_READER = "dateline-reader"
READS_TITLES = "reads_titles"  # the entry of a model's config.json that says so
_CHECKSUM_FILE = "SHA256"
_MAX_FIRST_TOKENS = 128  # of question and title: SQuAD's longest question has 40; less than half a window
_LEAST_VOCABULARY = 100  # transformers makes up an empty tokenizer where a folder has none
_MAX_TITLE = 120  # characters: two lines of a headline; at most a token each
_PAIRS = {"“": "”", "«": "»", "(": ")", "[": "]", "{": "}"}

Logits = tuple["NDArray[np.float32]", "NDArray[np.float32]"]
SpanModel = Callable[["NDArray[np.int64]", "NDArray[np.int64]", "NDArray[np.int64]"], Logits]


class _Window(NamedTuple):
    """One input of the model: a passage, or a part of a long one, after the question."""

    passage_index: int
    encoding: Any


class ExtractiveReader:
    """Reads passages for an answer. A passage longer than the model's window is read in overlapping windows."""

    def __init__(
        self,
        tokenizer: Any,
        model: SpanModel,
        *,
        model_id: str,
        max_length: int = 384,
        stride: int = 128,
        n_best: int = 5,
        batch_tokens: int = 512,
        n_parallel: int = 1,
        with_titles: bool = False,
    ) -> None:
        """Wrap a model.

        :param batch_tokens: about as many in one batch. 192 to 512 cost the same; 1024 and 2048 up to a tenth more
            time of the processor, which caches less of what lies between two layers (docs/server.md).
        :param n_parallel: batches that run at the same time, each on a thread of its own; `model` must allow it.
        :param with_titles: it was trained to see a passage's title beside the question.
        """
        self.model_id = model_id
        self._with_titles = with_titles
        self._tokenizer = tokenizer
        self._model = model
        self._n_best = n_best
        self._batch_tokens = batch_tokens
        self._n_parallel = n_parallel
        self._threads = ThreadPoolExecutor(n_parallel, thread_name_prefix="reader") if n_parallel > 1 else None
        self._max_length = max_length
        self._stride = min(stride, (max_length - _MAX_FIRST_TOKENS) // 2)
        self._lock = threading.Lock()
        tokenizer.no_padding()

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        """Return up to `n_best` candidates a window, highest score first, ties in the order of the passages."""
        (candidates,) = self.read_many([(question, passages)])
        return candidates

    def read_many(self, asked: Sequence[tuple[str, Sequence[Passage]]]) -> list[list[Candidate]]:
        """Read each question's passages, all in common batches; return what `read` does for each, in their order.

        Scores may differ from those of a question read alone by what float32 rounds (see docs/server.md).
        """
        rows = [
            (number, question, passage) for number, (question, passages) in enumerate(asked) for passage in passages
        ]
        read = self.read_texts(
            [question for _, question, _ in rows],
            [passage.text for _, _, passage in rows],
            [passage.article.title for _, _, passage in rows],
        )
        found: list[list[Candidate]] = [[] for _ in asked]
        for index, span, score in sorted(read, key=lambda one: (-one[2], one[0])):
            number, _, passage = rows[index]
            found[number].append(Candidate(passage, span.shifted(passage.chunk.span.start), score))
        return found

    def read_texts(
        self, questions: Sequence[str], texts: Sequence[str], titles: Sequence[str | None]
    ) -> list[tuple[int, Span, float]]:
        """Read each text for its question; return (index of the text, span in it, score), in no promised order."""

        def read(batch: list[_Window]) -> list[tuple[int, Span, float]]:
            start_logits, end_logits = self._model(*_padded([window.encoding for window in batch]))
            return [
                found
                for row, (index, encoding) in enumerate(batch)
                for found in self._decode(index, encoding, texts[index], start_logits[row], end_logits[row])
            ]

        batches = self._batches(self._windows(questions, texts, titles))
        in_turn = self._threads.map(read, batches) if self._threads and len(batches) > 1 else map(read, batches)
        return [found for of_batch in in_turn for found in of_batch]

    def _windows(self, questions: Sequence[str], texts: Sequence[str], titles: Sequence[str | None]) -> list[_Window]:
        shown = [first_segment(q, t if self._with_titles else None) for q, t in zip(questions, titles, strict=True)]
        with self._lock:  # truncation is a state of the tokenizer, not an argument
            clipped = {segment: self._clipped(segment) for segment in set(shown)}
            pairs = [(clipped[segment], text) for segment, text in zip(shown, texts, strict=True)]
            encodings = self._tokenizer.encode_batch(pairs)
        return [
            _Window(i, window) for i, encoding in enumerate(encodings) for window in (encoding, *encoding.overflowing)
        ]

    def _clipped(self, segment: str) -> str:
        """Cut what would leave the passage no room: the windows take from the passage alone."""
        self._tokenizer.no_truncation()
        offsets = self._tokenizer.encode(segment, add_special_tokens=False).offsets
        self._tokenizer.enable_truncation(self._max_length, stride=self._stride, strategy="only_second")
        return segment if len(offsets) <= _MAX_FIRST_TOKENS else segment[: offsets[_MAX_FIRST_TOKENS - 1][1]]

    def _batches(self, windows: list[_Window]) -> list[list[_Window]]:
        """Group windows of like length, so that little is padded; as many groups, of like size, as run at a time."""
        if not windows:
            return []
        by_length = sorted(windows, key=lambda window: len(window.encoding.ids))
        lengths = np.array([len(window.encoding.ids) for window in by_length])
        n_batches = self._n_parallel * -(-int(lengths.sum()) // (self._n_parallel * self._batch_tokens))
        # A window belongs to the batch in which its middle lies, all of them laid out in a row.
        owners = ((lengths.cumsum() - lengths / 2) * n_batches / lengths.sum()).astype(int)
        return [[by_length[i] for i in np.flatnonzero(owners == batch)] for batch in np.unique(owners)]

    def _decode(
        self, index: int, encoding: Any, text: str, start_logits: NDArray[np.float32], end_logits: NDArray[np.float32]
    ) -> list[tuple[int, Span, float]]:
        # A question's tokens have offsets too, in the question: they are no part of the passage.
        offsets = [
            o if sequence == 1 else (0, 0) for o, sequence in zip(encoding.offsets, encoding.sequence_ids, strict=True)
        ]
        starts, ends = word_borders(text, offsets)
        n = len(offsets)
        found = best_spans(
            start_logits[:n],
            end_logits[:n],
            starts=starts,
            ends=ends,
            blocks=_blocks_of_tokens(text, offsets),
            n_best=self._n_best,
        )
        spans = [_with_whole_pairs(text, Span(offsets[first][0], offsets[last][1])) for first, last, _ in found]
        return [
            (index, span, token_span.score)
            for span, token_span in zip(spans, found, strict=True)
            if any(character.isalnum() for character in span.of(text))
        ]


def first_segment(question: str, title: str | None) -> str:
    """Return what the reader sees before a passage: the question and, where there is one, the article's title."""
    return f"{question} | {title[:_MAX_TITLE]}" if title else question


def load_reader(model: str = SHIPPED_READER, *, n_threads: int = 1) -> ExtractiveReader:
    """Load a reader: the shipped one by its name, any other extractive-QA model by name or path (safetensors only).

    :raises ModelError: if the model can't be had, can't point at spans, or isn't the one that was shipped.
    """
    if model != SHIPPED_READER:
        return _load_torch_reader(model, n_threads)
    path = shipped_reader_path()
    checksum = path / _CHECKSUM_FILE
    if not checksum.is_file():
        raise ModelError(
            f"The shipped reader is missing from '{path}'. Reinstall: pip install --force-reinstall dateline-qa"
        )
    verify_weights(path, checksum.read_text(encoding="ascii").split()[0])
    return load_onnx_reader(path, model_id=SHIPPED_READER, n_threads=n_threads)


def shipped_reader_path() -> Path:
    """Return the folder of the reader that this project trained."""
    return Path(str(files("qa.models") / "reader"))


def load_onnx_reader(path: Path, *, model_id: str, n_threads: int = 1) -> ExtractiveReader:
    """Load a BERT-like reader from a folder with its weights and `tokenizer.json`, to run on ONNX Runtime."""
    from tokenizers import Tokenizer

    # One thread a batch and several batches: threads that share each step of one batch wait for each other 500 times.
    session = open_session(path, lambda: _span_module(str(path)), n_outputs=2, n_threads=1)

    def run(*arrays: NDArray[np.int64]) -> Logits:
        start_logits, end_logits = session.run(None, dict(zip(INPUTS, arrays, strict=True)))
        return start_logits, end_logits

    tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    return ExtractiveReader(
        tokenizer, run, model_id=model_id, n_parallel=n_threads, with_titles=bool(config.get(READS_TITLES))
    )


def _load_torch_reader(name_or_path: str, n_threads: int) -> ExtractiveReader:
    import torch
    from transformers import AutoTokenizer

    torch.set_num_threads(n_threads)
    module = _span_module(name_or_path).eval()
    try:
        tokenizer = AutoTokenizer.from_pretrained(name_or_path, trust_remote_code=False)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise ModelError(f"The reader '{name_or_path}' has no tokenizer that can be loaded.") from error
    if not getattr(tokenizer, "is_fast", False) or len(tokenizer) < _LEAST_VOCABULARY:
        raise ModelError(f"The reader '{name_or_path}' has no fast tokenizer, so its spans would have no offsets.")

    def run(*arrays: NDArray[np.int64]) -> Logits:
        with torch.inference_mode():
            start_logits, end_logits = module(*(torch.from_numpy(array) for array in arrays))
        return start_logits.float().numpy(), end_logits.float().numpy()

    return ExtractiveReader(
        tokenizer.backend_tokenizer,
        run,
        model_id=name_or_path,
        with_titles=bool(getattr(module.model.config, READS_TITLES, False)),
    )


def _span_module(name_or_path: str) -> torch.nn.Module:
    """Return a question-answering model as a module of the three arrays of `INPUTS`.

    :raises ModelError: if it can't be loaded, or has no trained span head.
    """
    import torch
    from transformers import AutoModelForQuestionAnswering

    try:
        model, info = AutoModelForQuestionAnswering.from_pretrained(
            name_or_path,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            attn_implementation="eager",  # exported, it runs 8% faster than the fused one, which becomes more nodes
        )
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise ModelError(
            f"The reader '{name_or_path}' can't be loaded: {reason}. "
            "Give an extractive question-answering model that is on this machine, by name or path."
        ) from error
    if any("qa_outputs" in key for key in info["missing_keys"]):
        raise ModelError(f"'{name_or_path}' has no trained question-answering head; it can't be the reader.")
    takes_segments = "token_type_ids" in inspect.signature(model.forward).parameters
    has_segments = takes_segments and getattr(model.config, "type_vocab_size", 0) > 1

    class SpanLogits(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, ids: torch.Tensor, mask: torch.Tensor, segments: torch.Tensor) -> tuple[Any, Any]:
            arguments = {"token_type_ids": segments} if has_segments else {}
            output = self.model(input_ids=ids, attention_mask=mask, **arguments)
            return output.start_logits, output.end_logits

    return SpanLogits()


def _blocks_of_tokens(text: str, offsets: list[tuple[int, int]]) -> NDArray[np.int64]:
    """Return the number of the paragraph or line that each token stands in: an answer doesn't run across them."""
    ends = [block.end for block in block_spans(text)]
    return np.searchsorted(ends, [start for start, _ in offsets], side="right").astype(np.int64)


def _with_whole_pairs(text: str, span: Span) -> Span:
    """Mend a span that holds one half of a pair of quotation marks or brackets: no answer ends half quoted.

    A lone mark at either end is left out. One that opens inside is closed by the next character, or else the answer
    ends before it: "€130 billion ($173 billion" becomes "€130 billion ($173 billion)" or "€130 billion".
    """
    quote = span.of(text)
    if len(quote) > 1 and quote[0] in _PAIRS and _PAIRS[quote[0]] not in quote[1:]:
        return Span(span.start + 1, span.end)
    opening = next((o for o, closing in _PAIRS.items() if closing == quote[-1]), None)
    if len(quote) > 1 and opening and opening not in quote[:-1]:
        return Span(span.start, span.end - 1)
    at = next((i for i in range(1, len(quote)) if quote[i] in _PAIRS and _PAIRS[quote[i]] not in quote[i:]), None)
    if at is None:
        return span
    if text[span.end : span.end + 1] == _PAIRS[quote[at]]:
        return Span(span.start, span.end + 1)
    before = quote[:at].rstrip(" ,;:-–—")
    return Span(span.start, span.start + len(before)) if before else span


def _padded(encodings: list[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return ids, mask and segments, each `(len(encodings), longest)` int64."""
    width = max(len(e.ids) for e in encodings)
    ids = np.zeros((len(encodings), width), np.int64)
    mask, segments = np.zeros_like(ids), np.zeros_like(ids)
    for row, encoding in enumerate(encodings):
        n = len(encoding.ids)
        ids[row, :n], mask[row, :n], segments[row, :n] = encoding.ids, 1, encoding.type_ids
    return ids, mask, segments
