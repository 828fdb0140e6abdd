"""What is remembered between drafts."""

from __future__ import annotations

from dataclasses import replace

from tests.doubles import START
from tests.stores import message
from veillee.store import messages, risks
from veillee.store.port import Store


async def test_a_state_is_written_with_its_message_and_expires(store: Store) -> None:
    """Written in the message's transaction, read back while it is fresh, forgotten after."""
    await store.write(messages.append, replace(message(1, at=START), risk=(("author:G1", {"turns": 2}),)))
    await store.write(messages.append, replace(message(2, at=START), risk=(("author:G1", {"turns": 3}),)))
    assert await store.read(risks.load, ["author:G1", "author:G2"], START) == {"author:G1": {"turns": 3}}
    assert await store.read(risks.load, ["author:G1"], START + 1) == {}
    assert await store.write(risks.forget, START + 1) == 1
    assert await store.read(risks.load, ["author:G1"], 0) == {}
