"""Automod's refusals: each in the transaction of the message, each with its case and its statement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.moderation.house import House
from veillee.model.casefile import AUTOMOD, CaseState, Measure, Source, SubjectKind
from veillee.model.errors import Code, Refused
from veillee.model.message import NewMessage, State
from veillee.model.verdict import Action, Category, Verdict
from veillee.store import casefiles, decisions, messages, statements
from veillee.store.port import Tx

BLOCK = Verdict(Action.BLOCK, (Category.HATE,), ("fr.hate.slur@3",))
HOLD = Verdict(Action.HOLD, (Category.MINOR_SAFETY,), ("fr.minor.ask@1",))


async def test_a_block_is_a_decision_with_a_statement(house: House) -> None:
    """DSA art. 17(3)(c): a refusal by automatic means alone says so, cites the rule, and can be contested by code."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["refusé"] = BLOCK
    with pytest.raises(Refused) as refused:
        await house.say(author, "refusé")
    number, code = refused.value.case, refused.value.secret
    assert number is not None
    assert code is not None
    file = await house.cases.get(number)
    assert (file.case.state, file.case.source, file.case.readers) == (CaseState.DECIDED, Source.AUTOMOD, 0)
    assert [(each.by, each.measure, each.rule) for each in file.decisions] == [(AUTOMOD, Measure.BLOCK, "respect@1")]
    view = await house.statements.by_code(code)
    assert view.statement.fields["automated_decision"] == "AUTOMATED_DECISION_FULLY"
    assert view.statement.fields["automated_detection"] == "Yes"
    assert view.contestable
    assert "Corbeau" not in view.decision.facts
    assert await house.queue.view() == []


async def test_a_hold_waits_in_the_queue(house: House) -> None:
    """A held message opens a case for a person and has a statement already; its author holds number and code."""
    author = await house.guest("Corbeau", language="en")
    house.engine.verdicts["retenu"] = HOLD
    held = await house.say(author, "retenu")
    assert held.held
    assert held.code is not None
    (waiting,) = await house.queue.view()
    assert (waiting.case.number, waiting.held, waiting.excerpt) == (held.case, True, "retenu")
    view = await house.statements.by_code(held.code)
    assert (view.decision.measure, view.statement.language) == (Measure.HOLD, "en")
    assert view.decision.facts.startswith("This message waits")


async def test_a_failed_engine_says_so(house: House) -> None:
    """A hold because the engine could not judge cites no rule and blames nobody."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["panne"] = replace(HOLD, categories=(), rules=(), reason="fault")
    held = await house.say(author, "panne")
    assert held.code is not None
    view = await house.statements.by_code(held.code)
    assert "n'a pas pu" in view.decision.facts
    assert view.decision.rule is None


async def test_a_refusal_that_cannot_be_explained_is_not_made(house: House) -> None:
    """LAW.md §8.3 test 5: if the statement cannot be written, neither is the message, nor its case."""
    author = await house.guest("Corbeau")
    house.engine.verdicts["refusé"] = BLOCK
    with pytest.raises(Refused):
        await house.say(author, "refusé")

    def broken(tx: Tx) -> None:
        new = NewMessage(
            "01X", "cafe", author.id, author.device, "U", "Corbeau", "k", "d", "b", None, house.clock(),
            state=State.REFUSED, verdict={"categories": ["hate"]},
        )  # fmt: skip
        messages.append(tx, new, house.automatic.record)
        raise RuntimeError("the power went")

    before = await house.store.read(casefiles.latest)
    with pytest.raises(RuntimeError):
        await house.store.write(broken)
    assert await house.store.read(messages.get, "01X") is None
    assert await house.store.read(casefiles.latest) == before
    for case in before:
        taken = await house.store.read(decisions.of_case, case.number)
        issued = await house.store.read(statements.of_case, case.number)
        assert [each.decision_id for each in issued] == [each.id for each in taken]


async def test_what_is_delivered_but_noticed_opens_one_case_a_person(house: House) -> None:
    """SAFETY.md §4 item 10: many signals about one person are one case, with the evidence of each; nobody is
    restricted by it."""
    author = await house.guest("Corbeau")
    for text in ("un", "deux", "trois"):
        house.engine.verdicts[text] = Verdict(Action.CARD, (Category.AMBUSH,), card="safe_meeting", case=True)
        assert (await house.say(author, text)).s is not None
    case = await house.only_case()
    file = await house.cases.get(case.number)
    assert (case.subject.kind, case.subject.guest_id) == (SubjectKind.GUEST, author.id)
    assert [message.body for message in file.messages] == ["un", "deux", "trois"]
    assert file.decisions == ()
    assert file.statements == ()


async def test_an_entry_can_open_a_case(house: House) -> None:
    """A pseudonym that is let in although staff should look opens a case about the person, once."""
    guest = await house.guest("Ines15")
    verdict = Verdict(Action.ALLOW, (Category.PERSONA_CONFLICT,), ("fr.persona.age@1",), case=True)
    first = await house.automatic.note_entry(guest, verdict)
    assert await house.automatic.note_entry(guest, verdict) == first
    assert (await house.only_case()).categories == (Category.PERSONA_CONFLICT,)


async def test_a_refused_edit_has_its_statement_too(house: House) -> None:
    """The message stays as it was; the refused text can be contested by code."""
    author = await house.guest("Corbeau")
    message = await house.say(author, "anodin")
    house.engine.verdicts["refusé"] = BLOCK
    with pytest.raises(Refused) as refused:
        await house.messages.edit(author, "cafe", message.id, "refusé")
    assert refused.value.code is Code.BLOCKED_CONTENT
    assert refused.value.secret is not None
    assert (await house.statements.by_code(refused.value.secret)).text == "refusé"
