"""Around every page and call: security headers, a size limit, and no writing from foreign origins.

The content security policy has no `unsafe-*`: every script and style is a file of ours (W3C CSP 3). Requests that
change something and come from a browser must come from our own origin (OWASP, CSRF: verifying origin).
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from veillee.model.errors import Code, Refused
from veillee.protocol.provenance import own_origin
from veillee.web.statuses import refusal

BODY_BYTES = 128 * 1024
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; manifest-src 'self'; frame-ancestors {ancestors}"
)
_UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class _TooLarge(Exception):
    """More of a body than anybody may send."""


class Guard:
    """ASGI middleware. `origins` may embed rooms (`/embed/…`) and call us, beside our own origin."""

    def __init__(self, app: ASGIApp, origins: frozenset[str] = frozenset(), secure: bool = False) -> None:
        self._app = app
        self._origins = origins
        self._secure = secure
        self._own = _POLICY.format(ancestors="'none'").encode()
        self._embedded = _POLICY.format(ancestors=" ".join(["'self'", *sorted(origins)])).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        embedded = scope["path"].startswith("/embed/")

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._protect(MutableHeaders(scope=message), embedded)
            await send(message)

        if scope["method"] in _UNSAFE and not self._welcome(headers):
            await refusal(Refused(Code.FORBIDDEN), _language(headers))(scope, receive, guarded)
            return
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdigit()):
            await refusal(Refused(Code.BAD_REQUEST), _language(headers))(scope, receive, guarded)
            return
        if int(length[:12]) > BODY_BYTES:
            await self._too_large(headers)(scope, receive, guarded)
            return
        taken = 0
        started = False

        async def limited() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > BODY_BYTES:
                raise _TooLarge
            return message

        async def once(message: Message) -> None:
            nonlocal started
            if taken > BODY_BYTES and not started:
                raise _TooLarge  # whatever the application makes of it, the answer is ours
            started = True
            await guarded(message)

        try:
            await self._app(scope, limited, once)
        except _TooLarge:
            if not started:
                await self._too_large(headers)(scope, receive, guarded)

    @staticmethod
    def _too_large(headers: Headers) -> Response:
        answer = refusal(Refused(Code.BAD_REQUEST), _language(headers))
        answer.status_code = 413
        answer.headers["Connection"] = "close"
        return answer

    def _welcome(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None:
            return headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        return own_origin(origin, headers.get("host", ""), self._origins)

    def _protect(self, headers: MutableHeaders, embedded: bool) -> None:
        headers["Content-Security-Policy"] = (self._embedded if embedded else self._own).decode()
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), interest-cohort=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if self._secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"


def _language(headers: Headers) -> str:
    return "en" if headers.get("accept-language", "fr")[:2].lower() == "en" else "fr"
