"""Frozen evidence: what was said, what stood around it, who declared what, and under which rules.

Taken in the transaction of the report, before the author can delete (LAW.md §1.6). `content` is canonical JSON
(sorted keys, no spaces, UTF-8), `sha256` its digest: the same evidence always gives the same digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from veillee.model.casefile import Snapshot, Subject, SubjectKind
from veillee.model.message import Message, NewMessage
from veillee.store import casefiles, guests, messages
from veillee.store.port import Tx

EACH_SIDE = 15
"""Messages kept before and after the one that was reported."""


def capture(
    tx: Tx, snapshot_id: str, number: str, subject: Subject, terms: str, at: int, new: NewMessage | None = None
) -> Snapshot | None:
    """Seal evidence about `subject` for the case; None if the same text is sealed in it already.

    `new` is a message that is not in the store yet (automod looks before it is written). `terms` is the version of
    the rules in force.
    """
    about = new.id if new is not None else subject.id if subject.kind is SubjectKind.MESSAGE else None
    around = _around(tx, subject, new)
    known = [decoded(snapshot) for snapshot in casefiles.snapshots_of(tx, number)]
    text = next((each.body for each in around if each.id == about), None)
    if any(seen["about"] == about and _text(seen) == text for seen in known):
        return None
    people = dict.fromkeys([*(each.guest_id for each in around), *([subject.guest_id] if subject.guest_id else [])])
    content = canonical({
        "about": about,
        "at": at,
        "subject": {"kind": subject.kind.value, "id": subject.id, "room": subject.room},
        "messages": [asdict(each) for each in around],
        "versions": [] if about is None else messages.versions(tx, about),
        "personas": [_persona(tx, guest_id) for guest_id in people],
        "terms": terms,
    })  # fmt: skip
    snapshot = Snapshot(snapshot_id, number, at, content, digest(content))
    casefiles.seal(tx, snapshot)
    return snapshot


def canonical(value: Any) -> str:
    """One way only to write a value as JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(content: str) -> str:
    """SHA-256 of the content's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def intact(snapshot: Snapshot) -> bool:
    """Whether the evidence is what was sealed."""
    return digest(snapshot.content) == snapshot.sha256


def decoded(snapshot: Snapshot) -> dict[str, Any]:
    """The evidence as data: `about`, `messages`, `versions`, `personas`, `terms`."""
    found: dict[str, Any] = json.loads(snapshot.content)
    return found


def messages_named(snapshots: Sequence[Snapshot]) -> list[str]:
    """The ids of the messages that the evidence is about, each once, in order."""
    return list(dict.fromkeys(about for each in snapshots if (about := decoded(each)["about"]) is not None))


def _around(tx: Tx, subject: Subject, new: NewMessage | None) -> list[Message]:
    if new is not None:
        return [*messages.spoken(tx, new.room, EACH_SIDE), _unstored(new)]
    if subject.kind is SubjectKind.MESSAGE:
        return messages.around(tx, subject.id, EACH_SIDE)
    if subject.room is None:
        return []
    return messages.spoken(tx, subject.room, 2 * EACH_SIDE + 1, subject.guest_id or None)


def _unstored(new: NewMessage) -> Message:
    return Message(
        new.id, new.room, None, new.guest_id, new.device, new.u, new.pseudonym, new.body, new.reply_to, new.at,
        None, new.state, None, None, new.verdict, new.edit_of,
    )  # fmt: skip


def _text(seen: dict[str, Any]) -> str | None:
    return next((each["body"] for each in seen["messages"] if each["id"] == seen["about"]), None)


def _persona(tx: Tx, guest_id: str) -> dict[str, Any]:
    guest = guests.get(tx, guest_id)
    return {"id": guest_id} if guest is None else asdict(guest)
