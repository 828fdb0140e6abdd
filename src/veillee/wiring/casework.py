"""Moderation, built beside the community: what automod's refusals are written with, and what people decide with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from veillee.chat.keys import Keys
from veillee.chat.presence import Presence
from veillee.model.clock import Clock
from veillee.model.terms import Terms
from veillee.moderation.appeals import Appeals
from veillee.moderation.automatic import Automatic
from veillee.moderation.backtests import Backtests
from veillee.moderation.cases import Cases
from veillee.moderation.decisions import DECIDED, Decisions
from veillee.moderation.desk import Desk
from veillee.moderation.enforcement import Enforcement
from veillee.moderation.intake import Intake
from veillee.moderation.queue import Queue
from veillee.moderation.reception import Reception
from veillee.moderation.rule_desk import RuleDesk
from veillee.moderation.statements import Statements
from veillee.store.port import Store
from veillee.wiring.community import Community


@dataclass(slots=True)
class Moderation:
    """The verbs of moderation, for the doors."""

    desk: Desk
    intake: Intake
    queue: Queue
    cases: Cases
    decisions: Decisions
    appeals: Appeals
    reception: Reception
    statements: Statements
    rules: RuleDesk


def automatic(store: Store, clock: Clock, keys: Keys, presence: Presence, terms: Terms) -> Automatic:
    """What writes the case and the statement of a refusal, in the refusal's own transaction."""
    return Automatic(Desk(store, clock, keys, terms, secrets.token_bytes), presence.count)


def build_moderation(community: Community, terms: Terms) -> Moderation:
    """The verbs over a community; registers what carries decisions out."""
    nudge = community.effects.nudge
    desk = Desk(community.store, community.clock, community.keys, terms, secrets.token_bytes, nudge)
    intake = Intake(desk, community.throttle, community.presence.count)
    appeals = Appeals(desk)
    rulebook = community.rulebook
    backtests = Backtests(community.store, community.clock, lambda: rulebook.standing.ruleset)
    enforcement = Enforcement(desk, community.messages, community.sanctions)
    community.effects.register(DECIDED, enforcement.carry_out)
    community.guests.on_verdict(Automatic(desk, community.presence.count).note_entry)
    return Moderation(
        desk,
        intake,
        Queue(desk),
        Cases(desk),
        Decisions(desk),
        appeals,
        Reception(intake, appeals, community.throttle, community.clock),
        Statements(desk),
        RuleDesk(community.store, community.clock, rulebook, backtests),
    )
