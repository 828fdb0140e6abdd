"""`veillee rules backtest`, `rules explain CASE|RULE@VERSION`: what rules did on an instance, and would have done."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import textwrap
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from veillee.automod.backtest import Report
from veillee.automod.editions import Compiled
from veillee.automod.problems import RulesetInvalid
from veillee.model.clock import DAY, HOUR
from veillee.model.edition import RuleText
from veillee.model.errors import Refused
from veillee.settings import Settings, SettingsInvalid, load
from veillee.wiring.community import wall_clock
from veillee.wiring.rules import RuleOffice, rule_office

CASE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
RULE = re.compile(r"([a-z]{2,3}\.[a-z_]+\.[a-z0-9_]+)@(\d+)")
_SINCE = re.compile(r"(\d+)([dh])")


def add_backtest(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The arguments of `rules backtest`."""
    one = verbs.add_parser("backtest", help="what a changed pack would have caught of what was said in public")
    one.add_argument("pack", help="a changed pack (…/fr/spam.yaml), or one of the instance's by name (fr/spam)")
    one.add_argument("--since", default="30d", help="how far back: 30d, 12h")
    one.add_argument("--in", dest="folder", metavar="DIR", type=Path, default=Path(), help="the instance")


def names_the_past(text: str) -> bool:
    """Whether what is to be explained is a case or a version of a rule rather than a text."""
    return bool(CASE.fullmatch(text) or RULE.fullmatch(text))


def run(args: argparse.Namespace) -> int:
    """Carry the verb out; 1 with one sentence where it is refused, and with every problem of a broken pack."""
    try:
        settings = load(args.folder)
        return asyncio.run(_backtest(settings, args) if args.verb == "backtest" else _explain(settings, args.text))
    except (SettingsInvalid, RulesetInvalid, OSError, UnicodeDecodeError, ValueError) as error:
        print(f"veillee rules: {error}", file=sys.stderr)
    except Refused:
        print(f"veillee rules: there is nothing of {args.text} here.", file=sys.stderr)
    return 1


def since(text: str, now: int) -> int:
    """The moment so far back (Unix ms); raises ValueError for what is neither days nor hours."""
    found = _SINCE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time: write 30d or 12h")
    return now - int(found[1]) * (DAY if found[2] == "d" else HOUR)


async def _backtest(settings: Settings, args: argparse.Namespace) -> int:
    async with rule_office(settings, wall_clock) as office:
        editions = changed(office, args.pack)
        began = time.perf_counter()
        report = await office.backtests.run(editions, since(args.since, office.clock()))
        print("\n".join(told(report, editions, time.perf_counter() - began)))
    return 0


def changed(office: RuleOffice, pack: str) -> list[Compiled]:
    """The rules of a pack that are not in force as they stand there; all of them where every one is."""
    path = Path(pack)
    if path.is_file():
        name = f"{path.resolve().parent.name}/{path.stem}.yaml"
        shelf = office.shelf_with(name, path.read_text(encoding="utf-8"))
    else:
        name, shelf = f"{pack.removesuffix('.yaml')}.yaml", office.rulebook.shelf
        if name not in shelf.files:
            raise ValueError(f"{pack} is no file, and no pack of the instance; packs are: {', '.join(shelf.files)}")
    editions = [shelf.compile(file, text) for file, text in shelf.places.values() if file == name]
    standing = office.rulebook.standing
    fresh = [each for each in editions if each.text.hash not in standing.texts([each.rule.ref])]
    if not editions:
        raise ValueError(f"{name} has no rules")
    return fresh or editions


def told(report: Report, editions: list[Compiled], seconds: float) -> Iterator[str]:
    """The figures as lines, then the samples."""
    yield f"rules      {', '.join(each.rule.ref for each in editions)}"
    yield f"messages   {report.seen} in {seconds:.1f} s, public ones only"
    share = f" ({100 * report.hits / report.seen:.2f} %)" if report.seen else ""
    yield f"hits       {report.hits}{share}"
    yield f"people     {report.people}"
    yield f"overlap    {report.compared - report.alone} of {report.compared} caught by rules in force too"
    for rule, count in report.overlap.items():
        yield f"           {rule}: {count}"
    precision = report.precision
    if precision is None:
        yield "precision  unknown: nobody has decided on any of them"
    else:
        yield (
            f"precision  {precision.share:.2f} (95 %: {precision.low:.2f} to {precision.high:.2f}), "
            f"{report.upheld} of {report.decided} that people decided on"
        )
    for hit in report.samples:
        yield f"sample     {hit.id} {hit.room}: {' '.join(hit.body.split())[:160]}"


def iso(ms: int) -> str:
    """A moment in UTC, to the second."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def _explain(settings: Settings, asked: str) -> int:
    async with rule_office(settings, wall_clock) as office:
        if found := RULE.fullmatch(asked):
            for text in await office.history.of_rule(found[1], int(found[2])):
                print("\n".join(shown(text)))
            return 0
        verdicts = await office.history.of_case(asked)
        if not verdicts:
            print(f"no rule judged in case {asked}")
        for past in verdicts:
            print(f"message   {past.message_id}, {iso(past.at)}: {past.body}")
            print(f"verdict   {past.action}: {', '.join(past.rules)}")
            for text in past.texts:
                print("\n".join(shown(text)))
                again = office.history.again(text, past.body)
                for name, pieces in again.signals if again is not None else ():
                    print(f"signal    {name}: {' | '.join(pieces)}")
            for rule in past.unkept:
                print(f"rule      {rule}: decided by the engine itself; no text of a pack is kept of it")
    return 0


def shown(text: RuleText) -> Iterator[str]:
    """A rule's text with its hash, and what it leaned on."""
    first = "from the first start on" if not text.at else f"first seen {iso(text.at)}"
    yield f"rule      {text.ref}, {text.file}, text {text.hash}, {first}"
    yield textwrap.indent(text.text.rstrip(), "          ")
    yield "          # with, from the packs of its day:"
    yield textwrap.indent(text.around.rstrip(), "          ")
