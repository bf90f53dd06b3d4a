import gzip
import json
import os
from datetime import date
from pathlib import Path

import pytest

from index.errors import ArticleError
from index.loading import load, load_records, sources
from index.loading.text_file import decoded
from index.types import Article, Skipped

BODY = "The harbor council voted on Tuesday to close the old bridge, officials said."
PAGE = """<!doctype html><html><head><title>Bridge to close | Harbor Echo</title>
<meta property="og:title" content="Bridge to close in autumn">
<meta property="og:site_name" content="Harbor Echo">
<meta property="article:published_time" content="2021-05-06T10:00:00Z">
<link rel="canonical" href="https://example.org/news/bridge"></head>
<body><nav><a href="/">Home</a><a href="/world">World</a></nav><article><h1>Bridge to close in autumn</h1>
<p>The harbor council voted on Tuesday to close the old bridge, officials said after the meeting in the town hall.</p>
<p>Repairs would take two years and cost 40 million, according to a report that engineers wrote in March.</p>
</article><footer>Contact us</footer></body></html>"""


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(path: str, content: str | bytes = BODY) -> Path:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def loaded(*paths: str) -> list[Article | Skipped]:
    return list(load([Path(p) for p in paths]))


def articles(*paths: str) -> list[Article]:
    items = loaded(*paths)
    assert not [item for item in items if isinstance(item, Skipped)]
    return [item for item in items if isinstance(item, Article)]


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_a_folder_is_read_in_order_without_hidden_and_unknown_files() -> None:
    for path in ("news/b.txt", "news/a.txt", "news/sub/c.md", "news/.hidden.txt", "news/.git/x.txt", "news/logo.png"):
        write(path)
    assert [article.path for article in articles("news")] == ["news/a.txt", "news/b.txt", "news/sub/c.md"]
    assert sources([Path("news")]) == [Path("news/a.txt"), Path("news/b.txt"), Path("news/sub/c.md")]


def test_what_a_folder_says_of_itself_is_no_article_unless_it_is_named() -> None:
    write("news/README.md")
    write("news/a.txt")
    assert [path.name for path in sources([Path("news")])] == ["a.txt"]
    assert [path.name for path in sources([Path("news/README.md")])] == ["README.md"]


def test_a_file_met_twice_is_read_once() -> None:
    write("news/a.txt")
    assert len(articles("news/a.txt", "news", "./news/../news/a.txt")) == 1


def test_links_in_a_circle_end() -> None:
    write("news/a.txt")
    os.symlink("..", "news/back", target_is_directory=True)
    os.symlink("a.txt", "news/again.txt")
    assert [article.path for article in articles("news")] == ["news/a.txt"]


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \n\n ", "empty"),
        ("empty.html", b"", "empty"),
        ("binary.txt", b"abc\0def", "binary, not text"),
        ("late.txt", b"a" * 5000 + b"\0", "binary, not text"),
        ("broken.txt", "Éva’s café".encode() + b"\xff", "not text in UTF-8: byte 0xff at 14; save it as UTF-8"),
        ("russian.txt", "Мост закрыт".encode("cp1251"), "not text in UTF-8: byte 0xcc at 0; save it as UTF-8"),
        (
            "zipped.txt",
            gzip.compress(b"x"),
            "compressed, not text; unpack it, or name it .jsonl.gz if it holds JSON lines",
        ),
        ("nothing.html", b"<html><body></body></html>", "no article text found in the page"),
        (".hidden.txt", BODY.encode(), "a hidden file"),
        ("scan.pdf", b"%PDF", "unknown kind of file '.pdf'; known are .txt, .md, .html, .json, .jsonl, .jsonl.gz"),
    ],
)
def test_what_cannot_be_read_is_skipped_with_its_reason(path: str, content: bytes, reason: str) -> None:
    write(path, content)
    assert loaded(path) == [Skipped(path, reason)]


def test_a_file_that_is_too_large_is_skipped() -> None:
    with Path("huge.txt").open("wb") as file:
        file.write(b"text")
        file.truncate(60_000_000)
        file.seek(0)
        file.write(b"a" * 4096)
    assert loaded("huge.txt") == [
        Skipped("huge.txt", "too large: 60 MB, at most 50 MB; split it or make it JSON lines")
    ]


def test_a_file_that_vanishes_or_is_locked_is_skipped() -> None:
    file = write("news/a.txt")
    write("news/b.txt")
    items = load([Path("news")])
    file.unlink()
    first, second = items
    assert first == Skipped("news/a.txt", "can't be read: No such file or directory")
    assert isinstance(second, Article)


def test_a_folder_without_articles_says_so() -> None:
    Path("news").mkdir()
    assert loaded("news") == [
        Skipped("news", "the folder holds no file of a known kind (.txt, .md, .html, .json, .jsonl, .jsonl.gz)")
    ]


def test_a_missing_path_is_an_error_before_anything_is_read() -> None:
    write("a.txt")
    with pytest.raises(ArticleError, match="No file or folder at 'gone'"):
        load([Path("a.txt"), Path("gone")])


@pytest.mark.parametrize("text", ["Line\r\none\r\n\r\nLine two.\r", "\ufeffBridge to close.\n", "  \n\n x\u00a0\n"])
def test_text_is_kept_exactly_as_it_stands_in_the_file(text: str) -> None:
    write("a.txt", text)
    assert [article.text for article in articles("a.txt")] == [text]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_other_encodings_are_read_where_they_are_certain(encoding: str) -> None:
    text = "The café’s owner said: “We close.” It was a long day for everyone in the old harbor."
    assert decoded(text.encode(encoding)) == text


def test_a_text_file_is_described_by_its_text() -> None:
    write("news/Fähre & Brücke.txt", f"Bridge to close in autumn\n\nBy AFP\n\nMay 6, 2021\n\n{BODY}")
    (article,) = articles("news")
    assert (article.title, article.source, article.published) == ("Bridge to close in autumn", "AFP", date(2021, 5, 6))
    assert article.origins == {"title": "text", "source": "text", "published": "text"}
    assert article.id.startswith("fahre-brucke-")
    assert len(article.id) == len("fahre-brucke-") + 6


def test_ids_of_files_depend_on_where_they_lie() -> None:
    write("a/x.txt")
    write("b/x.txt")
    first, second = articles("a", "b")
    assert first.id != second.id
    assert articles("a/x.txt")[0].id == first.id


@pytest.mark.parametrize("name", ["page.html", "page.txt"])
def test_a_page_is_recognised_by_its_content(name: str) -> None:
    write(name, PAGE)
    (article,) = articles(name)
    assert (article.title, article.source, article.url, article.published) == (
        "Bridge to close in autumn",
        "Harbor Echo",
        "https://example.org/news/bridge",
        date(2021, 5, 6),
    )
    assert set(article.origins.values()) == {"metadata"}
    assert "40 million" in article.text
    assert "Contact us" not in article.text


def test_plain_text_named_html_is_plain_text() -> None:
    write("a.html")
    assert articles("a.html")[0].text == BODY


def test_json_lines_are_articles() -> None:
    records = [
        {"id": "one", "text": BODY, "title": "Bridge", "source": "AFP", "published": "2021-05-06T08:00:00Z"},
        {"text": BODY, "title": "Bridge to close", "url": "https://example.org/2021/05/07/a", "date": None},
        {"id": 3, "text": BODY, "date": "2018/03/15"},
    ]
    write("news.jsonl", "\ufeff" + lines(*records))
    first, second, third = articles("news.jsonl")
    assert first == Article(
        "one", BODY, "Bridge", "AFP", None, "news.jsonl", date(2021, 5, 6),
        {"title": "metadata", "source": "metadata", "published": "metadata"},
    )  # fmt: skip
    assert second.id.startswith("bridge-to-close-")
    assert (second.published, second.origins["published"], second.source) == (
        date(2021, 5, 7),
        "address",
        "example.org",
    )
    assert (third.id, third.published) == ("3", date(2018, 3, 15))


def test_bad_lines_are_named_and_the_rest_goes_on() -> None:
    good = json.dumps({"text": BODY})
    content = (
        f"{good}\n{{broken\n\n[1]\n{json.dumps({'title': 'x'})}\n".encode() + b'{"text": "\xff"}\n' + good.encode()
    )
    write("news.jsonl", content + b'\n{"text": "half \\ud800 pair"}\n')
    items = loaded("news.jsonl")
    assert [type(item) for item in items] == [Article, *[Skipped] * 4, Article, Skipped]
    assert [(item.where, item.reason) for item in items if isinstance(item, Skipped)] == [
        ("news.jsonl:2", "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("news.jsonl:4", "not an article: expected an object with 'text', found list"),
        ("news.jsonl:5", "no 'text', or a blank one"),
        ("news.jsonl:6", "not UTF-8: byte 0xff at 10"),
        ("news.jsonl:8", "'text' holds a broken character at 5"),
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("news.jsonl.gz", gzip.compress(lines({"text": BODY}, {"text": BODY}).encode())),
        ("news.ndjson", lines({"text": BODY}, {"text": BODY})),
        ("news.json", lines({"text": BODY}, {"text": BODY})),
        ("news.txt", lines({"text": BODY}, {"text": BODY})),
        ("list.json", json.dumps([{"text": BODY}, {"text": BODY}], indent=1)),
        ("list.jsonl", json.dumps([{"text": BODY}, {"text": BODY}])),
    ],
)
def test_json_is_recognised_whatever_its_name(name: str, content: str | bytes) -> None:
    write(name, content)
    assert [article.text for article in articles(name)] == [BODY, BODY]


def test_one_article_may_be_a_json_document() -> None:
    write("a.json", json.dumps({"id": "a", "text": BODY}, indent=2))
    assert [article.id for article in articles("a.json")] == ["a"]


def test_a_damaged_archive_gives_what_it_holds() -> None:
    content = gzip.compress(
        b"".join(json.dumps({"text": f"{BODY} {os.urandom(500).hex()}"}).encode() + b"\n" for _ in range(500))
    )
    write("news.jsonl.gz", content[: len(content) // 2])
    *good, last = loaded("news.jsonl.gz")
    assert len(good) > 10
    assert isinstance(last, Skipped)
    assert last.reason.startswith("damaged after line")


def test_an_unreadable_date_costs_the_date_not_the_article(caplog: pytest.LogCaptureFixture) -> None:
    write("news.jsonl", lines({"text": BODY, "date": "last week"}))
    assert articles("news.jsonl")[0].published is None
    assert "news.jsonl:1: 'last week' is not a date" in caplog.text


def test_the_sidecar_wins_over_what_is_detected() -> None:
    write("news/sub/a.txt", f"Bridge to close in autumn\n\nBy AFP\n\nMay 6, 2021\n\n{BODY}")
    write("news/b.txt")
    sidecar = [
        {"path": "sub/a.txt", "title": "The bridge", "published": "2021-05-08", "published_inferred": True},
        {"path": "./b.txt", "url": "https://example.org/2021/05/09/b"},
    ]
    write("news/metadata.jsonl", lines(*sidecar))
    b, a = articles("news")
    assert (a.title, a.source, a.published) == ("The bridge", "AFP", date(2021, 5, 8))
    assert a.origins == {"title": "sidecar", "source": "text", "published": "sidecar, inferred"}
    assert (b.published, b.origins) == (
        date(2021, 5, 9),
        {"url": "sidecar", "source": "address", "published": "address"},
    )


def test_the_sidecar_holds_for_a_file_given_by_itself() -> None:
    write("news/a.txt")
    write("news/metadata.jsonl", lines({"path": "a.txt", "source": "Harbor Echo"}))
    assert articles("news/a.txt")[0].source == "Harbor Echo"


def test_the_nearest_sidecar_wins() -> None:
    write("news/sub/a.txt")
    write("news/metadata.jsonl", lines({"path": "sub/a.txt", "source": "Far", "title": "Far away"}))
    write("news/sub/metadata.jsonl", lines({"path": "a.txt", "source": "Near"}))
    (article,) = articles("news")
    assert (article.source, article.title) == ("Near", "Far away")


def test_bad_lines_of_a_sidecar_are_named_once_and_the_rest_holds() -> None:
    write("news/a.txt")
    write("news/b.txt")
    bad = ["{broken", "[]", json.dumps({"path": "gone.txt"}), json.dumps({"path": "a.txt", "published": "May"}), "{}"]
    write("news/metadata.jsonl", "\n".join([*bad, json.dumps({"path": "b.txt", "source": "Harbor Echo"})]))
    *problems, a, b = loaded("news")
    assert [(p.where, p.reason) for p in problems if isinstance(p, Skipped)] == [
        (
            "news/metadata.jsonl:1",
            "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("news/metadata.jsonl:2", "expected an object with 'path', found list"),
        ("news/metadata.jsonl:3", "there is no file 'gone.txt' in this folder"),
        ("news/metadata.jsonl:4", "'May' is not a date such as 2021-01-20"),
        ("news/metadata.jsonl:5", "no 'path'"),
    ]
    assert isinstance(a, Article)
    assert isinstance(b, Article)
    assert (a.source, b.source) == (None, "Harbor Echo")


def test_articles_are_read_one_by_one() -> None:
    write("news.jsonl", lines({"text": BODY}) + "{broken\n" * 10)
    first = next(load([Path("news.jsonl")]))
    assert isinstance(first, Article)


def test_records_become_articles_without_a_file() -> None:
    good = {"id": "a", "text": "The bridge opens on Friday.", "published": "2021-02-01"}
    found = list(load_records([good, {"title": "no text"}, "no article", {"text": "Ferries sail."}]))
    assert found[0] == Article(id="a", text=good["text"], published=date(2021, 2, 1), origins={"published": "metadata"})
    assert [item.where for item in found if isinstance(item, Skipped)] == ["record 2", "record 3"]
    assert isinstance(found[3], Article)
    assert (found[3].path, found[3].text) == (None, "Ferries sail.")
