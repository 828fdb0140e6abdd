"""`POST /api/v1/reports`: a guest reports a message, a person or a room."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from veillee.model.errors import Code, Refused
from veillee.moderation.reception import Reception
from veillee.protocol.commands import Target
from veillee.web.api.enter import Helpline, HelplinesFor
from veillee.web.visitor import Visitors

_Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class TargetBody(BaseModel):
    """What the report is about: a message (`r` and `id`), a person (`u`) or a room (`r`)."""

    model_config = ConfigDict(extra="ignore", strict=True)

    r: _Id | None = None
    id: _Id | None = None
    u: _Id | None = None


class ReportBody(BaseModel):
    """`reason` is one of the eight of PROTOCOL.md §1; `note` has 500 characters at most."""

    model_config = ConfigDict(extra="ignore", strict=True)

    target: TargetBody
    reason: Annotated[str, StringConstraints(max_length=32)]
    note: Annotated[str, StringConstraints(max_length=2_000)] | None = None


class ReceiptBody(BaseModel):
    """`code` follows what becomes of it; it is shown once. Helplines come with danger and with minors."""

    code: str
    helplines: list[Helpline] = []


def report_routes(reception: Reception, visitors: Visitors, helplines: HelplinesFor) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/v1", tags=["reporting"])

    @router.post("/reports", status_code=201)
    async def report(request: Request, response: Response, given: ReportBody) -> ReceiptBody:
        """Say that something is wrong; answers the receipt code."""
        guest = await visitors.guest(request)
        if guest is None:
            raise Refused(Code.UNAUTHENTICATED)
        target = Target(r=given.target.r, id=given.target.id, u=given.target.u)
        code = await reception.report(guest, target, given.reason, given.note)
        response.headers["Cache-Control"] = "no-store"
        lines = helplines(given.reason, visitors.language(request))
        return ReceiptBody(code=code, helplines=[Helpline(**line) for line in lines])

    return router
