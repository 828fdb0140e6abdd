"""One frame to many sockets in one call: a small loop in C where a compiler was at hand at set-up, else the same here.

What it saves is the interpreter between two `send` calls: about a quarter of a delivery (docs/decisions/0015). The C
loop runs without the interpreter's lock, so that the store's writer goes on beside it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

LIBRARY = Path(__file__).with_name("_sending.so")
"""Built from `sending.c` by hatch_build.py."""
BROKEN = -1
CLOSED = -1

Missed = Iterator[tuple[int, int]]
SendAll = Callable[["Sockets", "array[int]", bytes], Missed]
"""Sends the bytes to each slot; gives `(position among the slots, bytes taken)` of whoever did not take all: `BROKEN`
for a socket that cannot be written to any more."""


class Sockets:
    """The sockets that may be written to directly, by slot. Rooms hold slots, so that a socket is out of every room's
    reach with one assignment, before its number can mean another connection."""

    def __init__(self) -> None:
        self.table = array("i")
        self._free: list[int] = []

    def add(self, number: int) -> int:
        """A slot for an open socket's file descriptor."""
        if self._free:
            slot = self._free.pop()
            self.table[slot] = number
            return slot
        self.table.append(number)
        return len(self.table) - 1

    def hold(self, slot: int) -> None:
        """Do not write to it directly: something waits before, or it is closing."""
        self.table[slot] = CLOSED

    def resume(self, slot: int, number: int) -> None:
        """Nothing waits any more."""
        self.table[slot] = number

    def discard(self, slot: int) -> None:
        """Give the slot back; no room may hold it any more."""
        self.table[slot] = CLOSED
        self._free.append(slot)


def in_python(sockets: Sockets, slots: array[int], data: bytes) -> Missed:
    """As the C loop does, with one system call from here for each."""
    table = sockets.table
    size = len(data)
    for position, slot in enumerate(slots):
        number = table[slot]
        if number == CLOSED:
            yield position, 0
        elif (took := send(number, data)) != size:
            yield position, took


def send(number: int, data: bytes) -> int:
    """Write to one socket; the bytes it took, 0 if it is full, `BROKEN` if it cannot be written to any more."""
    try:
        return os.write(number, data)
    except (BlockingIOError, InterruptedError):
        return 0
    except OSError:
        return BROKEN


def from_library(path: Path) -> SendAll:
    """The C loop of a library; raises OSError or AttributeError if it is not ours."""
    function = ctypes.CDLL(str(path)).veillee_send_all
    function.restype = ctypes.c_int
    function.argtypes = [
        ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p,
        ctypes.c_void_p,
    ]  # fmt: skip
    missed, took = array("i"), array("l")

    def send_all(sockets: Sockets, slots: array[int], data: bytes) -> Missed:
        count = len(slots)
        if (short := count - len(missed)) > 0:
            missed.extend(bytes(short))
            took.extend(bytes(short))
        noted = function(
            sockets.table.buffer_info()[0], slots.buffer_info()[0], count, data, len(data), missed.buffer_info()[0],
            took.buffer_info()[0],
        )  # fmt: skip
        return iter(list(zip(missed[:noted], took[:noted], strict=True)) if noted else ())

    return send_all


def fastest(path: Path = LIBRARY) -> SendAll:
    """The C loop if it was built and works here, else the one in Python."""
    with contextlib.suppress(OSError, AttributeError):
        return from_library(path)
    return in_python


def own_socket(transport_socket: socket.socket) -> socket.socket:
    """A socket of our own for a connection that somebody else's transport holds and is about to close."""
    return socket.socket(transport_socket.family, transport_socket.type, fileno=os.dup(transport_socket.fileno()))
