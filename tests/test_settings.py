"""Settings: every key once, and one sentence for whatever is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from veillee.settings import FILE, Settings, SettingsInvalid, load, parse, spoken


def write(folder: Path, text: str) -> Path:
    """An instance's folder with this veillee.toml."""
    (folder / FILE).write_text(text, encoding="utf-8")
    return folder


def test_an_empty_file_is_enough(tmp_path: Path) -> None:
    """Every setting has a default that works."""
    settings = load(write(tmp_path, ""))
    assert settings == Settings(tmp_path, legal={"operator": {}, "contacts": {}})
    assert settings.database == tmp_path / "veillee.db"


def test_memory_has_no_file(tmp_path: Path) -> None:
    """`:memory:` keeps nothing."""
    assert load(write(tmp_path, '[store]\npath = ":memory:"')).database is None


def test_an_address_of_postgresql_goes_before_the_file(tmp_path: Path) -> None:
    """Both spellings; then there is no file. It may hold a password: no representation of the settings shows it."""
    for scheme in ("postgresql", "postgres"):
        settings = load(write(tmp_path, f'[store]\nurl = "{scheme}://u:secret@h/d"'))
        assert settings.store.url == f"{scheme}://u:secret@h/d"
        assert settings.database is None
        assert "secret" not in repr(settings)


def test_an_address_of_something_else_is_refused(tmp_path: Path) -> None:
    """With what it must look like, and without what was given."""
    with pytest.raises(SettingsInvalid, match=r"store\.url .* postgresql://user") as refusal:
        load(write(tmp_path, '[store]\nurl = "mysql://u:secret@h/d"'))
    assert "secret" not in str(refusal.value)


def test_own_files_lie_in_the_folder(tmp_path: Path) -> None:
    """The operator's texts are named relative to the instance's folder; none means the shipped ones."""
    settings = load(write(tmp_path, '[terms]\nfile = "regles.yaml"'))
    assert settings.own(settings.terms) == tmp_path / "regles.yaml"
    assert settings.own(settings.helplines) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[sever]\nport = 1", "[sever]"), ("[server]\nprot = 1", "server.prot"),
        ('[server]\nport = "1"', "server.port"),
        ("[server]\norigins = 3", "server.origins"), ("port = [", "TOML"), ("server = 3", "[server]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, text: str, named: str) -> None:
    """A section, a key or a value that will not do is named in one sentence."""
    with pytest.raises(SettingsInvalid) as wrong:
        load(write(tmp_path, text))
    assert named in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_a_missing_file_names_the_remedy(tmp_path: Path) -> None:
    """Without veillee.toml the sentence says which command makes one."""
    with pytest.raises(SettingsInvalid, match="veillee init"):
        load(tmp_path)


def test_there_are_at_most_forty_keys() -> None:
    """STYLE §4.8: config sprawl is refused."""
    parsed = parse(Path(), {})
    sections = (parsed.instance, parsed.server, parsed.store, parsed.terms, parsed.helplines, parsed.rules)
    assert sum(len(type(each).__dataclass_fields__) for each in sections) <= 40


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "fr_FR.UTF-8"}, "fr"), ({"LANG": "en_GB.UTF-8"}, "en"), ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "fr"), ({}, "fr"), ({"LC_ALL": "fr_CA", "LANG": "en_US"}, "fr"),
        ({"LC_ALL": "", "LC_MESSAGES": "en_US", "LANG": "fr_FR"}, "en"),
    ],
)  # fmt: skip
def test_the_terminals_language_is_heard(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    """LC_ALL before LC_MESSAGES before LANG; French where nothing is said, English for whoever speaks neither."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert spoken() == language
