"""The README's session and its Python lines, run as they stand, with the real models."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from qa import Assistant
from tests.test_cli import SEEDS, qa

README = (SEEDS.parent / "README.md").read_text(encoding="utf-8")
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the checkout after `qa add seeds`."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(SEEDS, folder / "seeds")
    assert qa("add", "seeds", cwd=folder).returncode == 0
    return folder


def test_the_session_in_the_readme_is_what_the_tool_prints(home: Path) -> None:
    match = re.search(r"\$ make demo\n\.\.\.\n(.*?)\n```", README, re.DOTALL)
    assert match
    done = qa("ask", "When does New START expire?", cwd=home)
    assert done.stdout.rstrip() == match.group(1)


def test_the_python_lines_in_the_readme_run(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    match = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert match
    monkeypatch.chdir(home)
    exec(compile(match.group(1), "README.md", "exec"), {})
    answer, citation = capsys.readouterr().out.splitlines()
    assert answer.startswith("Feb. 5 ")
    assert citation.startswith("Feb. 5 Russia Says Better Ties With U.S. Up to Biden 2021-01-20 https://")


def test_the_conversation_in_the_readme_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = re.findall(r"```python\n(.*?)```", README, re.DOTALL)[1]
    monkeypatch.chdir(home)
    with Assistant.open(".dateline") as assistant:
        exec(compile(lines, "README.md", "exec"), {"assistant": assistant, "date": date})
    assert capsys.readouterr().out == "When was New START signed?\n"
