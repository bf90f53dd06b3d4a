"""Paragraphs with questions -> training examples, cut the way the pipeline cuts articles."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.sentences import sentence_spans
from index.types import Article, Span
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.training.noise import noisy
from qa.training.unanswerable import altered_question, without_sentences

# Titles that say nothing of their paragraph: names of collections and bare numbers.
_EMPTY_TITLE = re.compile(r"Filtered[_ ]Reddit.*|Amazon.*|[\d\W_]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TrainingPassage:
    """A passage as the reader sees it; `answer` is a span of `text`, None where it holds no answer."""

    title: str
    text: str
    answer: Span | None


@dataclass(frozen=True, slots=True)
class Example:
    """One question with the passages that are read for it together; at most one of them holds the answer."""

    question: str
    passages: tuple[TrainingPassage, ...]


@dataclass(frozen=True, slots=True)
class Mixture:
    """Which share of the questions is asked of what; what is left is asked of the passage that answers it.

    `cropped`: of the longer passages, cut to about 100 words; `titled`: of the passages, shown with their title.
    Of the questions with mined negatives: `with_negative` and `with_negatives` are read beside one and two of them,
    `negatives_only` without the passage that answers. Of all answerable ones: `altered` are changed so that the
    passage no longer answers, `beheaded` lose the sentences that answer. `noisy`: of all, typed carelessly.
    """

    cropped: float = 0.7
    titled: float = 0.0
    with_negative: float = 0.0
    with_negatives: float = 0.0
    negatives_only: float = 0.0
    altered: float = 0.0
    beheaded: float = 0.0
    noisy: float = 0.0


SINGLE = Mixture()
JOINT = Mixture(
    titled=0.8,
    with_negative=0.35,
    with_negatives=0.08,
    negatives_only=0.10,
    altered=0.13,
    beheaded=0.04,
    noisy=0.15,
)
MIXTURES = {"single": SINGLE, "joint": JOINT}

Negatives = Mapping[str, Sequence[TrainingPassage]]


def question_key(question: str, paragraph: Paragraph) -> str:
    """Return a name for a question about a paragraph that is the same in every run."""
    return hashlib.sha256(f"{question}\n{paragraph.text}".encode()).hexdigest()[:20]


def is_held_out(paragraph: Paragraph, *, percent: int = 2) -> bool:
    """Say whether a paragraph belongs to the dev split: decided by its text's hash, so it never moves."""
    return int(hashlib.sha256(paragraph.text.encode()).hexdigest(), 16) % 100 < percent


def without_held_out(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """Return the paragraphs to train on, without the held-out ones and without questions asked of those too."""
    held = {folded(question.text) for p in paragraphs if is_held_out(p) for question in p.questions}
    return [
        replace(p, questions=tuple(question for question in p.questions if folded(question.text) not in held))
        for p in paragraphs
        if not is_held_out(p)
    ]


def folded(question: str) -> str:
    """Return the words of a question in lower case: equal for questions that differ in marks alone."""
    return " ".join(re.findall(r"\w+", question.lower()))


def title_of(paragraph: Paragraph) -> str:
    """Return the title as a reader would write it; empty where it names no more than the collection."""
    return "" if _EMPTY_TITLE.fullmatch(paragraph.title) else paragraph.title.replace("_", " ").strip()


def as_articles(paragraphs: Iterable[Paragraph]) -> Iterator[Article]:
    """Yield each distinct paragraph as an article with its title, to be indexed and searched."""
    seen: set[str] = set()
    for paragraph in paragraphs:
        if paragraph.text not in seen and paragraph.text.strip():
            seen.add(paragraph.text)
            yield Article(id=f"paragraph-{len(seen)}", text=paragraph.text, title=title_of(paragraph) or None)


def make_examples(
    paragraphs: Iterable[Paragraph],
    *,
    seed: int,
    mixture: Mixture = SINGLE,
    negatives: Negatives | None = None,
) -> list[Example]:
    """Return one example a question, in a random order; the same seed gives the same list.

    A share of the longer paragraphs is cut to about 100 words on sentence borders, as the chunker cuts articles, so
    that the reader meets in training what it will read. One cut in ten starts anywhere, and may miss the answer: the
    passage beside the right one is the negative that retrieval brings most often.
    """
    chance = random.Random(seed)
    examples = []
    for paragraph in paragraphs:
        title = title_of(paragraph)
        sentences = sentence_spans(paragraph.text)
        for question in paragraph.questions:
            answer = chance.choice(question.answers) if question.answers else None
            text, passage = _varied(
                question, TrainingPassage(title, paragraph.text, answer), sentences, mixture, chance
            )
            mined = (negatives or {}).get(question_key(question.text, paragraph), ())
            chosen = _beside(passage, mined, mixture, chance) if text == question.text else (passage,)
            if chance.random() < mixture.noisy:
                text = noisy(text, chance)
            examples.append(Example(text, tuple(_titled(p, mixture, chance) for p in chosen)))
    chance.shuffle(examples)
    return examples


def _varied(
    question: ParagraphQuestion,
    passage: TrainingPassage,
    sentences: list[Span],
    mixture: Mixture,
    chance: random.Random,
) -> tuple[str, TrainingPassage]:
    """Cut the passage, or change it or the question so that there is no answer left."""
    draw = chance.random()
    if passage.answer and draw < mixture.altered:
        changed = altered_question(question.text, passage.answer, passage.text, chance)
        if changed is not None:
            # Cut around what used to be the answer: what misleads stays in sight.
            around = _cropped(passage, sentences, chance) if chance.random() < mixture.cropped else passage
            return changed, TrainingPassage(passage.title, around.text, None)
    if passage.answer and draw > 1 - mixture.beheaded:
        left = without_sentences(passage.text, question.answers, sentences)
        if left is not None:
            return question.text, TrainingPassage(passage.title, left, None)
    return question.text, _cropped(passage, sentences, chance) if chance.random() < mixture.cropped else passage


def _beside(
    passage: TrainingPassage, mined: Sequence[TrainingPassage], mixture: Mixture, chance: random.Random
) -> tuple[TrainingPassage, ...]:
    """Return the passages read together: the right one, with or without mined ones, or mined ones alone."""
    if not mined:
        return (passage,)
    draw = chance.random()
    others = chance.sample(list(mined), min(len(mined), 2))
    if draw < mixture.with_negative:
        return passage, *others[:1]
    draw -= mixture.with_negative
    if draw < mixture.with_negatives:
        return passage, *others
    draw -= mixture.with_negatives
    return tuple(others) if draw < mixture.negatives_only else (passage,)


def _titled(passage: TrainingPassage, mixture: Mixture, chance: random.Random) -> TrainingPassage:
    shown = chance.random() < mixture.titled
    return passage if shown else TrainingPassage("", passage.text, passage.answer)


def _cropped(
    passage: TrainingPassage, sentences: list[Span], chance: random.Random, *, n_words: int = 100
) -> TrainingPassage:
    """Cut the passage to a run of whole sentences of about `n_words`, around the answer nine times in ten."""
    text, answer = passage.text, passage.answer
    sizes = [len(text[s.start : s.end].split()) for s in sentences]
    if sum(sizes) < 1.4 * n_words:
        return passage
    holders = [i for i, s in enumerate(sentences) if answer and s.start < answer.end and answer.start < s.end]
    misses = not holders or chance.random() < 0.1
    first = last = chance.randrange(len(sentences)) if misses else holders[0]
    last = last if misses else holders[-1]
    while sum(sizes[first : last + 1]) < n_words:
        grow_left = first > 0 and (last == len(sentences) - 1 or chance.random() < 0.5)
        first, last = (first - 1, last) if grow_left else (first, last + 1)
    window = Span(sentences[first].start, sentences[last].end)
    if answer and answer not in window and answer.of(text) in window.of(text):
        return passage  # the answer's words stand there too: no passage to learn "no answer" from
    if answer is None or not (window.start <= answer.start and answer.end <= window.end):
        overlaps = answer is not None and answer.start < window.end and window.start < answer.end
        return passage if overlaps else TrainingPassage(passage.title, window.of(text), None)
    return TrainingPassage(passage.title, window.of(text), answer.shifted(-window.start))
