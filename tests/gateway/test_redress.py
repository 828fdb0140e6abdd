"""Not having to put up with it."""

from __future__ import annotations

from tests.live import Live


async def test_a_block_holds_on_every_tab_at_once(live: Live) -> None:
    """And nobody can block themselves, or somebody who is not there."""
    lune = await live.talker("Lune42")
    tab = await live.client(lune.token, None, "accueil")
    renard = await live.talker("Renard7")
    face = (await renard.ok("join", r="accueil"))["me"]["u"]
    assert await lune.ok("block", u=face) == {}
    said = await renard.post("tu m'entends ?")
    for client in (lune, tab):
        assert (await client.durable(upto=said["s"]))[-1]["e"] == "skip"
        assert [member["n"] for member in (await client.ok("who", r="accueil"))["members"]] == ["Lune42"]
    own = (await lune.ok("join", r="accueil"))["me"]["u"]
    assert (await lune.err("block", u=own))["c"] == "forbidden"
    assert (await lune.err("block", u="NOBODY"))["c"] == "not_found"
    assert await lune.ok("unblock", u=face) == {}
    again = await renard.post("et là ?")
    assert (await tab.durable(upto=again["s"]))[-1]["e"] == "msg"


async def test_a_report_answers_a_code_for_a_message_a_person_and_a_room(live: Live) -> None:
    """The three targets; an unknown reason is `bad_request`, an unknown target `not_found`."""
    lune = await live.talker("Lune42")
    renard = await live.talker("Renard7")
    said = await renard.post("quelque chose")
    face = (await renard.ok("join", r="accueil"))["me"]["u"]
    codes = [
        (await lune.ok("report", target=target, reason="scam"))["code"]
        for target in ({"r": "accueil", "id": said["id"]}, {"u": face}, {"r": "accueil"})
    ]
    assert len(set(codes)) == 3
    assert (await lune.err("report", target={"r": "accueil"}, reason="boredom"))["c"] == "bad_request"
    assert (await lune.err("report", target={"r": "accueil", "id": "nothing"}, reason="scam"))["c"] == "not_found"
