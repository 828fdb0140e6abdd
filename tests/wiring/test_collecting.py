"""The garbage collector: what is set aside is not walked."""

from __future__ import annotations

import gc

from veillee.wiring.collecting import THRESHOLDS, set_aside


def test_what_is_there_is_set_aside() -> None:
    """A full collection does not walk it any more; what comes later is still looked at, less often."""
    old: list[object] = [[]]
    set_aside()
    young: list[object] = [[]]
    walked = {id(each) for each in gc.get_objects()}
    assert id(old) not in walked
    assert id(young) in walked
    assert gc.get_threshold() == THRESHOLDS
