"""Scores -> a page of HTML that stands alone: figures, charts, and the questions that went wrong, to be searched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from eval.figures import ASK, in_words, interval_in_words
from eval.report.charts import latency_histogram, precision_recall, reliability_diagram, risk_coverage
from eval.report.markdown import BY_CATEGORY, recipe_line
from eval.types import Excerpt, Fault, Score
from qa.rendering import one_line, printable
from qa.rendering.html_page import html_page
from qa.timeline.svg import attribute, marked_up

_EXPLAINED = {
    Fault.RETRIEVAL_MISS: "No passage that was read holds an accepted answer.",
    Fault.WRONG_SPAN: "A passage that was read holds the answer; another stretch of text was taken for it, or none.",
    Fault.WRONG_VALUE: "A date or a number was found as asked, but not the right one.",
    Fault.SHOULD_HAVE_ABSTAINED: "The articles don't say; an answer was given all the same.",
    Fault.SHOULD_HAVE_ANSWERED: "The right answer was found, and withheld for lack of confidence.",
    Fault.FAILED: "An error came in place of an answer; it counts 0.",
}

# Without it the page shows everything; with it the list can be narrowed. Nothing of the data gets into it.
_SCRIPT = """
const search = document.getElementById("search"), kind = document.getElementById("kind");
const entries = [...document.querySelectorAll(".entry")].map(e => [e, e.textContent.toLowerCase()]);
function narrow() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let n = 0;
  for (const [entry, text] of entries) {
    const fits = (!kind.value || entry.dataset.kind === kind.value) && words.every(word => text.includes(word));
    entry.hidden = !fits;
    n += fits;
  }
  for (const group of document.querySelectorAll(".group")) {
    group.hidden = !group.querySelector(".entry:not([hidden])");
  }
  document.getElementById("shown").textContent = n + " of " + entries.length;
}
search.addEventListener("input", narrow);
kind.addEventListener("change", narrow);
document.getElementById("narrowing").hidden = false;
narrow();
"""

_STYLE = """
body { max-width: 60rem; }
[hidden] { display: none !important; }
h2 { margin: 2.5rem 0 0.75rem; padding-top: 1.25rem; border-top: 1px solid var(--rule); font-size: 1.3rem; }
h3 { margin: 1.75rem 0 0.25rem; font-size: 1.05rem; }
h4 { margin: 0; font-size: 1rem; }
figcaption { color: var(--dim); font-size: 0.9rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1.5rem 0 0;
  padding: 0; }
.tiles div { padding: 0.75rem 0.9rem; background: var(--raised); border-radius: 0.5rem; }
.tiles dt { color: var(--dim); font-size: 0.85rem; line-height: 1.3; }
.tiles dd { margin: 0.2rem 0 0; font-size: 1.5rem; font-weight: 650; font-variant-numeric: tabular-nums; }
.tiles dd + dd { font-size: 0.8rem; font-weight: 400; color: var(--dim); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.3rem 0.6rem; border-bottom: 1px solid var(--rule); text-align: right; overflow-wrap: normal; }
th { color: var(--dim); font-weight: 500; vertical-align: bottom; }
td:not(:first-child) { white-space: nowrap; }
th:first-child, td:first-child { padding-left: 0; text-align: left; color: var(--ink); font-weight: 400; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1.5rem; }
figure { margin: 0; }
.chart { display: block; width: 100%; height: auto; font-size: 12px; }
.chart text { fill: var(--dim); }
.chart .grid { stroke: var(--rule); }
.chart .axis { stroke: var(--dim); }
.chart .ideal { fill: none; stroke: var(--dim); stroke-dasharray: 4 4; }
.chart .curve { fill: none; stroke: var(--link); stroke-width: 2; stroke-linejoin: round; }
.chart .dot { fill: var(--other); stroke: var(--paper); stroke-width: 1.5; }
.chart .bar { fill: var(--link); }
#narrowing { display: flex; flex-wrap: wrap; gap: 0.6rem; align-items: center; }
input, select { font: inherit; padding: 0.35rem 0.6rem; border: 1px solid var(--rule); border-radius: 0.4rem;
  background: var(--paper); color: var(--ink); }
input { flex: 1 1 14rem; min-width: 0; }
.entry { margin: 0.75rem 0; padding: 0.8rem 1rem; background: var(--raised); border-radius: 0.5rem; }
.entry dl { display: grid; grid-template-columns: 7rem 1fr; gap: 0.25rem 0.75rem; margin: 0.5rem 0 0; }
.entry dt { color: var(--dim); font-size: 0.9rem; }
.entry dd { margin: 0; }
@media (max-width: 34rem) {
  table { font-size: 0.85rem; }
  th, td { padding: 0.3rem 0.4rem; }
  td:first-child { min-width: 7.5rem; }
  .entry dl { grid-template-columns: 1fr; }
  .entry dd { margin-bottom: 0.35rem; }
}
@media print { #narrowing { display: none; } .entry, figure { break-inside: avoid; } }
"""

_TILES = (
    "f1_answerable_at_0",
    "answered",
    "refused",
    "citation_right",
    "answer_recall_at_k",
    "auroc",
    "ece",
    "median_ms",
)


def to_page(scores: Sequence[Score], figures: Mapping[str, Any], about: Mapping[str, Any]) -> str:
    """Return the report of a run of `ask` as a file that works from anywhere.

    :param figures: what `eval.tasks.ask_task` returns of the same scores.
    """
    title = marked_up(_plain(f"Evaluation: {PurePath(about['gold']).name}"))
    content = "\n".join([f"<h1>{title}</h1>", *_content(scores, figures, about)])
    return html_page(title=title, style=_STYLE, content=content, script=_SCRIPT)


def _content(scores: Sequence[Score], figures: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[str]:
    yield f'<p class="dim">{marked_up(_plain(recipe_line(figures, about)))}</p>'
    yield from _tiles(figures)
    yield "<h2>Figures</h2>"
    yield '<p class="dim">With 95% bootstrap intervals over the questions. What each means: docs/evaluation.md.</p>'
    yield from _headline(figures)
    if len(figures["by_category"]) > 1:
        yield "<h2>By category</h2>"
        yield from _by_category(figures["by_category"])
    yield "<h2>Charts</h2>"
    yield from _charts(scores, threshold=figures["min_confidence"])
    yield "<h2>Latency by stage, memory</h2>"
    stages = figures["latency_ms"].items()
    rows = ([name, f"{ms['median_ms']:.1f}", f"{ms['p95_ms']:.1f}"] for name, ms in stages)
    yield from _table(["stage, milliseconds", "median", "95th percentile"], rows)
    if figures.get("peak_memory_mb"):
        held = f"{figures['peak_memory_mb']:,.0f} MB were held at most, models and libraries included."
        yield f'<p class="dim">{held}</p>'
    yield "<h2>What went wrong</h2>"
    yield from _faults(scores)


def _tiles(figures: Mapping[str, Any]) -> Iterator[str]:
    yield '<dl class="tiles">'
    for figure in ASK:
        if figure.name in _TILES and figures[figure.name] is not None:
            interval = interval_in_words(figure, figures["intervals"][figure.name])
            value = in_words(figure, figures[figure.name])
            yield f"<div><dt>{marked_up(figure.title)}</dt><dd>{value}</dd><dd>{interval}</dd></div>"
    yield "</dl>"


def _headline(figures: Mapping[str, Any]) -> Iterator[str]:
    rows = (
        [
            figure.title,
            in_words(figure, figures[figure.name]),
            interval_in_words(figure, figures["intervals"][figure.name]),
            str(figures["counts"][figure.name]),
        ]
        for figure in ASK
        if figures[figure.name] is not None
    )
    yield from _table(["figure", "value", "95% interval", "questions"], rows)


def _by_category(categories: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    shown = [figure for figure in ASK if figure.name in BY_CATEGORY]
    rows = ([name, str(of["n"]), *(in_words(f, of[f.name]) for f in shown)] for name, of in categories.items())
    yield from _table(["category", "questions", *(figure.title for figure in shown)], rows)


def _charts(scores: Sequence[Score], *, threshold: float) -> Iterator[str]:
    drawn = (
        (
            reliability_diagram(scores),
            "Reliability. Each dot is the answers of about one confidence, the larger the more; on the dashed line "
            "they are right as often as their confidence says.",
        ),
        (
            risk_coverage(scores, threshold=threshold),
            "Risk and coverage. The surest answers first: the more is answered, the more is wrong. The dot is the "
            "threshold of this run.",
        ),
        (precision_recall(scores, threshold=threshold), "Precision and recall, from threshold to threshold."),
        (latency_histogram(scores), "Latency: how many questions took how long."),
    )
    yield '<div class="charts">'
    for chart, caption in drawn:
        yield f"<figure>{chart}<figcaption>{marked_up(caption)}</figcaption></figure>"
    yield "</div>"


def _faults(scores: Sequence[Score]) -> Iterator[str]:
    groups = {fault: [s for s in scores if s.fault is fault] for fault in Fault}
    options = "".join(
        f"<option value={attribute(fault.value)}>{fault.value} ({len(members)})</option>"
        for fault, members in groups.items()
        if members
    )
    yield (
        '<p id="narrowing" hidden><input id="search" type="search" placeholder="Search questions, answers, passages" '
        'aria-label="Search"><select id="kind" aria-label="Kind"><option value="">every kind</option>'
        f'{options}</select><span id="shown" class="dim" role="status"></span></p>'
    )
    if not any(groups.values()):
        yield "<p>Nothing.</p>"
    for fault, members in groups.items():
        if members:
            yield f'<section class="group"><h3>{fault.value}: {len(members)}</h3>'
            yield f'<p class="dim">{marked_up(_EXPLAINED[fault])}</p>'
            for score in members:
                yield from _entry(score, fault)
            yield "</section>"


def _entry(score: Score, fault: Fault) -> Iterator[str]:
    shown = score.shown
    yield f'<article class="entry" data-kind={attribute(fault.value)}>'
    yield f"<h4>{marked_up(_plain(shown.question))}</h4>"
    notes = [score.id, score.category, f"as of {shown.as_of}" if shown.as_of else "", shown.understood_as]
    yield f'<p class="dim">{marked_up(_plain(" · ".join(note for note in notes if note)))}</p>'
    yield "<dl>"
    given = "answer" if score.answer is not None else "withheld"
    said = f"{score.best_answer or 'nothing'}{_value(score.value, [score.best_answer or ''])}"
    yield _row(given, marked_up(_plain(f"{said}, confidence {score.confidence:.0%}")))
    if score.failure:
        yield _row("error", marked_up(_plain(score.failure)))
    accepted = "; ".join(shown.accepted) or "none: the articles don't say"
    yield _row("accepted", marked_up(_plain(f"{accepted}{_value(shown.gold_value, shown.accepted)}")))
    if shown.gold:
        yield _row("stands in", _excerpt(shown.gold))
    if shown.cited:
        yield _row("taken from", _excerpt(shown.cited))
    yield "</dl></article>"


def _value(value: str | None, texts: Sequence[str]) -> str:
    """Return a value in brackets; empty where a text says just that."""
    return f" ({value})" if value and value not in texts else ""


def _row(name: str, content: str) -> str:
    return f"<dt>{name}</dt><dd>{content}</dd>"


def _excerpt(excerpt: Excerpt) -> str:
    before, marked, after, where = (
        marked_up(printable(part)) for part in (excerpt.before, excerpt.marked, excerpt.after, excerpt.where)
    )
    return f'<blockquote>{before}<mark>{marked}</mark>{after}</blockquote><p class="dim">{where}</p>'


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    # Wider than a phone: whoever has no mouse scrolls it with the keys.
    yield f'<div class="scroll" role="region" tabindex="0" aria-label={attribute(heading[0])}><table>'
    yield f"<tr>{''.join(f'<th>{marked_up(cell)}</th>' for cell in heading)}</tr>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{marked_up(_plain(cell))}</td>' for cell in row)}</tr>"
    yield "</table></div>"


def _plain(text: str) -> str:
    return printable(one_line(text))
