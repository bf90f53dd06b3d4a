"""A folder with what is to be asked of what, for processes of any interpreter: JSON lines, written once.

OUT/articles.jsonl, questions.jsonl    the task
OUT/index/NAME/                        a system's index and `indexed.json`, how it was made
OUT/NAME/replies.jsonl, timing.jsonl   what a system replied, one question a line; how long it took, one run a line
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from eval.bench.peers.types import Asked, Place, Reply
from index.types import Article, Span

ARTICLES, QUESTIONS, REPLIES, TIMING = "articles.jsonl", "questions.jsonl", "replies.jsonl", "timing.jsonl"


def write_task(folder: Path, articles: Iterable[Article], questions: Iterable[Asked]) -> bool:
    """Write a task where there is none; say whether the folder holds this one now, rather than another."""
    wanted = {
        ARTICLES: _lines(_article_entry(article) for article in articles),
        QUESTIONS: _lines(_question_entry(question) for question in questions),
    }
    if (folder / QUESTIONS).is_file():
        return all((folder / name).read_text(encoding="utf-8") == text for name, text in wanted.items())
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    return True


def read_articles(folder: Path) -> list[Article]:
    """Return the articles of a task, in order."""
    return [
        Article(
            entry["id"], entry["text"], title=entry["title"], path=entry["path"], published=_day(entry["published"])
        )
        for entry in read_lines(folder / ARTICLES)
    ]


def read_questions(folder: Path) -> list[Asked]:
    """Return the questions of a task, in order."""
    return [Asked(entry["id"], entry["text"], _day(entry["as_of"])) for entry in read_lines(folder / QUESTIONS)]


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield what the lines of a file say, if there is one; half a line, left by a killed process, is skipped."""
    # Not splitlines: an article may hold other ends of lines than "\n".
    for line in path.read_text(encoding="utf-8").split("\n") if path.is_file() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def append_line(path: Path, entry: dict[str, Any]) -> None:
    """Add a line, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        size = file.seek(0, 2)
        if size and (file.seek(size - 1), file.read(1))[1] != b"\n":
            file.write(b"\n")  # after half a line, left by a killed process
        file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")


def reply_entry(id: str, reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON shape."""
    return {
        "id": id,
        "answer": reply.answer,
        "is_refused": reply.is_refused,
        "place": _place_entry(reply.place) if reply.place else None,
        "is_place_given": reply.is_place_given,
        "passages": [_place_entry(place) for place in reply.passages],
    }


def reply_of(entry: dict[str, Any]) -> Reply:
    """Return the reply that `reply_entry` wrote."""
    return Reply(
        answer=entry["answer"],
        is_refused=entry["is_refused"],
        place=_place(entry["place"]) if entry["place"] else None,
        is_place_given=entry["is_place_given"],
        passages=tuple(_place(place) for place in entry["passages"]),
    )


def _article_entry(article: Article) -> dict[str, Any]:
    published = article.published.isoformat() if article.published else None
    return {
        "id": article.id,
        "text": article.text,
        "title": article.title,
        "path": article.path,
        "published": published,
    }


def _question_entry(question: Asked) -> dict[str, Any]:
    return {
        "id": question.id,
        "text": question.text,
        "as_of": question.as_of.isoformat() if question.as_of else None,
    }


def _place_entry(place: Place) -> list[Any]:
    return [place.article_id, place.span.start, place.span.end]


def _place(entry: list[Any]) -> Place:
    article_id, start, end = entry
    return Place(article_id, Span(start, end))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _lines(entries: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
