"""The instance's secret is made once."""

from __future__ import annotations

from veillee.store import secrets
from veillee.store.port import Store


async def test_the_first_secret_stays(store: Store) -> None:
    """A second start offers another one in vain."""
    assert await store.write(secrets.instance_secret, b"a" * 32) == b"a" * 32
    assert await store.write(secrets.instance_secret, b"b" * 32) == b"a" * 32
