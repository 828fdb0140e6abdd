"""Learned weights are read with their model cards; what the cards say is checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from veillee.automod.learner import Learner, read
from veillee.outside import weights


@pytest.fixture
def models() -> dict[str, Learner]:
    """The shipped models."""
    return {name: read(card, data) for name, (card, data) in weights.shipped().items()}


def test_the_shipped_models_are_read(models: dict[str, Learner]) -> None:
    """Both models, each under its name; an insult scores far above a greeting."""
    assert set(models) == {"advertising", "hostility"}
    calm, insult = "bonsoir a tous ca va bien", "espece de sale connard va"
    assert models["hostility"].score(insult.split()) > 2 * models["hostility"].score(calm.split())


def test_the_cards_say_what_was_learnt_from() -> None:
    """Every source is named with its licence, none is non-commercial, and the calibration is there."""
    for text, _ in weights.shipped().values():
        card = json.loads(text)
        sources = [source["source"] for source in card["learnt_from"].values()]
        assert all("NC" not in source for source in sources)
        assert "cad_train" not in card["learnt_from"]
        assert card["calibration"]


def test_a_card_without_its_weights_is_an_error(tmp_path: Path) -> None:
    """Half a model is not read as none."""
    (tmp_path / "hostility.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        weights.folder(tmp_path)
