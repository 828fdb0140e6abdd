"""Commands decode with the fields of the wire, and refuse what is beyond them."""

from __future__ import annotations

import msgspec
import pytest

from veillee.protocol import commands
from veillee.protocol.codec import BadFrame, decode

SAID: dict[str, dict[str, object]] = {
    "hello": {"v": 1, "tok": "t", "lang": "fr", "rooms": {"cafe": ["e7", 1042]}},
    "ping": {}, "join": {"r": "cafe"}, "leave": {"r": "cafe"},
    "send": {"r": "cafe", "k": "01JC", "b": "Bonsoir", "re": "01JB"},
    "edit": {"r": "cafe", "id": "01", "b": "Bonsoir !"}, "del": {"r": "cafe", "id": "01"},
    "typing": {"r": "cafe"}, "read": {"r": "cafe", "s": 3}, "sync": {"r": "cafe", "after": 3},
    "hist": {"r": "cafe", "before": 9, "limit": 100}, "who": {"r": "cafe"}, "nick": {"n": "Hibou"},
    "block": {"u": "x"}, "unblock": {"u": "x"},
    "report": {"target": {"r": "cafe", "id": "01"}, "reason": "hate", "note": "…", "block": True},
    "appeal": {"code": "7F3K", "note": "Je conteste."},
}  # fmt: skip


def test_every_command_of_the_issue_is_there() -> None:
    """The seventeen commands of this slice, by their names on the wire."""
    tags = {each.__struct_config__.tag for each in commands.Command.__subclasses__()}
    assert tags == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_a_command_is_read(name: str) -> None:
    """Each example decodes to its struct and keeps its request id."""
    command = decode(msgspec.json.encode({"i": 7, "c": name, **SAID[name]}))
    assert command.i == 7
    assert type(command).__struct_config__.tag == name


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("send", "k", "k" * 65), ("send", "b", 5), ("hist", "limit", 101), ("hist", "limit", 0), ("sync", "after", -1),
        ("read", "s", 2**60), ("join", "r", ""), ("report", "note", "n" * 501), ("hello", "v", "one"),
        ("appeal", "note", "n" * 2001),
    ],
)  # fmt: skip
def test_what_is_beyond_a_field_s_limits_is_a_bad_frame(name: str, field: str, value: object) -> None:
    """A wrong type or a value out of range is refused while decoding, with the request id to answer to."""
    with pytest.raises(BadFrame) as bad:
        decode(msgspec.json.encode({"i": 7, "c": name, **SAID[name], field: value}))
    assert bad.value.request == 7


def test_unknown_fields_are_ignored() -> None:
    """A newer client may say more than this server knows."""
    assert decode(b'{"i":1,"c":"ping","later":true}').i == 1
