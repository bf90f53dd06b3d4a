"""The report: stands alone, holds nothing of an article that runs, and says the same figures in each form."""

from __future__ import annotations

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest

from eval.figures import ASK, by_category, counts, faults, intervals, latency_by_stage, summary
from eval.report.charts import latency_histogram, precision_recall, reliability_diagram, risk_coverage
from eval.report.markdown import to_markdown
from eval.report.page import to_page
from eval.report.terminal import figure_lines
from eval.types import Excerpt, Fault, Score, Shown
from tests.test_eval_figures import SCORES
from tests.test_timeline_files import BREAKOUT, Page

ABOUT = {"gold": "gold.jsonl", "index": ".dateline", "commit": "abc1234", "machine": "a machine", "python": "3.11"}
SHOWN = Shown(
    "When does it expire?",
    accepted=("Feb. 5",),
    gold_value="2021-02-05",
    gold=Excerpt("a.txt · 20 January 2021", "It expires on ", "Feb. 5", ", he said."),
    cited=Excerpt("b.txt · 4 February 2021", "It expires in ", "2026", "."),
)
WRONG = replace(SCORES[2], best_answer="2026", value="2026", shown=SHOWN)
HOSTILE = replace(
    SCORES[2],
    id=f"hostile {BREAKOUT}",
    category=f"a|b {BREAKOUT}",
    best_answer=BREAKOUT,
    failure=BREAKOUT,
    fault=Fault.FAILED,
    shown=Shown(BREAKOUT, BREAKOUT, BREAKOUT, (BREAKOUT,), BREAKOUT, *[Excerpt(*[BREAKOUT] * 4)] * 2),
)


def figures_of(scores: list[Score]) -> dict[str, Any]:
    return {
        "k": 10,
        "min_confidence": 0.65,
        **summary(scores),
        "faults": faults(scores),
        "latency_ms": latency_by_stage(scores),
        "intervals": intervals(ASK, scores),
        "counts": counts(ASK, scores),
        "by_category": by_category(scores),
    }


def page_of(*scores: Score) -> str:
    return to_page(scores, figures_of(list(scores)), ABOUT)


class Report(Page):
    VOID = frozenset({"meta", "input"})


@pytest.mark.parametrize("score", [WRONG, HOSTILE])
def test_a_page_is_well_formed_and_loads_nothing(score: Score) -> None:
    page = Report(page_of(*SCORES, score))
    assert page.open == []
    assert page.addresses == []
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    assert [tag for tag, _ in page.elements if tag in {"script", "img", "link", "iframe"}] == ["script"]


def test_the_only_script_that_may_run_is_the_page_s_own() -> None:
    page = page_of(*SCORES, HOSTILE)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'" in page


def test_an_error_is_shown_with_its_passage_and_the_one_that_holds_the_answer() -> None:
    page = page_of(*SCORES[:2], WRONG)
    assert Report(page).marked == ["Feb. 5", "2026"]
    assert "wrong span: 1</h3>" in page
    assert "<dd>2026, confidence 70%</dd>" in page  # its value is what it says
    assert "Feb. 5 (2021-02-05)" in page
    assert page.count('class="entry"') == 1


def test_a_run_without_an_error_says_so() -> None:
    assert "<p>Nothing.</p>" in page_of(*SCORES[:2])


def test_markdown_has_each_figure_with_its_interval_and_a_recipe() -> None:
    text = to_markdown(ASK, figures_of(SCORES), ABOUT)
    assert "n 4, k 10, threshold 0.65, index .dateline, commit abc1234, a machine, Python 3.11" in text
    row = next(line for line in text.splitlines() if line.startswith("| exact match, answerable "))
    assert row == "| exact match, answerable | 66.7% | 0.0% to 100.0% | 3 |"
    assert "| total | 250.0 | 385.0 |" in text
    assert "| wrong span | 1 |" in text
    assert "MRR" not in text  # of these questions no place is known


def test_a_terminal_gets_intervals_kinds_stages_and_a_line_for_each_category() -> None:
    lines = list(figure_lines(figures_of([*SCORES, HOSTILE])))
    assert "n                            5" in lines
    assert next(line for line in lines if line.startswith("f1 ")).split()[2:] == ["0.000", "to", "0.800"]
    assert f"{'wrong span':<29}1" in lines
    assert f"{'total':<29}{'300.0':<9}380.0" in lines
    assert [line.split()[0] for line in lines[-2:]] == ["all", "a|b"]


def test_memory_is_told_where_it_was_measured() -> None:
    figures = {**figures_of(SCORES), "peak_memory_mb": 1475.3}
    assert "1,475 MB" in to_markdown(ASK, figures, ABOUT)
    assert "1,475 MB" in to_page(SCORES, figures, ABOUT)


def test_a_category_cannot_break_the_table() -> None:
    text = to_markdown(ASK, figures_of([HOSTILE]), ABOUT)
    (row,) = [line for line in text.splitlines() if line.startswith("| a\\|b")]
    (heading,) = [line for line in text.splitlines() if line.startswith("| category ")]
    assert [len(re.findall(r"(?<!\\)\|", line)) for line in (heading, row)] == [9, 9]


def elements(svg: str, tag: str) -> list[ET.Element]:
    return list(ET.fromstring(svg).iter(tag))


def test_a_reliability_diagram_has_a_dot_for_each_bin() -> None:
    titles = [title.text for title in elements(reliability_diagram(SCORES), "title")]
    assert titles == [
        "1 questions: confidence 60%, right 0%",
        "1 questions: confidence 70%, right 0%",
        "1 questions: confidence 80%, right 100%",
        "1 questions: confidence 90%, right 100%",
    ]


def test_curves_go_from_the_surest_answer_to_all_and_mark_the_threshold() -> None:
    for chart in (risk_coverage(SCORES, threshold=0.65), precision_recall(SCORES, threshold=0.65)):
        (curve,) = elements(chart, "polyline")
        assert len(curve.attrib["points"].split()) == 4
        assert [title.text for title in elements(chart, "title")] == ["at the threshold 0.65"]
    # Three of four are answered at the threshold, one of them wrongly.
    assert 'cx="266.5" cy="172.7"' in risk_coverage(SCORES, threshold=0.65)


def test_charts_of_questions_without_an_answer_are_empty_but_whole() -> None:
    impossible = [SCORES[3]]
    assert elements(precision_recall(impossible, threshold=0.5), "circle") == []
    assert elements(latency_histogram([replace(SCORES[3], timings_ms={})]), "rect") == []


def test_the_bars_of_the_histogram_count_every_question() -> None:
    titles = [title.text or "" for title in elements(latency_histogram(SCORES), "title")]
    assert titles == ["100 to 120 ms: 1", "200 to 220 ms: 1", "300 to 320 ms: 1", "400 to 420 ms: 1"]
