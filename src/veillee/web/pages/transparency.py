"""`/transparence` and `/api/v1/transparency/{year}`: what was reported, decided and contested, computed from rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from veillee.accountability.transparency import FEW, Transparency
from veillee.web.rendering import Pages

_Year = Annotated[int, Path(ge=2000, le=9999)]


class TransparencyPages:
    """The page for people, and the same figures for machines."""

    def __init__(self, pages: Pages, transparency: Transparency) -> None:
        self._pages = pages
        self._transparency = transparency

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/transparence", self.page, methods=["GET"], include_in_schema=False)
        router.add_api_route(
            "/api/v1/transparency/{year}",
            self.figures,
            methods=["GET"],
            tags=["legal"],
            response_model=None,
            responses={200: {"content": {"application/json": {"schema": {"type": "object"}}, "text/csv": {}}}},
        )
        return router

    async def page(self, request: Request) -> Response:
        report = await self._transparency.year(self._transparency.this_year())
        return self._pages.html(request, "transparency/year.html", report=report, few=FEW)

    async def figures(
        self, year: _Year, form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json"
    ) -> dict[str, Any] | Response:
        """The figures of a year: one to four of anything is given as "<5"."""
        report = await self._transparency.year(year)
        if form == "csv":
            return PlainTextResponse(report.table(), media_type="text/csv")
        return report.document()
