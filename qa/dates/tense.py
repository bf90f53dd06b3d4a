"""Which way a date lies, told from the words around it: "will vote on Tuesday" is to come, "voted on Tuesday" is not."""

from __future__ import annotations

import re
from enum import Enum

from index.types import Span


class Direction(Enum):
    """Before or after the day of writing, or not told."""

    PAST = "past"
    FUTURE = "future"
    UNKNOWN = "unknown"


_REACH = 240  # characters: a cue further away governs something else
_SENTENCE_END = re.compile(
    r"(?<![ .]Mr)(?<!Mrs)(?<![ .]Ms)(?<![ .]Dr)(?<!Sen)(?<!Gov)(?<!Gen)(?<!Rep)(?<![ .][A-Z])"
    r"[.!?]['\"”’)]?\s{1,4}(?=['\"“‘(]?[A-Z\d])|[\n;]"
)
# The present tense of a timetable: "the strike begins on Friday".
_TIMETABLE = (
    "arrives? begins? closes comes? decides ends expires? faces finish(?:es)? go(?:es)? kicks lapses? launches leaves? meets? "
    "opens? reopens? resumes? retires? returns? runs starts takes? testif(?:y|ies) travels"
).split()
_FUTURE = (
    r"(?:will|would|shall|should|could|must|can|may|might|to)\s(?:\w+ly\s|not\s|also\s|now\s)?(?:be|have)\s(?:\w+ly\s)?\w+|"
    r"will\s(?:\w+\s){0,2}[a-z]{2,}ed|(?:will|would|shall|should|could|must|can|may|might)\s(?:\w+ly\s|not\s|also\s)?[a-z]+|predict(?:s|ed)|"
    r"to\s(?:appear|arrive|attend|begin|close|decide|discuss|end|face|fly|go|hold|host|leave|meet|open|play|resume|return|"
    r"sign|speak|start|take|testify|travel|visit|vote)|"
    r"[Ww]ill|won['’]t|['’](?:ll|re)|shall|would|must|should|could|can|may|might|needs?|awaits?|expects?|expected|scheduled|slated|"
    r"due|planned|plans?|forecast|likely|unless|upcoming|ahead\sof|hopes?|aims?|wants?|(?:is|are|was|were|has|have)\sto|set\sto|"
    r"poised\sto|going\sto|ready\sto|(?:agreed|vowed|promised|pledged|asked|invited|prepar\w+)\s(?:\w+\s)?to|is|are|"
    r"(?:postponed|put\soff|delayed|adjourned|deferred)\s(?:to|until|till)|deadline|promised"
)
_IRREGULAR = (
    "said told was were had did has have been became began bought broke brought built came caught chose cut drew drove fell "
    "felt fled flew fought found gave got grew heard held hit hurt kept knew laid led left lent lost made met paid put ran "
    "rang read rose sang sank sat saw sent shook shot shut slept sold spent split spoke spread stole stood struck swam swore "
    "taught thought threw took understood went withdrew woke won wore wrote"
).split()
_PAST_PHRASES = r"(?:able|began|decided|declined|failed|forced|helped|managed|refused|started|voted)\s(?:\w+\s)?to\s\w+"
_NOT_A_PAST = (
    "need indeed hundred speed feed seed exceed proceed succeed united bleed breed weed greed naked sacred wicked aged"
)
_CUE = re.compile(
    rf"\b(?:(?P<past_phrase>{_PAST_PHRASES})|(?P<future>{_FUTURE}|{'|'.join(_TIMETABLE)})|"
    rf"(?P<past>{'|'.join(_IRREGULAR)}|(?<!the\s)(?<!\ba\s)(?<!an\s)(?<!its\s)(?<!['’]s\s)(?!(?:{'|'.join(_NOT_A_PAST.split())})\b)[a-z]{{2,}}ed))\b"
    r"(?!-)"
)
_JUST_BEFORE = re.compile(r"\b(?P<word>since|until|till|by|before|ahead\sof|from)\s{1,4}(?:the\s{1,4}|on\s{1,4}|early\s{1,4}|late\s{1,4})?$", re.I)
# Things that went on up to a date and then ended: "held until March".
_LASTING = re.compile(
    r"\b(?:not|n['’]t|never|lasted|ran|was|were|stayed|remained|lived|ruled|led|served|worked|waited|continued|had|held)\b"
)
_OPENS_CLAUSE = re.compile(r"(?:^|[,:(]|\b(?:and|but|that))[\s\"'“‘]{0,4}(?:(?:on|in|by|early|late)\s)?$", re.IGNORECASE)
_REPORTING = frozenset("said told announced reported added warned confirmed wrote".split())
_HAS_MODAL = re.compile(r"\b(?:will|would|must|should|shall|may|might|can|could|has\sto|have\sto|to\sbe|expected|due|is|are)\b")
_HAD = re.compile(r"\b(?:had|has|have)\b")


def direction(text: str, span: Span) -> Direction:
    """Return which way the time named at `span` lies from the day of writing.

    The nearest verb before it in its sentence decides, else the first after it; a "since", "until" or "by" right before
    it comes first. Looks at a bounded stretch of text.
    """
    before = _sentence_before(text, span.start)
    after = _sentence_after(text, span.end)
    told = _told_by_preposition(before, after)
    if told is not Direction.UNKNOWN:
        return told
    nearest = _last_cue(before)
    if nearest is Direction.UNKNOWN or _OPENS_CLAUSE.search(before):
        following = _first_cue(after)
        return nearest if following is Direction.UNKNOWN else following
    return nearest


def _last_cue(before: str) -> Direction:
    cue = None
    for cue in _CUE.finditer(before):
        pass
    return _told_by(cue)


def _first_cue(after: str) -> Direction:
    """Tell by the first verb after; "..., he said" says nothing of when."""
    return _told_by(next((cue for cue in _CUE.finditer(after) if cue.group() not in _REPORTING), None))


def _told_by(cue: re.Match[str] | None) -> Direction:
    if cue is None:
        return Direction.UNKNOWN
    return Direction.FUTURE if cue.group("future") else Direction.PAST


def sentence_around(text: str, span: Span) -> str:
    """Return the sentence that holds `span`, cut where it goes on for long."""
    return _sentence_before(text, span.start) + text[span.start : span.end] + _sentence_after(text, span.end)


def _told_by_preposition(before: str, after: str) -> Direction:
    match = _JUST_BEFORE.search(before)
    word = match.group("word").lower() if match else ""
    if match is None or word in {"before", "from"}:
        return Direction.UNKNOWN
    before = before[: match.start()]
    if word == "since":
        return Direction.PAST
    if word in {"until", "till"}:
        return _told_by_until(before)
    if word == "by":
        return _told_by_by(before, after)
    return Direction.FUTURE


def _told_by_until(before: str) -> Direction:
    is_over = _LASTING.search(before) and not _HAS_MODAL.search(before)
    return Direction.PAST if is_over else Direction.FUTURE


def _told_by_by(before: str, after: str) -> Direction:
    """Tell "must agree by Friday" from "had spread to six cities by Friday"."""
    if _HAS_MODAL.search(before):
        return Direction.FUTURE
    is_done = _HAD.search(before) or re.match(r",?\s(?:[\w’']+\s){0,3}(?:had|was|were|[a-z]{2,}ed)\b", after)
    return Direction.PAST if is_done else Direction.FUTURE


def _sentence_before(text: str, start: int) -> str:
    window = text[max(0, start - _REACH) : start]
    for end in reversed(list(_SENTENCE_END.finditer(window))):
        return window[end.end() :]
    return window


def _sentence_after(text: str, end: int) -> str:
    window = text[end : end + _REACH]
    stop = _SENTENCE_END.search(window)
    return window[: stop.start()] if stop else window
