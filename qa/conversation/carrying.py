"""Which words of the history go along in the search: few, and of the last turn.

Historical query expansion (Lin et al. 2020, https://arxiv.org/abs/2005.02230) picks words by how rare they are in the
collection. Measured here, position and frequency in the last turn choose as well (docs/conversation.md), and need no
collection.
"""

from __future__ import annotations

import re
from collections import Counter

from index.terms import query_terms
from qa.conversation.focus import VACUOUS
from qa.conversation.lexicon import FUNCTION_WORDS
from qa.types import Added

# Chosen on the development half; see docs/conversation.md.
_N_FROM_QUESTION = 5
_N_FROM_ANSWER = 3


def telling_terms(text: str) -> list[str]:
    """Return the words of `text` that could be searched for, each once, in order."""
    words = [word for term in query_terms(text) for word in term.split()]
    return [word for word in dict.fromkeys(words) if word not in FUNCTION_WORDS and word not in VACUOUS]


def carried_terms(standalone: str, *, last_question: str, last_answer: str) -> list[Added]:
    """Return the words of the last turn to search for beside `standalone`: those that it doesn't have."""
    have = stems(standalone)
    of_question = [term for term in telling_terms(last_question) if _stem(term) not in have][:_N_FROM_QUESTION]
    have |= {_stem(term) for term in of_question}
    of_answer = [term for term in telling_terms(last_answer) if _stem(term) not in have and len(term) > 2]
    return [
        *(Added(term, "searched for: in the last question") for term in of_question),
        *(Added(term, "searched for: in the last answer") for term in _most_frequent(of_answer, last_answer)),
    ]


def stems(text: str) -> set[str]:
    """Return the beginnings of the telling words of `text`: enough to see "expires" in "expire"."""
    return {_stem(term) for term in telling_terms(text)}


def _most_frequent(terms: list[str], text: str) -> list[str]:
    """Return the few terms that a text says most often, in their order; the earlier wins a tie."""
    counts = Counter(re.findall(r"[^\W_]+", text.lower()))
    best = sorted(range(len(terms)), key=lambda at: (-counts[terms[at]], at))[:_N_FROM_ANSWER]
    return [terms[at] for at in sorted(best)]


def _stem(term: str) -> str:
    return term[:5]
