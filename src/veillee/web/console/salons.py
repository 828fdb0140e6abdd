"""The rooms, for operators: creating one, changing how careful it is, closing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import Accounts
from veillee.chat.rooms import Rooms
from veillee.model.clock import Clock
from veillee.model.errors import Code, Refused
from veillee.model.room import Room
from veillee.web.console.door import Door, Visit


class Salons:
    """The pages under `/console/rooms`. `epoch` names the first life of a new room's stream; `titled` judges a title
    and raises Refused where it will not do."""

    def __init__(
        self,
        door: Door,
        accounts: Accounts,
        rooms: Rooms,
        clock: Clock,
        epoch: Callable[[], str],
        titled: Callable[[str], None],
    ) -> None:
        self._door = door
        self._accounts = accounts
        self._rooms = rooms
        self._clock = clock
        self._epoch = epoch
        self._titled = titled

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, prefix="/console/rooms")
        router.add_api_route("", self._door.behind(self.listing, operator=True), methods=["GET"])
        router.add_api_route("", self._door.behind(self.create, operator=True), methods=["POST"])
        router.add_api_route("/change", self._door.behind(self.change, operator=True), methods=["POST"])
        router.add_api_route("/close", self._door.behind(self.close, operator=True), methods=["POST"])
        return router

    async def listing(self, visit: Visit) -> Response:
        return self._page(visit)

    async def create(self, visit: Visit) -> Response:
        slug, name, topic = visit.text("slug", 60), visit.text("name", 80), visit.text("topic", 200)
        try:
            if not name:
                raise Refused(Code.BAD_REQUEST, field="name")
            self._titled(name)
            if topic:
                self._titled(topic)
            room = Room(
                slug=slug,
                epoch=self._epoch(),
                name=name,
                topic=topic,
                language="en" if visit.text("language") == "en" else "fr",
                created_at=self._clock(),
                unattended="closed" if visit.text("unattended") == "closed" else "guarded",
                slow_seconds=_seconds(visit.text("slow", 4)),
            )
            await self._rooms.create(room)
        except Refused as refused:
            return self._page(visit, refused)
        await self._accounts.record(visit.session.staff.id, "room.created", slug)
        return RedirectResponse("/console/rooms", 303)

    async def change(self, visit: Visit) -> Response:
        """Calmer or freer: slow mode and what happens while nobody watches."""
        room = self._rooms.get(visit.text("slug", 60))
        changed = replace(
            room,
            slow_seconds=_seconds(visit.text("slow", 4)),
            unattended="closed" if visit.text("unattended") == "closed" else "guarded",
        )
        await self._rooms.change(changed)
        await self._accounts.record(visit.session.staff.id, "room.changed", room.slug)
        return RedirectResponse("/console/rooms", 303)

    async def close(self, visit: Visit) -> Response:
        slug = visit.text("slug", 60)
        await self._rooms.close(slug)
        await self._accounts.record(visit.session.staff.id, "room.closed", slug)
        return RedirectResponse("/console/rooms", 303)

    def _page(self, visit: Visit, refused: Refused | None = None) -> Response:
        given = {name: visit.text(name, 200) for name in ("slug", "name", "topic", "language", "unattended", "slow")}
        return self._door.page(
            visit,
            "rooms",
            400 if refused else 200,
            here="rooms",
            views=self._rooms.listing(),
            shut_reason=self._rooms.shut_reason,
            given=given if refused else dict.fromkeys(given, ""),
            refused=refused,
        )


def _seconds(text: str) -> int:
    return min(int(text), 21_600) if text.isascii() and text.isdigit() else 0
