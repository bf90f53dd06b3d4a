"""The chat page as `qa serve` sends it, in a real browser, over articles of which one means harm. Needs Chromium."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from index.library import Library
from index.loading import load
from index.types import Article
from qa.assistant import Assistant, open_library
from qa.config import load_settings
from qa.server.app import create_app
from qa.server.policy import Policy
from qa.server.service import Service
from tests.page.browser import PHONE, ask, browser, expect, is_in_view, needs_browser, visit
from tests.server_fakes import serving

__all__ = ["browser", "visit"]
pytestmark = needs_browser
SEEDS = Path(__file__).parents[1] / "seeds"
BRIDGE = Article(
    id="../bridge?<b>",
    title="<img src=x onerror=\"window.ran='title'\"> Bridge closed",
    source="<b>Evil</b> News",
    url="javascript:window.ran='url'",
    text=(
        "<img src=x onerror=\"window.ran='text'\"><script>window.ran='script'</script> The Kalmar bridge is closed "
        "until 14 March 2021, the road agency said.\n\nTake the [ferry](javascript:window.ran='md').\u202e"
    ),
)
ASKED = "When does New START expire?"


@contextmanager
def blog_with_widget(server: list[str]) -> Iterator[str]:
    """A page of another origin with the widget of `server[0]` on it."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = f'<script src="{server[0]}/widget.js" data-title="Ask the archive"></script>'
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!DOCTYPE html><html lang='en'><title>Blog</title>{script}<h1>Blog</h1>".encode())

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}"
        finally:
            httpd.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The server over the seeds and the hostile article, with the real models; and a page that it lets ask."""
    index = tmp_path_factory.mktemp("page") / "index"
    server: list[str] = []
    with open_library(load_settings(index=str(index)), create=True) as library:
        list(library.add([*load([SEEDS]), BRIDGE]))
    with blog_with_widget(server) as blog, Assistant.open(index) as assistant:
        assert isinstance(assistant.retriever, Library)
        service = Service(assistant, assistant.retriever, policy=Policy(origins=(blog,), requests_per_minute=0))
        with serving(create_app(service)) as address:
            server.append(address)
            yield address, blog


@pytest.fixture
def page(visit: Any, addresses: tuple[str, str]) -> Any:
    return visit(addresses[0])


def test_a_question_is_answered_and_its_citation_opens_the_article_at_the_words(page: Any) -> None:
    turn = ask(page, ASKED)
    expect(turn.locator(".leads .words")).to_have_text("February 5")
    expect(turn.locator(".leads .sure")).to_contain_text("3 independent sources")
    turn.locator(".number").first.click()
    expect(page.locator(".article-body mark")).to_have_text("February 5")
    assert is_in_view(page, ".article-body mark", ".article-body")


def test_a_follow_up_an_earlier_day_and_a_reload_go_on_with_the_conversation(page: Any) -> None:
    ask(page, ASKED)
    expect(ask(page, "How many warheads does it allow?").get_by_text("Understood as:")).to_contain_text("New START")
    page.get_by_label("As of").fill("2021-01-21")
    turn = ask(page, ASKED)
    expect(turn.locator(".note")).to_contain_text("Read only articles published up to 21 January 2021")
    expect(turn.locator(".leads .number")).to_have_count(1)
    page.reload()
    expect(page.locator(".question")).to_have_count(3)
    expect(page.locator(".leads .words").first).to_have_text("February 5")


def test_a_greeting_is_returned_and_what_the_articles_do_not_say_is_not_answered(page: Any) -> None:
    expect(ask(page, "hello").locator(".remark")).to_contain_text("Hello. I answer from 6 articles")
    turn = ask(page, "Who won the football world cup?")
    expect(turn.locator(".verdict")).to_have_text("No answer.")
    expect(turn.locator(".nearest li")).to_have_count(3)


def test_nothing_of_a_hostile_article_runs_on_the_page_or_on_its_own(page: Any, visit: Any) -> None:
    turn = ask(page, "Until when is the Kalmar bridge closed?")
    expect(turn.locator(".leads .words")).to_have_text("14 March 2021")
    turn.locator(".number").first.click()
    expect(page.locator(".article-body mark")).to_have_text("14 March 2021")
    link = page.get_by_role("link", name="Page of its own")
    own = visit(link.get_attribute("href"))
    expect(own.locator("#quote")).to_have_text("14 March 2021")
    expect(own.locator("h1")).to_have_text(BRIDGE.title)
    for seen in (page, own):
        assert seen.evaluate("window.ran") is None
        assert seen.locator(":is(main, #chat) :is(img, script, b, [href^='javascript'])").count() == 0


def test_the_widget_asks_from_a_page_of_another_origin(visit: Any, addresses: tuple[str, str]) -> None:
    page = visit(addresses[1])
    page.get_by_role("button", name="Ask the archive").click()
    turn = ask(page, ASKED)
    expect(turn.locator(".leads .words")).to_have_text("February 5")
    turn.locator(".number").first.click()
    expect(page.locator(".article-body mark")).to_have_text("February 5")


def test_on_a_phone_an_answer_and_its_article_fit_the_screen(visit: Any, addresses: tuple[str, str]) -> None:
    page = visit(addresses[0], **PHONE)
    turn = ask(page, ASKED)
    turn.locator(".number").first.tap()
    expect(page.get_by_role("dialog").locator("mark")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
