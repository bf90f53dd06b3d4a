"""Does a sentence say that it is so?"""

from __future__ import annotations

import pytest

from qa.conversation.mentions import words_of
from qa.forms.polarity import Polarity, is_opposite_particle, polarity_at


@pytest.mark.parametrize(
    ("sentence", "verb", "expected"),
    [
        ("The bridge reopened on Wednesday.", "reopened", Polarity.AFFIRMED),
        ("The council has yet to decide.", "decide", Polarity.DENIED),
        ("She did not resign, as many had demanded.", "resign", Polarity.DENIED),
        ("Nobody was charged.", "charged", Polarity.DENIED),
        ("The railway cancelled no trains.", "cancelled", Polarity.DENIED),
        ("Halden refused to pay.", "pay", Polarity.DENIED),
        ("He had no plans to return.", "return", Polarity.DENIED),
        ("He had no plans to return.", "plans", Polarity.DENIED),
        ("They never denied that it would close.", "close", Polarity.PLANNED),
        ("It did not rain, but the match was stopped.", "stopped", Polarity.AFFIRMED),
        ("The plant will close in May.", "close", Polarity.PLANNED),
        ("Norland to close last plant", "close", Polarity.PLANNED),
        ("They managed to close it.", "close", Polarity.AFFIRMED),
        ("The minister may resign.", "resign", Polarity.OPEN),
        ("He was accused of taking money.", "taking", Polarity.OPEN),
        ("She not only resigned, she left.", "resigned", Polarity.AFFIRMED),
    ],
)
def test_cues_before_the_verb_tell_what_is_said_of_it(sentence: str, verb: str, expected: Polarity) -> None:
    words = words_of(sentence)
    assert polarity_at(words, [word.text for word in words].index(verb)) is expected


def test_voting_against_is_not_voting_for() -> None:
    assert is_opposite_particle("for", "against")
    assert not is_opposite_particle("for", "for")
    assert not is_opposite_particle("", "against")
