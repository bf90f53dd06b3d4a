"""Article -> a page of HTML with a span highlighted. Articles are hostile input: all of it is escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from string import Template

from index.types import Article, Span
from qa.citing import cite_span, is_web_address, surrounding_sentences
from qa.rendering import day_in_words, printable
from qa.server.links import QUOTE_ID

_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1b1a; --dim: #66625c; --link: #0b6b50; --mark: #fde9a9; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171615; --ink: #ece9e4; --dim: #a5a099; --link: #58c9a0; --mark: #66531b; }
}
body { margin: 0 auto; max-width: 42rem; padding: 2rem 1.25rem 6rem; background: var(--paper); color: var(--ink);
  font: 1.06rem/1.6 ui-serif, Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1 { margin: 0 0 0.3rem; font-size: clamp(1.4rem, 5vw, 1.9rem); line-height: 1.2; text-wrap: balance; }
.dim { margin: 0 0 1.5rem; color: var(--dim); font: 0.9rem/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
.text { white-space: pre-wrap; unicode-bidi: isolate; }
mark { background: var(--mark); color: inherit; padding: 0.1em 0.15em; border-radius: 0.2em; scroll-margin: 40vh 0; }
a { color: var(--link); text-underline-offset: 0.15em; }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
$content
</main>
</body>
</html>
""")


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
    return _PAGE.substitute(title=title, style=_STYLE, content=content)


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
