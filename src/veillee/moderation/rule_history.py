"""What an old verdict rested on: the exact texts of its rules, as they stood on its day.

Every verdict that a message is kept with names its rules and the hashes of their texts; every text that ever judged is
kept under its hash. A text is read again by today's engine with what it leaned on then.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from veillee.automod.editions import reread
from veillee.automod.explanations import Explanation, explain
from veillee.automod.layers import alone
from veillee.automod.matcher import Matcher
from veillee.automod.problems import RulesetInvalid
from veillee.model.edition import RuleText
from veillee.model.errors import Code, Refused
from veillee.model.verdict import Facts
from veillee.store import casefiles
from veillee.store import rulebook as rows
from veillee.store.port import Store, Tx


@dataclass(frozen=True, slots=True)
class Past:
    """One verdict of a case: what was said, when (Unix ms), what was decided, by which rules. `texts` are those that
    are kept, `unkept` the rules that are none of a pack, or were judged before texts were kept."""

    message_id: str
    at: int
    body: str
    action: str
    rules: tuple[str, ...]
    texts: tuple[RuleText, ...]

    @property
    def unkept(self) -> tuple[str, ...]:
        """The rules without a kept text."""
        kept = {text.ref for text in self.texts}
        return tuple(rule for rule in self.rules if rule not in kept)


class RuleHistory:
    """Reads only. Raises `not_found` for what was never here. `like` reads disguises as they are read today."""

    def __init__(self, store: Store, like: Matcher) -> None:
        self._store = store
        self._like = like

    async def of_case(self, number: str) -> list[Past]:
        """Every verdict in the evidence of a case, in order."""
        return await self._store.read(_of_case, number)

    async def of_rule(self, rule_id: str, version: int) -> list[RuleText]:
        """Every text that this version of a rule ever had here, the newest first."""
        found = [each for each in await self._store.read(rows.texts_of, rule_id) if each.version == version]
        if not found:
            raise Refused(Code.NOT_FOUND, what="rule")
        return found

    def again(self, text: RuleText, said: str) -> Explanation | None:
        """What the rule makes of a text, read as it stood then; None where today's engine cannot read it."""
        try:
            compiled = reread(text)
        except RulesetInvalid:
            return None
        return explain(alone([compiled], self._like), Facts(said))


def _of_case(tx: Tx, number: str) -> list[Past]:
    if casefiles.get(tx, number) is None:
        raise Refused(Code.NOT_FOUND)
    found: dict[str, Past] = {}
    for snapshot in casefiles.snapshots_of(tx, number):
        content: dict[str, Any] = json.loads(snapshot.content)
        for each in content["messages"]:
            verdict = each.get("verdict") or {}
            if each["id"] == content["about"] and verdict.get("rules"):
                kept = [rows.text(tx, digest) for digest in verdict.get("texts", ())]
                found[each["id"]] = Past(
                    each["id"], each["at"], each["body"], verdict["action"], tuple(verdict["rules"]),
                    tuple(text for text in kept if text is not None),
                )  # fmt: skip
    return list(found.values())
