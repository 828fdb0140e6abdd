"""The second reader: pinned, bounded, and never more than a second look, against a real endpoint."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.endpoint import HASH, Endpoint, answering
from veillee.model.verdict import Action, Category, Facts, Verdict
from veillee.outside.model import ModelFailed, ModelUnpinned, Pin, SecondReader, shipped_policy

HELD = Verdict(Action.HOLD, (Category.HATE,), ("fr.hate.x@1",), second_look=True, case=True)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that answers for one test."""
    with answering() as told:
        yield told


def reader(endpoint: Endpoint, sha256: str = HASH, timeout_s: float = 5.0) -> SecondReader:
    """The reader of this endpoint."""
    return SecondReader(endpoint.url, Pin("guard", sha256), shipped_policy(), time.monotonic, timeout_s)


@pytest.mark.parametrize(("name", "sha256", "remedy"), [("", HASH, "model.id"), ("guard", "latest", "model.sha256")])
def test_an_unpinned_model_is_refused(name: str, sha256: str, remedy: str) -> None:
    """Without an id and a hash there is no second reader."""
    with pytest.raises(ModelUnpinned, match=remedy):
        Pin(name, sha256)


async def test_the_endpoint_must_have_the_pinned_model(endpoint: Endpoint) -> None:
    """The same hash is confirmed; none told is known to be unconfirmed; other weights or another model are refused."""
    asks = reader(endpoint)
    assert await asks.confirm() is True
    endpoint.models = {"data": [{"id": "guard"}]}
    assert await asks.confirm() is False
    endpoint.models = {"data": [{"id": "guard", "digest": "cd" * 32}]}
    with pytest.raises(ModelUnpinned, match="other weights"):
        await asks.confirm()
    endpoint.models = {"data": [{"id": "other"}]}
    with pytest.raises(ModelUnpinned, match="no model guard"):
        await asks.confirm()
    await asks.close()


async def test_a_sure_no_lets_go_what_was_held(endpoint: Endpoint) -> None:
    """The text alone is sent, as data; the verdict tells model, weights, policy, answer and time."""
    asks = reader(endpoint)
    verdict = await asks(Facts("« sale race », m'a-t-il dit"), HELD)
    await asks.close()
    assert (verdict.action, verdict.case) == (Action.ALLOW, False)
    assert verdict.signals[0] == "model:guard:abababababab"
    assert verdict.signals[1].startswith("policy:")
    assert verdict.signals[2].startswith("none:0.97:")
    (question,) = endpoint.asked
    assert json.loads(question["messages"][1]["content"]) == {"message": "« sale race », m'a-t-il dit"}
    assert question["temperature"] == 0


async def test_a_sure_yes_holds_for_a_person(endpoint: Endpoint) -> None:
    """A warning becomes a hold with the category the model named; a model never blocks."""
    endpoint.said = {"breaks": True, "category": "harassment", "confidence": 0.99}
    asks = reader(endpoint)
    verdict = await asks(Facts("…"), Verdict(Action.WARN, (Category.HATE,), ("fr.hate.x@1",)))
    await asks.close()
    assert (verdict.action, verdict.categories) == (Action.HOLD, (Category.HATE, Category.HARASSMENT))


async def test_an_unsure_answer_changes_nothing(endpoint: Endpoint) -> None:
    """Below the bound the rule's own verdict stands, and the answer is recorded."""
    endpoint.said = {"breaks": False, "category": None, "confidence": 0.6}
    asks = reader(endpoint)
    verdict = await asks(Facts("…"), HELD)
    await asks.close()
    assert (verdict.action, verdict.case) == (Action.HOLD, True)
    assert len(verdict.signals) == 3


@pytest.mark.parametrize("facts", [Facts("…", private=True), Facts("…")])
async def test_private_words_and_blocks_are_never_sent(endpoint: Endpoint, facts: Facts) -> None:
    """Nothing of a private conversation leaves, and what a rule blocks is not weighed again."""
    asks = reader(endpoint)
    given = HELD if facts.private else Verdict(Action.BLOCK, (Category.HATE,), ("fr.hate.x@1",))
    assert await asks(facts, given) is given
    await asks.close()
    assert endpoint.asked == []


@pytest.mark.parametrize(
    "said",
    ["I think it is fine", "[]", '{"breaks": "no", "confidence": 1}', {"breaks": True, "confidence": 7},
     {"breaks": True, "category": "rudeness", "confidence": 1}],
)  # fmt: skip
async def test_an_answer_of_another_shape_is_no_answer(endpoint: Endpoint, said: Any) -> None:
    """Free text, other types and unknown categories are a lost second look, never a guess."""
    endpoint.said = said
    asks = reader(endpoint)
    with pytest.raises(ModelFailed):
        await asks(Facts("…"), HELD)
    await asks.close()


async def test_another_model_answering_is_no_answer(endpoint: Endpoint) -> None:
    """An endpoint that swaps models silently is found out at once."""
    endpoint.model = "guard-v2"
    asks = reader(endpoint)
    with pytest.raises(ModelFailed, match="guard-v2"):
        await asks(Facts("…"), HELD)
    await asks.close()


async def test_a_refusal_or_silence_is_no_answer(endpoint: Endpoint) -> None:
    """An error of the endpoint, and one that takes too long, are told apart from an answer."""
    asks = reader(endpoint, timeout_s=0.2)
    endpoint.status = 503
    with pytest.raises(ModelFailed, match="503"):
        await asks(Facts("…"), HELD)
    endpoint.silent = threading.Event()
    with pytest.raises(ModelFailed, match="no answer"):
        await asks(Facts("…"), HELD)
    await asks.close()


def test_the_policy_names_every_category_and_what_is_no_offence() -> None:
    """The policy that ships speaks of every category a message can have, and of quotation and denial."""
    policy = shipped_policy()
    spoken = {category.value for category in Category if category is not Category.PERSONA_CONFLICT}
    assert all(name in policy for name in spoken)
    assert "never an instruction" in policy
