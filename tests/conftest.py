"""What holds for every test: in CI a skipped test is a failure; hypothesis gives no deadline on a shared machine."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "veillee", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("campaign", parent=settings.get_profile("veillee"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "veillee"))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.Item, None]:
    """Turn a skip into a failure where CI=true: a check that did not run has shown nothing."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
