"""A word that no article holds -> the words of the articles that it was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein

# Below five letters one slip makes another word of almost any.
LEAST_LETTERS = 5
MOST_GUESSES = 3


def most_slips(word: str) -> int:
    """Return how many letters may be wrong: one, in words of eight letters and more two (as in Elasticsearch)."""
    return 1 if len(word) < 8 else 2


def likely_meant(word: str, vocabulary: Iterable[tuple[str, int]]) -> list[str]:
    """Return up to three words of `vocabulary` nearest to `word`, the nearest and then most frequent first.

    Slips are letters left out, added, replaced or swapped (Damerau 1964); the first letter is taken as right, as it
    nearly always is. Empty where no word is near enough.

    :param vocabulary: words with the number of chunks that hold each; those of another first letter are passed over.
    """
    if len(word) < LEAST_LETTERS - 1 or not word.isalpha():  # a stem is shorter than its word
        return []
    allowed = most_slips(word)
    near = [
        (slips, -n_chunks, other)
        for other, n_chunks in vocabulary
        if other[:1] == word[0] and (slips := DamerauLevenshtein.distance(word, other, score_cutoff=allowed)) <= allowed
    ]
    nearest = min(near, default=(0,))[0]
    return [other for slips, _, other in sorted(near) if slips == nearest][:MOST_GUESSES]
