"""From a refusal's code to an HTTP status (RFC 9110): the body says the rest."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from veillee.model.errors import Code, Refused
from veillee.protocol.errors import body

_STATUS = {
    Code.UNAUTHENTICATED: 401,
    Code.FORBIDDEN: 403,
    Code.MUTED: 403,
    Code.SUSPENDED: 403,
    Code.READ_ONLY: 403,
    Code.NICK_REFUSED: 403,
    Code.NICK_RESERVED: 403,
    Code.BLOCKED_CONTENT: 403,
    Code.NOT_FOUND: 404,
    Code.CONFLICT: 409,
    Code.NICK_TAKEN: 409,
    Code.KEY_REUSED: 409,
    Code.RATE_LIMITED: 429,
    Code.SLOW_MODE: 429,
    Code.ROOM_CLOSED: 403,
    Code.ROOM_FULL: 503,
    Code.MAINTENANCE: 503,
    Code.INTERNAL: 500,
}


def status_of(code: Code) -> int:
    """The status for a code; whatever is the request's own fault and nothing more special is 400."""
    return _STATUS.get(code, 400)


def refusal(refused: Refused, language: str, **more: object) -> Response:
    """`{"err": …}` with its status, and `Retry-After` where waiting helps; `more` goes into `err`."""
    error = body(refused, language) | {key: value for key, value in more.items() if value}
    headers = {"Cache-Control": "no-store"}
    if refused.retry is not None:
        headers["Retry-After"] = str(max(1, round(refused.retry)))
    return JSONResponse({"err": error}, status_of(refused.code), headers)
