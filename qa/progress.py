"""Long work shown as it goes: a bar on stderr, where stderr is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def with_progress(
    items: Iterable[T],
    what: str,
    *,
    total: int | None = None,
    shown: bool = True,
    n_before: int = 0,
    note: Callable[[], str] = lambda: "",
) -> Iterator[T]:
    """Yield `items` behind a bar; nothing is drawn unless `shown` and stderr is a terminal.

    :param total: how many there will be, as far as is known; it grows with the items where there are more.
    :param n_before: how many of them were done before these.
    :param note: what is said beside the bar, asked for after each item.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    described, noted = TextColumn("{task.description}"), TextColumn("{task.fields[note]}", style="dim")
    columns = (described, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), noted)
    # Lines printed meanwhile go above the bar, but only where both are on the screen: `qa add > log` fills the log.
    on_screen = console.is_terminal and sys.stdout.isatty()
    hidden = not (shown and console.is_terminal)
    with Progress(*columns, console=console, transient=True, disable=hidden, redirect_stdout=on_screen) as bar:
        task = bar.add_task(what, total=total, completed=n_before, note="")
        for n, item in enumerate(items, start=n_before + 1):
            yield item
            said = "" if hidden else note()
            bar.update(task, completed=n, total=None if total is None else max(total, n), note=said)
