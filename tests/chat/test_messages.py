"""Messages: the order of the checks, what becomes of each verdict, and what edits, removals and releases leave.

Idempotency keys are in test_sent_keys.py, what others are told personally in test_recipients.py.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.chat.conftest import casework, messages_over
from tests.community import Place, draft, place
from veillee.chat.messages import Posted
from veillee.chat.throttle import SPEAKING
from veillee.model.clock import HOUR, SECOND
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.ids import parse_code
from veillee.model.message import Draft, State
from veillee.model.sanction import Sanction, SanctionKind
from veillee.protocol.limits import BODY_CHARACTERS, EDIT_SECONDS
from veillee.store import messages as rows

WARNED = "ta gueule"
HELD = "cherche dealer fiable"
BLOCKED = "je vais te tuer"


async def _refusal(cafe: Place, guest: Guest, wanted: Draft) -> Refused:
    with pytest.raises(Refused) as refusal:
        await cafe.community.messages.post(guest, wanted)
    return refusal.value


async def _stored(cafe: Place, message_id: str) -> tuple[State, str]:
    message = await cafe.community.store.read(rows.get, message_id)
    assert message is not None
    return message.state, message.body


async def test_what_is_said_is_delivered_once_with_its_offset(cafe: Place) -> None:
    """The answer, the event and the history tell the same; the event holds neither the guest's id nor the device."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    assert (posted.s, posted.at, posted.duplicate, posted.held) == (1, cafe.clock.now, False, False)
    assert await cafe.settled() == ["Bonsoir"]
    (event,) = cafe.heard.durable("cafe")
    assert event.data == {
        "id": posted.id,
        "u": cafe.community.members.face(guest, "cafe").u,
        "n": "Lune42",
        "b": "Bonsoir",
    }
    assert await cafe.community.history.page("cafe") == [event]


async def test_an_answer_names_what_it_answers(cafe: Place) -> None:
    """`re` is a published message of the same room; anything else is `not_found`."""
    guest = await cafe.guest("Lune42")
    first = await cafe.community.messages.post(guest, draft("Bonsoir"))
    await cafe.community.messages.post(guest, Draft("cafe", "k2", "Salut", first.id))
    await cafe.settled()
    assert cafe.heard.durable("cafe")[-1].data["re"] == first.id
    assert (await _refusal(cafe, guest, Draft("cafe", "k3", "Salut", "nothing"))).code is Code.NOT_FOUND


@pytest.mark.parametrize("body", ["", " ", "\n\t ", "\u2003"], ids=ascii)
async def test_nothing_said_is_empty(cafe: Place, body: str) -> None:
    """Spaces of any kind are nothing."""
    assert (await _refusal(cafe, await cafe.guest("Lune42"), draft(body, "k"))).code is Code.EMPTY


async def test_too_long_says_by_how_much(cafe: Place) -> None:
    """Characters count, not bytes; the longest allowed passes whole."""
    guest = await cafe.guest("Lune42")
    longest = "é " * (BODY_CHARACTERS // 2)
    refusal = await _refusal(cafe, guest, draft(longest + "abc", "k1"))
    assert (refusal.code, refusal.params["n"]) == (Code.TOO_LONG, 3)
    await cafe.community.messages.post(guest, draft(longest, "k2"))
    assert await cafe.settled() == [longest]


async def test_checks_run_in_the_order_of_the_contract(cafe: Place) -> None:
    """Idempotency, size, rights, throttle, judgement: the first that refuses is the one that is told."""
    guest = await cafe.guest("Lune42")
    await cafe.community.messages.post(guest, draft("Bonsoir", "known"))
    now = cafe.clock.now
    for _ in range(SPEAKING.burst - 1):
        await cafe.community.throttle.take(guest.device, SPEAKING, now)
    assert (await _refusal(cafe, guest, draft(BLOCKED, "k1"))).code is Code.RATE_LIMITED
    mute = Sanction("S1", SanctionKind.MUTE, guest.device, guest.id, "cafe", "1", now, now + HOUR)
    await cafe.community.sanctions.impose(mute)
    assert (await _refusal(cafe, guest, draft(BLOCKED, "k2"))).code is Code.MUTED
    assert (await _refusal(cafe, guest, draft("x" * 4_001, "k3"))).code is Code.TOO_LONG
    assert (await _refusal(cafe, guest, draft("x" * 4_001, "known"))).code is Code.KEY_REUSED
    assert (await cafe.community.messages.post(guest, draft("Bonsoir", "known"))).duplicate


async def test_a_flood_is_told_when_to_come_back(cafe: Place) -> None:
    """A burst passes; the next is `rate_limited` with `retry`, and passes after that; a repeat costs nothing."""
    guest = await cafe.guest("Lune42")
    for number in range(SPEAKING.burst):
        await cafe.community.messages.post(guest, draft(f"phrase numéro {number}"))
    refusal = await _refusal(cafe, guest, draft("de trop"))
    assert (refusal.code, refusal.retry) == (Code.RATE_LIMITED, 1.0)
    assert (await cafe.community.messages.post(guest, draft("phrase numéro 3"))).duplicate
    cafe.clock.forward(SECOND)
    assert (await cafe.community.messages.post(guest, draft("de trop"))).s == SPEAKING.burst + 1


async def test_slow_mode_queues_one_and_refuses_a_second(tmp_path: Path) -> None:
    """The second message waits for its turn and is delivered; a third meanwhile is `slow_mode` with `retry`."""
    async with place(tmp_path, slow_seconds=10) as here:
        waited: list[float] = []
        waiting, turn = asyncio.Event(), asyncio.Event()

        async def pause(seconds: float) -> None:
            waited.append(seconds)
            waiting.set()
            await turn.wait()
            here.clock.forward(int(seconds * 1000))

        messages = messages_over(here, pause=pause)
        guest, other = await here.guest("Lune42"), await here.guest("Brume")
        assert messages.slow(guest, "cafe")
        await messages.post(guest, draft("un"))
        queued = asyncio.create_task(messages.post(guest, draft("deux")))
        await waiting.wait()
        with pytest.raises(Refused) as refusal:
            await messages.post(guest, draft("trois"))
        assert (refusal.value.code, refusal.value.retry) == (Code.SLOW_MODE, 10.0)
        await messages.post(other, draft("à moi"))
        turn.set()
        assert (await queued).s == 3
        assert waited == [10.0]
        assert await here.settled() == ["un", "à moi", "deux"]


async def test_whoever_is_muted_while_waiting_does_not_speak(tmp_path: Path) -> None:
    """Rights are asked again when the turn comes."""
    async with place(tmp_path, slow_seconds=10) as here:
        guest = await here.guest("Lune42")

        async def pause(seconds: float) -> None:
            now = here.clock.now
            mute = Sanction("S1", SanctionKind.MUTE, guest.device, guest.id, "cafe", "1", now, now + HOUR)
            await here.community.sanctions.impose(mute)

        messages = messages_over(here, pause=pause)
        await messages.post(guest, draft("un"))
        with pytest.raises(Refused) as refusal:
            await messages.post(guest, draft("deux"))
        assert refusal.value.code is Code.MUTED
        assert await here.settled() == ["un"]


async def test_a_warning_asks_to_think_again(cafe: Place) -> None:
    """The same text with its confirmation goes through; another text, room-mate or made-up token does not."""
    guest, other = await cafe.guest("Lune42"), await cafe.guest("Brume")
    refusal = await _refusal(cafe, guest, draft(WARNED))
    assert refusal.code is Code.THINK_AGAIN
    assert await cafe.settled() == []
    confirmed = Draft("cafe", "k2", WARNED, confirm=refusal.confirm)
    for who, wanted in (
        (other, confirmed),
        (guest, Draft("cafe", "k3", "connard", confirm=refusal.confirm)),
        (guest, Draft("cafe", "k4", WARNED, confirm="0" * 16)),
    ):
        assert (await _refusal(cafe, who, wanted)).code is Code.THINK_AGAIN
    assert (await cafe.community.messages.post(guest, confirmed)).s == 1
    assert await cafe.settled() == [WARNED]


async def test_a_confirmation_opens_no_refusal(cafe: Place) -> None:
    """What is blocked stays blocked, confirmed or not."""
    guest = await cafe.guest("Lune42")
    token = cafe.community.keys.confirmation(guest.id, "cafe", BLOCKED)
    assert (await _refusal(cafe, guest, Draft("cafe", "k", BLOCKED, confirm=token))).code is Code.BLOCKED_CONTENT


async def test_what_is_held_waits_with_its_case_and_code(cafe: Place) -> None:
    """Nobody sees it; a repeat says the same; released, it gets the next offset and is told as sent."""
    guest = await cafe.guest("Lune42")
    held = await cafe.community.messages.post(guest, draft(HELD))
    assert held.held
    assert held.case is not None
    assert parse_code(str(held.code)) == held.code
    again = await cafe.community.messages.post(guest, draft(HELD))
    assert again == Posted(held.id, None, held.at, True, held.case, held.code)
    await cafe.community.messages.post(guest, draft("Bonsoir"))
    assert await cafe.settled() == ["Bonsoir"]
    for _ in range(2):
        await cafe.community.messages.release(held.id)
    assert await cafe.settled() == ["Bonsoir", HELD]
    assert (await cafe.community.messages.post(guest, draft(HELD))).s == 2


async def test_what_is_held_and_removed_is_never_seen(cafe: Place) -> None:
    """Moderation refuses a held message: no tombstone of what nobody saw."""
    guest = await cafe.guest("Lune42")
    held = await cafe.community.messages.post(guest, draft(HELD))
    await cafe.community.messages.remove(held.id, held.case)
    assert cafe.heard.durable("cafe") == []
    assert (await _refusal(cafe, guest, draft(HELD))).code is Code.BLOCKED_CONTENT


async def test_what_is_blocked_can_be_contested(cafe: Place) -> None:
    """`blocked_content` with case and code; the same on repeat, after a restart too; another key is another case."""
    guest = await cafe.guest("Lune42")
    refusal = await _refusal(cafe, guest, draft(BLOCKED))
    assert refusal.code is Code.BLOCKED_CONTENT
    assert refusal.case is not None
    assert parse_code(str(refusal.secret)) == refusal.secret
    again = await _refusal(cafe, guest, draft(BLOCKED))
    assert (again.code, again.case, again.secret) == (refusal.code, refusal.case, refusal.secret)
    assert (await _refusal(cafe, guest, draft(BLOCKED, "other"))).case != refusal.case
    assert await cafe.settled() == []
    restarted = messages_over(cafe)
    with pytest.raises(Refused) as third:
        await restarted.post(guest, draft(BLOCKED))
    assert (third.value.case, third.value.secret) == (refusal.case, refusal.secret)


@pytest.mark.parametrize("attended", [True, False])
async def test_a_refusal_without_its_case_is_not_written(tmp_path: Path, attended: bool) -> None:
    """If the case cannot be recorded, nothing of the message is: the two are one transaction."""

    def broken(*_: object) -> object:
        def record(*_: object) -> str:
            raise LookupError("no casework")

        return record

    async with place(tmp_path, recorder=broken) as here:  # type: ignore[arg-type]
        here.community.rooms.attended = attended
        guest = await here.guest("Lune42")
        with pytest.raises(LookupError):
            await here.community.messages.post(guest, draft(BLOCKED))
        assert await here.community.store.read(rows.spoken, "cafe", 10) == []
        assert (await here.community.messages.post(guest, draft("Bonsoir"))).s == 1


async def test_an_edit_is_seen_in_place_and_keeps_what_was_said(cafe: Place) -> None:
    """The event has the next offset; the text before is kept for evidence."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    assert await cafe.community.messages.edit(guest, "cafe", posted.id, "Bonsoir à tous") == 2
    await cafe.settled()
    assert cafe.heard.durable("cafe")[-1].data == {"id": posted.id, "b": "Bonsoir à tous"}
    versions = await cafe.community.store.read(rows.versions, posted.id)
    assert [version["body"] for version in versions] == ["Bonsoir"]


@pytest.mark.parametrize("body", [HELD, BLOCKED])
async def test_a_refused_edit_keeps_the_old_text(cafe: Place, body: str) -> None:
    """Edits are judged again; what is refused says where to contest, and a successful appeal carries it out."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    with pytest.raises(Refused) as refusal:
        await cafe.community.messages.edit(guest, "cafe", posted.id, body)
    assert refusal.value.code is Code.BLOCKED_CONTENT
    assert refusal.value.case is not None
    assert parse_code(str(refusal.value.secret)) == refusal.value.secret
    await cafe.settled()
    assert [event.kind for event in cafe.heard.durable("cafe")] == ["msg"]
    assert await _stored(cafe, posted.id) == (State.PUBLISHED, "Bonsoir")
    (refused,) = [m for m in await cafe.community.store.read(rows.spoken, "cafe", 10) if m.edit_of == posted.id]
    for _ in range(2):
        await cafe.community.messages.release(refused.id)
    assert await _stored(cafe, posted.id) == (State.PUBLISHED, body)
    await cafe.settled()
    assert [event.kind for event in cafe.heard.durable("cafe")] == ["msg", "edit"]


async def test_an_edit_thinks_again_and_measures_too(cafe: Place) -> None:
    """Warning, emptiness and length hold for edits; the text stays until one passes."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    edit = cafe.community.messages.edit
    for body, code in (("", Code.EMPTY), ("x" * 4_001, Code.TOO_LONG), (WARNED, Code.THINK_AGAIN)):
        with pytest.raises(Refused) as refusal:
            await edit(guest, "cafe", posted.id, body)
        assert refusal.value.code is code
        assert await _stored(cafe, posted.id) == (State.PUBLISHED, "Bonsoir")
    await edit(guest, "cafe", posted.id, WARNED, refusal.value.confirm)
    assert await _stored(cafe, posted.id) == (State.PUBLISHED, WARNED)


async def test_an_edit_comes_within_ten_minutes(cafe: Place) -> None:
    """To the millisecond; after that the message can still be deleted."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    cafe.clock.now = posted.at + EDIT_SECONDS * SECOND
    await cafe.community.messages.edit(guest, "cafe", posted.id, "Bonsoir !")
    cafe.clock.forward(1)
    with pytest.raises(Refused) as refusal:
        await cafe.community.messages.edit(guest, "cafe", posted.id, "Trop tard")
    assert refusal.value.code is Code.EDIT_EXPIRED
    assert await cafe.community.messages.delete(guest, "cafe", posted.id) == 3


async def test_only_its_author_edits_and_deletes(cafe: Place) -> None:
    """`forbidden` for others, and the message stays as it was; the muted do not edit, but may delete their own."""
    guest, other = await cafe.guest("Lune42"), await cafe.guest("Brume")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    for act in (
        cafe.community.messages.edit(other, "cafe", posted.id, "Bonjour"),
        cafe.community.messages.delete(other, "cafe", posted.id),
    ):
        with pytest.raises(Refused) as refusal:
            await act
        assert refusal.value.code is Code.FORBIDDEN
    now = cafe.clock.now
    await cafe.community.sanctions.impose(
        Sanction("S1", SanctionKind.MUTE, guest.device, guest.id, "cafe", "1", now, now + HOUR)
    )
    with pytest.raises(Refused) as refusal:
        await cafe.community.messages.edit(guest, "cafe", posted.id, "Bonjour")
    assert refusal.value.code is Code.MUTED
    assert await _stored(cafe, posted.id) == (State.PUBLISHED, "Bonsoir")
    assert await cafe.community.messages.delete(guest, "cafe", posted.id) == 2


async def test_a_deleted_message_is_a_tombstone(cafe: Place) -> None:
    """Everybody hears that its author removed it; a second time it is `not_found`; editing it is too."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    await cafe.community.messages.delete(guest, "cafe", posted.id)
    await cafe.settled()
    assert cafe.heard.durable("cafe")[-1].data == {"id": posted.id, "by": "author"}
    for act in (
        cafe.community.messages.delete(guest, "cafe", posted.id),
        cafe.community.messages.edit(guest, "cafe", posted.id, "Bonjour"),
    ):
        with pytest.raises(Refused) as refusal:
            await act
        assert refusal.value.code is Code.NOT_FOUND


async def test_moderation_removes_once_and_brings_back(cafe: Place) -> None:
    """Removing again changes nothing; releasing brings the message back under a new offset, as it was."""
    guest = await cafe.guest("Lune42")
    posted = await cafe.community.messages.post(guest, draft("Bonsoir"))
    for _ in range(2):
        await cafe.community.messages.remove(posted.id, "7F3K-21AB")
    for _ in range(2):
        await cafe.community.messages.release(posted.id)
    await cafe.settled()
    events = cafe.heard.durable("cafe")
    assert [(event.s, event.kind) for event in events] == [(1, "msg"), (2, "del"), (3, "msg")]
    assert events[1].data == {"id": posted.id, "by": "moderation", "case": "7F3K-21AB"}
    assert events[2].data == events[0].data
    page = await cafe.community.history.page("cafe")
    assert [("b" in event.data) for event in page] == [False, False, True]


async def test_a_room_that_blocks_on_faults_refuses_with_a_case(tmp_path: Path) -> None:
    """A text the engine could not judge has its statement too, whichever the room's policy."""

    class Broken:
        def screen(self, facts: object, *_: object, **__: object) -> object:
            raise RuntimeError("the engine broke")

    async with place(tmp_path, recorder=casework, on_fault="block") as here:
        guest = await here.guest("Lune42")
        here.community.judge.use(Broken(), ())  # type: ignore[arg-type]
        refusal = await _refusal(here, guest, draft("Bonsoir"))
        assert refusal.code is Code.BLOCKED_CONTENT
        assert refusal.case is not None
        assert await here.settled() == []


async def test_many_at_once_are_delivered_in_the_order_of_their_offsets(cafe: Place) -> None:
    """A hundred people speak in the same moment: every message once, offsets without gap, in order on the bus."""
    guests = [await cafe.guest(f"Braise{number}") for number in range(100)]
    posted = await asyncio.gather(
        *(cafe.community.messages.post(guest, draft(f"c'est {guest.pseudonym}")) for guest in guests)
    )
    await cafe.settled()
    events = cafe.heard.durable("cafe")
    assert [event.s for event in events] == list(range(1, 101))
    assert {event.message_id: event.s for event in events} == {each.id: each.s for each in posted}
