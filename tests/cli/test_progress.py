"""Progress on a terminal: one line that renews itself, with messages above it."""

from __future__ import annotations

import io

import pytest

import planner
from planner.cli.progress import follow, round_line


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is."""
        return True


def test_a_round_is_a_line() -> None:
    """1.5 % of 2 MUSD is not proved yet."""
    line = round_line(planner.Round(2, 3, 1_418, 2e6, 1.97e6))
    assert line == "round 3: 1,418 paths, objective 2,000,000, bound 1,970,000, gap 1.5 %"


def test_a_round_with_whole_decisions_says_so() -> None:
    """Branching has plans of its own; what is best may be milliseconds, so there is no unit."""
    line = round_line(planner.Round(3, 7, 12, 150.0, 147.0))
    assert line == "round 7: 12 paths, best whole plan so far: objective 150, bound 147, gap 2 %"


def test_before_there_is_a_bound_it_is_not_made_up() -> None:
    """An infinite bound is unknown."""
    assert round_line(planner.Round(2, 1, 1, 2e6, -float("inf"))).endswith(
        "1 path, objective 2,000,000, bound ?, gap ?"
    )


def test_on_a_terminal_rounds_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The line is there and the watch reports to it."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", terminal)
    with follow(quiet=False, verbose=False) as watch:
        assert watch.report is not None
        watch.report(planner.Round(2, 1, 0, 1e6, 5e5))
    assert "reading files" in terminal.getvalue() or "round 1" in terminal.getvalue()


def test_quiet_reports_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even on a terminal."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with follow(quiet=True, verbose=False) as watch:
        assert watch.report is None
    assert terminal.getvalue() == ""
