"""Who comes back, under which pseudonym, and who is kept from passing for somebody else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.community import place
from veillee.chat.guests import Entry
from veillee.chat.pseudonyms import Reserved, normal_form
from veillee.model.clock import DAY
from veillee.model.errors import Code, Refused
from veillee.store import guests as rows


async def test_a_session_that_ended_while_it_was_read_stays_ended(tmp_path: Path) -> None:
    """The token was looked up while its guest left: the answer was remembered, and the token worked for ever."""
    async with place(tmp_path) as here:
        entered = await here.community.guests.enter(Entry("Lune42", True, "d"))
    async with place(tmp_path) as here:
        guests = here.community.guests
        for _ in range(20):
            await asyncio.gather(guests.by_token(entered.token), guests.leave(entered.guest))
            assert await guests.by_token(entered.token) is None
            await here.community.store.write(
                rows.give_token, entered.guest.id, here.community.keys.token(entered.token), here.clock()
            )


async def test_the_phrase_does_not_bring_back_a_double(tmp_path: Path) -> None:
    """After a week a pseudonym is free again; once somebody else bears it, its old phrase made two of them."""
    async with place(tmp_path) as here:
        old = await here.community.guests.enter(Entry("Lune42", True, "d1"))
        assert old.phrase is not None
        await here.community.guests.leave(old.guest)
        here.clock.forward(8 * DAY)
        await here.community.guests.enter(Entry("Lune42", True, "d2"))
        with pytest.raises(Refused) as refused:
            await here.community.guests.reopen(old.phrase, "d3")
        assert refused.value.code is Code.NICK_TAKEN


async def test_the_phrase_reopens_the_pseudonym_and_ends_the_session_elsewhere(tmp_path: Path) -> None:
    """Four words from another device: same guest, same device mark (blocks hold), old token dead."""
    async with place(tmp_path) as here:
        first = await here.community.guests.enter(Entry("Lune42", True, "d1"))
        assert first.phrase is not None
        back = await here.community.guests.reopen(first.phrase.upper(), "d2")
        assert (back.guest.id, back.guest.device) == (first.guest.id, first.guest.device)
        assert await here.community.guests.by_token(first.token) is None
        assert await here.community.guests.by_token(back.token) == back.guest


@pytest.mark.parametrize(
    "name", ["ΜΟDΟ", "АDМΙΝ", "АDMIN", "ᴍᴏᴅᴏ", "4dm1n", "Mod3rateur", "m-o-d-o", "Modo42", "ＡＤＭＩＮ"]
)
def test_nobody_looks_like_staff(name: str) -> None:
    """Greek and Cyrillic capitals, small capitals, full width, leet, digits at the end."""
    with pytest.raises(Refused) as refused:
        Reserved().check(normal_form(name))
    assert refused.value.code is Code.NICK_RESERVED


@pytest.mark.parametrize("name", ["Lunе42", "LUNE42", "Lune４２", "L-u-n-e42", "ʟune42", "LUNΕ42"])
async def test_nobody_looks_like_somebody_here(tmp_path: Path, name: str) -> None:
    """Whoever looks like a guest who was seen this week is offered another pseudonym."""
    async with place(tmp_path) as here:
        await here.guest("Lune42")
        with pytest.raises(Refused) as refused:
            await here.guest(name)
        assert refused.value.code is Code.NICK_TAKEN
        assert refused.value.params["s"]


@pytest.mark.parametrize("name", ["Иван", "日本", "שלום", "Νίκος", "नमस्ते"])
async def test_every_script_is_welcome(tmp_path: Path, name: str) -> None:
    """A pseudonym may be written in any script."""
    async with place(tmp_path) as here:
        assert (await here.guest(name)).pseudonym == name
