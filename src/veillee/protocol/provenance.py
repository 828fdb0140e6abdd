"""Where a request comes from: whether a browser's page of ours sent it, and from which network. Pure."""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import IPv6Address, ip_address

LONGEST_ADDRESS = 45


def own_origin(origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Whether a request with this `Origin` may come from there (RFC 6454; OWASP, verifying origin).

    True for no origin at all (programs send none), one that names the `Host` asked for, or one of `allowed`, such as
    `https://salon.example`. The origin `null` is nobody's.
    """
    if origin is None:
        return True
    if origin in allowed:
        return True
    scheme, _, named = origin.partition("://")
    return scheme in ("http", "https") and bool(named) and named.lower() == host.lower()


def network_of(peer: str, forwarded: str, proxies: Collection[str]) -> str | None:
    """The network address behind a connection, for limits only; None for this machine itself, which has none.

    `peer` is who connected. `forwarded` (`X-Forwarded-For`) counts only when a listed proxy says so, from its right
    end: each trusted hop names the one before it, everything further left is hearsay. An IPv6 address stands for its
    /64, which is what one household or phone has.
    """
    hop = peer
    for said in reversed(forwarded.split(",")):
        if hop not in proxies or not said.strip():
            break
        hop = said.strip()
    try:
        address = ip_address(hop)
    except ValueError:
        return hop[:LONGEST_ADDRESS] or None
    if isinstance(address, IPv6Address):
        if (mapped := address.ipv4_mapped) is None:
            return None if address.is_loopback else f"{IPv6Address(int(address) >> 64 << 64)}/64"
        address = mapped
    return None if address.is_loopback else str(address)
