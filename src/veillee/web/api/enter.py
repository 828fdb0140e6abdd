"""`POST /api/v1/enter` and `POST /api/v1/leave`: coming in with a pseudonym and going again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from veillee.chat.guests import Entered, Entry, Guests
from veillee.chat.keys import Keys
from veillee.model.errors import Code, Refused
from veillee.model.event import PERSONAL
from veillee.model.verdict import Category
from veillee.web.statuses import refusal
from veillee.web.visitor import Visitors

HelplinesFor = Callable[[str, str], list[dict[str, str]]]
"""Helplines for a report reason or category, in a language: `{number, name, hours}` each."""

_Short = Annotated[str, StringConstraints(max_length=64)]


class EnterBody(BaseModel):
    """What somebody gives at the door. `phrase` reopens a pseudonym instead of `nick`."""

    model_config = ConfigDict(extra="ignore", strict=True)

    nick: Annotated[str, StringConstraints(max_length=20_000)] = ""
    rules: bool = False
    age: Annotated[int, Field(ge=0, le=130)] | None = None
    gender: _Short | None = None
    area: _Short | None = None
    lang: Annotated[str, StringConstraints(max_length=16)] | None = None
    pow: Annotated[str, StringConstraints(max_length=512)] | None = None
    phrase: Annotated[str, StringConstraints(max_length=200)] | None = None


class Helpline(BaseModel):
    """Somebody to call."""

    number: str
    name: str
    hours: str


class EnteredBody(BaseModel):
    """`tok` is for programs that keep no cookies; `phrase` is shown once."""

    guest: str
    tok: str
    nick: str
    phrase: str | None = None
    protected: bool | None = None
    helplines: list[Helpline] | None = None


def enter_routes(guests: Guests, keys: Keys, visitors: Visitors, helplines: HelplinesFor) -> APIRouter:
    """The routes of this file."""
    router = APIRouter(prefix="/api/v1", tags=["entering"])

    @router.post("/enter", status_code=201, response_model=EnteredBody)
    async def enter(request: Request, given: EnterBody) -> Response:
        """Enter under a pseudonym, or reopen one with its phrase. Sets the `veillee` cookie."""
        language = "fr" if (given.lang or visitors.language(request)).startswith("fr") else "en"
        device = visitors.device(request)
        address = visitors.address(request)
        try:
            if given.phrase:
                if not given.rules:
                    raise Refused(Code.RULES_NEEDED)
                entered = await guests.reopen(given.phrase, device, address)
            else:
                entry = Entry(given.nick, given.rules, device, given.age, given.gender, given.area, language, address)
                entered = await guests.enter(entry)
        except Refused as refused:
            topics = helplines("minor", language) if refused.code is Code.NICK_REFUSED else []
            return refusal(refused, language, helplines=topics)
        response = JSONResponse(_entered(entered, keys, helplines, language), 201, {"Cache-Control": "no-store"})
        visitors.remember(response, entered, device)
        return response

    @router.post("/leave", status_code=204)
    async def leave(request: Request) -> Response:
        """End the session; the pseudonym stays reserved for its phrase."""
        guest = await visitors.guest(request)
        if guest is None:
            return refusal(Refused(Code.UNAUTHENTICATED), visitors.language(request))
        await guests.leave(guest)
        response = Response(status_code=204)
        visitors.forget(response)
        return response

    return router


def _entered(entered: Entered, keys: Keys, helplines: HelplinesFor, language: str) -> dict[str, Any]:
    guest = entered.guest
    answer: dict[str, Any] = {
        "guest": keys.face(guest.id, PERSONAL, guest.pseudonym), "tok": entered.token, "nick": guest.pseudonym,
    }  # fmt: skip
    if entered.phrase:
        answer["phrase"] = entered.phrase
    topic = "self_harm" if Category.SELF_HARM in entered.verdict.categories else "minor" if guest.protected else None
    if guest.protected:
        answer["protected"] = True
    if topic is not None:
        answer["helplines"] = helplines(topic, language)
    return answer
