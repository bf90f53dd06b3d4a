"""Text -> a file that is there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from qa.errors import OutputError


def write_whole(path: Path, content: str) -> None:
    """Write a file; an older one stays until the new one is complete.

    :raises OutputError: if the disk refuses.
    """
    # Beside it, since a file can't be moved at once from one disk to another; made by `open`, since the files of
    # `tempfile` are for their owner alone.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        try:
            unfinished.write_text(content, encoding="utf-8", newline="\n")
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"'{path}' can't be written: {error.strerror}.") from error
