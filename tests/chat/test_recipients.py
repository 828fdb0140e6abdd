"""Who else hears of a message: whoever is mentioned, and the one reader of a card."""

from __future__ import annotations

from pathlib import Path
from sqlite3 import IntegrityError
from typing import Any

import pytest
from asyncpg.exceptions import UniqueViolationError

from tests.chat.conftest import casework, messages_over
from tests.community import Place, draft, place
from tests.stores import LASTING
from veillee.model.clock import DAY, MINUTE, SECOND
from veillee.model.errors import Refused
from veillee.model.guest import Guest
from veillee.model.message import Draft

PLEA = "tu peux me prêter 300 euros, je suis bloquée"
"""A text that gets its reader the card `money_safety`."""
DISTRESS = "je veux mourir"
"""A text that gets its author the card `self_harm_support`."""


async def _say(cafe: Place, guest: Guest, body: str, key: str = "", re: str | None = None) -> str:
    cafe.clock.forward(SECOND)
    wanted = Draft("cafe", key or f"{body[:40]}{cafe.clock.now}", body, re)
    return (await cafe.community.messages.post(guest, wanted)).id


async def _told(cafe: Place, guest: Guest, kind: str) -> list[dict[str, Any]]:
    return [e.data for e in await cafe.community.history.personal(guest.id, 0) if e.kind == kind]


async def test_a_mention_reaches_who_is_here_under_that_name(cafe: Place) -> None:
    """Whatever its case and whatever follows it; once, however often it is written; nobody is told of themselves."""
    author, reader, third = [await cafe.guest(nick) for nick in ("Lune42", "Élodie", "Brume")]
    message_id = await _say(cafe, author, "hé @élodie, oui @ÉLODIE ! et moi @Lune42, pas x@Brume ni @Brumeux")
    assert await _told(cafe, reader, "mention") == [{"room": "cafe", "about": message_id}]
    assert await _told(cafe, author, "mention") == []
    assert await _told(cafe, third, "mention") == []


async def test_nobody_who_left_or_is_not_seen_yet_is_mentioned(cafe: Place) -> None:
    """A new pseudonym that was not shown cannot be probed by naming it."""
    author, gone, renamed = [await cafe.guest(nick) for nick in ("Lune42", "Brume", "Sapin")]
    cafe.community.members.part(gone, "cafe")
    after = await cafe.community.guests.rename(renamed, "Plume")
    await cafe.community.members.rename(renamed, after, ["cafe"])
    await _say(cafe, author, "@Brume @Sapin @Plume")
    for guest in (gone, renamed):
        assert await _told(cafe, guest, "mention") == []


async def test_five_people_are_told_of_one_message_at_most(cafe: Place) -> None:
    """Naming everybody tells the first five named."""
    author = await cafe.guest("Lune42")
    names = ["Brume", "Sapin", "Plume", "Galet", "Hibou", "Orage"]
    readers = [await cafe.guest(name) for name in names]
    await _say(cafe, author, " ".join(f"@{name}" for name in names))
    assert [len(await _told(cafe, reader, "mention")) for reader in readers] == [1, 1, 1, 1, 1, 0]


async def test_what_nobody_sees_tells_nobody(cafe: Place) -> None:
    """A held message mentions nobody, nor does a refused one."""
    author, reader = await cafe.guest("Lune42"), await cafe.guest("Brume")
    await _say(cafe, author, "@Brume cherche dealer fiable")
    with pytest.raises(Refused):
        await _say(cafe, author, "@Brume je vais te tuer")
    assert await cafe.community.history.personal(reader.id, 0) == []


async def test_whoever_blocked_the_author_hears_nothing_of_them(cafe: Place) -> None:
    """Neither by name nor by an answer, under whatever pseudonym the author comes back; others still do."""
    reader, other = await cafe.guest("Brume"), await cafe.guest("Sapin")
    author = await cafe.guest("Lune42", device="tablette")
    about = await _say(cafe, reader, "Bonsoir")
    await cafe.community.members.block(reader, cafe.community.members.face(author, "cafe").u)
    again = await cafe.guest("Orage", device="tablette")
    await _say(cafe, again, f"@Brume et @Sapin {PLEA}", re=about)
    assert await cafe.community.history.personal(reader.id, 0) == []
    assert len(await _told(cafe, other, "mention")) == 1


async def test_a_card_for_its_author_reaches_the_author_only(cafe: Place) -> None:
    """Somebody in distress gets help for themselves; the message is delivered."""
    author, reader = await cafe.guest("Lune42"), await cafe.guest("Brume")
    await _say(cafe, reader, "Bonsoir")
    message_id = await _say(cafe, author, DISTRESS)
    (card,) = await _told(cafe, author, "card")
    assert card == {"id": message_id, "card": "self_harm_support", "room": "cafe", "about": message_id}
    assert await _told(cafe, reader, "card") == []
    assert DISTRESS in await cafe.settled()


async def test_a_card_goes_to_who_is_answered(cafe: Place) -> None:
    """The answered one before the mentioned one, before the one who spoke last."""
    author, answered, mentioned, last = [await cafe.guest(nick) for nick in ("Lune42", "Brume", "Sapin", "Plume")]
    about = await _say(cafe, answered, "Bonsoir")
    await _say(cafe, last, "Salut")
    await _say(cafe, author, f"@Sapin {PLEA}", re=about)
    assert [len(await _told(cafe, g, "card")) for g in (author, answered, mentioned, last)] == [0, 1, 0, 0]


async def test_a_card_goes_to_who_is_mentioned(cafe: Place) -> None:
    """Without an answer, whoever is named in the text."""
    author, mentioned, last = [await cafe.guest(nick) for nick in ("Lune42", "Sapin", "Plume")]
    await _say(cafe, last, "Salut")
    await _say(cafe, author, f"@Sapin {PLEA}")
    assert [len(await _told(cafe, g, "card")) for g in (author, mentioned, last)] == [0, 1, 0]


@pytest.mark.parametrize(("minutes", "wanted"), [(4, [0, 0, 1]), (6, [1, 0, 0])])
async def test_a_card_goes_to_who_spoke_last_and_lately(cafe: Place, minutes: int, wanted: list[int]) -> None:
    """Within five minutes the last other speaker; after that nobody is spoken to, and the author gets it."""
    author, earlier, last = [await cafe.guest(nick) for nick in ("Lune42", "Sapin", "Plume")]
    for speaker in (earlier, last, author):
        await _say(cafe, speaker, "Bonsoir")
    cafe.clock.forward(minutes * MINUTE)
    await _say(cafe, author, PLEA)
    assert [len(await _told(cafe, g, "card")) for g in (author, earlier, last)] == wanted


async def test_one_card_of_a_kind_a_day_is_enough(cafe: Place) -> None:
    """The second one the same day is not shown; another kind is, and the same again the day after."""
    author = await cafe.guest("Lune42")
    await _say(cafe, author, DISTRESS)
    await _say(cafe, author, DISTRESS)
    assert [c["card"] for c in await _told(cafe, author, "card")] == ["self_harm_support"]
    await _say(cafe, author, "j'ai 14 ans")
    assert [c["card"] for c in await _told(cafe, author, "card")] == ["self_harm_support", "young_help"]
    cafe.clock.forward(DAY)
    await _say(cafe, author, DISTRESS)
    assert [c["card"] for c in await _told(cafe, author, "card")] == [
        "self_harm_support",
        "young_help",
        "self_harm_support",
    ]


async def test_an_edit_brings_its_card_too(cafe: Place) -> None:
    """What was changed into a cry for help is heard as one."""
    author = await cafe.guest("Lune42")
    message_id = await _say(cafe, author, "Bonsoir")
    await cafe.community.messages.edit(author, "cafe", message_id, DISTRESS)
    assert [c["card"] for c in await _told(cafe, author, "card")] == ["self_harm_support"]


@pytest.mark.parametrize("kind", LASTING)
async def test_a_card_that_could_not_be_written_is_not_lost(tmp_path: Path, kind: str) -> None:
    """A refused commit does not use up the day's card."""
    async with place(tmp_path, recorder=casework, kind=kind) as cafe:
        author = await cafe.guest("Lune42")
        ids = iter(["taken", "taken", "free", "last"])
        messages = messages_over(cafe, lambda: next(ids))
        await messages.post(author, draft("Bonsoir"))
        with pytest.raises((IntegrityError, UniqueViolationError)):
            await messages.post(author, draft(DISTRESS))
        await messages.post(author, draft(DISTRESS))
        assert len(await _told(cafe, author, "card")) == 1
