"""Where requests come from: origins and networks."""

from __future__ import annotations

import pytest

from veillee.protocol.provenance import network_of, own_origin

PROXIES = frozenset({"127.0.0.1", "10.0.0.2"})


@pytest.mark.parametrize(
    ("origin", "own"),
    [
        (None, True), ("http://salon.example", True), ("https://SALON.example", True), ("https://ami.example", True),
        ("null", False), ("", False), ("http://", False), ("https://evil.example", False),
        ("ftp://salon.example", False),
        ("https://salon.example.evil.example", False), ("http://[", False),
    ],
)  # fmt: skip
def test_an_origin_is_ours_or_not(origin: str | None, own: bool) -> None:
    """No origin, the host's own, a listed one; nothing else, malformed ones included."""
    assert own_origin(origin, "salon.example", {"https://ami.example"}) is own


def test_no_host_makes_nobody_ours() -> None:
    """`null` and an absent `Host` are not the same place."""
    assert not own_origin("null", "", ())
    assert not own_origin("http://", "", ())


@pytest.mark.parametrize(
    ("peer", "forwarded", "network"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),  # not a proxy of ours: hearsay
        ("10.0.0.2", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the left-most is what the client said of itself
        ("127.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("127.0.0.1", "", None), ("::1", "", None), ("", "", None), ("::ffff:127.0.0.1", "", None),
        ("::ffff:203.0.113.9", "", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("10.0.0.2", "unknown", "unknown"), ("10.0.0.2", "x" * 9_000, "x" * 45),
    ],
)  # fmt: skip
def test_the_network_behind_a_connection(peer: str, forwarded: str, network: str | None) -> None:
    """Only listed proxies are believed, from the right; this machine has no network; IPv6 counts by /64."""
    assert network_of(peer, forwarded, PROXIES) == network
