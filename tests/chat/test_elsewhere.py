"""Who is where on other processes, by what they say."""

from __future__ import annotations

import pytest

from veillee.chat.elsewhere import NAMED, Account, Elsewhere
from veillee.model.event import Moved
from veillee.model.guest import Member

ONE, OTHER = "a" * 16, "b" * 16
LEASE = 15.0


def comes(number: int, guest: str, *, node: str = ONE, room: str = "cafe", seen: bool = True) -> Moved:
    """Somebody arrives."""
    return Moved(node, number, room, guest, True, (f"u-{guest}", guest, f"d-{guest}") if seen else None)


def goes(number: int, guest: str, *, node: str = ONE) -> Moved:
    """Somebody leaves."""
    return Moved(node, number, "cafe", guest, False)


def face(guest: str) -> Member:
    """How they are seen."""
    return Member(f"u-{guest}", guest, "cafe", guest, f"d-{guest}")


def account(number: int, *guests: str) -> Account:
    """How things stand, as it arrives."""
    return Account.unpack(Account(number, {"cafe": {guest: face(guest) for guest in guests}}).pack())


def test_moves_are_followed() -> None:
    """Who comes is there, who goes is not; who is not to be seen is counted and not shown."""
    where, changed = Elsewhere(LEASE), list[str]()
    where.changed = changed.append
    where.moved(comes(1, "lune"), 0)
    where.moved(comes(2, "braise", seen=False), 0)
    assert where.faces("cafe") == {"lune": face("lune"), "braise": None}
    assert where.seen("cafe", "lune")
    assert not where.seen("cafe", "braise")
    where.moved(goes(3, "lune"), 0)
    where.moved(goes(3, "braise"), 0)  # heard before: a move counts once
    assert where.faces("cafe") == {"braise": None}
    assert changed == ["cafe"] * 3
    assert where.people() == ({"braise"}, 0)


def test_a_guest_on_two_processes_is_one() -> None:
    """And is shown if either shows them; gone from one, still there on the other."""
    where = Elsewhere(LEASE)
    where.moved(comes(1, "lune", seen=False), 0)
    where.moved(comes(1, "lune", node=OTHER), 0)
    assert where.faces("cafe") == {"lune": face("lune")}
    where.moved(goes(2, "lune", node=OTHER), 0)
    assert where.faces("cafe") == {"lune": None}


def test_a_missed_move_is_made_good() -> None:
    """An account as new as the moves replaces them where one was missed, and only there; an older one does nothing."""
    where = Elsewhere(LEASE)
    where.stands(ONE, account(1, "lune"), 0)
    where.moved(comes(3, "braise"), 0)  # the second was lost
    where.stands(ONE, account(2, "lune", "sapin"), 0)
    assert set(where.faces("cafe")) == {"lune", "braise"}
    where.stands(ONE, account(3, "braise", "sapin"), 0)
    assert set(where.faces("cafe")) == {"braise", "sapin"}
    where.stands(ONE, account(3), 0)
    assert set(where.faces("cafe")) == {"braise", "sapin"}


def test_an_account_is_read_only_where_it_is_needed() -> None:
    """From who is new, from whom a move was missed, from who is ahead; whoever speaks is there."""
    where = Elsewhere(LEASE)
    assert where.speaks(ONE, 1, 0)
    where.stands(ONE, account(1, "lune"), 0)
    assert not where.speaks(ONE, 1, LEASE)
    assert where.speaks(ONE, 2, LEASE)
    where.forget((), LEASE + 1)
    assert where.seen("cafe", "lune")
    where.moved(comes(3, "braise"), LEASE)
    assert where.speaks(ONE, 3, LEASE)


def test_whoever_says_nothing_is_gone() -> None:
    """A process dies: when its lease has run out, who was seen there is lost, unless they are elsewhere."""
    where, lost = Elsewhere(LEASE), list[str]()
    where.lost = lambda member: lost.append(member.guest_id)
    where.stands(ONE, account(1, "lune"), 0)
    where.stands(OTHER, account(1, "braise"), 0)
    where.forget([OTHER], LEASE - 1)
    assert set(where.faces("cafe")) == {"lune", "braise"}
    where.forget([OTHER], LEASE)
    assert set(where.faces("cafe")) == {"braise"}
    assert lost == ["lune"]


def test_a_crowd_is_counted_and_not_named() -> None:
    """Beyond three hundred names only the number is kept, also while they come and go."""
    where = Elsewhere(LEASE)
    for number in range(1, NAMED + 11):
        where.moved(comes(number, f"guest {number}"), 0)
    assert len(where.faces("cafe")) == NAMED
    assert where.beyond("cafe") == 10
    where.moved(goes(NAMED + 11, f"guest {NAMED + 5}"), 0)
    assert where.beyond("cafe") == 9
    assert where.people()[1] == 9


def test_an_account_survives_its_packing() -> None:
    """Faces, hidden ones, and how many more."""
    given = Account(7, {"cafe": {"lune": face("lune"), "braise": None}}, {"cafe": 12})
    assert Account.unpack(given.pack()) == given
    for nonsense in (b"", b"\xc1", b"\x92\x01\x02"):
        with pytest.raises(ValueError, match="no account"):
            Account.unpack(nonsense)
