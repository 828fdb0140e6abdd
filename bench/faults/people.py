"""People who talk steadily, lose their server, come back by themselves and keep everything that they saw.

They follow the client's rules of PROTOCOL §1: back-off with full jitter, resume from `(epoch, offset)`, what was not
answered is sent again under its key. Each attempt goes to the next address, as a balancer would send it. Some of what
they say must never be delivered. Nothing they report has to be believed: `bench/faults/checks.py` compares it with the
history.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from veillee.cli.people import pseudonyms

Address = tuple[str, int]
GONE = (ConnectionClosed, InvalidHandshake, OSError, EOFError)
FORBIDDEN = ("les pédés au bûcher", "vends glock 17 avec chargeur", "demain t'es mort")
"""Each is held or refused by a shipped rule, whoever says it."""
FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0
ANSWER_S = 8.0
OPEN_S = 3.0
GUESTS_AN_ADDRESS = 40
AWAY = frozenset({"internal", "maintenance"})
"""Errors that mean: repeat it after `retry`."""


@dataclass
class Spell:
    """Somebody was without service: from what was not answered, or the connection's end, to the first answer that
    worked (loop time)."""

    lost: float
    back: float


@dataclass
class Regular:
    """One guest. `acknowledged` maps keys to (id, offset), in the order of the answers; `seen` offsets to ids;
    `refusal` is the last error that they were told."""

    name: str
    room: str
    token: str
    number: int
    acknowledged: dict[str, tuple[str, int]] = field(default_factory=dict)
    seen: dict[int, str | None] = field(default_factory=dict)
    delivered: set[str] = field(default_factory=set)
    stopped: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    closes: Counter[int] = field(default_factory=Counter)
    spells: list[Spell] = field(default_factory=list)
    last: int = 0
    epoch: str | None = None
    connected: bool = False
    answered_at: float = 0.0
    refusal: dict[str, Any] = field(default_factory=dict)
    _pending: tuple[str, str] | None = None
    _lost: float | None = None
    _asking: float | None = None
    _said: int = 0
    _asked: int = 0
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    @property
    def quiet(self) -> bool:
        """Nothing that they said waits for an answer."""
        return self._pending is None

    async def live(self, addresses: Sequence[Address], crowd: Crowd) -> None:
        """Be there until the crowd is `over`: connect, resume, talk every `crowd.every` seconds or so."""
        chance = random.Random(self.number)
        attempt = failures = 0
        while not crowd.over:
            try:
                await self._visit(addresses[(self.number + attempt) % len(addresses)], crowd, chance)
            except GONE as error:
                self._fail()
                if isinstance(error, ConnectionClosed):
                    code = error.rcvd.code if error.rcvd is not None else 1006
                    self.closes[code] += 1
                    if 4400 <= code < 4500:
                        self.faults.append(f"locked out with {code}")
            finally:
                failures = 0 if self.connected else failures + 1
                self.connected = False
            if not crowd.over:
                attempt += 1
                wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 10))
                await asyncio.sleep(chance.uniform(0, wait))

    async def _visit(self, address: Address, crowd: Crowd, chance: random.Random) -> None:
        url = f"ws://{address[0]}:{address[1]}/ws"
        async with connect(
            url, subprotocols=[Subprotocol("veillee.v1")], compression=None, ping_interval=None, open_timeout=OPEN_S,
            close_timeout=1, max_queue=None,
        ) as socket:  # fmt: skip
            tasks = [asyncio.create_task(each) for each in (self._listen(socket), self._talk(socket, crowd, chance))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in tasks:
                    task.cancel()
                ended = await asyncio.gather(*tasks, return_exceptions=True)
            for outcome in ended:
                if isinstance(outcome, Exception):
                    raise outcome

    async def _talk(self, socket: ClientConnection, crowd: Crowd, chance: random.Random) -> None:
        if not await self._come_in(socket):
            return
        if self._pending is None:
            await asyncio.sleep(chance.uniform(0, crowd.every))
        while not crowd.over:
            if crowd.silent and self._pending is None:
                await asyncio.sleep(0.05)
                continue
            wait = await self._say(socket, crowd)
            await asyncio.sleep(wait or crowd.every * chance.uniform(0.5, 1.5))

    async def _come_in(self, socket: ClientConnection) -> bool:
        rooms = {} if self.epoch is None else {self.room: [self.epoch, self.last]}
        answer = await self._ask(socket, c="hello", v=1, tok=self.token, rooms=rooms)
        if "err" in answer:
            return self._away(answer["err"])
        if self.epoch is None:
            joined = await self._ask(socket, c="join", r=self.room)
            if "err" in joined:
                return self._away(joined["err"])
            self.epoch = joined["ok"]["ep"]
            self.last = max(self.last, joined["ok"]["s"])
        elif (state := answer["ok"]["rooms"][self.room])["st"] != "ok":
            self.faults.append(f"resume answered {state}")
        self.connected = True
        self._work()
        return True

    def _away(self, error: dict[str, Any]) -> bool:
        self._fail()
        if error["c"] not in AWAY:
            self.faults.append(f"not let in: {error}")
        return False

    async def _say(self, socket: ClientConnection, crowd: Crowd) -> float:
        """Say the next thing, or what was not answered; answers the seconds that the server asks to wait."""
        if self._pending is None:
            self._said += 1
            body = f"Phrase {self._said} de {self.name}."
            if crowd.forbidden and self._said % crowd.forbidden == self.number % crowd.forbidden:
                body = f"{FORBIDDEN[self._said % len(FORBIDDEN)]} ({self._said}, {self.name})"
            self._pending = (f"{self.name}-{self._said}", body)
        key, body = self._pending
        answer = await self._ask(socket, c="send", r=self.room, k=key, b=body)
        if (error := answer.get("err")) is not None:
            self.refusal = error
            if error["c"] in AWAY:
                self._fail()
                return float(error.get("retry", 2))
            if error["c"] in ("rate_limited", "slow_mode"):
                self._work()
                return float(error.get("retry", 1))
            if error["c"] == "blocked_content":
                self.stopped[key] = body
            else:
                self.faults.append(f"{key}: {error}")
        elif answer["ok"].get("held"):
            self.stopped[key] = body
        else:
            self.acknowledged[key] = (answer["ok"]["id"], answer["ok"]["s"])
            crowd.acknowledged += 1
        self._pending = None
        self._work()
        return 0.0

    async def _ask(self, socket: ClientConnection, **command: Any) -> dict[str, Any]:
        self._asked += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[self._asked] = answer
        self._asking = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(ANSWER_S):
                await socket.send(json.dumps({"i": self._asked, **command}))
                return await answer
        finally:
            self._answers.clear()

    async def _listen(self, socket: ClientConnection) -> None:
        while True:
            for line in str(await socket.recv()).split("\n"):
                what = json.loads(line)
                if (waiting := self._answers.get(what.get("i"))) is not None:
                    if not waiting.done():
                        waiting.set_result(what)
                elif what.get("e") == "ping":
                    await socket.send('{"i":0,"c":"ping"}')
                elif "s" in what and what.get("r") == self.room:
                    self._see(what)

    def _see(self, event: dict[str, Any]) -> None:
        s, data = event["s"], event["d"]
        if s <= self.last:
            if self.seen.get(s, data["id"]) != data["id"]:
                self.faults.append(f"{s} came twice, as {self.seen[s]} and as {data['id']}")
            return
        if s != self.last + 1 and self.epoch is not None:
            self.faults.append(f"after {self.last} came {s}")
        self.last = s
        self.seen[s] = data["id"] if event["e"] == "msg" else None
        self.delivered.add(data.get("b", ""))

    def _fail(self) -> None:
        if self._lost is None:
            self._lost = asyncio.get_running_loop().time() if self._asking is None else self._asking

    def _work(self) -> None:
        self._asking = None
        self.answered_at = asyncio.get_running_loop().time()
        if self._lost is not None:
            self.spells.append(Spell(self._lost, self.answered_at))
            self._lost = None


class Crowd:
    """How everybody behaves: seconds between two sentences, every how many one is forbidden (0: none), when to be
    `silent`, when it is `over`. Counts acknowledgements."""

    def __init__(self, every: float, forbidden: int) -> None:
        self.every = every
        self.forbidden = forbidden
        self.acknowledged = 0
        self.silent = False
        self.over = False


async def enter(url: str, count: int, rooms: Sequence[str], first: int = 0) -> list[Regular]:
    """Let so many people in over HTTP, each to one of the rooms in turn, from addresses that a proxy names."""
    people = []
    async with httpx.AsyncClient(base_url=url, timeout=20) as http:
        for index, name in enumerate(pseudonyms(first + count)[first:]):
            http.cookies.clear()
            answer = await http.post(
                "/api/v1/enter",
                json={"nick": name, "rules": True, "age": 33},
                headers={"X-Forwarded-For": f"198.51.100.{index // GUESTS_AN_ADDRESS + 1}"},
            )
            if answer.status_code != 201:
                raise RuntimeError(f"{name} was not let in: {answer.text}")
            people.append(Regular(name, rooms[index % len(rooms)], answer.json()["tok"], first + index))
    return people
