"""Strategies for what may arrive at the live door: real commands, damaged ones, and noise."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

NAMES = [
    "hello", "ping", "join", "leave", "send", "edit", "del", "typing", "read", "sync", "hist", "who", "nick", "block",
    "unblock", "report", "appeal", "react", "dmreq", "seen",
]  # fmt: skip

text = st.text(max_size=60) | st.sampled_from(["", " ", "cafe", "é" * 40, "\u202e", "\x00", "a" * 5_000, "👩‍👩‍👧"])
number = st.integers(-(2**70), 2**70) | st.floats() | st.sampled_from([0, 1, -1, 2**53, 2**53 + 1, 2**63, 2**64])
value: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | number | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)
fields = ["i", "c", "v", "tok", "lang", "rooms", "r", "k", "b", "re", "id", "confirm", "s", "after", "before", "around",
          "limit", "n", "u", "target", "reason", "note", "block", "code"]  # fmt: skip

well_formed = st.fixed_dictionaries(
    {"i": st.integers(0, 2**53), "c": st.sampled_from(NAMES)},
    optional={
        "v": st.just(1), "r": st.sampled_from(["accueil", "cafe", "nowhere"]),
        "k": st.text("abcdef", min_size=1, max_size=8),
        "b": st.text(max_size=40), "id": st.text("0123456789ABCDEF", min_size=1, max_size=26),
        "n": st.text(max_size=30),
        "s": st.integers(0, 99), "after": st.integers(0, 99), "u": st.text("abc", min_size=1, max_size=9),
        "target": st.fixed_dictionaries({"r": st.just("accueil")}), "reason": st.just("spam"), "code": st.just("0000"),
        "note": st.text(max_size=20),
    },
)  # fmt: skip
"""Objects with the right types: most are commands."""

confused = st.dictionaries(st.sampled_from(fields), value, max_size=8)
"""Objects with our field names and any values."""


def dump(thing: Any) -> bytes:
    """JSON as a careless client writes it: NaN and lone surrogates included."""
    return json.dumps(thing).encode("utf-8", "surrogatepass")


def damaged(whole: bytes, at: float, patch: bytes) -> bytes:
    """A frame with some bytes written over, at a place between 0 and 1 of its length."""
    start = int(at * len(whole))
    return whole[:start] + patch + whole[start + len(patch) :]


nested = st.integers(1, 7_000).map(lambda depth: b"[" * depth + b"]" * depth)
frames: st.SearchStrategy[bytes] = st.one_of(
    st.binary(max_size=200),
    value.map(dump),
    confused.map(dump),
    well_formed.map(dump),
    st.builds(damaged, well_formed.map(dump), st.floats(0, 1), st.binary(max_size=6)),
    nested,
    st.integers(16_380, 16_400).map(lambda size: b'{"i":1,"c":"ping","x":"' + b"a" * (size - 25) + b'"}'),
)
"""Anything at all."""
