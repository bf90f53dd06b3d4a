"""Timeline -> a page of HTML: the picture, then each position with its citations; nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa.rendering import confidence_in_words, headline, reason_in_words, scope_note, sentence_parts
from qa.rendering.html_page import html_page
from qa.timeline import words
from qa.timeline.rows import Point, Row, Timeline
from qa.timeline.svg import attribute, marked_up, point_id, to_svg_in_page

_STYLE = """
body { max-width: 46rem; }
h2 { margin: 2.25rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--rule); font-size: 1.2rem; }
figure { margin: 1.25rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; }
ol { margin: 1rem 0 0; padding: 0; list-style: none; }
li { position: relative; margin: 0 0 1.25rem; padding-left: 2.5rem; scroll-margin-top: 1rem; }
li:target { outline: 2px solid var(--link); outline-offset: 0.4rem; }
.n { position: absolute; left: 0; top: 0.15rem; min-width: 1.7rem; text-align: center; font-size: 0.85rem;
  font-variant-numeric: tabular-nums; color: var(--dim); border: 1px solid var(--rule); border-radius: 1rem; }
@media print { figure svg { min-width: 0; } li { break-inside: avoid; } }
"""


def to_page(timeline: Timeline) -> str:
    """Return the timeline as a file of HTML that stands alone, for wide windows, phones and paper."""
    question = marked_up(words.question(timeline))
    content = "\n".join([f"<h1>{question}</h1>", *_content(timeline)])
    return html_page(title=question, style=_STYLE, content=content)


def _content(timeline: Timeline) -> Iterator[str]:
    if timeline.answer.abstained:
        yield f"<p><strong>No answer.</strong> {marked_up(reason_in_words(timeline.answer))}</p>"
    else:
        yield f'<p class="dim">{marked_up(words.summary(timeline))}</p>'
        yield f"<figure>{to_svg_in_page(timeline)}</figure>"
    for row in timeline.rows:
        yield from _section(row)
    note = scope_note(timeline.answer)
    if note:
        yield f'<p class="dim">{marked_up(note.strip())}</p>'


def _section(row: Row) -> Iterator[str]:
    position = row.position
    about = " · ".join(
        [
            *(["the answer"] if row.leads else []),
            words.sources(position),
            words.days_of(row),
            confidence_in_words(position.confidence),
        ]
    )
    yield f"<section>\n<h2>{marked_up(words.label(position))}</h2>"
    yield f'<p class="dim">{marked_up(about)}</p>'
    yield from _list(row.points)
    yield "</section>"


def _list(points: Iterable[Point]) -> Iterator[str]:
    yield "<ol>"
    for point in points:
        before, quote, after = (marked_up(part) for part in sentence_parts(point.citation))
        yield (
            f'<li id="{point_id(point)}"><span class="n">{point.n}</span>'
            f"<blockquote>{before}<mark>{quote}</mark>{after}</blockquote>"
            f'<p class="dim">{_linked_headline(point)}</p></li>'
        )
    yield "</ol>"


def _linked_headline(point: Point) -> str:
    said, url = marked_up(headline(point.citation.article)), point.citation.url
    return f'<a href={attribute(url)} target="_blank" rel="noopener noreferrer">{said}</a>' if url else said
