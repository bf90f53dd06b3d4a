"""SQuAD-format files -> training examples: paragraphs with questions, cut the way the pipeline cuts articles."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.sentences import sentence_spans
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


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader learns from: a question, a passage, and the answer's span in it (None: no answer)."""

    question: str
    passage: str
    answer: Span | None


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


def is_held_out(paragraph: Paragraph, *, percent: int = 2) -> bool:
    """Say whether a paragraph belongs to the dev split: decided by its text's hash, so it never moves."""
    return int(hashlib.sha256(paragraph.text.encode()).hexdigest(), 16) % 100 < percent


def make_examples(paragraphs: Iterable[Paragraph], *, seed: int, crop_share: float = 0.7) -> list[Example]:
    """Return one example a question, in a random order; the same seed gives the same list.

    A share of the longer paragraphs is cut to about 100 words on sentence borders, as the chunker cuts
    articles, so that the reader meets in training what it will read. One cut in ten misses the answer on
    purpose: the passage beside the right one is the negative that retrieval brings most often.
    """
    chance = random.Random(seed)
    examples = []
    for paragraph in paragraphs:
        sentences = sentence_spans(paragraph.text)
        for question in paragraph.questions:
            answer = chance.choice(question.answers) if question.answers else None
            example = Example(question.text, paragraph.text, answer)
            if chance.random() < crop_share:
                example = _cropped(example, sentences, chance)
            examples.append(example)
    chance.shuffle(examples)
    return examples


def _cropped(example: Example, sentences: list[Span], chance: random.Random, *, n_words: int = 100) -> Example:
    """Cut the passage to a run of whole sentences of about `n_words`, around the answer nine times in ten."""
    text, answer = example.passage, example.answer
    sizes = [len(text[s.start : s.end].split()) for s in sentences]
    if sum(sizes) < 1.4 * n_words:
        return example
    holders = [i for i, s in enumerate(sentences) if answer and s.start < answer.end and answer.start < s.end]
    misses = not holders or chance.random() < 0.1
    first = last = chance.randrange(len(sentences)) if misses else holders[0]
    last = last if misses else holders[-1]
    while sum(sizes[first : last + 1]) < n_words:
        grow_left = first > 0 and (last == len(sentences) - 1 or chance.random() < 0.5)
        first, last = (first - 1, last) if grow_left else (first, last + 1)
    window = Span(sentences[first].start, sentences[last].end)
    if answer is None or not (window.start <= answer.start and answer.end <= window.end):
        overlaps = answer is not None and answer.start < window.end and window.start < answer.end
        return example if overlaps else Example(example.question, text[window.start : window.end], None)
    shifted = Span(answer.start - window.start, answer.end - window.start)
    return Example(example.question, text[window.start : window.end], shifted)
