"""The files for Caddy and nginx are read by the real programs, and a house behind them is reached as it should be."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from tests.architecture.tree import ROOT
from tests.live import PATIENCE, Live, living
from veillee.protocol.limits import HEARTBEAT_SECONDS

NGINX = (ROOT / "deploy/nginx/veillee.conf").read_text("utf-8")
CADDYFILES = sorted((ROOT / "deploy").glob("*/Caddyfile"))
NAME = "foyer.example"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin"
"""Where a proxy's program may lie, also for somebody who is not root."""


def free_port() -> int:
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def around(site: str, folder: Path) -> Path:
    """A whole nginx configuration with the site in it, that writes only into a folder."""
    temporary = "".join(
        f"{kind}_temp_path {folder};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    site = site.replace("/var/log/nginx/", f"{folder}/")
    path = folder / "nginx.conf"
    path.write_text(
        f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nworker_processes 1;\n"
        f"events {{ worker_connections 256; }}\nhttp {{\n{temporary}{site}\n}}\n",
        "utf-8",
    )
    return path


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    """`nginx -t`, with a certificate of the moment."""
    key, certificate = tmp_path / "privkey.pem", tmp_path / "fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    site = NGINX.replace(f"/etc/letsencrypt/live/{NAME}", str(tmp_path))
    done = subprocess.run(
        ["nginx", "-t", "-p", tmp_path, "-c", around(site, tmp_path)],
        env={"PATH": PATH},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr.replace("warnings", "")


@pytest.mark.parametrize("path", CADDYFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_caddy_takes_its_file(path: Path, tmp_path: Path) -> None:
    """It becomes a configuration without a word, and is written as Caddy writes."""
    environment = {"HOME": str(tmp_path), "PATH": PATH}
    done = subprocess.run(
        ["caddy", "validate", "--config", path, "--adapter", "caddyfile"], capture_output=True, text=True,
        env=environment,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    formatted = subprocess.run(["caddy", "fmt", path], capture_output=True, text=True, env=environment, check=True)
    assert formatted.stdout == path.read_text("utf-8")


def test_silence_between_heartbeats_is_no_dead_connection() -> None:
    """Every timeout of nginx towards a house is longer than two heartbeats, and streams are not held back."""
    timeouts = [int(seconds) for seconds in re.findall(r"proxy_(?:read|send)_timeout (\d+)s", NGINX)]
    assert len(timeouts) == 2
    assert min(timeouts) > 2 * HEARTBEAT_SECONDS
    assert "proxy_buffering off" in NGINX
    assert all("flush_interval -1" in path.read_text("utf-8") for path in CADDYFILES)
    assert not re.search(
        r"remote_addr|request_uri|\$args|\$query|http_cookie", NGINX.split("log_format")[1].split(";")[0]
    )


@contextlib.contextmanager
def nginx(folder: Path, behind: int) -> Iterator[int]:
    """nginx with our file in front of a house, without TLS, on a free port."""
    port = free_port()
    site = NGINX[: NGINX.rindex("server {")]
    site = re.sub(r"server 127\.0\.0\.1:\d+", f"server 127.0.0.1:{behind}", site)
    site = re.sub(r"^    (ssl_.*|listen \[::\].*)$", "", site, flags=re.M)
    site = site.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    with running(["nginx", "-p", str(folder), "-c", str(around(site, folder))], folder, port):
        yield port


@contextlib.contextmanager
def caddy(folder: Path, behind: int) -> Iterator[int]:
    """Caddy with our file in front of a house, without TLS, on a free port."""
    port = free_port()
    text = (ROOT / "deploy/caddy/Caddyfile").read_text("utf-8")
    text = re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{behind}", text)
    text = text.replace("grace_period 10s", "grace_period 1s\n\tadmin off")
    text = text.replace(f"{NAME} {{", f"http://:{port} {{\n\tbind 127.0.0.1", 1)
    (folder / "Caddyfile").write_text(text, "utf-8")
    with running(["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"], folder, port):
        yield port


@contextlib.contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    """A proxy in front, until the block ends."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env={"HOME": str(folder), "PATH": PATH})
    try:
        for _ in range(400):
            assert process.poll() is None, (folder / "output").read_text("utf-8")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=[nginx, caddy], ids=["nginx", "caddy"])
async def outside(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Live, int]]:
    """A house, and the port of a proxy in front of it."""
    async with living(tmp_path) as live:
        with request.param(tmp_path, live.port) as port:
            yield live, port


async def test_a_websocket_goes_through(outside: tuple[Live, int]) -> None:
    """With its protocol, and the address of whoever comes is said to the house."""
    live, port = outside
    token = await live.enter("Lune42")
    seen: list[str] = []
    network = live.house.live.door.network

    def noted(peer: str, forwarded: str) -> str | None:
        seen.append(forwarded)
        return network(peer, forwarded)

    live.house.live.door.network = noted  # type: ignore[method-assign]
    async with connect(f"ws://127.0.0.1:{port}/ws", subprotocols=["veillee.v1"]) as client:  # type: ignore[list-item]
        await client.send(json.dumps({"i": 1, "c": "hello", "v": 1, "tok": token}))
        assert json.loads(await asyncio.wait_for(client.recv(), PATIENCE))["ok"]["hb"] == HEARTBEAT_SECONDS
    assert seen == ["127.0.0.1"]


async def test_a_stream_is_not_held_back(outside: tuple[Live, int]) -> None:
    """The first event of `/sse` comes at once, and `/cmd` finds the stream."""
    live, port = outside
    token = await live.enter("Lune42")
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http,
        http.stream("GET", "/sse", params={"tok": token}) as stream,
    ):
        told = stream.aiter_text()  # kept: forgotten, it would end the stream
        first = await anext(told)
        sid = json.loads(first.removeprefix("data:").strip().splitlines()[-1].removeprefix("data:"))["d"]["sid"]
        hello = {"i": 1, "c": "hello", "v": 1, "tok": token}
        answer = await http.post("/cmd", params={"tok": token}, headers={"Veillee-Stream": sid}, json=hello)
        assert "ok" in answer.json()


async def test_what_is_inside_stays_inside(outside: tuple[Live, int]) -> None:
    """Figures and probes are not found; pages are."""
    _, port = outside
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
        found = {path: (await http.get(path)).status_code for path in ("/metrics", "/healthz", "/readyz", "/")}
    assert found == {"/metrics": 404, "/healthz": 404, "/readyz": 404, "/": 200}
