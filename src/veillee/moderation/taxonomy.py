"""Our categories and reasons in the words of the DSA Transparency Database, and how dangerous each is.

Pure tables. Source: LAW.md Annex A (categories and keywords of the database) and Annex B (offences, priorities).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from veillee.model.casefile import Case, Danger, Decision, Reason
from veillee.model.verdict import Category


@dataclass(frozen=True, slots=True)
class Entry:
    """`category` without its prefix `STATEMENT_CATEGORY_`, `keyword` without `KEYWORD_`."""

    category: str
    keyword: str
    danger: Danger
    other: str = ""

    def fields(self) -> dict[str, object]:
        """The fields of a statement that classify it."""
        found: dict[str, object] = {
            "category": f"STATEMENT_CATEGORY_{self.category}",
            "category_specification": [f"KEYWORD_{self.keyword}"],
        }
        if self.other:
            found["category_specification_other"] = self.other
        return found


OF_CATEGORY: dict[Category, Entry] = {
    Category.MINOR_SAFETY: Entry("PROTECTION_OF_MINORS", "GROOMING_SEXUAL_ENTICEMENT_MINORS", Danger.LIFE),
    Category.AMBUSH: Entry("VIOLENCE", "COORDINATED_HARM", Danger.LIFE),
    Category.PERSONA_CONFLICT: Entry("SCAMS_AND_FRAUD", "INAUTHENTIC_ACCOUNTS", Danger.HIGH),
    Category.SEXUAL_EXPLOITATION: Entry("VIOLENCE", "HUMAN_EXPLOITATION", Danger.HIGH),
    Category.SEXUAL_VIOLENCE: Entry("VIOLENCE", "OTHER", Danger.LIFE, "Sexual violence"),
    Category.SEXUAL_CONTENT: Entry("OTHER_VIOLATION_TC", "ADULT_SEXUAL_MATERIAL", Danger.MODERATE),
    Category.DRUGS: Entry("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS", Danger.HIGH),
    Category.HATE: Entry("ILLEGAL_OR_HARMFUL_SPEECH", "HATE_SPEECH", Danger.MODERATE),
    Category.HARASSMENT: Entry("CYBER_VIOLENCE", "CYBER_HARASSMENT", Danger.HIGH),
    Category.VIOLENCE: Entry("VIOLENCE", "INCITEMENT_VIOLENCE_HATRED", Danger.LIFE),
    Category.EXTORTION: Entry("CYBER_VIOLENCE", "CYBER_BULLYING_INTIMIDATION", Danger.HIGH),
    Category.PRIVACY: Entry("CYBER_VIOLENCE", "CYBER_STALKING", Danger.HIGH),
    Category.MONEY_LAUNDERING: Entry("SCAMS_AND_FRAUD", "OTHER", Danger.MODERATE, "Money laundering"),
    Category.SCAM: Entry("SCAMS_AND_FRAUD", "PHISHING", Danger.MODERATE),
    Category.SPAM: Entry("OTHER_VIOLATION_TC", "OTHER", Danger.LOW, "Spam"),
    Category.SELF_HARM: Entry("SELF_HARM", "SUICIDE", Danger.LIFE),
    Category.WEAPONS: Entry("UNSAFE_AND_PROHIBITED_PRODUCTS", "PROHIBITED_PRODUCTS", Danger.HIGH),
}
OF_REASON: dict[Reason, Entry] = {
    Reason.HARASSMENT: OF_CATEGORY[Category.HARASSMENT],
    Reason.HATE: OF_CATEGORY[Category.HATE],
    Reason.DANGER: Entry("VIOLENCE", "COORDINATED_HARM", Danger.LIFE),
    Reason.SEXUAL: OF_CATEGORY[Category.SEXUAL_CONTENT],
    Reason.MINOR: OF_CATEGORY[Category.MINOR_SAFETY],
    Reason.PRIVACY: OF_CATEGORY[Category.PRIVACY],
    Reason.SCAM: OF_CATEGORY[Category.SCAM],
    Reason.OTHER: Entry("OTHER_VIOLATION_TC", "OTHER", Danger.LOW, "Other breach of the house rules"),
}
CATEGORY_OF_REASON: dict[Reason, Category] = {
    Reason.HARASSMENT: Category.HARASSMENT,
    Reason.HATE: Category.HATE,
    Reason.DANGER: Category.VIOLENCE,
    Reason.SEXUAL: Category.SEXUAL_CONTENT,
    Reason.MINOR: Category.MINOR_SAFETY,
    Reason.PRIVACY: Category.PRIVACY,
    Reason.SCAM: Category.SCAM,
}
"""Where a decision has no better word; `other` says nothing."""
REASON_OF_CATEGORY: dict[Category, Reason] = {
    **dict.fromkeys(Category, Reason.OTHER),
    **{category: reason for reason, category in CATEGORY_OF_REASON.items()},
    Category.AMBUSH: Reason.DANGER,
    Category.SELF_HARM: Reason.DANGER,
    Category.SEXUAL_VIOLENCE: Reason.DANGER,
    Category.SEXUAL_EXPLOITATION: Reason.SEXUAL,
    Category.EXTORTION: Reason.HARASSMENT,
    Category.MONEY_LAUNDERING: Reason.SCAM,
    Category.SPAM: Reason.SCAM,
}


def danger(reasons: Iterable[Reason], categories: Iterable[Category]) -> Danger:
    """The gravest of what was said and found; low for nothing."""
    found = [OF_REASON[reason].danger for reason in reasons]
    found += [OF_CATEGORY[category].danger for category in categories]
    return max(found, default=Danger.LOW)


def category(case: Case, decision: Decision) -> Category | None:
    """The category a decision falls under: its own, else automod's first, else that of the first reason."""
    if decision.category is not None:
        return decision.category
    if case.categories:
        return case.categories[0]
    return next((CATEGORY_OF_REASON[reason] for reason in case.reasons if reason in CATEGORY_OF_REASON), None)


def entry(case: Case, decision: Decision) -> Entry:
    """The classification of a decision for the database."""
    found = category(case, decision)
    return OF_REASON[Reason.OTHER] if found is None else OF_CATEGORY[found]
