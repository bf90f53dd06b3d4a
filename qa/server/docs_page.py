"""/docs: the interface on one page, made of the OpenAPI document; nothing is fetched from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any

from qa.server.article_page import page


def docs_page(openapi: dict[str, Any]) -> str:
    """Return the page that describes an OpenAPI document."""
    title = escape(openapi["info"]["title"])
    content = "\n".join([f"<h1>{title}</h1>", *_content(openapi)])
    return page(title=title, content=content)


def _content(openapi: dict[str, Any]) -> Iterator[str]:
    yield f'<p class="dim">{escape(openapi["info"]["description"])} <a href="/openapi.json">openapi.json</a></p>'
    schemas = openapi.get("components", {}).get("schemas", {})
    for path, operations in openapi["paths"].items():
        for method, operation in operations.items():
            yield f"<h2><code>{escape(method.upper())} {escape(path)}</code></h2>"
            yield f"<p>{_prose(operation.get('description') or operation.get('summary', ''))}</p>"
            yield from _fields(_parameters(operation))
            for name in sorted(_named(operation.get("requestBody", {}))):
                yield f"<p>The body is a <code>{escape(name)}</code>.</p>"
    for name, schema in schemas.items():
        if "properties" in schema and "ValidationError" not in name:
            yield f'<h2 id="{escape(name)}"><code>{escape(name)}</code></h2>'
            yield f"<p>{_prose(schema.get('description', ''))}</p>"
            yield from _fields(_properties(schema))


def _prose(text: str) -> str:
    """Return text with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _parameters(operation: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for parameter in operation.get("parameters", []):
        yield parameter["name"], _kind(parameter.get("schema", {})), parameter.get("description", "")


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, field in schema["properties"].items():
        kind = _kind(field) + (", required" if name in schema.get("required", []) else "")
        yield name, kind, field.get("description", "")


def _fields(fields: Iterator[tuple[str, str, str]]) -> Iterator[str]:
    rows = [
        f"<li><code>{escape(name)}</code> ({escape(kind)}){f': {_prose(said)}' if said else ''}</li>"
        for name, kind, said in fields
    ]
    if rows:
        yield f"<ul>{''.join(rows)}</ul>"


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    kind = str(schema.get("format") or schema.get("type", "any"))
    return f"list of {_kind(schema['items'])}" if "items" in schema else kind


def _named(part: Any) -> Iterator[str]:
    """Yield the names of the schemas that a part of the document refers to."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for value in part.values():
            yield from _named(value)
    elif isinstance(part, list):
        for value in part:
            yield from _named(value)
