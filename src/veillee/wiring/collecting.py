"""How Python's garbage collector runs here: what never goes is not walked, and it looks less often (decision 0005)."""

from __future__ import annotations

import gc

THRESHOLDS = (20_000, 20, 20)
"""A message leaves next to nothing in cycles, and looking at every 700th object, as Python does by itself, is a twelfth
of what a message costs."""


def set_aside() -> None:
    """Whatever there is now is not walked again: a full collection over rules and modules takes longer than the 50 ms
    that one draft may cost, and stops the loop meanwhile."""
    gc.collect()
    gc.set_threshold(*THRESHOLDS)
    gc.freeze()
