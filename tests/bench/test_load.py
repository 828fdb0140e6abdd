"""The load generator: it compiles without a warning, counts what is there, and with the floor loses nothing."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bench.peers.build import program
from bench.peers.load import run
from bench.peers.running import running
from bench.peers.servers import FLOOR
from bench.peers.texts import MESSAGE_BYTES, texts

NOTHING = {"duplicates": 0, "disorder": 0, "strays": 0, "acked": 0, "refused": 0, "missing": 0}


def said(number: int) -> str:
    """A message as it travels."""
    return f"Bonsoir ~ {'x' * 150} ~{number:07d}"


def framed(*lines: str) -> bytes:
    """One text frame as a server sends it, one line each."""
    payload = "\n".join(lines).encode()
    head = bytes((0x81, len(payload))) if len(payload) < 126 else b"\x81\x7e" + len(payload).to_bytes(2, "big")
    return head + payload


def event(number: int) -> str:
    """A message as Veillée's readers get it."""
    return json.dumps(
        {"e": "msg", "r": "r0", "s": number + 1, "d": {"id": "a", "b": said(number)}}, separators=(",", ":")
    )


def answer(number: int, **fields: Any) -> str:
    """The answer to a send; the load's requests are ten ahead of its messages."""
    return json.dumps({"i": number + 10, **fields}, separators=(",", ":"))


VEILLEE = b"".join(
    [
        framed(event(0)),
        framed(
            event(1), event(2), '{"e":"count","r":"r0","n":~0000003}', event(3)
        ),  # a mark in another event is no message
        framed(answer(3, ok={"id": "a", "s": 4})),
        framed('{"e":"ping"}'),
        framed(event(3)),  # twice
        framed(answer(1, err={"c": "blocked_content", "m": "non"}), event(5)),
        framed(event(4)),  # after a later one
        framed(event(1234567)),  # never sent
        framed('{"i":2,"ok":{"last":[' + event(6) + "]}}"),  # what was said before comes with the answer to join
    ]
)
ALL = range(7)
TRANSCRIPTS = {
    "lines": ("".join(f"{said(number)}\n" for number in ALL).encode(), {"deliveries": 7}),
    "irc": (
        f":g1!~1234@h PRIVMSG #r0 :{said(0)}\r\nPING :x\r\n:g1!~g@h PRIVMSG #r0 :{said(2)}\r\n".encode(),
        {"deliveries": 2, "missing": 5},
    ),
    "nats": ("".join(f"MSG r0 1 120\r\n{said(number)}\r\nPING\r\n" for number in ALL).encode(), {"deliveries": 7}),
    "xmpp": ("".join(f"<message><body>{said(number)}</body></message>" for number in ALL).encode(), {"deliveries": 7}),
    "websocket": (b"".join(framed(said(number)) for number in ALL) + b"\x89\x00", {"deliveries": 7}),
    "socketio": (b"".join(framed(f'42["m","{said(number)}"]') for number in ALL) + framed("2"), {"deliveries": 7}),
    "veillee": (
        VEILLEE,
        {"deliveries": 6, "duplicates": 1, "disorder": 1, "strays": 1, "acked": 1, "refused": 1, "missing": 1},
    ),
}


@pytest.mark.parametrize("name", ["load", "floor"])
def test_it_compiles_without_a_warning(name: str, tmp_path: Path) -> None:
    """Both programs are built with -Wall -Wextra -Werror."""
    assert program(name, tmp_path).is_file()


@pytest.mark.parametrize("piece", [1, 7, 100, 65536])
@pytest.mark.parametrize("wire", TRANSCRIPTS)
def test_a_known_transcript_is_counted_exactly(wire: str, piece: int) -> None:
    """However the bytes are cut: joined frames, joined lines, repetitions, late ones, answers and refusals."""
    transcript, expected = TRANSCRIPTS[wire]
    command = [str(program("load")), f"wire={wire}", "mode=count", "conns=7", f"piece={piece}"]
    figures = json.loads(subprocess.run(command, input=transcript, capture_output=True, check=True).stdout)
    assert figures == {**NOTHING, **expected}


def test_with_the_floor_it_loses_nothing() -> None:
    """Thirty people in three rooms, half a second at a rate and half a second in a closed loop."""
    with running(FLOOR) as server:
        paced = run(server, conns=30, rooms=3, rate=200, seconds=0.5, warm=0)
        full = run(server, conns=30, rooms=3, mode="full", flight=20, seconds=0.5, warm=0.1)
    wrong = ("lost", "duplicates", "disorder", "strays", "refused")
    assert (paced["sent"], paced["deliveries"]) == (100, 1000)
    assert full["deliveries"] == full["sent"] * 10 > 0
    assert [(name, paced[name], full[name]) for name in wrong if paced[name] or full[name]] == []
    assert paced["cpu_s"] > 0


def test_a_server_that_goes_away_is_an_error() -> None:
    """A load that lost its server says so; it has no figures."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [str(program("load")), "wire=lines", "mode=hold", f"port={listening.getsockname()[1]}"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            listening.accept()[0].close()
            _, complaint = process.communicate(timeout=10)
    assert process.returncode == 1
    assert "disconnected" in complaint or "reset" in complaint


def test_every_message_has_the_same_size() -> None:
    """Each server carries the same bytes: a text and its number make 120."""
    assert {len(f"{text} ~{7:07d}".encode()) for text in texts()} == {MESSAGE_BYTES}
    assert len(set(texts())) == len(texts())
