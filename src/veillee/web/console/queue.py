"""What waits for a person: the open cases in the order they press, taking one, putting it back.

The order is moderation's (danger × reach × age); filters only hide. They are kept in a cookie, so that somebody who
comes back at midnight finds their own view. The list never changes under a reader's eyes: a line above says that
there is something new.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import Accounts
from veillee.chat.rooms import Rooms
from veillee.model.casefile import Case, Danger, Reason
from veillee.model.clock import DAY, HOUR, Clock
from veillee.model.errors import Code, Refused
from veillee.model.verdict import Category
from veillee.moderation.queue import Queue, Waiting
from veillee.store import audit, guests
from veillee.store.port import Store
from veillee.web.console.door import COOKIE, HOME, Door, Visit

FILTER_COOKIE = f"{COOKIE}_view"
REST_AFTER = 25
"""Cases decided within REST_WITHIN after which the page suggests a break."""
REST_WITHIN = 3 * HOUR
VEILED_REASONS = frozenset({Reason.SEXUAL, Reason.MINOR, Reason.DANGER, Reason.HATE})
VEILED = frozenset(
    {
        Category.SEXUAL_CONTENT, Category.SEXUAL_EXPLOITATION, Category.SEXUAL_VIOLENCE, Category.MINOR_SAFETY,
        Category.VIOLENCE, Category.SELF_HARM, Category.HATE,
    }
)  # fmt: skip
"""What is not put before anybody's eyes without their asking."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which cases to show; empty means all. `state` is `new`, `mine` or `held`."""

    danger: str = ""
    room: str = ""
    reason: str = ""
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Filters:
        """Filters from a query or a cookie; what is not a filter of ours is dropped."""
        danger, reason, state = given.get("danger", ""), given.get("reason", ""), given.get("state", "")
        return cls(
            danger if danger in {str(int(each)) for each in Danger} else "",
            given.get("room", "")[:48],
            reason if reason in {each.value for each in Reason} else "",
            state if state in {"new", "mine", "held"} else "",
        )

    def admit(self, waiting: Waiting, me: str) -> bool:
        """Whether a case is shown."""
        case = waiting.case
        states = {"new": waiting.claimed_by is None, "mine": waiting.claimed_by == me, "held": waiting.held}
        return (
            (not self.danger or int(case.danger) >= int(self.danger))
            and (not self.room or case.subject.room == self.room)
            and (not self.reason or self.reason in {reason.value for reason in case.reasons})
            and states.get(self.state, True)
        )

    def query(self) -> str:
        """As a query string, without what is empty."""
        named = {"danger": self.danger, "room": self.room, "reason": self.reason, "state": self.state}
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """A waiting case with what the page says beside it. `known_for` is how long the device is known, in ms."""

    waiting: Waiting
    known_for: int | None
    owner: str | None
    mine: bool
    veiled: bool


class QueuePage:
    """The pages `/console/`, `/console/pulse` and the buttons of a row."""

    def __init__(self, door: Door, queue: Queue, accounts: Accounts, rooms: Rooms, store: Store, clock: Clock) -> None:
        self._door = door
        self._queue = queue
        self._accounts = accounts
        self._rooms = rooms
        self._store = store
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, prefix="/console")
        router.add_api_route("/", self._door.behind(self.listing), methods=["GET"])
        router.add_api_route("/pulse", self._door.behind(self.pulse), methods=["GET"])
        router.add_api_route("/cases/{number}/claim", self._door.behind(self.claim), methods=["POST"])
        router.add_api_route("/cases/{number}/release", self._door.behind(self.release), methods=["POST"])
        return router

    async def listing(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        if "all" in asked:
            filters = Filters()
        elif asked.keys() & {"danger", "room", "reason", "state"}:
            filters = Filters.of(asked)
        else:
            filters = Filters.of(_parsed(visit.request.cookies.get(FILTER_COOKIE, "")))
        now = self._clock()
        me = visit.session.staff.id
        everything = await self._queue.view()
        shown = [waiting for waiting in everything if filters.admit(waiting, me)]
        closed = await self._queue.closed(1)
        rooms = [view.room for view in self._rooms.listing()]
        decided = await self._store.read(audit.count, me, "case.decided", now - REST_WITHIN)
        response = self._door.page(
            visit,
            "queue",
            here="queue",
            now=now,
            rows=await self._rows(shown, me, now),
            hidden=len(everything) - len(shown),
            filters=filters,
            rooms=rooms,
            titles={room.slug: room.name for room in rooms},
            reasons=[reason.value for reason in Reason],
            last_closed=closed[0] if closed else None,
            mark=_mark(everything),
            rest=decided if decided >= REST_AFTER else 0,
            done=asked.get("done", "")[:9],
        )
        if "all" in asked or asked.keys() & {"danger", "room", "reason", "state"}:
            response.set_cookie(
                FILTER_COOKIE,
                filters.query(),
                max_age=30 * DAY // 1000,
                path="/console",
                httponly=True,
                samesite="strict",
            )
        return response

    async def pulse(self, visit: Visit) -> Response:
        """What htmx asks for now and then: a line if the queue is not the one the page shows, nothing otherwise."""
        fresh = _mark(await self._queue.view()) != visit.request.query_params.get("mark", "")
        return self._door.page(visit, "pulse", fresh=fresh)

    async def claim(self, visit: Visit) -> Response:
        number = visit.request.path_params["number"]
        try:
            await self._queue.claim(number, _version(visit), visit.session.staff)
        except Refused as refused:
            if refused.code is not Code.CONFLICT:
                raise
            return RedirectResponse(f"/console/cases/{number}?conflict=1", 303)
        return RedirectResponse(f"/console/cases/{number}", 303)

    async def release(self, visit: Visit) -> Response:
        number = visit.request.path_params["number"]
        try:
            await self._queue.release(number, _version(visit), visit.session.staff)
        except Refused as refused:
            if refused.code is not Code.CONFLICT:
                raise
        return RedirectResponse(HOME, 303)

    async def _rows(self, shown: list[Waiting], me: str, now: int) -> list[Row]:
        names = {person.id: person.pseudonym for person in await self._accounts.everybody()}
        devices = [waiting.case.subject.device for waiting in shown if waiting.case.subject.device]
        since = await self._store.read(guests.first_seen, devices)
        return [
            Row(
                waiting,
                now - since[device] if (device := waiting.case.subject.device) in since else None,
                names.get(waiting.claimed_by or ""),
                waiting.claimed_by == me,
                veiled(waiting.case),
            )
            for waiting in shown
        ]


def veiled(case: Case) -> bool:
    """Whether the text of this case is shown only to whoever asks for it."""
    return bool(VEILED_REASONS & set(case.reasons)) or bool(VEILED & set(case.categories))


def _mark(waiting: list[Waiting]) -> str:
    """Changes when a case comes, goes, or is taken; not with time alone."""
    told = sorted(f"{each.case.number}:{each.case.version}:{each.case.reporters}" for each in waiting)
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:16]


def _version(visit: Visit) -> int:
    text = visit.text("version", 12)
    if not (text.isascii() and text.isdigit()):
        raise Refused(Code.BAD_REQUEST, field="version")
    return int(text)


def _parsed(query: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in query[:300].split("&"))
    return {name: value for name, _, value in pairs}
