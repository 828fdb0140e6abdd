"""Who answers for this place, by which rules, with which tools, keeping what: the legal pages and their documents.

LCEN art. 1-1, DSA art. 11, 12 and 14, GDPR art. 13. Everything comes from the imprint: nobody edits these pages.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from veillee.accountability import operator, retention, terms
from veillee.accountability.imprint import Imprint
from veillee.model.clock import Clock
from veillee.web.rendering import Pages

ALIASES = {"mentions": "contact", "conditions": "terms", "confidentialite": "privacy", "outils": "tools"}
"""French addresses that people type or print."""


class Legal:
    """The legal pages. `imprint` is asked anew each time: rules may be reloaded while running."""

    def __init__(self, pages: Pages, imprint: Callable[[], Imprint], clock: Clock) -> None:
        self._pages = pages
        self._imprint = imprint
        self._clock = clock
        self._kept = retention.load()

    def router(self) -> APIRouter:
        """Pages are not in the API's schema; the two documents are."""
        router = APIRouter()
        router.add_api_route("/.well-known/dsa.json", self.dsa, methods=["GET"], tags=["legal"])
        router.add_api_route("/legal/terms.json", self.terms_json, methods=["GET"], tags=["legal"])
        router.add_api_route("/legal/tools.json", self.tools_json, methods=["GET"], tags=["legal"])
        for path, page in (
            ("/legal/contact", self.contact),
            ("/legal/terms", self.terms),
            ("/legal/privacy", self.privacy),
            ("/legal/tools", self.tools),
        ):
            router.add_api_route(path, page, methods=["GET"], include_in_schema=False)
        router.add_api_route("/legal", self.index, methods=["GET"], include_in_schema=False)
        for alias in ALIASES:
            router.add_api_route(f"/legal/{alias}", self.alias, methods=["GET"], include_in_schema=False)
        return router

    async def dsa(self) -> dict[str, Any]:
        """Operator identity and points of contact (LCEN 1-1; DSA art. 11 and 12)."""
        imprint = self._imprint()
        return operator.document(imprint.operator, imprint.terms, name=imprint.name, url=imprint.url)

    async def terms_json(self) -> dict[str, Any]:
        """The terms in force, rule by rule, with the ids that decisions cite (DSA art. 14)."""
        imprint = self._imprint()
        return terms.document(imprint.terms, imprint.url)

    async def tools_json(self) -> dict[str, Any]:
        """The register of automatic tools that are active now (DSA art. 14(1))."""
        imprint = self._imprint()
        return {"terms": imprint.terms.version, "tools": [tool.entry() for tool in imprint.tools]}

    async def index(self) -> Response:
        return RedirectResponse("/legal/contact", 307)

    async def alias(self, request: Request) -> Response:
        return RedirectResponse(f"/legal/{ALIASES[request.url.path.rpartition('/')[2]]}", 308)

    async def contact(self, request: Request) -> Response:
        imprint = self._imprint()
        today = datetime.fromtimestamp(self._clock() / 1000, UTC).date()
        return self._page(request, "contact", imprint, gaps=imprint.gaps(today))

    async def terms(self, request: Request) -> Response:
        imprint = self._imprint()
        since = datetime.fromisoformat(imprint.terms.since).replace(tzinfo=UTC, hour=12)
        return self._page(request, "terms", imprint, since=int(since.timestamp() * 1000))

    async def privacy(self, request: Request) -> Response:
        return self._page(request, "privacy", self._imprint(), kept=self._kept)

    async def tools(self, request: Request) -> Response:
        imprint = self._imprint()
        rules = {tool.category: imprint.terms.for_category(tool.category) for tool in imprint.tools}
        return self._page(request, "tools", imprint, rules=rules)

    def _page(self, request: Request, name: str, imprint: Imprint, **context: Any) -> Response:
        return self._pages.html(request, f"legal/{name}.html", imprint=imprint, here=name, **context)
