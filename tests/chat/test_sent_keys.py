"""Idempotency: the same key is answered from what is stored, before anything else is asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.community import draft, place
from veillee.chat.sent_keys import AUTHORS, SentKeys
from veillee.model.clock import DAY, HOUR
from veillee.model.errors import Code, Refused
from veillee.model.message import Draft
from veillee.model.sanction import Sanction, SanctionKind
from veillee.store.port import StoreUnavailable


async def test_the_same_key_is_answered_from_what_is_stored(tmp_path: Path) -> None:
    """Also after a mute: the message was said before it."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        first = await here.community.messages.post(lune, draft("bonsoir"))
        now = here.clock()
        await here.community.sanctions.impose(
            Sanction("S1", SanctionKind.MUTE, lune.device, lune.id, None, "respect", now, now + HOUR)
        )
        again = await here.community.messages.post(lune, draft("bonsoir"))
        assert (again.id, again.s, again.duplicate) == (first.id, first.s, True)
        assert await here.settled() == ["bonsoir"]


async def test_the_same_key_with_another_text_is_refused(tmp_path: Path) -> None:
    """`key_reused`: a client mixes up its own messages; neither is lost silently."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        await here.community.messages.post(lune, draft("bonsoir", "k"))
        with pytest.raises(Refused) as refused:
            await here.community.messages.post(lune, draft("bonjour", "k"))
        assert refused.value.code is Code.KEY_REUSED


async def test_a_restart_forgets_no_key(tmp_path: Path) -> None:
    """Another process over the same file answers the repeat as the first one did."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        first = await here.community.messages.post(lune, draft("bonsoir"))
    async with place(tmp_path) as here:
        again = await here.community.messages.post(lune, draft("bonsoir"))
        assert (again.id, again.s, again.duplicate) == (first.id, first.s, True)
        assert await here.settled() == []


async def test_two_tabs_race_with_one_key(tmp_path: Path) -> None:
    """One message, two answers, one of them a duplicate; in slow mode the second is not told that a message waits."""
    async with place(tmp_path, slow_seconds=30) as here:
        lune = await here.guest("Lune42")
        answers = await asyncio.gather(*(here.community.messages.post(lune, draft("bonsoir")) for _ in range(5)))
        assert len({answer.id for answer in answers}) == 1
        assert sorted(answer.duplicate for answer in answers) == [False, True, True, True, True]
        assert await here.settled() == ["bonsoir"]


async def test_who_gave_up_in_the_middle_may_repeat(tmp_path: Path) -> None:
    """Cancelled between the commit and the answer: the repeat finds what was stored, nothing is said twice."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        for turns in range(8):
            here.clock.forward(10_000)
            post = asyncio.ensure_future(here.community.messages.post(lune, draft(f"bonsoir {turns}")))
            for _ in range(turns):
                await asyncio.sleep(0)
            post.cancel()
            await asyncio.gather(post, return_exceptions=True)
            await here.community.messages.post(lune, draft(f"bonsoir {turns}"))
        assert sorted(await here.settled()) == [f"bonsoir {turns}" for turns in range(8)]


async def test_a_key_is_free_again_after_a_day(tmp_path: Path) -> None:
    """PROTOCOL §1.5: unique for 24 hours, in memory and in the store alike."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        await here.community.messages.post(lune, draft("bonsoir", "k"))
        here.clock.forward(DAY - 1)
        assert (await here.community.messages.post(lune, draft("bonsoir", "k"))).duplicate
        here.clock.forward(1)
        assert not (await here.community.messages.post(lune, draft("à demain", "k"))).duplicate
        assert (await here.community.messages.post(lune, draft("à demain", "k"))).duplicate
        assert await here.settled() == ["bonsoir", "à demain"]


async def test_a_released_message_is_told_as_released(tmp_path: Path) -> None:
    """The repeat of what was held said `held` for a day, although a person had let it through."""

    class Holding:
        def __init__(self, engine: object) -> None:
            self.engine = engine

        def screen(self, *_: object) -> None:
            raise RuntimeError("fault")

    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        here.community.judge.use(Holding(None), ())  # type: ignore[arg-type]
        held = await here.community.messages.post(lune, draft("bonsoir"))
        assert held.held
        await here.community.messages.release(held.id)
        again = await here.community.messages.post(lune, draft("bonsoir"))
        assert (again.id, again.s, again.duplicate) == (held.id, 1, True)


async def test_memory_is_bounded_and_forgetting_costs_nothing(tmp_path: Path) -> None:
    """Beyond so many authors the least recently used is read from the store again."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        await here.community.messages.post(lune, draft("bonsoir"))
        keys = SentKeys(here.community.store, here.clock)

        async def known(guest_id: str, key: str) -> bool:
            found = await keys.begin(guest_id, key)
            keys.end(guest_id, key)
            return found is not None

        assert await known(lune.id, "bonsoir")
        for number in range(AUTHORS):
            assert not await known(f"other {number}", "k")
        assert await known(lune.id, "bonsoir")


async def test_whoever_is_new_is_not_looked_up(tmp_path: Path) -> None:
    """A guest who has just entered has sent nothing: their first message asks no store."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        keys = SentKeys(here.community.store, here.clock)
        await here.community.store.close()
        keys.fresh(lune.id)
        assert await keys.begin(lune.id, "bonsoir") is None
        keys.forget(lune.id)
        with pytest.raises(StoreUnavailable):
            await keys.begin(lune.id, "bonjour")


async def test_a_refusal_frees_the_key(tmp_path: Path) -> None:
    """What was refused was not sent: the corrected text may use the same key."""
    async with place(tmp_path) as here:
        lune = await here.guest("Lune42")
        with pytest.raises(Refused) as refused:
            await here.community.messages.post(lune, Draft("cafe", "k", "   "))
        assert refused.value.code is Code.EMPTY
        assert not (await here.community.messages.post(lune, draft("bonsoir", "k"))).duplicate
