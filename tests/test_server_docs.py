"""The recipes of docs/server.md and the pipe for Open WebUI, run as they stand."""

from __future__ import annotations

import asyncio
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes import HARBOUR
from tests.server_fakes import TOKEN, app_of, serving

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "server.md").read_text(encoding="utf-8")
QUESTION = {"role": "user", "content": "How long does the harbour bridge close?"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(app_of()) as found:
        yield found


def python_of(heading: str) -> str:
    match = re.search(rf"## {heading}\n```python\n(.*?)```", TEXT, re.DOTALL)
    assert match
    return match.group(1)


def curls() -> list[str]:
    """The arguments of each curl in the docs."""
    console = "".join(re.findall(r"```console\n(.*?)```", TEXT, re.DOTALL)).replace("\\\n", "")
    commands = re.split(r"^\$ ", console, flags=re.MULTILINE)
    return [command.removeprefix("curl -s ") for command in commands if command.startswith("curl -s ")]


@pytest.mark.parametrize("arguments", [arguments for arguments in curls() if " -d " in arguments])
def test_what_the_docs_post_is_answered(address: str, arguments: str) -> None:
    match = re.fullmatch(r"(?:http://server|localhost):8000(/\S+) .*-d\s+'(.*)'\s*", arguments, re.DOTALL)
    assert match
    assert httpx.post(f"{address}{match.group(1)}", json=json.loads(match.group(2))).status_code == 200


@pytest.mark.parametrize("arguments", [arguments for arguments in curls() if " -d " not in arguments])
def test_what_the_docs_get_and_delete_is_there(arguments: str) -> None:
    match = re.match(r"(?:-X (DELETE) )?'?localhost:8000(/[^\s']+)", arguments)
    assert match
    with serving(app_of()) as found:
        path = match.group(2).replace("ID", "harbour")
        assert httpx.request(match.group(1) or "GET", f"{found}{path}").status_code == 200


def test_every_route_is_in_the_docs() -> None:
    for path in app_of().openapi()["paths"]:
        assert path.replace("{article_id}", "{id}") in TEXT


def test_open_webuis_pipe_gives_the_answer_and_its_sources() -> None:
    pipe: Any = runpy.run_path(str(DOCS / "open_webui_pipe.py"))["Pipe"]()
    events: list[dict[str, Any]] = []

    async def emit(event: dict[str, Any]) -> None:
        events.append(event)

    with serving(app_of(token=TOKEN)) as found:
        pipe.valves = pipe.Valves(url=found, token=TOKEN, as_of="2020-03-01")
        answer = asyncio.run(pipe.pipe({"model": "dateline", "messages": [QUESTION]}, emit))
    assert answer.startswith("**eleven weeks** [1](")
    (event,) = events
    (metadata,) = event["data"]["metadata"]
    assert (event["type"], metadata["date"], event["data"]["document"]) == (
        "source",
        "2020-02-10",
        ["The harbour bridge closes on Monday for eleven weeks while engineers replace its cables."],
    )
    assert HARBOUR.text[metadata["start"] : metadata["end"]] == metadata["quote"] == "eleven weeks"


def test_open_webuis_pipe_declines_what_is_work_for_a_language_model() -> None:
    pipe: Any = runpy.run_path(str(DOCS / "open_webui_pipe.py"))["Pipe"]()
    assert asyncio.run(pipe.pipe({"messages": [QUESTION]}, None, "title_generation")) == ""


# What the recipes use of each package; where the package itself is installed, and needs no browser, that is used.
GRADIO = """class ChatInterface:
    def __init__(self, answer, title): ...
"""
CHAINLIT = f"""def on_message(answer):
    return answer


class chat_context:
    @staticmethod
    def to_openai():
        return [{QUESTION!r}]


class Message:
    def __init__(self, content):
        self.content = content

    async def stream_token(self, token):
        self.content += token

    async def send(self):
        print(self.content)
"""


def said_by_recipe(heading: str, asking: str, address: str, folder: Path) -> str:
    """What a recipe prints, in a process of its own: Gradio leaves loops and sockets open."""
    recipe = python_of(heading).replace("http://127.0.0.1:8000", address).replace('"__main__"', '"served"')
    (folder / "recipe.py").write_text(f"{recipe}\n{asking}\n", encoding="utf-8")
    command = [sys.executable, str(folder / "recipe.py")]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


def test_the_recipe_for_gradio_answers(address: str, tmp_path: Path) -> None:
    if find_spec("gradio") is None:
        (tmp_path / "gradio.py").write_text(GRADIO, encoding="utf-8")
    asking = f"print(answer({QUESTION['content']!r}, []))"
    assert said_by_recipe("Gradio", asking, address, tmp_path).startswith("**eleven weeks** [1](")


def test_the_recipe_for_chainlit_answers(address: str, tmp_path: Path) -> None:
    (tmp_path / "chainlit.py").write_text(CHAINLIT, encoding="utf-8")
    asking = f"import asyncio\nasyncio.run(answer(cl.Message({QUESTION['content']!r})))"
    assert said_by_recipe("Chainlit", asking, address, tmp_path).startswith("**eleven weeks** [1](")
