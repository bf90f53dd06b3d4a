"""A follow-up question in the light of its history -> a question that stands on its own. Pure: no models, no I/O.

    history = [Turn("When does New START expire?", "Feb. 5")]
    rewrite("And when was it signed?", history).standalone  # "When was New START signed?"

The gate (`gate`) decides whether the question depends on the history at all. If it does, pronouns and bare nouns give
way to what they stand for (`rewriting`, with `focus` for what is in the foreground and `mentions` for what there is),
questions about the last answer are put in full (`asking_back`), and a few words of the last turn go along in
the search (`carrying`). What it takes to be right, and how often it is: docs/conversation.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.conversation.carrying import carried_terms
from qa.conversation.rewriting import MOST_CHARACTERS, Context, understood
from qa.types import Added, Turn

__all__ = ["Rewritten", "rewrite"]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question in the light of its history.

    `standalone` is what the reader sees. `expanded` is what is searched for beside it: the same with further words of
    the last turn; "" where the question doesn't depend on the history. `added` tells each term with its reason,
    `signals` why it was taken to depend.
    """

    standalone: str
    expanded: str = ""
    added: tuple[Added, ...] = ()
    signals: tuple[str, ...] = ()


def rewrite(question: str, history: Sequence[Turn]) -> Rewritten:
    """Return `question` as it reads without its history; unchanged where it doesn't depend on it.

    Where it only may depend (it is short and names nothing, say, and shares no word with the history) the reader sees
    it unchanged and the search alone is widened. The work is bounded however long the history is.
    """
    if not history or len(question) > MOST_CHARACTERS:  # a pasted document is no follow-up
        return Rewritten(question)
    context = Context.of(history)
    read = understood(question, context)
    signals = read.signals.strong or read.signals.weak
    if not signals:
        return Rewritten(question)
    carried = carried_terms(read.standalone, last_question=context.last_question, last_answer=context.last_evidence)
    expanded = " ".join([read.standalone, *(added.term for added in carried)])
    return Rewritten(read.standalone, expanded, (*read.added, *carried), signals)
