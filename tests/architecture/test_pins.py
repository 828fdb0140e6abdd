"""What is fetched is pinned by hash, comes without an address, and has a licence that we may ship."""

from __future__ import annotations

import json
import re
from importlib.metadata import distribution

import pytest
from packaging.requirements import Requirement

from tests.architecture.tree import ROOT, tracked

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

# Spelt in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    r"pypi\.(?:org|python\.org)/simple|files\.python" + r"hosted\.org|registry\.npm" + r"js\.org|registry\.yarn"
    r"pkg\.com|deb\.deb" + r"ian\.org|(?<![\w-])--?(?:extra-)?index-" + r"url[ =]+\S*:/|\"resolved\": *\"(?:http|file)"
)
LOCAL = re.compile(
    r"(?<![\w.}/-])/(?:home/\w+|ro" + r"ot|wo" + r"rk|fa" + r"rm|opt/py" + r"pi|Users/\w+)(?:/|\b(?=[\s\"'`]))"
)


def test_there_are_requirements() -> None:
    """The four files exist: what runs, what builds, what tests, and the installer itself."""
    assert {path.stem for path in REQUIREMENTS} == {"build", "dev", "runtime", "uv", "learn"}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.stem)
def test_every_requirement_has_its_version_and_hashes(path: object) -> None:
    """Each entry is `name==version` followed by at least one sha256, and nothing else is in the file."""
    text = (ROOT / str(path)).read_text(encoding="utf-8")
    for entry in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert PIN.match(entry), entry.splitlines()[0]
        assert HASH.search(entry), entry.splitlines()[0]
        rest = HASH.sub("", PIN.sub("", entry)).replace("\\", "")
        assert re.fullmatch(r"\s*(;[^\n]*)?\s*", rest), entry.splitlines()[0]


def test_a_package_has_one_version_everywhere() -> None:
    """The files were compiled together: nobody tests with another version than they run."""
    versions: dict[str, set[str]] = {}
    for path in REQUIREMENTS:
        for name, version in PIN.findall(path.read_text(encoding="utf-8")):
            versions.setdefault(name.lower(), set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_no_file_names_a_registry_or_a_machine() -> None:
    """No committed file holds a registry's host, a download address in a lock file, or a folder of one machine."""
    found = []
    for path in tracked():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture
        for number, line in enumerate(text.splitlines(), 1):
            if REGISTRIES.search(line) or LOCAL.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert found == []


def test_browser_libraries_are_pinned_by_integrity() -> None:
    """package-lock.json gives each package's sha512 and no address; package.json asks for exact versions."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    asked = wanted.get("dependencies", {}) | wanted.get("devDependencies", {})
    assert {name: version for name, version in asked.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == {}


def licence(name: str) -> str:
    """Everything an installed distribution says of its own licence, in one line."""
    metadata = distribution(name).metadata
    said = [
        line.split("\n")[0] for field in ("License-Expression", "License") for line in metadata.get_all(field) or []
    ]
    said += [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    return " · ".join(part for part in said if part)


def test_what_we_ship_with_is_not_copyleft() -> None:
    """No run-time dependency is under the GPL, the AGPL or an unstated licence."""
    runtime = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    wanted = [Requirement(entry.rstrip(" \\")) for entry in re.findall(r"^[a-z0-9].*$", runtime, re.MULTILINE)]
    names = [each.name for each in wanted if each.marker is None or each.marker.evaluate()]
    said = {name: licence(name) for name in names}
    assert {name: text for name, text in said.items() if re.search(r"GPL|Affero|GNU", text)} == {}
    assert [name for name, text in said.items() if not text] == []
