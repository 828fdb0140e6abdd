"""`veillee rules backtest`, and explaining what is past."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from textwrap import indent

import pytest

from tests.automod.packs import FIG_RULE
from tests.cli.instances import init
from tests.stores import message
from veillee.cli.app import main
from veillee.cli.rules_past import names_the_past, since
from veillee.model.clock import DAY, HOUR
from veillee.outside import packs
from veillee.store import messages
from veillee.store.engine import SqliteStore
from veillee.wiring.community import wall_clock

PACK = "rules:\n" + indent(FIG_RULE, "    ").replace("    ", "  - ", 1)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An instance in which four things were said."""
    folder = tmp_path / "f"
    init(folder, monkeypatch)

    async def say() -> None:
        store = SqliteStore(next(folder.glob("*.db")))
        for number, body in enumerate(["bonsoir", "je vends des figues", "une figue ?", "t'es qu'un connard, figue"]):
            new = message(number, room="accueil", guest=f"G{number}", at=wall_clock() - HOUR)
            object.__setattr__(new, "body", body)
            await store.write(messages.append, new)
        await store.close()

    asyncio.run(say())
    return folder


def test_a_changed_pack_is_tried_on_what_was_said(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures, and the lines themselves; the file is not put into force."""
    capsys.readouterr()
    (tmp_path / "fr").mkdir()
    path = tmp_path / "fr" / "figue.yaml"
    path.write_text(PACK, encoding="utf-8")
    assert main(["rules", "backtest", str(path), "--since", "30d", "--in", str(place)]) == 0
    told = capsys.readouterr().out
    for wanted in ("messages   4 in", "hits       3 (75.00 %)", "people     3", "1 of 3 caught", "precision  unknown"):
        assert wanted in told
    assert told.count("sample     ") == 3
    assert main(["rules", "backtest", str(path), "--since", "0h", "--in", str(place)]) == 0
    assert "hits       0\n" in capsys.readouterr().out


def test_a_pack_of_the_instance_is_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a file: all its rules, as they are in force."""
    capsys.readouterr()
    assert main(["rules", "backtest", "fr/spam", "--in", str(place)]) == 0
    assert "fr.spam.flood@" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fr/nothing"], "no file, and no pack"),
        (["fr/spam", "--since", "yesterday"], "write 30d or 12h"),
        (["BROKEN"], "fr/figue.yaml:4: fr.spam.figue: no category"),
    ],
)
def test_what_will_not_do_is_said(
    place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Exit 1."""
    (tmp_path / "fr").mkdir()
    path = tmp_path / "fr" / "figue.yaml"
    path.write_text(PACK.replace("spam\n", "spamm\n"), encoding="utf-8")
    words = [str(path) if word == "BROKEN" else word for word in words]
    assert main(["rules", "backtest", *words, "--in", str(place)]) == 1
    assert said in capsys.readouterr().err


def test_a_version_is_explained_with_its_exact_text(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it stood in the pack, with what it leaned on."""
    version = re.search(r"id: fr.spam.flood\n    version: (\d+)", packs.shipped()["fr/spam.yaml"])
    assert version is not None
    capsys.readouterr()
    assert main(["rules", "explain", f"fr.spam.flood@{version[1]}", "--in", str(place)]) == 0
    told = capsys.readouterr().out
    assert "from the first start on" in told
    assert "          id: fr.spam.flood\n" in told
    assert main(["rules", "explain", "fr.spam.flood@99", "--in", str(place)]) == 1
    assert "nothing of fr.spam.flood@99" in capsys.readouterr().err
    assert main(["rules", "explain", "7F3K-21AB", "--in", str(place)]) == 1


def test_what_is_a_text_is_told_from_what_is_past() -> None:
    """A case number, a version; anything else is a text to judge."""
    assert [names_the_past(each) for each in ("7F3K-21AB", "fr.hate.slur@3", "bonsoir", "fr.hate.slur")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_how_far_back() -> None:
    """Days and hours."""
    assert (since("30d", 40 * DAY), since("12h", DAY)) == (10 * DAY, DAY - 12 * HOUR)
