"""What a measured time depends on, to be reported with it."""

from __future__ import annotations

import os
import platform
import resource
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

_PACKAGES = ("dateline-qa", "faiss-cpu", "numpy", "onnxruntime", "sentence-transformers", "tokenizers", "torch")


@dataclass(frozen=True, slots=True)
class Machine:
    """Where, with how many threads and with which code something was measured.

    `n_cores` are logical processors; `commit` ends with "-dirty" where tracked files differ from it, and is None
    outside a git checkout.
    """

    cpu: str
    n_cores: int
    n_threads: int
    python: str
    packages: Mapping[str, str]
    commit: str | None

    def lines(self) -> Iterator[str]:
        """Yield it for people to read."""
        yield f"{self.cpu}, {self.n_cores} cores, {self.n_threads} threads, Python {self.python}"
        yield ", ".join(f"{name} {number}" for name, number in self.packages.items())
        yield f"commit {self.commit or 'unknown'}"


def this_machine(*, n_threads: int) -> Machine:
    """Return what this process runs on; loads none of the packages."""
    return Machine(
        cpu=_cpu(Path("/proc/cpuinfo")) or platform.processor() or platform.machine(),
        n_cores=os.cpu_count() or 1,
        n_threads=n_threads,
        python=platform.python_version(),
        packages={name: version(name) for name in _PACKAGES},
        commit=_commit(),
    )


def peak_mb() -> float:
    """Return the most memory that this process has held so far, in MB.

    Not `getrusage`, where there is another way: it counts the process that started this one, before `exec`.
    """
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    kilobytes = next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), None)
    return round((kilobytes or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) / 1024, 1)


def _cpu(cpuinfo: Path) -> str | None:
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), None)


def _commit() -> str | None:
    command = ["git", "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
