"""Close codes tell a client by their range what to do."""

from __future__ import annotations

from veillee.protocol.close_codes import CloseCode


def test_the_codes_of_the_contract() -> None:
    """PROTOCOL §1, close codes: these numbers are API."""
    assert {code.value for code in CloseCode} == {
        4001, 4002, 4003, 4008, 4100, 4101, 4400, 4401, 4403, 4409, 4429,
    }  # fmt: skip


def test_ranges_say_whether_to_come_back() -> None:
    """40xx resume, 41xx afresh, 44xx stop: no code is both."""
    for code in CloseCode:
        assert code.resumable == (4000 <= code < 4100)
        assert code.final == (4400 <= code < 4500)
