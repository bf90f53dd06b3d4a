"""The bar passes on what goes through it; what it says is asked for only where somebody sees it."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

from qa.progress import with_progress

SHOW = """
from qa.progress import with_progress
done = []
for n in with_progress(range(3), "Asking", total=8, n_before=5, note=lambda: f"F1 {len(done)}0%"):
    done.append(n)
print(done)
"""


def test_items_come_through_and_nothing_is_said_where_stderr_is_no_terminal() -> None:
    asked: list[int] = []
    items = list(with_progress([1, 2], "Asking", total=2, shown=False, note=lambda: str(asked.append(1))))
    assert (items, asked) == ([1, 2], [])


def test_the_bar_counts_what_was_done_before_and_tells_the_figures_so_far() -> None:
    ours, theirs = pty.openpty()
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], stdout=subprocess.PIPE, stderr=theirs, env=environ, text=True, check=True
    )
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert done.stdout == "[0, 1, 2]\n"
    assert b"8/8" in said
    assert b"F1 30%" in said
