"""Text -> windows of words: how the systems cut articles that bring no cutter of their own.

About as many words as this project puts in a chunk, and as many shared by neighbours as a sentence has, so that the
size of the passages is not what tells the systems apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Span

N_WORDS = 100
N_SHARED = 20

_WORD = re.compile(r"\S+")


def windows(text: str, *, n_words: int = N_WORDS, n_shared: int = N_SHARED) -> Iterator[Span]:
    """Yield spans of `n_words` words, each with the last `n_shared` of the one before it; none only repeats."""
    words = [match.span() for match in _WORD.finditer(text)]
    step = n_words - n_shared
    for first in range(0, max(1, len(words) - n_shared), step):
        of_window = words[first : first + n_words]
        if of_window:
            yield Span(of_window[0][0], of_window[-1][1])
