"""How a benchmark runs as a command."""

from __future__ import annotations

import sys

import typer

from index.errors import DatelineError


def run(app: typer.Typer) -> None:
    """Run the command; an error of this tool ends it with a sentence on stderr and exit status 1."""
    try:
        app()
    except DatelineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
