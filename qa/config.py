"""All settings in one table: flag, else environment, else `qa.toml`, else default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from qa.errors import ConfigError

CONFIG_FILE = Path("qa.toml")


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: its name, its default, the environment variable that sets it, what it does."""

    name: str
    default: Any
    variable: str
    help: str


SETTINGS = (
    Setting("index", "./.dateline", "QA_INDEX", "Folder of the index."),
    Setting("embedder", "all-MiniLM-L6-v2", "QA_EMBEDDER", "Embedder: a sentence-transformers model, by name or path."),
    Setting(
        "reader", "dateline-reader", "QA_READER", "Reader: an extractive question-answering model, by name or path."
    ),
    Setting("k", 10, "QA_K", "Passages that are looked at for an answer."),
    Setting("min_confidence", 0.53, "QA_MIN_CONFIDENCE", "Least confidence with which an answer is given, 0 to 1."),
    Setting("n_threads", 2, "QA_N_THREADS", "Processor threads of the models."),
)


def default_of(name: str) -> Any:
    """Return the default of a setting."""
    return next(setting.default for setting in SETTINGS if setting.name == name)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run, checked and fixed."""

    index: str
    embedder: str
    reader: str
    k: int
    min_confidence: float
    n_threads: int

    def __post_init__(self) -> None:
        for name in ("index", "embedder", "reader"):
            if not str(getattr(self, name)).strip():
                raise ConfigError(f"The setting '{name}' is empty. Give it a value.")
        if not 1 <= self.k <= 1000:
            raise ConfigError(f"k is {self.k}; give a number of passages from 1 to 1000.")
        if not 0 <= self.min_confidence <= 1:
            raise ConfigError(f"min_confidence is {self.min_confidence}; give a number from 0 to 1.")
        if not 1 <= self.n_threads <= 256:
            raise ConfigError(f"n_threads is {self.n_threads}; give a number from 1 to 256.")


def load_settings(
    *, environ: Mapping[str, str] | None = None, config_path: Path = CONFIG_FILE, **flags: Any
) -> Settings:
    """Return the settings: a flag that isn't None wins, then the environment, then the file, then the default.

    :raises ConfigError: if a value isn't of its setting's type or range, the file can't be read, or names a setting
        that doesn't exist.
    """
    environ = os.environ if environ is None else environ
    from_file = _read(config_path)
    unknown = sorted((set(from_file) | set(flags)) - {setting.name for setting in SETTINGS})
    if unknown:
        known = ", ".join(setting.name for setting in SETTINGS)
        raise ConfigError(f"There is no setting '{unknown[0]}'. The settings are: {known}.")
    values = {}
    for setting in SETTINGS:
        in_file = _of_its_type(setting, from_file.get(setting.name))
        given = (flags.get(setting.name), environ.get(setting.variable) or None, in_file)
        value = next((v for v in given if v is not None), setting.default)
        values[setting.name] = _converted(setting, value)
    return Settings(**values)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"The settings file '{path}' can't be read: {error}.") from error


def _of_its_type(setting: Setting, value: Any) -> Any:
    """Refuse what a file spells as another type: `k = true`, `k = 10.7`, `index = ["a"]`."""
    wanted = (int, float) if isinstance(setting.default, float) else type(setting.default)
    if value is not None and (isinstance(value, bool) or not isinstance(value, wanted)):
        raise ConfigError(f"The setting '{setting.name}' is {value!r}; it must be like {setting.default!r}.")
    return value


def _converted(setting: Setting, value: Any) -> Any:
    kind = {field.name: field.type for field in fields(Settings)}[setting.name]
    convert = {"str": str, "int": int, "float": float}[str(kind)]
    try:
        return convert(value)
    except (TypeError, ValueError):
        raise ConfigError(f"The setting '{setting.name}' is {value!r}; it must be of type {kind}.") from None
