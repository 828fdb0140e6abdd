"""Calls that stand next to each other and can be carried out in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.stores import message
from veillee.store import messages, rooms, together
from veillee.store.port import Store


@dataclass(frozen=True)
class Called:
    """A verb with its arguments."""

    verb: Callable[..., Any]
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


def append(number: int, **more: Any) -> Called:
    """An append of a test's message."""
    return Called(messages.append, (replace(message(number), **more),))


def test_neighbours_of_one_verb_are_one_sweep() -> None:
    """In the order of the group; what does not fit stands alone and parts the others."""
    other = Called(rooms.all_rooms)
    named = Called(messages.append, (message(3),), {"record": None})
    group = [append(1), append(2), other, append(4), named, append(5), append(6)]
    assert together.sweeps(group) == [group[0:2], [other], [group[3]], [named], group[5:7]]


def test_what_has_no_grouped_form_never_fits() -> None:
    """Nor does a call with named arguments: the grouped form takes them by place."""
    assert together.fits(append(1))
    assert not together.fits(Called(rooms.all_rooms))
    assert not together.fits(Called(messages.append, (message(1),), {"record": None}))


async def test_a_sweep_answers_in_its_order(store: Store) -> None:
    """As the calls would one by one, alone or together."""
    answers = await store.write(together.carry_out, [append(1), append(2), append(1)])
    assert [(each.id, each.s, each.duplicate) for each in answers] == [
        ("M0001", 1, False), ("M0002", 2, False), ("M0001", 1, True),
    ]  # fmt: skip
    (alone,) = await store.write(together.carry_out, [append(9)])
    assert (alone.id, alone.s) == ("M0009", 3)
