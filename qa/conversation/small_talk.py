"""What people say to a machine that answers questions and that is no question about the articles."""

from __future__ import annotations

import re
from enum import Enum

ABILITIES = "Ask who, what, when, where or how many; every answer comes with the sentence that it is taken from."
_MOST_CHARACTERS = 100


class SmallTalk(Enum):
    """What a remark is."""

    GREETING = "greeting"
    THANKS = "thanks"
    ABILITIES = "abilities"
    GOODBYE = "goodbye"
    SHOW_ARTICLE = "show article"


_ADDRESSED = r"(?: (?:there|all|everyone|dateline|bot|you|mate|friend|again|so much|very much|a lot|to you))*"
_ADDRESSEE = re.compile(r"(?:dateline|bot|everyone|all|mate|friend|there)", re.IGNORECASE)
_PATTERNS = {
    SmallTalk.GREETING: (
        r"(?:hi|hiya|heya|hello|hey|howdy|greetings|yo|good (?:morning|afternoon|evening|day)|nice to meet you|"
        rf"how are (?:you|things)(?: doing)?(?: today)?|how(?:'s| is) it going|what's up|"
        rf"(?:is )?any(?:one|body) (?:there|here|home)){_ADDRESSED}"
    ),
    SmallTalk.THANKS: (
        r"(?:(?:ok|okay|great|perfect|cool) )?(?:thanks|thank you|thank u|thx|ty|cheers|much appreciated|many thanks|"
        r"that(?:'s| is| was) (?:very |really )?(?:helpful|useful|great|good|perfect|all)|that helps|"
        r"ok|okay|alright|great|perfect|cool|nice|wonderful|brilliant|ta|awesome|excellent|super|got it|i see|"
        r"(?:good|great) (?:job|answer)|well done)"
        rf"{_ADDRESSED}"
    ),
    SmallTalk.ABILITIES: (
        r"(?:please )?(?:help(?: me)?|what (?:can|could|do) (?:you|i|this)(?: thing| tool)?(?: do| know| ask| answer)?"
        r"(?: here| for me| about| you| me)*|what (?:are|is) (?:you|this)(?: tool)?(?: for)?|"
        r"who (?:are|made|built|wrote) (?:you|this)|"
        r"how (?:do(?:es)?|can|should) (?:you|i|this|it)(?: thing| tool)? (?:work|use (?:you|this|it)|start|ask)|"
        r"what's this|what (?:(?:kind|sort|type)s? of )?(?:questions|things) can i ask(?: you)?|"
        r"(?:give me |show me )?(?:some |an )?example questions?|examples?|instructions|usage)"
    ),
    SmallTalk.GOODBYE: (
        rf"(?:bye(?:[- ]bye)?|good ?bye|see you(?: later| soon| tomorrow| around)?|so long|farewell|"
        rf"good night|cya){_ADDRESSED}"
    ),
    SmallTalk.SHOW_ARTICLE: (
        r"(?:please |can (?:you|i) |could (?:you|i) |may i )?(?:show|open|give|see|read|let me (?:see|read))(?: me)?"
        r"(?: up)? (?:the |that |this )?"
        r"(?:(?:whole|full|original|entire) )?(?:article|story|source|text)(?: it(?:'s| is) from)?(?: please)?"
    ),
}
_WHOLE = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PATTERNS.items()}
_BETWEEN = re.compile(r"[\s,.!?;:()]*[,.!?;:()]+[\s,.!?;:()]*")


def small_talk_of(text: str) -> SmallTalk | None:
    """Return what kind of small talk all of `text` is, its last remark if several; None if it may be a question."""
    if len(text) > _MOST_CHARACTERS:
        return None
    remarks = [remark for remark in _BETWEEN.split(" ".join(text.replace("’", "'").split())) if remark]
    kinds = [_kind_of(remark) for remark in remarks if not (len(remarks) > 1 and _ADDRESSEE.fullmatch(remark))]
    return kinds[-1] if kinds and None not in kinds else None


def _kind_of(remark: str) -> SmallTalk | None:
    return next((kind for kind, pattern in _WHOLE.items() if pattern.fullmatch(remark)), None)
