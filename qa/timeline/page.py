"""Timeline -> a page of HTML: the picture, then each position with its citations; nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import Template

from qa.rendering import confidence_in_words, headline, reason_in_words, scope_note, sentence_parts
from qa.timeline import words
from qa.timeline.rows import Point, Row, Timeline
from qa.timeline.svg import attribute, marked_up, point_id, to_svg_in_page

# The policy forbids what the escaping already prevents: anything loaded or run because an article says so.
_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'">
<title>$question</title>
<style>
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1b1a; --dim: #66625c; --rule: #e3e0da;
  --link: #0b6b50; --mark: #fde9a9; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171615; --ink: #ece9e4; --dim: #a5a099; --rule: #33302c; --link: #58c9a0; --mark: #66531b; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: clamp(1.4rem, 5vw, 1.9rem); line-height: 1.2; text-wrap: balance; }
h2 { margin: 2.25rem 0 0; padding-top: 1.25rem; border-top: 1px solid var(--rule); font-size: 1.2rem; }
p { margin: 0.4rem 0; }
.dim { color: var(--dim); font-size: 0.9rem; }
figure { margin: 1.25rem 0; overflow-x: auto; }
figure svg { display: block; width: 100%; min-width: 34rem; height: auto; }
ol { margin: 1rem 0 0; padding: 0; list-style: none; }
li { position: relative; margin: 0 0 1.25rem; padding-left: 2.5rem; scroll-margin-top: 1rem; }
li:target { outline: 2px solid var(--link); outline-offset: 0.4rem; }
.n { position: absolute; left: 0; top: 0.15rem; min-width: 1.7rem; text-align: center; font-size: 0.85rem;
  font-variant-numeric: tabular-nums; color: var(--dim); border: 1px solid var(--rule); border-radius: 1rem; }
blockquote { margin: 0; font: 1.08rem/1.55 ui-serif, Georgia, "Times New Roman", serif; }
mark { background: var(--mark); color: inherit; padding: 0.05em 0.15em; border-radius: 0.2em; }
a { color: var(--link); text-underline-offset: 0.15em; }
@media print { figure svg { min-width: 0; } li { break-inside: avoid; } }
</style>
</head>
<body>
<main>
$content
</main>
</body>
</html>
""")


def to_page(timeline: Timeline) -> str:
    """Return the timeline as a file of HTML that stands alone, for wide windows, phones and paper."""
    question = marked_up(words.question(timeline))
    return _PAGE.substitute(question=question, content="\n".join([f"<h1>{question}</h1>", *_content(timeline)]))


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
