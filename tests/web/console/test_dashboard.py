"""The operator's dashboard."""

from __future__ import annotations

from typing import Any


async def test_what_is_missing_comes_first_with_its_remedy(watch: Any) -> None:
    """This house has no operator yet: each gap is a sentence; what waits is a number."""
    await watch.report("Lune", await watch.say("Ombre", "retourne parler à ton frigo"))
    page = (await (await watch.signed_in("paul")).get("/console/dashboard")).text
    assert "operator.address" in page
    assert "Dossiers en attente</dt><dd>1</dd>" in page
    assert "Personne ne veille" in page
    assert "Mio" in page


async def test_it_is_for_operators(watch: Any) -> None:
    """A moderator has the queue, not the house."""
    assert (await (await watch.signed_in("nadia")).get("/console/dashboard")).status_code == 403
