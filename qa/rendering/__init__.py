"""Answer -> what people and programs see: JSON, the terminal, Markdown."""

from qa.rendering.json_shape import article_dict, citation_dict, events_dict, to_dict, underway_dict
from qa.rendering.markdown import to_markdown
from qa.rendering.terminal import citation_lines, events_to_terminal, passage_lines, to_terminal
from qa.rendering.words import (
    N_NEAREST_SHOWN,
    collection_in_words,
    confidence_in_words,
    constraint_note,
    day_in_words,
    headline,
    in_plain_words,
    notes_on,
    one_line,
    overview_in_words,
    printable,
    reason_in_words,
    scope_note,
    sentence_parts,
    summary_of,
    understood_as,
)

__all__ = [
    "N_NEAREST_SHOWN",
    "article_dict",
    "citation_dict",
    "citation_lines",
    "collection_in_words",
    "confidence_in_words",
    "constraint_note",
    "day_in_words",
    "events_dict",
    "events_to_terminal",
    "headline",
    "in_plain_words",
    "notes_on",
    "one_line",
    "overview_in_words",
    "passage_lines",
    "printable",
    "reason_in_words",
    "scope_note",
    "sentence_parts",
    "summary_of",
    "to_dict",
    "to_markdown",
    "to_terminal",
    "understood_as",
    "underway_dict",
]
