"""The chat page's files as they ship: nothing inline, nothing from elsewhere, no markup made of text."""

from __future__ import annotations

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "qa" / "server" / "static"
FILES = {path.name: path.read_text(encoding="utf-8") for path in sorted(STATIC.iterdir())}
SCRIPTS = {name: text for name, text in FILES.items() if name.endswith(".js")}
# Ways of making markup, or code, out of text; and what a policy without 'unsafe-inline' refuses.
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\b|"
    r"new Function|setAttribute\(.style"
)
# Names and examples, never fetched.
NOT_FETCHED = ("http://www.w3.org/2000/svg", "https://news.example/")


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        tag = self.found[-1][0] if self.found else ""
        self.texts[tag] = self.texts.get(tag, "") + data.strip()


INDEX = Elements(FILES["index.html"])


@pytest.mark.parametrize("name", FILES)
def test_no_markup_is_made_of_text(name: str) -> None:
    assert MARKUP.findall(FILES[name]) == []


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_fetched_from_elsewhere(name: str) -> None:
    addresses = re.findall(r"(?:https?:)?//[\w.-]+\.\w+[^\s\"'`)]*", FILES[name])
    assert [address for address in addresses if not address.startswith(NOT_FETCHED)] == []
    assert "@import" not in FILES[name]
    assert not re.search(r"\burl\(", FILES[name])


def test_the_page_has_nothing_inline() -> None:
    inline = [a for _, attrs in INDEX.found for a in attrs if a == "style" or a.startswith("on")]
    assert inline == []
    assert "style" not in [tag for tag, _ in INDEX.found]
    assert INDEX.texts.get("script", "") == ""


def test_the_page_names_its_language_its_width_and_its_title() -> None:
    assert ("html", {"lang": "en"}) in INDEX.found
    assert INDEX.texts["title"] == "Dateline"
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in INDEX.found


def test_every_file_is_used_and_every_file_used_is_there() -> None:
    named = {
        Path(value).name for _, attrs in INDEX.found for key, value in attrs.items() if key in {"src", "href"} and value
    }
    for text in SCRIPTS.values():
        named |= set(re.findall(r'(?:from "\./|at\(")([\w.]+)"', text))
    assert named | {"index.html", "widget.js"} == set(FILES)


def test_modules_import_from_beside_themselves_only() -> None:
    imported = [source for text in SCRIPTS.values() for source in re.findall(r'^import .* from "(.*)";', text, re.M)]
    imported += [source for text in SCRIPTS.values() for source in re.findall(r'^} from "(.*)";', text, re.M)]
    assert imported
    assert [source for source in imported if not re.fullmatch(r"\./\w+\.js", source)] == []


@pytest.mark.parametrize("name", ["widget.js", "theme.js"])
def test_scripts_that_are_no_modules_keep_their_names_to_themselves(name: str) -> None:
    code = re.sub(r"^//.*\n", "", SCRIPTS[name], flags=re.M).strip()
    assert (code[0], code[-1]) == ("{", "}")
    assert not re.search(r"\bvar\b|\bfunction\b|window\.|globalThis", code)


def test_the_files_are_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["setuptools"]["package-data"]["qa.server"] == ["static/*"]


def colours(theme: int) -> dict[str, str]:
    found = re.findall(r"--(\w+): light-dark\((#\w{6}), (#\w{6})\)", FILES["style.css"])
    return {name: pair[theme] for name, *pair in found}


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(theme: int) -> None:
    """WCAG 2.2 AA: 4.5 for text, 3 for the edges of fields."""
    of = colours(theme)
    texts = [(ink, behind) for ink in ("ink", "dim", "accent", "rival") for behind in ("paper", "raised", "sunken")]
    texts += [("ink", "mark"), ("ink", "sentence"), ("paper", "ink"), ("paper", "accent"), ("paper", "rival")]
    assert {
        pair: contrast(of[pair[0]], of[pair[1]]) for pair in texts if contrast(of[pair[0]], of[pair[1]]) < 4.5
    } == {}
    assert contrast(of["edge"], of["paper"]) >= 3
    assert contrast(of["edge"], of["raised"]) >= 3
