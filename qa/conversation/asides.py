"""Remarks about the last answer: "More", "Are you sure?", "Who said that?", "When was that?"."""

from __future__ import annotations

import re
from enum import Enum

_MOST_CHARACTERS = 100


class Aside(Enum):
    """What a remark wants to know of the last answer."""

    MORE = "more"
    SURE = "sure"
    WHO_SAID = "who said"
    WHEN = "when"


_THAT = r"(?:that|this|it|so)"
_PATTERNS = {
    Aside.MORE: (
        r"(?:(?:please )?(?:show|tell|give) me )?(?:any |some |even )?(?:more|further)"
        r"(?: (?:answers?|passages?|results?|evidence|sources?|quotes?))?(?: please)?|(?:and )?what else|anything else|"
        r"is there (?:any )?more|go on|continue"
    ),
    Aside.SURE: (
        rf"(?:are you (?:really |quite |absolutely )?(?:sure|certain)(?: (?:about|of) {_THAT})?|really|seriously|"
        rf"how (?:sure|certain) (?:are you|is {_THAT})(?: about {_THAT})?|"
        rf"is {_THAT} (?:really )?(?:true|right|correct|certain)|how do you know(?: {_THAT})?)"
    ),
    Aside.WHO_SAID: (
        rf"who (?:said|says|claims|claimed|reported|reports|wrote|writes) {_THAT}|says who|according to whom?"
    ),
    Aside.WHEN: (
        rf"when (?:was|is) {_THAT}|when did {_THAT} happen|when exactly(?: was {_THAT})?|what date was {_THAT}"
    ),
}
_WHOLE = {aside: re.compile(rf"(?:{pattern})\W*", re.IGNORECASE) for aside, pattern in _PATTERNS.items()}


def aside_of(text: str) -> Aside | None:
    """Return what all of `text` wants to know of the last answer; None if it asks something else."""
    if len(text) > _MOST_CHARACTERS:
        return None
    remark = " ".join(text.split())
    return next((aside for aside, pattern in _WHOLE.items() if pattern.fullmatch(remark)), None)
