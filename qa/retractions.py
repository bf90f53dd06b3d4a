"""Sentences that take an answer back: "will not reopen on April 2", "moved from 5 June to 19 June", "had been due"."""

from __future__ import annotations

import re

from index.types import Span

_CHANGED = (
    r"(?:cancel+ed|scrapped|scrubbed|called\soff|postponed|delayed|put\s(?:off|back)|pushed\s(?:back|to)|moved|abandoned"
    r"|dropped|withdrawn|missed|corrected|revised|lowered|raised|cut|wrong|too\s(?:high|low)|replaced|dismissed|sacked"
    r"|fired|removed|ousted|vacated|extended|no\slonger|off\sthe\stable|out\sof\sreach|history)"
)
_PLANNED = r"(?:due|set|scheduled|slated|planned|expected|supposed|meant|intended|pencilled)"
# The rest of a clause; a comma within a date ("on Tuesday, April 2") doesn't end it.
_ON = r"(?:[^,;:.]|,(?=\s?$)|\.(?=\w))*$"
_BEFORE = re.compile(
    rf"""
      (?:\b(?:not|never|no\slonger)\b(?!\sonly)|n['’]t\b) {_ON}
    | \bhad\sbeen\s(?:\w+\s)?(?:{_PLANNED}|to)\b {_ON}
    | \b(?:was|were)\s(?:\w+ly\s)?{_PLANNED}\b {_ON}
    | \b(?:would|should|was\sto|were\sto)\shave\b {_ON}
    | \b(?:originally|initially|previously|formerly|at\sfirst|earlier|provisionally)\b {_ON}
    | \b(?:provisional|original|initial|previous|former|outgoing|ex-?)\b (?:[^,;:.]|,(?=\s?$)){{0,25}}$
    | \bpredecessors?,?\s $
    | \b(?:instead\sof|rather\sthan|in\splace\sof|(?:up|down|revised|lowered|raised|cut|reduced)\sfrom
         |beat|defeat(?:s|ed|ing)|unseat(?:s|ed|ing)|oust(?:s|ed|ing)|replac(?:es|ed|ing)|succeed(?:s|ed|ing)|(?:tak(?:es|ing|en?)|took)\sover\b[^,;:.]{{0,40}}\bfrom
         |miss(?:es|ed|ing)|abandon(?:s|ed|ing)|scrap(?:s|ped|ping)|vacat(?:es|ed|ing))\b [^,;:.]{{0,30}} $
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What an article says of its own past: enough to take back an answer that an older article gave, and only that.
_BEFORE_KNOWN = re.compile(rf"\b(?:had|used\sto|until\snow)\b {_ON}", re.VERBOSE | re.IGNORECASE)
# "will not reopen until May 6", "no earlier than May 6": the date holds.
_HOLDS = re.compile(
    r"\b(?:until|till|before|(?:earlier|sooner|later|more|less|fewer)\sthan)\s(?:\w+\s)?$", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s(?:\w+\s){0,2}$", re.IGNORECASE)
_TO = re.compile(r"^[^,;:.]{0,30}?\sto\s", re.IGNORECASE)
_AFTER = re.compile(
    rf"""
      ^(?:(?!\b(?:and|while|as|after|when|where)\b)[^,;.]){{0,40}}?
        \b(?:was|were|has\sbeen|have\sbeen|had\sbeen|is|are)\s(?:\w+\s)?{_CHANGED}\b
    | ^,\s(?:has|had)\sbeen\s(?:\w+\s)?{_CHANGED}\b
    | ^,?\s(?:who|which)\s(?:has\s|had\s)?(?:\w+\s)?(?:resigned|retired|stepped\sdown|quit|died|left|was\s{_CHANGED})\b
    | ^(?:,\s[^,;.]{{0,40}},|,)?\s(?:has\s|had\s)?(?:\w+ly\s)?
        (?:resigned|resigns|retired|quit|left|moves|is\sleaving|ste(?:ps|pped)\s(?:down|aside)|(?:bowed|pulled)\sout
          |parted\sways|hand(?:s|ed)\sover)\b
    | ^\s(?:(?:will|would)\snot|won['’]t)\s(?:now\s|after\sall\s)?
        (?:take\s(?:up|over|office)|become|succeed|serve|return|stand|stay|remain|lead|join|coach|conduct|host)\b
    | ^\s(?:withdrew|withdraws|has\swithdrawn|turned\sdown|turns\sdown)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_REACH = 300  # characters on either side: what stands further off belongs to another clause
_NEW_CLAUSE = re.compile(
    r"\bbut\b|\b(?:said|says|announced|confirmed)\s(?!on\b)|,\s(?:and|so|or|it|he|she|they|which|who)\b|;",
    re.IGNORECASE,
)


def is_taken_back(text: str, sentence: Span, span: Span, *, was_said_before: bool = False) -> bool:
    """Say whether `sentence` of `text` says that what stands at `span` doesn't hold, or no longer.

    :param was_said_before: an older article gave it as its answer; then it is enough that this one speaks of it as of
        something past ("it had been aiming for 1.3 billion").
    """
    before = _NEW_CLAUSE.split(text[max(sentence.start, span.start - _REACH) : span.start])[-1]
    after = text[span.end : min(sentence.end, span.end + _REACH)]
    if _HOLDS.search(before):
        return False
    if _FROM.search(before) and _TO.search(after):
        return True
    if _BEFORE.search(before) or _AFTER.search(after):
        return True
    return was_said_before and bool(_BEFORE_KNOWN.search(before))
