"""What documents point at exists: files, pages, pictures; and the notes of the changelog have their form."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.architecture.tree import PACKAGE, ROOT
from tests.docs.blocks import documents

ROOMS = sorted(path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("_"))
NAMED = re.compile(
    rf"`((?:{'|'.join([*ROOMS, 'src', 'tests', 'scripts', 'docs', 'bench', 'deploy', 'requirements'])})/[\w./-]*[\w/])`"
)
INTERNALS = sorted(ROOT.glob("docs/internals/*.md"))
NOTES = sorted(path for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md")
NOTE = re.compile(r"[a-z0-9][a-z0-9-]*\.(feature|fix|doc|internal)\.md")


def relative(path: Path) -> str:
    """A readable test id."""
    return str(path.relative_to(ROOT))


def exists(name: str) -> bool:
    """Whether a name in a document is a file or folder of the tree or of the package, with or without `.py`."""
    return any((root / name).exists() or (root / f"{name}.py").exists() for root in (ROOT, PACKAGE))


@pytest.mark.parametrize("path", documents(), ids=relative)
def test_named_files_exist(path: Path) -> None:
    """Every file or folder that a document names in backticks is there; `a/b` stands for any."""
    named = NAMED.findall(path.read_text(encoding="utf-8"))
    assert sorted({name for name in named if "/a/" not in name and not exists(name.rstrip("/"))}) == []


@pytest.mark.parametrize("path", [page for page in INTERNALS if page.name.startswith("life-of")], ids=relative)
def test_each_step_of_a_life_names_its_file(path: Path) -> None:
    """In a page that tells a life, every numbered step says in which file it happens."""
    tokens = MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8"))
    steps: list[str] = []
    ordered = 0
    for token in tokens:
        ordered += {"ordered_list_open": 1, "ordered_list_close": -1}.get(token.type, 0)
        if token.type == "list_item_open" and ordered:
            steps.append("")
        elif token.type == "inline" and ordered and steps:
            steps[-1] += token.content
    assert len(steps) >= 5
    assert [step[:80] for step in steps if not NAMED.search(step)] == []


@pytest.mark.parametrize("path", documents(), ids=relative)
def test_links_lead_somewhere(path: Path) -> None:
    """A relative link or picture leads to a file of the tree."""
    targets = re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8"))
    ours = [target for target in targets if not re.match(r"[a-z]+:|#", target)]
    assert [target for target in ours if not (path.parent / target.split("#")[0]).exists()] == []


@pytest.mark.parametrize("path", NOTES, ids=relative)
def test_a_note_of_the_changelog_has_its_form(path: Path) -> None:
    """`<slug>.<feature|fix|doc|internal>.md`, a sentence or a few as seen by who uses it, no list, no heading."""
    assert NOTE.fullmatch(path.name)
    text = path.read_text(encoding="utf-8").strip()
    assert 10 <= len(text) <= 600
    assert not text.startswith(("-", "*", "#"))
    assert text.endswith((".", "!", "?", "»", ")", "`"))
