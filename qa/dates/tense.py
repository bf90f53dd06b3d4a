"""Which way a date lies, told from the words around it: "will vote on Tuesday" is to come, "voted on Tuesday" isn't."""

from __future__ import annotations

import re
from enum import Enum

from index.types import Span


class Direction(Enum):
    """Before or after the day of writing, or not told."""

    PAST = "past"
    FUTURE = "future"
    UNKNOWN = "unknown"


# "Moved from May 6 to June 10" tells two days, both to come when the first was planned, and no stretch of time.
MOVED = re.compile(
    r"\b(?:moved|postponed|delayed|deferred|extended|rescheduled|shifted|changed|adjourned"
    r"|(?:put|pushed|moved)\s(?:back|off)|(?:brought|moved)\sforward)\s{1,4}$",
    re.IGNORECASE,
)
_REACH = 240  # characters: a cue further away governs something else
_SENTENCE_END = re.compile(
    r"(?<![ .]Mr)(?<!Mrs)(?<![ .]Ms)(?<![ .]Dr)(?<!Sen)(?<!Gov)(?<!Gen)(?<!Rep)(?<![ .][A-Z])"
    r"[.!?]['\"”’)]?\s{1,4}(?=['\"“‘(]?[A-Z\d])|[\n;]"
)
_ADVERB = r"(?:\w+ly\s|not\s|also\s|now\s)?"
_MODAL = "will|would|shall|should|could|must|can|may|might"
# What is still to come; whole phrases, so that the participle in "will be closed" doesn't count as a past tense.
_FUTURE = rf"""
    (?:{_MODAL}|to)\s{_ADVERB}(?:be|have)\s(?:\w+ly\s)?\w+
  | will\s(?:\w+\s){{0,2}}[a-z]{{2,}}ed
  | (?:{_MODAL})\s{_ADVERB}[a-z]+
  | [Ww]ill | {_MODAL} | won['’]t | ['’](?:ll|re) | is | are | (?:was|were|has|have)\sto
  | needs? | awaits? | expect(?:s|ed)? | predict(?:s|ed)? | scheduled | slated | plans? | planned
  | forecast | due(?=\s(?!to\s)) | (?:is|are|was|were|be|been)\s{_ADVERB}due  # not "closed due to snow"
  | likely | unless | upcoming | ahead\sof | hopes? | aims? | wants? | deadline | promised
  | (?:set|poised|going|ready|agreed|vowed|promised|pledged|asked|invited|prepar\w+)\s(?:\w+\s)?to
  | (?:postponed|put\s(?:off|back)|pushed\sback|brought\sforward|delayed|adjourned|deferred|rescheduled|extended)\s
    (?:from\s[^.;]{{1,30}}?\s)?(?:to|until|till)
  | moved\sfrom\s[^.;]{{1,20}}?\d{{1,4}}\sto
  | to\s(?:appear|arrive|attend|begin|close|decide|discuss|end|face|fly|go|hold|host|leave|meet|open|play|resume
         |return|sign|speak|start|take|testify|travel|visit|vote)
    # the present tense of a timetable: "the strike begins on Friday"
  | arrives? | begins? | closes | comes? | decides | ends | expires? | faces | finish(?:es)? | go(?:es)? | kicks
  | lapses? | launches | leaves? | meets? | opens? | reopens? | resumes? | retires? | returns? | runs | starts
  | takes? | testif(?:y|ies) | travels
"""
# Tried before the future's "to": "was forced to close".
_DONE = r"(?:able|began|decided|declined|failed|forced|helped|managed|refused|started|voted)\s(?:\w+\s)?to\s\w+"
_PAST = r"""
    said | told | announced | reported | confirmed | added | warned
  | was | were | had | did | has | have | been | became | began | bought | broke | brought | built | came
  | caught | chose | cut | drew | drove | fell | felt | fled | flew | fought | found | gave | got | grew | heard | held
  | hit | hurt | kept | knew | laid | led | left | lent | lost | made | met | paid | put | ran | rang | read | rose
  | sang | sank | sat | saw | sent | shook | shot | shut | slept | sold | spent | split | spoke | spread | stole | stood
  | struck | swam | swore | taught | thought | threw | took | understood | went | withdrew | woke | won | wore | wrote
    # a past tense in -ed; after an article it is an adjective: "the revised code"
  | (?<!the\s)(?<!\ba\s)(?<!an\s)(?<!its\s)(?<!['’]s\s)
    (?!(?:aged|bleed|breed|exceed|feed|greed|hundred|indeed|naked|need|proceed|sacred|seed|speed|succeed|weed|wicked)\b)
    [a-z]{2,}ed
"""
_CUE = re.compile(rf"\b(?:(?P<done>{_DONE})|(?P<future>{_FUTURE})|(?P<past>{_PAST}))\b(?!-)", re.VERBOSE)
_JUST_BEFORE = re.compile(
    r"\b(?P<word>since|later|earlier|until|till|by|before|ahead\sof|from)\s{1,4}(?:(?:the|on|early|late)\s{1,4})?$",
    re.IGNORECASE,
)
# Things that went on up to a date and then ended: "held until March".
_LASTING = re.compile(
    r"\b(?:not|n['’]t|never|lasted|ran|was|were|stayed|remained|lived|ruled|led|served|worked|waited|continued|had|held)\b"
)
_OPENS_CLAUSE = re.compile(
    r"(?:^|[,:(]|\b(?:and|but|that))[\s\"'“‘]{0,4}(?:(?:on|in|by|early|late)\s)?$", re.IGNORECASE
)
_REPORTING = frozenset("said told announced reported added warned confirmed wrote".split())
_NOTHING_SAID = re.compile(r"\s?(?:[.,;:)\"”]|$)|\s[A-Z]")
_HAS_MODAL = re.compile(rf"\b(?:{_MODAL}|has\sto|have\sto|to\sbe|expected|due|is|are)\b")
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
    cues = list(_CUE.finditer(before))
    return _told_by(cues[-1] if cues else None)


def _first_cue(after: str) -> Direction:
    """Tell by the first verb after; "..., he said." and "said Costa" say nothing of when."""
    cues = _CUE.finditer(after)
    return _told_by(next((cue for cue in cues if not _is_attribution(cue)), None))


def _is_attribution(cue: re.Match[str]) -> bool:
    """Say whether a verb of saying only names the speaker: nothing that was said follows it."""
    return cue.group() in _REPORTING and bool(_NOTHING_SAID.match(cue.string, cue.end()))


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
    if match is None or word == "before":
        return Direction.UNKNOWN
    before = before[: match.start()]
    if word == "from":
        return Direction.FUTURE if MOVED.search(before) else Direction.UNKNOWN
    if word in {"since", "later", "earlier"}:  # "later Tuesday" is written on Tuesday, or after
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
    ends = list(_SENTENCE_END.finditer(window))
    return window[ends[-1].end() :] if ends else window


def _sentence_after(text: str, end: int) -> str:
    window = text[end : end + _REACH]
    stop = _SENTENCE_END.search(window)
    return window[: stop.start()] if stop else window
