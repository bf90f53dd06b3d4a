"""Text -> sentences, with exact offsets.

Own rules: on news they beat pysbd, nupunkt and blingfire (boundary F1 0.90 against 0.83 to 0.85 on texts that the
rules were not tuned on; see docs/dependencies.md).
"""

from __future__ import annotations

import re

from index.types import Span

# Never the end of a sentence: something always follows.
_TITLES = frozenset(
    "mr mrs ms dr prof sen sens rep reps gov govs gen lt col sgt capt maj adm cmdr cpl pvt supt insp det "
    "hon rev fr msgr amb st mt ft pres vs v cf eg ie viz approx est ca".split()
)
# Not the end before a number ("Feb. 5", "No. 10", "p. 3"); else an ordinary word decides.
_BEFORE_NUMBER = frozenset(
    "jan feb mar apr jun jul aug sep sept oct nov dec no nos vol art sec fig pp p ch para mon tue tues wed thu thur "
    "thurs fri sat sun".split()
)
# May end a sentence or not: only a word that usually opens one, after it, says so.
_MAYBE = frozenset(
    "inc corp co ltd llc plc jr sr bros etc al dept univ assn ave blvd rd sq hwy calif fla mass mich minn penn tenn "
    "tex wis wash ill ind ariz ark colo conn del kan ky la md miss mo mont neb nev okla ore va vt wyo ala ga".split()
)
_OPENERS = frozenset(
    "a about according after all also although among an and another any as at both but by despite during each earlier "
    "even every few for from he her here his how however i if in instead is it its last later like many meanwhile more "
    "most much my neither next no nobody none nor not nothing now of on once one only or other others our over people "
    "police separately several she since so some soon still such that the their then there these they this those "
    "though thus to today together tomorrow too two under unlike until we what when where whether which while who why "
    "with without yesterday yet you your".split()
)
# What a clock time goes on with: "9 p.m. Eastern", "at 5 a.m. Monday"; any other capital opens a sentence.
_AFTER_CLOCK = re.compile(
    r"[A-Z]{2,4}$|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?$|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r"|(?:Eastern|Pacific|Central|Mountain|Greenwich|Coordinated|British|Moscow|Kyiv|Beijing|London)"
)

# One run of stops is tried once, from its first mark: a line of a million dots costs a million steps, no more.
_STOP = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’»)\]*_]*+(?=\s|$)|[。！？]++[”’」』）]*+")
_BREAK = re.compile(r"(?:\r\n|\r|\n)\s*")
_RULE = re.compile(r"[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*(?=\r?\n|\Z)")
_LIST_MARK = re.compile(r"(?:[-*•▪‣–—►]\s|\d{1,2}[.)]\s|#{1,6}\s|>\s)")
_BYLINE = re.compile(r"by\s+[\[*_]*[A-Z][^\r\n]{1,80}(?<![.!?,;])\s*$", re.MULTILINE)
_WORD_BEFORE = re.compile(r"[\w.'’-]*$")
_WORD_AFTER = re.compile(r"\s*[\"'“‘«(\[*_]*([\w'’-]+)?")
_TERMINAL = re.compile(r"[.!?…:;。！？][\"'”’»)\]*_]*$")
_DOTTED_WORD = re.compile(r"[\w.-]*\w{3,}\.(?:com|org|net|gov|edu|news|ru|uk)|\d+(?:\.\d+)+")  # "example.com", "2.5"
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_MIN_CUT_WORDS = 5  # a line shorter than that is a heading or a menu line, not the first half of a sentence


def sentence_spans(text: str) -> list[Span]:
    """Return the sentences of `text` in order, without the white space around them.

    A line break ends a sentence unless the text is hard-wrapped or the next line goes on in lower case.
    Every character that isn't white space lies in exactly one sentence.
    """
    spans = []
    for block in block_spans(text):
        start = block.start
        for stop in _STOP.finditer(text, block.start, block.end):
            if stop.end() < block.end and _ends_sentence(text, stop, block):
                spans.append(trimmed(text, start, stop.end()))
                start = stop.end()
        spans.append(trimmed(text, start, block.end))
    return spans


def trimmed(text: str, start: int, end: int) -> Span:
    """Return `[start, end)` without the white space at its ends.

    :raises ValueError: if there is nothing else in it.
    """
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip())))


def block_spans(text: str) -> list[Span]:
    """Cut at the line breaks that end a sentence whatever stands before them."""
    breaks = list(_BREAK.finditer(text))
    inner = [b for b in breaks if 0 < b.start() and b.end() < len(text)]
    single = [b for b in inner if _n_lines(b.group()) == 1]
    running_on = sum(_runs_on(text, line_break) for line_break in single)
    hard_wrapped = running_on >= 2 and running_on >= 0.3 * len(single)
    blocks, start = [], 0
    for line_break in inner:
        if _is_block_end(text, line_break, line_start=start, hard_wrapped=hard_wrapped):
            if text[start : line_break.start()].strip():
                blocks.append(trimmed(text, start, line_break.start()))
            start = line_break.end()
    if text[start:].strip():
        blocks.append(trimmed(text, start, len(text)))
    return blocks


def _is_block_end(text: str, line_break: re.Match[str], *, line_start: int, hard_wrapped: bool) -> bool:
    if _LIST_MARK.match(text, line_break.end()) or _is_beside_rule(text, line_break):
        return True
    if _n_lines(line_break.group()) == 1:
        return not (hard_wrapped or _runs_on(text, line_break))
    # A page or an advert cut the sentence in two: "over NATO's", blank line, "expansion into Eastern Europe".
    n_words = len(text[max(line_start, line_break.start() - 200) : line_break.start()].split())
    return not (n_words >= _MIN_CUT_WORDS and _runs_on(text, line_break))


def _is_beside_rule(text: str, line_break: re.Match[str]) -> bool:
    """Say whether the line before or after is a rule ("---"): the end of front matter, a line across the page."""
    before = text[text.rfind("\n", 0, line_break.start()) + 1 : line_break.start()]
    return bool(_RULE.match(text, line_break.end()) or _RULE.fullmatch(before))


def _runs_on(text: str, line_break: re.Match[str]) -> bool:
    """Say whether the next line begins with a word in lower case ("iPhone" is none) and nothing ended before it."""
    word = _FIRST_WORD.match(text, line_break.end(), line_break.end() + 40)
    if not word or not word.group().islower() or _BYLINE.match(text, line_break.end()):
        return False
    before = text[max(0, line_break.start() - 40) : line_break.start()].rstrip()
    return not _TERMINAL.search(before[-4:])


def _n_lines(white_space: str) -> int:
    return white_space.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def _ends_sentence(text: str, stop: re.Match[str], block: Span) -> bool:
    mark = stop.group()
    after = _WORD_AFTER.match(text, stop.end(), block.end)
    next_word = after.group(1) if after else None
    if mark[0] in "。！？":
        return True
    if next_word and next_word[0].islower():
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    word = _word_before(text, stop.start(), block.start)
    if word.isdigit() and stop.start() - len(word) == block.start:  # the number of a list item: "3. Facebook"
        return False
    return _ends_after(word, next_word, closed=len(mark.rstrip("*_")) > 1)


def _ends_after(word: str, next_word: str | None, *, closed: bool) -> bool:
    """Decide by the word before the full stop and the one after; `closed`: a quote or bracket closes after the stop."""
    bare = word.lower().strip("'’.").replace(".", "")
    opens = next_word is not None and re.split("['’]", next_word)[0].lower() in _OPENERS
    if closed:  # only an abbreviation goes on
        return opens or not ("." in word or bare in _TITLES)
    if bare in {"am", "pm"} and "." in word:
        return opens or (next_word is not None and not _AFTER_CLOCK.match(next_word) and not next_word[0].isdigit())
    if bare in _TITLES and "." not in word:
        return False
    if bare in _BEFORE_NUMBER and word[:1].isupper():
        return not (next_word or "0")[0].isdigit() and (opens or bare not in {"no", "nos"})
    if _DOTTED_WORD.fullmatch(word):
        return True
    if re.fullmatch(r"[A-Z]", word):  # an initial: "George W. Bush"; but "Plan B. The next day"
        return opens
    if "." in word.strip(".") or bare in _MAYBE or re.fullmatch(r"[A-Z]-[A-Z][a-z]{1,4}", word):
        return opens  # "U.S.", "Inc.", "D-Calif."
    return True


def _word_before(text: str, end: int, start: int) -> str:
    match = _WORD_BEFORE.search(text[max(start, end - 40) : end])
    return match.group() if match else ""
