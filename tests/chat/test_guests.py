"""Guests: who enters, under which pseudonym, and how the same person comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.community import Place, place
from veillee.chat.guests import RESERVED_DAYS, Entered, Entry
from veillee.chat.pseudonyms import normal_form
from veillee.chat.throttle import ENTERING, RENAMING
from veillee.model.clock import DAY
from veillee.model.errors import Code, Refused
from veillee.model.guest import Guest
from veillee.model.verdict import Category, Verdict


async def _enter(cafe: Place, nick: str, device: str = "", **more: object) -> Entered:
    return await cafe.community.guests.enter(Entry(nick, True, device or f"device of {nick}", **more))  # type: ignore[arg-type]


async def _refusal(cafe: Place, nick: str, device: str = "", **more: object) -> Refused:
    with pytest.raises(Refused) as refusal:
        await _enter(cafe, nick, device, **more)
    return refusal.value


async def test_a_pseudonym_and_the_rules_are_enough(cafe: Place) -> None:
    """Nothing else is asked; what is kept of the device is not the device's token."""
    entered = await _enter(cafe, " Lune42 ", "carnet")
    assert entered.guest.pseudonym == "Lune42"
    assert (entered.guest.age, entered.guest.gender, entered.guest.area) == (None, None, None)
    assert "carnet" not in entered.guest.device
    assert await cafe.community.guests.by_token(entered.token) == entered.guest


async def test_nobody_enters_without_accepting_the_rules(cafe: Place) -> None:
    """`rules_needed`, before anything else is looked at."""
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.enter(Entry("Admin", False, "carnet"))
    assert refusal.value.code is Code.RULES_NEEDED


@pytest.mark.parametrize(
    ("nick", "code"),
    [
        ("x" * 10_000, Code.NICK_INVALID),
        ("a b", Code.NICK_INVALID),
        ("ᴀᴅᴍɪɴ", Code.NICK_RESERVED),
        ("m0d3r4t3ur", Code.NICK_RESERVED),
        ("Connard", Code.NICK_REFUSED),
        ("C0nnard", Code.NICK_REFUSED),
        ("Hitler88", Code.NICK_REFUSED),
    ],
    ids=lambda each: ascii(each[:12]),
)
async def test_a_bad_pseudonym_is_refused_by_name(cafe: Place, nick: str, code: Code) -> None:
    """Form, staff's names and what automod refuses, at the door and when renaming; the guest keeps the old name."""
    assert (await _refusal(cafe, nick)).code is code
    guest = await cafe.guest("Brume")
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.rename(guest, nick)
    assert refusal.value.code is code


@pytest.mark.parametrize("twin", ["Lune42", "LUNE42", "Lunе42", "Iune42", "lune-42", "Ｌune42"])
async def test_a_look_alike_of_somebody_else_is_taken(cafe: Place, twin: str) -> None:
    """Case, Cyrillic, separators and wide letters make no other name; what is proposed instead may be taken."""
    await _enter(cafe, "Lune42")
    refusal = await _refusal(cafe, twin, "autre")
    assert refusal.code is Code.NICK_TAKEN
    proposed = str(refusal.params["s"])
    assert (await _enter(cafe, proposed, "autre")).guest.pseudonym == normal_form(proposed)


async def test_a_pseudonym_stays_its_devices_for_a_week(cafe: Place) -> None:
    """The same device takes it again at once; another one a week after it was last seen."""
    first = await _enter(cafe, "Lune42", "carnet")
    await cafe.community.guests.leave(first.guest)
    assert (await _enter(cafe, "Lune42", "carnet")).guest.id != first.guest.id
    cafe.clock.forward(RESERVED_DAYS * DAY)
    assert (await _refusal(cafe, "Lune42", "autre")).code is Code.NICK_TAKEN
    cafe.clock.forward(1)
    assert (await _enter(cafe, "Lune42", "autre")).guest.pseudonym == "Lune42"


async def test_whoever_is_connected_keeps_their_name(cafe: Place) -> None:
    """Being seen renews the week."""
    guest = (await _enter(cafe, "Lune42")).guest
    cafe.clock.forward(5 * DAY)
    await cafe.community.guests.seen([guest.id])
    cafe.clock.forward(5 * DAY)
    assert (await _refusal(cafe, "Lune42", "autre")).code is Code.NICK_TAKEN


async def test_two_at_once_do_not_get_look_alike_names(cafe: Place) -> None:
    """Of ten who ask in the same moment, one enters."""
    answers = await asyncio.gather(
        *(_enter(cafe, "Lune42" if number % 2 else "Lunе42", f"d{number}") for number in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Entered) for answer in answers) == 1
    assert {a.code for a in answers if isinstance(a, Refused)} == {Code.NICK_TAKEN}


async def test_the_four_words_reopen_the_pseudonym_elsewhere(cafe: Place) -> None:
    """However they are typed; the guest is the same, the session elsewhere ends, and the new one works."""
    first = await _enter(cafe, "Lune42", "carnet")
    assert first.phrase is not None
    assert len(first.phrase.split()) == 4
    back = await cafe.community.guests.reopen(f"  {first.phrase.upper()} ", "téléphone")
    assert back.guest == first.guest
    assert await cafe.community.guests.by_token(first.token) is None
    assert await cafe.community.guests.by_token(back.token) == first.guest


async def test_the_words_work_after_leaving_and_after_a_restart(tmp_path: Path) -> None:
    """Ending the session ends its token, not the way back."""
    async with place(tmp_path) as before:
        entered = await _enter(before, "Lune42")
        await before.community.guests.leave(entered.guest)
        assert await before.community.guests.by_token(entered.token) is None
    async with place(tmp_path) as after:
        assert await after.community.guests.by_token(entered.token) is None
        back = await after.community.guests.reopen(str(entered.phrase), "ailleurs")
        assert back.guest.id == entered.guest.id


@pytest.mark.parametrize(
    "phrase", ["", "un deux trois", "un deux trois quatre", "a " * 1_000, "un deux trois quatre cinq"]
)
async def test_wrong_words_open_nothing(cafe: Place, phrase: str) -> None:
    """`unauthenticated`, whatever is wrong with them."""
    await _enter(cafe, "Lune42")
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.reopen(phrase, "ailleurs")
    assert refusal.value.code is Code.UNAUTHENTICATED


async def test_words_cannot_be_guessed_quickly(cafe: Place) -> None:
    """After a few tries from one address there is a wait, whatever the device says of itself."""
    for number in range(RENAMING.burst):
        with pytest.raises(Refused):
            await cafe.community.guests.reopen("un deux trois quatre", f"d{number}", "adresse")
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.reopen("un deux trois quatre", "encore", "adresse")
    assert refusal.value.code is Code.RATE_LIMITED
    assert refusal.value.retry is not None
    assert refusal.value.retry > 0


async def test_a_flood_of_entries_from_one_address_is_slowed(cafe: Place) -> None:
    """Somebody at another address enters meanwhile."""
    for _ in range(ENTERING.burst):
        await cafe.community.throttle.take("adresse", ENTERING, cafe.clock())
    assert (await _refusal(cafe, "Lune42", address="adresse")).code is Code.RATE_LIMITED
    assert (await _enter(cafe, "Lune42", address="voisine")).guest.pseudonym == "Lune42"


async def test_a_session_survives_a_restart_and_dies_with_leaving(tmp_path: Path) -> None:
    """The token names the same guest in the next process."""
    async with place(tmp_path) as before:
        entered = await _enter(before, "Lune42", age=34, area="Lyon")
    async with place(tmp_path) as after:
        assert await after.community.guests.by_token(entered.token) == entered.guest
        for wrong in (None, "", "x", "x" * 10_000, entered.token[:-1]):
            assert await after.community.guests.by_token(wrong) is None


async def test_a_new_pseudonym_is_the_same_guest(tmp_path: Path) -> None:
    """The session knows the new name at once and after a restart, and the old name is free for nobody but them."""
    async with place(tmp_path) as before:
        entered = await _enter(before, "Lune42")
        renamed = await before.community.guests.rename(entered.guest, "Soleil")
        assert (renamed.id, renamed.pseudonym) == (entered.guest.id, "Soleil")
        assert await before.community.guests.by_token(entered.token) == renamed
    async with place(tmp_path) as after:
        assert await after.community.guests.by_token(entered.token) == renamed


async def test_renaming_follows_the_same_rules_and_has_a_pace(cafe: Place) -> None:
    """Taken is taken; changing only the case of one's own is not; after five in a row there is a wait."""
    await _enter(cafe, "Brume")
    guest = await cafe.guest("Lune42")
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.rename(guest, "Brumе")
    assert refusal.value.code is Code.NICK_TAKEN
    for nick in ["LUNE42", "Soleil", "Plume", "Galet"]:
        guest = await cafe.community.guests.rename(guest, nick)
    with pytest.raises(Refused) as refusal:
        await cafe.community.guests.rename(guest, "Hibou")
    assert refusal.value.code is Code.RATE_LIMITED


async def test_a_minor_is_protected(cafe: Place) -> None:
    """By a declared age, or by an age that the pseudonym says; an adult is not."""
    assert (await _enter(cafe, "Sapin", age=15)).guest.protected
    assert not (await _enter(cafe, "Galet", age=18)).guest.protected
    assert not (await _enter(cafe, "Hibou")).guest.protected
    assert (await _enter(cafe, "Ines15ans")).guest.protected


async def test_staff_hear_of_whom_they_should_see_before_the_answer(cafe: Place) -> None:
    """Somebody admitted with a verdict that makes a case is told to listeners; others are not."""
    heard: list[tuple[Guest, Verdict]] = []

    async def listener(guest: Guest, verdict: Verdict) -> None:
        heard.append((guest, verdict))

    cafe.community.guests.on_verdict(listener)
    await _enter(cafe, "Lune42")
    assert heard == []
    entered = await _enter(cafe, "Ines15ans", age=18)
    ((guest, verdict),) = heard
    assert guest == entered.guest
    assert verdict.case
    assert Category.MINOR_SAFETY in verdict.categories
