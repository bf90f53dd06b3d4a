"""Comparison -> lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from eval.comparing import Comparison, Row
from eval.figures import Unit, in_words
from qa.rendering import one_line, printable


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the figures of both runs with their difference, then the questions that flipped."""
    left_out = f", {comparison.n_left_out} in one run only" if comparison.n_left_out else ""
    yield f"{comparison.n} questions{left_out}"
    if not comparison.is_same_gold:
        yield "The gold set changed between the runs: questions of the same id may not be the same."
    yield f"\n{'':<29}{'before':>10}{'after':>10}   difference, 95% interval         p"
    yield from map(_row, comparison.rows)
    for is_right, heading in ((True, "Right now"), (False, "Wrong now")):
        flips = [flip for flip in comparison.flips if flip.is_right_now == is_right]
        yield f"\n{heading}: {len(flips)}"
        for flip in flips:
            yield printable(one_line(f"{flip.id}  {flip.question}  [{flip.before} -> {flip.after}]"))


def _row(row: Row) -> str:
    low, high = row.difference.interval or (row.difference.value, row.difference.value)
    values = f"{in_words(row.figure, row.before):>10}{in_words(row.figure, row.after):>10}"
    digits = 0 if row.figure.unit is Unit.MS else 3
    difference = f"{row.difference.value:+9.{digits}f}  {low:+.{digits}f} to {high:+.{digits}f}"
    return f"{row.figure.name:<29}{values}   {difference:<31}{row.difference.p:.3f} {_verdict(row)}".rstrip()


def _verdict(row: Row) -> str:
    if not row.is_significant:
        return ""
    if row.figure.unit is Unit.MS:  # the machine may have done other things too: no judgement of the system
        return "slower" if row.is_worse else "faster"
    return "worse" if row.is_worse else "better"
