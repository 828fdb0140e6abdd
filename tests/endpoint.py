"""A model's endpoint on the loopback that speaks the chat completions of the day and answers what it is told to."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HASH = "ab" * 32


@dataclass
class Endpoint:
    """What the endpoint answers, and what it was asked."""

    models: Any = field(default_factory=lambda: {"data": [{"id": "guard", "digest": f"sha256:{HASH}"}]})
    said: Any = field(default_factory=lambda: {"breaks": False, "category": None, "confidence": 0.97})
    model: str = "guard"
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    silent: threading.Event | None = None
    url: str = ""


@contextlib.contextmanager
def answering() -> Iterator[Endpoint]:
    """An endpoint that speaks the chat completions of the day."""
    told = Endpoint()

    class Speaks(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def do_GET(self) -> None:
            self._answer(told.models)

        def do_POST(self) -> None:
            told.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if told.silent is not None:
                told.silent.wait(10)
            content = told.said if isinstance(told.said, str) else json.dumps(told.said)
            self._answer({"model": told.model, "choices": [{"message": {"content": content}}]})

        def _answer(self, body: Any) -> None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Speaks)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1"
    yield told
    if told.silent is not None:
        told.silent.set()
    server.shutdown()
    thread.join()
    server.server_close()
