"""`veillee`: one command, a module for each of its verbs, imported only when it is asked for."""

from __future__ import annotations

import argparse
import importlib
import sys

COMMANDS = {
    "demo": ("demo", "une communauté d'essai / a seeded community to try"),
    "init": ("init", "une nouvelle instance / a new instance"),
    "serve": ("serve", "la faire tourner / run it"),
    "check": ("check", "ce qui manque, une ligne et un remède / what is missing, a line and a remedy each"),
    "room": ("room", "les salons / rooms"),
    "staff": ("staff", "l'équipe / staff"),
    "rules": ("rules", "les règles automatiques / rules: test, explain"),
    "bench": ("bench", "mesurer cette machine / size this machine"),
    "moderate": ("moderate", "juger un flux / judge a stream from standard input"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; answers the exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help", "help"):
        print(_help())
        return 0
    if given[0] == "--version":
        from importlib.metadata import version

        print(f"veillee {version('veillee')}")
        return 0
    if given[0] not in COMMANDS:
        print(f"veillee: unknown command {given[0]!r}; `veillee --help` lists them.", file=sys.stderr)
        return 2
    module = importlib.import_module(f"veillee.cli.{COMMANDS[given[0]][0]}")
    parser = argparse.ArgumentParser(prog="veillee")
    module.add_parser(parser.add_subparsers(dest="command", required=True))
    try:
        return int(module.run(parser.parse_args(given)))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except Exception as error:
        from veillee.store.port import StoreUnavailable

        if not isinstance(error, StoreUnavailable):
            raise
        print(f"veillee {given[0]}: {error}.", file=sys.stderr)
        return 1


def _help() -> str:
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:<{width}}{what}" for name, (_, what) in COMMANDS.items()]
    return "\n".join(["usage: veillee COMMAND [options]", "", *lines, "", "veillee COMMAND --help says more."])
