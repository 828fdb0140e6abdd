"""Progress: a bar on a terminal, lines elsewhere, silence on request."""

from __future__ import annotations

import io

from veillee.cli.progress import WIDTH, Progress

NAMES = ["le disque", "l'entrée"]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_lines_where_nobody_sees_a_bar() -> None:
    """One for each step, without control characters."""
    out = io.StringIO()
    progress = Progress(out, NAMES)
    for _ in NAMES:
        progress.step()
    progress.finish()
    assert out.getvalue() == "1/2  le disque\n2/2  l'entrée\n"


def test_a_bar_on_a_terminal_fills_and_goes() -> None:
    """It is written over in place and gone in the end."""
    out = Terminal()
    progress = Progress(out, NAMES)
    progress.step()
    progress.step()
    assert out.getvalue().endswith(f"[{'█' * (WIDTH // 2)}{'·' * (WIDTH // 2)}] 1/2  l'entrée")
    assert "\n" not in out.getvalue()
    progress.finish()
    assert out.getvalue().endswith("\r\x1b[K")


def test_silence_is_silence() -> None:
    """Also on a terminal: `--json` is for programs."""
    out = Terminal()
    progress = Progress(out, NAMES, silent=True)
    progress.step()
    progress.finish()
    assert out.getvalue() == ""
