"""Names and sizes: what STYLE refuses stays out, every source file has its test file, long files say why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGE, ROOT, modules

BANNED = re.compile(
    r"^(utils?|helpers?|commons?|misc|base|tools|manager|service|lib|functions)$"
    r"|_(utils?|helpers?|managers?|services?|misc|common|impl)$"
)
LONGEST = 400
PURE = ("model", "protocol", "automod")

WITHOUT_A_TEST = {
    "__main__.py": "one call; tests/architecture/test_start.py runs it",
    "store/port.py": "a Protocol; every store passes the suite of tests/contracts",
    "bus/port.py": "a Protocol; every bus passes the suite of tests/contracts",
    "chat/refusals.py": "a Protocol; its implementation has its own test file",
    "gateway/casework.py": "a Protocol; its implementation has its own test file",
}
"""Source files that have no test file of their own, each with the reason."""

SUITES = {
    "architecture", "bench", "browser", "contracts", "deploy", "docs", "durability", "fuzz", "migrations", "rules",
    "scenarios", "typing",
}  # fmt: skip
"""Folders of tests that mirror no room: they look at the whole."""


def mirrored(source: Path) -> Path:
    """The one test file of a source file."""
    relative = source.relative_to(PACKAGE)
    return ROOT / "tests" / relative.parent / f"test_{relative.stem.strip('_')}.py"


def needs_a_test(source: Path) -> bool:
    """Everything but empty `__init__`, declared tables, generated migrations and the list above."""
    relative = source.relative_to(PACKAGE)
    return (
        source.name != "__init__.py"
        and str(relative) not in WITHOUT_A_TEST
        and relative.parts[:2] not in {("store", "migrations"), ("store", "tables")}
    )


def test_no_file_is_named_after_nothing() -> None:
    """A module is a noun that says what it holds: no utils, helpers, base, manager, service."""
    assert [str(path.relative_to(ROOT)) for path in modules() if BANNED.search(path.stem)] == []


def test_every_source_file_has_its_test_file() -> None:
    """`src/veillee/a/b.py` is tested in `tests/a/test_b.py`."""
    missing = [path for path in modules() if needs_a_test(path) and not mirrored(path).is_file()]
    assert [str(mirrored(path).relative_to(ROOT)) for path in missing] == []


def test_every_test_file_has_its_source_file() -> None:
    """A test file in the folder of a room names a file of that room."""
    expected = {mirrored(path) for path in modules()}
    strays = [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.relative_to(ROOT / "tests").parts[0] not in SUITES and path not in expected
    ]
    assert [str(path.relative_to(ROOT)) for path in strays] == []


def test_the_list_of_exceptions_is_not_stale() -> None:
    """An exception whose file is gone, or has a test by now, goes from the list; those not built yet may wait."""
    assert [name for name in WITHOUT_A_TEST if mirrored(PACKAGE / name).is_file()] == []


def test_a_long_file_says_why() -> None:
    """A Python file over 400 lines is named, with its reason, in docs/decisions/."""
    reasons = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs" / "decisions").glob("*.md")))
    sources = [path for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.py")]
    long = [
        str(path.relative_to(ROOT))
        for path in sorted(sources)
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    ]
    assert [name for name in long if name not in reasons] == []


def test_init_files_are_empty() -> None:
    """No re-exports: a name is imported from where it is defined."""
    filled = [p for p in modules() if p.name == "__init__.py" and ast.parse(p.read_text(encoding="utf-8")).body[1:]]
    assert [str(path.relative_to(ROOT)) for path in filled] == []


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_do_not_wait(room: str) -> None:
    """No coroutine, no `await`, no `open()` in model, protocol and automod."""
    found = []
    for path in sorted((PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            waits = isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
            opens = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print"}
            if waits or opens:
                found.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    assert found == []


def test_only_settings_reads_the_environment() -> None:
    """`os.environ` and `os.getenv` stand in settings.py and nowhere else."""
    readers = [
        str(path.relative_to(PACKAGE))
        for path in modules()
        if re.search(
            r"\bos\.(environ|getenv)\b|\bfrom os import .*\b(environ|getenv)\b", path.read_text(encoding="utf-8")
        )
    ]
    assert set(readers) <= {"settings.py"}


def test_constructors_take_few_things() -> None:
    """No constructor takes more than seven arguments beside `self`: more is two classes."""
    heavy = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs) - 1
                if count > 7:
                    heavy.append(f"{path.relative_to(ROOT)}:{node.lineno} takes {count}")
    assert heavy == []


def test_no_task_is_left_alone() -> None:
    """No `asyncio.ensure_future`, and what `create_task` returns is kept: a lost task loses its error."""
    lost = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                name = ast.unparse(node.value.func)
                if name.endswith("ensure_future") or re.search(r"(asyncio|loop)\.create_task$", name):
                    lost.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert lost == []
