"""Every setting once: `veillee.toml` read into frozen values, with one sentence for whatever is wrong in it.

Nothing else reads settings or the environment; only `wiring` and `cli` import this file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

FILE = "veillee.toml"


class SettingsInvalid(Exception):
    """`veillee.toml` cannot be used; the message is one sentence with the key and the remedy."""


@dataclass(frozen=True, slots=True)
class Instance:
    """`name` is what the place is called, `url` its public address without a trailing slash."""

    name: str = "Veillée"
    url: str = ""
    language: str = "fr"
    timezone: str = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Listening:
    """`origins` may embed and connect beside the instance's own; `trusted_proxies` may name the client's address.

    `metrics_port` 0 shows no figures; `metrics_allow` are the addresses and networks that may read them.
    """

    host: str = "127.0.0.1"
    port: int = 8400
    origins: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 9464
    metrics_allow: tuple[str, ...] = ("127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Storing:
    """`path` of the SQLite file, relative to the instance's folder; `:memory:` keeps nothing. `url` is the address of a
    PostgreSQL database to use instead (`postgresql://user:password@host/database`); it is never shown."""

    path: str = "veillee.db"
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Connecting:
    """`url` of the Valkey that ties several processes together, `valkey://host:6379/0`; empty for one process."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The operator's own file (or folder, for rules) in place of what ships; empty for the shipped one."""

    file: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A language model for the second look, off without a `url`: an OpenAI-compatible endpoint, the model's `id` there
    and the `sha256` of its weights, what it may take, and the operator's own policy in place of the shipped one. `key`
    is never shown."""

    url: str = ""
    id: str = ""
    sha256: str = ""
    key: str = field(default="", repr=False)
    policy: str = ""
    timeout_ms: int = 1500


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything. `legal` holds the tables `operator` and `contacts` as they are: accountability reads them."""

    folder: Path
    instance: Instance = Instance()
    server: Listening = Listening()
    store: Storing = Storing()
    bus: Connecting = Connecting()
    terms: Source = Source()
    helplines: Source = Source()
    rules: Source = Source()
    model: Model = Model()
    legal: Mapping[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> Path | None:
        """The SQLite file, or None for memory and for PostgreSQL."""
        return None if self.store.url or self.store.path == ":memory:" else self.folder / self.store.path

    def own(self, source: Source) -> Path | None:
        """Where the operator's own file of a source is, or None."""
        return self.folder / source.file if source.file else None


_LEGAL = ("operator", "contacts")
_SECTIONS: Mapping[str, type[Any]] = {
    "instance": Instance,
    "server": Listening,
    "store": Storing,
    "bus": Connecting,
    "terms": Source,
    "helplines": Source,
    "rules": Source,
    "model": Model,
}
T = TypeVar("T")


def load(folder: Path) -> Settings:
    """The settings of an instance's folder. Raises `SettingsInvalid`."""
    path = folder / FILE
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsInvalid(f"{path} is missing: run `veillee init {folder}` first.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsInvalid(f"{path} is not valid TOML: {error}.") from None
    return parse(folder, tables)


def parse(folder: Path, tables: Mapping[str, Any]) -> Settings:
    """Settings from TOML tables. Raises `SettingsInvalid` for an unknown section or key, or a value of another type."""
    for section in tables:
        if section not in _SECTIONS and section not in _LEGAL:
            known = ", ".join([*_SECTIONS, *_LEGAL])
            raise SettingsInvalid(f"[{section}] in {FILE} is unknown: use one of {known}.")
    values: dict[str, Any] = {name: _section(name, kind, tables.get(name, {})) for name, kind in _SECTIONS.items()}
    if values["store"].url and not values["store"].url.startswith(("postgresql://", "postgres://")):
        raise SettingsInvalid(f"store.url in {FILE} must look like postgresql://user:password@host/database.")
    return Settings(folder, **values, legal={name: tables.get(name, {}) for name in _LEGAL})


def check_scale(settings: Settings) -> None:
    """Raises `SettingsInvalid` where several processes are to share what only one can use."""
    if settings.bus.url and not _shareable(settings.store):
        raise SettingsInvalid(
            f"bus.url in {FILE} ties several processes together, and they cannot share one SQLite file: set store.url "
            "to a PostgreSQL, or remove bus.url."
        )


def _shareable(storing: Storing) -> bool:
    return bool(getattr(storing, "url", ""))


def _section(name: str, kind: type[T], table: Mapping[str, Any]) -> T:
    if not isinstance(table, Mapping):
        raise SettingsInvalid(f"[{name}] in {FILE} must be a table.")
    defaults = kind()
    values: dict[str, Any] = {}
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    for key, value in table.items():
        if key not in known:
            raise SettingsInvalid(f"{name}.{key} in {FILE} is unknown: use one of {', '.join(sorted(known))}.")
        default = getattr(defaults, key)
        given = tuple(value) if isinstance(default, tuple) and isinstance(value, list) else value
        if type(given) is not type(default):
            wanted = "list" if isinstance(default, tuple) else type(default).__name__
            raise SettingsInvalid(f"{name}.{key} in {FILE} must be a {wanted}.")
        values[key] = given
    return kind(**values)


def spoken() -> str:
    """The language of whoever sits at the terminal, `fr` or `en`; French where the environment names neither."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if (told := os.environ.get(name, "")) not in ("", "C", "POSIX", "C.UTF-8"):
            return "fr" if told.lower().startswith("fr") else "en"
    return "fr"
