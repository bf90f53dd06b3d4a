"""Span logits -> legal spans with scores. Pure numpy: the reader's mathematics without the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


_OPENING = frozenset("$€£¥@([{“‘«\"'+-−~≈<")


_CLOSING = frozenset(".%)]}”’»\"'°!?")


class TokenSpan(NamedTuple):
    """A span of tokens, both ends inclusive, with its log-odds against "no answer in this window"."""

    first: int
    last: int
    score: float


def best_spans(
    start_logits: NDArray[np.float32],
    end_logits: NDArray[np.float32],
    *,
    starts: NDArray[np.bool_],
    ends: NDArray[np.bool_],
    blocks: NDArray[np.int64] | None = None,
    n_best: int = 5,
    max_tokens: int = 40,
) -> list[TokenSpan]:
    """Return the best spans of one window, highest score first, none overlapping another, ties by position.

    The score is `start[i] + end[j] - (start[0] + end[0])`: token 0 stands for "no answer", as in Devlin et al. 2019
    (BERT, section 4.3). Both heads are softmaxes over the same window, so their normalisers cancel and the score is
    the log-odds of the span against no answer, comparable between windows and passages.

    :param start_logits: `(length,)` float32, with `end_logits` of the same shape.
    :param starts: `(length,)` bool, where an answer may start; `ends` where it may end; token 0 in neither.
    :param blocks: `(length,)` int64, the block of text that each token belongs to; a span stays within one.
    """
    first_ones, last_ones = np.flatnonzero(starts), np.flatnonzero(ends)
    if not len(first_ones) or not len(last_ones):
        return []
    null = float(start_logits[0]) + float(end_logits[0])
    scores = start_logits[first_ones, None].astype(np.float64) + end_logits[None, last_ones] - null
    length = last_ones[None, :] - first_ones[:, None] + 1
    scores[(length < 1) | (length > max_tokens)] = -np.inf
    if blocks is not None:
        scores[blocks[first_ones][:, None] != blocks[last_ones][None, :]] = -np.inf
    found: list[TokenSpan] = []
    # Stable sort of the negated scores: equal ones stay in order of position.
    for flat in np.argsort(-scores, axis=None, kind="stable"):
        row, column = divmod(int(flat), scores.shape[1])
        span = TokenSpan(int(first_ones[row]), int(last_ones[column]), float(scores[row, column]))
        if span.score == -np.inf or len(found) == n_best:
            break
        if not any(span.first <= other.last and other.first <= span.last for other in found):
            found.append(span)
    return found


def word_borders(text: str, offsets: list[tuple[int, int]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Say which tokens can start and which can end an answer: none is cut inside a word, none ends with a comma.

    :param offsets: the tokens' `[start, end)` in `text`; an empty one is no part of it.
    :returns: two `(len(offsets),)` bool arrays.
    """
    starts = [
        a < b and not (_inside(text, a - 1) and _inside(text, a)) and (text[a].isalnum() or _opens(text, a))
        for a, b in offsets
    ]
    ends = [
        a < b and not (_inside(text, b - 1) and _inside(text, b)) and (text[b - 1].isalnum() or text[b - 1] in _CLOSING)
        for a, b in offsets
    ]
    return np.array(starts, bool), np.array(ends, bool)


def _opens(text: str, at: int) -> bool:
    """Say whether a sign or quotation mark belongs to the word after it; the dash of a list does not."""
    return text[at] in _OPENING and not text[at + 1 : at + 2].isspace()


def _inside(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isalnum()
