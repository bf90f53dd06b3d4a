"""The simplest thing that works: dense search, and the reader on each passage found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eval.bench.peers.types import Asked, Models, Place, Reply
from eval.bench.peers.windows import windows
from index.types import Article, Span

N_PASSAGES = 10
MAX_ANSWER_TOKENS = 15  # the default of transformers' former question-answering pipeline


class Window(NamedTuple):
    """A passage: where it is, its words, and its article's day (ISO, or empty)."""

    place: Place
    text: str
    published: str


class Plain:
    """sentence-transformers, one matrix product, and the decoding of transformers' former pipeline.

    That pipeline went with transformers 5; its steps are kept: spans by the product of the probabilities of their first
    and last token, which are a softmax over the passage and [CLS], within a passage; the best of all passages wins. It
    never refuses.
    """

    def __init__(self, models: Models, *, n_threads: int) -> None:
        self._models = models
        self._n_threads = n_threads
        self._embedder: Any = None
        self._reader: Any = None
        self._tokenizer: Any = None
        self._windows: list[Window] = []
        self._vectors: NDArray[np.float32] = np.empty((0, 0), np.float32)

    def versions(self) -> dict[str, str]:
        """Return the versions of the packages that do the work."""
        return {name: version(name) for name in ("sentence-transformers", "transformers", "torch")}

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Embed every window of every article."""
        found = [
            Window(Place(a.id, span), span.of(a.text), a.published.isoformat() if a.published else "")
            for a in articles
            for span in windows(a.text)
        ]
        np.save(folder / "vectors.npy", self._embedded([window.text for window in found]))
        rows = [(w.place.article_id, w.place.span.start, w.place.span.end, w.text, w.published) for w in found]
        (folder / "windows.json").write_text(json.dumps(rows), encoding="utf-8")
        return len(found)

    def open(self, folder: Path) -> None:
        """Read windows and vectors into memory."""
        self._vectors = np.load(folder / "vectors.npy")
        rows = json.loads((folder / "windows.json").read_text(encoding="utf-8"))
        self._windows = [Window(Place(id, Span(start, end)), text, day) for id, start, end, text, day in rows]

    def ask(self, question: Asked) -> Reply:
        """Read the nearest passages; return the likeliest span of any."""
        scores = self._vectors @ self._embedded([question.text])[0]
        if question.as_of:
            as_of = question.as_of.isoformat()
            scores[[not w.published or w.published > as_of for w in self._windows]] = -np.inf
        nearest = [self._windows[i] for i in np.argsort(-scores)[:N_PASSAGES] if np.isfinite(scores[i])]
        spans = self._read(question.text, [window.text for window in nearest]) if nearest else []
        best = max(spans, key=lambda span: span[2], default=None)
        passages = tuple(window.place for window in nearest)
        if best is None:
            return Reply(None, True, None, False, passages)
        window, span, _ = best
        place = Place(nearest[window].place.article_id, span.shifted(nearest[window].place.span.start))
        return Reply(span.of(nearest[window].text), False, place, True, passages)

    def _embedded(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._embedder is None:
            import torch
            from sentence_transformers import SentenceTransformer

            torch.set_num_threads(self._n_threads)
            self._embedder = SentenceTransformer(str(self._models.embedder), device="cpu")
        vectors: NDArray[np.float32] = self._embedder.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    def _read(self, question: str, texts: Sequence[str]) -> list[tuple[int, Span, float]]:
        import torch

        if self._reader is None:
            from transformers import AutoModelForQuestionAnswering, AutoTokenizer

            self._tokenizer = AutoTokenizer.from_pretrained(str(self._models.reader))
            # The weights are stored as float16, in which a processor is slow and a little off.
            self._reader = AutoModelForQuestionAnswering.from_pretrained(str(self._models.reader), dtype=torch.float32)
        encoded = self._tokenizer(
            [question] * len(texts),
            list(texts),
            truncation="only_second",
            max_length=384,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits = self._reader(**encoded)
        starts, ends = logits.start_logits.numpy(), logits.end_logits.numpy()
        return [
            (row, *found)
            for row in range(len(texts))
            for found in best_span(starts[row], ends[row], _offsets(encoded.encodings[row]))
        ]


def _offsets(encoding: Any) -> list[tuple[int, int] | None]:
    """Return the place of each token in the passage; None for tokens of the question and for marks."""
    return [
        offsets if sequence == 1 else None
        for offsets, sequence in zip(encoding.offsets, encoding.sequence_ids, strict=True)
    ]


def best_span(
    start_logits: NDArray[np.float32], end_logits: NDArray[np.float32], offsets: Sequence[tuple[int, int] | None]
) -> Iterator[tuple[Span, float]]:
    """Yield the likeliest span of a passage and its probability, if there is one."""
    in_passage = np.array([offset is not None for offset in offsets])
    allowed = in_passage.copy()
    allowed[0] = True  # [CLS]: what is likely there is not likely in the passage
    start, end = (_softmax(np.where(allowed, logits, -np.inf)) * in_passage for logits in (start_logits, end_logits))
    products = np.triu(np.tril(np.outer(start, end), MAX_ANSWER_TOKENS - 1))
    first, last = divmod(int(products.argmax()), len(offsets))
    begin, finish = offsets[first], offsets[last]
    if begin is not None and finish is not None and begin[0] < finish[1]:
        yield Span(begin[0], finish[1]), float(products[first, last])


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    odds = np.exp(logits - logits.max())
    shares: NDArray[np.float32] = odds / odds.sum()
    return shares
