"""The report of `qa eval` in a real browser, opened as a file. Needs Playwright and a Chromium."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from eval.types import Fault
from tests.page.browser import AXE, browser, expect, needs_browser
from tests.test_eval_figures import SCORES
from tests.test_eval_report import HOSTILE, WRONG, page_of

__all__ = ["browser"]
pytestmark = needs_browser
WITHHELD = replace(WRONG, id="withheld", answer=None, fault=Fault.SHOULD_HAVE_ANSWERED)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page_of(*SCORES[:2], WRONG, WITHHELD, HOSTILE), encoding="utf-8")
    return path.as_uri()


def test_a_report_opened_as_a_file_is_searched_by_words_and_by_kind(browser: Any, address: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    shown = page.locator(".entry:visible")
    expect(page.get_by_role("status")).to_have_text("3 of 3")
    page.get_by_role("searchbox").fill("expires  FEB")
    expect(page.get_by_role("status")).to_have_text("2 of 3")
    page.get_by_role("combobox").select_option("should have answered")
    expect(page.get_by_role("status")).to_have_text("1 of 3")
    expect(shown).to_contain_text("withheld")
    expect(page.get_by_role("heading", name="wrong span: 1")).to_be_hidden()
    page.get_by_role("searchbox").fill("nowhere")
    expect(shown).to_have_count(0)
    page.close()
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
def test_a_report_is_accessible_and_no_wider_than_the_screen(
    browser: Any, address: str, width: int, theme: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=theme)
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE.read_text(encoding="utf-8"))  # injected, not loaded: the page's policy forbids the latter
    violations = page.evaluate("async () => (await axe.run()).violations")
    page.close()
    assert [(v["id"], [node["html"][:120] for node in v["nodes"]]) for v in violations] == []
