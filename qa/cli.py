"""The command line: parse, call, render. Heavy imports live inside the commands that need them."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from index.errors import DatelineError
from qa.config import default_of, load_settings
from qa.errors import QuestionError
from qa.progress import with_progress

if TYPE_CHECKING:
    from rich.console import Console

    from index.types import Addition
    from qa.assistant import Assistant
    from qa.batch import BatchLine
    from qa.types import Question

app = typer.Typer(
    name="qa",
    help="Ask your news articles: get the answer and the sentence that proves it.",
    epilog="Start with: qa add FOLDER, then: qa ask 'When does New START expire?'",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class _EvalGroup(TyperGroup):
    """`qa eval GOLD` measures and `qa eval compare A B` compares; a gold set called "compare" is ./compare."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        is_command = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if is_command else [_MEASURE, *args])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return "" if name == _MEASURE else name, command, rest  # usage is told as people type it


_MEASURE = "(measure)"

eval_app = typer.Typer(cls=_EvalGroup, rich_markup_mode=None, help="Measure against known answers, compare two runs.")
app.add_typer(eval_app, name="eval")
gold_app = typer.Typer(help="Write and check sets of questions with known answers.", no_args_is_help=True)
app.add_typer(gold_app, name="gold")

IndexOption = Annotated[
    str | None, typer.Option("--index", help=f"Folder of the index. Default: $QA_INDEX, else {default_of('index')}")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def _first_day(text: str) -> date:
    return _days(text)[0]


def _last_day(text: str) -> date:
    return _days(text)[1]


def _days(text: str) -> tuple[date, date]:
    """Return the first and last day that a text names: "2021-01-21", "21 January 2021", "2021-01", "last week"."""
    from qa.dates import bounds, named_period

    value = named_period(text, today=date.today())
    days = bounds(value) if value else None
    if days is None:
        raise typer.BadParameter(
            f"'{text}' is no date on the calendar. Give a day, a month or a year, such as 2021-01-21 or 'January 2021'."
        )
    return days


AsOfOption = Annotated[
    date | None,
    typer.Option("--as-of", metavar="DATE", parser=_last_day, help="Read only articles published up to then."),
]
SinceOption = Annotated[
    date | None, typer.Option(metavar="DATE", parser=_first_day, help="Read only articles published then or later.")
]
UntilOption = Annotated[
    date | None, typer.Option(metavar="DATE", parser=_last_day, help="Read only articles published then or before.")
]
SourceOption = Annotated[str | None, typer.Option(help="Read only articles of that publisher.")]
KOption = Annotated[int | None, typer.Option("--k", help=f"Passages to read for an answer. Default: {default_of('k')}")]
ConfidenceOption = Annotated[
    float | None,
    typer.Option(help=f"Least confidence with which to answer, 0 to 1. Default: {default_of('min_confidence')}"),
]


_NOTHING_ADDED = "no article could be added. Give text, Markdown, HTML or JSON-lines files that hold articles."


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files or folders: .txt .md .html .jsonl")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add articles to the index; makes it if there is none.

    Articles already there and unchanged are left alone, changed ones replaced. Interrupted at any moment, nothing is
    lost: run it again and it goes on.

    \b
    Examples:
      qa add seeds
      qa add news/ more.jsonl --index news.idx
    """
    from index.loading import load, sources
    from index.types import Addition, Outcome, Skipped
    from qa.assistant import open_library
    from qa.events import catch_up

    settings = load_settings(index=index)
    files = sources(paths)
    if not files:  # say why, and leave no empty index behind
        for nth, item in enumerate(load(paths), start=1):
            if isinstance(item, Skipped):
                _report(Addition(Outcome.SKIPPED, item.where, reason=item.reason), as_json=as_json, nth=nth)
        _fail(_NOTHING_ADDED)
    with open_library(settings, create=True, bulk=_n_bytes(files) > _BULK_BYTES) as library:
        counts: dict[str, int] = {}
        with _interruptible("what was added so far is kept"):
            for addition in library.add(with_progress(load(paths), "Adding articles", total=len(files))):
                counts[addition.outcome.value] = counts.get(addition.outcome.value, 0) + 1
                _report(addition, as_json=as_json, nth=counts[addition.outcome.value])
            catch_up(library)
        n_articles = library.stats().n_articles
    if as_json:
        _print_json({"counts": counts, "n_articles": n_articles, "index": settings.index})
    else:
        done = ", ".join(f"{n} {outcome}" for outcome, n in counts.items()) or "nothing to add"
        typer.echo(f"{done}. The index '{settings.index}' holds {n_articles} article{'s' * (n_articles != 1)}.")
    if set(counts) <= {"skipped"}:
        _fail(_NOTHING_ADDED)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines with id and question; one answer a line.")] = None,
    index: IndexOption = None,
    as_of: AsOfOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    k: KOption = None,
    min_confidence: ConfidenceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask a question, or a file of questions; print the answer with its citations.

    \b
    Examples:
      qa ask "When does New START expire?"
      qa ask "Who won the vote?" --as-of 2020-11-10 --json
      qa ask --batch questions.jsonl --json > answers.jsonl
    """
    from qa.assistant import Assistant
    from qa.batch import BatchLine, read_batch

    filters: dict[str, Any] = {"as_of": as_of, "since": since, "until": until, "source": source}
    _question("Is this a question?", **filters)  # dates that contradict each other concern every line: once is enough
    if batch is not None and question is None:
        lines = list(read_batch(batch, **filters))
    elif question is not None and batch is None:
        lines = [BatchLine(None, _question(question, **filters))]
    else:
        raise QuestionError('Give one question, or --batch FILE. Example: qa ask "When does New START expire?"')
    settings = load_settings(index=index, k=k, min_confidence=min_confidence)
    with Assistant.from_settings(settings) as assistant:
        answered = [
            _answer(assistant, line, as_json=as_json)
            for line in with_progress(lines, "Asking", total=len(lines), shown=batch is not None)
        ]
    if answered and not any(answered):
        _fail("no line of the batch could be answered.")


def _answer(assistant: Assistant, line: BatchLine, *, as_json: bool) -> bool:
    """Answer one line, or tell what is wrong with it; say whether it was answered."""
    from qa.rendering import printable, to_dict, to_terminal

    if line.question is None:
        if as_json:
            _print_json({"id": line.id, "error": line.error})
        else:
            typer.echo(f"error: {line.error}", err=True)
        return False
    answer = assistant.answer(line.question)
    if as_json:
        _print_json(to_dict(answer, id=line.id))
        return True
    console = _console()
    if line.id is not None:
        console.print(f"{printable(line.id)}: {printable(line.question.text)}")
    console.print(to_terminal(answer), soft_wrap=not console.is_terminal)
    if line.id is not None:
        console.print()
    return True


@app.command()
def when(
    period: Annotated[str, typer.Argument(metavar="DATE", help="A day, month, year or other time, in words or not.")],
    about: Annotated[
        str | None, typer.Option(help="List only what has these words in it, near it or above it.")
    ] = None,
    index: IndexOption = None,
    as_of: AsOfOption = None,
    source: SourceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="List that many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """List what the articles say of a day or a period, by date, with citations.

    "Yesterday" and dates without a year count from --as-of, else from the day of the newest article.

    \b
    Examples:
      qa when "23 December 2020"
      qa when 2021-02 --about Navalny
      qa when "last week" --as-of 2021-01-21 --json
    """
    from index.types import Filters
    from qa.assistant import open_library
    from qa.dates import bounds, named_period
    from qa.events import events
    from qa.rendering import events_dict, events_to_terminal

    with open_library(load_settings(index=index)) as library:
        value = named_period(period, today=as_of or library.last_published())
        days = bounds(value) if value else None
        if value is None or days is None:
            raise QuestionError(
                f"'{period}' is no day or period on the calendar. Example: qa when \"23 December 2020\""
            )
        with _interruptible("the dates read so far are kept"):
            told = events(library, value, filters=Filters(until=as_of, source=source), about=about or "")
    listed, n_more = told[:limit], max(0, len(told) - limit)
    if as_json:
        _print_json(events_dict(value, days, listed, n_more=n_more))
    else:
        console = _console()
        console.print(events_to_terminal(value, listed, n_more=n_more), soft_wrap=not console.is_terminal)


@app.command()
def chat(
    index: IndexOption = None,
    as_of: AsOfOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    k: KOption = None,
    min_confidence: ConfidenceOption = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the conversation in that file and keep it there; begins one if new.")
    ] = None,
) -> None:
    """Ask one question after the other; /help tells the commands, Ctrl-D ends.

    A question may go on about the ones before: "When does New START expire?", "And when was it signed?".

    \b
    Examples:
      qa chat
      qa chat --as-of 2021-01-21 < questions.txt
      qa chat --resume talk.json
    """
    from qa.assistant import Assistant
    from qa.chat import Chat, keep, kept

    filters = {"as_of": as_of, "since": since, "until": until, "source": source}
    _question("Is this a question?", **filters)
    settings = load_settings(index=index, k=k, min_confidence=min_confidence)
    with Assistant.from_settings(settings) as assistant:
        conversation = (kept(resume, assistant) if resume else None) or assistant.conversation()
        for name, value in filters.items():
            if value is not None:  # what is asked for now wins over what was kept
                setattr(conversation, name, value)
        try:
            Chat(assistant, _console(), conversation).run(sys.stdin)
        finally:
            if resume:
                keep(conversation, resume)


@app.command()
def timeline(
    question: Annotated[str, typer.Argument(help="The question.")],
    index: IndexOption = None,
    as_of: AsOfOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    source: SourceOption = None,
    k: KOption = None,
    min_confidence: ConfidenceOption = None,
    out: Annotated[Path | None, typer.Option(help="Write a picture (.svg) or a page (.html) there.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show which answers the articles gave when: each distinct answer with its sources along time.

    \b
    Examples:
      qa timeline "When does New START expire?"
      qa timeline "Who leads the party?" --since 2020-01-01 --out party.html
      qa timeline "How many warheads are allowed?" --json
    """
    from qa.assistant import Assistant
    from qa.timeline import timeline_of
    from qa.timeline.json_shape import to_dict
    from qa.timeline.saving import checked, save
    from qa.timeline.terminal import symbols_for, timeline_text

    if out is not None:
        checked(out)  # before the models are loaded
    asked = _question(question, as_of=as_of, since=since, until=until, source=source)
    settings = load_settings(index=index, k=k, min_confidence=min_confidence)
    with Assistant.from_settings(settings) as assistant:
        found = timeline_of(assistant.answer(asked))
    if out is not None:
        save(found, out)
        typer.echo(f"written: {out}", err=True)
    if as_json:
        _print_json(to_dict(found))
        return
    console = _console()
    text = timeline_text(found, width=console.width, symbols=symbols_for(console.encoding))
    console.print(text, soft_wrap=not console.is_terminal)


@app.command("list")
def list_articles(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """List the articles, newest first.

    Example: qa list --index news.idx
    """
    from qa.assistant import open_library
    from qa.rendering import article_dict, headline, printable

    with open_library(load_settings(index=index)) as library:
        for article in library.articles():
            if as_json:
                _print_json(article_dict(article))
            else:
                typer.echo(f"{printable(article.id)}  {headline(article)}")


@app.command()
def show(
    article: Annotated[str, typer.Argument(help="Id, beginning of an id, path or file name of an article.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show an article: what is known of it, and its text.

    Example: qa show 004_ab88110d2fc4936f.txt
    """
    from qa.assistant import open_library
    from qa.rendering import article_dict, day_in_words, printable

    with open_library(load_settings(index=index)) as library:
        found = library.article(article)
    if as_json:
        _print_json(article_dict(found, with_text=True))
        return
    known = {
        "id": found.id,
        "title": found.title,
        "source": found.source,
        "published": day_in_words(found.published),
        "url": found.url,
        "path": found.path,
    }
    for name, value in known.items():
        origin = f"  ({found.origins[name]})" if name in found.origins else ""
        typer.echo(f"{name + ':':<11}{printable(str(value or 'unknown'))}{origin}")
    typer.echo("\n" + printable(found.text))


@app.command()
def remove(
    articles: Annotated[list[str], typer.Argument(metavar="ARTICLE...", help="Ids, paths or file names.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove articles from the index; the files they came from stay.

    Example: qa remove 004_ab88110d2fc4936f.txt
    """
    from qa.assistant import open_library
    from qa.rendering import printable

    with open_library(load_settings(index=index)) as library:
        found = {library.article(reference).id for reference in articles}
        for article_id in sorted(found):
            library.remove(article_id)
            if as_json:
                _print_json({"removed": article_id})
            else:
                typer.echo(f"removed {printable(article_id)}")


@app.command()
def stats(index: IndexOption = None, as_json: JsonOption = False) -> None:
    """Tell what the index holds.

    Example: qa stats --json
    """
    from qa.assistant import open_library
    from qa.rendering import day_in_words

    with open_library(load_settings(index=index)) as library:
        held = library.stats()
    if as_json:
        _print_json(asdict(held))
        return
    rows = {
        "articles": f"{held.n_articles} ({held.n_stories} different stories)",
        "chunks": held.n_chunks,
        "published": f"{day_in_words(held.first_published)} to {day_in_words(held.last_published)}"
        + (f", {held.n_undated} undated" if held.n_undated else ""),
        "sources": ", ".join(f"{name} ({n})" for name, n in held.sources.items()) or "unknown",
        "embedder": f"{held.model_id} ({held.dim} dimensions)",
        "on disk": f"{held.n_bytes / 1e6:.1f} MB",
    }
    for name, value in rows.items():
        typer.echo(f"{name + ':':<11}{value}")


@app.command()
def check(
    index: IndexOption = None,
    repair: Annotated[bool, typer.Option("--repair", help="Make anew whatever can be made from the articles.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Check that the index is whole; exit code 1 if anything is wrong and stays so.

    Example: qa check --repair
    """
    from qa.assistant import open_library
    from qa.events import catch_up

    with open_library(load_settings(index=index)) as library:
        problems = library.check(repair=repair)
        if repair:
            with _interruptible("what was mended so far is kept"):
                catch_up(library)
        n_articles, n_behind = library.stats().n_articles, len(library.behind())
    left = [problem for problem in problems if not problem.repaired]
    if as_json:
        found = {"ok": not left, "problems": [asdict(p) for p in problems]}
        _print_json(found | {"n_articles": n_articles, "n_behind": n_behind})
    else:
        for problem in problems:
            typer.echo(f"{'repaired' if problem.repaired else 'problem'}: {problem.what}")
        if not problems:
            typer.echo(f"The index is whole: {n_articles} articles.")
        if n_behind:  # no fault: nothing is lost, and nothing but `when` looks there
            typer.echo(f"The dates in {n_behind} of them are still to be read; the next `qa add` or `qa when` does it.")
    if left:
        _fail(f"{len(left)} problem(s) left." + ("" if repair else " Mend with: qa check --repair"))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on. Any but this machine's own needs a token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    index: IndexOption = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="QA_TOKEN", help="Ask for this bearer token. In the environment others can't see it."),
    ] = None,
    origins: Annotated[
        str | None, typer.Option(help="Websites whose pages may ask, with commas: https://news.example")
    ] = None,
    read_only: Annotated[bool, typer.Option("--read-only", help="Let nobody add or remove articles.")] = False,
    public_url: Annotated[
        str | None, typer.Option(help="Address at which browsers find this server, for links to articles.")
    ] = None,
    proxies: Annotated[
        str | None, typer.Option(help="Reverse proxies whose X-Forwarded-For counts, with commas: 127.0.0.1")
    ] = None,
    rate: Annotated[int, typer.Option(min=0, help="Requests a minute for each client; 0 for any number.")] = 600,
    k: KOption = None,
    min_confidence: ConfidenceOption = None,
) -> None:
    """Serve a chat page, a JSON and an OpenAI-compatible interface, and MCP over HTTP. docs/server.md has recipes.

    \b
    Examples:
      qa serve
      QA_TOKEN=... qa serve --host 0.0.0.0 --origins https://news.example --read-only
    """
    from qa.server.launching import require_server_packages
    from qa.server.launching import serve as serve_http

    require_server_packages()
    from qa.server.policy import Policy

    policy = Policy(
        host=host,
        token=token or None,
        origins=tuple(origin.strip() for origin in (origins or "").split(",") if origin.strip()),
        public_url=public_url,
        is_read_only=read_only,
        requests_per_minute=rate,
    )
    settings = load_settings(index=index, k=k, min_confidence=min_confidence)
    serve_http(settings, policy, port=port, proxies=proxies)


@app.command()
def mcp(index: IndexOption = None, k: KOption = None, min_confidence: ConfidenceOption = None) -> None:
    """Serve the articles to an agent over MCP, on standard input and output.

    \b
    Example of an agent's settings:
      {"command": "qa", "args": ["mcp", "--index", "/home/me/news.idx"]}
    """
    from qa.server.launching import require_server_packages, serve_mcp

    require_server_packages()
    serve_mcp(load_settings(index=index, k=k, min_confidence=min_confidence))


@eval_app.command(_MEASURE)
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold questions in JSON lines, or SQuAD JSON or JSON lines.")],
    task: Annotated[
        str, typer.Option(help="ask: the whole way; read: the reader alone; retrieve: the search.")
    ] = "ask",
    index: IndexOption = None,
    k: KOption = None,
    min_confidence: ConfidenceOption = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Take that many questions, drawn by chance; the same ones each time.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Keep results, figures and an HTML report there; again: goes on."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure against questions with known answers. docs/evaluation.md says what the figures mean.

    Gold questions are asked of the index; a SQuAD set brings its own paragraphs, which are indexed for the time being.
    With --out DIR each result is kept as it comes: interrupted, the same command goes on, and a run that is done only
    writes its report anew. Where the index, the settings, the gold set or the code changed, it starts anew.

    Two such folders are compared with: qa eval compare A B (qa eval compare --help).

    \b
    Examples:
      qa eval eval/gold/seeds.jsonl --out before
      qa eval dev-v2.0.json --limit 1000
      qa eval dev-v1.1.json --task read
      qa eval dev-v1.1.json --task retrieve
    """
    from eval.report.terminal import figure_lines
    from eval.tasks import TASKS

    if task not in TASKS:
        raise typer.BadParameter(f"'{task}' is not one of {', '.join(TASKS)}", param_hint="--task")
    settings = load_settings(index=index, k=k, min_confidence=min_confidence)
    with _interruptible("what was answered so far is kept") if out else nullcontext():
        figures = TASKS[task](gold, settings, limit=limit, out=out)
    if as_json:
        _print_json(figures)
    else:
        for line in figure_lines(figures):
            typer.echo(line)
    if out is not None:
        typer.echo(f"written: {out / ('report.html' if task == 'ask' else 'figures.md')}", err=True)


@eval_app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of a run: qa eval GOLD --out A")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of another run over the same questions.")],
    no_worse: Annotated[
        list[str] | None,
        typer.Option(metavar="METRIC", help="Exit code 1 where this figure falls significantly; may be given often."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare two runs of `qa eval` question by question: what differs by more than chance, what came out otherwise.

    \b
    Examples:
      qa eval compare before after
      qa eval compare before after --no-worse f1 --no-worse citation_precision
    """
    from eval.comparing import compare as compare_runs
    from eval.comparing import figure_names, to_dict
    from eval.report.comparison import comparison_lines

    names = figure_names(before)
    for name in no_worse or ():
        if name not in names:
            raise typer.BadParameter(f"'{name}' is not one of {', '.join(names)}", param_hint="--no-worse")
    found = compare_runs(before, after)
    if as_json:
        _print_json(to_dict(found))
    else:
        for line in comparison_lines(found):
            typer.echo(line)
    worse = found.worse(no_worse or ())
    if worse:
        fallen = ", ".join(f"{row.figure.name} by {abs(row.difference.value):.3f}" for row in worse)
        _fail(f"'{after}' is significantly worse than '{before}': {fallen}.")


@gold_app.command("check")
def gold_check(
    gold: Annotated[Path, typer.Argument(metavar="FILE", help="A gold set in JSON lines.")],
    index: IndexOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a gold set against the articles in the index; exit code 1 if anything is wrong.

    Offsets, ids and questions that come twice, impossible questions, dates.

    Example: qa gold check eval/gold/seeds.jsonl
    """
    from eval.labelling.checking import flaws
    from qa.assistant import open_library

    with open_library(load_settings(index=index)) as library:
        found = list(flaws(gold, library.articles()))
    if as_json:
        _print_json({"ok": not found, "flaws": [asdict(flaw) for flaw in found]})
    else:
        for flaw in found:
            typer.echo(f"line {flaw.line}{f' ({flaw.id})' if flaw.id else ''}: {flaw.what}")
        if not found:
            typer.echo("The gold set is sound.")
    if found:
        _fail(f"{len(found)} flaw(s) in '{gold}'.")


@gold_app.command("new")
def gold_new(
    gold: Annotated[Path, typer.Argument(metavar="FILE", help="Append to that gold set; begins one if new.")],
    index: IndexOption = None,
) -> None:
    """Write gold questions: type a question, pick the passage, type the answer as it stands there.

    Also from a file: one line for each answer to a prompt.

    Example: qa gold new mine.jsonl
    """
    from eval.labelling.writing import Labeller
    from qa.assistant import open_library

    with open_library(load_settings(index=index)) as library:
        n = Labeller(library, gold, prompt=_prompted, say=typer.echo).run()
        n_lines = "1 question" if n == 1 else f"{n} questions"
    typer.echo(f"{n_lines} written to '{gold}'. Check it with: qa gold check {gold}")


def _prompted(text: str) -> str | None:
    try:
        return input(text).strip()
    except EOFError:
        typer.echo()
        return None


@gold_app.command("suggest")
def gold_suggest(
    log: Annotated[Path, typer.Argument(help="Answers in JSON lines: qa ask --batch FILE --json > LOG")],
    known: Annotated[Path | None, typer.Option("--gold", help="Leave out the questions of that gold set.")] = None,
    min_confidence: ConfidenceOption = None,
    limit: Annotated[int, typer.Option(min=1, help="Name that many.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Name the questions that are most worth a label: uncertain ones, and those with two likely answers.

    Example: qa gold suggest answers.jsonl --gold mine.jsonl
    """
    from eval.datasets import read_gold
    from eval.labelling.suggesting import suggestions
    from eval.metrics.answers import normalize_answer
    from qa.rendering import one_line, printable

    settings = load_settings(min_confidence=min_confidence)
    labelled = {normalize_answer(one.question.text) for one in read_gold(known)} if known else set()
    for found in suggestions(log, min_confidence=settings.min_confidence, known=labelled)[:limit]:
        if as_json:
            _print_json(asdict(found))
        else:
            typer.echo(printable(one_line(f"{found.worth:.2f}  {found.question}  ({found.reason})")))


# torch takes 5 s to start and embeds twice as fast: it pays from about 400 chunks on.
_BULK_BYTES = 400_000


def _question(text: str, **filters: Any) -> Question:
    from qa.types import Question

    try:
        return Question(text, **filters)
    except ValueError as error:
        raise QuestionError(f'{str(error).capitalize()}. Example: qa ask "When does New START expire?"') from error


def _n_bytes(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.is_file())


_N_LISTED = 20  # of the articles without a surprise; a thousand lines of "added" hide the one that was skipped


def _report(addition: Addition, *, as_json: bool, nth: int) -> None:
    from qa.rendering import printable

    if as_json:
        _print_json({**asdict(addition), "outcome": addition.outcome.value})
    elif nth == _N_LISTED + 1 and not addition.reason:
        typer.echo(f"{addition.outcome.value:<10}... (the rest of these is not listed)")
    elif nth <= _N_LISTED or addition.reason:
        # One file of JSON holds many articles: say which.
        which = f" {printable(addition.article_id)}" if ".json" in addition.where and addition.article_id else ""
        reason = f" ({addition.reason})" if addition.reason else ""
        typer.echo(f"{addition.outcome.value:<10}{addition.where}{which}{reason}")


@contextmanager
def _interruptible(kept: str) -> Iterator[None]:
    """End at Ctrl-C with a line that says what is `kept`."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"interrupted; {kept}. Run the same command to go on.", err=True)
        raise typer.Exit(130) from None


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, default=str))


def _fail(message: str) -> None:
    typer.echo(f"error: {message}", err=True)
    raise typer.Exit(1)


def main() -> None:
    """Run the command line: the one place where deliberate errors become a line on stderr and an exit code."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    # The one thing worth a line although all is well: the first command takes some seconds to prepare the models.
    logging.getLogger("index.onnx_session").setLevel(logging.INFO)
    logging.getLogger("eval.recording").setLevel(logging.INFO)  # a run that goes on where another stopped says so
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has no letter for it shows a question mark
    try:
        app()
    except DatelineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        # What the libraries map themselves never comes here: this is our own output, to a full disk or a lost folder.
        typer.echo(f"error: {error}. Check the disk and the path.", err=True)
        os._exit(1)  # the interpreter would try to flush the same output again


if __name__ == "__main__":
    main()
