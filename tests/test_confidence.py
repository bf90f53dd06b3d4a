"""Features and the probability made of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ModelError
from qa.confidence import FEATURES, Calibration, features_of
from qa.positions import merge
from qa.reading import shipped_reader_path
from tests.qa_fakes import article, candidate, passage

TREATY = passage(article("t", "Talks went on. The treaty expires on Feb. 5.", title="New START"))


def features(*scored: tuple[str, float]) -> dict[str, float]:
    supports = merge([candidate(TREATY, text, score) for text, score in scored])
    return dict(zip(FEATURES, features_of(supports, 0), strict=True))


def test_features_tell_evidence_and_lead() -> None:
    assert features(("Feb. 5", 3.0), ("Talks", 1.0)) == {"evidence": 3.0, "lead": 2.0}


def test_a_lone_answer_leads_by_the_most_there_is() -> None:
    assert features(("Feb. 5", 3.0))["lead"] == 10.0


def test_more_evidence_gives_more_confidence() -> None:
    calibration = Calibration.load(shipped_reader_path())
    low, high = ([evidence, 2.0] for evidence in (0.0, 8.0))
    assert 0 < calibration.probability(low) < calibration.probability(high) < 1


def test_a_calibration_survives_the_disk(tmp_path: Path) -> None:
    (tmp_path / "SHA256").write_text("abc  model.safetensors\n")
    calibration = Calibration(tuple(float(i) for i in range(len(FEATURES))), -1.5)
    calibration.save(tmp_path, note="test")
    assert Calibration.load(tmp_path) == calibration


def test_a_calibration_of_other_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "SHA256").write_text("abc  model.safetensors\n")
    Calibration(tuple(0.0 for _ in FEATURES), 0.0).save(tmp_path, note="test")
    (tmp_path / "SHA256").write_text("def  model.safetensors\n")
    with pytest.raises(ModelError, match="fitted for another reader"):
        Calibration.load(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", '{"features": ["other"], "weights": [1], "bias": 0}', "[]"])
def test_a_bad_calibration_file_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "calibration.json").write_text(content)
    with pytest.raises(ModelError, match=r"calibration\.json"):
        Calibration.load(tmp_path)


def test_weights_must_match_the_features() -> None:
    with pytest.raises(ValueError, match="1 weights for 2 features"):
        Calibration((1.0,), 0.0)
