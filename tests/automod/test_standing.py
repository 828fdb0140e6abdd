"""What judges at one moment: in force, on a share, in shadow."""

from __future__ import annotations

from tests.automod.editing import base, edition
from veillee.automod.engine import Engine
from veillee.automod.standing import MOST_CANARIES, Canary, Plan, Screening, Standing, noted
from veillee.model.edition import Unit
from veillee.model.verdict import ALLOWED, Facts, Persona

ROOMS = [f"salon-{n}" for n in range(400)]


def said(text: str = "je vends figue", room: str | None = "cafe", *, private: bool = False, who: str = "a") -> Facts:
    """Something that somebody says."""
    return Facts(text, conversation=room, private=private, author=Persona(who))


def screened(standing: Standing, facts: Facts) -> tuple[str, ...]:
    """The rules that act on it."""
    verdict, _ = standing.choose(facts).screen(facts)
    return verdict.rules


def test_what_is_in_force_acts_and_is_named_by_its_text() -> None:
    """The hashes go with the verdict, those of the packs too; what is no rule of a pack has none."""
    changed = edition()
    standing = Standing(base(), Plan(in_force=[changed], hashes={"fr.test.poire@1": "f" * 16}))
    assert screened(standing, said()) == ("fr.test.pomme@2",)
    assert standing.texts(["fr.test.pomme@2", "fr.test.poire@1", "minors.sexual@1"]) == (changed.text.hash, "f" * 16)


def test_shadow_is_counted_and_acts_on_nobody() -> None:
    """The verdict is what it was; the hash of what would have fired is told beside it; nothing of it in private."""
    changed = edition()
    standing = Standing(base(), Plan(shadows=[changed]))
    assert screened(standing, said()) == ()
    assert noted(standing, said(), ALLOWED).shadowed == (changed.text.hash,)
    assert noted(standing, said(private=True), ALLOWED) is ALLOWED
    assert noted(standing, said("bonsoir"), ALLOWED) is ALLOWED


def test_a_canary_takes_its_share_of_rooms_and_keeps_it() -> None:
    """A quarter of four hundred rooms, the same ones each time; everything said there, nothing said elsewhere."""
    canary = Canary(edition(), 25, Unit.ROOM)
    taken = [room for room in ROOMS if canary.takes(said(room=room))]
    assert 60 < len(taken) < 140
    assert taken == [room for room in ROOMS if canary.takes(said("autre chose", room=room, who="b"))]
    standing = Standing(base(), Plan(canaries=[canary]))
    outside = next(room for room in ROOMS if room not in taken)
    assert screened(standing, said(room=taken[0])) == ("fr.test.pomme@2",)
    assert screened(standing, said(room=outside)) == ()
    assert screened(standing, said("je vends pomme", room=outside)) == ("fr.test.pomme@1",)
    assert screened(standing, said("je vends pomme", room=taken[0])) == ()


def test_a_canary_of_messages_is_stable_for_a_message() -> None:
    """Trying again with the same words falls on the same side."""
    canary = Canary(edition(), 10, Unit.MESSAGE)
    taken = [n for n in range(1_000) if canary.takes(said(f"je vends figue {n}"))]
    assert 60 < len(taken) < 140
    assert all(canary.takes(said(f"je vends figue {n}")) for n in taken)


def test_a_canary_spares_what_is_private_or_outside_rooms() -> None:
    """Whatever its share."""
    canary = Canary(edition(), 50, Unit.MESSAGE)
    assert not any(canary.takes(said(f"{n}", private=True)) for n in range(50))
    assert not any(canary.takes(said(f"{n}", room=None)) for n in range(50))


def test_a_canary_is_watched_everywhere() -> None:
    """What it would have caught outside its share is counted as in shadow."""
    canary = Canary(edition(), 1, Unit.ROOM)
    standing = Standing(base(), Plan(canaries=[canary]))
    assert {standing.shadowed(said(room=room)) for room in ROOMS} == {(canary.edition.text.hash,)}


def test_there_are_few_canaries_at_once() -> None:
    """The first ones act, the others wait."""
    canaries = [Canary(edition("cerise", goods=f"lot{n}", version=n), 50, Unit.ROOM) for n in range(1, 9)]
    assert len(Standing(base(), Plan(canaries=canaries)).watched) == MOST_CANARIES


def test_two_versions_of_one_rule_in_shadow_are_told_apart() -> None:
    """By their hashes."""
    one, two = edition(goods="figue", version=2), edition(goods="kiwi", version=3)
    standing = Standing(base(), Plan(shadows=[one, two]))
    assert standing.shadowed(said("je vends figue")) == (one.text.hash,)
    assert standing.shadowed(said("je vends kiwi")) == (two.text.hash,)


def test_no_draft_pays_for_what_is_worked_out_once() -> None:
    """The first name and the first disguise after a change cost as little as the tenth: all was met beforehand."""
    looked: list[str] = []

    def wrap(engine: Engine) -> Screening:
        looked.append(engine.ruleset.version)
        return engine

    canary = Canary(edition(), 50, Unit.ROOM)
    standing = Standing(base(), Plan(canaries=[canary]), wrap)
    made = list(looked)
    for room in ROOMS:
        standing.choose(said(room=room))
    assert looked == made
    assert len(made) == 2
    lexicon = standing.ruleset.matcher.lexicon
    assert {"slips", "_shapes"} & vars(lexicon).keys()
