"""Every table of the house, registered on the one MetaData by importing the modules that define them."""

from __future__ import annotations

from veillee.store.tables import audit, casework, chat, processes, rulebook, staff
from veillee.store.tables.metadata import metadata

MODULES = (audit, casework, chat, processes, rulebook, staff)

__all__ = ["MODULES", "metadata"]
