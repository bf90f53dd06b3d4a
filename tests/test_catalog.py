"""What the embedded store promises beyond the contract: damage is noticed and mended, read-only folders work."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from index.errors import IndexDamaged, IndexMismatch, IndexMissing, StorageError
from index.library import Library
from index.store.catalog import Catalog
from index.types import Article, Filters, Outcome, Problem
from tests.fakes import ARTICLES, DIM, HARBOUR, SHUTDOWN, IsoDater, WordCountEmbedder

QUESTION = "How many park rangers would be sent home without pay?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    with Library.open(folder, embedder=WordCountEmbedder(), create=True) as library:
        assert [addition.outcome for addition in library.add(ARTICLES)] == [Outcome.ADDED] * 3
    return folder


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=WordCountEmbedder())


def best_id(folder: Path) -> str:
    with opened(folder) as library:
        return library.search(QUESTION, k=1)[0].article.id


@contextmanager
def tampering(folder: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(folder / "catalog.sqlite")
    yield connection
    connection.commit()
    connection.close()


def test_folder_holds_the_catalog_and_the_vector_cache(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["catalog.sqlite", "vectors.faiss"]


def test_catalog_is_durable_by_its_settings(folder: Path) -> None:
    catalog = Catalog(folder / "catalog.sqlite")
    with catalog.writing(is_change=False) as connection:
        settings = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    catalog.close()
    assert settings == ["wal", 2, 1, 30_000]


def test_every_write_and_nothing_else_raises_the_generation(folder: Path) -> None:
    def generation() -> int:
        catalog = Catalog(folder / "catalog.sqlite")
        meta = catalog.meta()
        catalog.close()
        return meta.generation

    assert generation() == 3
    with opened(folder) as library:
        list(library.add(ARTICLES))
        library.search(QUESTION)
        library.check(repair=True)
    assert generation() == 3
    with opened(folder) as library:
        library.remove("virus")
    assert generation() == 4


# The vector cache


def flip_last_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def change_header(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        header, body = path.read_bytes().split(b"\n", 1)
        path.write_bytes(json.dumps(json.loads(header) | changes).encode() + b"\n" + body)

    return change


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "one bit": flip_last_byte,
    "cut in half": cut_in_half,
    "empty": lambda path: path.write_bytes(b""),
    "nonsense": lambda path: path.write_bytes(os.urandom(5000)),
    "list for a header": lambda path: path.write_bytes(b"[1]\nx"),
    "another format": change_header(format=99),
    "another index": change_header(identity="other"),
    "newer than the catalog": change_header(generation=99),
    "a folder": replace_by_folder,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_vector_cache_is_noticed_and_made_again(folder: Path, damage: Callable[[Path], object]) -> None:
    cache = folder / "vectors.faiss"
    damage(cache)
    assert best_id(folder) == "shutdown"
    with opened(folder) as library:
        (problem,) = library.check()
        assert problem.what.startswith("the vector cache 'vectors.faiss' is ")
        assert not problem.repaired
        if cache.is_dir():
            cache.rmdir()
        else:
            assert [problem.repaired for problem in library.check(repair=True)] == [True]
        assert library.check() == []
    assert best_id(folder) == "shutdown"


def test_missing_vector_cache_is_made_again(folder: Path) -> None:
    (folder / "vectors.faiss").unlink()
    assert best_id(folder) == "shutdown"
    with opened(folder) as library:
        assert library.check() == []
        assert library.refresh_cache()
    assert (folder / "vectors.faiss").exists()


def test_older_vector_cache_takes_over_the_difference_only(folder: Path) -> None:
    before = (folder / "vectors.faiss").read_bytes()
    with opened(folder) as library:
        library.remove("shutdown")
        list(library.add([HARBOUR, SHUTDOWN]))
    (folder / "vectors.faiss").write_bytes(before)
    with tampering(folder) as connection:  # vectors that the cache has are not read again
        connection.execute("UPDATE vectors SET vector = zeroblob(?) WHERE chunk IN (2, 3)", (4 * DIM,))
    with opened(folder) as library:
        vector = WordCountEmbedder().embed(["bridge ferries commuters shopkeepers"])[0]
        with library.store.reading():
            cosines = dict(library.store.search_dense(vector, k=9, filters=Filters()))
    assert 1 not in cosines
    assert min(cosines[2], cosines[3]) != 0


def test_cache_of_another_writer_is_followed(folder: Path) -> None:
    with opened(folder) as reader, opened(folder) as writer:
        assert reader.search(QUESTION, k=1)[0].article.id == "shutdown"
        writer.remove("shutdown")
        assert reader.search(QUESTION, k=1)[0].article.id != "shutdown"
        list(writer.add([SHUTDOWN]))
        assert reader.search(QUESTION, k=1)[0].article.id == "shutdown"


def test_old_leftovers_of_a_killed_process_are_swept_and_young_ones_left(folder: Path) -> None:
    old, young = folder / "vectors.faiss.old.tmp", folder / "vectors.faiss.young.tmp"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (0, 0))
    with opened(folder) as library:
        library.remove("virus")
    assert (old.exists(), young.exists()) == (False, True)


# The catalog


def test_lexical_index_out_of_step_is_noticed_and_mended(folder: Path) -> None:
    with tampering(folder) as connection:
        connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    with opened(folder) as library:
        expected = "the lexical index does not match the chunks"
        assert library.check() == [Problem(expected)]
        assert library.check(repair=True) == [Problem(expected, repaired=True)]
        assert library.check() == []
        assert [p.article.id for p in library.search("rangers") if p.lexical > 0] == ["shutdown"]


@pytest.mark.parametrize(
    ("tamper", "what"),
    [
        ("DELETE FROM vectors WHERE chunk = 2", "has no vector"),
        ("UPDATE vectors SET vector = zeroblob(128) WHERE chunk = 2", "vector of chunk . is damaged"),
        ("UPDATE vectors SET vector = x'00' WHERE chunk = 2", "vector of chunk . is damaged"),
        ("UPDATE chunks SET start = start + 1, end = end + 1 WHERE id = 1", "is not the text at its offsets"),
        ("UPDATE chunks SET end = 1000000 WHERE id = 1", "is not the text at its offsets"),
    ],
)
def test_damage_to_what_is_derived_is_noticed_and_mended(folder: Path, tamper: str, what: str) -> None:
    with tampering(folder) as connection:
        connection.execute(tamper)
    with opened(folder) as library:
        (problem,) = library.check()
        assert re.search(what, problem.what)
        assert not problem.repaired
    with Library.open(folder) as library:  # without an embedder nothing can be cut and embedded again
        assert [problem.repaired for problem in library.check(repair=True)] == [False]
    with opened(folder) as library:
        assert [problem.repaired for problem in library.check(repair=True)] == [True]
        assert library.check() == []
    assert best_id(folder) == "shutdown"


def test_search_that_meets_a_missing_vector_says_how_to_mend_it(folder: Path) -> None:
    with tampering(folder) as connection:
        connection.execute("DELETE FROM vectors WHERE chunk = 1")
    with opened(folder) as library, pytest.raises(IndexDamaged, match=r"no vector.*qa check --repair"):
        library.search(QUESTION)


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE articles SET text = replace(text, 'Feb. 5', 'Feb. 6') WHERE id = 'shutdown'",
        "UPDATE articles SET published = '2020-01-28' WHERE id = 'shutdown'",
        "UPDATE articles SET published = 'soon' WHERE id = 'shutdown'",
        "UPDATE articles SET text = cast(x'ff' AS TEXT) WHERE id = 'shutdown'",
    ],
)
def test_altered_article_is_reported_and_not_called_repaired(folder: Path, tamper: str) -> None:
    with tampering(folder) as connection:
        connection.execute(tamper)
    with opened(folder) as library:
        (problem,) = library.check(repair=True)
        assert re.match("article 'shutdown': .*; remove it and add it again", problem.what)
        assert not problem.repaired
        library.remove("shutdown")  # as the message says
        assert [addition.outcome for addition in library.add([SHUTDOWN])] == [Outcome.ADDED]
        assert library.check() == []


def test_orphans_are_reported(folder: Path) -> None:
    with tampering(folder) as connection:
        connection.execute("INSERT INTO sketches VALUES (1, 99)")
    with opened(folder) as library:
        assert [problem.what for problem in library.check()] == ["catalog: row None of sketches belongs to no articles"]


@pytest.mark.parametrize("damage", [cut_in_half, lambda path: path.write_bytes(b"nonsense" * 900)])
def test_catalog_that_can_not_be_read_is_an_error_that_says_what_to_do(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    damage(folder / "catalog.sqlite")

    def use() -> None:
        with opened(folder) as library:
            list(library.articles())
            library.check()

    with pytest.raises(IndexDamaged, match=r"catalog\.sqlite.*qa add FOLDER"):
        use()


def test_empty_catalog_of_a_killed_process_is_no_index_and_can_be_made_one(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").touch()
    with pytest.raises(IndexMissing, match="qa add"):
        opened(tmp_path)
    Library.open(tmp_path, embedder=WordCountEmbedder(), create=True).close()
    with opened(tmp_path) as library:
        assert library.check() == []


def test_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    with tampering(tmp_path) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    with pytest.raises(IndexDamaged, match="not of an index"):
        Library.open(tmp_path, embedder=WordCountEmbedder(), create=True)


def test_other_version_of_the_format_is_refused(folder: Path) -> None:
    with tampering(folder) as connection:
        connection.execute("UPDATE meta SET value = 99 WHERE key = 'schema'")
    with pytest.raises(IndexMismatch, match=r"format 99.*reads formats 1 and 2.*qa add FOLDER"):
        opened(folder)


# Format 1: an index from before dates were kept

DATED = Article("dated", "The pact was signed on 2021-02-05 by both of the presidents.", published=date(2021, 2, 6))


@pytest.fixture
def old_folder(folder: Path) -> Path:
    """The index, with one more article, as the version before wrote it."""
    with opened(folder) as library:
        list(library.add([DATED]))
    with tampering(folder) as connection:
        connection.execute("DROP TABLE datings")
        connection.execute("DROP TABLE dated")
        connection.execute("UPDATE meta SET value = 1 WHERE key = 'schema'")
    return folder


def dating(folder: Path) -> Library:
    return Library.open(folder, embedder=WordCountEmbedder(), dater=IsoDater())


def schema(folder: Path) -> int:
    with tampering(folder) as connection:
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
    return int(version)


def days_told(library: Library) -> list[str]:
    return [found.dating.value for found in library.dated(date.min, date.max)]


def test_index_of_format_1_is_read_as_it_is(old_folder: Path) -> None:
    assert best_id(old_folder) == "shutdown"
    with dating(old_folder) as library:
        assert (days_told(library), len(library.behind())) == ([], 4)
    assert schema(old_folder) == 1


def test_first_write_brings_format_1_to_the_present_one_and_loses_nothing(old_folder: Path) -> None:
    with dating(old_folder) as library:
        before = list(library.articles())
        assert list(library.catch_up(library.behind()[-1:])) == ["dated"]
        assert days_told(library) == ["2021-02-05"]
        assert (list(library.articles()), library.check()) == (before, [])
    assert (schema(old_folder), best_id(old_folder)) == (2, "shutdown")


def test_write_that_fails_leaves_format_1_as_it_was(old_folder: Path) -> None:
    catalog = Catalog(old_folder / "catalog.sqlite")
    with pytest.raises(KeyboardInterrupt), catalog.writing():
        raise KeyboardInterrupt
    catalog.close()
    assert schema(old_folder) == 1
    with dating(old_folder) as library:
        list(library.catch_up(library.behind()))
        assert (days_told(library), library.behind(), library.check()) == (["2021-02-05"], [], [])


def test_read_only_index_of_format_1_can_be_searched_and_has_no_dates(old_folder: Path) -> None:
    with as_nobody(old_folder) as place, dating(place) as library:
        assert library.search(QUESTION, k=1)[0].article == SHUTDOWN
        assert (days_told(library), library.check()) == ([], [])
        with pytest.raises(StorageError, match="can only be read"):
            list(library.catch_up(library.behind()))


@pytest.mark.parametrize(
    "change", ["sentence_end = 1000000", "start = end", "last_day = '0001-01-01'", "first_day = '2021-02-00'"]
)
def test_damaged_dating_is_noticed_and_mended(folder: Path, change: str) -> None:
    with dating(folder) as library:
        list(library.add([DATED]))
    with tampering(folder) as connection:
        connection.execute(f"UPDATE datings SET {change}")
    with dating(folder) as library:
        (problem,) = library.check()
        assert problem.what == "article 'dated': a date found in it is damaged"
        assert [problem.repaired for problem in library.check(repair=True)] == [True]
        assert (days_told(library), library.check()) == (["2021-02-05"], [])


def test_dating_that_is_no_date_is_an_error_that_says_how_to_mend_it(folder: Path) -> None:
    with dating(folder) as library:
        list(library.add([DATED]))
    with tampering(folder) as connection:
        connection.execute("UPDATE datings SET first_day = '2021-02-00', last_day = '2021-02-05'")
    with dating(folder) as library, pytest.raises(IndexDamaged, match=r"date of 'dated' is damaged.*qa check --repair"):
        library.dated(date.min, date.max)


def test_closing_twice_is_in_order_and_leaves_no_log_behind(folder: Path) -> None:
    library = opened(folder)
    library.search(QUESTION)
    library.close()
    library.close()
    assert not list(folder.glob("*-wal"))


# Folders that can't be written to


@contextmanager
def as_nobody(folder: Path) -> Iterator[Path]:
    """A copy of the index in a folder that this process may read and not write: as nobody, since root may all."""
    place = Path(tempfile.mkdtemp(prefix="dateline-"))
    copy = place / "index"
    shutil.copytree(folder, copy)
    for path in copy.iterdir():
        path.chmod(0o444)
    copy.chmod(0o555)
    place.chmod(0o755)
    user = os.geteuid()
    if user == 0:
        import faiss  # noqa: F401  # nobody may not be able to read where it is installed

        os.seteuid(65534)
    try:
        yield copy
    finally:
        os.seteuid(user)
        copy.chmod(0o755)
        shutil.rmtree(place)


@pytest.fixture
def read_only_folder(folder: Path) -> Iterator[Path]:
    with as_nobody(folder) as place:
        yield place


def test_read_only_folder_can_be_searched_and_checked(read_only_folder: Path) -> None:
    with opened(read_only_folder) as library:
        assert library.search(QUESTION, k=1)[0].article == SHUTDOWN
        assert library.check() == []
        assert library.check(repair=True) == []
        assert next(library.add(ARTICLES)).outcome is Outcome.UNCHANGED


def test_read_only_folder_refuses_to_add_and_says_why(read_only_folder: Path) -> None:
    with opened(read_only_folder) as library:
        with pytest.raises(StorageError, match="can only be read"):
            library.remove("shutdown")


def test_read_only_folder_without_vector_cache_can_be_searched(read_only_folder: Path) -> None:
    user = os.geteuid()
    os.seteuid(0) if os.getuid() == 0 else read_only_folder.chmod(0o755)
    (read_only_folder / "vectors.faiss").unlink()
    os.seteuid(user) if os.getuid() == 0 else read_only_folder.chmod(0o555)
    with opened(read_only_folder) as library:
        assert library.search(QUESTION, k=1)[0].article == SHUTDOWN
        assert not library.refresh_cache()


def test_read_only_folder_with_an_unfinished_write_is_not_read_past_it(folder: Path, tmp_path: Path) -> None:
    reader = opened(folder)
    with opened(folder) as library:  # the log stays as long as another has the database open
        library.remove("virus")
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
    reader.close()
    (copy / "catalog.sqlite-shm").unlink()
    with as_nobody(copy) as place, pytest.raises(StorageError, match="killed while it wrote"):
        opened(place)
    with opened(copy) as library:
        assert library.stats().n_articles == 2


def test_folder_that_can_not_be_made_is_named(read_only_folder: Path) -> None:
    with pytest.raises(StorageError, match="Can't make the folder"):
        Library.open(read_only_folder / "new", embedder=WordCountEmbedder(), create=True)
