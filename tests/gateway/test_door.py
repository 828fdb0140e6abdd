"""Whom the door lets in."""

from __future__ import annotations

from http import HTTPStatus

from tests.live import Live


async def test_paths_and_origins(live: Live) -> None:
    """Only `/ws`, with or without a query; only our own pages, listed origins, and programs."""
    door = live.house.live.door
    assert door.refuse("/ws", None, "a") is None
    assert door.refuse("/ws?x=1", "http://a", "a") is None
    assert door.refuse("/other", None, "a") is HTTPStatus.NOT_FOUND
    assert door.refuse("/ws", "http://b", "a") is HTTPStatus.FORBIDDEN
    assert door.refuse("/ws", "http://essai.example", "a") is None


async def test_a_network_has_so_many_places(live: Live) -> None:
    """A place that is given back can be taken; this machine itself is never counted."""
    door = live.house.live.door
    door._limit = 2
    assert [door.admit("n") for _ in range(3)] == [True, True, False]
    door.release("n")
    assert door.admit("n")
    assert all(door.admit(None) for _ in range(9))
    door.release(None)
    door.release("n")
    door.release("n")
    assert not door._from
    assert door.network("127.0.0.1", "203.0.113.9") == "203.0.113.9"
