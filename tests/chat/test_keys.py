"""Keyed hashes: one value never stands in for another."""

from __future__ import annotations

import pytest

from veillee.chat.keys import Keys
from veillee.model.ids import parse_code

ONE = Keys(b"1" * 32)
OTHER = Keys(b"2" * 32)


def test_a_short_secret_is_refused() -> None:
    """Fewer than 32 bytes is no instance secret."""
    with pytest.raises(ValueError, match="32 bytes"):
        Keys(b"x" * 31)


def test_a_face_differs_by_guest_room_and_pseudonym() -> None:
    """`u` links neither two rooms nor two pseudonyms, and is the same again for the same three."""
    faces = [ONE.face(g, r, p) for g in ("G1", "G2") for r in ("cafe", "gare") for p in ("Lune", "Soleil")]
    assert len(set(faces)) == 8
    assert all(len(face) == 12 for face in faces)
    assert faces[0] == ONE.face("G1", "cafe", "Lune") != OTHER.face("G1", "cafe", "Lune")


def test_parts_do_not_run_into_each_other() -> None:
    """Moving a letter from one part to the next gives another value."""
    assert ONE.face("G", "1cafe", "x") != ONE.face("G1", "cafe", "x")
    assert ONE.digest("cafe", "bonsoir", None) != ONE.digest("caf", "ebonsoir", None)
    assert ONE.digest("cafe", "bonsoir", None) != ONE.digest("cafe", "bonsoir", "M1")


def test_labels_keep_purposes_apart() -> None:
    """The same text as a device, a phrase and a code gives three values that share nothing."""
    values = {ONE.device("x"), ONE.phrase("x"), ONE.token("x"), ONE.code("x").replace("-", "").lower()}
    assert len({value[:16] for value in values}) == 4


def test_what_is_stored_of_a_secret_is_not_the_secret() -> None:
    """Neither a device token, nor a session token, nor a phrase can be read in its stored form."""
    for stored in (ONE.device("carnet"), ONE.token("carnet"), ONE.phrase("carnet lune sapin brume")):
        assert "carnet" not in stored


def test_a_phrase_is_known_however_it_is_typed() -> None:
    """Case, accents, their composition and extra spaces do not matter; the order of the words does."""
    stored = ONE.phrase("géranium doyen justice scrutin")
    assert (
        stored
        == ONE.phrase("  GERANIUM  doyen\tJustice scrutin ")
        == ONE.phrase("ge\u0301ranium doyen justice scrutin")
    )
    assert stored != ONE.phrase("doyen géranium justice scrutin")
    assert stored != ONE.phrase("géraniumdoyen justice scrutin")


def test_a_code_is_one_that_people_can_type() -> None:
    """The secret code of a message is canonical, the same each time, and another for another message."""
    code = ONE.code("M1")
    assert parse_code(code.lower().replace("-", " ")) == code == ONE.code("M1") != ONE.code("M2")


def test_a_confirmation_is_for_one_guest_room_and_text() -> None:
    """Having thought again about one text opens no other."""
    tokens = {ONE.confirmation(g, r, b) for g in ("G1", "G2") for r in ("cafe", "gare") for b in ("ah", "oh")}
    assert len(tokens) == 8
