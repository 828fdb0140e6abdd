"""Automod's own casework, in the transaction of what it refused: no hold and no block without its statement.

A hold opens a case for a person. A block writes a case that is decided already, by automatic means alone, with the
statement that says so (DSA art. 17(3)(c)); an appeal re-opens it. What is delivered although staff should see it
opens a case about the person. Every verb here is synchronous and runs in the store's writer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from veillee.model.casefile import AUTOMOD, Case, CaseState, Danger, Measure, Source, Subject, SubjectKind
from veillee.model.guest import Guest
from veillee.model.message import NewMessage, State
from veillee.model.verdict import Category, Verdict
from veillee.moderation import snapshot, taxonomy
from veillee.moderation.decisions import record_automatic
from veillee.moderation.desk import Desk
from veillee.store import audit, casefiles, guests
from veillee.store.port import Tx

_WORDS = {
    "fr": {
        Measure.HOLD: "Ce message attend qu'une personne le lise, avant d'être vu.",
        Measure.BLOCK: "Ce message n'a pas été publié.",
        "matched": "Un outil automatique l'a rapproché de : {what}.",
        "rule": "règle {n}, « {title} »",
        "fault": "L'outil automatique n'a pas pu l'examiner.",
    },
    "en": {
        Measure.HOLD: "This message waits for a person to read it before it is seen.",
        Measure.BLOCK: "This message was not published.",
        "matched": "According to an automatic tool it falls under {what}.",
        "rule": "rule {n}, “{title}”",
        "fault": "The automatic tool could not examine it.",
    },
}


class Automatic:
    """`record` is the recorder that chat hands to the store's append; `readers(room)` counts who is there."""

    def __init__(self, desk: Desk, readers: Callable[[str], int]) -> None:
        self._desk = desk
        self._readers = readers

    def record(self, tx: Tx, new: NewMessage) -> str:
        """Write the case of a judged message that was held, refused, or delivered but to be seen by staff; answers
        its number. The statement of a hold or refusal is opened by `new.code`, which is derived from `new.id`."""
        guest = guests.get(tx, new.guest_id)
        language = "fr" if guest is None else guest.language
        verdict = new.verdict or {}
        categories = tuple(Category(name) for name in verdict.get("categories", ()))
        if new.state is State.PUBLISHED:
            return self._delivered(tx, new, language, categories)
        subject = Subject(SubjectKind.MESSAGE, new.id, new.room, new.guest_id, new.device, new.pseudonym, language)
        held = new.state is State.HELD
        case = self._case(tx, subject, categories, new.at, held=held)
        casefiles.add(tx, case)
        self._seal(tx, case, new)
        measure = Measure.HOLD if held else Measure.BLOCK
        record_automatic(
            tx, self._desk, case, measure, self._facts(measure, verdict, categories, language),
            self._rule(categories), new.id,
        )  # fmt: skip
        action = "message.held" if held else "message.blocked"
        audit.append(tx, AUTOMOD, action, case.number, {"rules": list(verdict.get("rules", ()))}, new.at)
        return case.number

    async def note_entry(self, guest: Guest, verdict: Verdict) -> str:
        """Somebody was admitted although staff should look: open or join the case about them; answers its number."""
        return await self._desk.store.write(self.record_entry, guest, verdict)

    def record_entry(self, tx: Tx, guest: Guest, verdict: Verdict) -> str:
        """As `note_entry`, inside a transaction."""
        now = self._desk.clock()
        subject = Subject(SubjectKind.GUEST, guest.id, None, guest.id, guest.device, guest.pseudonym, guest.language)
        case = casefiles.open_or_join(tx, self._case(tx, subject, verdict.categories, now, held=True))
        snapshot.capture(tx, self._desk.identifier(), case.number, subject, self._desk.terms.version, now)
        audit.append(tx, AUTOMOD, "guest.noticed", case.number, {"rules": list(verdict.rules)}, now)
        return case.number

    def _delivered(self, tx: Tx, new: NewMessage, language: str, categories: tuple[Category, ...]) -> str:
        """One open case a person, however many of their messages were noticed."""
        subject = Subject(SubjectKind.GUEST, new.guest_id, new.room, new.guest_id, new.device, new.pseudonym, language)
        case = casefiles.open_or_join(tx, self._case(tx, subject, categories, new.at, held=True))
        self._seal(tx, case, new)
        rules = list((new.verdict or {}).get("rules", ()))
        audit.append(tx, AUTOMOD, "message.noticed", case.number, {"rules": rules}, new.at)
        return case.number

    def _case(self, tx: Tx, subject: Subject, categories: Iterable[Category], at: int, *, held: bool) -> Case:
        """Nobody has read a message that was not delivered: its readers are none."""
        named = tuple(categories)
        seen = subject.kind is SubjectKind.GUEST and subject.room is not None
        return Case(
            self._desk.number(tx), subject, Source.AUTOMOD, CaseState.OPEN if held else CaseState.DECIDED, 1,
            taxonomy.danger((), named) if named else Danger.MODERATE,
            self._readers(subject.room or "") if seen else 0, 0, (), named, at, None if held else at,
        )  # fmt: skip

    def _seal(self, tx: Tx, case: Case, new: NewMessage) -> None:
        snapshot.capture(tx, self._desk.identifier(), case.number, case.subject, self._desk.terms.version, new.at, new)

    def _rule(self, categories: tuple[Category, ...]) -> str | None:
        return self._desk.terms.cite(self._desk.terms.for_category(categories[0]).code) if categories else None

    def _facts(self, measure: Measure, verdict: dict[str, Any], categories: tuple[Category, ...], language: str) -> str:
        """Says what happened to the message and which rule it falls under, in the person's language; never the term
        that matched, and nothing about the person."""
        words = _WORDS["en" if language.startswith("en") else "fr"]
        if not categories:
            return f"{words[measure]} {words['fault'] if verdict.get('reason') else ''}".strip()
        rules = dict.fromkeys(
            words["rule"].format(n=rule.number, title=rule.title.get(language[:2]) or rule.title["fr"])
            for rule in map(self._desk.terms.for_category, categories)
        )
        return f"{words[measure]} {words['matched'].format(what=', '.join(rules))}"
