"""`veillee` with a clock that can jump: SIGUSR1 sets it one hour forward, SIGUSR2 one hour back.

Run as `python -m bench.faults.clock ARGUMENTS`. Only the time of day jumps, for everything in the process that asks
Python for it; time that is measured (`monotonic`) goes on, as it does when an operator or a broken time server sets a
machine's clock.
"""

from __future__ import annotations

import signal
import sys
import time

HOUR_NS = 3_600 * 1_000_000_000

_true_ns = time.time_ns
_ahead = 0


def jumped_ns() -> int:
    """The time of day as this process is made to believe it, in nanoseconds."""
    return _true_ns() + _ahead


def _jump(number: int, _frame: object) -> None:
    global _ahead
    _ahead += HOUR_NS if number == signal.SIGUSR1 else -HOUR_NS


def main() -> None:
    """The command, under this clock."""
    time.time_ns = jumped_ns
    time.time = lambda: jumped_ns() / 1e9
    for number in (signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, _jump)
    from veillee.cli.app import main as veillee

    sys.exit(veillee(sys.argv[1:]))


if __name__ == "__main__":
    main()
