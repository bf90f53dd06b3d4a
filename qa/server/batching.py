"""Questions that arrive together are read together: a group commit for the model."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.types import Passage
from qa.types import Candidate

if TYPE_CHECKING:
    from qa.protocols import GroupReader

logger = logging.getLogger(__name__)


class GatheringReader:
    """A reader for many threads, which reads for one group of them at a time.

    Who finds the model free reads at once and waits for nobody. Those who come meanwhile are the next group, in the
    order in which they came.
    """

    def __init__(self, reader: GroupReader, *, most: int) -> None:
        """Wrap a reader.

        :param most: questions of one group: each of them waits for the whole group.
        """
        self._reader = reader
        self._most = most
        self._turn = threading.Condition()
        self._waiting: deque[_Request] = deque()
        self._is_busy = False

    def read(self, question: str, passages: Sequence[Passage]) -> list[Candidate]:
        """Return what the wrapped reader does; what it raises for this question reaches this caller alone."""
        mine = _Request(question, passages)
        with self._turn:
            self._waiting.append(mine)
            while mine.outcome is None:
                if self._is_busy:
                    self._turn.wait()
                else:
                    self._serve_next_group()
        if isinstance(mine.outcome, BaseException):
            raise mine.outcome
        return mine.outcome

    def _serve_next_group(self) -> None:
        """Read for those at the head of the line; the lock is held, and let go while the model works."""
        group = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        self._is_busy = True
        self._turn.release()
        try:
            self._read(group)
        finally:
            self._turn.acquire()
            self._is_busy = False
            # None where this thread was interrupted: whoever is next in line reads for them.
            self._waiting.extendleft(request for request in reversed(group) if request.outcome is None)
            self._turn.notify_all()

    def _read(self, group: Sequence[_Request]) -> None:
        if len(group) > 1:
            try:
                self._read_together(group)
            except Exception:  # the fault of one of them, for which the others shall not suffer
                logger.warning("%d questions could not be read together; each is read alone", len(group), exc_info=True)
            else:
                return
        for request in group:
            try:
                self._read_together([request])
            except Exception as error:  # whatever it is, it belongs to the thread that asked
                request.outcome = error

    def _read_together(self, group: Sequence[_Request]) -> None:
        found = self._reader.read_many([(request.question, request.passages) for request in group])
        for request, candidates in zip(group, found, strict=True):
            request.outcome = candidates


class _Request:
    """What one thread wants read, and what came of it."""

    def __init__(self, question: str, passages: Sequence[Passage]) -> None:
        self.question = question
        self.passages = passages
        self.outcome: list[Candidate] | Exception | None = None
