"""Whether citations point at the right places, by offset; texts aren't compared.

Citation precision and recall are those of Gao et al. 2023 (ALCE), who let a model judge whether a citation supports an
answer; here a citation does where it shares a character with an accepted span of the same file.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.types import GoldSpan


def citation_precision(cited: Sequence[GoldSpan], accepted: Sequence[GoldSpan]) -> float:
    """Return the share of the citations that are right; 0.0 where there is none."""
    return sum(_overlaps_any(one, accepted) for one in cited) / len(cited) if cited else 0.0


def citation_recall(cited: Sequence[GoldSpan], accepted: Sequence[GoldSpan]) -> float:
    """Return the share of the places that say it at which a citation points.

    Accepted spans that overlap are one place: "on February 5" and "February 5" in it.

    :param accepted: at least one.
    """
    found = places(accepted)
    return sum(any(_overlaps_any(one, place) for one in cited) for place in found) / len(found)


def places(accepted: Sequence[GoldSpan]) -> list[list[GoldSpan]]:
    """Return the spans in groups of which each overlaps the one before it in its file."""
    found: list[list[GoldSpan]] = []
    reached = 0
    for one in sorted(accepted, key=lambda gold: (gold.file, gold.span)):
        if found and found[-1][0].file == one.file and one.span.start < reached:
            found[-1].append(one)
            reached = max(reached, one.span.end)
        else:
            found.append([one])
            reached = one.span.end
    return found


def _overlaps_any(one: GoldSpan, others: Sequence[GoldSpan]) -> bool:
    return any(one.file == other.file and one.span.overlaps(other.span) for other in others)
