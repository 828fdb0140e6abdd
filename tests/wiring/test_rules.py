"""An instance's rules, opened for a command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doubles import FakeClock
from veillee.automod.problems import RulesetInvalid
from veillee.settings import Instance, Settings
from veillee.wiring.rules import rule_office


async def test_rules_stand_as_the_instance_has_them(tmp_path: Path) -> None:
    """The packs, and a changed one in place of the one of its name; a broken one is refused."""
    async with rule_office(Settings(tmp_path, Instance("Le Foyer")), FakeClock()) as office:
        assert office.rulebook.standing.ruleset.version == office.rulebook.base.version
        assert "fr/spam.yaml" in office.texts
        text = office.texts["fr/spam.yaml"].replace("id: fr.spam.flood", "id: fr.spam.flut", 1)
        assert "fr.spam.flut" in office.shelf_with("fr/spam.yaml", text).places
        with pytest.raises(RulesetInvalid):
            office.shelf_with("fr/spam.yaml", "rules: [")
