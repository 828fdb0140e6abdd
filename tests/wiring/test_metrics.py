"""The figures of a real house: complete, true, without a person in them, and shown on a port of their own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.live import Live, living, until
from veillee.gateway.server import listen
from veillee.model.sanction import SanctionKind
from veillee.settings import Listening, Settings, SettingsInvalid, Storing
from veillee.web.metrics import Metrics
from veillee.wiring.house import build_house
from veillee.wiring.metrics import between, observed, readers_of

OF_A_BUS = {
    "veillee_bus_published_total", "veillee_bus_received_total", "veillee_bus_dropped_total",
    "veillee_bus_reconnects_total", "veillee_bus_answer_seconds",
}  # fmt: skip
"""Measures that a single process has no use for."""

Samples = dict[tuple[str, tuple[str, ...]], float]


async def scrape(live: Live) -> tuple[str, Samples]:
    """The text, and each sample by name and label values."""
    text = (await live.house.metrics.text()).decode()
    found = {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return text, found


def observing(
    live: Live, server: Listening, started: Callable[[int], None] = lambda port: None
) -> AbstractAsyncContextManager[None]:
    """A house that somebody may look at."""
    house = live.house
    slow = house.live.door
    return observed(house.metrics, house.vitals, server, readers_of(server), lambda: slow.slow_readers, started)


async def test_every_measure_is_fed(tmp_path: Path) -> None:
    """A single process does without those of the bus; one of several has them all."""
    async with living(tmp_path) as live:
        assert live.house.metrics.unconnected() == OF_A_BUS
    async with living(tmp_path, "scaled") as live:
        assert live.house.metrics.unconnected() == set()


async def test_what_happens_is_what_is_shown(tmp_path: Path) -> None:
    """Two people in a room, a message, an insult, a threat, a report, a sanction, a stream."""
    async with living(tmp_path, kind="file") as live:
        lune, renard = await live.talker("Lune42"), await live.talker("Renard7")
        said = await lune.post("Bonsoir à tous")
        await lune.err("send", r="accueil", k="i", b="ta gueule")
        await lune.err("send", r="accueil", k="t", b="je vais te tuer")
        await renard.ok("report", target={"r": "accueil", "id": said["id"]}, reason="harassment")
        await live.impose(lune.token, SanctionKind.MUTE)
        _, found = await scrape(live)
    expected = {
        ("veillee_connections", ("websocket",)): 2, ("veillee_connections", ("sse",)): 0,
        ("veillee_rooms", ("1-9",)): 1, ("veillee_rooms", ("0",)): 1, ("veillee_members", ("1-9",)): 2,
        ("veillee_messages_total", ("", "delivered")): 1, ("veillee_messages_total", ("", "warned")): 1,
        ("veillee_messages_total", ("", "blocked")): 1, ("veillee_acknowledgement_seconds_count", ()): 1,
        ("veillee_cases_open", ()): 1,
        ("veillee_reports_last_day", ("harassment",)): 1, ("veillee_sanctions_standing", ("mute",)): 1,
        ("veillee_judge_resting", ()): 0, ("veillee_rooms_shut", ()): 0, ("veillee_on_duty", ()): 0,
        ("veillee_store_unavailable_total", ()): 0, ("veillee_store_waiting_operations", ()): 0,
    }  # fmt: skip
    assert {key: found.get(key) for key in expected} == expected
    assert found["veillee_deliveries_total", ()] >= 2
    assert found["veillee_verdicts_total", ("allow", "none", "message")] == 1
    assert found["veillee_judging_seconds_count", ()] >= 3
    assert found["veillee_store_group_operations_sum", ()] > 0


async def test_no_figure_points_at_a_person(tmp_path: Path) -> None:
    """PROTOCOL §2, "no label per person": no id, face, pseudonym, device, address, token or text is in a sample."""
    async with living(tmp_path) as live:
        people = [await live.talker(name) for name in ("Quetsche77", "Mirabelle8", "Gentiane3")]
        secrets = {"Quetsche77", "Mirabelle8", "Gentiane3", "127.0.0.1", "tarte aux pommes"}
        said = await people[0].post("Une tarte aux pommes, ce soir ?")
        await people[1].ok("report", target={"r": "accueil", "id": said["id"]}, reason="hate", note="tarte aux pommes")
        await people[2].err("send", r="accueil", k="i", b="ta gueule, Quetsche77")
        for person in people:
            guest = await live.guest(person.token)
            secrets |= {person.token, guest.id, guest.device, person.hello["me"]["u"], said["id"]}
        text, found = await scrape(live)
    assert [secret for secret in secrets if secret in text] == []
    values = {value for _, labels in found for value in labels}
    identity = re.compile(r"[0-9a-f]{16}|[0-9A-HJKMNP-TV-Z]{20}|\d+\.\d+\.\d+\.\d+")
    assert [value for value in values if identity.search(value)] == []
    assert values.isdisjoint({"accueil", "cafe"})


async def test_a_bus_between_processes_is_shown(tmp_path: Path) -> None:
    """What went and came, how often it was lost, how soon it answers."""
    async with living(tmp_path, "scaled") as one, living(tmp_path, "scaled") as other:
        lune = await one.talker("Lune42")
        await other.talker("Braise7")
        await lune.post("Bonsoir")
        bus = other.house.community.processes
        assert bus is not None
        await until(lambda: bus.bus.received > 0)
        sent, came = (await scrape(one))[1], (await scrape(other))[1]
    assert sent["veillee_bus_published_total", ()] > 0
    assert came["veillee_bus_received_total", ()] > 0
    assert came["veillee_bus_connected", ()] == 1
    assert came["veillee_bus_dropped_total", ()] == came["veillee_bus_reconnects_total", ()] == 0
    assert came["veillee_bus_answer_seconds_count", ()] >= 1


def test_a_single_process_is_connected_to_all_there_is() -> None:
    """It needs no bus."""
    alone = Metrics()
    between(alone, None)
    assert [sample.value for family in alone.collect() for sample in family.samples] == [1]


async def test_ends_and_bytes_are_counted(tmp_path: Path) -> None:
    """What was written for a message, and each connection that the server closed, once, by its code."""
    async with living(tmp_path) as live:
        lune = await live.talker("Lune42")
        await lune.post("Bonsoir")
        await lune.event("msg")
        live.house.live.drain.restart()
        await lune.closed()
        _, found = await scrape(live)
    assert found["veillee_closes_total", ("4001",)] == 1
    assert found["veillee_writes_total", ()] > 0
    assert found["veillee_sent_bytes_total", ()] > 100


async def test_a_scrape_asks_the_store_only_now_and_then(tmp_path: Path) -> None:
    """Within five seconds the same answer is shown again; afterwards it is asked anew."""
    async with living(tmp_path) as live:
        lune = await live.talker("Lune42")
        await scrape(live)
        await live.impose(lune.token, SanctionKind.MUTE)
        assert ("veillee_sanctions_standing", ("mute",)) not in (await scrape(live))[1]
        live.clock.forward(5_000)
        assert (await scrape(live))[1]["veillee_sanctions_standing", ("mute",)] == 1


async def test_a_store_that_is_gone_leaves_the_other_figures(tmp_path: Path) -> None:
    """What was known of it stays."""
    async with living(tmp_path) as live:
        await live.house.community.store.close()
        assert ("veillee_connections", ("sse",)) in (await scrape(live))[1]


async def test_figures_have_a_port_of_their_own(tmp_path: Path) -> None:
    """The public door does not answer `/metrics`; the listener does, while the house is observed."""
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    async with living(tmp_path) as live, httpx.AsyncClient() as http:
        assert (await live.http.get("/metrics")).status_code == 404
        probe = listen("127.0.0.1", 0)
        server = Listening(metrics_port=probe.getsockname()[1])
        probe.close()
        async with observing(live, server, port.set_result):
            answer = await http.get(f"http://127.0.0.1:{await port}/metrics")
        assert "veillee_build_info" in answer.text
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://127.0.0.1:{await port}/metrics")


async def test_a_taken_port_does_not_keep_the_place_shut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One sentence with the remedy; everything else goes on."""
    async with living(tmp_path) as live:
        with listen("127.0.0.1", 0) as taken:
            server = Listening(metrics_port=taken.getsockname()[1])
            async with observing(live, server):
                await live.talker("Lune42")
    assert "server.metrics_port" in capsys.readouterr().err


async def test_an_allow_list_that_names_no_network_is_refused(tmp_path: Path) -> None:
    """Before anything is built, by the key and the entry."""
    settings = Settings(tmp_path, server=Listening(metrics_allow=("nobody",)), store=Storing(":memory:"))
    with pytest.raises(SettingsInvalid, match=r"server\.metrics_allow.*'nobody'"):
        await build_house(settings)
