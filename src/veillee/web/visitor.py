"""Who is calling over HTTP: the guest behind the cookie, the device, the language, a token for the address.

The address itself is read from the connection, turned into a keyed hash at once, and goes no further.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from veillee.chat.guests import Entered, Guests
from veillee.chat.keys import Keys
from veillee.model.clock import DAY, SECOND
from veillee.model.guest import Guest
from veillee.protocol.provenance import network_of

GUEST_COOKIE = "veillee"
DEVICE_COOKIE = "veillee_device"
GUEST_SECONDS = 30 * DAY // SECOND
DEVICE_SECONDS = 180 * DAY // SECOND


class Visitors:
    """Recognises callers. `fresh` makes device tokens; `secure` marks cookies for https only."""

    def __init__(
        self, guests: Guests, keys: Keys, fresh: Callable[[], str], proxies: frozenset[str], secure: bool
    ) -> None:
        self._guests = guests
        self._keys = keys
        self._fresh = fresh
        self._proxies = proxies
        self._secure = secure

    async def guest(self, request: Request) -> Guest | None:
        """The guest of the cookie, or of an `Authorization: Bearer` token."""
        bearer = request.headers.get("authorization", "")
        token = bearer[7:] if bearer[:7].lower() == "bearer " else request.cookies.get(GUEST_COOKIE)
        return await self._guests.by_token(token)

    def device(self, request: Request) -> str:
        """The device's first-party token, a new one where there is none."""
        token = request.cookies.get(DEVICE_COOKIE, "")
        return token if 20 <= len(token) <= 64 and token.isalnum() else self._fresh()

    def address(self, request: Request) -> str | None:
        """A keyed hash of the network address, for flood limits only; None for this machine itself."""
        peer = request.client.host if request.client else ""
        network = network_of(peer, ",".join(request.headers.getlist("x-forwarded-for")), self._proxies)
        return None if network is None else f"address:{self._keys.device(network)}"

    @staticmethod
    def language(request: Request) -> str:
        """French unless the caller chose or prefers English."""
        chosen = request.query_params.get("lang") or request.cookies.get("veillee_lang")
        if chosen in ("fr", "en"):
            return chosen
        return "en" if request.headers.get("accept-language", "fr").strip()[:2].lower() == "en" else "fr"

    def remember(self, response: Response, entered: Entered, device: str) -> None:
        """Set the two cookies of somebody who entered: HttpOnly, same site."""
        for name, value, seconds in (
            (GUEST_COOKIE, entered.token, GUEST_SECONDS),
            (DEVICE_COOKIE, device, DEVICE_SECONDS),
        ):
            response.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=self._secure)

    def forget(self, response: Response) -> None:
        """Clear the session's cookie; the device's stays, for blocks and sanctions hold on to it."""
        response.delete_cookie(GUEST_COOKIE, httponly=True, samesite="lax", secure=self._secure)
