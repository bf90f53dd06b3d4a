"""Hard negatives: what the hybrid search ranks high for a question and doesn't hold its answer."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from index.library import Library
from index.protocols import Embedder
from index.searching import hybrid_search
from qa.errors import DatasetError
from qa.paragraphs import Paragraph
from qa.training.data import Negatives, TrainingPassage, as_articles, question_key

N_NEGATIVES = 4


def mine(
    paragraphs: Sequence[Paragraph], *, embedder: Embedder, k: int = 12, batch: int = 512
) -> Iterator[tuple[str, list[TrainingPassage]]]:
    """Index the paragraphs as articles, search for each answerable question, yield its key and up to four negatives.

    A passage that holds one of the accepted answers, word for word, is no negative.
    """
    with (
        tempfile.TemporaryDirectory(prefix="dateline-mine-") as folder,
        Library.open(folder, embedder=embedder, create=True) as library,
    ):
        for _ in library.add(as_articles(paragraphs)):
            pass
        asked = [(q, p) for p in paragraphs for q in p.questions if q.answers]
        for at in range(0, len(asked), batch):
            part = asked[at : at + batch]
            vectors = embedder.embed([question.text for question, _ in part])
            for (question, paragraph), vector in zip(part, vectors, strict=True):
                answers = {span.of(paragraph.text).lower() for span in question.answers}
                found = hybrid_search(library.store, question.text, vector, k=k)
                negatives = [
                    TrainingPassage(passage.article.title or "", passage.text, None)
                    for passage in found
                    if not any(answer in passage.text.lower() for answer in answers)
                ]
                yield question_key(question.text, paragraph), negatives[:N_NEGATIVES]


def write_negatives(path: Path, mined: Iterable[tuple[str, Sequence[TrainingPassage]]]) -> int:
    """Write what `mine` yields as JSON lines, `.gz` packed; return the number of questions."""
    n = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with (gzip.open if path.suffix == ".gz" else open)(path, "wt", encoding="utf-8") as file:
        for key, passages in mined:
            file.write(json.dumps({"key": key, "passages": [[p.title, p.text] for p in passages]}) + "\n")
            n += 1
    return n


def read_negatives(path: Path) -> Negatives:
    """Read what `write_negatives` wrote.

    :raises DatasetError: if the file is missing or of another kind.
    """
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            entries = [json.loads(line) for line in file]
        return {e["key"]: [TrainingPassage(title, text, None) for title, text in e["passages"]] for e in entries}
    except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
        raise DatasetError(
            f"Cannot read the negatives '{path}': {error}. Make them: python -m qa.training mine FILE..."
        ) from error
