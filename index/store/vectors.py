"""The vectors in memory, searched by FAISS, with a cache file: all of it can be made again from the catalog.

The file is one line of JSON (format, identity and generation of the catalog, dim, SHA-256 of what follows) and then
the FAISS index as FAISS writes it. It is replaced as a whole, so there is no moment at which half of it is there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.types import Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.store.catalog import Catalog

logger = logging.getLogger(__name__)

FORMAT = 1

# Rows more than this that a search had to take over are written to the cache at once, so that the next process need
# not. Fewer are cheaper to take over again (1 ms per 100) than to write out with all the others.
MIN_ROWS_WORTH_WRITING = 1000

# FAISS drops equal scores at the cut in no order that means anything: ask for some more and sort by (score, id).
_SPARE_ROWS = 16


class VectorCache:
    """Flat inner-product index over the catalog's vectors; brought up to date by every search."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self.path = path
        self._catalog = catalog
        self._lock = threading.Lock()  # one search at a time: 8 ms at 100,000 chunks, and FAISS stays unlocked inside
        self._index: Any = None
        self._ids: NDArray[np.int64] = np.empty(0, np.int64)
        self._generation = -1
        self._generation_on_disk = -1

    def search(
        self, vector: NDArray[np.float32], *, k: int, allowed: NDArray[np.int64] | None
    ) -> list[tuple[int, float]]:
        """Return the `k` chunks of highest cosine with `vector`, shape `(dim,)`: (chunk id, cosine), best first.

        Equal cosines are ordered by chunk id, also at the cut.

        :param allowed: ids of the chunks that may be found, None for all.
        """
        query = np.ascontiguousarray(vector, np.float32).reshape(1, -1)
        with self._lock:
            self._follow_catalog()
            n_rows = len(self._ids) if allowed is None else len(allowed)
            k = min(k, n_rows)
            n_asked = min(k + _SPARE_ROWS, n_rows)
            while k > 0:
                found = self._nearest(query, n_asked, allowed)
                if n_asked == n_rows or found[-1][1] < found[k - 1][1]:
                    return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]
                n_asked = min(4 * n_asked, n_rows)
        return []

    def save(self) -> bool:
        """Write the cache file if it is behind; say whether it is up to date now. A disk that refuses is no error."""
        with self._lock:
            self._follow_catalog()
            return self._save()

    def check(self, *, repair: bool) -> list[Problem]:
        """Return what is wrong with the cache file; a missing or older one is in order."""
        with self._lock:
            if not self.path.exists():
                return []
            try:
                self._read_file()
            except _Unusable as exc:
                repaired = False
                if repair:
                    self._index, self._generation, self._generation_on_disk = None, -1, -1
                    self._follow_catalog()
                    repaired = self._save()
                return [Problem(f"the vector cache '{self.path.name}' is {exc}", repaired=repaired)]
            return []

    def _nearest(
        self, query: NDArray[np.float32], n_asked: int, allowed: NDArray[np.int64] | None
    ) -> list[tuple[int, float]]:
        import faiss

        params = None
        if allowed is not None:
            params = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]  # wrong stubs
        scores, ids = self._index.search(query, n_asked, params=params)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def _follow_catalog(self) -> None:
        """Take over what the catalog has and this has not, and drop what it no longer has."""
        if self._index is None:
            self._load()
        with self._catalog.reading():
            meta = self._catalog.meta()
            if meta.generation == self._generation:
                return
            wanted = self._catalog.chunk_ids()
            gone = np.setdiff1d(self._ids, wanted, assume_unique=True)
            missing = np.setdiff1d(wanted, self._ids, assume_unique=True)
            if len(gone):
                self._drop(gone)
            if len(missing):
                self._index.add_with_ids(self._catalog.vectors(missing), missing)
                self._ids = np.union1d(self._ids, missing)
            self._generation = meta.generation
        if len(gone) + len(missing) > MIN_ROWS_WORTH_WRITING:
            self._save()

    def _drop(self, gone: NDArray[np.int64]) -> None:
        import faiss

        self._index.remove_ids(faiss.IDSelectorBatch(gone))
        self._ids = np.setdiff1d(self._ids, gone, assume_unique=True)

    def _load(self) -> None:
        try:
            self._index, self._ids, self._generation = self._read_file()
            self._generation_on_disk = self._generation
        except _Unusable as exc:
            logger.info("vector cache %s is %s: made again from the catalog", self.path, exc)
            self._index, self._ids, self._generation = _empty_index(self._catalog.meta().dim), self._ids[:0], -1

    def _read_file(self) -> tuple[Any, NDArray[np.int64], int]:
        import faiss

        meta = self._catalog.meta()
        try:
            with self.path.open("rb") as file:
                header = json.loads(file.readline(10_000))
                body = file.read()
        except FileNotFoundError:
            raise _Unusable("missing") from None
        except (OSError, ValueError) as exc:
            raise _Unusable(f"unreadable ({exc})") from exc
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise _Unusable("of another format")
        if (header.get("identity"), header.get("dim")) != (meta.identity, meta.dim):
            raise _Unusable("of another index")
        # Before FAISS sees a byte: it crashes on damaged input.
        if header.get("sha256") != hashlib.sha256(body).hexdigest():
            raise _Unusable("damaged (checksum)")
        generation = header.get("generation")
        if not isinstance(generation, int) or generation > meta.generation:
            raise _Unusable("newer than the catalog")
        index: Any = faiss.deserialize_index(np.frombuffer(body, np.uint8))
        return index, np.sort(faiss.vector_to_array(index.id_map)), generation

    def _save(self) -> bool:
        import faiss

        if self._generation_on_disk == self._generation:
            return True
        if self._catalog.is_read_only:
            return False
        meta = self._catalog.meta()
        body = faiss.serialize_index(self._index).data
        header = {
            "format": FORMAT,
            "identity": meta.identity,
            "generation": self._generation,
            "dim": meta.dim,
            "sha256": hashlib.sha256(body).hexdigest(),
        }
        try:
            _replace_file(self.path, [json.dumps(header).encode() + b"\n", body])
        except OSError as exc:
            logger.info("vector cache %s not written: %s", self.path, exc)
            return False
        self._generation_on_disk = self._generation
        return True


class _Unusable(Exception):
    """The cache file can't be used; the message completes "the cache is ..."."""


def require_unit_rows(vectors: NDArray[np.float32], *, n_rows: int, dim: int) -> None:
    """Make sure of shape and length before anything is stored.

    :raises ValueError: if `vectors` is not `(n_rows, dim)` with rows of unit length.
    """
    if vectors.shape != (n_rows, dim):
        raise ValueError(f"vectors of shape {vectors.shape} for {n_rows} chunks in {dim} dimensions")
    lengths = np.linalg.norm(np.asarray(vectors, np.float64), axis=1)
    if not np.all(np.abs(lengths - 1.0) < 1e-3):  # also false for NaN
        raise ValueError(f"a vector of length {lengths[int(np.argmax(np.abs(lengths - 1.0)))]:.3f}, not 1")


def _empty_index(dim: int) -> Any:
    import faiss

    return faiss.IndexIDMap(faiss.IndexFlatIP(dim))


def _replace_file(path: Path, parts: Sequence[Any]) -> None:
    """Write `parts` beside `path`, flush them to the disk and put them in its place, all or nothing."""
    _remove_leftovers(path)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644 & ~_umask_of(path.parent))
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _umask_of(folder: Path) -> int:
    """Return what `folder` forbids: the cache is as readable as the folder it lies in."""
    return ~folder.stat().st_mode & 0o777


def _remove_leftovers(path: Path) -> None:
    """Remove what killed processes left behind, an hour ago or earlier: younger ones may be in use."""
    for leftover in path.parent.glob(f"{path.name}.*.tmp"):
        with suppress(OSError):
            if time.time() - leftover.stat().st_mtime > 3600:
                leftover.unlink()
