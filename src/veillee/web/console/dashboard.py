"""The operator's dashboard: today in figures, what waits, what is missing; every red line with its remedy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

from veillee.accountability.duty import Duty
from veillee.accountability.imprint import Imprint
from veillee.accountability.transparency import median_minutes
from veillee.model.clock import DAY, Clock
from veillee.store import figures
from veillee.store.port import Store
from veillee.web.console.door import Door, Visit


class Dashboard:
    """The page `/console/dashboard`. `database` is the store's file, None where nothing is kept."""

    def __init__(
        self,
        door: Door,
        store: Store,
        duty: Duty,
        imprint: Callable[[], Imprint],
        clock: Clock,
        database: Path | None,
    ) -> None:
        self._door = door
        self._store = store
        self._duty = duty
        self._imprint = imprint
        self._clock = clock
        self._database = database

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/console/dashboard", self._door.behind(self.show, operator=True), methods=["GET"])
        return router

    async def show(self, visit: Visit) -> Response:
        now = self._clock()
        today = await self._store.read(figures.between, now - DAY, now)
        waiting, oldest = await self._store.read(figures.open_cases)
        size = free = None
        if self._database is not None and self._database.exists():
            size = self._database.stat().st_size // 2**20
            free = shutil.disk_usage(self._database.parent).free // 2**30
        return self._door.page(
            visit,
            "dashboard",
            here="dashboard",
            now=now,
            today=today,
            reports=sum(today.reports.values()),
            decided=sum(today.by_people.values()),
            automatic=sum(today.by_tools.values()),
            median=median_minutes(today.handling),
            waiting=waiting,
            oldest=oldest,
            gaps=self._imprint().gaps(datetime.fromtimestamp(now / 1000, UTC).date()),
            version=version("veillee"),
            size=size,
            free=free,
        )
