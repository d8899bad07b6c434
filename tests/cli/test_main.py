"""What all commands have in common: help, errors as lines, bugs with a traceback, pipes and colours."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from processes import Run, environment, run_process, run_python
from worlds import two_cities, write_world

import planner
from planner.cli.main import BUG, cli

COMMANDS = sorted(cli.commands)


def every_command(group: click.Group = cli, *words: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of all commands, those in groups too."""
    for name, command in sorted(group.commands.items()):
        yield (*words, name)
        if isinstance(command, click.Group):
            yield from every_command(command, *words, name)


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_has_help_and_so_has_every_option(planner_command: Run, words: tuple[str, ...]) -> None:
    """What has no words does not exist for its users."""
    command: click.Command = cli
    for word in words:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert command.help
    assert planner_command(*words, "--help").exit_code == 0
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
        else:
            assert all(word in command.help for word in re.findall("[A-Z]+", str(parameter.metavar))), parameter.name


def test_the_help_lists_every_command_with_a_whole_sentence(planner_command: Run) -> None:
    """No sentence is cut."""
    done = planner_command("--help")
    assert "..." not in done.stdout.split("Commands:")[1]
    for name in COMMANDS:
        assert f"  {name}" in done.stdout


def test_the_version_is_told(planner_command: Run) -> None:
    """For bug reports."""
    first, second = planner_command("--version").stdout.splitlines()
    assert first == f"planner {planner.__version__}"
    assert f"python {platform.python_version()}, pulp {version('pulp')}, highspy {version('highspy')}, " in second


def test_bad_input_is_lines_with_places_and_no_traceback(planner_command: Run, two: str) -> None:
    """All faults of all files in one go, exit code 2."""
    for name, old, new in (("topology", "100 Gbps", "100 parsecs"), ("demand", "origin: home", "origin: hme")):
        file = Path("two", f"{name}.yaml")
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = planner_command("solve", two)
    lines = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    assert any("demand.yaml:" in line and "'home'" in line for line in lines)
    assert any("topology.yaml:" in line and "Gbps" in line for line in lines)


def test_a_missing_file_is_one_line(planner_command: Run) -> None:
    """Not a stack of Python's own words."""
    done = planner_command("solve", "nowhere.yaml")
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "nowhere.yaml" in done.stderr


def test_the_names_of_files_do_not_drive_the_terminal(planner_command: Run) -> None:
    """Click takes colours out where nobody looks, but a title of the window or a bell is none."""
    found = planner_command("solve", "\x1b]0;title\x07.yaml")
    assert found.exit_code == 2
    assert "\ufffd]0;title\ufffd.yaml" in found.stderr
    assert not set("\x1b\x07") & set(found.stderr)


def test_a_bug_keeps_its_traceback_and_says_that_it_is_one(place: Path, two: str) -> None:
    """Exit code 1; the user is told that the files are not to blame."""
    done = run_python(
        "import planner\n"
        "def solve(*_, **__): raise ZeroDivisionError('oh')\n"
        "planner.solve = solve\n"
        "from planner.cli.main import main; main()",
        "solve", two, cwd=place,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert done.stderr.rstrip().endswith(f"ZeroDivisionError: oh\n{BUG}")


def test_ctrl_c_outside_a_solve_exits_as_shells_expect(planner_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """130, one line."""

    def interrupted(_: Path) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(planner, "verify_run", interrupted)
    done = planner_command("verify", "runs")
    assert (done.exit_code, done.stderr) == (130, "Aborted.\n")


def test_a_reader_that_leaves_early_is_no_error(place: Path, two: str) -> None:
    """`planner ... | head -1`: no traceback, the exit code of a broken pipe, and the run is kept."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-W", "error", "-m", "planner", "solve", two]
    with os.fdopen(writer, "w") as gone:
        done = subprocess.run(
            command, cwd=place, env=environment(), stdout=gone, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (done.returncode, done.stderr) == (141, "")
    assert Path("runs", "two-cities", "manifest.json").is_file()


def test_no_color_is_obeyed_even_where_colour_is_forced(place: Path, two: str) -> None:
    """No colour codes; without a terminal no codes at all."""
    plain = run_process("solve", two, "--no-run", cwd=place)
    forced = run_process("solve", two, "--no-run", cwd=place, NO_COLOR="1", FORCE_COLOR="1", TERM="xterm-256color")
    assert "\x1b" not in plain.stdout
    assert not [code for code in ("\x1b[3", "\x1b[9", "\x1b[38") if code in forced.stdout.replace("\x1b[3m", "")]


def test_a_terminal_without_unicode_gets_no_traceback(place: Path, two: str) -> None:
    """It gets ASCII."""
    file = Path("two", "scenario.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("A small world", "Алматы"), encoding="utf-8")
    done = run_process("solve", two, "--no-run", cwd=place, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "All 20 PFLOPS" in done.stdout


def test_the_shell_completes_commands_options_and_variants(place: Path, two: str) -> None:
    """Click's own completion, and the names in the scenario at hand."""
    file = Path("two", "scenario.yaml")
    more = "variants:\n  double: {set: {demand.scale: 2}}\n"
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    assert complete("planner so", place) == ["solve"]
    assert "--time-limit" in complete("planner solve --t", place)
    assert complete(f"planner solve {two} --variant d", place) == ["double"]
    assert complete(f"planner solve {two} --solver c", place) == ["cbc", "cplex", "copt"]
    assert complete("planner solve nowhere.yaml --variant d", place) == []


def complete(typed: str, cwd: Path) -> list[str]:
    """Ask as bash asks, and return the words offered."""
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_PLANNER_COMPLETE": "bash_complete"}
    done = run_process(cwd=cwd, **words)
    return [line.split(",", 1)[1] for line in done.stdout.splitlines() if line]


@pytest.mark.parametrize(
    "words",
    [["solve", "two/X.yaml"], ["solve", "two/scenario.yaml", "-o", "X"], ["topology", "set", "X", "title", "T"],
     ["compare", "X", "two"], ["verify", "X"], ["solve", "two/scenario.yaml", "--set", "title=X"]],
)  # fmt: skip
def test_a_name_in_another_encoding_is_one_line_before_anything_is_done(place: Path, words: list[str]) -> None:
    """Bytes of GBK, as old archives hold them; they are shown by their numbers."""
    write_world(two_cities(), place / "two")
    command = [sys.executable, "-m", "planner", *(word.replace("X", os.fsdecode(b"\xca\xd0")) for word in words)]
    done = subprocess.run(command, cwd=place, env=environment(), capture_output=True, text=True, check=False)
    shown = next(word for word in words if "X" in word).replace("X", "\\xca\\xd0")
    right = "give the file or folder another name"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"Error: {shown} is no text in UTF-8: {right}\n"
    assert not (place / "runs").exists()
