"""Timeline -> a file, in the format that its name asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from qa.errors import OutputError
from qa.saving import write_whole
from qa.timeline.page import to_page
from qa.timeline.rows import Timeline
from qa.timeline.svg import to_svg

_FORMATS: dict[str, Callable[[Timeline], str]] = {".svg": to_svg, ".html": to_page}


def checked(path: Path) -> Path:
    """Return the path if a timeline can be saved under that name, so that nothing is computed in vain.

    :raises OutputError: if its suffix is that of no format, or its folder doesn't exist.
    """
    if path.suffix.lower() not in _FORMATS:
        raise OutputError(f"A timeline can't be written to '{path}': give a name that ends in {' or '.join(_FORMATS)}.")
    if not path.parent.is_dir():
        raise OutputError(f"'{path}' can't be written: there is no folder '{path.parent}'.")
    return path


def save(timeline: Timeline, path: Path) -> None:
    """Write the timeline; the file is there whole or not at all, and an older one stays until then.

    :raises OutputError: if the suffix is that of no format, or the disk refuses.
    """
    write_whole(path, _FORMATS[checked(path).suffix.lower()](timeline))
