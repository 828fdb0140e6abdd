"""A second look by a language model behind an OpenAI-compatible endpoint: pinned, bounded in time, off unless set.

What leaves: the text of one public message, without its author. What comes back changes a `warn` or a `hold` only: no
answer of a model blocks, unblocks, or touches a private conversation. Every answer is recorded with the model's id,
the hash of its weights, the hash of the policy and how long it took. Wire: OpenAI's chat completions and models list,
as vLLM, llama.cpp, Ollama and Mistral speak them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import httpx

from veillee.model.verdict import Action, Category, Facts, Verdict

SURE = 0.9
"""From this confidence on an answer changes something; below it the rule's own verdict stands."""
LONGEST_ANSWER = 16_384
_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class ModelUnpinned(ValueError):
    """The model is not the one that was chosen, or nothing says which one was; the message names the remedy."""


class ModelFailed(Exception):
    """The endpoint gave no usable answer: the judge treats the second look as lost."""


@dataclass(frozen=True, slots=True)
class Pin:
    """Which model: its id at the endpoint and the SHA-256 of its weights, in hexadecimal."""

    id: str
    sha256: str

    def __post_init__(self) -> None:
        if not self.id:
            raise ModelUnpinned("model.id is missing: name the model as the endpoint lists it")
        if not _SHA256.match(self.sha256):
            raise ModelUnpinned("model.sha256 is missing or no SHA-256: pin the weights by their hash, 64 hex digits")


def shipped_policy() -> str:
    """The policy that ships: the rules of the place in plain words."""
    return files("veillee.outside").joinpath("policies").joinpath("second_look.txt").read_text(encoding="utf-8")


class SecondReader:
    """Asks the endpoint. `ticks` tells seconds of any steady clock, `timeout_s` bounds every request."""

    def __init__(
        self,
        url: str,
        pin: Pin,
        policy: str,
        ticks: Callable[[], float],
        timeout_s: float = 1.5,
        key: str = "",
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"), timeout=timeout_s, headers=headers, trust_env=False, follow_redirects=False
        )
        self._pin = pin
        self._policy = policy
        self._ticks = ticks
        self.mark = f"model:{pin.id}:{pin.sha256[:12]}"
        self.policy_mark = f"policy:{hashlib.sha256(policy.encode()).hexdigest()[:12]}"

    async def confirm(self) -> bool:
        """Ask the endpoint which models it has. True: it told the hash of ours, and it is the pinned one. False: it has
        the model and tells no hash. Raises `ModelUnpinned` where the model is missing or another, `ModelFailed` where
        nobody answers."""
        entries = (await self._asked("GET", "/models")).get("data")
        for entry in entries if isinstance(entries, list) else []:
            if isinstance(entry, dict) and entry.get("id") == self._pin.id:
                told = [str(entry[key]).removeprefix("sha256:") for key in ("sha256", "digest") if entry.get(key)]
                if told and told[0] != self._pin.sha256:
                    raise ModelUnpinned(
                        f"the endpoint serves {self._pin.id} with other weights ({told[0][:12]}…): check what changed, "
                        "then pin the new hash in model.sha256"
                    )
                return bool(told)
        raise ModelUnpinned(f"the endpoint has no model {self._pin.id}: set model.id to one that it lists")

    async def __call__(self, facts: Facts, verdict: Verdict) -> Verdict:
        """The verdict after the second look. Raises `ModelFailed` for no, a late or an unusable answer, and for an
        answer of another model. A private message is never sent, and a `block` never weighed again."""
        if facts.private or verdict.action not in (Action.WARN, Action.HOLD):
            return verdict
        started = self._ticks()
        answer = await self._asked("POST", "/chat/completions", self._question(facts.text))
        if answer.get("model") != self._pin.id:
            raise ModelFailed(f"{answer.get('model')!r} answered in the place of {self._pin.id}")
        breaks, category, confidence = _read(answer)
        marks = (
            *verdict.signals, self.mark, self.policy_mark,
            f"{category or 'none'}:{confidence:.2f}:{round(1000 * (self._ticks() - started))}ms",
        )  # fmt: skip
        verdict = replace(verdict, signals=marks)
        if confidence < SURE:
            return verdict
        if breaks:
            also = (category,) if category is not None and category not in verdict.categories else ()
            return replace(verdict, action=Action.HOLD, categories=(*verdict.categories, *also))
        return replace(verdict, action=Action.ALLOW if verdict.card is None else Action.CARD, case=False)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _question(self, text: str) -> dict[str, Any]:
        return {
            "model": self._pin.id,
            "temperature": 0,
            "max_tokens": 80,
            "response_format": {"type": "json_object"},
            "messages": [
                {"role": "system", "content": self._policy},
                {"role": "user", "content": json.dumps({"message": text}, ensure_ascii=False)},
            ],
        }

    async def _asked(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        try:
            response = await self._client.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise ModelFailed(f"the model's endpoint gave no answer: {error!r}") from error
        if response.status_code != 200 or len(response.content) > LONGEST_ANSWER * 64:
            raise ModelFailed(f"the model's endpoint answered {response.status_code}")
        try:
            answer = response.json()
        except ValueError as error:
            raise ModelFailed("the model's endpoint answered no JSON") from error
        if not isinstance(answer, dict):
            raise ModelFailed("the model's endpoint answered no object")
        return answer


def _read(answer: dict[str, Any]) -> tuple[bool, Category | None, float]:
    """What the model said: whether the rules are broken, which one, how sure. Raises `ModelFailed`."""
    try:
        said = json.loads(str(answer["choices"][0]["message"]["content"])[:LONGEST_ANSWER])
        breaks, confidence = said["breaks"], float(said["confidence"])
        name = said.get("category")
        category = Category(name) if name else None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise ModelFailed(f"the model's answer is not the object that was asked for: {error!r}") from error
    if not isinstance(breaks, bool) or not 0.0 <= confidence <= 1.0:
        raise ModelFailed("the model's answer is not the object that was asked for")
    return breaks, category, confidence
