"""Trying a changed rule on what was said in public: read from the store in order, judged on all the cores it is given.

Nothing private is read, ever, and nothing that its author took back (store/rulebook). A few messages are judged in a
thread; many in processes of their own, so that the rooms never wait for a backtest.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor

from veillee.automod.backtest import Fold, Hit, Report, Said, candidates, first_pass, without
from veillee.automod.editions import Compiled, reread
from veillee.automod.engine import Engine
from veillee.automod.learner import Learner
from veillee.automod.matcher import Matcher
from veillee.automod.ruleset import Ruleset
from veillee.automod.spelling import Lexicon
from veillee.model.clock import Clock
from veillee.model.edition import RuleText
from veillee.store import rulebook as rows
from veillee.store.port import Store
from veillee.store.rulebook import Spoken

BATCH = 10_000
"""Messages read, and judged, at a time."""
AHEAD = 2
"""Batches that wait for each worker."""


class Backtests:
    """`ruleset` answers the rules in force; `workers` are the processes that judge together."""

    def __init__(self, store: Store, clock: Clock, ruleset: Callable[[], Ruleset], workers: int = 2) -> None:
        self._store = store
        self._clock = clock
        self._ruleset = ruleset
        self._workers = workers

    async def run(self, editions: Sequence[Compiled], since: int) -> Report:
        """Try the rules on everything said in public since `since` (Unix ms). Raises `StoreUnavailable`."""
        fold = Fold(await self._store.read(rows.judged_by_people, since))
        batch = await self._read(since, "")
        if len(batch) < BATCH:
            found = await asyncio.to_thread(first_pass, candidates(editions, self._ruleset().matcher), _said(batch))
            fold.add(len(batch), found)
        else:
            await self._on_all_cores([edition.text for edition in editions], since, batch, fold)
        return await asyncio.to_thread(fold.report, without(self._ruleset(), editions))

    async def _on_all_cores(self, texts: list[RuleText], since: int, batch: list[Spoken], fold: Fold) -> None:
        like = self._ruleset().matcher
        learners = {name: each for name, each in like.learners.items() if any(name in text.text for text in texts)}
        given = (texts, like.lexicon, learners)
        pool = ProcessPoolExecutor(self._workers, multiprocessing.get_context("spawn"), _begin, given)
        try:
            await self._feed(pool, since, batch, fold)
        finally:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    async def _feed(self, pool: Executor, since: int, batch: list[Spoken], fold: Fold) -> None:
        """Read on while the workers judge; hits are gathered in the order in which they were said."""
        loop = asyncio.get_running_loop()
        under_way: deque[tuple[int, asyncio.Future[list[Hit]]]] = deque()
        while batch or under_way:
            if batch:
                under_way.append((len(batch), loop.run_in_executor(pool, _judge, [tuple(each) for each in batch])))
                batch = await self._read(since, batch[-1].id)
            if not batch or len(under_way) >= AHEAD * self._workers:
                seen, judging = under_way.popleft()
                fold.add(seen, await judging)

    async def _read(self, since: int, after: str) -> list[Spoken]:
        return await self._store.read(rows.spoken, since, after, BATCH)


_engine: list[Engine] = []
"""The engine of a worker process; empty everywhere else."""


def _begin(texts: list[RuleText], lexicon: Lexicon, learners: dict[str, Learner]) -> None:
    _engine[:] = [candidates([reread(text) for text in texts], Matcher([], lexicon, learners))]


def _judge(said: list[tuple[str, ...]]) -> list[Hit]:
    """Plain tuples travel between processes at half the price of named ones."""
    return first_pass(_engine[0], map(Said._make, said))


def _said(batch: Sequence[Spoken]) -> list[Said]:
    return [Said(*each) for each in batch]
