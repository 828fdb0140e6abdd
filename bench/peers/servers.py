"""The servers that are compared, each with the configuration it is started with: throttles off, nothing stored."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from string import Template

from bench.peers import ours
from bench.peers.build import CACHE, HERE, program
from bench.peers.running import Absent, Peer

SOCKET_IO = "4.8.4"
_LIBRARIES = Path("/usr/lib/x86_64-linux-gnu")


def _floor(_: Path, port: int) -> list[str]:
    return [str(program("floor")), str(port)]


def _configured(template: str, *command: str) -> Callable[[Path, int], list[str]]:
    """A start that fills a template into the folder; `{}` in the command is where that file is."""

    def start(folder: Path, port: int) -> list[str]:
        path = folder / template
        filled = Template((HERE / "configs" / template).read_text("utf-8")).substitute(port=port, folder=folder)
        path.write_text(filled, "utf-8")
        folder.chmod(0o755)
        return [word.replace("{}", str(path)) for word in command]

    return start


def _ejabberd(folder: Path, port: int) -> list[str]:
    """The virtual machine without its distribution, so that no daemon stays behind."""
    _configured("ejabberd.yml")(folder, port)
    settings = {
        "ERL_LIBS": str(_LIBRARIES), "EJABBERD_CONFIG_PATH": f"{folder}/ejabberd.yml", "ERL_MAX_PORTS": "32000",
        "EJABBERD_LOG_PATH": f"{folder}/log", "ERL_CRASH_DUMP_BYTES": "0",
    }  # fmt: skip
    sleeping = ["+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"]  # or waiting would count as work
    return [
        "env", *(f"{name}={value}" for name, value in settings.items()),
        "erl", "+K", "true", "+P", "250000", *sleeping, "-noinput",
        "-mnesia", "dir", f'"{folder}/spool"', "-s", "ejabberd",
    ]  # fmt: skip


def _socketio(_: Path, port: int) -> list[str]:
    """Fetched by npm, once, into the cache."""
    place = CACHE / "node"
    manifest = place / "node_modules" / "socket.io" / "package.json"
    if not manifest.is_file() or json.loads(manifest.read_text())["version"] != SOCKET_IO:
        place.mkdir(parents=True, exist_ok=True)
        fetch = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(place), f"socket.io@{SOCKET_IO}"]
        answer = subprocess.run(fetch, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise Absent(f"npm could not install socket.io: {answer.stderr[-300:]}")
    return ["env", f"NODE_PATH={place}/node_modules", "node", str(HERE / "configs" / "socketio.cjs"), str(port)]


def _naive(_: Path, port: int) -> list[str]:
    return [sys.executable, str(HERE / "naive.py"), str(port)]


FLOOR = Peer("floor", "lines", _floor, note="bare C, epoll, one `send` per delivery of a line encoded once")
VEILLEE = Peer("veillee", "veillee", ours.command, note="judges with the full packs, stores with `synchronous=FULL`")
PEERS = (
    FLOOR,
    VEILLEE,
    Peer("inspircd", "irc", _configured("inspircd.conf", "inspircd", "--config", "{}", "--nofork", "--nopid",
                                        "--runasroot"), "inspircd", "inspircd"),
    Peer("ngircd", "irc", _configured("ngircd.conf", "ngircd", "-n", "-f", "{}"), "ngircd", "ngircd"),
    Peer("nchan", "websocket", _configured("nginx.conf", "nginx", "-c", "{}"), "nginx", "nginx libnginx-mod-nchan"),
    Peer("nats", "nats", _configured("nats.conf", "nats-server", "-c", "{}"), "nats-server", "nats-server"),
    Peer("naive", "websocket", _naive, note="FastAPI on uvicorn, `await send_text` in a loop (bench/peers/naive.py)"),
    Peer("socketio", "socketio", _socketio, "npm", "nodejs npm", note=f"socket.io {SOCKET_IO} on Node"),
    Peer("ejabberd", "xmpp", _ejabberd, "erl", "ejabberd",
         note="rooms as in XEP-0045, presence not broadcast", settle_s=4),
    Peer("prosody", "xmpp", _configured("prosody.cfg.lua", "prosody", "--config", "{}", "-F"), "prosody", "prosody",
         note="rooms as in XEP-0045, presence not broadcast", settle_s=4),
)  # fmt: skip
