"""Fits the confidence: held-out questions asked the whole way, with and without the passage that answers them."""

from __future__ import annotations

import hashlib
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.library import Library
from index.protocols import Embedder
from index.types import Passage, Span
from qa.confidence import FEATURES, Calibration, features_of
from qa.paragraphs import Paragraph, ParagraphQuestion
from qa.positions import merge
from qa.protocols import Reader
from qa.ranking import fuse, worth_reading
from qa.training.data import as_articles, folded, is_held_out
from qa.training.unanswerable import altered_question
from qa.types import Candidate
from qa.values import comparable_form

# More than are read, so that enough are left when those of the answering paragraph are taken away.
_SPARE_PASSAGES = 10
# Of the answerable questions, one in three is also asked as if its article had never been added, and one in three
# also changed so that its article doesn't answer it.
_SHARE_WITHOUT = 1 / 3
_SHARE_ALTERED = 1 / 3
# The answers of a question that the confidence is to choose among.
_MOST_ANSWERS = 3
# Of the answers given at the default threshold.
_WANTED_PRECISION = 0.8


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one held-out question: its best answers' features, and which of them were right.

    `features` and `is_right` are in the order of evidence, at most three; `group` is equal for questions about one
    paragraph.
    """

    features: tuple[tuple[float, ...], ...]
    is_right: tuple[bool, ...]
    is_answerable: bool
    group: str


@dataclass(frozen=True, slots=True)
class _Asking:
    """One way to ask a held-out question: as it is, without the paragraph that answers it, or changed."""

    text: str
    paragraph: Paragraph
    accepted: tuple[Span, ...]
    without_paragraph: bool = False


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
    """Index the held-out paragraphs among others, ask their questions, and yield what came of each.

    Left out are questions that training saw with another paragraph, and unanswerable ones that some indexed paragraph
    answers after all.
    """
    chance = random.Random(seed)
    held_out = [paragraph for paragraph in paragraphs if is_held_out(paragraph)]
    others = [paragraph for paragraph in paragraphs if not is_held_out(paragraph)]
    seen = {folded(question.text) for paragraph in others for question in paragraph.questions}
    indexed = [*held_out, *chance.sample(others, min(n_distractors, len(others)))]
    answered = {folded(question.text) for paragraph in indexed for question in paragraph.questions if question.answers}
    pairs = [
        (question, paragraph)
        for paragraph in held_out
        for question in paragraph.questions
        if folded(question.text) not in seen and (question.answers or folded(question.text) not in answered)
    ]
    chance.shuffle(pairs)
    with (
        tempfile.TemporaryDirectory(prefix="dateline-calibrate-") as folder,
        Library.open(folder, embedder=embedder, create=True) as library,
    ):
        for _ in library.add(as_articles(indexed)):
            pass
        for question, paragraph in pairs[:n_questions]:
            for asking in _askings(question, paragraph, chance):
                passages = library.search(asking.text, k=k + _SPARE_PASSAGES)
                if asking.without_paragraph:
                    passages = [passage for passage in passages if passage.article.text != paragraph.text]
                trial = _trial(asking, passages[:k], reader)
                if trial.features:
                    yield trial


def _askings(question: ParagraphQuestion, paragraph: Paragraph, chance: random.Random) -> Iterator[_Asking]:
    yield _Asking(question.text, paragraph, question.answers)
    if not question.answers:
        return
    if chance.random() < _SHARE_WITHOUT:
        yield _Asking(question.text, paragraph, (), without_paragraph=True)
    if chance.random() < _SHARE_ALTERED:
        changed = altered_question(question.text, question.answers[0], paragraph.text, chance)
        if changed is not None:
            yield _Asking(changed, paragraph, ())


def _trial(asking: _Asking, passages: Sequence[Passage], reader: Reader) -> Trial:
    supports = merge(fuse(reader.read(asking.text, worth_reading(passages))), question=asking.text)
    best = range(min(_MOST_ANSWERS, len(supports)))
    return Trial(
        features=tuple(features_of(supports, at) for at in best),
        is_right=tuple(is_right(supports[at].best, asking.paragraph, asking.accepted) for at in best),
        is_answerable=bool(asking.accepted),
        group=hashlib.sha256(asking.paragraph.text.encode()).hexdigest(),
    )


def is_right(candidate: Candidate, paragraph: Paragraph, accepted: Sequence[Span]) -> bool:
    """Say whether a reader would call it right: an accepted answer, or, in its place, a little more or less of it."""
    is_of_paragraph = candidate.passage.article.text == paragraph.text
    for span in accepted:
        found, wanted = _words(candidate.text), _words(span.of(paragraph.text))
        if found == wanted or 2 * len(set(found) & set(wanted)) >= 2 / 3 * (len(set(found)) + len(set(wanted))):
            return True
        shorter, longer = sorted((found, wanted), key=len)
        is_in_place = is_of_paragraph and candidate.span.overlaps(span)
        if is_in_place and set(shorter) <= set(longer) and len(longer) <= 2 * len(shorter) + 3:
            return True
    return False


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", comparable_form(text)) or [text.strip()]


def fit(trials: Sequence[Trial]) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration and its figures on trials it was not fitted to: five folds, one paragraph in one fold.

    It is fitted on all answers of the trials, and judged by the one that it chooses. auroc: of right against wrong
    choices; ece: expected calibration error over ten bins of equal width (Naeini et al. 2015); for the lowest threshold
    at which 80% of the answers given are right, and for some others, the share of answers given that are right, the
    share of answerable questions answered, and the share of unanswerable ones refused.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    owners = np.array([i for i, trial in enumerate(trials) for _ in trial.features])
    features = np.array([row for trial in trials for row in trial.features])
    right = np.array([is_right for trial in trials for is_right in trial.is_right])
    groups = np.array([trials[i].group for i in owners])
    model = make_pipeline(StandardScaler(), LogisticRegression())
    folds = GroupKFold(n_splits=5)
    predicted = cross_val_predict(model, features, right, groups=groups, cv=folds, method="predict_proba")[:, 1]
    model.fit(features, right)
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    bias = float(logistic.intercept_[0] - (weights * scaler.mean_).sum())

    chosen = np.array([max(np.flatnonzero(owners == i), key=lambda row: predicted[row]) for i in range(len(trials))])
    said, is_right = predicted[chosen], right[chosen]
    answerable = np.array([trial.is_answerable for trial in trials])
    bins = np.clip((said * 10).astype(int), 0, 9)
    figures = {
        "n": len(trials),
        "n_unanswerable": int((~answerable).sum()),
        "right_of_answerable": float(is_right[answerable].mean()),
        "right_by_evidence_alone": float(np.mean([t.is_right[0] for t in trials if t.is_answerable])),
        "auroc": float(roc_auc_score(is_right, said)),
        "ece": float(
            sum(
                abs(said[bins == b].mean() - is_right[bins == b].mean()) * (bins == b).mean()
                for b in set(bins.tolist())
            )
        ),
    }
    falling = np.sort(said)[::-1]
    precise = [cut for cut in falling if is_right[said >= cut].mean() >= _WANTED_PRECISION]
    threshold = float(precise[-1]) if precise else 1.0
    figures["threshold_for_80"] = threshold
    for cut in (round(threshold, 2), 0.3, 0.4, 0.7):
        given = said >= cut
        figures |= {
            f"precision_{cut}": float(is_right[given].mean()) if given.any() else 0.0,
            f"answered_{cut}": float(given[answerable].mean()),
            f"refused_{cut}": float((~given)[~answerable].mean()),
        }
    figures = {name: round(value, 3) for name, value in figures.items()}
    return Calibration(tuple(round(float(w), 5) for w in weights), round(bias, 5)), figures


def describe(calibration: Calibration) -> str:
    """Return the weights by name, for the log."""
    return ", ".join(f"{name} {weight:+.3f}" for name, weight in zip(FEATURES, calibration.weights, strict=True))
