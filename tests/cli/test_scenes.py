"""What the demo's guests say: everyday talk that our own rules let pass."""

from __future__ import annotations

import pytest

from veillee.automod.engine import Engine
from veillee.automod.ruleset import load
from veillee.chat.pseudonyms import Reserved, normal_form
from veillee.cli.scenes import REPORTED, SCENES, Scene
from veillee.model.verdict import Action, Facts
from veillee.outside.packs import shipped


@pytest.fixture(scope="module")
def engine() -> Engine:
    """The engine with the packs that ship."""
    return Engine(load(shipped()))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.slug)
def test_everyday_talk_passes(scene: Scene, engine: Engine) -> None:
    """No line of the demo is warned about, held or refused, save what the queue is shown with."""
    lines = [(name, text) for name, text in (*scene.history, *scene.live) if name != REPORTED[1]]
    judged = {text: engine.screen(Facts(text))[0].action for _, text in lines}
    assert {text: action for text, action in judged.items() if action is not Action.ALLOW} == {}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.slug)
def test_pseudonyms_may_enter(scene: Scene) -> None:
    """Everybody in the demo bears a name that the door accepts."""
    reserved = Reserved()
    for name in {name for name, _ in (*scene.history, *scene.live)}:
        assert normal_form(name) == name
        assert reserved.check(name)


def test_a_room_is_open_to_all() -> None:
    """The demo has a room `accueil` (PROTOCOL §3), and no room twice."""
    slugs = [scene.slug for scene in SCENES]
    assert "accueil" in slugs
    assert len(set(slugs)) == len(slugs)


def test_what_is_reported_was_said() -> None:
    """The reported line and the one who reports it are in the scene."""
    slug, author, reporter, _, _ = REPORTED
    names = {name for scene in SCENES if scene.slug == slug for name, _ in scene.history}
    assert {author, reporter} <= names
