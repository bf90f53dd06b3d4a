"""`python -m eval.bench.conversation FILE...`: follow-ups put in full, against what people made of them.

Files are JSON lines `{"dataset", "id", "history": [utterance...], "question", "rewrite", "answer_passage"?}`, plain or
gzipped: CAsT 2020-2022 and CANARD. What is measured and what came out: docs/conversation.md.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from typing import Annotated, Any, Literal, NamedTuple

import typer

from eval.bench.machine import this_machine
from eval.indexing import temporary_index
from eval.metrics.retrieval import first_hit, reciprocal_rank, success_at
from index.errors import DatelineError
from index.library import Library
from index.terms import query_terms
from index.types import Article, Passage
from qa.assistant import in_its_history, open_library
from qa.config import load_settings
from qa.conversation import Rewritten, rewrite
from qa.errors import DatasetError
from qa.retrieving import retrieve
from qa.types import Question, Turn

Half = Literal["dev", "test"]
Find = Callable[["FollowUp"], Sequence[Passage]]

# Read as examples of the format before the halves were drawn: they can't be in the half to report on.
_READ_BEFORE = frozenset({"cast2021 110", "cast2022 132"})
_NO_ANSWER = frozenset({"I don't know.", "CANNOTANSWER"})
_N_WORDS_OF_PASSAGE = 8  # a shorter answer of CANARD ("in 1969") is no passage that could be found
_K = 10
_N_RESAMPLES = 2000
_SEED = 13

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A question with what was said before it, a person's version that stands on its own, and its passage, if any."""

    dataset: str
    conversation: str
    history: tuple[Turn, ...]
    question: str
    rewrite: str
    passage: str | None

    @property
    def half(self) -> Half:
        """The half that its whole conversation belongs to."""
        even = int(hashlib.sha256(self.conversation.replace(" ", "").encode()).hexdigest(), 16) % 2 == 0
        return "dev" if even or self.conversation in _READ_BEFORE else "test"


def read_follow_ups(path: Path) -> Iterator[FollowUp]:
    """Yield the questions of a file, the first ones of a conversation too; one that stands there twice, once.

    The passage of a CANARD question is its answer, taken from the history of the question after it.

    :raises DatasetError: if the file can't be read, or a line is not such a question.
    """
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as file:
            entries = [json.loads(line) for line in file if line.strip()]
        answers = dict(_answers(entries))
        seen = set()
        for entry in entries:
            key = (tuple(entry["history"]), entry["question"])
            if key not in seen:
                seen.add(key)
                yield _follow_up(entry, answers)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DatasetError(f"The conversations '{path}' can't be read: {error!r}.") from error


def _answers(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield what each question of CANARD was answered, by conversation and length of its history."""
    for entry in entries:
        history = entry["history"]
        if entry["dataset"].startswith("canard") and len(history) >= 4 and history[-1] not in _NO_ANSWER:
            yield (_conversation(entry), len(history) - 2), history[-1]


def _follow_up(entry: Mapping[str, Any], answers: Mapping[tuple[str, int], str]) -> FollowUp:
    said = entry["history"]
    if entry["dataset"] == "cast2020":  # what people asked, without the answers
        history = tuple(Turn(question, None) for question in said)
    else:  # of CANARD, the first pair are title and section of the article that is talked about
        answered = zip(said[::2], said[1::2], strict=True)
        history = tuple(Turn(question, None if answer in _NO_ANSWER else answer) for question, answer in answered)
    answer = answers.get((_conversation(entry), len(said)), "")
    passage = entry.get("answer_passage") or (answer if len(answer.split()) >= _N_WORDS_OF_PASSAGE else None)
    return FollowUp(entry["dataset"], _conversation(entry), history, entry["question"], entry["rewrite"], passage)


def _conversation(entry: Mapping[str, Any]) -> str:
    if entry["dataset"].startswith("canard"):
        return str(entry["id"]).partition("#")[0]
    return f"{entry['dataset']} {str(entry['id']).partition('_')[0]}"


class TermFigures(NamedTuple):
    """How the words added agree with those that people added; of theirs, those count that the history has."""

    n: int
    precision: float
    recall: float
    f1: float


def term_figures(follow_ups: Sequence[FollowUp], texts: Sequence[str]) -> TermFigures:
    """Compare the words of `texts`, one for each question, with those of people's versions, over all of them."""
    counts: Counter[str] = Counter()
    for follow_up, text in zip(follow_ups, texts, strict=True):
        asked = _terms(follow_up.question)
        said = {term for turn in follow_up.history for term in _terms(f"{turn.question} {turn.answer or ''}")}
        ours, theirs = _terms(text) - asked, _terms(follow_up.rewrite) - asked
        counts.update(right=len(ours & theirs), ours=len(ours), theirs=len(theirs & said))
        counts.update(found=len(ours & theirs & said))
    precision = counts["right"] / max(1, counts["ours"])
    recall = counts["found"] / max(1, counts["theirs"])
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return TermFigures(len(follow_ups), round(precision, 3), round(recall, 3), round(f1, 3))


def _terms(text: str) -> set[str]:
    return {word for term in query_terms(text) for word in term.split()}


class GateFigures(NamedTuple):
    """Of the questions that people changed and of those that they left: how many were rewritten, or searched wider."""

    n_changed: int
    changed_rewritten: float
    changed_widened: float
    n_left: int
    left_rewritten: float
    left_widened: float


def gate_figures(follow_ups: Sequence[FollowUp], rewritten: Sequence[Rewritten]) -> GateFigures:
    """Return the shares of those that got a word more to read, and of those that got one to search for."""
    groups: dict[bool, list[tuple[bool, bool]]] = {True: [], False: []}
    for follow_up, ours in zip(follow_ups, rewritten, strict=True):
        asked = _terms(follow_up.question)
        changed = bool(_terms(follow_up.rewrite) - asked)
        groups[changed].append((bool(_terms(ours.standalone) - asked), bool(ours.expanded)))
    return GateFigures(*_shares(groups[True]), *_shares(groups[False]))


def _shares(group: Sequence[tuple[bool, bool]]) -> tuple[int, float, float]:
    n = len(group)
    return n, round(sum(row[0] for row in group) / max(1, n), 3), round(sum(row[1] for row in group) / max(1, n), 3)


class RetrievalFigures(NamedTuple):
    """How often, and how high, the question's own passage is found."""

    n: int
    recall_at_1: float
    recall_at_10: float
    mrr: float


def ways_to_search(library: Library) -> dict[str, Find]:
    """Return what is compared, by name: each takes a follow-up and returns passages, best first."""

    def asked(text: Callable[[FollowUp], str]) -> Find:
        return lambda follow_up: library.search(text(follow_up), k=_K)

    return {
        "as asked": asked(lambda f: f.question),
        "whole history and question": asked(lambda f: " ".join([*map(_said, f.history), f.question])),
        "last turn and question": asked(lambda f: f"{_said(f.history[-1])} {f.question}"),
        "standalone alone": asked(lambda f: rewrite(f.question, f.history).standalone),
        "ours": lambda f: retrieve(in_its_history(Question(f.question, f.history)), library, k=_K),
        "a person's version": asked(lambda f: f.rewrite),
    }


def _said(turn: Turn) -> str:
    return f"{turn.question} {turn.answer or ''}".strip()


def ranks_of(follow_ups: Sequence[FollowUp], find: Find) -> list[int | None]:
    """Return the rank of each follow-up's own passage, None where it isn't found."""
    return [first_hit([p.article.text == f.passage for p in _each_article_once(find(f))]) for f in follow_ups]


def _each_article_once(passages: Sequence[Passage]) -> list[Passage]:
    return list({passage.article.id: passage for passage in reversed(passages)}.values())[::-1]


def retrieval_figures(ranks: Sequence[int | None]) -> RetrievalFigures:
    """Return the means over all questions; a passage that isn't found counts 0."""
    return RetrievalFigures(
        n=len(ranks),
        recall_at_1=round(fmean(success_at(1, rank) for rank in ranks), 3),
        recall_at_10=round(fmean(success_at(_K, rank) for rank in ranks), 3),
        mrr=round(fmean(map(reciprocal_rank, ranks)), 3),
    )


def share_closed(ranks: Mapping[str, Sequence[int | None]], conversations: Sequence[str]) -> tuple[float, float, float]:
    """Return the share of the way from "as asked" to "a person's version" that recall@10 goes, and its 95% interval.

    The interval is that of a bootstrap over whole conversations, whose questions depend on one another.
    """
    found = {
        name: [success_at(_K, rank) for rank in ranks[name]] for name in ("as asked", "ours", "a person's version")
    }
    of_conversation: dict[str, list[int]] = defaultdict(list)
    for at, conversation in enumerate(conversations):
        of_conversation[conversation].append(at)
    groups = list(of_conversation.values())
    chance = random.Random(_SEED)
    samples = [[at for group in chance.choices(groups, k=len(groups)) for at in group] for _ in range(_N_RESAMPLES)]
    shares = sorted(_share_closed(found, sample) for sample in samples)
    low, high = shares[int(0.025 * _N_RESAMPLES)], shares[int(0.975 * _N_RESAMPLES)]
    return round(_share_closed(found, range(len(conversations))), 3), round(low, 3), round(high, 3)


def _share_closed(found: Mapping[str, Sequence[float]], at: Sequence[int]) -> float:
    raw, ours, person = (sum(values[i] for i in at) for values in found.values())
    return (ours - raw) / (person - raw) if person != raw else 1.0


@app.command()
def main(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Conversations: CAsT, CANARD.")],
    half: Annotated[str, typer.Option(help="dev to choose by, test to report; conversations are kept whole.")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
) -> None:
    """Compare our rewriting of follow-ups with people's, by its words and by what is found.

    Example: python -m eval.bench.conversation cast_2020_2022.jsonl.gz canard_dev.jsonl.gz --half dev
    """
    if half not in {"dev", "test"}:
        raise typer.BadParameter(f"'{half}' is neither dev nor test", param_hint="--half")
    figures: dict[str, Any] = {"half": half}
    for path in files:
        everything = list(read_follow_ups(path))
        chosen = [f for f in everything if f.history and f.half == half]
        if not chosen:
            raise DatasetError(f"'{path}' has no follow-up in its {half} half.")
        figures[path.name.partition(".")[0]] = {
            "words": _words(chosen),
            "retrieval": _retrieval(chosen, sorted({f.passage for f in everything if f.passage})),
        }
    figures["machine"] = asdict(this_machine(n_threads=load_settings().n_threads))
    typer.echo(json.dumps(figures, indent=None if as_json else 2))


def _words(follow_ups: Sequence[FollowUp]) -> dict[str, Any]:
    """Return the figures of words and gate for each data set, and the time that a question takes."""
    rewritten, times_ms = [], []
    for follow_up in follow_ups:
        started = time.perf_counter()
        rewritten.append(rewrite(follow_up.question, follow_up.history))
        times_ms.append((time.perf_counter() - started) * 1000)
    figures: dict[str, Any] = {}
    for dataset in sorted({f.dataset for f in follow_ups}):
        at = [i for i, f in enumerate(follow_ups) if f.dataset == dataset]
        rows, ours = [follow_ups[i] for i in at], [rewritten[i] for i in at]
        figures[dataset] = {
            "standalone": term_figures(rows, [r.standalone for r in ours])._asdict(),
            "searched for": term_figures(rows, [r.expanded or r.standalone for r in ours])._asdict(),
            "gate": gate_figures(rows, ours)._asdict(),
        }
    return {**figures, "median_ms": round(median(times_ms), 2)}


def _retrieval(follow_ups: Sequence[FollowUp], passages: Sequence[str]) -> dict[str, Any]:
    """Index the passages of both halves and search them in all ways."""
    sought = [follow_up for follow_up in follow_ups if follow_up.passage]
    if not sought:
        return {}
    articles = [Article(f"passage-{n}", text) for n, text in enumerate(passages)]
    with temporary_index(articles, load_settings(), bulk=False) as indexed, open_library(indexed) as library:
        ranks = {name: ranks_of(sought, find) for name, find in ways_to_search(library).items()}
    figures: dict[str, Any] = {name: retrieval_figures(of)._asdict() for name, of in ranks.items()}
    share, low, high = share_closed(ranks, [f.conversation for f in sought])
    return {"n_passages": len(passages), **figures, "share_closed": {"recall_at_10": share, "from": low, "to": high}}


if __name__ == "__main__":
    try:
        app()
    except DatelineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
