"""The command starts light: help comes before anything heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {
    "alembic", "argon2", "asyncio", "cel", "fastapi", "httpx", "jinja2", "multiprocessing", "pydantic", "re2",
    "sqlalchemy", "starlette", "structlog", "uvicorn", "uvloop", "websockets", "yaml",
}  # fmt: skip

PROBE = """
import json, runpy, sys
sys.argv = ["veillee", *sys.argv[1:]]
try:
    runpy.run_module("veillee", run_name="__main__", alter_sys=False)
except SystemExit as stop:
    code = stop.code
print("\\n@" + json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def start(*arguments: str) -> tuple[int, str, set[str]]:
    """Run `python -m veillee` in a process of its own: its exit code, what it said, what it imported."""
    done = subprocess.run([sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True)
    said, _, tail = done.stdout.rpartition("\n@")
    code, imported = json.loads(tail)
    return code or 0, said + done.stderr, set(imported)


def test_help_imports_nothing_heavy() -> None:
    """`veillee` alone prints help, exits 0, and has loaded no framework: that is what keeps it under 0.3 s."""
    code, said, imported = start()
    assert code == 0
    assert "demo" in said
    assert "serve" in said
    assert imported & HEAVY == set()


def test_an_unknown_command_is_wrong_usage() -> None:
    """A command that does not exist exits 2, as PROTOCOL §3 says, and says so."""
    code, said, _ = start("dance")
    assert code == 2
    assert "dance" in said
