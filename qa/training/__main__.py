"""`python -m qa.training train FILE...`: see `--help`."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from qa.training.data import Example, Paragraph, is_held_out, make_examples, read_paragraphs

app = typer.Typer(pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Train the extractive reader on SQuAD-format data and export it for shipping."""


@app.command()
def train(
    files: Annotated[list[str], typer.Argument(help="SQuAD JSON or JSON lines; FILE=0.5 takes half of its paragraphs.")],
    out: Annotated[Path, typer.Option(help="Folder for checkpoints and the trained reader.")] = Path("runs/reader"),
    encoder: Annotated[Path | None, typer.Option(help="Encoder to start from; default: the shipped embedder.")] = None,
    n_steps: Annotated[int, typer.Option(help="Optimizer steps; the rate falls to 0 at the last.")] = 4000,
    learning_rate: Annotated[float, typer.Option()] = 1.5e-4,
    batch_tokens: Annotated[int, typer.Option(help="Padded tokens a batch.")] = 4096,
    seed: Annotated[int, typer.Option()] = 13,
    n_threads: Annotated[int, typer.Option()] = 2,
) -> None:
    """Train, or go on where the last run in OUT stopped.

    Example: python -m qa.training train squad/train-v2.0.json --out runs/reader
    """
    from index.embedding import shipped_embedder_path
    from qa.training.train import Recipe
    from qa.training.train import train as run

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    paragraphs = [p for file in files for p in _share(file) if not is_held_out(p)]

    def examples_of_epoch(epoch: int) -> list[Example]:
        return make_examples(paragraphs, seed=seed + epoch)

    recipe = Recipe(n_steps=n_steps, learning_rate=learning_rate, batch_tokens=batch_tokens, seed=seed)
    run(examples_of_epoch, encoder_path=encoder or shipped_embedder_path(), recipe=recipe, out=out, n_threads=n_threads)


def _share(argument: str) -> list[Paragraph]:
    """`FILE` or `FILE=SHARE`: the paragraphs of a file, or the share of them whose text hashes low enough."""
    path, _, share = argument.partition("=")
    paragraphs = read_paragraphs(Path(path))
    if not share:
        return list(paragraphs)
    return [p for i, p in enumerate(paragraphs) if (i * 0.6180339887) % 1 < float(share)]


if __name__ == "__main__":
    app()
