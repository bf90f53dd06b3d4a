"""The words of a question that are worth looking up: lower case, in order, each once, stop words dropped."""

from __future__ import annotations

import re

# 64 distinct words are more than any question has; the cap bounds the work that a pasted document can ask for.
MAX_TERMS = 64

# Function words and the words that only make a sentence a question. Small on purpose: BM25 gives a frequent word
# little weight anyway, dropping it saves scoring every chunk (131 ms against 27 ms at 100,000 chunks).
# "may" and "will" stay in: a month and a name. So do "not" and "us": "U.S." is often written so.
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being both but by can could did do does
    doing done each either few for from had has have having he her here hers him his how i if in into is it its
    itself just many me more most much my no nor of off on once one only or other our ours out over own please same
    say says said she should so some such tell than that the their theirs them then there these they this those
    through to too under until up upon very was we were what whatever when where whether which while who whom whose
    why with would you your yours
    """.split()
)

# A run of letters and digits, with the marks that hold names and numbers together: COVID-19, O'Brien, 3,000, U.S.
_COMPOUND = re.compile(r"[^\W_]+(?:[-'’.,:/][^\W_]+)*")
_PIECE = re.compile(r"[^\W_]+")


def query_terms(query: str) -> list[str]:
    """Return the terms of `query`: single words, or phrases such as "3 000" and "u s" whose parts mean little alone.

    At most `MAX_TERMS`. Stop words are kept only where there is nothing else. Terms hold letters, digits and single
    spaces, nothing that a query language could take for syntax.
    """
    terms: dict[str, None] = {}
    stop_words: dict[str, None] = {}
    shouts = query.isupper()
    for compound in _COMPOUND.findall(query):
        is_acronym = compound.isupper() and len(compound) > 1 and not shouts  # WHO and IT are no stop words
        for term in _terms_of(_PIECE.findall(compound.lower())):
            (stop_words if term in STOP_WORDS and not is_acronym else terms).setdefault(term)
        if len(terms) >= MAX_TERMS:
            break
    return list(terms or stop_words)[:MAX_TERMS]


def _terms_of(pieces: list[str]) -> list[str]:
    if len(pieces) > 1 and all(len(piece) == 1 or piece.isdigit() for piece in pieces):
        return [" ".join(pieces)]  # 3,000 and 9:30 and U.S.
    # What an apostrophe cuts off (Trump's, don't) is a letter that says nothing; O'Brien loses the o, keeps brien.
    return [piece for piece in pieces if len(pieces) == 1 or len(piece) > 1 or piece.isdigit()]
