"""Questions and their answers by script, one of each kind that the chat page shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from index.types import Article
from qa.types import Added, Answer, Constraint, Demand, Form, Overview, Position, Question, Reason, Span, Verdict
from tests.qa_fakes import article, candidate, cite, passage, position

# Lines enough that the words cited lie far below the edge of any window.
FILLER = "\n\n".join(
    f"{n}. Talks went on behind closed doors, and neither side would say how far they had come. Officials spoke of a "
    "calm mood; diplomats who were not in the room spoke of long silences and longer dinners."
    for n in range(1, 25)
)
TIMES = article(
    "times-0120",
    "The Kremlin said Wednesday that any improvement depends on the new president.\n\nThe 2010 New START treaty — the "
    "last remaining nuclear pact between the countries — limits both sides to 1,500 nuclear warheads each and is set "
    f"to expire Feb. 5.\n\n{FILLER}",
    published=date(2021, 1, 20),
    title="Russia Says Better Ties With U.S. Up to Biden",
    source="The Moscow Times",
    url="https://times.example/2021/01/20/better-ties",
)
RAPPLER = article(
    "rappler-0124",
    f"Kremlin spokesman Dmitry Peskov said dialogue was possible. 😀\n\n{FILLER}\n\nOne of the burning issues to be "
    "resolved by the two nuclear powers is the arms control treaty, known as New START, which is due to expire on "
    "February 5.\n\nThe Reuters report ends here.",
    published=date(2021, 1, 24),
    title="Kremlin says Putin ready for dialogue if US willing",
    source="Rappler",
    url="https://rappler.example/kremlin",
)
PRESS = article(
    "press-0126",
    "Biden and Putin talked on the phone for the first time. It will expire in February this year. If the two parties "
    "agree on the extension agreement, the term can be extended for another five years to 2026.",
    published=date(2021, 1, 26),
    title="Biden and Putin talked on the phone for the first time",
    source="YCPress",
)
TUNNEL_THEN = article(
    "tunnel-march",
    "The Harbour tunnel will reopen on April 2, the council said. Repairs have cost 4.1 million euros so far.",
    published=date(2024, 3, 4),
    title="Harbour tunnel to reopen in spring",
    source="Port Gazette",
    url="https://gazette.example/tunnel-spring",
)
TUNNEL_ALSO = article(
    "tunnel-march-2",
    "Drivers can look forward to April 2, when the tunnel opens again.",
    published=date(2024, 3, 11),
    title="What drivers need to know",
    source="Harbour Radio",
)
TUNNEL_NOW = article(
    "tunnel-april",
    "The Harbour tunnel will not reopen on April 2: engineers found new cracks. It is now to open on June 17.",
    published=date(2024, 3, 28),
    title="Tunnel stays shut until June",
    source="Port Gazette",
    url="https://gazette.example/tunnel-june",
)
HOSTILE = article(
    "hostile",
    "It was <img src=x onerror=\"window.ran='text'\"> reported \u202edesrever\u202c that <script>window.ran='script'"
    "</script> the bridge is closed.",
    published=date(2024, 5, 1),
    title="<img src=x onerror=\"window.ran='title'\">Bridge\u202e closed",
    source="<b>Bold</b> News",
    url="javascript:window.ran='url'",
)
ARTICLES = {a.id: a for a in (TIMES, RAPPLER, PRESS, TUNNEL_THEN, TUNNEL_ALSO, TUNNEL_NOW, HOSTILE)}

THREE = "When does New START expire?"
FOLLOW_UP = "And how many warheads does it allow?"
SUPERSEDED = "When does the Harbour tunnel reopen?"
VERDICT = "Has the tunnel reopened?"
LISTING = "Which newspapers wrote about the tunnel?"
OVERVIEW = "What do you know about New START?"
ABSTENTION = "Who designed the tunnel?"
UNSETTLED = "Has the mayor resigned?"
DATED = "What was said of the tunnel in early March?"
HOSTILE_QUESTION = "Is the bridge closed?"
EXAMPLES = [THREE, SUPERSEDED, VERDICT, LISTING, OVERVIEW]


def _fact(question: str, *positions: Position, **more: object) -> Answer:
    return replace(Answer(Question(question), positions[0].confidence, positions), **more)  # type: ignore[arg-type]


def _said(
    words: str, of: Article, *more: tuple[Article, str], confidence: float, normalized: str | None = None
) -> Position:
    cited = tuple(cite(candidate(passage(a), text, 1.0)) for a, text in ((of, words), *more))
    return Position(words, confidence, cited, n_sources=len(cited), normalized=normalized)


_APRIL = replace(
    position("April 2", TUNNEL_THEN, TUNNEL_ALSO, confidence=0.55, normalized="2024-04-02"), is_superseded=True
)
_JUNE = position("June 17", TUNNEL_NOW, confidence=0.82, normalized="2024-06-17")
_SHUT = position(
    "The Harbour tunnel will not reopen on April 2: engineers found new cracks.", TUNNEL_NOW, confidence=0.9
)
_OPEN = position("The Harbour tunnel will reopen on April 2, the council said.", TUNNEL_THEN, confidence=0.7)

ANSWERS = {
    answer.question.text: answer
    for answer in (
        _fact(
            THREE,
            _said(
                "February 5",
                RAPPLER,
                (PRESS, "February this year"),
                (TIMES, "Feb. 5"),
                confidence=0.86,
                normalized="2021-02-05",
            ),
            _said("2026", PRESS, confidence=0.6, normalized="2026"),
            timings_ms={"retrieve": 12.0, "read": 140.0, "total": 168.4},
        ),
        replace(
            _fact(
                FOLLOW_UP, _said("1,500 nuclear warheads", TIMES, confidence=0.78, normalized="1500 nuclear warhead")
            ),
            question=Question(
                FOLLOW_UP,
                standalone="How many warheads does New START allow?",
                added=(Added("New START", "“it” stands for the foremost thing that was talked of"),),
            ),
        ),
        _fact(SUPERSEDED, _JUNE, _APRIL),
        _fact(VERDICT, _SHUT, _OPEN, form=Form.YES_NO, verdict=Verdict.NO),
        _fact(
            LISTING,
            _said("Harbour tunnel", TUNNEL_THEN, confidence=0.71),
            _said("Drivers", TUNNEL_ALSO, confidence=0.58),
            _said("engineers", TUNNEL_NOW, confidence=0.41),
            form=Form.LIST,
        ),
        _fact(
            OVERVIEW,
            _said(
                RAPPLER.text[RAPPLER.text.index("One of") : RAPPLER.text.index("\n\nThe Reuters")],
                RAPPLER,
                confidence=1.0,
            ),
            _said(TIMES.text[TIMES.text.index("The 2010") : TIMES.text.index(f"\n\n{FILLER}")], TIMES, confidence=1.0),
            form=Form.OVERVIEW,
            overview=Overview(
                "New START",
                3,
                date(2021, 1, 20),
                date(2021, 1, 26),
                {"Rappler": 1, "The Moscow Times": 1, "YCPress": 1},
            ),
        ),
        Answer(
            Question(ABSTENTION),
            0.2,
            reason=Reason.LOW_CONFIDENCE,
            nearest=(passage(TUNNEL_NOW), passage(TUNNEL_THEN), passage(RAPPLER)),
        ),
        Answer(
            Question(UNSETTLED),
            0.1,
            reason=Reason.NO_EVIDENCE,
            nearest=(passage(TUNNEL_THEN),),
            form=Form.YES_NO,
            verdict=Verdict.UNSETTLED,
        ),
        _fact(
            DATED,
            _APRIL,
            constraints=(
                Constraint(Demand.WITHIN, "in early March", Span(29, 43), date(2024, 3, 1), date(2024, 3, 10)),
            ),
        ),
        _fact(HOSTILE_QUESTION, position("the bridge is closed", HOSTILE, confidence=0.75)),
    )
}
