from datetime import date

import pytest

from index.metadata import Metadata, combined, date_in_address, detect, from_front_matter, host_of, parse_date

BODY = "The harbor council voted on Tuesday to close the old bridge, officials said at a meeting in the town hall."


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("Bridge to close in autumn", "Bridge to close in autumn"),
        ("# Bridge to close in autumn", "Bridge to close in autumn"),
        ("Why it matters today\n\n# **Bridge** to close", "Bridge to close"),
        ("Navigation\nShare\n\nBridge to close in autumn", "Bridge to close in autumn"),
        ("Harbor news\n\nBridge to close in autumn\n\nReuters", "Bridge to close in autumn"),
        ("By Ann Roe\nBridge to close in autumn", "Bridge to close in autumn"),
        ("May 6, 2021\nBridge to close in autumn", "Bridge to close in autumn"),
        (
            "Council may vote again in June\n\nBridge to close in autumn\n\nby HarborPress",
            "Bridge to close in autumn",
        ),
        (
            "Home Local Bridge to close in autumn\nCouncil may vote again\n\nBridge to close in autumn",
            "Bridge to close in autumn",
        ),
        ("Is the bridge safe?", "Is the bridge safe?"),
        ("\ufeffBridge to close in autumn", "Bridge to close in autumn"),
        ("Ann Roe\n\nThe Associated Press", None),
        ("Ann Roe, Eva Lind and Jan B. Novak", None),
        ("New Harbor CNN Business —", None),
        ("1. Bridge to close in autumn", None),
        ("Special to The Harbor Echo", None),
        ("", None),
    ],
)
def test_title_is_the_headline(head: str, title: str | None) -> None:
    assert detect(f"{head}\n\n{BODY}").title == title


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (f"Bridge to close\n\nBy [AFP](#)\n\n{BODY}", "AFP"),
        (f"Bridge to close\n\nReuters\n\n{BODY}", "Reuters"),
        (f"Bridge to close\n\nby HarborPress\n\n{BODY}", "HarborPress"),
        (f"Bridge to close\n\nThe Harbor Times\n\n{BODY}", "The Harbor Times"),
        (f"Ann Roe, USA TODAY\n\n{BODY}", "USA TODAY"),
        (f"Bridge to close\n\nBy Ann Roe for the Harbor Gazette\n\n{BODY}", "the Harbor Gazette"),
        (f"OLD HARBOR, May 6 (Reuters) - {BODY}", "Reuters"),
        (f"OLD HARBOR (AP) — {BODY}", "AP"),
        (f"Old Harbor CNN —\n\n{BODY}", "CNN"),
        (f"{BODY}\n\n{BODY} – Harborite.com", "Harborite.com"),
        (
            f"Bridge to close\n\nThis story was originally published by Harbor Radio/Sea Radio and is reprinted with "
            f"permission.\n\n{BODY}",
            "Harbor Radio/Sea Radio",
        ),
        (f"{BODY}\n\nOriginal url:\n\n<https://www.harborecho.org/a>", "harborecho.org"),
        (f"The Associated Press (AP) reported it first, and {BODY}", None),
        (f"{BODY}\n\nThis article is republished from The Harbor under a free licence.", "The Harbor"),
        (f"{BODY}\n\nThey crossed the U.S.-Mexico border in fiscal 2019.", None),
        (f"Mail to close offices\n\n{BODY}", None),
        (f"Postal Service Cuts Jobs\n\n{BODY}", None),
        (BODY, None),
    ],
)
def test_source_is_the_outlet(text: str, source: str | None) -> None:
    assert detect(text).source == source


def test_a_person_is_the_source_only_where_no_outlet_is_known() -> None:
    text = f"Bridge to close\n\nBy Ann Roe and Jan Novak\n\n{BODY}"
    alone, with_address = detect(text), detect(text, url="https://harborecho.org/a")
    assert (alone.source, alone.origins["source"]) == ("Ann Roe and Jan Novak", "text, inferred")
    assert (with_address.source, with_address.origins["source"]) == ("harborecho.org", "address")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (f"{BODY}\n\nOriginal url:\n\n<https://example.org/a>", "https://example.org/a"),
        (f"{BODY}\n\nSource: https://example.org/a", "https://example.org/a"),
        (f"https://example.org/a?b=c\n\n{BODY}", "https://example.org/a?b=c"),
        (f"{BODY}\n\nhttps://example.org/other\n\nSource: https://example.org/a", "https://example.org/a"),
        (f"{BODY} See https://example.org/a for more.", None),
    ],
)
def test_address_stands_alone_on_its_line(text: str, url: str | None) -> None:
    assert detect(text).url == url


@pytest.mark.parametrize(
    "line",
    [
        "January 20, 2021",
        "Jan. 20, 2021",
        "Jan 20th, 2021",
        "Wednesday, January 20, 2021",
        "20 January 2021",
        "20-Jan-2021",
        "Wed 20 Jan 2021 10.30 GMT",
        "2021-01-20",
        "2021-01-20T10:30:00Z",
        "2021-01-20 10:30:00+03:00",
        "2021/01/20",
        "01/20/2021",
        "20.01.2021",
        "20.01.2021 10:30",
        "January 20, 2021 at 10:30 a.m. EST",
        "10:30 GMT, 20 January 2021",
        "**January 20, 2021**",
        "Published: January 20, 2021",
        "Published on 20 January 2021",
        "PUBLISHED 10:30 PM EST January 20, 2021 | UPDATED 1:00 AM EST January 22, 2021",
        "Updated January 22, 2021\nPublished January 20, 2021",
        "First published: 2021-01-20",
        "By Ann Roe | January 20, 2021",
        "By Ann Roe, January 20, 2021 10:30 am",
        "January 20, 2021 by Ann Roe",
    ],
)
def test_a_date_line_in_the_head_is_the_publication_date(line: str) -> None:
    found = detect(f"Bridge to close in autumn\n\n{line}\n\n{BODY}")
    assert (found.published, found.origins["published"]) == (date(2021, 1, 20), "text")


@pytest.mark.parametrize(
    "text",
    [
        f"Bridge to close\n\nJanuary 20\n\n{BODY}",
        f"Bridge to close\n\nWednesday\n\n{BODY}",
        f"Bridge to close\n\nJanuary 2021\n\n{BODY}",
        f"Bridge to close\n\n03/04/2021\n\n{BODY}",
        f"Bridge to close\n\nFebruary 30, 2021\n\n{BODY}",
        f"Bridge to close on January 20, 2021\n\n{BODY}",
        "Ann Roe, who takes office on January 20, 2021, is to close the bridge.",
        f"The book was published on January 20, 2021, in Oslo and {BODY}",
        f"{BODY}\n\nJanuary 20, 2021\n\n{BODY}",
        f"OLD HARBOR, Jan. 20 (Reuters) - {BODY}",
    ],
)
def test_no_date_is_guessed(text: str) -> None:
    assert detect(text).published is None


@pytest.mark.parametrize(
    ("text", "url", "published", "origin"),
    [
        (f"OLD HARBOR, Jan. 20, 2021 (Reuters) — {BODY}", None, date(2021, 1, 20), "text"),
        (f"{BODY}\n\nPublished: January 20, 2021", None, date(2021, 1, 20), "text"),
        (f"Bridge to close\n\nUpdated January 22, 2021\n\n{BODY}", None, date(2021, 1, 22), "text, inferred"),
        (BODY, "https://example.org/2021/01/20/bridge", date(2021, 1, 20), "address"),
        (f"{BODY}\n\n<https://example.org/2021/01/20/bridge>", None, date(2021, 1, 20), "address"),
        (f"May 6, 2020\n\n{BODY}", "https://example.org/2021/01/20/bridge", date(2020, 5, 6), "text"),
    ],
)
def test_date_comes_with_its_origin(text: str, url: str | None, published: date, origin: str) -> None:
    found = detect(text, url=url)
    assert (found.published, found.origins["published"]) == (published, origin)


@pytest.mark.parametrize(
    ("url", "published"),
    [
        ("https://example.org/2021/01/20/bridge", date(2021, 1, 20)),
        ("https://example.org/news/2021/1/20/bridge", date(2021, 1, 20)),
        ("https://example.org/world/2021/jan/20/bridge", date(2021, 1, 20)),
        ("https://example.org/bridge-2021-01-20.html", date(2021, 1, 20)),
        ("https://example.org/20210120/bridge", date(2021, 1, 20)),
        ("https://example.org/2021/01/bridge", None),
        ("https://example.org/2021/13/40/bridge", None),
        ("https://example.org/a72670", None),
        ("https://example.org/120210120455", None),
        ("http://[broken", None),
    ],
)
def test_date_in_address(url: str, published: date | None) -> None:
    assert date_in_address(url) == published


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.example.org/a", "example.org"),
        ("http://m.example.co.uk:80/a", "example.co.uk"),
        ("not an address", None),
        ("http://[broken", None),
    ],
)
def test_host_is_named_without_www(url: str, host: str | None) -> None:
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("2018/03/15", date(2018, 3, 15)),
        ("Wed, 20 Jan 2021 10:00:00 GMT", date(2021, 1, 20)),
        ("2021-01-20T10:00:00.000+0300", date(2021, 1, 20)),
        ("soon", None),
        ("", None),
        ("January 20", None),
    ],
)
def test_a_stated_date_is_parsed_or_refused(text: str, parsed: date | None) -> None:
    assert parse_date(text) == parsed


def test_first_giver_of_a_field_wins() -> None:
    sidecar = Metadata.given("sidecar", published=date(2021, 1, 26), inferred=True)
    own = Metadata.given("metadata", title=" Bridge \n to close ", published=date(2020, 1, 1))
    assert combined(sidecar, own, Metadata.given("text", title="Other", source="AFP")) == Metadata(
        title="Bridge to close",
        source="AFP",
        published=date(2021, 1, 26),
        origins={"title": "metadata", "source": "text", "published": "sidecar, inferred"},
    )


def test_front_matter_is_the_files_own_metadata() -> None:
    text = f'---\ntitle: "Bridge to close"\ndate: 2021-01-20\nsource: Harbor Echo\n---\n\n{BODY}'
    assert from_front_matter(text) == Metadata.given(
        "metadata", title="Bridge to close", source="Harbor Echo", published=date(2021, 1, 20)
    )
    assert from_front_matter(BODY) == Metadata()
