"""Article -> a page of HTML with a span highlighted. Articles are hostile input: all of it is escaped."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from index.types import Article, Span
from qa.citing import cite_span, is_web_address, surrounding_sentences
from qa.rendering import day_in_words, printable
from qa.rendering.html_page import BASE_STYLE, html_page, sha256_of
from qa.server.links import QUOTE_ID

_STYLE = """
body { max-width: 42rem; padding-bottom: 6rem; font: 1.06rem/1.6 ui-serif, Georgia, "Times New Roman", serif; }
h1 { margin: 0 0 0.3rem; }
h1 + .dim { margin: 0 0 1.5rem; font: 0.9rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.text { white-space: pre-wrap; unicode-bidi: isolate; }
mark { scroll-margin: 40vh 0; }
"""
PAGE_POLICY = (
    f"default-src 'none'; style-src '{sha256_of(BASE_STYLE + _STYLE)}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def to_page(article: Article, span: Span | None) -> str:
    """Return the article as a page; the span, if it lies within the text, is marked and can be scrolled to."""
    if span is not None and span.end > len(article.text):
        span = None
    title = escape(printable(article.title or article.id))
    about = f'<h1 dir="auto">{title}</h1>\n<p class="dim">{_about(article, span)}</p>'
    text = f'<div class="text" dir="auto">{"".join(_text(article.text, span))}</div>'
    return page(title=title, content=f"<article>\n{about}\n{text}\n</article>")


def page(*, title: str, content: str) -> str:
    """Return a page in this server's style; `title` and `content` are HTML already."""
    return html_page(title=title, style=_STYLE, content=content)


def _about(article: Article, span: Span | None) -> str:
    said = escape(printable(" · ".join(filter(None, (article.source, day_in_words(article.published))))))
    link = article.url if article.url and is_web_address(article.url) else None
    if link and span:
        link = cite_span(article, span, surrounding_sentences(article, span)).url
    if link is None:
        return said
    return f'{said} · <a href="{escape(printable(link))}" rel="noopener noreferrer nofollow">original</a>'


def _text(text: str, span: Span | None) -> Iterator[str]:
    """Yield the text in its parts; what would steer the display is replaced, after the span was cut out."""
    if span is None:
        yield escape(printable(text))
        return
    yield escape(printable(text[: span.start]))
    yield f'<mark id="{QUOTE_ID}">{escape(printable(span.of(text)))}</mark>'
    yield escape(printable(text[span.end :]))
