"""Our figures against the official SQuAD 2.0 script, written anew here from its published algorithm.

evaluate-v2.0.py of Rajpurkar, Jia and Liang 2018 (https://rajpurkar.github.io/SQuAD-explorer/): its normalisation, its
exact match and F1, the split into questions with and without an answer, and its search for the best threshold.
"""

from __future__ import annotations

import collections
import math
import re
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.figures import reading_summary
from eval.metrics.answers import exact_match, f1
from eval.tasks import official_predictions
from eval.types import Reading

# Each with the accepted answers, the answer predicted ("" for none), and the probability that there is no answer.
PREDICTIONS: dict[str, tuple[list[str], str, float]] = {
    "exact": (["in the 10th and 11th centuries", "10th and 11th centuries"], "10th and 11th centuries", 0.02),
    "case, articles, punctuation": (["The United Nations' Charter"], "united  nations charter", 0.11),
    "partly": (["Norman knights of Sicily"], "the Norman knights", 0.30),
    "twice the same word": (["one two two"], "one one two", 0.35),
    "nothing in common": (["Rollo"], "William the Conqueror", 0.62),
    "answered with nothing": (["France"], "", 0.97),
    "only an article": (["a"], "the", 0.21),
    "no answer, refused": ([], "", 0.99),
    "no answer, answered": ([], "Normandy", 0.55),
    "no answer, surely answered": ([], "in 1066", 0.05),
    "no answer, hardly answered": ([], "Bede", 0.93),
}


def official(predictions: dict[str, tuple[list[str], str, float]]) -> dict[str, float]:
    """What the script prints, in percent, for answers that are given whatever the probability."""
    exact = {name: max(_exact(a, said) for a in _gold(accepted)) for name, (accepted, said, _) in predictions.items()}
    overlap = {name: max(_f1(a, said) for a in _gold(accepted)) for name, (accepted, said, _) in predictions.items()}
    has_answer = [name for name, (accepted, _, _) in predictions.items() if _gold(accepted) != [""]]
    figures = {
        "HasAns_exact": 100.0 * sum(exact[name] for name in has_answer) / len(has_answer),
        "HasAns_f1": 100.0 * sum(overlap[name] for name in has_answer) / len(has_answer),
    }
    for name, scores in (("exact", exact), ("f1", overlap)):
        best, threshold = _best_threshold(predictions, scores, set(has_answer))
        figures |= {f"best_{name}": best, f"best_{name}_thresh": threshold}
    return figures


def _gold(accepted: list[str]) -> list[str]:
    return [answer for answer in accepted if _normalized(answer)] or [""]


def _normalized(text: str) -> str:
    without_punctuation = "".join(ch for ch in text.lower() if ch not in set(string.punctuation))
    return " ".join(re.sub(re.compile(r"\b(a|an|the)\b", re.UNICODE), " ", without_punctuation).split())


def _exact(gold: str, said: str) -> int:
    return int(_normalized(gold) == _normalized(said))


def _f1(gold: str, said: str) -> float:
    wanted, found = _normalized(gold).split() if gold else [], _normalized(said).split() if said else []
    common = sum((collections.Counter(wanted) & collections.Counter(found)).values())
    if len(wanted) == 0 or len(found) == 0:
        return int(wanted == found)
    if common == 0:
        return 0
    precision, recall = 1.0 * common / len(found), 1.0 * common / len(wanted)
    return (2 * precision * recall) / (precision + recall)


def _best_threshold(predictions: Any, scores: dict[str, float], has_answer: set[str]) -> tuple[float, float]:
    current = best = len(predictions) - len(has_answer)
    best_threshold = 0.0
    for name in sorted(predictions, key=lambda name: predictions[name][2]):
        said = predictions[name][1]
        current += scores[name] if name in has_answer else (-1 if said else 0)
        if current > best:
            best, best_threshold = current, predictions[name][2]
    return 100.0 * best / len(scores), best_threshold


def readings(predictions: dict[str, tuple[list[str], str, float]]) -> list[Reading]:
    """The same predictions as ours: no answer is None, and the log-odds are for an answer instead of against one."""
    return [
        Reading(
            id=name,
            is_answerable=bool(accepted),
            answer=said or None,
            log_odds=math.log((1 - no_answer) / no_answer) if said else -math.inf,
            exact_match=exact_match(said or None, accepted),
            f1=f1(said or None, accepted),
        )
        for name, (accepted, said, no_answer) in predictions.items()
    ]


def test_figures_equal_those_of_the_official_script() -> None:
    # The script drops accepted answers that are nothing but an article; the question then counts as unanswerable.
    predictions = {name: row for name, row in PREDICTIONS.items() if name != "only an article"}
    ours, theirs = reading_summary(readings(predictions)), official(predictions)
    by_hand = (100 * 2 / 6, pytest.approx(100 * (1 + 1 + 2 / 3 + 2 / 3) / 6))
    assert (theirs["HasAns_exact"], theirs["HasAns_f1"]) == by_hand
    assert ours["exact_match"] == round(theirs["HasAns_exact"] / 100, 4)
    assert ours["f1"] == round(theirs["HasAns_f1"] / 100, 4)
    assert ours["best_exact"] == round(theirs["best_exact"] / 100, 4)
    assert ours["best_f1"] == round(theirs["best_f1"] / 100, 4)
    assert 1 / (1 + math.exp(ours["best_threshold"] or 0)) == pytest.approx(theirs["best_f1_thresh"], abs=1e-4)


def test_a_run_writes_what_the_official_script_reads() -> None:
    files = official_predictions(readings(PREDICTIONS))
    assert files["predictions.json"] == {name: said for name, (_, said, _) in PREDICTIONS.items()}
    # No answer at all is sure to be none, whatever was put down as its probability.
    wanted = {name: no_answer if said else 1.0 for name, (_, said, no_answer) in PREDICTIONS.items()}
    assert files["na_prob.json"] == pytest.approx(wanted)


TEXTS = st.lists(st.sampled_from(["the", "Norman", "knights.", "of", "Sicily", "a", "1066"]), max_size=4).map(" ".join)


@settings(deadline=None)  # a busy machine is no fault
@given(st.lists(st.tuples(st.lists(TEXTS.filter(_normalized), max_size=3), TEXTS), min_size=1, max_size=12))
def test_figures_equal_those_of_the_official_script_on_any_predictions(rows: list[tuple[list[str], str]]) -> None:
    # No two probabilities are equal: the script would answer some of those and refuse others, which no threshold does.
    predictions = {str(n): (accepted, said, (n + 1) / 20) for n, (accepted, said) in enumerate(rows)}
    if not any(accepted for accepted, _ in rows):
        return
    ours, theirs = reading_summary(readings(predictions)), official(predictions)
    assert ours["exact_match"] == pytest.approx(theirs["HasAns_exact"] / 100, abs=1e-4)
    assert ours["f1"] == pytest.approx(theirs["HasAns_f1"] / 100, abs=1e-4)
    if ours["best_f1"] is not None:
        assert ours["best_exact"] == pytest.approx(theirs["best_exact"] / 100, abs=1e-4)
        assert ours["best_f1"] == pytest.approx(theirs["best_f1"] / 100, abs=1e-4)
