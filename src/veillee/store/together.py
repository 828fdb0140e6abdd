"""Verbs with a grouped form: calls that stand next to each other in a group take a few statements in all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from veillee.store import messages
from veillee.store.port import Tx


class Call(Protocol):
    """A verb and what it was called with."""

    @property
    def verb(self) -> Callable[..., Any]: ...

    @property
    def args(self) -> tuple[Any, ...]: ...

    @property
    def kwargs(self) -> dict[str, Any]: ...


C = TypeVar("C", bound=Call)


class Together(NamedTuple):
    """The grouped form of a verb: whether a call fits into it, and what carries out many calls, in their order."""

    fits: Callable[..., bool]
    carry_out: Callable[[Tx, Sequence[tuple[Any, ...]]], Sequence[Any]]


TOGETHER: Mapping[Callable[..., Any], Together] = {
    messages.append: Together(messages.together, messages.append_all),
}


def fits(call: Call) -> bool:
    """Whether this call may be carried out together with its neighbours."""
    grouped = TOGETHER.get(call.verb)
    return grouped is not None and not call.kwargs and grouped.fits(*call.args)


def sweeps(group: Sequence[C]) -> list[list[C]]:
    """The group in its order, cut into what is carried out in one go."""
    cut: list[list[C]] = []
    joining: Callable[..., Any] | None = None
    for call in group:
        fitting = fits(call)
        if fitting and joining is call.verb:
            cut[-1].append(call)
        else:
            cut.append([call])
        joining = call.verb if fitting else None
    return cut


def carry_out(tx: Tx, sweep: Sequence[Call]) -> Sequence[Any]:
    """Carry out one sweep; the answers in its order. Raises what the verb raises."""
    first = sweep[0]
    if len(sweep) == 1:
        return [first.verb(tx, *first.args, **first.kwargs)]
    return TOGETHER[first.verb].carry_out(tx, [call.args for call in sweep])
