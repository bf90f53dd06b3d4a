"""Exact match and F1 of an answer's text against the accepted ones; whether a passage holds one of them."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = frozenset(string.punctuation)


def normalize_answer(text: str) -> str:
    """Lower-case, drop punctuation, articles and extra white space.

    The same steps in the same order as `normalize_answer` of the official script (evaluate-v1.1.py, Rajpurkar et al.
    2016), so that figures compare: typographic quotes stay, unlike in `qa.values`.
    """
    without_punctuation = "".join(character for character in text.lower() if character not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", without_punctuation).split())


def exact_match(answer: str | None, accepted: Iterable[str]) -> float:
    """Return 1.0 if the answer equals an accepted one after normalisation, else 0.0; no answer scores 0."""
    return max(
        (float(answer is not None and normalize_answer(answer) == normalize_answer(a)) for a in accepted), default=0.0
    )


def f1(answer: str | None, accepted: Iterable[str]) -> float:
    """Return the best harmonic mean of word precision and recall over the accepted answers; no answer scores 0."""
    return max((_f1(answer, other) for other in accepted), default=0.0) if answer is not None else 0.0


def holds_answer(passage: str, accepted: Iterable[str]) -> bool:
    """Say whether the text of an accepted answer stands in the passage, both normalised.

    Within a word too: "Super Bowl 50-game" becomes one word and holds "50". On the first 300 paragraphs of SQuAD 1.1
    dev, whole words alone would miss 2% of the answers in their own paragraph; parts of words find 2% of them in an
    unrelated one.
    """
    text = normalize_answer(passage)
    return any(normalize_answer(answer) in text for answer in accepted)


def _f1(answer: str, accepted: str) -> float:
    found, wanted = normalize_answer(answer).split(), normalize_answer(accepted).split()
    if not found or not wanted:
        return float(found == wanted)
    # With precision n/f and recall n/w, 2pr/(p+r) is 2n/(f+w): rounded once, so that two thirds is exactly 2/3.
    n_common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * n_common / (len(found) + len(wanted))
