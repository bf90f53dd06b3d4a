"""A server in a process of its own, watched from outside: when it is ready, what memory and time it takes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import DatelineError

ROOT = Path(__file__).parents[2]
_READY_WITHIN_S = 120.0
_TICKS = os.sysconf("SC_CLK_TCK")


class ServerDidNotStart(DatelineError):
    """A server was started and is not ready; the message has the last lines of its log."""


class ServerProcess:
    """`qa serve` over an index, on a free port of this machine, with no limit on requests a minute."""

    def __init__(self, index: str | Path, *, log: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._started_s = time.monotonic()
        self._log = log
        command = [sys.executable, "-m", "qa.cli", "serve", "--index", str(index), "--port", str(self.port)]
        path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH")) if part)
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [*command, "--rate", "0"], env={**os.environ, "PYTHONPATH": path}, stdout=errors, stderr=errors
            )

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    def wait_until_ready(self) -> float:
        """Return after how many seconds from its start /readyz answered 200.

        :raises ServerDidNotStart: if it ends, or two minutes pass.
        """
        while time.monotonic() < self._started_s + _READY_WITHIN_S and self._process.poll() is None:
            with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{self.address}/readyz", timeout=5):
                return time.monotonic() - self._started_s
            time.sleep(0.02)
        last = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
        raise ServerDidNotStart(f"The server did not become ready: {' '.join(last) or 'it said nothing'}")

    def kill(self) -> None:
        """End it at once, as a crash would (SIGKILL)."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Tell it to end (SIGTERM), and wait until it has."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(timeout=60)


@contextmanager
def served(index: str | Path, *, log: Path) -> Iterator[ServerProcess]:
    """Give a server that is ready, and stop it afterwards."""
    server = ServerProcess(index, log=log)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


class Watch:
    """Looks at a process and its children once a second, and counts the processor time that they took."""

    def __init__(self, pid: int, *, every_s: float = 1.0) -> None:
        self._pid = pid
        self._every_s = every_s
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.rss_mib: list[float] = []
        self.cpu_s = 0.0

    def __enter__(self) -> Watch:
        self.cpu_s = -_cpu_s(self._pid)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._is_over.set()
        self._thread.join()
        self.rss_mib.append(_rss_mib(self._pid))
        self.cpu_s += _cpu_s(self._pid)

    def _look(self) -> None:
        while not self._is_over.is_set():
            self.rss_mib.append(_rss_mib(self._pid))
            self._is_over.wait(self._every_s)


def free_port() -> int:
    """Return a port of this machine on which nothing listens now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    """Return a process and those that it started, as far as they still run."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in _family(child))]


def _rss_mib(pid: int) -> float:
    total = 0
    for one in _family(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/status").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return round(total / 1024, 1)


def _cpu_s(pid: int) -> float:
    ticks = 0
    for one in _family(pid):
        with suppress(OSError):
            # The name, in brackets, may hold spaces; after it come state, parent ... and, 12th and 13th, the times.
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS
