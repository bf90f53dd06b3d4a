"""The chat page and the widget in a real browser, against scripted answers. Needs Playwright and a Chromium.

Chromium is the system's (Debian: apt-get install chromium). Each view is also checked for accessibility, by axe-core.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.rendering import to_markdown
from tests.page import scripted
from tests.page.browser import AXE, PHONE, ask, browser, expect, is_in_view, needs_browser, visit
from tests.page.fake_server import (
    BROKEN_OFF,
    BUSY,
    BUSY_ONCE,
    CUT_SHORT,
    FAILS_LATE,
    FAULTY,
    LOCKED,
    REFUSED,
    SLOW,
    TOKEN,
    FakeServer,
    serving,
)

__all__ = ["browser", "visit"]
pytestmark = needs_browser
# Turns that are none, and an answer whose position has no parts.
KEPT_BROKEN = """{"version": 1, "turns": [{"answer": {}}, null,
    {"answer": {"question": "Q", "standalone_question": "Q", "positions": [{}], "citations": []}}]}"""


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[FakeServer, FakeServer]]:
    with serving() as both:
        yield both


@pytest.fixture
def server(servers: tuple[FakeServer, FakeServer]) -> FakeServer:
    servers[0].asked.clear()
    return servers[0]


@pytest.fixture
def blog(servers: tuple[FakeServer, FakeServer]) -> FakeServer:
    return servers[1]


@pytest.fixture
def page(visit: Callable[..., Any], server: FakeServer) -> Any:
    return visit(server.address)


def test_an_answer_stands_with_its_numbers_confidence_and_sentence(page: Any) -> None:
    turn = ask(page, scripted.THREE)
    expect(turn.locator(".leads .lead")).to_have_text("February 5 (5 February 2021)123")
    expect(turn.locator(".leads .sure")).to_have_text("high confidence, 86%, 3 independent sources")
    expect(turn.locator(".leads .evidence mark").first).to_have_text("February 5")
    expect(turn.get_by_role("heading", name="The articles also say:")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("February 5 (5 February 2021).")


def test_positions_stand_along_time_the_superseded_one_apart(page: Any) -> None:
    turn = ask(page, scripted.SUPERSEDED)
    expect(turn.locator(".leads .sure")).to_have_text("high confidence, 82%, since 28 March 2024")
    expect(turn.get_by_role("heading", name="Until 11 March 2024 the articles said:")).to_be_visible()
    dots = turn.locator(".timeline .dot")
    lefts = {dots.nth(n).inner_text(): dots.nth(n).bounding_box()["x"] for n in range(dots.count())}
    assert sorted(lefts, key=lambda number: lefts[number]) == ["2", "3", "1"]
    expect(turn.locator(".timeline .superseded .row-label")).to_contain_text("superseded")


def test_a_number_shows_its_card_on_hover_and_on_focus_and_escape_closes_it(page: Any) -> None:
    number = ask(page, scripted.THREE).get_by_role("button", name="Citation 1: Rappler, 24 January 2021")
    number.hover()
    card = page.get_by_role("tooltip")
    expect(card.locator("mark")).to_have_text("February 5")
    expect(card).to_contain_text("Kremlin says Putin ready for dialogue if US willing")
    page.mouse.move(0, 0)
    expect(card).to_be_hidden()
    page.get_by_role("button", name="Light theme").or_(page.get_by_role("button", name="Dark theme")).focus()
    page.keyboard.press("Tab")  # the conversation
    page.keyboard.press("Tab")  # its first number
    expect(number).to_be_focused()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_citation_opens_its_article_with_the_words_in_view(page: Any) -> None:
    number = ask(page, scripted.THREE).get_by_role("button", name="Citation 1: Rappler, 24 January 2021")
    number.press("Enter")
    panel = page.get_by_role("complementary", name="Kremlin says Putin ready")
    expect(panel.locator(".article-body mark")).to_have_text(
        "February 5"
    )  # behind a smiling face: two units, one point
    expect(panel.locator(".sentence").first).to_contain_text("One of the burning issues")
    assert is_in_view(page, ".article-body mark", ".article-body")
    assert page.locator(".article-body").evaluate("body => body.scrollTop") > 500
    expect(panel.get_by_role("link", name="Where it was published")).to_have_attribute(
        "href", scripted.ANSWERS[scripted.THREE].citations[0].url
    )
    panel.get_by_role("button", name="Next place").click()
    expect(page.get_by_role("complementary").get_by_role("heading")).to_have_text(
        "Biden and Putin talked on the phone for the first time"
    )
    page.keyboard.press("Escape")
    expect(page.locator(".article")).to_be_hidden()
    expect(number).to_be_focused()


def test_a_verdict_a_list_and_an_overview_are_shown_as_such(page: Any) -> None:
    turn = ask(page, scripted.VERDICT)
    expect(turn.locator(".verdict")).to_have_text("No.")
    expect(turn.get_by_role("heading", name="Against it speaks:")).to_be_visible()
    turn = ask(page, scripted.LISTING)
    expect(turn.get_by_role("heading", name="The articles name:")).to_be_visible()
    expect(turn.locator("ol.items > li .words")).to_have_text(["Harbour tunnel", "Drivers", "engineers"])
    turn = ask(page, scripted.OVERVIEW)
    expect(turn.locator(".answer > .lead")).to_contain_text(
        "3 articles mention New START, 20 January 2021 to 26 January 2021"
    )
    expect(turn.locator("ul.items > li")).to_have_count(2)


def test_an_abstention_says_why_and_opens_the_nearest_passages(page: Any) -> None:
    turn = ask(page, scripted.ABSTENTION)
    expect(turn.locator(".verdict")).to_have_text("No answer.")
    expect(turn.locator(".reason")).to_have_text("The articles don't say so clearly enough to be quoted.")
    turn.get_by_role("button", name="Tunnel stays shut until June").click()
    expect(page.locator(".article-body mark")).to_have_text(scripted.TUNNEL_NOW.text)
    page.keyboard.press("Escape")
    expect(ask(page, scripted.UNSETTLED).locator(".verdict")).to_have_text("The articles don't settle it.")


def test_a_follow_up_carries_its_history_and_shows_what_it_was_taken_for(page: Any, server: FakeServer) -> None:
    ask(page, scripted.THREE)
    turn = ask(page, scripted.FOLLOW_UP)
    cited = scripted.ANSWERS[scripted.THREE].citations[0]
    evidence = f"{cited.sentence_text} {cited.article.title}"
    history = [{"question": scripted.THREE, "answer": "February 5", "evidence": evidence}]
    assert server.asked[-1] == {"question": scripted.FOLLOW_UP, "history": history}
    turn.get_by_text("Understood as: How many warheads does New START allow?").click()
    expect(turn.get_by_text("New START: “it” stands for")).to_be_visible()


def test_words_of_time_and_the_as_of_date_are_said_below_the_answer(page: Any, server: FakeServer) -> None:
    expect(ask(page, scripted.DATED).locator(".note")).to_have_text(
        "“in early March”: what is of 1 to 10 March 2024 goes first."
    )
    page.get_by_label("As of").fill("2024-03-05")
    turn = ask(page, scripted.SUPERSEDED)
    assert server.asked[-1]["as_of"] == "2024-03-05"
    expect(turn.locator(".note")).to_have_text(
        "Read only articles published up to 5 March 2024; 2 of unknown date left out."
    )
    page.get_by_role("button", name="Clear the date").click()
    ask(page, scripted.SUPERSEDED)
    assert "as_of" not in server.asked[-1]


def test_a_conversation_outlives_a_reload_and_ends_with_a_new_one(page: Any) -> None:
    expect(page.get_by_text("7 articles, 20 January 2021 to 1 May 2024")).to_be_visible()
    page.get_by_role("button", name=scripted.THREE).click()  # an example
    expect(page.locator(".actions")).to_have_count(1)
    ask(page, scripted.ABSTENTION)
    page.reload()
    expect(page.locator(".question")).to_have_text([scripted.THREE, scripted.ABSTENTION])
    expect(page.locator(".lead").first).to_contain_text("February 5")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name=scripted.THREE)).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_new_conversation_can_be_taken_back(page: Any) -> None:
    ask(page, scripted.THREE)
    page.get_by_role("button", name="New conversation").click()
    page.get_by_role("button", name="Bring the last conversation back").click()
    expect(page.locator(".question")).to_have_text([scripted.THREE])
    page.reload()
    expect(page.locator(".question")).to_have_text([scripted.THREE])


def test_two_tabs_keep_what_was_asked_in_both(page: Any) -> None:
    ask(page, scripted.THREE)
    other = page.context.new_page()
    other.goto(page.url)
    ask(page, scripted.ABSTENTION)
    ask(other, scripted.VERDICT)
    page.reload()
    expect(page.locator(".question")).to_have_text([scripted.THREE, scripted.ABSTENTION, scripted.VERDICT])


def test_a_browser_without_room_says_that_nothing_is_kept(page: Any) -> None:
    page.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); })")
    turn = ask(page, scripted.THREE)
    expect(turn.get_by_text("This browser has no room to keep the conversation")).to_be_visible()


@pytest.mark.parametrize("kept", ["{", KEPT_BROKEN, '{"version":99,"turns":[]}'])
def test_what_was_kept_by_another_version_does_no_harm(page: Any, kept: str) -> None:
    page.evaluate("kept => localStorage.setItem('dateline:/', kept)", kept)
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.get_by_role("heading", name="Ask the articles")).to_be_visible()
    expect(ask(page, scripted.THREE).locator(".position.leads")).to_be_visible()


def test_nothing_of_a_hostile_article_runs_or_reorders_text(page: Any) -> None:
    turn = ask(page, scripted.HOSTILE_QUESTION)
    turn.locator(".number").first.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("<b>Bold</b> News")
    turn.locator(".number").first.click()
    expect(page.locator(".article-body mark")).to_have_text("the bridge is closed")
    expect(page.locator(".article-body")).to_contain_text(
        "<img src=x onerror=\"window.ran='text'\"> reported \ufffddesrever\ufffd"
    )
    assert page.evaluate("window.ran") is None
    assert page.locator("#chat :is(img, script, b, iframe)").count() == 0
    links = page.locator(".article a")
    assert [links.nth(n).get_attribute("href").split("?")[0] for n in range(links.count())] == [
        f"{page.url}articles/hostile"
    ]
    assert "\u202e" not in page.locator("#chat").inner_text()


def test_a_busy_server_is_asked_again_when_it_says_so(page: Any, server: FakeServer) -> None:
    turn = ask(page, BUSY_ONCE)
    expect(turn.locator(".verdict")).to_have_text("No answer.")
    assert len(server.asked) == 2
    turn = ask(page, BUSY)
    expect(turn.locator(".problem")).to_contain_text("Too many questions at once.")
    assert len(server.asked) == 5  # once and twice more


def test_what_goes_wrong_is_said_and_can_be_tried_again(page: Any, server: FakeServer) -> None:
    turn = ask(page, BROKEN_OFF)
    expect(turn.locator(".problem")).to_have_text("The server can't be reached. Is it running, and are you online?")
    expect(page.get_by_label("Your question")).to_have_value(BROKEN_OFF)
    n_asked = len(server.asked)
    turn.get_by_role("button", name="Ask again").click()
    expect(turn.locator(".problem")).to_have_count(1)
    assert len(server.asked) > n_asked
    expect(ask(page, FAULTY).locator(".problem")).to_contain_text("Something went wrong; it is in the log.")
    expect(ask(page, REFUSED).locator(".problem")).to_contain_text("The question is too long.")
    expect(ask(page, CUT_SHORT).locator(".problem")).to_contain_text("The connection broke off")
    expect(ask(page, FAILS_LATE).locator(".problem")).to_contain_text("It took longer than 30 seconds.")
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)


def test_a_slow_answer_can_be_stopped(page: Any) -> None:
    page.get_by_label("Your question").fill(SLOW)
    page.keyboard.press("Enter")
    expect(page.locator(".waiting")).to_contain_text("Reading 7 passages of 7 articles: The Moscow Times, Rappler,")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".problem")).to_have_text("Stopped.")
    expect(ask(page, scripted.THREE).locator(".position.leads")).to_be_visible()


def test_a_server_with_a_token_asks_for_it(page: Any) -> None:
    turn = ask(page, LOCKED)
    turn.get_by_label("Token").fill("tök€n")
    turn.get_by_role("button", name="Use it").click()
    expect(turn.locator(".verdict")).to_have_count(0)
    turn.get_by_label("Token").fill(TOKEN)
    turn.get_by_role("button", name="Use it").click()
    expect(turn.locator(".verdict")).to_have_text("No answer.")
    page.reload()
    expect(ask(page, LOCKED).locator(".verdict")).to_have_text("No answer.")


def test_arrows_bring_back_what_was_asked(page: Any) -> None:
    ask(page, scripted.THREE)
    ask(page, scripted.ABSTENTION)
    field = page.get_by_label("Your question")
    field.fill("a draft")
    field.press("Home")
    for key, brought in (("ArrowUp", scripted.ABSTENTION), ("ArrowUp", scripted.THREE), ("ArrowUp", scripted.THREE)):
        field.press(key)
        expect(field).to_have_value(brought)
    field.press("End")
    for brought in (scripted.ABSTENTION, "a draft"):
        field.press("ArrowDown")
        expect(field).to_have_value(brought)


def test_a_theme_is_the_systems_until_one_is_chosen_which_is_kept(
    visit: Callable[..., Any], server: FakeServer
) -> None:
    page = visit(server.address, color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('#chat')).backgroundColor"
    assert page.evaluate(colour) == "rgb(23, 22, 21)"
    page.get_by_role("button", name="Light theme").click()
    assert page.evaluate(colour) == "rgb(251, 249, 244)"
    page.reload()
    assert page.evaluate(colour) == "rgb(251, 249, 244)"
    expect(page.get_by_role("button", name="Dark theme")).to_be_visible()


def test_a_conversation_is_saved_as_markdown_and_as_json(page: Any) -> None:
    ask(page, scripted.THREE)
    ask(page, scripted.ABSTENTION)
    saved = {}
    for kind in ("Markdown", "JSON"):
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=kind).click()
        saved[kind] = Path(download.value.path()).read_text(encoding="utf-8")
    answers = [scripted.ANSWERS[scripted.THREE], scripted.ANSWERS[scripted.ABSTENTION]]
    assert saved["Markdown"] == "\n---\n\n".join(map(to_markdown, answers))
    assert [answer["question"] for answer in json.loads(saved["JSON"])] == [scripted.THREE, scripted.ABSTENTION]


def test_an_answer_is_copied_with_its_citations(visit: Callable[..., Any], server: FakeServer) -> None:
    page = visit(server.address, permissions=["clipboard-read", "clipboard-write"])
    ask(page, scripted.THREE).get_by_role("button", name="Copy answer").click()
    expect(page.get_by_text("Copied.").first).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == to_markdown(scripted.ANSWERS[scripted.THREE])


def test_on_a_phone_the_article_is_a_sheet_and_nothing_is_wider_than_the_screen(
    visit: Callable[..., Any], server: FakeServer
) -> None:
    page = visit(server.address, **PHONE)
    for question in scripted.ANSWERS:
        turn = ask(page, question)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator(".log").evaluate("log => log.scrollWidth - log.clientWidth") <= 0
    turn.locator(".number").first.tap()
    sheet = page.get_by_role("dialog")
    expect(sheet.locator("mark")).to_be_visible()
    assert page.locator(".talk").evaluate("talk => talk.inert")
    sheet.get_by_role("button", name="Close the article").tap()
    expect(page.locator(".article")).to_be_hidden()
    assert not page.locator(".talk").evaluate("talk => talk.inert")


def test_the_widget_works_on_a_foreign_page_under_a_strict_policy(
    visit: Callable[..., Any], server: FakeServer, blog: FakeServer
) -> None:
    names = visit(f"{blog.address}/without").evaluate("Object.getOwnPropertyNames(window).sort()")
    page = visit(blog.address)
    style = "getComputedStyle(document.querySelector('main p')).font"
    before = page.evaluate(style)
    opener = page.get_by_role("button", name="Ask the archive")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Ask the archive")
    expect(dialog.get_by_label("Your question")).to_be_focused()
    turn = ask(page, scripted.SUPERSEDED)
    expect(turn.locator(".leads .lead")).to_contain_text("June 17")
    assert page.evaluate("Object.getOwnPropertyNames(window).sort()") == names
    assert page.evaluate(style) == before
    question = turn.locator(".question")
    assert question.evaluate("q => getComputedStyle(q).textTransform + getComputedStyle(q).fontSize") == "none20px"
    assert question.evaluate("q => getComputedStyle(q).letterSpacing + getComputedStyle(q).direction") == "-0.2pxltr"
    frame = dialog.bounding_box()
    assert frame["y"] + frame["height"] <= page.viewport_size["height"]
    turn.locator(".number").first.press("Enter")
    expect(dialog.locator(".article-body mark")).to_have_text("June 17")
    page.keyboard.press("Escape")  # the article
    expect(dialog.locator(".article")).to_be_hidden()
    dialog.get_by_label("Your question").focus()
    page.keyboard.press("Escape")  # the widget
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    assert page.evaluate("window.scrollY") == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_view_has_a_fault_that_axe_finds(
    visit: Callable[..., Any], server: FakeServer, blog: FakeServer, theme: str
) -> None:
    found: dict[str, list[str]] = {}

    def check(page: Any, view: str) -> None:
        page.wait_for_timeout(1000)  # parts that are still fading in have no contrast yet
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found[view] = [fault["id"] for fault in page.evaluate("axe.run(document)")["violations"]]

    page = visit(server.address, color_scheme=theme, reduced_motion="reduce")
    check(page, "welcome")
    for question in (*scripted.ANSWERS, LOCKED, FAULTY):
        ask(page, question)
    check(page, "answers")
    page.locator(".number").first.hover()
    check(page, "card")
    page.locator(".number").first.click()
    check(page, "article")
    phone = visit(server.address, color_scheme=theme, **PHONE)
    ask(phone, scripted.SUPERSEDED).locator(".number").first.tap()
    check(phone, "sheet")
    foreign = visit(blog.address, color_scheme=theme)
    check(foreign, "widget, closed")
    foreign.get_by_role("button", name="Ask the archive").click()
    ask(foreign, scripted.SUPERSEDED)
    check(foreign, "widget")
    assert found == {view: [] for view in found}
