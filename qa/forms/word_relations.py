"""Two words -> do they say the same, the opposite, or nothing of each other? Stems and a short list of news verbs."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

_LEAST_COMMON = 5  # letters that begin both words: "Kestria" and "Kestrian", "approve" and "approval"
_MOST_DIFFERENT_ENDING = 4

_IRREGULAR = {
    form: forms.split()[0]
    for forms in """
    agree agreed; arise arose arisen; be is are was were been; beat beaten; become became; begin began begun; break
    broke broken; bring brought; build built; buy bought; catch caught; choose chose chosen; come came; deny denied;
    die died dead death deaths dies; draw drew drawn; drive drove driven; eat ate eaten; fall fell fallen; fight
    fought; find found; fly flew flown; forbid forbade forbidden; forget forgot forgotten; freeze froze frozen; get
    got gotten; give gave given; go went gone; grow grew grown; have has had; hear heard; hide hid hidden; hold
    held; keep kept; know knew known; lay laid; lead led; leave left; lend lent; lose lost loss; make made; mean
    meant; meet met meeting; pay paid payment; rise rose risen; run ran; say said; see saw seen; seek sought; sell
    sold sale; send sent; shake shook shaken; shoot shot; sink sank sunk; sit sat; speak spoke spoken speech; spend
    spent; stand stood; steal stole stolen; strike struck; swear swore sworn; take took taken; teach taught; tell
    told; think thought; throw threw thrown; wear wore worn; win won; withdraw withdrew withdrawn; write wrote
    written
    """.split(";")
    for form in forms.split()
}
# Words that stand for each other in a sentence of news; stems are made of them below.
_ALIKE = """
    accept agree approve back endorse support welcome adopt pass ratify favour favor; acquit clear exonerate; admit
    concede confess acknowledge confirm; allow permit legal authorise authorize; alive survive; appeal; appoint name
    nominate; arrest detain custody; attack strike bomb; attend participate; ban prohibit forbid outlaw bar; beat
    defeat; begin start launch open; block veto; buy acquire purchase; cancel scrap; close shut shutdown closure;
    congratulate congratulatory congratulation; convict guilty; cover include; cut reduce lower; damage destroy
    harm; die kill fatal; end stop halt cease expire finish; fall drop decline decrease sink; fire dismiss sack
    oust; free release; hurt injure wound; join enter; leave quit depart exit; lose; meet; missing; pay; postpone
    delay; promise pledge vow; recommend advise; reopen; resign quit; return; rise increase climb grow; run operate;
    save rescue; sign; step retire resign; stay remain; sue; undamaged unharmed intact; unchanged; win victory
    winner; work function
    """
_OPPOSITE = """
    accept reject refuse decline oppose; acquit convict; admit deny; agree reject refuse disagree; allow ban block;
    approve reject block oppose; arrest free; back oppose; buy sell; close open reopen; damage undamaged; die
    survive alive; end begin continue; extend end; fail hold succeed; fall rise unchanged; find missing; free jail
    imprison; hurt unharmed; join leave; legal illegal; lift impose; lose win; open close; pass fail reject; raise
    cut; ratify reject; reopen close; release detain arrest; rise fall unchanged; safe dangerous unsafe; sign veto;
    stay leave resign; start end; support oppose; vote; win lose; withdraw remain
    """


class Relation(Enum):
    """What one word says of another."""

    SAME = "same"
    OPPOSITE = "opposite"
    NONE = "none"


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Return what the forms of a word share: "close" of "closes", "closed" and "closing"; "win" of "won"."""
    word = re.sub(r"(?:['’]s|['’])$", "", word.lower())
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    for ending, in_place in (
        ("ies", "y"),
        ("ied", "y"),
        ("sses", "ss"),
        ("ing", ""),
        ("ed", ""),
        ("es", ""),
        ("s", ""),
    ):
        if word.endswith(ending) and len(word) - len(ending) > 2 and not word.endswith(("ss", "us", "is")):
            word = word[: -len(ending)] + in_place
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


@lru_cache(maxsize=8192)
def relation(asked: str, said: str) -> Relation:
    """Return what `said`, in a sentence, says of `asked`, in a question."""
    one, other = stem(asked), stem(said)
    if one == other or _ALIKE_BY_STEM.get(one, _NOTHING) & _ALIKE_BY_STEM.get(other, _NOTHING):
        return Relation.SAME
    if {one, other} & {f"un{one}", f"un{other}"} or other in _OPPOSITE_BY_STEM.get(one, _NOTHING):
        return Relation.OPPOSITE
    if one in _OPPOSITE_BY_STEM.get(other, _NOTHING):
        return Relation.OPPOSITE
    return Relation.SAME if _begin_alike(one, other) else Relation.NONE


def _begin_alike(one: str, other: str) -> bool:
    common = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return common >= _LEAST_COMMON and max(len(one), len(other)) - common <= _MOST_DIFFERENT_ENDING


def _groups(text: str) -> list[list[str]]:
    return [[stem(word) for word in line.split()] for line in text.split(";")]


_NOTHING: frozenset[object] = frozenset()
_ALIKE_BY_STEM: dict[str, frozenset[object]] = {}
for _n, _group in enumerate(_groups(_ALIKE)):
    for _stem in _group:
        _ALIKE_BY_STEM[_stem] = _ALIKE_BY_STEM.get(_stem, _NOTHING) | {_n}
_OPPOSITE_BY_STEM: dict[str, frozenset[object]] = {}
for _first, *_others in _groups(_OPPOSITE):
    _OPPOSITE_BY_STEM[_first] = _OPPOSITE_BY_STEM.get(_first, _NOTHING) | set(_others)
