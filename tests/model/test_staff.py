"""Staff as values."""

from __future__ import annotations

from veillee.model.staff import OnDuty, Role, Staff


def test_the_operator_is_told_from_a_moderator() -> None:
    """Only the operator role answers for the house."""
    assert Staff("1", "a", "A", Role.OPERATOR, "fr", 0).is_operator
    assert not Staff("1", "a", "A", Role.MODERATOR, "fr", 0).is_operator


def test_who_is_on_duty_is_a_public_pseudonym() -> None:
    """The value that pages show holds no login."""
    assert "login" not in OnDuty.__dataclass_fields__
