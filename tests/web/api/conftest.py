"""The house of the moderation tests, for the HTTP door."""

from __future__ import annotations

from tests.moderation.conftest import house

__all__ = ["house"]
