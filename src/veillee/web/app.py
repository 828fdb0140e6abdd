"""The HTTP door: one FastAPI application out of the routers it is given, one error shape for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from veillee.model.errors import Code, Refused
from veillee.store.port import StoreUnavailable
from veillee.web.guard import Guard
from veillee.web.openapi import describer
from veillee.web.statuses import refusal
from veillee.web.visitor import Visitors

log = structlog.get_logger("web")

ErrorPage = Callable[[Request, Refused, int], Response]
_BY_STATUS = {401: Code.UNAUTHENTICATED, 403: Code.FORBIDDEN, 404: Code.NOT_FOUND, 405: Code.BAD_REQUEST}


def create_app(
    routers: Iterable[APIRouter],
    routes: Iterable[BaseRoute],
    ready: Callable[[], Awaitable[bool]],
    error_page: ErrorPage | None = None,
    origins: frozenset[str] = frozenset(),
    secure: bool = False,
) -> FastAPI:
    """The application. Calls below `/api/` and `.json` are answered in JSON, pages by `error_page`."""
    app = FastAPI(title="Veillée", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    for router in routers:
        app.include_router(router)
    app.routes.extend(routes)
    app.openapi = describer(app.title, app.version, app.routes)  # type: ignore[method-assign]

    def answer(request: Request, refused: Refused) -> Response:
        wants_page = not request.url.path.startswith("/api/") and "html" in request.headers.get("accept", "")
        response = refusal(refused, Visitors.language(request))
        if wants_page and error_page is not None:
            return error_page(request, refused, response.status_code)
        return response

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) if error.errors() else ""
        response = refusal(Refused(Code.BAD_REQUEST), Visitors.language(request), field=where)
        return response if request.url.path.startswith("/api/") else answer(request, Refused(Code.BAD_REQUEST))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        response = answer(request, Refused(_BY_STATUS.get(error.status_code, Code.BAD_REQUEST)))
        response.status_code = error.status_code
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(StoreUnavailable)
    async def unavailable(request: Request, error: StoreUnavailable) -> Response:
        return answer(request, Refused(Code.MAINTENANCE, retry=5))

    @app.exception_handler(Exception)
    async def failed(request: Request, error: Exception) -> Response:
        log.error("request failed", path=_route(request), error=type(error).__name__)
        return answer(request, Refused(Code.INTERNAL, retry=2))

    @app.get("/healthz", include_in_schema=False)
    async def healthz() -> JSONResponse:
        return JSONResponse({"ok": True})

    @app.get("/readyz", include_in_schema=False)
    async def readyz() -> JSONResponse:
        return JSONResponse({"ready": True}) if await ready() else JSONResponse({"ready": False}, 503)

    app.add_middleware(Guard, origins=origins, secure=secure)
    return app


def _route(request: Request) -> str:
    """The route's pattern, never the path itself: a path may hold a secret code."""
    route = request.scope.get("route")
    return str(getattr(route, "path", "unknown"))
