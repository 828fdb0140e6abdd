"""State fetched now == old state + events since, after any sequence of commands, on every store.

After Zulip's `verify_action`. A client that was there all along, one that comes back after any offset and one that has
just arrived see the same room; and what a room shows is what the rows say.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doubles import Recording
from tests.stores import message, opened, with_room
from veillee.model.event import Durable
from veillee.model.message import State
from veillee.store import messages
from veillee.store.port import Store


@dataclass(frozen=True, slots=True)
class Step:
    """One command: `what` it does, to the `which`-th message (modulo those there are)."""

    what: str
    which: int = 0


WHAT = ("post", "hold", "refuse", "refused edit", "again", "edit", "remove", "take back", "release")
QUICK = ("memory", "file")
steps = st.lists(st.builds(Step, st.sampled_from(WHAT), st.integers(0, 6)), min_size=1, max_size=25)


async def carry_out(store: Store, step: Step, number: int, known: list[str]) -> None:
    """One command as the rooms above would give it."""
    target = known[step.which % len(known)] if known else "M9999"
    match step.what:
        case "post" | "hold" | "refuse" | "refused edit":
            states = {"hold": State.HELD, "post": State.PUBLISHED}
            new = message(number, state=states.get(step.what, State.REFUSED))
            if step.what == "refused edit":
                new = replace(new, edit_of=target)
            await store.write(messages.append, new)
            known.append(new.id)
        case "again" if known:
            repeated = message(int(target[1:]))
            answer = await store.write(messages.append, replace(repeated, id=f"N{number:04}", at=number))
            assert (answer.id, answer.duplicate) == (target, True)
        case "edit":
            await store.write(messages.edit, target, f"edited {number}", number)
        case "remove":
            await store.write(messages.remove, target, "moderation", number, "7F3K-21AB")
        case "take back":
            await store.write(messages.remove, target, "author", number)
        case "release":
            await store.write(messages.release, target, number)


def fold(state: dict[str, str], events: Iterable[Durable]) -> dict[str, str]:
    """What a client shows after these events: the text of each message it sees, by id."""
    shown = dict(state)
    for event in events:
        about = event.data.get("id", "")
        if event.kind == "msg" and "b" in event.data:
            shown[about] = event.data["b"]
        elif event.kind == "msg" or event.kind == "del":
            shown.pop(about, None)
        elif event.kind == "edit" and about in shown:
            shown[about] = event.data["b"]
    return shown


async def play(kind: str, folder: Path, commands: Sequence[Step]) -> None:
    """Carry the commands out; then compare every way of coming to know the room."""
    async with opened(kind, folder) as store:
        await with_room(store)
        heard = Recording()
        store.on_commit(heard)
        known: list[str] = []
        for number, step in enumerate(commands, 1):
            await carry_out(store, step, number, known)
        last = await store.read(messages.last_offset, "cafe")
        live = heard.durable("cafe")
        assert [event.s for event in live] == list(range(1, last + 1)), "every offset once, in order, without a hole"

        present = fold({}, live)
        for after in range(last + 1):
            since = await store.read(messages.events, "cafe", after, last + 1, 1_000)
            assert [event.s for event in since] == list(range(after + 1, last + 1))
            assert fold(fold({}, live[:after]), since) == present

        rows = [await store.read(messages.get, each) for each in known]
        published = {row.id: row.body for row in rows if row is not None and row.state is State.PUBLISHED}
        assert present == published
        replayed = await store.read(messages.events, "cafe", 0, last + 1, 1_000)
        hidden = {row.body for row in rows if row is not None and row.state is not State.PUBLISHED}
        assert not hidden & {event.data.get("b") for event in replayed} - set(published.values()), "no resurrection"


@pytest.mark.parametrize("kind", QUICK)
@given(commands=steps)
def test_state_now_is_old_state_and_events_since(kind: str, commands: list[Step]) -> None:
    """Posts, holds, refusals, repeats, edits, removals and releases in any order."""
    with TemporaryDirectory() as folder:
        asyncio.run(play(kind, Path(folder), commands))


@given(commands=steps)
@settings(max_examples=settings().max_examples // 5)
def test_state_now_is_old_state_and_events_since_on_postgres(commands: list[Step]) -> None:
    """The same; a database for each sequence takes a tenth of a second, so there are fewer of them."""
    with TemporaryDirectory() as folder:
        asyncio.run(play("postgres", Path(folder), commands))
