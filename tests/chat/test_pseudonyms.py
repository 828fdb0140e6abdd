"""Pseudonyms: their form, the names kept for staff whatever they look like, and suggestions."""

from __future__ import annotations

import unicodedata

import pytest

from veillee.chat.pseudonyms import Reserved, normal_form, suggestion, variant
from veillee.model.errors import Code, Refused


@pytest.mark.parametrize(
    "typed", ["Lune42", "ab", "a" * 24, "Élodie", "Зима", "雪月", "नमस्ते", "Jean-Luc", "_x_y_", "42"]
)
def test_names_of_every_script_pass_as_typed(typed: str) -> None:
    """Letters and digits of any script, 2 to 24 characters, come out as they went in."""
    assert normal_form(typed) == unicodedata.normalize("NFC", typed)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "a", "a" * 25, "x" * 10_000, "x" * 1_000_000, "a b", "😀😀", "--", "__", "-a", "<b>", "a\x00b",
     "a\u202eb", "a\u200bb", "a\nb", "@lune", "e" + "\u0316" * 3 + "b", "\u0301ab", "Ｌune\u3000x"],
    ids=lambda typed: ascii(typed[:12]),
)  # fmt: skip
def test_what_is_no_name_is_refused(typed: str) -> None:
    """Too short, too long (even 10,000 characters), spaces, symbols, controls and piles of accents: `nick_invalid`."""
    with pytest.raises(Refused) as refusal:
        normal_form(typed)
    assert refusal.value.code is Code.NICK_INVALID


def test_outer_spaces_go_and_accents_are_composed() -> None:
    """The same name typed in two ways is the same name."""
    assert normal_form("  E\u0301lodie ") == normal_form("\u00c9lodie") == "\u00c9lodie"


@pytest.mark.parametrize(
    "typed",
    ["Admin", "аdmin", "4dm1n", "ᴀᴅᴍɪɴ", "ADMIN", "Admin42", "admin_", "m0d3r4t3ur", "Mоdо", "Modérateur",
     "m-o-d-o", "Veillée", "Ⅴeillee", "xx_admin_xx", "Super-Modo7"],
)  # fmt: skip
def test_looking_like_staff_is_refused(typed: str) -> None:
    """Cyrillic, digits for letters, small capitals, separators and trailing digits hide nothing."""
    with pytest.raises(Refused) as refusal:
        Reserved().check(typed)
    assert refusal.value.code is Code.NICK_RESERVED


def test_a_staff_members_own_pseudonym_is_kept_for_them() -> None:
    """A name becomes reserved when a staff member bears it, with its look-alikes."""
    reserved = Reserved()
    shape = reserved.check("Chouette")
    reserved.add("Chouette")
    assert shape == Reserved.shape("Сhоuette")
    for typed in ("Chouette", "Сhоuette", "ch0uette", "Chouette7"):
        with pytest.raises(Refused):
            reserved.check(typed)
    assert reserved.check("Chouettard")


@pytest.mark.parametrize(("one", "other"), [("Lune", "Lunе"), ("Lune", "LUNE"), ("Lune42", "Iune42"), ("Zoé", "zoe")])
def test_look_alikes_have_one_shape(one: str, other: str) -> None:
    """What the eye takes for the same name has the same shape."""
    assert Reserved.shape(one) == Reserved.shape(other)


def test_different_names_have_different_shapes() -> None:
    """The shape does not make one name of everybody."""
    names = ["Lune42", "Lune43", "Soleil", "Renard", "雪月", "月雪", "Зима"]
    assert len({Reserved.shape(name) for name in names}) == len(names)


@pytest.mark.parametrize("language", ["fr", "en", "de"])
def test_every_suggestion_is_a_name_that_may_be_taken(language: str) -> None:
    """Whatever is picked passes the rules of form and is nobody's of staff."""
    for number in range(100):
        name = suggestion(lambda below, at=number: at % below, language)  # type: ignore[misc]
        assert Reserved().check(normal_form(name))


@pytest.mark.parametrize("taken", ["Lune42", "ab", "a" * 24])
def test_a_variant_is_a_name_and_another_one(taken: str) -> None:
    """What is proposed in place of a taken name has its form and is not the same."""
    proposed = variant(taken, lambda below: below - 1)
    assert normal_form(proposed) == proposed != taken
    assert proposed.endswith("999")
