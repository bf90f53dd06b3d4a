"""Features of an answer -> the calibrated probability that it is right."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from index.errors import ModelError
from qa.positions import Support

# The reader sees question, title and passage, and its evidence already holds the search's score (`qa.ranking`): words
# shared, type of answer, number of sources and cosine add nothing to these two (docs/training.md, "Confidence").
FEATURES = ("evidence", "lead")
_FILE = "calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over `FEATURES`, fitted on held-out questions by `python -m qa.training calibrate`."""

    weights: tuple[float, ...]
    bias: float

    def __post_init__(self) -> None:
        if len(self.weights) != len(FEATURES):
            raise ValueError(f"{len(self.weights)} weights for {len(FEATURES)} features")

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability that the answer with these features is right, in (0, 1)."""
        logit = self.bias + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))

    @classmethod
    def load(cls, model_path: Path) -> Calibration:
        """Read the calibration that ships with a reader.

        :raises ModelError: if it is missing or not for these features.
        """
        path = model_path / _FILE
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            if tuple(stored["features"]) != FEATURES or stored["weights_sha256"] != _checksum(model_path):
                raise ModelError(f"'{path}' was fitted for another reader. Fit it: python -m qa.training calibrate")
            return cls(tuple(stored["weights"]), stored["bias"])
        except (OSError, ValueError, LookupError, TypeError) as error:
            raise ModelError(f"The calibration '{path}' can't be read: {error}. Reinstall dateline-qa.") from error

    def save(self, model_path: Path, *, note: str) -> None:
        """Write the calibration beside the reader's weights; `note` says how it was fitted."""
        stored = {
            "features": FEATURES,
            "weights": self.weights,
            "bias": self.bias,
            "weights_sha256": _checksum(model_path),
            "note": note,
        }
        (model_path / _FILE).write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")


def _checksum(model_path: Path) -> str:
    return (model_path / "SHA256").read_text(encoding="ascii").split()[0]


class Weighed(NamedTuple):
    """An answer with the probability that it is right, and the one that it would have if no other were better."""

    support: Support
    confidence: float
    confidence_alone: float


def weigh(supports: Sequence[Support], calibration: Calibration, *, n: int) -> list[Weighed]:
    """Return the `n` answers of most evidence with their confidence, the most probable first.

    :param supports: all answers, that of most evidence first.
    """
    weighed = [
        Weighed(
            supports[at],
            calibration.probability(features_of(supports, at)),
            calibration.probability(features_of(supports[at:], 0)),
        )
        for at in range(min(n, len(supports)))
    ]
    return sorted(weighed, key=lambda answer: (-answer.confidence, -answer.support.evidence))


def features_of(supports: Sequence[Support], at: int) -> tuple[float, ...]:
    """Return the features of the answer `supports[at]`, in the order of `FEATURES`.

    evidence: fused log-odds, clipped to [-10, 20]; lead: over the best other answer, clipped to [-10, 10].
    """
    evidence = supports[at].evidence
    others = [other.evidence for i, other in enumerate(supports) if i != at]
    lead = evidence - max(others, default=evidence - 10)
    return max(-10.0, min(20.0, evidence)), max(-10.0, min(10.0, lead))
