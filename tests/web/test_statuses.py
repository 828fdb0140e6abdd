"""A refusal over HTTP: the right status, one shape, and when to come back."""

from __future__ import annotations

import json

import pytest

from veillee.model.errors import Code, Refused
from veillee.web.statuses import refusal, status_of


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_status(code: Code) -> None:
    """An error is never a success, and 422 is not used (PROTOCOL §2)."""
    assert 400 <= status_of(code) < 600
    assert status_of(code) != 422


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (Code.UNAUTHENTICATED, 401), (Code.FORBIDDEN, 403), (Code.NOT_FOUND, 404), (Code.NICK_TAKEN, 409),
        (Code.RATE_LIMITED, 429), (Code.BAD_REQUEST, 400), (Code.INTERNAL, 500), (Code.MAINTENANCE, 503),
    ],
)  # fmt: skip
def test_the_status_says_whose_turn_it_is(code: Code, status: int) -> None:
    """4xx: the caller's; 5xx: ours; what has no status of its own is 400."""
    assert status_of(code) == status


def test_one_shape_with_the_time_to_wait() -> None:
    """`{"err":{c,m,retry}}`, `Retry-After` in whole seconds, at least one; nothing is kept in a cache."""
    answer = refusal(Refused(Code.RATE_LIMITED, retry=0.2), "fr", field="")
    assert json.loads(bytes(answer.body)) == {
        "err": {"c": "rate_limited", "m": "Doucement ! Réessayez dans 1 s.", "retry": 0.2}
    }
    assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("1", "no-store")


def test_what_is_added_is_shown_if_it_says_something() -> None:
    """Extra fields go into `err`; empty ones stay out."""
    error = json.loads(bytes(refusal(Refused(Code.NICK_REFUSED), "en", helplines=[{"number": "119"}], field="").body))[
        "err"
    ]
    assert error["helplines"] == [{"number": "119"}]
    assert "field" not in error
