"""Reports and notices: one case a subject, a receipt for everybody, nothing asked that is not needed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.moderation.house import House
from veillee.model.casefile import Danger, Reason, Source, SubjectKind
from veillee.model.errors import Code, Refused
from veillee.model.ids import parse_code
from veillee.model.verdict import Action, Category, Verdict
from veillee.moderation.intake import Notice
from veillee.protocol.commands import Target
from veillee.store import casefiles
from veillee.store.port import Tx
from veillee.store.tables.casework import reports

NOTICE = Notice("Appel à la haine sous mes yeux.", ("msg",), Reason.HATE, True, "Ana Dupont", "ana@exemple.org")


async def test_ten_reports_make_one_case(house: House) -> None:
    """DESIGN.md, Life of a report: ten people report one message; a person who insists counts once."""
    _, reporter, message, first = await house.reported("other")
    target = Target(r="cafe", id=message.id)
    codes = {first} | {await house.intake.report(await house.guest(f"G{n}"), target, "hate", None) for n in range(9)}
    codes.add(await house.intake.report(reporter, target, "hate", None))
    case = await house.only_case()
    assert (case.reporters, case.danger, case.reasons) == (10, Danger.MODERATE, (Reason.OTHER, Reason.HATE))
    assert len(codes) == 11
    assert all(parse_code(code) == code for code in codes)


async def test_people_and_rooms_can_be_reported(house: House) -> None:
    """A `u` names a person as seen in a room, an `r` alone the room."""
    author, reporter = await house.guest("Corbeau"), await house.guest("Lune42")
    await house.say(author, "bonsoir")
    await house.intake.report(reporter, Target(u=house.members.face(author, "cafe").u), "harassment", None)
    await house.intake.report(reporter, Target(r="cafe"), "other", None)
    subjects = {waiting.case.subject.kind: waiting.case.subject for waiting in await house.queue.view()}
    assert subjects[SubjectKind.GUEST].guest_id == author.id
    assert subjects[SubjectKind.ROOM].guest_id == ""


@pytest.mark.parametrize(
    ("target", "reason", "code"),
    [
        (Target(r="cafe", id="01JC9ZK3V8Q4W5X6Y7Z8A9B0CD"), "hate", Code.NOT_FOUND),
        (Target(u="0000000000AB"), "hate", Code.NOT_FOUND),
        (Target(r="nowhere"), "hate", Code.NOT_FOUND),
        (Target(), "hate", Code.BAD_REQUEST),
        (Target(r="cafe", u="0000000000AB", id="x"), "hate", Code.BAD_REQUEST),
        (Target(r="cafe"), "boredom", Code.BAD_REQUEST),
    ],
)
async def test_a_target_that_is_none(house: House, target: Target, reason: str, code: Code) -> None:
    """What points nowhere, or gives no reason of the eight, is refused by name."""
    reporter = await house.guest("Lune42")
    with pytest.raises(Refused) as refused:
        await house.intake.report(reporter, target, reason, None)
    assert refused.value.code is code


async def test_nobody_reports_themselves_or_what_they_cannot_see(house: House) -> None:
    """One's own message is edited or deleted instead; a held message has been seen by nobody."""
    author, reporter = await house.guest("Corbeau"), await house.guest("Lune42")
    message = await house.say(author, "bonsoir")
    house.engine.verdicts["retenu"] = Verdict(Action.HOLD, (Category.HATE,))
    held = await house.say(author, "retenu")
    with pytest.raises(Refused) as own:
        await house.intake.report(author, Target(r="cafe", id=message.id), "hate", None)
    with pytest.raises(Refused) as unseen:
        await house.intake.report(reporter, Target(r="cafe", id=held.id), "hate", None)
    assert (own.value.code, unseen.value.code) == (Code.FORBIDDEN, Code.NOT_FOUND)


async def test_reporting_has_a_pace(house: House) -> None:
    """A flood of reports from one device is slowed down with the seconds to wait."""
    _, reporter, message, _ = await house.reported()
    target = Target(r="cafe", id=message.id)
    for _ in range(9):
        await house.intake.report(reporter, target, "hate", None)
    with pytest.raises(Refused) as refused:
        await house.intake.report(reporter, target, "hate", None)
    assert refused.value.code is Code.RATE_LIMITED
    assert refused.value.retry


async def test_a_deleted_message_can_still_be_reported(house: House) -> None:
    """LAW.md §1.6: deleting fast does not save anybody from a report."""
    author, reporter = await house.guest("Corbeau"), await house.guest("Lune42")
    message = await house.say(author, "vite effacé")
    await house.messages.delete(author, "cafe", message.id)
    await house.intake.report(reporter, Target(r="cafe", id=message.id), "hate", None)
    (evidence,) = (await house.cases.get((await house.only_case()).number)).evidence
    assert evidence.content["messages"][-1]["body"] == "vite effacé"


async def test_only_the_hash_of_a_code_is_kept(house: House) -> None:
    """No table holds a receipt code, however it is written."""
    *_, code = await house.reported()

    def everything(tx: Tx) -> str:
        return str(tx.execute(reports.select()).all())

    stored = await house.store.read(everything)
    assert code not in stored
    assert code.replace("-", "") not in stored


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("explanation", {"explanation": "  "}),
        ("locations", {"locations": ()}),
        ("locations", {"locations": ("x",) * 51}),
        ("locations", {"locations": ("x" * 501,)}),
        ("bona_fide", {"bona_fide": False}),
        ("name", {"name": None}),
        ("email", {"email": None}),
        ("email", {"email": "not an address"}),
        ("bona_fide", {"bona_fide": False, "category": Reason.MINOR, "anonymous": True}),
    ],
)
async def test_what_a_notice_needs(house: House, field: str, change: dict[str, object]) -> None:
    """LAW.md §8.3 test 2 (DSA art. 16(2)): why, where, who, and good faith always."""
    with pytest.raises(Refused) as refused:
        await house.intake.notice(replace(NOTICE, **change))  # type: ignore[arg-type]
    assert refused.value.params["field"] == field


@pytest.mark.parametrize("change", [{"category": Reason.MINOR}, {"anonymous": True}])
async def test_who_may_stay_unnamed(house: House, change: dict[str, object]) -> None:
    """DSA art. 16(2)(c): no name for child sexual abuse; recital 50: identification allowed, not required."""
    await house.intake.notice(replace(NOTICE, name=None, email=None, **change))  # type: ignore[arg-type]
    ((report, _),) = await house.store.read(casefiles.reports_of, (await house.only_case()).number)
    assert (report.notifier.name, report.notifier.email, report.notifier.anonymous) == (None, None, True)


async def test_a_notice_from_nobody_reaches_the_message(house: House) -> None:
    """LAW.md §8.3 test 1: a permalink, an id or a room in words; one receipt for all of them."""
    author = await house.guest("Corbeau")
    one, two = await house.say(author, "un"), await house.say(author, "deux")
    places = (f"https://chat.exemple/s/cafe#{one.id}", f"msg:{two.id}", two.id, "/s/cafe vers 21 h", "une autre page")
    code = await house.intake.notice(replace(NOTICE, locations=places))
    cases = [waiting.case for waiting in await house.queue.view()]
    assert sorted(case.subject.kind.value for case in cases) == ["location", "message", "message", "room"]
    assert {case.source for case in cases} == {Source.NOTICE}
    assert {outcome.case for outcome in (await house.cases.by_code(code)).outcomes} == {case.number for case in cases}


async def test_a_notifier_who_writes_again_counts_once(house: House) -> None:
    """The same address about the same place joins the case and is one reporter."""
    await house.intake.notice(NOTICE)
    await house.intake.notice(replace(NOTICE, email="ANA@exemple.org"))
    await house.intake.notice(replace(NOTICE, anonymous=True))
    assert (await house.only_case()).reporters == 2


async def test_staff_open_a_case_about_what_they_saw(house: House) -> None:
    """Own initiative (DSA art. 15(1)(c)): the case says that staff opened it, and counts no reporter."""
    author = await house.guest("Corbeau")
    message = await house.say(author, "vu de mes yeux")
    nadia = await house.moderator("Nadia")
    number = await house.intake.open_by_staff(nadia, Target(r="cafe", id=message.id), "hate", "en passant")
    file = await house.cases.get(number)
    assert (file.case.source, file.case.reporters) == (Source.STAFF, 0)
    assert [moment.what for moment in file.timeline].count("case.opened") >= 1
