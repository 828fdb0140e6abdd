"""Keyed hashes: how ids, devices, tokens and codes are told apart without being told.

Everything is HMAC-SHA-256 (RFC 2104) under the instance's secret with a label per purpose, so that one value never
stands in for another. Pure, and the only place that knows the secret.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

from veillee.model.ids import crockford, secret_code


class Keys:
    """Derives the names by which the outside knows what is inside."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("the instance secret has at least 32 bytes")
        self._secret = secret

    def _mac(self, label: str, *parts: str) -> bytes:
        return hmac.digest(self._secret, "\x1f".join((label, *parts)).encode(), "sha256")

    def instance(self) -> str:
        """A mark of this instance, for names that several instances may have to share a place with."""
        return self._mac("instance")[:6].hex()

    def face(self, guest_id: str, room: str, pseudonym: str) -> str:
        """The `u` of a guest in one room under one pseudonym: twelve characters that link nothing."""
        return crockford(int.from_bytes(self._mac("face", guest_id, room, pseudonym)[:8], "big") >> 4, 12)

    def device(self, token: str) -> str:
        """What a device's first-party token is known as."""
        return self._mac("device", token)[:16].hex()

    def token(self, token: str) -> str:
        """The stored form of a session token."""
        return hashlib.sha256(token.encode()).hexdigest()

    def phrase(self, words: str) -> str:
        """The stored form of a recovery phrase; case, accents and extra spaces do not matter."""
        plain = unicodedata.normalize("NFKD", words).casefold()
        letters = "".join(c for c in plain if not unicodedata.combining(c))
        return self._mac("phrase", *letters.split()).hex()

    def code(self, about: str) -> str:
        """The secret code that opens the case of a message: derived, so that a repeated send gets the same."""
        return secret_code(self._mac("code", about)[:16])

    def confirmation(self, guest_id: str, room: str, body: str) -> str:
        """The token with which a `think_again` goes through: good for this guest, room and text only."""
        return crockford(int.from_bytes(self._mac("confirm", guest_id, room, body)[:10], "big"), 16)

    def digest(self, room: str, body: str, reply_to: str | None) -> str:
        """What was sent under an idempotency key, for comparison only."""
        return hashlib.blake2s("\x1f".join((room, reply_to or "", body)).encode(), digest_size=16).hexdigest()
