"""One catalogue of words: complete in each language, and asked for by key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from veillee.web.wording import CLIENT_SECTIONS, UnknownWord, Wording

WORDING = Wording.read()


def test_every_language_holds_the_same_keys() -> None:
    """A word that exists in one language exists in all."""
    reference = WORDING.keys(WORDING.default)
    for language in WORDING.languages:
        assert WORDING.keys(language) == reference


def test_every_language_takes_the_same_parameters() -> None:
    """A translation neither loses nor invents a parameter; only `.one` may do without its number."""
    for key in WORDING.keys("fr"):
        slots = [set(re.findall(r"{(\w+)}", WORDING.t(language, key))) for language in WORDING.languages]
        if key.endswith(".one"):
            slots = [found - {"n"} for found in slots]
        assert all(found == slots[0] for found in slots), key


def test_a_number_chooses_the_form() -> None:
    """French counts nought as one, English does not."""
    wording = Wording(
        {"fr": {"a": {"b.one": "{n} un", "b.other": "{n} des"}}, "en": {"a": {"b.one": "{n} x", "b.other": "{n} xs"}}}
    )
    assert [wording.t("fr", "a.b", n=n) for n in (0, 1, 2)] == ["0 un", "1 un", "2 des"]
    assert [wording.t("en", "a.b", n=n) for n in (0, 1, 2)] == ["0 xs", "1 x", "2 xs"]


def test_a_missing_word_is_an_error() -> None:
    """A page never shows a hole."""
    with pytest.raises(UnknownWord):
        WORDING.t("fr", "nothing.here")


def test_a_parameter_is_not_read_again() -> None:
    """What somebody typed cannot fill another slot by containing braces, nor fail."""
    wording = Wording({"fr": {"a": {"b": "« {nick} » { {x}"}}})
    assert wording.t("fr", "a.b", nick="{x}", x="y") == "« {x} » { y"


@pytest.mark.parametrize(
    ("wanted", "accept", "language"),
    [
        (("en",), "fr", "en"),
        ((None, "xx"), "en-GB,fr;q=0.5", "en"),
        ((), "de, en;q=0.3, fr;q=0.8", "fr"),
        ((), "de;q=nonsense", "fr"),
        ((), None, "fr"),
    ],
)
def test_the_language_is_chosen_else_asked_for(
    wanted: tuple[str | None, ...], accept: str | None, language: str
) -> None:
    """A choice wins over the browser's header, the header over the default."""
    assert WORDING.choose(*wanted, accept=accept) == language


def test_the_client_gets_its_sections_only() -> None:
    """Words of the console do not weigh on a guest's first load."""
    assert set(WORDING.for_client("en")) <= set(CLIENT_SECTIONS)


def test_every_word_asked_for_by_name_exists() -> None:
    """Templates, scripts and pages ask for no word that is not in the catalogue."""
    web = Path(__file__).parents[2] / "src/veillee/web"
    known = WORDING.keys("fr") | {re.sub(r"\.(one|other)$", "", key) for key in WORDING.keys("fr")}
    asked = set()
    for path in [*web.rglob("*.html"), *(web / "static/js").rglob("*.js"), *web.rglob("*.py")]:
        for key in re.findall(r"""\bt\(\s*["']([a-z_]+\.[a-z0-9_.]+)["']\s*[,)]""", path.read_text("utf-8")):
            asked.add((path.name, key))
    assert sorted((name, key) for name, key in asked if key not in known) == []
