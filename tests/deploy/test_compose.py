"""The compose file: every service watched, shut in and started by a command that exists; secrets stay out of it."""

from __future__ import annotations

import argparse
import importlib
import re
import tomllib
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.architecture.tree import ROOT

FOLDER = ROOT / "deploy/compose"
TEXT = (FOLDER / "compose.yaml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
OURS = ("gateway", "web", "worker")
DURATION = {"type": "string", "pattern": r"^\d+(s|m)$"}
SERVICE = {
    "type": "object",
    "required": ["image", "restart", "networks", "healthcheck"],
    "properties": {
        "image": {"type": "string", "pattern": r"^[a-z0-9/]+:[a-z0-9.]+$"},
        "build": {"type": "object", "required": ["context", "dockerfile"]},
        "command": {"type": "array", "items": {"type": "string"}},
        "restart": {"const": "always"},
        "init": {"type": "boolean"},
        "read_only": {"type": "boolean"},
        "cap_drop": {"type": "array"},
        "security_opt": {"type": "array"},
        "tmpfs": {"type": "array"},
        "ulimits": {"type": "object", "required": ["nofile"]},
        "stop_grace_period": DURATION,
        "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        "secrets": {"type": "array", "items": {"type": "string"}},
        "volumes": {"type": "array", "items": {"type": "string"}},
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^\d+:\d+(/udp)?$"}},
        "networks": {"type": ["array", "object"]},
        "deploy": {"type": "object", "properties": {"replicas": {"type": "integer", "minimum": 2}}},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "properties": {"condition": {"const": "service_healthy"}},
                "required": ["condition"],
            },
        },
        "healthcheck": {
            "type": "object",
            "required": ["test", "interval", "timeout", "retries"],
            "properties": {
                "test": {"type": "array", "minItems": 2},
                "interval": DURATION,
                "timeout": DURATION,
                "retries": {"type": "integer"},
                "start_period": DURATION,
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_has_its_form(name: str) -> None:
    """Keys that compose knows, with values of their kind; a health check each."""
    problems = [error.message for error in Draft202012Validator(SERVICE).iter_errors(COMPOSE["services"][name])]
    assert problems == []


def test_everybody_is_there() -> None:
    """Two engines, three roles, two gateways, a proxy."""
    assert set(COMPOSE["services"]) == {"postgres", "valkey", "gateway", "web", "worker", "caddy"}
    assert COMPOSE["services"]["gateway"]["deploy"]["replicas"] >= 2


@pytest.mark.parametrize("name", OURS)
def test_our_processes_start_with_a_command_that_exists(name: str) -> None:
    """`veillee serve` in the role of the service's name, shut in, with descriptors for a crowd."""
    service = COMPOSE["services"][name]
    program, verb, *arguments = service["command"]
    position = arguments.index("--roles")
    assert (program, arguments[position + 1]) == ("veillee", name)
    del arguments[position : position + 2]
    parser = argparse.ArgumentParser()
    importlib.import_module(f"veillee.cli.{verb}").add_parser(parser.add_subparsers())
    given = parser.parse_args([verb, *arguments])
    assert f":{given.port}/readyz" in service["healthcheck"]["test"][-1]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["ulimits"]["nofile"]["soft"] >= 65536


def test_what_is_named_is_declared() -> None:
    """Networks, volumes, secrets and services that others wait for."""
    for service in COMPOSE["services"].values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
        assert set(service.get("depends_on", {})) <= set(COMPOSE["services"])
        named = {volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith(".")}
        assert named <= set(COMPOSE["volumes"])


def test_only_the_proxy_is_reachable() -> None:
    """It alone has ports; everything else is on a network without a way out."""
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["caddy"]
    assert COMPOSE["networks"]["inside"]["internal"]


def test_no_secret_is_written_down() -> None:
    """Passwords come from files that are ignored by git."""
    assert not re.search(r"PASSWORD: |requirepass \"?[\w]", TEXT)
    assert set((FOLDER / ".gitignore").read_text("utf-8").split()) == {"secrets/", "veillee.toml"}


def test_the_example_settings_fit_the_file() -> None:
    """The engines by the names of their services, the proxy by its fixed address, figures for the inside only."""
    settings = tomllib.loads((FOLDER / "veillee.example.toml").read_text("utf-8"))
    assert re.fullmatch(r"postgresql://veillee:PASSWORD@postgres:5432/veillee", settings["store"]["url"])
    assert re.fullmatch(r"valkey://:PASSWORD@valkey:6379/0", settings["bus"]["url"])
    inside = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert settings["server"]["metrics_allow"] == [inside]
    assert settings["server"]["trusted_proxies"] == [COMPOSE["services"]["caddy"]["networks"]["inside"]["ipv4_address"]]


def test_the_image_runs_as_nobody_special() -> None:
    """A user of its own, pinned packages, and a build that sends neither secrets nor caches."""
    recipe = (FOLDER / "Dockerfile").read_text("utf-8")
    assert recipe.index("USER veillee") < recipe.index("CMD")
    assert "--require-hashes" in recipe
    assert {".git", ".venv", "deploy/compose/secrets"} <= set((FOLDER / "Dockerfile.dockerignore").read_text().split())
