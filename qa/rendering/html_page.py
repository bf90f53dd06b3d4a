"""The frame of all pages of HTML that stand alone: timelines, reports, articles. Nothing is fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from string import Template

# What all pages have in common: the colours of the chat page, by day and by night.
BASE_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1c1b1a; --dim: #66625c; --rule: #e3e0da;
  --link: #0b6b50; --mark: #fde9a9; --other: #a8652a; --raised: #f8f6f2; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #171615; --ink: #ece9e4; --dim: #a5a099; --rule: #33302c; --link: #58c9a0; --mark: #66531b;
    --other: #e2a468; --raised: #1f1d1b; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: clamp(1.4rem, 5vw, 1.9rem); line-height: 1.2; text-wrap: balance; }
p { margin: 0.4rem 0; }
blockquote { margin: 0; font: 1.05rem/1.55 ui-serif, Georgia, "Times New Roman", serif; }
mark { background: var(--mark); color: inherit; padding: 0.05em 0.15em; border-radius: 0.2em; }
a { color: var(--link); text-underline-offset: 0.15em; }
.dim { color: var(--dim); font-size: 0.9rem; }
"""
_PAGE = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="$policy">
<title>$title</title>
<style>$style</style>
</head>
<body>
<main>
$content
</main>
$script</body>
</html>
""")


def html_page(*, title: str, style: str, content: str, script: str = "") -> str:
    """Return a page; `title` and `content` are HTML already, `style` follows `BASE_STYLE`."""
    return _PAGE.substitute(
        title=title,
        style=BASE_STYLE + style,
        content=content,
        script=f"<script>{script}</script>\n" if script else "",
        policy=f"default-src 'none'; style-src 'unsafe-inline'; script-src {_source_of(script)}; base-uri 'none'",
    )


def _source_of(script: str) -> str:
    """Return the policy's name of a script: what the escaping already prevents shall not run either."""
    return f"'{sha256_of(script)}'" if script else "'none'"


def sha256_of(text: str) -> str:
    """Return how a Content-Security-Policy names a script or a style sheet by its content."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
