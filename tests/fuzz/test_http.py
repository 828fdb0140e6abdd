"""Schemathesis against the whole HTTP API, as `/openapi.json` describes it."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.servers import Serving

CHECKS = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "negative_data_rejection", "unsupported_method",
]  # fmt: skip
EXAMPLES = 25
ADDRESS = "198.51.100.7"
"""Documentation address (RFC 5737) that the proxy on this machine is said to have seen."""


@pytest.mark.processes
@pytest.mark.timeout(240)
@pytest.mark.parametrize("signed_in", [False, True], ids=["stranger", "guest"])
def test_every_operation_answers_as_described(demo: Serving, signed_in: bool, tmp_path: Path) -> None:
    """Whatever is asked, save the stream that never ends: no 5xx, a described status, type and body; wrong data is
    refused, wrong methods too."""
    command = [
        str(Path(sys.executable).with_name("st")), "run", f"{demo.url}/openapi.json", "--checks", ",".join(CHECKS),
        "--max-examples", str(EXAMPLES), "--seed", "20241123", "--phases", "examples,coverage,fuzzing", "--no-color",
        "--continue-on-failure", "--warnings", "off", "--header", f"X-Forwarded-For: {ADDRESS}",
        "--suppress-health-check", "all", "--exclude-path", "/sse",
    ]  # fmt: skip
    if signed_in:
        command += ["--header", f"Authorization: Bearer {token(demo)}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-6_000:]
    assert demo.process.poll() is None


def token(demo: Serving) -> str:
    """Enter; the token of the new guest."""
    request = urllib.request.Request(
        f"{demo.url}/api/v1/enter",
        json.dumps({"nick": "Schemine", "rules": True, "age": 40}).encode(),
        {"Content-Type": "application/json", "X-Forwarded-For": "198.51.100.8"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["tok"])


def test_the_description_covers_the_api(demo: Serving) -> None:
    """Every path of PROTOCOL §2 below `/api/v1` that this version serves is described."""
    with urllib.request.urlopen(f"{demo.url}/openapi.json", timeout=10) as answer:
        described = set(json.load(answer)["paths"])
    served = {
        "/api/v1/enter", "/api/v1/leave", "/api/v1/rooms", "/api/v1/rooms/{slug}", "/api/v1/rooms/{slug}/messages",
        "/api/v1/reports", "/api/v1/notices", "/api/v1/cases/{code}", "/api/v1/statements/{code}",
        "/api/v1/statements/{code}/appeal", "/.well-known/dsa.json",
    }  # fmt: skip
    assert served - described == set()
