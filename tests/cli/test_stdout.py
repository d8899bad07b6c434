"""The standard output is the planner's alone: solvers that print on purpose, past Python, in real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from processes import environment, run_python
from worlds import two_cities, write_world

from planner.engine.silence import silence

LOUD = """
import ctypes, os, sys
import highspy, pulp

def shout():
    os.write(1, b"descriptor\\n")
    ctypes.CDLL(None).printf(b"buffered by C\\n")

class LoudHighs(highspy.Highs):
    def __init__(self):
        super().__init__()
        shout()

    def run(self):
        shout()
        return super().run()

class LoudSolver(pulp.HiGHS):
    def available(self):
        shout()
        print("door")
        return True

    def actualSolve(self, lp, **options):
        shout()
        print("door")
        return super().actualSolve(lp, **options)

highspy.Highs = LoudHighs
from planner.engine import solvers
solvers.SOLVERS["gurobi"] = LoudSolver
"""
COMMAND = LOUD + "from planner.cli.main import main; main()"
LIBRARY = (
    LOUD
    + """
import planner
said = []
def tell(*_):
    print("a round")
    said.append("a round")
print("before")
plan = planner.solve(sys.argv[1], solver=sys.argv[2], watch=planner.Watch(report=tell))
print("\\n".join(["after", plan.status.value, str(len(said))]))
"""
)
SHOUTS = ("descriptor", "buffered by C", "door")


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    """Return the scenario of two cities."""
    return str(write_world(two_cities(), tmp_path / "two"))


@pytest.mark.smoke
@pytest.mark.parametrize("solver", ["highs", "gurobi", "cbc"])
def test_json_of_a_solve_is_one_object_whatever_the_solver_prints(scenario: str, solver: str, tmp_path: Path) -> None:
    """From the first byte to the last; the native words are not on stderr either."""
    done = run_python(COMMAND, "solve", scenario, "--json", "--no-run", "--solver", solver, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "optimal"
    assert "descriptor" not in done.stderr


def test_json_of_the_examination_is_one_object(tmp_path: Path) -> None:
    """Where every solver is made, asked and run."""
    done = run_python(COMMAND, "doctor", "--json", cwd=tmp_path)
    assert json.loads(done.stdout)["healthy"] is True


@pytest.mark.parametrize("solver", ["highs", "gurobi"])
def test_a_library_user_reads_own_words_only(scenario: str, solver: str, tmp_path: Path) -> None:
    """Words before, during and after arrive in their order, though the output is a pipe and buffered."""
    lines = run_python(LIBRARY, scenario, solver, cwd=tmp_path).stdout.splitlines()
    rounds = int(lines[-1])
    assert rounds > 0
    assert lines == ["before", *["a round"] * rounds, "after", "optimal", str(rounds)]


@pytest.mark.parametrize("how", ["-u", "-B"])
def test_other_threads_and_handlers_lose_nothing_while_silence_holds(how: str, tmp_path: Path) -> None:
    """With and without buffers; a handler that has kept the stream from before writes to where it always did."""
    program = (
        "import logging, os, sys, threading\n"
        "from planner.engine.silence import silence\n"
        "logging.basicConfig(stream=sys.stdout, format='%(message)s')\n"
        "with silence, silence:\n"
        "    os.write(1, b'native\\n')\n"
        "    thread = threading.Thread(target=logging.warning, args=['from a thread'])\n"
        "    thread.start(); thread.join()\n"
        "    print('in the middle')\n"
        "sys.stdout.flush()\n"
        "os.write(1, b'native again\\n')\n"
    )
    done = run_python(program, cwd=tmp_path, flags=[how])
    assert done.stdout == "from a thread\nin the middle\nnative again\n"


@silence
def fail_in_silence(error: type[BaseException]) -> None:
    """Print past Python, then raise."""
    os.write(1, b"lost")
    raise error


def test_silence_ends_with_an_error_and_with_ctrl_c(capfd: pytest.CaptureFixture[str]) -> None:
    """And takes its descriptor back."""
    free = os.dup(1)
    os.close(free)
    for error in (ZeroDivisionError, KeyboardInterrupt):
        with pytest.raises(error):
            fail_in_silence(error)
    os.write(1, b"kept")
    assert capfd.readouterr().out == "kept"
    again = os.dup(1)
    os.close(again)
    assert again == free


def test_without_a_standard_output_no_file_becomes_it(scenario: str, tmp_path: Path) -> None:
    """A file that is opened where descriptor 1 is closed would be number 1, and receive what solvers print."""
    program = LOUD + "import planner; planner.solve(sys.argv[1]); sys.exit(os.open(sys.argv[1], os.O_RDONLY))"
    closed = "import os, sys; os.close(1); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    done = subprocess.run(
        [sys.executable, "-c", closed, "-c", program, scenario],
        cwd=tmp_path,
        env=environment(),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode > 1, done.stderr
