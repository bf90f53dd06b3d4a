"""Which articles are copies of one story, so that a syndicated report counts as one source and not as twenty.

A text is seen as its set of shingles, runs of five words (A. Z. Broder, "On the resemblance and containment of
documents", 1997). With S(A) the shingles of A:

    containment(A, B) = |S(A) & S(B)| / min(|S(A)|, |S(B)|)

Containment rather than resemblance (intersection over union): a copy often has a header and a footer of its own, or
is cut after ten paragraphs, and stays contained. Candidates come from bottom-k sketches (Broder's MIN_s), kept in an
indexed table; what decides is the exact figure, computed from the texts, so a sketch can miss but never mislink.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections.abc import Iterable

from index.types import Span

WORDS_PER_SHINGLE = 5

# The share of the 64 smallest hashes that two copies have in common is about their resemblance. At the worst pair that
# may count as a copy (half the words of a text a third the size: resemblance 0.14) 9 of 64 are expected, and fewer than
# three are found in one case of 200. Two texts that share a quote often have one or two in common.
SKETCH_SIZE = 64
MIN_SHARED_HASHES = 3

# A changed word breaks five shingles: a copy with one word in ten rewritten keeps 0.9**5 = 0.59 of them. Independent
# reports of one event share quotes and names, rarely a fifth of their shingles.
MIN_CONTAINMENT = 0.5

# Shorter texts are formulas as often as stories, one sentence with another name in it: they must be equal.
MIN_SHINGLES = 50

# A digest contains the stories of a day; they are not therefore one story.
MAX_SIZE_RATIO = 3

_WORD = re.compile(r"[^\W_]+")


def body(text: str, spans: Iterable[Span]) -> str:
    """Return what `spans` cover of `text`, what two of them share only once: an article without its furniture."""
    pieces: list[str] = []
    end = 0
    for span in sorted(spans):
        pieces.append(text[max(end, span.start) : max(end, span.end)])
        end = max(end, span.end)
    return "\n".join(pieces)


def shingles(text: str) -> frozenset[int]:
    """Return the 63-bit hashes of all runs of five words; case, punctuation and line breaks make no difference.

    A text of fewer words has one shingle, all of it. The hash is BLAKE2b: the same on every machine and run.
    """
    words = _WORD.findall(text.casefold())
    n_runs = max(1, len(words) - WORDS_PER_SHINGLE + 1)
    return frozenset(_hash(" ".join(words[start : start + WORDS_PER_SHINGLE])) for start in range(n_runs))


def sketch(text_shingles: frozenset[int]) -> list[int]:
    """Return the `SKETCH_SIZE` smallest hashes, ascending: a sample that two copies take alike."""
    return heapq.nsmallest(SKETCH_SIZE, text_shingles)


def containment(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of the smaller set that the other holds too, 0 where either is empty."""
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def is_same_story(one: frozenset[int], other: frozenset[int]) -> bool:
    """Say whether two texts, as sets of shingles, are copies of one story."""
    smaller, larger = sorted((len(one), len(other)))
    if smaller < MIN_SHINGLES or larger > MAX_SIZE_RATIO * smaller:
        return one == other
    return containment(one, other) >= MIN_CONTAINMENT


def _hash(shingle: str) -> int:
    # 63 bits: SQLite's integers are signed. "surrogatepass": a damaged file name must not end a whole run.
    digest = hashlib.blake2b(shingle.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1
