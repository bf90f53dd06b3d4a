"""A timeline as a picture and as a page: well-formed whatever an article says, and written whole or not at all."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import OutputError
from qa.timeline import timeline_of
from qa.timeline.axis import Axis
from qa.timeline.page import to_page
from qa.timeline.saving import checked, save
from qa.timeline.svg import places, to_svg
from tests.qa_fakes import answer_of, article, position
from tests.test_timeline import ABSTENTION, DAYS, TIMELINE, points_at

SVG = "{http://www.w3.org/2000/svg}"
BREAKOUT = """</title></style></text><script>alert(1)</script><img src=x onerror="alert(2)">'"&lt;]]>\x00\x1b\ufffe"""
HOSTILE_ARTICLE = article(
    "hostile",
    f"It expires {BREAKOUT} soon.",
    published=date(2021, 1, 20),
    title=BREAKOUT,
    source=BREAKOUT,
    url='https://example.org/"onmouseover="alert(3)"><script>',
)
SCRIPT_ADDRESS = article("script", "It expires in 2026.", published=date(2021, 1, 22), url="javascript:alert(4)")
HOSTILE = timeline_of(
    answer_of(position(BREAKOUT, HOSTILE_ARTICLE), position("2026", SCRIPT_ADDRESS), question=f"When {BREAKOUT}?")
)
TIMELINES = {"several": TIMELINE, "hostile": HOSTILE, "abstention": ABSTENTION}


class Page(HTMLParser):
    """Collects the elements of a page, the text of its marks, and what is left open."""

    VOID = frozenset({"meta", "line", "rect", "circle"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.marked: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "mark":
            self.marked.append(data)

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def addresses(self) -> list[str]:
        return [
            value for _, attrs in self.elements for name, value in attrs.items() if name in {"href", "src"} and value
        ]


def texts(svg: str, tag: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg.encode()).iter(SVG + tag)]


@pytest.mark.parametrize("name", TIMELINES)
def test_a_picture_is_well_formed_and_holds_nothing_that_runs_or_loads(name: str) -> None:
    root = ET.fromstring(to_svg(TIMELINES[name]).encode())
    allowed = {"svg", "title", "desc", "style", "rect", "g", "a", "line", "circle", "text", "tspan"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert all(element.attrib["href"].startswith("https://") for element in root.iter(SVG + "a"))
    assert (root.attrib["role"], root.attrib["aria-labelledby"]) == ("img", "timeline-title timeline-desc")


def test_a_picture_tells_its_question_and_positions_to_those_who_do_not_see_it() -> None:
    svg = to_svg(TIMELINE)
    assert texts(svg, "title")[0] == "When does the treaty expire?"
    assert texts(svg, "desc") == [
        "2 positions in 4 articles, 4 May to 31 July 2020. Feb. 5 (5 February 2021): 3 sources, 4 May to 1 June 2020; "
        "2026: 1 source, 31 July 2020."
    ]


def test_a_point_opens_its_citation_and_says_its_sentence() -> None:
    root = ET.fromstring(to_svg(TIMELINE).encode())
    (link,) = root.iter(SVG + "a")
    assert link.attrib["href"] == "https://example.org/june#:~:text=It%20expires%20on-,Feb.%205"
    assert link.findtext(f"{SVG}g/{SVG}title") == "It expires on Feb. 5, said two. (june · 1 June 2020)"
    assert [n for n in texts(to_svg(TIMELINE), "text") if n.isdigit()] == ["1", "2", "3"]


def test_a_picture_of_an_abstention_says_why() -> None:
    assert texts(to_svg(ABSTENTION), "text") == [
        "When?",
        "No answer. The passages nearest to the question hold nothing that could answer it.",
    ]


@given(st.lists(DAYS, min_size=1, max_size=30))
def test_points_of_a_picture_lie_at_their_days_and_cover_no_other(days: list[date]) -> None:
    axis = Axis(min(days), max(days))
    placed = places(points_at(sorted(days)), axis)
    assert [place.point.day for place in placed] == sorted(days)
    assert [place.x for place in placed] == sorted(place.x for place in placed)
    assert all(46 <= place.x <= 674 for place in placed)
    for n, place in enumerate(placed):
        assert all(place.x - other.x >= 20 for other in placed[:n] if other.lane == place.lane)


@pytest.mark.parametrize("name", TIMELINES)
def test_a_page_is_well_formed_and_holds_nothing_that_runs_or_loads(name: str) -> None:
    page = Page(to_page(TIMELINES[name]))
    assert page.open == []
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & page.tags
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert all(address.startswith(("https://", "#citation-")) for address in page.addresses)


def test_a_page_marks_each_quote_in_its_sentence() -> None:
    page = Page(to_page(TIMELINE))
    assert page.marked == ["Feb. 5", "Feb. 5", "Feb. 5", "2026"]
    assert [attrs["id"] for tag, attrs in page.elements if tag == "li"] == [f"citation-{n}" for n in (1, 2, 4, 3)]


def test_a_point_without_an_address_leads_to_its_citation_in_the_page() -> None:
    page = Page(to_page(TIMELINE))
    named = {f"#{attrs['id']}" for tag, attrs in page.elements if tag == "li"}
    inner = {address for address in page.addresses if address.startswith("#")}
    assert inner == {"#citation-1", "#citation-3"} <= named


def test_a_page_has_a_language_fits_a_phone_and_says_why_there_is_no_answer() -> None:
    html = to_page(ABSTENTION)
    elements = Page(html).elements
    assert ("html", {"lang": "en"}) in elements
    assert ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}) in elements
    assert "<strong>No answer.</strong> The passages nearest to the question" in html
    assert "<svg" not in html


@pytest.mark.parametrize(("name", "start"), [("t.svg", "<?xml"), ("t.HTML", "<!DOCTYPE html>")])
def test_the_name_of_a_file_says_its_format(tmp_path: Path, name: str, start: str) -> None:
    (tmp_path / name).write_text("an older one")
    save(TIMELINE, tmp_path / name)
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_name_of_no_format_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"give a name that ends in \.svg or \.html"):
        checked(tmp_path / "timeline.png")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="there is no folder"):
        checked(tmp_path / "none" / "timeline.svg")


def test_a_file_that_cannot_be_written_is_one_error_and_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "t.svg"
    folder.mkdir()
    with pytest.raises(OutputError, match=r"t\.svg' can't be written: Is a directory\."):
        save(TIMELINE, folder)
    assert list(tmp_path.iterdir()) == [folder]


def test_hostile_words_are_shown_as_words() -> None:
    assert any("<script>alert(1)</script>" in text for text in texts(to_svg(HOSTILE), "title"))
    assert any("<script>alert(1)</script>" in text for text in Page(to_page(HOSTILE)).marked)
