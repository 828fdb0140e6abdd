"""One frame to many sockets, by either loop: the C one is built at set-up wherever a compiler is at hand."""

from __future__ import annotations

import socket
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from veillee.gateway.sending import (
    BROKEN,
    CLOSED,
    LIBRARY,
    SendAll,
    Sockets,
    fastest,
    from_library,
    in_python,
    own_socket,
    send,
)

LOOPS: dict[str, Callable[[], SendAll]] = {"C": lambda: from_library(LIBRARY), "Python": lambda: in_python}


@pytest.fixture(params=LOOPS)
def send_all(request: pytest.FixtureRequest) -> SendAll:
    """Each loop in turn."""
    return LOOPS[request.param]()


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    """Three connections, ours without waiting."""
    made = [socket.socketpair() for _ in range(3)]
    for ours, _ in made:
        ours.setblocking(False)
    yield made
    for pair in made:
        for end in pair:
            end.close()


def test_everybody_gets_the_same_bytes(send_all: SendAll, pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    """Zero bytes included; nobody is noted."""
    sockets = Sockets()
    slots = array("i", [sockets.add(ours.fileno()) for ours, _ in pairs])
    assert list(send_all(sockets, slots, b"a\0b")) == []
    assert [theirs.recv(9) for _, theirs in pairs] == [b"a\0b"] * 3


def test_who_did_not_take_all_is_noted(send_all: SendAll, pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    """A full socket with what it took, a broken one as such, a held one untouched; the others are served."""
    sockets = Sockets()
    slots = array("i", [sockets.add(ours.fileno()) for ours, _ in pairs])
    held = sockets.add(pairs[0][0].fileno())
    sockets.hold(held)
    slots.append(held)
    pairs[1][1].close()
    assert send(pairs[2][0].fileno(), b"x" * 10_000_000) > 0
    assert list(send_all(sockets, slots, b"hello")) == [(1, BROKEN), (2, 0), (3, 0)]
    assert pairs[0][1].recv(99) == b"hello"


def test_a_part_is_told_as_a_part(send_all: SendAll, pairs: list[tuple[socket.socket, socket.socket]]) -> None:
    """So that the rest, and nothing else, is written later."""
    sockets = Sockets()
    ours, theirs = pairs[0]
    data = bytes(range(256)) * 40_000
    ((position, took),) = send_all(sockets, array("i", [sockets.add(ours.fileno())]), data)
    assert position == 0
    assert 0 < took < len(data)
    got = b""
    while len(got) < took:
        got += theirs.recv(took)
    assert got == data[:took]


def test_a_slot_is_used_again() -> None:
    """A slot given back reaches nobody until it is given out anew."""
    sockets = Sockets()
    slot = sockets.add(7)
    sockets.discard(slot)
    assert sockets.table[slot] == CLOSED
    assert sockets.add(9) == slot
    sockets.hold(slot)
    sockets.resume(slot, 9)
    assert list(sockets.table) == [9]


def test_where_no_compiler_was_at_hand_python_does_it(tmp_path: Path) -> None:
    """No library, or one that is none: the loop in Python, without a word."""
    assert fastest(tmp_path / "missing.so") is in_python
    (tmp_path / "other.so").write_bytes(b"not a library")
    assert fastest(tmp_path / "other.so") is in_python


def test_the_library_was_built_at_set_up() -> None:
    """Here a compiler is at hand: whoever measures or tests has the C loop under them."""
    assert fastest() is not in_python


def test_a_socket_of_our_own_outlives_the_transports() -> None:
    """The connection goes on when the descriptor it came with is closed."""
    theirs, given = socket.socketpair()
    own = own_socket(given)
    given.close()
    own.sendall(b"still here")
    assert theirs.recv(99) == b"still here"
    own.close()
    theirs.close()
