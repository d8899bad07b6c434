"""Ctrl-C with real processes and real signals: the first one ends a solve well, the second one at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from processes import environment
from worlds import changed, two_cities, write_world

import planner
from planner.cli.interrupt import stop_on_interrupt

SLOWLY = """
import sys, time
from planner.engine import pricing
quick = pricing.Pricing.survey
seconds = iter({seconds})
def survey(self, *arguments, **options):
    time.sleep(next(seconds, 0))
    return quick(self, *arguments, **options)
pricing.Pricing.survey = survey
from planner.cli.main import main
main()
"""
PATIENCE_SECONDS = 60.0


def test_the_first_ctrl_c_ends_the_solve_with_the_best_plan_so_far(tmp_path: Path) -> None:
    """140 PFLOPS take three rounds; after two the near site is found, and a gap is left: feasible, exit code 4."""
    process = start_slowly(tmp_path, seconds=[0.5] * 20)
    wait_for(process, "round 1")
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 4, told
    assert "NOT PROVED OPTIMAL (interrupted)" in said
    assert "Ctrl-C again aborts at once" in told
    assert "Traceback" not in told
    assert (tmp_path / "runs" / "two-cities" / "manifest.json").is_file()


def test_the_second_ctrl_c_aborts_at_once(tmp_path: Path) -> None:
    """In the middle of a round that outlasts our patience; nothing is written, exit code 130."""
    process = start_slowly(tmp_path, seconds=[0.0, 10 * PATIENCE_SECONDS])
    wait_for(process, "round 1")
    process.send_signal(signal.SIGINT)
    wait_for(process, "Ctrl-C again")
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, said, told) == (130, "", "\nAborted.\n")
    assert not (tmp_path / "runs").exists()


def test_the_handler_is_only_there_around_the_solve() -> None:
    """Before and after, Ctrl-C is Python's own business."""
    before = signal.getsignal(signal.SIGINT)
    with stop_on_interrupt(planner.Watch(), print):
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
    assert signal.set_wakeup_fd(-1) == -1


def test_an_interrupt_reaches_the_watch_in_this_process_too() -> None:
    """And the user is told, once."""
    watch, told = planner.Watch(), []
    with stop_on_interrupt(watch, told.append):
        signal.raise_signal(signal.SIGINT)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not told and time.monotonic() < deadline:
            time.sleep(0.01)
    assert watch.interrupted
    assert len(told) == 1


def test_in_another_thread_there_is_nothing_to_install() -> None:
    """Python takes signals in the main thread only; a solve elsewhere goes on without."""
    handlers: list[object] = []

    def solve_elsewhere() -> None:
        with stop_on_interrupt(planner.Watch(), print):
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=solve_elsewhere)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]


def start_slowly(folder: Path, *, seconds: list[float]) -> subprocess.Popen[str]:
    """Start a solve whose rounds take so long, one after the other, and that reports its rounds."""
    scenario = write_world(changed(two_cities(), {"demand.demands.0.compute": "140 PFLOPS"}), folder)
    command = [sys.executable, "-c", SLOWLY.format(seconds=seconds), "solve", str(scenario), "-v"]
    return subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )


def wait_for(process: subprocess.Popen[str], words: str) -> None:
    """Read what the process says on stderr until the words come."""
    assert process.stderr is not None
    assert any(words in line for line in process.stderr), f"the process ended before it said {words!r}"
