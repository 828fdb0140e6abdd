"""The audit, for everybody of the staff: who did what to which subject; read, never changed."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from veillee.accountability.accounts import Accounts
from veillee.store import audit
from veillee.store.port import Store
from veillee.web.console.door import Door, Visit

PAGE = 50


class Journal:
    """The page `/console/audit`."""

    def __init__(self, door: Door, accounts: Accounts, store: Store) -> None:
        self._door = door
        self._accounts = accounts
        self._store = store

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/console/audit", self._door.behind(self.listing), methods=["GET"])
        return router

    async def listing(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        before = asked.get("before", "")
        subject = asked.get("subject", "")[:64] or None
        entries = await self._store.read(
            audit.entries,
            subject=subject,
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
            limit=PAGE + 1,
        )
        names = {person.id: person.pseudonym for person in await self._accounts.everybody()}
        return self._door.page(
            visit,
            "audit",
            here="audit",
            entries=entries[:PAGE],
            more=entries[PAGE - 1].id if len(entries) > PAGE else None,
            names=names,
            subject=subject,
        )
