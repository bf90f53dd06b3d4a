"""Settings: flag, environment, file, default."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.config import SETTINGS, load_settings
from qa.errors import ConfigError


def test_a_flag_wins_over_the_environment_that_over_the_file_that_over_the_default(tmp_path: Path) -> None:
    file = tmp_path / "qa.toml"
    file.write_text('index = "file"\nk = 3\nmin_confidence = 0.7\n')
    settings = load_settings(index="flag", environ={"QA_INDEX": "environment", "QA_K": "4"}, config_path=file)
    assert (settings.index, settings.k, settings.min_confidence, settings.n_threads) == ("flag", 4, 0.7, 2)


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ({"k": 0}, "k is 0"),
        ({"min_confidence": 1.5}, "min_confidence is 1.5"),
        ({"min_confidence": "much"}, "'min_confidence' is 'much'"),
        ({"n_threads": 0}, "n_threads is 0"),
        ({"index": " "}, "'index' is empty"),
        ({"colour": "red"}, "no setting 'colour'"),
    ],
)
def test_an_illegal_value_is_named(flags: dict[str, object], message: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=message):
        load_settings(environ={}, config_path=tmp_path / "none", **flags)


@pytest.mark.parametrize(
    "content", ["k = ", "nonsense = 1", "k = 10.7", "k = true", 'index = ["a"]', "min_confidence = '0.5'"]
)
def test_a_bad_settings_file_is_an_error(content: str, tmp_path: Path) -> None:
    (tmp_path / "qa.toml").write_text(content)
    with pytest.raises(ConfigError):
        load_settings(environ={}, config_path=tmp_path / "qa.toml")


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [s.name for s in SETTINGS if f"`{s.name}`" not in readme or s.variable not in readme] == []
