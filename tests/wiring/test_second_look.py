"""The second look as settings build it: off by default, pinned, and no reason not to start when it is away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.endpoint import HASH, answering
from veillee.chat.guests import Entry
from veillee.model.message import Draft
from veillee.model.room import Room
from veillee.settings import Model, Settings, SettingsInvalid
from veillee.wiring.community import build_community
from veillee.wiring.second_look import build_second_reader

PACK = """
rules:
  - {id: fr.hate.unsure, version: 1, category: hate, action: hold, second_look: true, reason: r, source: s,
     condition: a, signals: {a: {terms: [patate]}}, must_catch: [patate], must_pass: [carotte]}
"""


async def test_without_a_url_there_is_none(tmp_path: Path) -> None:
    """Nothing is asked of anybody unless the operator says so."""
    assert await build_second_reader(Settings(tmp_path)) is None


async def test_a_model_without_its_pin_stops_the_start(tmp_path: Path) -> None:
    """The sentence names the missing key."""
    with pytest.raises(SettingsInvalid, match=r"model\.sha256"):
        await build_second_reader(Settings(tmp_path, model=Model("http://127.0.0.1:1/v1", "guard")))
    with pytest.raises(SettingsInvalid, match=r"model\.policy"):
        await build_second_reader(Settings(tmp_path, model=Model("http://127.0.0.1:1/v1", "guard", HASH, policy="no")))


async def test_other_weights_stop_the_start(tmp_path: Path) -> None:
    """An endpoint whose model changed is not used until somebody pins it anew."""
    with answering() as endpoint, pytest.raises(SettingsInvalid, match="other weights"):
        await build_second_reader(Settings(tmp_path, model=Model(endpoint.url, "guard", "cd" * 32)))


async def test_an_endpoint_that_is_away_does_not_stop_the_start(tmp_path: Path) -> None:
    """The house opens; a message that wants a second look waits for a person until the endpoint is back."""
    reader = await build_second_reader(Settings(tmp_path, model=Model("http://127.0.0.1:1/v1", "guard", HASH)))
    assert reader is not None
    await reader.close()


async def test_an_unsure_rule_is_decided_by_the_second_look(tmp_path: Path) -> None:
    """Held by the rule alone; let go when the model is sure that nothing is wrong; held again when it is lost."""
    (tmp_path / "rules" / "fr").mkdir(parents=True)
    (tmp_path / "rules" / "fr" / "unsure.yaml").write_text(PACK, encoding="utf-8")
    settings = Settings(tmp_path)
    with answering() as endpoint:
        settings = Settings(tmp_path, rules=type(settings.rules)("rules"), model=Model(endpoint.url, "guard", HASH))
        reader = await build_second_reader(settings)
        assert reader is not None
        community = await build_community(settings, second_look=reader)
        await community.rooms.create(Room("cafe", "e1", "Café"))
        entered = await community.guests.enter(Entry("Lune42", True, "device"))
        await community.members.join(entered.guest, "cafe")
        said = await community.messages.post(entered.guest, Draft("cafe", "k1", "une patate chaude"))
        assert not said.held
        endpoint.status = 500
        held = await community.messages.post(entered.guest, Draft("cafe", "k2", "encore une patate"))
        assert held.held
        await community.store.close()
        await reader.close()
