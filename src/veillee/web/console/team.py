"""The staff, for operators: who there is, adding somebody (the code's QR is shown once), closing an account."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import Accounts, Enrolment
from veillee.model.errors import Code, Refused
from veillee.model.staff import Role
from veillee.web.console.door import Door, Visit

_EXPECTED = (Code.BAD_REQUEST, Code.CONFLICT)


class Team:
    """The pages under `/console/staff`. `reserve` keeps a new public pseudonym from guests, look-alikes included."""

    def __init__(self, door: Door, accounts: Accounts, reserve: Callable[[str], None]) -> None:
        self._door = door
        self._accounts = accounts
        self._reserve = reserve

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, prefix="/console/staff")
        router.add_api_route("", self._door.behind(self.listing, operator=True), methods=["GET"])
        router.add_api_route("", self._door.behind(self.add, operator=True), methods=["POST"])
        router.add_api_route("/disable", self._door.behind(self.disable, operator=True), methods=["POST"])
        return router

    async def listing(self, visit: Visit) -> Response:
        return await self._page(visit)

    async def add(self, visit: Visit) -> Response:
        role = Role.OPERATOR if visit.text("role") == "operator" else Role.MODERATOR
        try:
            enrolled = await self._accounts.add(
                visit.text("login", 80),
                visit.text("pseudonym", 80),
                role,
                visit.text("password", 600),
                by=visit.session.staff.id,
                language="en" if visit.text("language") == "en" else "fr",
            )
        except Refused as refused:
            if refused.code not in _EXPECTED:
                raise
            return await self._page(visit, refused=refused)
        self._reserve(enrolled.staff.pseudonym)
        return await self._page(visit, enrolled=enrolled)

    async def disable(self, visit: Visit) -> Response:
        login = visit.text("login", 80)
        if login == visit.session.staff.login:
            raise Refused(Code.FORBIDDEN)
        await self._accounts.disable(login, by=visit.session.staff.id)
        return RedirectResponse("/console/staff", 303)

    async def _page(self, visit: Visit, refused: Refused | None = None, enrolled: Enrolment | None = None) -> Response:
        given = {name: visit.text(name, 80) for name in ("login", "pseudonym", "role", "language")}
        return self._door.page(
            visit,
            "team",
            400 if refused else 200,
            here="team",
            everybody=await self._accounts.everybody(),
            given=given if refused else dict.fromkeys(given, ""),
            refused=refused,
            enrolled=enrolled,
        )
