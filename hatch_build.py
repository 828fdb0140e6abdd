"""Hatchling's hook: the run-time dependencies stand once, in requirements/runtime.in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Dependencies(MetadataHookInterface):
    """Copies the names in requirements/runtime.in into the wheel's metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `dependencies` from the file; comments and empty lines are left out."""
        lines = Path(self.root, "requirements", "runtime.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
