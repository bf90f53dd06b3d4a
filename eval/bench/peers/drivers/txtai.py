"""txtai: a hybrid embeddings database with content, and its extractor (now named RAG) with an extractive model.

https://neuml.github.io/txtai/pipeline/text/extractor and examples/05_Extractive_QA_with_txtai. The filter is the SQL of
https://neuml.github.io/txtai/embeddings/query.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.bench.peers.types import Asked, Models, Place, Reply
from eval.bench.peers.windows import windows
from index.types import Article, Span

# A filter is applied to what the search found: about half of the articles are too late for a question.
_N_CANDIDATES = 100


class Txtai:
    """BM25 and embeddings by a weighted sum; one reading of the three best passages, joined.

    Three is the extractor's default, and what the reader's 512 tokens hold: the rest would be cut off.
    """

    def __init__(self, models: Models, *, n_threads: int) -> None:
        self._models = models
        self._n_threads = n_threads
        self._loaded: Any = None
        self._database: Any = None
        self._extractor: Any = None
        self._windows: list[Place] = []
        self._texts: list[str] = []

    def versions(self) -> dict[str, str]:
        """Return the versions of the packages that do the work."""
        return {name: version(name) for name in ("txtai", "transformers", "faiss-cpu", "torch")}

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Index every window of every article, with its article's day beside it."""
        found = [(article, span) for article in articles for span in windows(article.text)]
        rows = [
            {"text": span.of(article.text), "published": article.published.isoformat() if article.published else None}
            for article, span in found
        ]
        embeddings = self._embeddings()
        embeddings.index((n, row, None) for n, row in enumerate(rows))
        embeddings.save(str(folder / "index"))
        places = [(article.id, span.start, span.end, span.of(article.text)) for article, span in found]
        (folder / "places.json").write_text(json.dumps(places), encoding="utf-8")
        return len(found)

    def open(self, folder: Path) -> None:
        """Load the index, and the reader."""
        import torch
        from txtai.pipeline import RAG, Questions

        self._database = _Database(self._embeddings())
        self._database.load(str(folder / "index"))
        # The weights are stored as float16, in which a processor is slow and a little off.
        reader = Questions(str(self._models.reader), gpu=False, dtype=torch.float32)
        self._extractor = RAG(self._database, reader, output="reference")
        rows = json.loads((folder / "places.json").read_text(encoding="utf-8"))
        self._windows = [Place(id, Span(start, end)) for id, start, end, _ in rows]
        self._texts = [text for *_, text in rows]

    def ask(self, question: Asked) -> Reply:
        """Ask the extractor. It names the passage, not the place in it, and answers nothing below a score of 0.05."""
        query, self._database.parameters = query_of(question)
        try:
            reply = self._extractor({"query": query, "question": question.text})
        except TypeError:
            # Where the reader says "no answer here", its best token is [CLS], which is no word: txtai 9.14 raises.
            reply = {"answer": None}
        passages = tuple(self._windows[int(id)] for id in self._database.found_ids)
        answer = reply["answer"]
        if not answer or not answer.strip():
            return Reply(None, True, None, False, passages)
        return Reply(answer, False, self._found(answer, reply["reference"]), False, passages)

    def _found(self, answer: str, reference: Any) -> Place | None:
        at = -1 if reference is None else self._texts[int(reference)].find(answer)
        if at < 0:
            return None
        window = self._windows[int(reference)]
        return Place(window.article_id, Span(at, at + len(answer)).shifted(window.span.start))

    def _embeddings(self) -> Any:
        if self._loaded is None:
            import torch
            from txtai import Embeddings

            torch.set_num_threads(self._n_threads)
            self._loaded = Embeddings(path=str(self._models.embedder), content=True, hybrid=True, gpu=False)
        return self._loaded


class _Database:
    """An embeddings database that remembers what it found last, since the extractor doesn't tell what it read.

    It binds `parameters` to the query, which the extractor can't hand on: txtai's SQL knows no other way to write an
    apostrophe.
    """

    def __init__(self, embeddings: Any) -> None:
        self._embeddings = embeddings
        self.found_ids: list[Any] = []
        self.parameters: dict[str, str] | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embeddings, name)

    def batchsearch(self, queries: Sequence[str], limit: int) -> Any:
        results = self._embeddings.batchsearch(queries, limit, parameters=[self.parameters] * len(queries))
        self.found_ids = [found["id"] for found in results[0]]
        return results


def query_of(question: Asked) -> tuple[str, dict[str, str] | None]:
    """Return what to search for, the question or SQL where a day limits the articles, and the SQL's parameters."""
    if question.as_of is None:
        return question.text, None
    sql = f"select id, text, score from txtai where similar(:question, {_N_CANDIDATES}) and published <= :day"
    return sql, {"question": question.text, "day": question.as_of.isoformat()}
