"""What the chat faces say to a remark that is no question: a greeting, thanks, "what can you do?"."""

from __future__ import annotations

from qa.conversation.small_talk import ABILITIES, SmallTalk, small_talk_of
from qa.rendering import collection_in_words, printable
from qa.server.service import Service
from qa.types import Answer, Question, Reason

_REPLIES = {
    SmallTalk.THANKS: "You're welcome.",
    SmallTalk.GOODBYE: "Goodbye.",
    SmallTalk.SHOW_ARTICLE: "The number behind an answer opens its article, at the sentence.",
}


def answer_to_remark(question: Question) -> Answer:
    """Return the answer to what asks nothing: none, and nothing was searched."""
    return Answer(question, 0.0, reason=Reason.NO_EVIDENCE)


async def reply_to_remark(text: str, service: Service) -> str | None:
    """Return what to say to small talk; None where the text may be a question about the articles."""
    remark = small_talk_of(text)
    if remark is None or remark in _REPLIES:
        return _REPLIES[remark] if remark else None
    held = await service.examples()
    hello = "Hello. " if remark is SmallTalk.GREETING else ""
    examples = f" For example: {' '.join(map(printable, held.questions))}" if held.questions else ""
    return f"{hello}I answer from {collection_in_words(held.held)}. {ABILITIES}{examples}"
