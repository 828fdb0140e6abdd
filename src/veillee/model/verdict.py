"""What automod is told about a draft, and what it answers.

Plain values. `Facts` go down into `automod`, a `Verdict` comes up; neither acts. Times are Unix seconds or
milliseconds as named, ages are years, spans are half-open character offsets into the original text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Action(StrEnum):
    """What should happen to the draft, from the mildest to the gravest."""

    ALLOW = "allow"
    WARN = "warn"
    CARD = "card"
    HOLD = "hold"
    BLOCK = "block"

    @property
    def gravity(self) -> int:
        """0 for allow … 4 for block: the graver of two verdicts wins."""
        return _GRAVITY[self]


_GRAVITY = {Action.ALLOW: 0, Action.WARN: 1, Action.CARD: 2, Action.HOLD: 3, Action.BLOCK: 4}


class Category(StrEnum):
    """The categories of PROTOCOL.md §3; each maps to the DSA database's categories and keywords."""

    MINOR_SAFETY = "minor_safety"
    AMBUSH = "ambush"
    PERSONA_CONFLICT = "persona_conflict"
    SEXUAL_EXPLOITATION = "sexual_exploitation"
    SEXUAL_VIOLENCE = "sexual_violence"
    SEXUAL_CONTENT = "sexual_content"
    DRUGS = "drugs"
    HATE = "hate"
    HARASSMENT = "harassment"
    VIOLENCE = "violence"
    EXTORTION = "extortion"
    PRIVACY = "privacy"
    MONEY_LAUNDERING = "money_laundering"
    SCAM = "scam"
    SPAM = "spam"
    SELF_HARM = "self_harm"
    WEAPONS = "weapons"


class Kind(Enum):
    """What kind of text is judged; a rule names the kinds it applies to."""

    MESSAGE = "message"
    EDIT = "edit"
    PSEUDONYM = "pseudonym"
    TITLE = "title"


class CardFor(StrEnum):
    """Who gets the help card: whoever wrote, or whoever is spoken to."""

    AUTHOR = "author"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody as declared: everything but the id is optional and never proof."""

    id: str
    pseudonym: str = ""
    age: int | None = None
    gender: str | None = None
    area: str | None = None
    device: str | None = None
    minutes_since_entry: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One draft as automod sees it.

    `conversation` is the room or conversation the state is kept for (None: no state). `at` is Unix seconds;
    it may go backwards between conversations.
    """

    text: str
    kind: Kind = Kind.MESSAGE
    private: bool = False
    conversation: str | None = None
    at: float = 0.0
    author: Persona | None = None
    readers: tuple[Persona, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer: data only, nothing has happened yet.

    `rules` are `id@version`; `spans` are what matched, in the original text; `card` names the help card and
    `card_for` who reads it; `case` says that staff should see it; `risk` is 0..1; `reason` names why the engine
    could not answer (`deadline`, `fault`, `breaker`) when the room's failure policy decided instead. `texts` are the
    content hashes of the rules' texts, and `shadowed` those of rules that fired and do not act (automod/standing).
    """

    action: Action
    categories: tuple[Category, ...] = ()
    rules: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    card: str | None = None
    card_for: CardFor = CardFor.READER
    case: bool = False
    risk: float = 0.0
    second_look: bool = False
    reason: str | None = None
    signals: tuple[str, ...] = field(default=())
    texts: tuple[str, ...] = ()
    shadowed: tuple[str, ...] = ()


ALLOWED = Verdict(Action.ALLOW)
