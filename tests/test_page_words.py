"""The page says what the command line says: the same answers through both, compared whole. Needs node."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest

from qa.dates import shown
from qa.rendering import printable, to_dict, to_markdown
from qa.rendering.words import confidence_in_words, headline, in_plain_words, one_line, sentence_parts
from qa.types import Answer, Constraint, Demand, Overview, Span
from tests.page import scripted
from tests.qa_fakes import article, position
from tests.test_page_files import SCRIPTS
from tests.test_rendering import ANSWERS as RENDERED
from tests.test_rendering import SCHEMA

NODE = shutil.which("node")
needs_node = pytest.mark.skipif(
    NODE is None, reason="node isn't installed; it runs the page's modules without a browser"
)
STEEP = "\x00\x1b[31m\u202eabc\u202c\u2066 \r\n\rx\u00a0y\u2003z\x1c\x85\ufeff."


def constrained(demand: Demand, first: date | None = None, last: date | None = None) -> Answer:
    meant = Constraint(demand, "by then", Span(0, 4), first, last)
    return replace(scripted.ANSWERS[scripted.THREE], constraints=(meant,))


def overview_of(sources: dict[str, int], *, at_least: bool) -> Answer:
    counted = Overview("New  START", sum(sources.values()), date(2021, 1, 20), date(2021, 1, 20), sources, at_least)
    return replace(scripted.ANSWERS[scripted.OVERVIEW], overview=counted)


def asked_as_of(day: date, answer: Answer) -> Answer:
    return replace(answer, question=replace(answer.question, as_of=day))


FIRST = scripted.ANSWERS[scripted.THREE]
ANSWERS = {
    **RENDERED,
    **scripted.ANSWERS,
    "latest": constrained(Demand.LATEST),
    "earliest": constrained(Demand.EARLIEST),
    "not applied": constrained(Demand.BEFORE),
    "since": constrained(Demand.SINCE, first=date(2021, 5, 3)),
    "until": constrained(Demand.UNTIL, last=date(2021, 5, 3)),
    "one day": constrained(Demand.WITHIN, date(2021, 5, 3), date(2021, 5, 3)),
    "as of": constrained(Demand.AS_OF, date(2021, 1, 1), date(2021, 5, 3)),
    "over years": constrained(Demand.WITHIN, date(2019, 1, 1), date(2021, 5, 3)),
    "many sources": overview_of({"A": 9, "": 4, "B": 1, "C": 1, "D": 1, "E": 1, "F": 1}, at_least=True),
    "no source": overview_of({"": 2}, at_least=False),
    "a day to come": asked_as_of(date(2199, 1, 1), FIRST),
    "a day of old, some undated": replace(asked_as_of(date(2021, 1, 1), FIRST), n_undated_left_out=3),
}


@pytest.fixture(scope="module")
def in_javascript(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Any], Any]:
    """Run an expression over the page's modules; `given` is what it works on."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "package.json").write_text('{"type": "module"}')
    for name, text in SCRIPTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "run.js").write_text(
        'import { readFileSync } from "node:fs";\nimport * as words from "./words.js";\n'
        'import * as spans from "./spans.js";\nimport * as exporting from "./exporting.js";\n'
        'import { webAddress } from "./elements.js";\n'
        'const { code, given } = JSON.parse(readFileSync(0, "utf8"));\n'
        'const run = new Function("words", "spans", "exporting", "webAddress", "given", `return ${code}`);\n'
        "process.stdout.write(JSON.stringify(run(words, spans, exporting, webAddress, given)));\n"
    )

    def run(code: str, given: Any) -> Any:
        asked = json.dumps({"code": code, "given": given})
        command = [str(NODE), str(folder / "run.js")]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)

    return run


@pytest.mark.parametrize("question", scripted.ANSWERS)
def test_scripted_answers_follow_the_schema(question: str) -> None:
    shape = json.loads(json.dumps(to_dict(scripted.ANSWERS[question])))
    faults = jsonschema.Draft202012Validator(SCHEMA).iter_errors(shape)
    assert [fault.message for fault in faults] == []


@needs_node
def test_answers_as_markdown_are_those_of_the_command_line(in_javascript: Callable[[str, Any], Any]) -> None:
    made = in_javascript("given.map(exporting.toMarkdown)", [to_dict(answer) for answer in ANSWERS.values()])
    assert dict(zip(ANSWERS, made, strict=True)) == {name: to_markdown(answer) for name, answer in ANSWERS.items()}


@needs_node
def test_sentences_are_parted_at_the_quote_also_behind_characters_of_two_units(
    in_javascript: Callable[[str, Any], Any],
) -> None:
    smiling = position(
        "Feb. 5", article("smile", "😀 It was \r\n said 🎉 to\x1b expire\u202e on Feb. 5, they 😀 said. More.")
    )
    citations = [c for answer in (*ANSWERS.values(), replace(FIRST, positions=(smiling,))) for c in answer.citations]
    shapes = [c for a in (*ANSWERS.values(), replace(FIRST, positions=(smiling,))) for c in to_dict(a)["citations"]]
    assert in_javascript("given.map(words.sentenceParts)", shapes) == [list(sentence_parts(c)) for c in citations]
    assert in_javascript("given.map(words.headline)", shapes) == [headline(c.article) for c in citations]


@needs_node
def test_values_are_shown_in_the_same_words(in_javascript: Callable[[str, Any], Any]) -> None:
    values = (
        "2021 2021-02 2021-02-05 2021-21 2021-34 2021-41 202X 19XX 20XX 2021~ 2021-02~ 2021/2026 2021-02-03/2021-02-05"
    )
    values += " 2021-03-07/2021-04-02 2020-12/2021-02 0988 2021-01-01/2021-01-01"
    assert in_javascript("given.map(words.shown)", values.split()) == [shown(value) for value in values.split()]


@needs_node
def test_a_value_is_added_where_the_text_does_not_say_it(in_javascript: Callable[[str, Any], Any]) -> None:
    source = article("a", "Feb. 5 or 5 February 2021, five years, at noon.")
    pairs = [
        (text, value)
        for text in ("Feb. 5", "5 February 2021", "five years")
        for value in (
            None, "2021-02-05", "2021", "2021~", "202X", "20XX", "XXXX-02-05", "2021-XX-05", "P5Y", "T12:00",
            "1500 warhead", "5", "2021", "1500", "2021/2026", "2021-02-05/2021-02-07",
        )
    ]  # fmt: skip
    positions = [position(text, source, normalized=value) for text, value in pairs]
    given = [{"answer": text, "normalized": value} for text, value in pairs]
    said = in_javascript("given.map(words.inPlainWords)", given)
    assert dict(zip(pairs, said, strict=True)) == {
        pair: in_plain_words(p) for pair, p in zip(pairs, positions, strict=True)
    }


@needs_node
def test_characters_that_reorder_or_hide_text_are_shown_as_marks(in_javascript: Callable[[str, Any], Any]) -> None:
    every = "".join(map(chr, [*range(0x2100), 0xFEFF, 0xFFFD, 0x1F600]))
    assert in_javascript("given.map(words.printable)", [STEEP, every]) == [printable(STEEP), printable(every)]
    spaced = "".join(f"a{chr(n)}" for n in range(0x3010))
    assert in_javascript("given.map(words.oneLine)", [STEEP, spaced]) == [one_line(STEEP), one_line(spaced)]


@needs_node
def test_confidence_is_said_in_the_same_words(in_javascript: Callable[[str, Any], Any]) -> None:
    figures = [n / 1000 for n in range(1001) if n % 10 != 5]
    assert in_javascript("given.map(words.confidenceInWords)", figures) == [confidence_in_words(f) for f in figures]


@needs_node
def test_only_addresses_of_the_web_become_links(in_javascript: Callable[[str, Any], Any]) -> None:
    web = ["https://example.org/a#:~:text=b", "http://example.org/"]
    other = [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//example.org",
        "a",
    ]
    other += ["", "vbscript:x", "blob:https://example.org/1", "ftp://example.org/"]
    assert in_javascript("given.map(webAddress)", [*web, *other]) == [*web, *([None] * len(other))]


@needs_node
def test_paragraphs_keep_their_places_and_hold_all_words(in_javascript: Callable[[str, Any], Any]) -> None:
    text = "One.\ntwo\n\n \nThree 😀 four.\r\n\r\nFive\n\n\n"
    span = {"name": "quote", "start": text.index("two"), "end": text.index("four") + 1}  # 😀 is two units
    code = "spans.paragraphs(given.text, [given.span]).map((p) => spans.runs(p.text, p.spans))"
    made = in_javascript(code, {"text": text, "span": span})
    assert [[(run["text"], run["names"]) for run in paragraph] for paragraph in made] == [
        [("One.\n", []), ("two", ["quote"])],
        [("Three 😀 ", ["quote"]), ("four.\r", [])],
        [("Five", [])],
    ]


@needs_node
def test_a_long_article_of_blank_lines_takes_no_time(in_javascript: Callable[[str, Any], Any]) -> None:
    code = "given.map((text) => { const t = Date.now(); spans.paragraphs(text, []); return Date.now() - t; })"
    took_ms = in_javascript(code, [" \n" * 500_000, "\r\n" * 500_000, "\n" * 1_000_000])
    assert max(took_ms) < 2000
