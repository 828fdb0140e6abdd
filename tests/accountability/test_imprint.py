"""The imprint: what is missing keeps the rooms shut."""

from __future__ import annotations

from datetime import date

from veillee.accountability import helplines, operator, terms
from veillee.accountability.imprint import Imprint

TODAY = date(2026, 11, 24)


def imprint(**given: str) -> Imprint:
    """An imprint whose operator gave only `given`."""
    return Imprint("Le Foyer", "https://f.example", operator.Operator(**given), terms.load(), helplines.load())  # type: ignore[arg-type]


def test_an_operator_without_identity_keeps_the_rooms_shut() -> None:
    """LAW.md §8.3, 26: public rooms refuse to open until identity, contacts, terms and helplines are set."""
    reason = imprint(name="Foyer").shut_reason(TODAY)
    assert reason is not None
    assert reason.startswith("operator.address, operator.phone")


def test_numbers_that_nobody_checked_keep_the_rooms_shut() -> None:
    """A helpline older than a year is a gap like another."""
    assert [gap.key for gap in imprint().gaps(date(2099, 1, 1))][-1] == "helplines.yaml"


def test_a_complete_imprint_opens_the_rooms() -> None:
    """With everything given there is no reason to stay shut."""
    whole = {
        name: "donné" for name in operator.Operator.__dataclass_fields__ if name not in ("languages", "fictitious")
    }
    made = Imprint(
        "Le Foyer",
        "https://f.example",
        operator.Operator(**whole, languages=("fr",)),  # type: ignore[arg-type]
        terms.load(),
        helplines.load(),
    )
    assert made.shut_reason(TODAY) is None
