"""Verbs on rules: their texts by hash, the editions that staff wrote, what they hit, what was said to try them on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row, delete, func, insert, or_, select, update

from veillee.model.casefile import AUTOMOD, Measure, SubjectKind
from veillee.model.clock import HOUR
from veillee.model.edition import Edition, Origin, Progress, RuleText, Stage, Unit
from veillee.model.event import Changed
from veillee.store.dialects import lock, upsert
from veillee.store.port import Tx, emit
from veillee.store.tables.casework import cases, decisions
from veillee.store.tables.chat import messages, rooms
from veillee.store.tables.rulebook import rule_editions, rule_samples, rule_tallies, rule_texts

SAMPLES = 50
"""Messages remembered of each edition, the newest."""
EVERYTHING = "*"
"""In place of a hash: all drafts that were judged."""


class Count(NamedTuple):
    """How often something was judged and hit within an hour. `mode` is `live` or `shadow`."""

    hash: str
    hour: int
    mode: str
    seen: int
    hits: int


class Spoken(NamedTuple):
    """A message as a backtest reads it."""

    id: str
    room: str
    guest_id: str
    body: str


def keep_texts(tx: Tx, texts: Iterable[RuleText], at: int) -> list[RuleText]:
    """Keep rule texts that are not kept yet; answers those, as first seen at `at`."""
    given = {text.hash: text for text in texts}
    known = {row.hash for row in tx.execute(select(rule_texts.c.hash))}
    new = [text for digest, text in given.items() if digest not in known]
    for text in new:
        values = {
            "hash": text.hash, "rule_id": text.rule_id, "version": text.version, "file": text.file,
            "text": text.text, "around": text.around, "at": at,
        }  # fmt: skip
        tx.execute(upsert(tx, rule_texts).values(**values).on_conflict_do_nothing())
    return new


def texts_kept(tx: Tx) -> int:
    """How many texts are kept: none before an instance's first start."""
    return int(tx.execute(select(func.count()).select_from(rule_texts)).scalar() or 0)


def text(tx: Tx, digest: str) -> RuleText | None:
    """The rule text of this hash."""
    row = tx.execute(select(rule_texts).where(rule_texts.c.hash == digest)).first()
    return None if row is None else _as_text(row)


def texts_of(tx: Tx, rule_id: str) -> list[RuleText]:
    """Every text that this rule ever had here, the newest first."""
    rows = tx.execute(
        select(rule_texts)
        .where(rule_texts.c.rule_id == rule_id)
        .order_by(rule_texts.c.at.desc(), rule_texts.c.version.desc(), rule_texts.c.hash)
    )
    return [_as_text(row) for row in rows]


def first_seen(tx: Tx, since: int) -> dict[str, int]:
    """The hashes of texts first seen since `since`, with when."""
    rows = tx.execute(select(rule_texts.c.hash, rule_texts.c.at).where(rule_texts.c.at >= since))
    return {row.hash: row.at for row in rows}


def hold(tx: Tx, rule_id: str) -> None:
    """From here to the end of the transaction nobody else moves an edition of this rule."""
    lock(tx, f"rule:{rule_id}")


def put(tx: Tx, edition: Edition) -> None:
    """Write an edition, or where it stands now if it is known; every process hears of it."""
    progress = edition.progress
    values: dict[str, Any] = {
        "stage": progress.stage.value, "since": progress.since, "backtested_at": progress.backtested_at,
        "shadowed_at": progress.shadowed_at, "share": progress.share, "unit": progress.unit.value,
        "tripped_at": progress.tripped_at, "waivers": list(progress.waivers), "report": edition.report,
    }  # fmt: skip
    moved = tx.execute(update(rule_editions).where(rule_editions.c.hash == edition.hash).values(**values)).rowcount
    if not moved:
        values |= {
            "hash": edition.hash, "rule_id": edition.text.rule_id, "origin": edition.origin.value, "by": edition.by,
            "at": edition.at, "note": edition.note, "based_on": edition.based_on,
        }  # fmt: skip
        tx.execute(insert(rule_editions).values(**values))
    emit(tx, Changed("rule", edition.hash))


def edition(tx: Tx, digest: str) -> Edition | None:
    """The edition of this hash."""
    row = tx.execute(_editions().where(rule_editions.c.hash == digest)).first()
    return None if row is None else _as_edition(row)


def editions_of(tx: Tx, rule_id: str) -> list[Edition]:
    """What staff wrote of this rule, the newest first."""
    rows = tx.execute(_editions().where(rule_editions.c.rule_id == rule_id).order_by(rule_editions.c.at.desc()))
    return [_as_edition(row) for row in rows]


def standing(tx: Tx) -> list[Edition]:
    """The editions that are judged now, or wait as drafts: neither superseded nor withdrawn."""
    gone = (Stage.SUPERSEDED.value, Stage.WITHDRAWN.value)
    rows = tx.execute(_editions().where(rule_editions.c.stage.not_in(gone)).order_by(rule_editions.c.at))
    return [_as_edition(row) for row in rows]


def count(tx: Tx, counts: Collection[Count], samples: Collection[tuple[str, str]], at: int) -> None:
    """Add to the tallies, and remember `(hash, message id)` of what was hit: the newest `SAMPLES` of each hash."""
    for each in counts:
        table = upsert(tx, rule_tallies)
        added = table.values(**each._asdict()).on_conflict_do_update(
            index_elements=["hash", "hour", "mode"],
            set_={
                "seen": rule_tallies.c.seen + table.excluded.seen,
                "hits": rule_tallies.c.hits + table.excluded.hits,
            },
        )
        tx.execute(added)
    for digest, message_id in samples:
        tx.execute(
            upsert(tx, rule_samples).values(hash=digest, message_id=message_id, at=at).on_conflict_do_nothing()
        )  # fmt: skip
    for digest in {digest for digest, _ in samples}:
        newest = (
            select(rule_samples.c.message_id)
            .where(rule_samples.c.hash == digest)
            .order_by(rule_samples.c.message_id.desc())
            .limit(SAMPLES)
        )
        tx.execute(
            delete(rule_samples).where(rule_samples.c.hash == digest, rule_samples.c.message_id.not_in(newest))
        )  # fmt: skip


def tallies(tx: Tx, since: int, hashes: Collection[str] | None = None) -> dict[tuple[str, str], tuple[int, int]]:
    """Drafts seen and hit by `(hash, mode)`, in the hours since that of `since`; `EVERYTHING` is all drafts."""
    query = (
        select(
            rule_tallies.c.hash, rule_tallies.c.mode, func.sum(rule_tallies.c.seen), func.sum(rule_tallies.c.hits)
        )
        .where(rule_tallies.c.hour >= since - since % HOUR)
        .group_by(rule_tallies.c.hash, rule_tallies.c.mode)
    )  # fmt: skip
    if hashes is not None:
        query = query.where(rule_tallies.c.hash.in_(hashes))
    return {(row[0], row[1]): (int(row[2]), int(row[3])) for row in tx.execute(query)}


def samples(tx: Tx, digest: str) -> list[Spoken]:
    """What an edition hit lately and is still kept, the newest first."""
    rows = tx.execute(
        select(messages.c.id, messages.c.room, messages.c.guest_id, messages.c.body)
        .join(rule_samples, rule_samples.c.message_id == messages.c.id)
        .where(rule_samples.c.hash == digest, _shown())
        .order_by(messages.c.id.desc())
    )
    return [Spoken(*row) for row in rows]


def spoken(tx: Tx, since: int, after: str, limit: int) -> list[Spoken]:
    """What was said in public rooms since `since` (Unix ms), with an id above `after`, ascending: what its author took
    back is not among it, and nothing private ever."""
    rows = tx.execute(
        select(messages.c.id, messages.c.room, messages.c.guest_id, messages.c.body)
        .where(messages.c.id > after, messages.c.at >= since, _shown())
        .order_by(messages.c.id)
        .limit(limit)
    )
    return list(map(Spoken._make, rows))


def messages_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Spoken]:
    """Of these messages, what was said in public and is still kept."""
    rows = tx.execute(
        select(messages.c.id, messages.c.room, messages.c.guest_id, messages.c.body).where(
            messages.c.id.in_(ids), _shown()
        )
    )
    return {row.id: Spoken(*row) for row in rows}


def judged_by_people(tx: Tx, since: int) -> Mapping[str, bool]:
    """Messages, by id, that people decided on since `since`, and whether the last of them acted against it."""
    rows = tx.execute(
        select(cases.c.subject_id, decisions.c.measure)
        .join(cases, cases.c.number == decisions.c.case_number)
        .where(
            cases.c.subject_kind == SubjectKind.MESSAGE.value, decisions.c.by != AUTOMOD, decisions.c.at >= since
        )
        .order_by(decisions.c.at, decisions.c.id)
    )  # fmt: skip
    cleared = (Measure.NO_ACTION.value, Measure.REVERSE.value)
    return {row.subject_id: row.measure not in cleared for row in rows}


def _shown() -> Any:
    """Said in a room of the place, and not taken back by its author."""
    public = messages.c.room.in_(select(rooms.c.slug))
    return public & or_(messages.c.removed_by.is_(None), messages.c.removed_by != "author")


def _editions() -> Any:
    text_columns = [column.label(f"text_{column.name}") for column in rule_texts.c]
    return select(rule_editions, *text_columns).join(rule_texts, rule_texts.c.hash == rule_editions.c.hash)


def _as_text(row: Row[Any]) -> RuleText:
    return RuleText(row.hash, row.rule_id, row.version, row.file, row.text, row.around, row.at)


def _as_edition(row: Row[Any]) -> Edition:
    kept = RuleText(
        row.text_hash, row.text_rule_id, row.text_version, row.text_file, row.text_text, row.text_around, row.text_at
    )  # fmt: skip
    progress = Progress(
        Stage(row.stage), row.since, row.backtested_at, row.shadowed_at, row.share, Unit(row.unit), row.tripped_at,
        tuple(row.waivers),
    )  # fmt: skip
    return Edition(kept, row.by, row.at, Origin(row.origin), row.note, row.based_on, progress, row.report)
