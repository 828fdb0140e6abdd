"""What is remembered between drafts: per conversation, per author, per device. Plain bounded values.

`chat` (or `veillee moderate`) owns them: `Memory` is the in-memory keeper, which recalls the three parts for a draft
and keeps what the engine gave back. Nothing here holds a text: turns are numbers, first messages are checksums.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, TypeVar

from veillee.model.verdict import Facts

_T = TypeVar("_T")

TURNS_KEPT = 40
CLAIMS_KEPT = 12
OPENINGS_KEPT = 32
PEOPLE_KEPT = 64
RECENT_KEPT = 8
VOICES_KEPT = 16
TOLD_KEPT = 2 * CLAIMS_KEPT


@dataclass(frozen=True, slots=True)
class Evidence:
    """One stage seen at one turn (counted from 1) of a conversation, by one person, to one person or to all ("")."""

    stage: str
    turn: int
    at: float
    who: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who spoke in a conversation: in how many turns, how many of them showed a stage, the last one's number,
    the age they declared, and the checksum of the pseudonym under which others name them."""

    who: str
    turns: int = 0
    staged: int = 0
    last: int = 0
    age: int | None = None
    name: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation: how many turns, which stages, whose age was said (author id, years), who spoke last (last)."""

    turns: int = 0
    began: float | None = None
    evidence: tuple[Evidence, ...] = ()
    ages: tuple[tuple[str, int], ...] = ()
    voices: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """An author's first message in a conversation, or a repeated one: where, when, the checksum of its words, and
    whether an adult wrote it to somebody young."""

    conversation: str
    at: float
    checksum: int
    young: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """One author across conversations."""

    openings: tuple[Opening, ...] = ()
    recent: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """Who somebody said they are: as declared at entry, or said at a turn of a conversation. `slack` is how many years
    an age may be off by the way it was said (a class, a year of birth)."""

    who: str
    age: int | None = None
    gender: str | None = None
    said: bool = False
    place: str | None = None
    turn: int = 0
    at: float = 0.0
    slack: int = 0


@dataclass(frozen=True, slots=True)
class Device:
    """Personas that one device has shown, oldest first, the conflicts already told, whether people said that they
    share it, when the last sign of luring or ambush was (Unix seconds), and the conversations opened from it."""

    claims: tuple[Claim, ...] = ()
    told: tuple[str, ...] = ()
    shared: bool = False
    danger_at: float | None = None
    openings: tuple[Opening, ...] = ()


@dataclass(frozen=True, slots=True)
class RiskState:
    """The three parts that concern one draft."""

    conversation: Conversation = Conversation()
    author: Author = Author()
    device: Device = Device()


Part = Conversation | Author | Device


def merged(one: Part, other: Part) -> Part:
    """Two memories of one subject, kept by two processes, as one: no sign that either has seen is forgotten.

    Raises TypeError for parts of different kinds.
    """
    match one, other:
        case Conversation(), Conversation():
            began = [at for at in (one.began, other.began) if at is not None]
            signs = {(e.at, e.who, e.stage, e.to): e for e in (*one.evidence, *other.evidence)}
            youngest: dict[str, int] = {}
            for who, age in (*one.ages, *other.ages):
                youngest[who] = min(age, youngest.pop(who, age))
            voices: dict[str, Voice] = {}
            for voice in sorted((*one.voices, *other.voices), key=lambda v: (v.last, v.turns)):
                voices.pop(voice.who, None)
                voices[voice.who] = voice
            return Conversation(
                turns=max(one.turns, other.turns),
                began=min(began, default=None),
                evidence=tuple(signs[key] for key in sorted(signs))[-TURNS_KEPT:],
                ages=tuple(youngest.items())[-PEOPLE_KEPT:],
                voices=tuple(voices.values())[-VOICES_KEPT:],
            )
        case Author(), Author():
            recent = {(o.at, o.conversation, o.checksum): o for o in (*one.recent, *other.recent)}
            return Author(
                openings=_openings(one.openings, other.openings),
                recent=tuple(recent[key] for key in sorted(recent))[-RECENT_KEPT:],
            )
        case Device(), Device():
            return Device(
                claims=tuple(dict.fromkeys((*one.claims, *other.claims)))[-CLAIMS_KEPT:],
                told=tuple(dict.fromkeys((*one.told, *other.told)))[-TOLD_KEPT:],
                shared=one.shared or other.shared,
                danger_at=max((at for at in (one.danger_at, other.danger_at) if at is not None), default=None),
                openings=_openings(one.openings, other.openings),
            )
    raise TypeError("parts of different kinds")


class Memory:
    """Keeps the parts by their keys; the least recently used go first beyond `most` of each."""

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._authors: OrderedDict[str, Author] = OrderedDict()
        self._devices: OrderedDict[str, Device] = OrderedDict()

    def recall(self, facts: Facts) -> RiskState:
        """What is known about the draft's conversation, author and device."""
        author = facts.author
        device = device_key(facts)
        return RiskState(
            conversation=self._conversations.get(facts.conversation or "", Conversation()),
            author=self._authors.get(author.id if author else "", Author()),
            device=self._devices.get(device or "", Device()),
        )

    def keep(self, facts: Facts, state: RiskState | None) -> None:
        """Keep what the engine gave back for this draft."""
        if state is None:
            return
        if facts.conversation is not None:
            _put(self._conversations, facts.conversation, state.conversation, self._most)
        if facts.author is not None and facts.author.id:
            _put(self._authors, facts.author.id, state.author, self._most)
        device = device_key(facts)
        if device is not None:
            _put(self._devices, device, state.device, self._most)

    def add(self, key: str, part: Part) -> Part:
        """Join what another process knows of one conversation, author or device with what is known; answers both."""
        by_kind: dict[type[Part], OrderedDict[str, Any]] = {
            Conversation: self._conversations, Author: self._authors, Device: self._devices
        }  # fmt: skip
        kept = by_kind[type(part)]
        both = merged(kept[key], part) if key in kept else part
        _put(kept, key, both, self._most)
        return both


def device_key(facts: Facts) -> str | None:
    """The device of a draft, or the author where no device is known: personas are compared within it."""
    if facts.author is None:
        return None
    if facts.author.device:
        return f"d:{facts.author.device}"
    return f"a:{facts.author.id}" if facts.author.id else None


def _openings(one: tuple[Opening, ...], other: tuple[Opening, ...]) -> tuple[Opening, ...]:
    known = {(o.at, o.conversation, o.checksum): o for o in (*one, *other)}
    return tuple(known[key] for key in sorted(known))[-OPENINGS_KEPT:]


def _put(kept: OrderedDict[str, _T], key: str, value: _T, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)
