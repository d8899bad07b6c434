"""Ctrl-C with real processes and real signals: the first one ends a solve well, the second one at once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from processes import environment
from worlds import changed, two_cities, write_world

import planner
from planner.cli.interrupt import stop_on_interrupt

SLOWLY = """
import sys, time
from planner.engine import pricing
quick = pricing.Pricing.price_all
seconds = iter({seconds})
def price_all(self, *arguments, **options):
    time.sleep(next(seconds, 0))
    return quick(self, *arguments, **options)
pricing.Pricing.price_all = price_all
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
    assert "Interrupted. NOT PROVED OPTIMAL" in said
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


def test_being_told_to_end_ends_a_solver_of_its_own_as_well(tmp_path: Path) -> None:
    """CBC runs beside the planner, and would go on for nobody: here a process that sleeps stands for it."""
    sleeping = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()"
    code = f"from planner.cli.interrupt import end_at_once\nwith end_at_once():\n    {sleeping}\n"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_SECONDS) == 128 + signal.SIGTERM
    ended = time.monotonic() + PATIENCE_SECONDS
    while Path(f"/proc/{child}").exists() and "Z" not in Path(f"/proc/{child}/stat").read_text().split()[2]:
        assert time.monotonic() < ended
        time.sleep(0.05)


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


STANDING_STILL = """
import sys, time
from functools import reduce
from importlib import import_module
def stand_still(*_, **__):
    print("here", file=sys.stderr, flush=True)
    time.sleep(600)
class Finder:
    def find_spec(self, name, *_):
        if name == {module!r}:
            stand_still()
if {function!r}:
    *owners, last = {function!r}.split(".")
    setattr(reduce(getattr, owners, import_module({module!r})), last, stand_still)
else:
    sys.meta_path.insert(0, Finder())
from planner.cli.main import main
main()
"""
"""The command, which stands still where a module is imported, or where a function of it is called: whatever a phase is
busy with, in C or in Python, it does not come back."""
IMPORTS = ["click", "yaml", "highspy", "pandas"]
PHASES = [
    ("planner.files.reading.load", "Loader.scenario", "solve two/scenario.yaml"),
    ("planner.programme.prepare", "prepare", "solve two/scenario.yaml"),
    ("planner.programme.programme", "build_programme", "solve two/scenario.yaml"),
    ("highspy", "Highs.run", "solve two/scenario.yaml"),
    ("planner.report.plan.page.rendering", "render_report", "solve two/scenario.yaml"),
    ("planner.plan.folders", "_sync", "solve two/scenario.yaml -o other"),
    ("planner.report.comparison.comparing", "compare", "compare run run"),
    ("planner.plan.verify", "verify_run", "verify run"),
    ("planner.report.exports.export", "export_run", "export run --format csv"),
    ("planner.files.changing.workbooks", "workbook_bytes", "export run --format xlsx"),
    ("planner.report.pictures", "draw_pictures", "report run --svg"),
    ("planner.files.reading.load", "Loader.topology_places", "topology validate two/topology.yaml"),
    ("planner.files.formats.importing", "_loaded", "topology import out.graphml -o new.yaml"),
    ("planner.studies.explaining.explanation", "explain", "explain run"),
    ("planner.engine.losses", "Losses.of", "stress run"),
]


def stand_still(folder: Path, module: str, function: str, words: str) -> subprocess.Popen[str]:
    """Start a command and wait until it stands still."""
    return start(folder, STANDING_STILL.format(module=module, function=function), *words.split())


def start(folder: Path, program: str, *words: str) -> subprocess.Popen[str]:
    """Start a program and wait until it says that it is where it is to be."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, *words], cwd=folder, env=environment(TMPDIR=str(folder / "temporary")),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip
    wait_for(process, "here")
    return process


def send(process: subprocess.Popen[str], number: signal.Signals) -> tuple[int, str]:
    """Send a signal to a process, and return how it ended and what it said on stderr."""
    with process:
        process.send_signal(number)
        try:
            _, told = process.communicate(timeout=PATIENCE_SECONDS)
        finally:
            process.kill()
    return process.returncode, told


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a scenario, a run of it, and its network in another format."""
    folder = tmp_path_factory.mktemp("ground")
    (folder / "temporary").mkdir()
    planner.write_run(planner.solve(write_world(two_cities(), folder / "two")), folder / "run")
    planner.export_topology(planner.load_topology(folder / "two" / "topology.yaml"), folder / "out.graphml")
    return folder


@pytest.mark.parametrize("module", IMPORTS)
def test_ctrl_c_while_modules_are_imported_prints_no_traceback(module: str, ground: Path) -> None:
    """One word, and the exit code that shells know."""
    process = stand_still(ground, module, "", "solve two/scenario.yaml")
    assert send(process, signal.SIGINT) == (130, "\nAborted.\n")


@pytest.mark.parametrize(("module", "function", "words"), PHASES)
def test_ctrl_c_ends_every_phase_in_which_there_is_nothing_to_show_yet(
    module: str, function: str, words: str, ground: Path
) -> None:
    """Nothing is written, and nothing is left beside it or among the temporary files."""
    before = sorted(ground.rglob("*"))
    code, told = send(stand_still(ground, module, function, words), signal.SIGINT)
    assert (code, told.splitlines()[-1]) == (130, "Aborted.")
    assert "Traceback" not in told
    assert sorted(ground.rglob("*")) == before


def test_a_process_ends_though_nobody_reads_its_words_any_more(ground: Path) -> None:
    """As in a pipe to ``tail`` that was killed first."""
    process = stand_still(ground, "planner.plan.verify", "verify_run", "verify run")
    with process:
        assert process.stderr is not None
        process.stderr.close()
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(PATIENCE_SECONDS) == 128 + signal.SIGTERM
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (signal.SIGTERM, "export run --format xlsx"),
        (signal.SIGHUP, "topology export two/topology.yaml -o new.xlsx"),
        (signal.SIGKILL, "export run --format xlsx"),
    ],
)
def test_a_process_that_is_killed_leaves_no_temporary_files(number: signal.Signals, words: str, ground: Path) -> None:
    """It is packing the sheets of a workbook, which are all written; whoever is killed outright cleans nothing up."""
    before = sorted(ground.rglob("*"))
    process = stand_still(ground, "openpyxl.writer.excel", "ExcelWriter._write_chartsheets", words)
    killed = number == signal.SIGKILL
    assert send(process, number) == ((-number, "") if killed else (128 + number, "\nTerminated.\n"))
    assert sorted(ground.rglob("*")) == before


def test_a_solver_in_c_does_not_keep_ctrl_c_waiting(tmp_path: Path) -> None:
    """It works on a knapsack that takes it for ever, and gives nothing back to Python meanwhile."""
    scenario = write_world(two_cities(), tmp_path)
    process = start(tmp_path, KNAPSACK + "from planner.cli.main import main\nmain()\n", "solve", str(scenario))
    assert send(process, signal.SIGINT) == (130, "\nAborted.\n")


def test_ctrl_c_after_a_plan_is_found_is_answered_at_once_and_the_second_one_aborts(ground: Path) -> None:
    """Tables are being made of the first of the plans that sizing needs."""
    process = stand_still(ground, "planner.plan.solve", "assemble_tables", "size two/scenario.yaml")
    process.send_signal(signal.SIGINT)
    wait_for(process, "Ctrl-C again aborts at once")
    assert send(process, signal.SIGINT) == (130, "\nAborted.\n")


KNAPSACK = """
import sys
import highspy, numpy as np
from planner.engine import highs
def for_ever(self, *_, **__):
    model, n = highspy.Highs(), 60
    model.setOptionValue("output_flag", False)
    chance = np.random.default_rng(1)
    weights = chance.integers(10_000, 99_999, (5, n))
    for _ in range(n):
        model.addVar(0, 1)
    model.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.array([highspy.HighsVarType.kInteger] * n))
    for row in weights:
        model.addRow(row.sum() // 2 + 1, row.sum() // 2 + 1, n, np.arange(n, dtype=np.int32), row.astype(float))
    print("here", file=sys.stderr, flush=True)
    model.run()
    raise SystemExit("the solver came back")
highs.LiveHighs.run = for_ever
"""
"""Five rows that have to hold exactly, of sixty yes or no: no solver sees the end of it."""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_is_ignored_stays_ignored(number: signal.Signals, ground: Path) -> None:
    """As under nohup, or in the background of a shell script."""
    program = f"import os, signal\nsignal.signal({int(number)}, signal.SIG_IGN)\n" + STANDING_STILL.format(
        module="planner.files.reading.load", function="Loader.topology_places"
    ).replace("time.sleep(600)", f"os.kill(os.getpid(), {int(number)}); raise SystemExit(7)")
    command = [sys.executable, "-c", program, "topology", "validate", "two/topology.yaml"]
    done = subprocess.run(command, cwd=ground, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (7, "here\n")


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
