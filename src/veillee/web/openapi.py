"""`/openapi.json`, completed: every operation says that it may be refused, and in what shape.

FastAPI describes its own 422 for failed validation; ours is a 400 in the one error shape (PROTOCOL.md §2), so the
description is corrected here, once, for all routes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["err"],
    "properties": {
        "err": {
            "type": "object",
            "required": ["c", "m"],
            "properties": {
                "c": {"type": "string", "description": "Stable code."},
                "m": {"type": "string", "description": "What happened and what to do, in the caller's language."},
                "retry": {"type": "number", "description": "Seconds until it may work."},
                "field": {"type": "string", "description": "What of the request could not be understood."},
                "case": {"type": "string", "description": "Case number, to say aloud."},
                "code": {"type": "string", "description": "Secret code that opens the case."},
                "helplines": {"type": "array", "items": {"$ref": "#/components/schemas/Helpline"}},
            },
        }
    },
}
_GENERATED = ("HTTPValidationError", "ValidationError")
_HELPLINE = {
    "type": "object",
    "required": ["number", "name", "hours"],
    "properties": {name: {"type": "string"} for name in ("number", "name", "hours")},
}
_REFUSAL = {
    "description": "Refused; `err.c` says why.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
}


def describer(title: str, version: str, routes: Iterable[BaseRoute]) -> Callable[[], dict[str, Any]]:
    """What FastAPI calls for `/openapi.json`; built at the first call from the routes there are then."""
    built: dict[str, Any] = {}

    def describe() -> dict[str, Any]:
        if not built:
            built.update(complete(get_openapi(title=title, version=version, routes=list(routes))))
        return built

    return describe


def complete(description: dict[str, Any]) -> dict[str, Any]:
    """The description with our refusals (4XX and 5XX) in the place of 422 in each operation."""
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    for name in _GENERATED:
        schemas.pop(name, None)
    schemas["Error"] = ERROR
    schemas.setdefault("Helpline", _HELPLINE)
    for path in description["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= {"4XX": _REFUSAL, "5XX": _REFUSAL}
    return description
