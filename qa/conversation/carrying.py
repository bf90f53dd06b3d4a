"""Which words of the history go along in the search: few, and the telling ones.

As in HQE (Lin et al. 2020, "Conversational question reformulation via sequence-to-sequence architectures and pretrained
language models", section on historical query expansion) the history is cut down to words that are rare in the
collection; unlike there, the last answer lends some too, and the raw question is searched beside the expanded one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Protocol

from index.terms import query_terms
from qa.conversation.focus import VACUOUS
from qa.conversation.lexicon import FUNCTION_WORDS
from qa.types import Added

# Chosen on the development half; see docs/conversation.md.
_N_FROM_QUESTION = 5
_N_FROM_ANSWER = 3
_USUAL_SHARE = 0.01
_RAREST = 5.0  # a word of one document in 150: rarer ones are no more telling, and often misspelt


class TermStatistics(Protocol):
    """How frequent words are in a collection; the index can serve as one."""

    def share_of_documents(self, term: str) -> float:
        """Return the share of documents that hold `term`, in [0, 1]."""


def telling_terms(text: str) -> list[str]:
    """Return the words of `text` that could be searched for, each once, in order."""
    words = [word for term in query_terms(text) for word in term.split()]
    return [word for word in dict.fromkeys(words) if word not in FUNCTION_WORDS and word not in VACUOUS]


def carried_terms(
    standalone: str, *, last_question: str, last_answer: str, statistics: TermStatistics | None = None
) -> list[Added]:
    """Return the words of the last turn to search for beside `standalone`, which has some of them already."""
    have = stems(standalone)
    of_question = [term for term in telling_terms(last_question) if _stem(term) not in have]
    of_question = _most_telling(of_question, Counter(of_question), _N_FROM_QUESTION, statistics)
    have |= {_stem(term) for term in of_question}
    counts = Counter(re.findall(r"[^\W_]+", last_answer.lower()))
    of_answer = [term for term in telling_terms(last_answer) if _stem(term) not in have and len(term) > 2]
    of_answer = _most_telling(of_answer, counts, _N_FROM_ANSWER, statistics)
    return [
        *(Added(term, "searched for: in the last question") for term in of_question),
        *(Added(term, "searched for: in the last answer") for term in of_answer),
    ]


def _most_telling(terms: list[str], counts: Counter[str], n: int, statistics: TermStatistics | None) -> list[str]:
    """Return the `n` terms frequent in the text and rare in the collection, in their order; the earlier wins a tie."""

    def weight(term: str) -> float:
        share = statistics.share_of_documents(term) if statistics else _USUAL_SHARE
        return math.sqrt(counts[term]) * min(_RAREST, math.log(1 + 1 / max(share, 1e-6)))

    best = sorted(range(len(terms)), key=lambda at: (-weight(terms[at]), at))[:n]
    return [terms[at] for at in sorted(best)]


def stems(text: str) -> set[str]:
    """Return the beginnings of the telling words of `text`: enough to see "expires" in "expire"."""
    return {_stem(term) for term in telling_terms(text)}


def _stem(term: str) -> str:
    return term[:5]
