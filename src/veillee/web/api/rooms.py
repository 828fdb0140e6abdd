"""`GET /api/v1/rooms…`: the list, a room, and public reading where the room allows it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from veillee.chat.access import Access
from veillee.chat.history import History
from veillee.chat.rooms import Rooms, RoomView
from veillee.protocol import codec
from veillee.protocol.limits import FIRST_EVENTS, HISTORY_EVENTS

Offset = Annotated[int | None, Query(ge=0, le=2**53)]


class RoomBody(BaseModel):
    """A room as the list shows it. `count` null means "a few people"; `last` is Unix milliseconds."""

    slug: str
    name: str
    topic: str
    notice: str
    language: str
    count: int | None
    last: int | None
    reading: bool
    slow: int
    links: bool
    retention: int


class RoomsBody(BaseModel):
    """The open rooms, the most recently active first."""

    rooms: list[RoomBody]


class EventsBody(BaseModel):
    """Durable events, ascending, as on the wire."""

    ep: str
    events: list[dict[str, Any]]


def room_routes(rooms: Rooms, access: Access, history: History) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/v1/rooms", tags=["rooms"])

    @router.get("")
    async def listing() -> RoomsBody:
        """Every open room."""
        return RoomsBody(rooms=[_body(view) for view in rooms.listing()])

    @router.get("/{slug}")
    async def one(slug: str) -> RoomBody:
        """One room."""
        room = rooms.get(slug)
        return next(_body(view) for view in rooms.listing() if view.room.slug == room.slug)

    @router.get("/{slug}/messages")
    async def messages(
        slug: str,
        before: Offset = None,
        after: Offset = None,
        limit: Annotated[int, Query(ge=1, le=HISTORY_EVENTS)] = FIRST_EVENTS,
    ) -> EventsBody:
        """A page of what was said, for whoever may read without entering."""
        room = access.room_to_read(slug)
        events = await history.page(slug, before=before, after=after, limit=limit)
        return EventsBody(ep=room.epoch, events=[codec.event(what) for what in events])

    return router


def _body(view: RoomView) -> RoomBody:
    room = view.room
    return RoomBody(
        slug=room.slug, name=room.name, topic=room.topic, notice=room.notice, language=room.language,
        count=view.count, last=view.last_activity, reading=room.public_reading, slow=room.slow_seconds,
        links=room.links, retention=room.retention_days,
    )  # fmt: skip
