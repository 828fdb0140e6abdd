"""The automatic rules, for everybody of the staff: what each did, how to change one, and how far a change has come.

Everything is a page or a form. Who may do what is the rule desk's to say; buttons that somebody may not press are not
shown to them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from veillee.accountability.accounts import Accounts
from veillee.automod.backtest import wilson
from veillee.automod.explanations import Explanation
from veillee.automod.lifecycle import SHARES, NotYet, shadow_left
from veillee.automod.problems import Problem, RulesetInvalid
from veillee.model.clock import Clock
from veillee.model.edition import Edition, Unit
from veillee.model.errors import Code, Refused
from veillee.model.staff import Staff
from veillee.moderation.rule_desk import Entry, RuleDesk
from veillee.web.console.differences import between, marked
from veillee.web.console.door import Door, Visit

HOME = "/console/rules"
TEXT_CHARACTERS = 60_000
NEW = """id: {language}.{topic}.my_rule
version: 1
category: spam
action: warn
clause: "6"
reason: …
source: …
signals:
  words: {{terms: [exemple]}}
condition: words
must_catch: ["un exemple"]
must_pass: ["bonsoir"]
"""
STATES = ("under_way", "edited", "held")


class RulesPage:
    """The pages under `/console/rules`."""

    def __init__(self, door: Door, desk: RuleDesk, accounts: Accounts, clock: Clock) -> None:
        self._door = door
        self._desk = desk
        self._accounts = accounts
        self._clock = clock

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, prefix=HOME)
        behind = self._door.behind
        router.add_api_route("", behind(self.listing), methods=["GET"])
        router.add_api_route("/new", behind(self.blank), methods=["GET"])
        router.add_api_route("/try", behind(self.try_out), methods=["POST"])
        router.add_api_route("/save", behind(self.save), methods=["POST"])
        router.add_api_route("/of/{rule_id}", behind(self.show), methods=["GET"])
        router.add_api_route("/text/{digest}", behind(self.text), methods=["GET"])
        router.add_api_route("/edition/{digest}/{verb}", behind(self.step), methods=["POST"])
        return router

    async def listing(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        words, language, state = asked.get("q", "")[:60], asked.get("language", ""), asked.get("state", "")
        entries = await self._desk.entries()
        own = f"{self._door.language(visit)}."
        shown = [entry for entry in entries if _admitted(entry, words.lower(), language, state)]
        shown.sort(key=lambda entry: (not entry.held, not entry.rule_id.startswith(own)))
        return self._door.page(
            visit,
            "rules",
            here="rules",
            entries=shown,
            total=len(entries),
            languages_of_rules=self._desk.shelf.folders,
            states=STATES,
            asked={"q": words, "language": language, "state": state},
        )

    async def blank(self, visit: Visit) -> Response:
        """A new rule, begun in the first pack of the reader's language."""
        asked = visit.request.query_params.get("file", "")
        files = [file for file in self._desk.shelf.files if file in self._packs()]
        language = self._door.language(visit)
        file = asked if asked in files else next((each for each in files if each.startswith(f"{language}/")), files[0])
        folder, _, pack = file.partition("/")
        text = NEW.format(language=folder, topic=pack.removesuffix(".yaml"))
        return await self._page(visit, None, file, text)

    async def show(self, visit: Visit) -> Response:
        rule_id = visit.request.path_params["rule_id"]
        return await self._page(visit, rule_id, done=visit.request.query_params.get("done", ""))

    async def text(self, visit: Visit) -> Response:
        """Any text that ever stood here, and what tells it from another."""
        found = await self._desk.text(visit.request.path_params["digest"])
        other = visit.request.query_params.get("against", "")
        against = await self._desk.text(other) if other else None
        return self._door.page(
            visit,
            "rule_text",
            here="rules",
            text=found,
            against=against,
            lines=None if against is None else between(against.text, found.text),
            around=None if against is None else between(against.around, found.around),
        )

    async def try_out(self, visit: Visit) -> Response:
        """What a sentence becomes with the text as it is written, kept or not."""
        file, text, sentence = visit.text("file", 80), _written(visit), visit.text("sentence", 4_000)
        problems: tuple[Problem, ...] = ()
        told: Explanation | None = None
        try:
            compiled = await self._desk.check(file, text)
            told = await self._desk.try_out(compiled, sentence)
        except RulesetInvalid as error:
            problems = error.problems
        tried: dict[str, Any] = {"told": told, "sentence": sentence, "problems": problems}
        if told is not None:
            fired = {*compiled.signals, *(name for rule in told.rules for name in rule.names)}
            tried["pieces"] = marked(sentence, told.verdict.spans)
            tried["signals"] = [(name, pieces) for name, pieces in told.signals if name in fired]
        if visit.partial:
            return self._door.page(visit, "rule_tried", tried=tried)
        return await self._page(visit, visit.text("rule_id", 80) or None, file, text, tried=tried)

    async def save(self, visit: Visit) -> Response:
        file, text, note = visit.text("file", 80), _written(visit), visit.text("note", 500)
        try:
            edition = await self._desk.save(file, text, note, visit.session.staff)
        except RulesetInvalid as error:
            tried = {"told": None, "sentence": "", "problems": error.problems}
            return await self._page(visit, visit.text("rule_id", 80) or None, file, text, status=400, tried=tried)
        except Refused as refused:
            if refused.code is not Code.BAD_REQUEST:
                raise
            return await self._page(visit, visit.text("rule_id", 80) or None, file, text, status=400, wrong="unchanged")
        return RedirectResponse(_of(edition.text.rule_id, "drafted"), 303)

    async def step(self, visit: Visit) -> Response:
        digest, verb = visit.request.path_params["digest"], visit.request.path_params["verb"]
        rule_id = (await self._desk.text(digest)).rule_id
        try:
            await self._carry_out(verb, digest, visit)
        except NotYet as early:
            return await self._page(visit, rule_id, status=409, wrong="not_yet", wanting_now=sorted(early.wanting))
        except RulesetInvalid as error:
            tried = {"told": None, "sentence": "", "problems": error.problems}
            return await self._page(visit, rule_id, status=409, tried=tried)
        except Refused as refused:
            if refused.code is not Code.CONFLICT:
                raise
            return await self._page(visit, rule_id, status=409, wrong="conflict")
        return RedirectResponse(_of(rule_id, verb), 303)

    async def _carry_out(self, verb: str, digest: str, visit: Visit) -> None:
        staff = visit.session.staff
        plain: dict[str, Callable[[str, Staff], Awaitable[object]]] = {
            "backtest": self._desk.backtest, "shadow": self._desk.shadow, "promote": self._desk.promote,
            "waive": self._desk.waive, "withdraw": self._desk.withdraw, "clear": self._desk.clear,
        }  # fmt: skip
        if verb == "canary":
            share = visit.text("share", 3)
            unit = Unit.MESSAGE if visit.text("unit", 10) == Unit.MESSAGE.value else Unit.ROOM
            await self._desk.canary(digest, int(share) if share.isascii() and share.isdigit() else 0, unit, staff)
        elif verb in plain:
            await plain[verb](digest, staff)
        else:
            raise Refused(Code.NOT_FOUND)

    async def _page(
        self, visit: Visit, rule_id: str | None, file: str = "", text: str = "", status: int = 200, **more: Any
    ) -> Response:
        """The page of a rule, or of one that is not yet; `text` is what the editor holds, if it is not what stands."""
        now = self._clock()
        found = None if rule_id is None else await self._desk.file(rule_id)
        standing = None if found is None else found.entry.text
        newest = found.entry.under_way[-1].text if found is not None and found.entry.under_way else standing
        edition_text = newest.text if newest is not None else ""
        names = {person.id: person.pseudonym for person in await self._accounts.everybody()}
        under_way = [] if found is None else list(reversed(found.entry.under_way))
        context: dict[str, Any] = {
            "tried": None, "wrong": None, "wanting_now": (), "done": "", "rule_id": rule_id, "found": found,
            "standing": standing, "names": names, "now": now, "shares": SHARES, "files": self._packs(),
            "file": file or (newest.file if newest is not None else ""), "text": text or edition_text,
            "under_way": under_way,
            "waivers": {each.hash: [names.get(who, "?") for who in each.progress.waivers] for each in under_way},
            "left": {each.hash: shadow_left(each.progress, now) for each in under_way},
            "reports": {each.hash: _report(each) for each in under_way if each.report},
            "tested": {
                each.hash: [
                    found.tested[key] for key in (each.report or {}).get("samples", ())
                    if found is not None and key in found.tested
                ]
                for each in under_way
            },
            "changes": {
                each.hash: between(standing.text, each.text.text) for each in under_way if standing is not None
            },
        }  # fmt: skip
        return self._door.page(visit, "rule", status, here="rules", **(context | more))

    def _packs(self) -> list[str]:
        """The packs that hold rules: where a new one may stand."""
        return sorted({file for file, _ in self._desk.shelf.places.values()})


def _report(edition: Edition) -> dict[str, Any]:
    """The kept figures, with the interval worked out."""
    kept = dict(edition.report or {})
    return kept | {"precision": wilson(kept["upheld"], kept["decided"])}


def _written(visit: Visit) -> str:
    return visit.text("text", TEXT_CHARACTERS).replace("\r\n", "\n")


def _of(rule_id: str, done: str) -> str:
    return f"{HOME}/of/{quote(rule_id)}?done={quote(done)}"


def _admitted(entry: Entry, words: str, language: str, state: str) -> bool:
    reason = entry.rule.reason.lower() if entry.rule is not None else ""
    states = {"under_way": bool(entry.under_way), "edited": entry.edited, "held": entry.held}
    return (
        (not words or words in entry.rule_id or words in reason)
        and (not language or entry.rule_id.startswith(f"{language}."))
        and states.get(state, True)
    )
