"""Rules laid over rules: what is replaced sleeps, what is new fires, nothing else changes."""

from __future__ import annotations

from tests.automod.editing import base, edition, shelf, text
from tests.automod.packs import pack, shipped
from veillee.automod.editions import Shelf
from veillee.automod.engine import Engine
from veillee.automod.layers import alone, awake, lay_over
from veillee.automod.ruleset import Ruleset, load
from veillee.model.verdict import Action, Facts
from veillee.outside import packs


def rules(ruleset: Ruleset, said: str) -> tuple[str, ...]:
    """What fires."""
    return Engine(ruleset).screen(Facts(said))[0].rules


def test_an_edition_replaces_the_rule_of_its_id() -> None:
    """The old one sleeps, the others stay as they are."""
    over = lay_over(base(), [edition(goods="figue")])
    assert rules(over, "je vends figue") == ("fr.test.pomme@2",)
    assert rules(over, "je vends pomme") == ()
    assert rules(over, "je vends poire") == ("fr.test.poire@1",)
    assert {rule.ref for rule in over.rules} == {"fr.test.pomme@2", "fr.test.poire@1"}


def test_a_new_rule_stands_beside_the_others() -> None:
    """It leans on their shared signals."""
    over = lay_over(base(), [edition("cerise", goods="cerise", version=1)])
    assert rules(over, "je vends cerise") == ("fr.test.cerise@1",)
    assert rules(over, "je mange cerise") == ()
    assert rules(over, "je vends pomme") == ("fr.test.pomme@1",)


def test_the_version_says_what_stands() -> None:
    """As it is without editions; another one with them."""
    assert lay_over(base(), []).version == base().version
    assert len({lay_over(base(), each).version for each in ([], [edition()], [edition(goods="kiwi")])}) == 3


def test_what_is_held_refuses_nothing() -> None:
    """A block waits for a person instead; a warning stays one."""
    held = lay_over(base(), [edition("poire", action="warn")], {"fr.test.pomme@1", "fr.test.poire@2"})
    assert Engine(held).screen(Facts("je vends pomme"))[0].action is Action.HOLD
    assert Engine(held).screen(Facts("je vends figue"))[0].action is Action.WARN


def test_every_shipped_rule_fires_the_same_laid_over_itself() -> None:
    """On its own lines, disguises included: an edition that changes nothing changes nothing."""
    shelf_ = Shelf(packs.shipped())
    some = shipped().rules[::7]
    over = Engine(lay_over(shipped(), [shelf_.compile(*shelf_.places[rule.id]) for rule in some]))
    plain = Engine(shipped())
    for rule in some:
        for line in (*rule.must_catch, *rule.must_pass):
            mine, theirs = over.screen(Facts(line))[0], plain.screen(Facts(line))[0]
            assert (mine.rules, mine.spans, mine.action) == (theirs.rules, theirs.spans, theirs.action), line


def test_alone_looks_for_nothing_else() -> None:
    """Only the signals that the rules need."""
    only = alone([edition()])
    assert set(only.matcher.signals) == {"fr.test.pomme/goods", "fr/seller"}
    assert rules(only, "je vends figue") == ("fr.test.pomme@2",)
    assert rules(only, "je vends poire") == ()


def test_a_rule_in_shadow_never_acts_and_proves_itself_all_the_same() -> None:
    """`mode: shadow`, in a pack or laid over one."""
    name, written = next(iter(pack().items()))
    ruleset = load({name: written.replace("version: 1", "version: 1\n    mode: shadow")})
    assert rules(ruleset, "une pomme") == ()
    assert rules(awake(ruleset), "une pomme") == ("fr.test.fruit@1",)
    quiet = shelf().compile("fr/test.yaml", text(goods="figue") + "mode: shadow\n")
    assert rules(lay_over(base(), [quiet]), "je vends figue") == ()
    assert rules(alone([quiet]), "je vends figue") == ("fr.test.pomme@2",)
