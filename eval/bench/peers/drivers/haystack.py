"""Haystack: its hybrid retrieval tutorial, with its extractive reader at the end.

https://haystack.deepset.ai/tutorials/33_hybrid_retrieval and 34_extractive_qa_pipeline; as of Haystack 3, embedders and
reader come from the packages sentence-transformers-haystack and transformers-haystack.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from eval.bench.peers.types import Asked, Models, Place, Reply
from eval.bench.peers.windows import N_SHARED, N_WORDS
from index.types import Article, Span

N_PASSAGES = 10  # of each retriever, and after joining


class Haystack:
    """BM25 and embeddings, joined by reciprocal rank; spans by a sigmoid of their own logits."""

    def __init__(self, models: Models, *, n_threads: int) -> None:
        self._models = models
        self._n_threads = n_threads
        self._document_embedder: Any = None
        self._pipeline: Any = None

    def versions(self) -> dict[str, str]:
        """Return the versions of the packages that do the work."""
        names = ("haystack-ai", "transformers-haystack", "sentence-transformers-haystack", "transformers", "torch")
        return {name: version(name) for name in names}

    def index(self, articles: Sequence[Article], folder: Path) -> int:
        """Split, embed and write; titles are embedded too, as the documentation of the embedder advises."""
        from haystack import Document, Pipeline
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.writers import DocumentWriter
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack.document_stores.types import DuplicatePolicy
        from haystack.utils import ComponentDevice
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
        )

        self._set_threads()
        store = InMemoryDocumentStore()
        if self._document_embedder is None:
            self._document_embedder = SentenceTransformersDocumentEmbedder(
                model=str(self._models.embedder),
                device=ComponentDevice.from_str("cpu"),
                meta_fields_to_embed=["title"],
                progress_bar=False,
                local_files_only=True,
            )
            self._document_embedder.warm_up()
        documents = [
            Document(
                content=article.text,
                meta={
                    "article_id": article.id,
                    "title": article.title or "",
                    "published": article.published.isoformat() if article.published else None,
                },
            )
            for article in articles
        ]
        # The steps of an indexing pipeline, by hand: a component can be part of one pipeline only.
        splitter = DocumentSplitter(split_by="word", split_length=N_WORDS, split_overlap=N_SHARED)
        split = splitter.run(documents=documents)["documents"]
        embedded = self._document_embedder.run(documents=split)["documents"]
        writer = Pipeline()
        writer.add_component("writer", DocumentWriter(store, policy=DuplicatePolicy.OVERWRITE))
        writer.run({"writer": {"documents": embedded}})
        store.save_to_disk(str(folder / "store.json"))
        return int(store.count_documents())

    def open(self, folder: Path) -> None:
        """Load the store, and put the pipeline together."""
        import torch
        from haystack import Pipeline
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack.utils import ComponentDevice
        from haystack_integrations.components.embedders.sentence_transformers import SentenceTransformersTextEmbedder
        from haystack_integrations.components.readers.transformers import TransformersExtractiveReader

        self._set_threads()
        device = ComponentDevice.from_str("cpu")
        store = InMemoryDocumentStore.load_from_disk(str(folder / "store.json"))
        pipeline = Pipeline()
        pipeline.add_component(
            "embedder",
            SentenceTransformersTextEmbedder(
                model=str(self._models.embedder), device=device, progress_bar=False, local_files_only=True
            ),
        )
        pipeline.add_component("by_words", InMemoryBM25Retriever(store, top_k=N_PASSAGES))
        pipeline.add_component("by_meaning", InMemoryEmbeddingRetriever(store, top_k=N_PASSAGES))
        pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=N_PASSAGES))
        pipeline.add_component(
            "reader",
            TransformersExtractiveReader(
                model=str(self._models.reader),
                device=device,
                # The weights are stored as float16, in which a processor is slow and a little off.
                model_kwargs={"dtype": torch.float32},
            ),
        )
        pipeline.connect("embedder.embedding", "by_meaning.query_embedding")
        pipeline.connect("by_words", "joiner")
        pipeline.connect("by_meaning", "joiner")
        pipeline.connect("joiner.documents", "reader.documents")
        pipeline.warm_up()
        self._pipeline = pipeline

    def ask(self, question: Asked) -> Reply:
        """Run the pipeline; it refuses where its own "no answer" scores best."""
        filters = (
            {"field": "meta.published", "operator": "<=", "value": question.as_of.isoformat()}
            if question.as_of
            else None
        )
        output = self._pipeline.run(
            {
                "embedder": {"text": question.text},
                "by_words": {"query": question.text, "filters": filters},
                "by_meaning": {"filters": filters},
                "reader": {"query": question.text},
            },
            include_outputs_from={"joiner"},
        )
        passages = tuple(_place(document, 0, len(document.content)) for document in output["joiner"]["documents"])
        answers = output["reader"]["answers"]
        best = next((answer for answer in answers if answer.data), None)
        if best is None:
            return Reply(None, True, None, False, passages)
        place = _place(best.document, best.document_offset.start, best.document_offset.end)
        return Reply(best.data, not answers[0].data, place, True, passages)

    def _reader(self) -> Any:
        """Return the reader component of the open pipeline."""
        return self._pipeline.get_component("reader")

    def _set_threads(self) -> None:
        import torch

        torch.set_num_threads(self._n_threads)


class HaystackWithSegments(Haystack):
    """The same, with what its reader leaves out: which tokens are the question's and which the passage's.

    Its reader passes a model tokens and mask, no segments (`token_type_ids`), which RoBERTa models, its default, don't
    have and BERT models, like the one that all systems here use, were trained with. The index is the same.
    """

    def open(self, folder: Path) -> None:
        """Open the index; from now on the model gets segments."""
        super().open(folder)
        reader = self._reader()
        separator = reader.tokenizer.sep_token_id

        def with_segments(module: Any, positional: tuple[Any, ...], named: dict[str, Any]) -> Any:
            is_separator = (named["input_ids"] == separator).long()
            is_after_first = is_separator.cumsum(dim=1) - is_separator > 0
            return positional, {**named, "token_type_ids": (is_after_first & (named["attention_mask"] == 1)).long()}

        reader.model.register_forward_pre_hook(with_segments, with_kwargs=True)


def _place(document: Any, start: int, end: int) -> Place:
    at = document.meta["split_idx_start"]
    return Place(document.meta["article_id"], Span(at + start, at + end))
