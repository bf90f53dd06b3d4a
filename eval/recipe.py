"""What a run's results depend on: where any of it differs, they are results of something else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from eval.bench.machine import this_machine
from index.library import Library
from qa.config import Settings
from qa.errors import DatasetError
from qa.reading import SHIPPED_READER, shipped_reader_path

Recipe = dict[str, Any]

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("index", "qa", "eval")
_DECIDES_NOTHING = (Path("eval/report"), Path("eval/bench"))


def recipe_of(task: str, gold: Path, settings: Settings, *, limit: int | None, index: str | None) -> Recipe:
    """Return the names and fingerprints of all that decides the results; speed apart.

    :param index: the fingerprint of the index that is asked; None where the gold set brings its own articles.
    """
    return {
        "task": task,
        "gold set": _of_file(gold),
        "limit": limit,
        "index": index,
        "embedder": settings.embedder,
        "reader": settings.reader,
        "reader's files": _of_folder(
            shipped_reader_path() if settings.reader == SHIPPED_READER else Path(settings.reader)
        ),
        "k": settings.k,
        "min_confidence": settings.min_confidence,
        "code": _of_code(),
    }


def circumstances(gold: Path, settings: Settings) -> dict[str, Any]:
    """Return what is reported with the figures: names for people, and where they were measured."""
    machine = this_machine(n_threads=settings.n_threads)
    return {
        "gold": str(gold),
        "index": settings.index,
        "version": machine.packages["dateline-qa"],
        "commit": machine.commit,
        "machine": f"{machine.cpu}, {machine.n_cores} cores, {machine.n_threads} threads",
        "python": machine.python,
    }


def of_index(library: Library) -> str:
    """Return the fingerprint of the articles in an index: their ids, texts and metadata."""
    return _digest(f"{article.id} {article.content_hash}" for article in library.articles())


def _of_code() -> str:
    """Return the fingerprint of this project's code: a commit doesn't tell what is changed since."""
    files = sorted(path.relative_to(_ROOT) for package in _PACKAGES for path in (_ROOT / package).rglob("*.py"))
    deciding = [file for file in files if not any(file.is_relative_to(folder) for folder in _DECIDES_NOTHING)]
    return _digest(f"{file} {hashlib.sha256((_ROOT / file).read_bytes()).hexdigest()}" for file in deciding)


def _of_folder(path: Path) -> str | None:
    """Return the fingerprint of a model's weights and settings; None of a model that is known by name.

    Weights go by size and time: to read a hundred megabytes takes longer than the question.
    """
    return _digest(sorted(_file_states(path))) if path.is_dir() else None


def _file_states(path: Path) -> Iterator[str]:
    for file in path.rglob("*"):
        # What is made of them, such as an ONNX file, comes and goes.
        if file.is_file() and file.suffix in {".safetensors", ".json"}:
            state = file.stat()
            yield f"{file.relative_to(path)} {state.st_size} {state.st_mtime_ns}"


def _of_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise DatasetError(f"The gold set '{path}' can't be read: {error.strerror}.") from error


def _digest(lines: Iterable[str]) -> str:
    hashed = hashlib.sha256()
    for line in lines:
        hashed.update(line.encode("utf-8", "surrogatepass") + b"\n")
    return hashed.hexdigest()
