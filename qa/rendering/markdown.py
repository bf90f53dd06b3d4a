"""Answers -> Markdown, as a saved conversation holds them; no markup of an article survives."""

from __future__ import annotations

import re

from qa.rendering.words import (
    heading_of,
    headline,
    how_sure,
    in_plain_words,
    notes_on,
    one_line,
    printable,
    reason_in_words,
    summary_of,
    understood_as,
)
from qa.types import Answer, Citation, Form

_MARKUP = re.compile(r"[\\`*_\[\]~|#]")


def to_markdown(answer: Answer) -> str:
    """Return the question and its answer as Markdown, with numbered citations."""
    lines = [f"**{plain(answer.question.text)}**"]
    if understood := understood_as(answer):
        lines.append(f"*{plain(understood)}*")
    if summary := summary_of(answer):
        lines.append(plain(summary))
    elif answer.reason:
        lines.append(f"No answer. {reason_in_words(answer)}")
    if answer.form is Form.LIST and len(answer.positions) > 1:
        lines.append("The articles name:")
    lines += _positions(answer)
    lines += [plain(note) for note in notes_on(answer)]
    return "\n\n".join(lines) + "\n"


def _positions(answer: Answer) -> list[str]:
    lines: list[str] = []
    n = 0
    heading = ""
    for position in answer.positions:
        if lines and heading != (heading := heading_of(answer, position)):
            lines.append(heading)
        sure = how_sure(answer, position)
        answer_in_words = plain(f"{one_line(position.text)}{in_plain_words(position)}")
        lines.append(f"{answer_in_words}{f' ({sure})' if sure else ''}")
        cited = []
        for citation in position.citations:
            n += 1
            cited.append(f"{n}. {_markdown_citation(citation)}")
        lines.append("\n".join(cited))
    return lines


def _markdown_citation(citation: Citation) -> str:
    article = citation.article
    heading = plain(headline(article))
    linked = f"[{heading}](<{citation.url}>)" if citation.url else heading
    line = f":{citation.line}" if citation.line else ""
    path = f" ({plain(article.path)}{line})" if article.path else ""
    return f"> {plain(one_line(citation.sentence_text))}  \n   {linked}{path}"


def plain(text: str) -> str:
    """Return `text` so that Markdown and HTML show it as it stands."""
    return _MARKUP.sub(r"\\\g<0>", printable(text)).replace("&", "&amp;").replace("<", "&lt;")
