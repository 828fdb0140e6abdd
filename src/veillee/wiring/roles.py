"""What a process of an instance does: several processes may share the work, each with one role or more."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """`gateway`: the live door, `/ws`, `/sse` and `/cmd`. `web`: pages, API and console. `worker`: what is owed and
    what is due (carrying decisions out, erasing)."""

    GATEWAY = "gateway"
    WEB = "web"
    WORKER = "worker"


ALL_ROLES = frozenset(Role)


class RolesInvalid(ValueError):
    """What was given names no roles; the message is one sentence."""


def parse_roles(text: str) -> frozenset[Role]:
    """The roles in `gateway,web,worker`; raises `RolesInvalid` for an unknown one or none."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    try:
        roles = frozenset(Role(name) for name in names)
    except ValueError:
        roles = frozenset()
    if not roles:
        raise RolesInvalid(f"take one or more of {', '.join(Role)}, with commas between them")
    return roles
