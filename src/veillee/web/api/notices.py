"""`POST /api/v1/notices`: anybody reports illegal content, without an account (DSA art. 16; LAW.md §1.6)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from veillee.chat.throttle import Pace, Throttle
from veillee.model.casefile import Reason
from veillee.model.clock import SECOND, Clock
from veillee.model.errors import Code, Refused
from veillee.model.verdict import Category
from veillee.moderation.intake import (
    EXPLANATION_CHARACTERS,
    LOCATION_CHARACTERS,
    NAME_CHARACTERS,
    NOTICE_ITEMS,
    Intake,
    Notice,
)
from veillee.moderation.taxonomy import REASON_OF_CATEGORY
from veillee.web.api.enter import Helpline, HelplinesFor
from veillee.web.api.reports import ReceiptBody
from veillee.web.visitor import Visitors

NOTICING = Pace(burst=20, every_ms=30 * SECOND)
"""Twenty notices at once from one address, then two a minute; a notice holds fifty places."""
NEARBY = Pace(burst=200, every_ms=SECOND)
"""Callers without an address of their own (this machine, or a proxy that names nobody) share one."""

_Location = Annotated[str, StringConstraints(min_length=1, max_length=LOCATION_CHARACTERS)]


class NoticeBody(BaseModel):
    """A notice. `locations` (1 to 50) are permalinks, message ids, or a room with a time, as exact as possible.

    `category` is one of the eight report reasons or a category of automod. `name` and `email` are needed unless
    the category is `minor` or `anonymous` is true; `bona_fide` always.
    """

    model_config = ConfigDict(extra="ignore", strict=True)

    explanation: Annotated[str, StringConstraints(min_length=1, max_length=EXPLANATION_CHARACTERS)]
    locations: Annotated[list[_Location], Field(min_length=1, max_length=NOTICE_ITEMS)]
    category: Annotated[str, StringConstraints(max_length=32)]
    bona_fide: bool
    name: Annotated[str, StringConstraints(max_length=NAME_CHARACTERS)] | None = None
    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    anonymous: bool = False
    lang: Annotated[str, StringConstraints(max_length=16)] | None = None


def reason_of(category: str) -> Reason:
    """The report reason that a notice's category is kept as; raises `bad_request` for an unknown one."""
    if category in set(Reason):
        return Reason(category)
    if category in set(Category):
        return REASON_OF_CATEGORY[Category(category)]
    raise Refused(Code.BAD_REQUEST, field="category")


async def slow_down(throttle: Throttle, address: str | None, now: int) -> None:
    """Count one notice of this address; raises `rate_limited` with `retry`."""
    await throttle.take(f"notice:{address or ''}", NOTICING if address else NEARBY, now)


def notice_routes(
    intake: Intake, throttle: Throttle, clock: Clock, visitors: Visitors, helplines: HelplinesFor
) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/v1", tags=["reporting"])

    @router.post("/notices", status_code=201)
    async def notice(request: Request, response: Response, given: NoticeBody) -> ReceiptBody:
        """Report illegal content; answers the receipt code, which is the receipt (DSA art. 16(4))."""
        await slow_down(throttle, visitors.address(request), clock())
        language = "en" if (given.lang or visitors.language(request)).startswith("en") else "fr"
        reason = reason_of(given.category)
        code = await intake.notice(
            Notice(
                given.explanation,
                tuple(given.locations),
                reason,
                given.bona_fide,
                given.name,
                given.email,
                given.anonymous,
                language,
            )
        )
        response.headers["Cache-Control"] = "no-store"
        return ReceiptBody(code=code, helplines=[Helpline(**line) for line in helplines(reason.value, language)])

    return router
