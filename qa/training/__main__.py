"""`python -m qa.training train FILE...`: see `--help`."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from index.errors import DatelineError
from qa.errors import DatasetError
from qa.paragraphs import Paragraph, read_paragraphs
from qa.training.data import MIXTURES, Example, make_examples, without_held_out
from qa.training.negatives import read_negatives

app = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)

FilesArgument = Annotated[
    list[str],
    typer.Argument(metavar="FILE[=SHARE]...", help="SQuAD JSON or JSON lines; FILE=0.5 takes half its paragraphs."),
]
ExcludeOption = Annotated[
    str | None, typer.Option(help="Leave out paragraphs with a question whose id matches this regular expression.")
]


@app.callback()
def main() -> None:
    """Make the reader: train it on SQuAD-format data, export it for shipping, calibrate its confidence."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")


@app.command()
def train(
    files: FilesArgument,
    out: Annotated[Path, typer.Option(help="Folder for checkpoints and the trained reader.")] = Path("runs/reader"),
    encoder: Annotated[Path | None, typer.Option(help="Encoder to start from; default: the shipped embedder.")] = None,
    n_steps: Annotated[int, typer.Option(help="Optimizer steps; the learning rate falls to 0 at the last.")] = 4600,
    learning_rate: Annotated[float, typer.Option(help="Highest learning rate.")] = 1.5e-4,
    batch_tokens: Annotated[int, typer.Option(help="Padded tokens a batch.")] = 4096,
    seed: Annotated[int, typer.Option(help="Decides crops, order and dropout.")] = 13,
    n_threads: Annotated[int, typer.Option(help="Processor threads.")] = 2,
    mixture: Annotated[str, typer.Option(help="single: one passage a question; joint: see `Mixture`.")] = "joint",
    negatives: Annotated[Path | None, typer.Option(help="What `mine` wrote; needed by joint reading.")] = None,
    exclude_ids: ExcludeOption = None,
) -> None:
    """Train, or go on where the last run in OUT was cut off.

    Example: python -m qa.training train train-v2.0.json --out runs/reader
    """
    from index.embedding import shipped_embedder_path
    from qa.training.train import Recipe
    from qa.training.train import train as run

    if mixture not in MIXTURES:
        raise DatasetError(f"No mixture is called '{mixture}'; there are {', '.join(MIXTURES)}.")
    paragraphs = without_held_out(_paragraphs(files, exclude_ids))
    mined = read_negatives(negatives) if negatives else {}

    def examples_of_epoch(epoch: int) -> list[Example]:
        return make_examples(paragraphs, seed=seed + epoch, mixture=MIXTURES[mixture], negatives=mined)

    recipe = Recipe(n_steps=n_steps, learning_rate=learning_rate, batch_tokens=batch_tokens, mixture=mixture, seed=seed)
    run(examples_of_epoch, encoder_path=encoder or shipped_embedder_path(), recipe=recipe, out=out, n_threads=n_threads)


@app.command()
def mine(
    files: FilesArgument,
    out: Annotated[Path, typer.Option(help="File to write, JSON lines; .gz packs it.")] = Path(
        "runs/negatives.jsonl.gz"
    ),
    exclude_ids: ExcludeOption = None,
) -> None:
    """Find hard negatives: passages that the search ranks high for a question and that don't hold its answer.

    Give sets whose questions can be understood without their paragraph.
    Example: python -m qa.training mine train-v2.0.json --out runs/negatives.jsonl.gz
    """
    from index.embedding import load_embedder
    from qa.training.negatives import mine as run
    from qa.training.negatives import write_negatives

    paragraphs = without_held_out(_paragraphs(files, exclude_ids))
    n = write_negatives(out, run(paragraphs, embedder=load_embedder(bulk=True)))
    typer.echo(f"{n} questions  {out}")


@app.command()
def export(
    trained: Annotated[Path, typer.Argument(help="Folder of the trained reader.")] = Path("runs/reader"),
    out: Annotated[Path, typer.Option(help="Folder that ships.")] = Path("qa/models/reader"),
) -> None:
    """Write the trained reader in half precision, with its checksum.

    Example: python -m qa.training export runs/reader --out qa/models/reader
    """
    from qa.training.export import export as run

    typer.echo(f"{run(trained, out)}  {out}")


@app.command()
def calibrate(
    files: FilesArgument,
    reader: Annotated[Path, typer.Option(help="Folder of the exported reader.")] = Path("qa/models/reader"),
    k: Annotated[int, typer.Option("--k", help="Passages read for a question.")] = 10,
    n_questions: Annotated[int, typer.Option(help="Held-out questions to ask.")] = 1500,
    n_distractors: Annotated[int, typer.Option(help="Other paragraphs in the index.")] = 8000,
    seed: Annotated[int, typer.Option(help="Decides questions and distractors.")] = 13,
    exclude_ids: ExcludeOption = None,
) -> None:
    """Fit the confidence on questions that training held out, asked the whole way; write it beside the weights.

    Example: python -m qa.training calibrate train-v2.0.json --reader qa/models/reader
    """
    from index.embedding import load_embedder
    from qa.reading import load_onnx_reader
    from qa.training.calibrate import describe, fit, run_trials

    trials = list(
        run_trials(
            _paragraphs(files, exclude_ids),
            embedder=load_embedder(bulk=True),
            reader=load_onnx_reader(reader, model_id=str(reader), n_threads=2),
            k=k,
            n_distractors=n_distractors,
            n_questions=n_questions,
            seed=seed,
        )
    )
    calibration, figures = fit(trials)
    names = " ".join(Path(file).name for file in files)
    command = f"python -m qa.training calibrate {names} --n-questions {n_questions} --n-distractors {n_distractors}"
    calibration.save(reader, note=f"{command} --k {k} --seed {seed}: {json.dumps(figures)}")
    typer.echo(describe(calibration))
    typer.echo(json.dumps(figures, indent=1))


def _paragraphs(arguments: list[str], exclude_ids: str | None) -> list[Paragraph]:
    """Read `FILE` or `FILE=SHARE` arguments: all paragraphs of a file, or an evenly spread share of them."""
    excluded = re.compile(exclude_ids) if exclude_ids else None
    chosen = []
    for argument in arguments:
        path, _, share = argument.partition("=")
        try:
            part = float(share or 1)
        except ValueError:
            raise DatasetError(f"'{argument}': {share!r} is not a share; write FILE=0.5 for half of FILE.") from None
        # Multiples of the golden ratio's fraction spread evenly over [0, 1), whatever the share.
        chosen += [p for i, p in enumerate(read_paragraphs(Path(path))) if (i * 0.6180339887) % 1 < part]
    if excluded is None:
        return chosen
    return [p for p in chosen if not any(excluded.search(question.id) for question in p.questions)]


if __name__ == "__main__":
    try:
        app()
    except DatelineError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
