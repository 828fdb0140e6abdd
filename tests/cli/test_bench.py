"""`veillee bench` as somebody runs it: a verdict in their language, JSON for programs, one sentence where it fails."""

from __future__ import annotations

import json
import string
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_sizing import GOOD
from veillee.cli import bench_steps
from veillee.cli.app import main
from veillee.cli.bench import number, read_words, told
from veillee.cli.sizing import size


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--quick`, quicker: a test wants every step, not a good figure."""
    monkeypatch.setattr(bench_steps, "QUICK", replace(bench_steps.QUICK, seconds=0.3, each=2, syncs=3))


@pytest.mark.processes
@pytest.mark.usefixtures("hurried")
def test_it_measures_and_gives_a_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In French, with lines of progress on standard error, and nothing left behind."""
    assert main(["bench", "--quick", "--people", "12", "--lang", "fr", "--dir", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert "Un processus porte environ" in said.out
    assert "Ce qui s'épuise d'abord" in said.out
    assert said.err.splitlines()[0] == "1/6  le disque"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.processes
@pytest.mark.usefixtures("hurried")
def test_programs_get_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Figures and verdict, nothing else on either stream."""
    assert main(["bench", "--quick", "--people", "10", "--json", "--dir", str(tmp_path)]) == 0
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert found["measured"]["people"] == 10
    assert found["verdict"]["limit"] in found["verdict"]["limits"]
    assert said.err == ""


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence with the remedy, exit 1."""
    missing = tmp_path / "missing"
    assert main(["bench", "--lang", "en", "--dir", str(missing)]) == 1
    said = capsys.readouterr().err
    assert str(missing) in said
    assert "--dir" in said
    assert len(said.splitlines()) == 1


def test_both_languages_say_the_same_things() -> None:
    """The same keys with the same blanks."""
    french, english = read_words("fr"), read_words("en")

    def blanks(text: str) -> list[str]:
        return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)

    assert {section: set(words) for section, words in french.items()} == {
        section: set(words) for section, words in english.items()
    }
    for section, words in french.items():
        assert {key: blanks(text) for key, text in words.items()} == {
            key: blanks(text) for key, text in english[section].items()
        }


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "change",
    [{}, {"descriptors": 1_024}, {"memory": 100 << 20}, {"messages": 50.0, "sync_p99": 0.05}, {"processors": 1},
     {"answer_p99": 0.2}],
)  # fmt: skip
def test_every_verdict_has_its_words(language: str, change: dict[str, float]) -> None:
    """Whatever ends first, whatever there is to do."""
    measured = replace(GOOD, **change)  # type: ignore[arg-type]
    verdict = size(measured)
    lines = told(read_words(language), measured, verdict, ["memory_disk", "less", "shared"])
    text = "\n".join(lines)
    assert number(read_words(language), verdict.people) in text
    assert text.count("→") == len(verdict.remedies)
    assert "{" not in text


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [(51_000, "51\u202f000", "51,000"), (7.46, "7,5", "7.5"), (0.204, "0,20", "0.20"), (850.0, "850", "850"),
     (0, "0", "0")],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(value: float, french: str, english: str) -> None:
    """A comma means something else in each of the two languages."""
    assert (number(read_words("fr"), value), number(read_words("en"), value)) == (french, english)
