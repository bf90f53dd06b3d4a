"""Fits the confidence: held-out questions asked the whole way, with and without the passage that answers them."""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from index.library import Library
from index.protocols import Embedder
from index.types import Article, Filters, Passage
from qa.confidence import FEATURES, Calibration, features_of
from qa.positions import merge
from qa.protocols import Reader
from qa.training.data import Paragraph, ParagraphQuestion, is_held_out
from qa.values import comparable_form

# More than are read, so that enough are left when those of the answering paragraph are taken away.
_SPARE_PASSAGES = 10
# One question in three is asked as if its article had never been added.
_SHARE_WITHOUT = 1 / 3


@dataclass(frozen=True, slots=True)
class Trial:
    """One held-out question's outcome: the features of the best answer, whether it was right, whether any was there."""

    features: tuple[float, ...]
    is_right: bool
    is_answerable: bool


def run_trials(
    paragraphs: Sequence[Paragraph],
    *,
    embedder: Embedder,
    reader: Reader,
    k: int,
    n_distractors: int,
    n_questions: int,
    seed: int,
) -> Iterator[Trial]:
    """Index the held-out paragraphs among others, ask their questions, and yield what came of each."""
    chance = random.Random(seed)
    held_out = [paragraph for paragraph in paragraphs if is_held_out(paragraph)]
    others = [paragraph for paragraph in paragraphs if not is_held_out(paragraph)]
    pairs = [(question, paragraph) for paragraph in held_out for question in paragraph.questions]
    chance.shuffle(pairs)
    indexed = chain(held_out, chance.sample(others, min(n_distractors, len(others))))
    with (
        tempfile.TemporaryDirectory(prefix="dateline-calibrate-") as folder,
        Library.open(folder, embedder=embedder, create=True) as library,
    ):
        for _ in library.add(_articles(indexed)):
            pass
        for question, paragraph in pairs[:n_questions]:
            without = not question.answers or chance.random() < _SHARE_WITHOUT
            passages = library.search(question.text, k=k + _SPARE_PASSAGES, filters=Filters())
            if without and question.answers:
                passages = [passage for passage in passages if passage.article.text != paragraph.text]
            yield from _trial(question, paragraph, passages[:k], reader, is_answerable=not without)


def _trial(
    question: ParagraphQuestion,
    paragraph: Paragraph,
    passages: Sequence[Passage],
    reader: Reader,
    *,
    is_answerable: bool,
) -> Iterator[Trial]:
    supports = merge(reader.read(question.text, passages))
    if supports:
        accepted = [span.of(paragraph.text) for span in question.answers]
        is_right = any(is_same_answer(supports[0].best.text, answer) for answer in accepted)
        yield Trial(features_of(question.text, supports, 0), is_right, is_answerable)


def is_same_answer(text: str, accepted: str) -> bool:
    """Say whether a reader would call them the same: equal forms, or at least two words in three shared."""
    found, wanted = comparable_form(text), comparable_form(accepted)
    one, other = set(re.findall(r"\w+", found)), set(re.findall(r"\w+", wanted))
    return found == wanted or (bool(one & other) and 2 * len(one & other) / (len(one) + len(other)) >= 2 / 3)


def _articles(paragraphs: Iterable[Paragraph]) -> Iterator[Article]:
    seen: set[str] = set()
    for paragraph in paragraphs:
        if paragraph.text not in seen and paragraph.text.strip():
            seen.add(paragraph.text)
            yield Article(
                id=f"paragraph-{len(seen)}", text=paragraph.text, title=paragraph.title.replace("_", " ") or None
            )


def fit(trials: Sequence[Trial], *, seed: int) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration and its figures on trials it was not fitted to (five-fold cross-validation).

    auroc: of right against wrong answers; ece: expected calibration error over ten bins of equal width (Naeini et al.
    2015); the threshold at which four answers in five are right, with its coverage of the answerable questions and the
    share of the unanswerable ones that it refuses.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = np.array([trial.features for trial in trials])
    right = np.array([trial.is_right for trial in trials])
    answerable = np.array([trial.is_answerable for trial in trials])
    model = make_pipeline(StandardScaler(), LogisticRegression(random_state=seed))
    predicted = cross_val_predict(model, features, right, cv=5, method="predict_proba")[:, 1]
    model.fit(features, right)
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    bias = float(logistic.intercept_[0] - (weights * scaler.mean_).sum())
    bins = np.clip((predicted * 10).astype(int), 0, 9)
    ece = sum(
        abs(predicted[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
    )
    order = np.argsort(-predicted)
    precision = right[order].cumsum() / np.arange(1, len(order) + 1)
    n_answered = int(np.flatnonzero(precision >= 0.8).max(initial=0)) + 1
    threshold = float(predicted[order][n_answered - 1])
    figures = {
        "n": len(trials),
        "n_unanswerable": int((~answerable).sum()),
        "right": float(right.mean()),
        "auroc": float(roc_auc_score(right, predicted)),
        "ece": float(ece),
        "threshold_80": threshold,
        "answered_80": float((predicted[answerable] >= threshold).mean()),
        "refused_80": float((predicted[~answerable] < threshold).mean()),
    }
    for cut in (0.3, 0.4, 0.5, 0.6):
        said = predicted >= cut
        figures |= {
            f"precision_{cut}": float(right[said].mean()) if said.any() else 0.0,
            f"answered_{cut}": float(said[answerable].mean()),
            f"refused_{cut}": float((~said)[~answerable].mean()),
        }
    figures = {name: round(value, 3) for name, value in figures.items()}
    return Calibration(tuple(round(float(w), 5) for w in weights), round(bias, 5)), figures


def describe(calibration: Calibration) -> str:
    """Return the weights by name, for the log."""
    return ", ".join(f"{name} {weight:+.3f}" for name, weight in zip(FEATURES, calibration.weights, strict=True))
