"""SQuAD-format files -> paragraphs with their questions: for training and for evaluation."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.types import Span
from qa.errors import DatasetError


@dataclass(frozen=True, slots=True)
class ParagraphQuestion:
    """One question about one paragraph; `answers` are spans of the paragraph, none when it has no answer."""

    id: str
    text: str
    answers: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A passage of text with the questions asked about it."""

    dataset: str
    title: str
    text: str
    questions: tuple[ParagraphQuestion, ...]


def read_paragraphs(path: Path) -> Iterator[Paragraph]:
    """Yield the paragraphs of a SQuAD v1/v2 file, or of JSON lines with one paragraph a line; `.gz` is unpacked.

    :raises DatasetError: if the file cannot be read, is in neither form, or an answer isn't where it says.
    """
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            if ".jsonl" in path.suffixes:
                for line in file:
                    yield _paragraph(json.loads(line), dataset=path.name.split(".")[0])
            else:
                for document in json.load(file)["data"]:
                    for entry in document["paragraphs"]:
                        titled = {"title": document.get("title", ""), **entry}
                        yield _paragraph(titled, dataset=path.name.split(".")[0])
    except (OSError, EOFError) as error:
        raise DatasetError(f"Cannot read '{path}': {error}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"'{path}' is not SQuAD-format JSON or JSON lines: {error!r}.") from error


def _paragraph(entry: dict[str, Any], *, dataset: str) -> Paragraph:
    text = entry["context"]
    return Paragraph(
        dataset=entry.get("dataset", dataset),
        title=entry.get("title", ""),
        text=text,
        questions=tuple(_question(item, text) for item in entry["qas"]),
    )


def _question(item: dict[str, Any], text: str) -> ParagraphQuestion:
    answers = []
    for answer in () if item.get("is_impossible") else item["answers"]:
        span = Span(answer["answer_start"], answer["answer_start"] + len(answer["text"]))
        if text[span.start : span.end] != answer["text"]:
            raise DatasetError(f"Question {item['id']}: answer {answer['text']!r} is not at {span.start}.")
        answers.append(span)
    return ParagraphQuestion(id=str(item["id"]), text=item["question"], answers=tuple(answers))
