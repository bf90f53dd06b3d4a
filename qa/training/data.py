"""Paragraphs with questions -> training examples, cut the way the pipeline cuts articles."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass

from index.sentences import sentence_spans
from index.types import Span
from qa.paragraphs import Paragraph


@dataclass(frozen=True, slots=True)
class Example:
    """What the reader learns from: a question, a passage, and the answer's span in it (None: no answer)."""

    question: str
    passage: str
    answer: Span | None


def is_held_out(paragraph: Paragraph, *, percent: int = 2) -> bool:
    """Say whether a paragraph belongs to the dev split: decided by its text's hash, so it never moves."""
    return int(hashlib.sha256(paragraph.text.encode()).hexdigest(), 16) % 100 < percent


def make_examples(paragraphs: Iterable[Paragraph], *, seed: int, crop_share: float = 0.7) -> list[Example]:
    """Return one example a question, in a random order; the same seed gives the same list.

    A share of the longer paragraphs is cut to about 100 words on sentence borders, as the chunker cuts articles, so
    that the reader meets in training what it will read. One cut in ten starts anywhere, and may miss the answer: the
    passage beside the right one is the negative that retrieval brings most often.
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
    if answer and answer not in window and answer.of(text) in window.of(text):
        return example  # the answer's words stand there too: no passage to learn "no answer" from
    if answer is None or not (window.start <= answer.start and answer.end <= window.end):
        overlaps = answer is not None and answer.start < window.end and window.start < answer.end
        return example if overlaps else Example(example.question, text[window.start : window.end], None)
    shifted = Span(answer.start - window.start, answer.end - window.start)
    return Example(example.question, text[window.start : window.end], shifted)
