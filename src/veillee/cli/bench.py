"""`veillee bench`: how many people this machine carries, what ends first, and what to do about it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from veillee.cli.sizing import Measured, Verdict

Words = dict[str, dict[str, str]]


def add_parser(subparsers: Any) -> None:
    """The command's arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser("bench", help="size this machine")
    parser.add_argument("--quick", action="store_true", help="twenty seconds instead of up to three minutes")
    parser.add_argument("--json", action="store_true", help="figures and verdict as JSON, nothing else")
    parser.add_argument("--lang", choices=("fr", "en"), help="language of the verdict (else that of the terminal)")
    parser.add_argument("--dir", type=Path, help="measure on the disk of this folder (else that of temporary files)")
    parser.add_argument("--people", type=int, help="how many people take part, at least 10")


def run(arguments: argparse.Namespace) -> int:
    """Measure a throw-away instance, which goes afterwards; print the verdict. 1 with one sentence where that fails."""
    import json
    import tempfile
    from dataclasses import replace

    import uvloop

    from veillee.cli import bench_steps
    from veillee.cli.bench_place import Unmeasurable
    from veillee.cli.progress import Progress
    from veillee.cli.sizing import size
    from veillee.settings import spoken

    words = read_words(arguments.lang or spoken())
    load = bench_steps.QUICK if arguments.quick else bench_steps.FULL
    if arguments.people is not None:
        load = replace(load, people=max(bench_steps.LEAST_PEOPLE, arguments.people))
        load = replace(load, room=min(load.room, load.people))
    progress = Progress(sys.stderr, [words["steps"][step] for step in bench_steps.STEPS], silent=arguments.json)
    try:
        with tempfile.TemporaryDirectory(prefix="veillee-bench-", dir=arguments.dir) as folder:
            in_memory = bench_steps.on_memory(Path(folder))
            measured, wanted = uvloop.run(_measure(Path(folder), load, progress))
    except Unmeasurable as trouble:
        return _stop(words, trouble.what, trouble.detail)
    except ConnectionError as error:
        return _stop(words, "refused", str(error))
    except OSError as error:
        return _stop(words, "folder", str(error.filename or arguments.dir or tempfile.gettempdir()))
    finally:
        progress.finish()
    verdict = size(measured)
    if arguments.json:
        from dataclasses import asdict

        print(json.dumps({"measured": asdict(measured), "verdict": verdict.document(), "in_memory": in_memory}))
        return 0
    notes = ["memory_disk"] * in_memory + ["less"] * (measured.people < wanted) + ["shared"]
    print("\n".join(told(words, measured, verdict, notes)))
    return 0


def read_words(language: str) -> Words:
    """The command's words in French or English."""
    import tomllib
    from importlib import resources

    return tomllib.loads(resources.files("veillee.cli").joinpath(f"texts/bench.{language}.toml").read_text("utf-8"))


def told(words: Words, measured: Measured, verdict: Verdict, notes: list[str]) -> list[str]:
    """What was measured, the verdict, and what to do, as lines."""
    from veillee.cli.sizing import ROOM

    def say(section: str, name: str, **values: float) -> str:
        return words[section][name].format(**{blank: number(words, value) for blank, value in values.items()})

    processes, margin = measured.processors - 1, round(verdict.margin * 100)
    several = {"processes": processes, "processors": measured.processors, "several": verdict.several}
    return [
        say("figures", "entries", value=measured.entries, cpu=measured.entry_cpu * 1e3),
        say("figures", "message", value=measured.message_cpu * 1e6),
        say("figures", "delivery", value=measured.delivery_cpu * 1e6),
        say("figures", "messages", value=measured.messages),
        say("figures", "answer", value=measured.answer_p99 * 1e3),
        say("figures", "memory", value=measured.connection_memory / 1024),
        say("figures", "sync", value=measured.sync * 1e3, p99=measured.sync_p99 * 1e3),
        say("figures", "descriptors", value=measured.descriptors),
        "",
        words["verdict"]["title"],
        "",
        say("verdict", "people", people=verdict.people, room=ROOM, rate=verdict.rate, margin=margin),
        say("verdict", "crowd", crowd=verdict.crowd),
        *([say("verdict", "several", **several)] if processes > 1 else []),
        words["verdict"]["limit"].format(limit=words["limits"][verdict.limit]),
        "",
        *(f"→ {words['remedies'][remedy]}" for remedy in verdict.remedies),
        "",
        *(say("verdict", note, people=measured.people) for note in notes),
    ]


def number(words: Words, value: float) -> str:
    """A number as people of that language write it: three digits that count, or every digit of a large one."""
    digits = 0 if value >= 100 or value == int(value) else 1 if value >= 1 else 2
    text = f"{value:,.{digits}f}"
    marks = words["numbers"]
    return "".join({",": marks["thousands"], ".": marks["decimal"]}.get(each, each) for each in text)


async def _measure(folder: Path, load: Any, progress: Any) -> tuple[Measured, int]:
    from veillee.cli import bench_steps
    from veillee.cli.bench_place import make_instance, serving

    fitting, descriptors = bench_steps.within_descriptors(load)
    progress.step()
    disk = bench_steps.syncs(folder, load.syncs)
    progress.step()
    await make_instance(folder)
    async with serving(folder) as child:
        return await bench_steps.measure(child, fitting, disk, descriptors, progress), load.people


def _stop(words: Words, what: str, detail: str) -> int:
    print(f"veillee bench: {words['troubles'][what].format(detail=detail)}", file=sys.stderr)
    return 1
