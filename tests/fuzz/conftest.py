"""A quiet demo as a process of its own, one for all tests of this folder that a worker runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import Serving, serving


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The server that everything is thrown at."""
    with serving(["demo", "--quiet"], tmp_path_factory.mktemp("demo") / "output") as server:
        yield server
