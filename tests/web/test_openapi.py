"""The description of the HTTP door tells what is refused, and how."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Query
from jsonschema import Draft202012Validator

from veillee.model.errors import Code, Refused
from veillee.protocol.errors import body
from veillee.web.openapi import ERROR, complete, describer


def description() -> dict[str, Any]:
    """That of an application with one route that validates."""
    app = FastAPI(title="Essai", version="1")

    @app.get("/things")
    def things(limit: Annotated[int, Query(ge=1)] = 1) -> list[int]:
        return [limit]

    return describer(app.title, app.version, app.routes)()


def test_failed_validation_is_no_422() -> None:
    """Each operation has its own answers and ours for refusals; FastAPI's 422 and its schemas are gone."""
    described = description()
    assert set(described["paths"]["/things"]["get"]["responses"]) == {"200", "4XX", "5XX"}
    assert set(described["components"]["schemas"]) == {"Error", "Helpline"}


def test_it_is_built_once() -> None:
    """Asking again costs nothing and changes nothing."""
    describe = describer("Essai", "1", [])
    assert describe() is describe()


def test_a_real_refusal_fits_the_error_schema() -> None:
    """What the door answers is what the description promises."""
    schema = ERROR | {"components": complete({"paths": {}})["components"]}
    refused = Refused(Code.BLOCKED_CONTENT, retry=2, case="7F3K-21AB", secret="0000", n=3)
    Draft202012Validator(schema).validate({"err": body(refused, "fr")})
