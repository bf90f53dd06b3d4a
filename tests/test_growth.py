"""The growth benchmark over made-up articles, and once in full, on next to nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import islice
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from eval.bench.growth import (
    StandInEmbedder,
    TimedEmbedder,
    generated_articles,
    generated_questions,
    grown,
    probed,
    spread,
)
from eval.bench.line_chart import line_chart
from index.library import Library
from tests.fakes import WordCountEmbedder

ROOT = Path(__file__).parent.parent


def test_made_up_articles_are_the_same_for_the_same_seed() -> None:
    articles = list(generated_articles(5))
    assert articles == list(generated_articles(5)) != list(generated_articles(5, seed=1))
    assert len({article.content_hash for article in articles}) == 5
    assert list(islice(generated_articles(9), 5)) == articles


def test_made_up_questions_have_words_of_the_articles() -> None:
    articles = list(generated_articles(3))
    for question, article in zip(generated_questions(articles, n=3), articles, strict=True):
        assert question.removeprefix("When did ").removesuffix("?") in " ".join(article.text.split())


def test_stand_in_vectors_are_of_unit_length_and_depend_on_the_text() -> None:
    embedder = StandInEmbedder(WordCountEmbedder())
    first, again, other = embedder.embed(["a b", "a b", "c"])
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    assert np.linalg.norm(first) == pytest.approx(1.0)
    assert embedder.embed([]).shape == (0, embedder.dim)


def test_growth_counts_what_was_added_and_not_what_was_there(tmp_path: Path) -> None:
    articles, embedder = list(generated_articles(6)), TimedEmbedder(WordCountEmbedder())
    with Library.open(tmp_path / "index", embedder=embedder, create=True) as library:
        assert grown(library, embedder, articles[:4])["n_added"] == 4
        growth = grown(library, embedder, articles)
        assert growth["n_added"] == 2
        assert library.stats().n_articles == 6
    assert growth["rest_ms_per_article"]


def test_probing_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    *articles, probe = generated_articles(4)
    embedder = TimedEmbedder(WordCountEmbedder())
    with Library.open(tmp_path / "index", embedder=embedder, create=True) as library:
        grown(library, embedder, articles)
        before = [article.id for article in library.articles()]
        times = probed(library, embedder, [probe], "word")
        assert [article.id for article in library.articles()] == before
    assert (times["n_probes"], times["chunks_of_probe"]["median"] > 0) == (1, True)
    assert all(times[f"{name}_ms"]["median"] > 0 for name in ("add", "embed", "remove", "search_after_add", "search"))


def test_a_spread_is_the_median_between_the_quartiles() -> None:
    assert spread([5.0, 1.0, 3.0, 2.0, 4.0]) == {"median": 3.0, "low": 2.0, "high": 4.0}


def test_a_chart_is_one_well_formed_file_with_a_line_and_a_name_each() -> None:
    lines = {"read <all>": [(100.0, 10.0), (5000.0, 40.0)], "search": [(100.0, 0.5), (5000.0, 12.0)], "none": []}
    root = ElementTree.fromstring(line_chart("Time & size", x="chunks", y="ms", lines=lines))
    name = "{http://www.w3.org/2000/svg}"
    texts = [element.text for element in root.iter(f"{name}text")]
    assert len(list(root.iter(f"{name}polyline"))) == 2
    assert {"Time & size", "read <all>", "search", "100", "10,000"} <= set(texts)
    assert "none" not in texts


def test_names_of_lines_that_end_together_do_not_overlap() -> None:
    lines = {name: [(10.0, 5.0), (100.0, 50.0)] for name in ("a", "b", "c")}
    root = ElementTree.fromstring(line_chart("t", x="x", y="y", lines=lines, is_log=False))
    heights = [float(e.get("y", "")) for e in root.iter("{http://www.w3.org/2000/svg}text") if e.text in lines]
    assert min(abs(a - b) for n, a in enumerate(heights) for b in heights[:n]) >= 12


@pytest.mark.model
def test_growth_is_measured_step_by_step_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    def run(*steps: str) -> list[dict[str, int]]:
        small = ["--n-asked", "2", "--n-probes", "1", "--repeat", "1", "--stand-in", "--plot", ".", "--json"]
        arguments = [argument for step in steps for argument in ("--step", step)]
        done = subprocess.run(
            [sys.executable, "-m", "eval.bench.growth", "--out", "run", *arguments, *small],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
            check=True,
        )
        found: list[dict[str, int]] = json.loads(done.stdout)["steps"]
        return found

    (first,) = run("3")
    again, second = run("3", "6")
    assert (again, first["n_articles"], second["n_articles"]) == (first, 3, 6)
    assert second["n_chunks"] > first["n_chunks"] > 0
    assert {path.name for path in tmp_path.glob("*.svg")} == {
        "growth_changes.svg",
        "growth_latency.svg",
        "growth_memory.svg",
    }
