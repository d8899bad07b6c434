"""The words keep to the code: commands in the pages run as written, tables and formulas are those of the code."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import planner
from planner.cli.jobs import DONE, INFEASIBLE, STOPPED, WRONG
from planner.cli.main import cli
from planner.demand import Workload
from planner.engine.status import Status
from planner.finance import Finance
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.policy import Policy
from planner.programme.families import FAMILIES
from planner.programme.objective import COST_TERMS
from planner.records import Record
from planner.scenario import Community, Limits, Scenario

WRITTEN = tuple(each.rows for each in FAMILIES.values() if each.rows is not None)
ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES_PAGE = ROOT / "planner" / "files" / "README.md"
PROGRAMME_PAGE = (ROOT / "planner" / "programme" / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN_ALIKE = " \t"
"""Blanks at the end of a line do not show."""


def blocks(page: str, language: str) -> list[tuple[str, str]]:
    """Return the name (or "") and text of each fenced block of a language."""
    return [(name, text) for kind, name, text in BLOCK.findall(page) if kind == language]


def steps(console: str) -> list[tuple[str, int, str]]:
    """Return command, exit code and expected output of each step of a console block."""
    found = []
    for part in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        code = re.search(r"^\(exit code (\d+)\)\n", expected, re.MULTILINE)
        found.append((command, int(code[1]) if code else 0, expected[: code.start()] if code else expected))
    return found


def like(expected: str) -> re.Pattern[str]:
    """Return what output looks like: a line `...` stands for any lines, `...` within a line for any text."""
    lines = [line.rstrip(SHOWN_ALIKE) for line in expected.splitlines()]
    patterns = [r"(?:.*\n)*?" if line == "..." else re.escape(line).replace(r"\.\.\.", ".*") + "\n" for line in lines]
    return re.compile("".join(patterns))


def type_out(page: str, folder: Path) -> None:
    """Run all console blocks of a page in a folder, as a reader would type them, and compare what they print."""
    shell_path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": shell_path, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    for _, console in blocks(page, "console"):
        for command, code, expected in steps(console):
            done = subprocess.run(
                ["bash", "-c", command], cwd=folder, env=environment, encoding="utf-8",
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            printed = "".join(f"{line.rstrip(SHOWN_ALIKE)}\n" for line in done.stdout.splitlines())
            assert done.returncode == code, f"{command}\n{printed}"
            assert like(expected).fullmatch(printed), f"{command} prints\n{printed}\nand the page shows\n{expected}"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a folder with a copy of the shipped data."""
    for name in ("examples", "topologies", "demand"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.smoke
def test_every_command_of_the_tour_runs_and_prints_what_is_shown(data: Path) -> None:
    """The five minutes of the README, typed out."""
    type_out(README, data)


@pytest.mark.smoke
def test_the_small_question_of_the_files_page_runs_and_its_faults_are_named(tmp_path: Path) -> None:
    """The files that the page shows are written as they stand there, then its commands are typed."""
    page = FILES_PAGE.read_text(encoding="utf-8")
    for language in ("yaml", "csv"):
        for name, text in blocks(page, language):
            (tmp_path / name).write_text(text, encoding="utf-8")
    type_out(page, tmp_path)


@pytest.mark.parametrize("model", [Scenario, Limits, Community, Policy, Finance, Workload])
def test_every_field_of_a_scenario_is_told(model: type[Record]) -> None:
    """As the files write it, in code type."""
    page = FILES_PAGE.read_text(encoding="utf-8")
    derived = {"id", "demand_scale", "min_cluster_cards", "is_background"}
    written = [each.alias or name for name, each in model.model_fields.items() if name not in derived]
    assert [key for key in written if not re.search(rf"`[\w.]*\b{key}\b|^ *{key}:", page, re.MULTILINE)] == []


@pytest.mark.smoke
def test_the_python_of_the_readme_runs(data: Path) -> None:
    """In a process of its own, beside the data."""
    [(_, program)] = blocks(README, "python")
    done = subprocess.run([sys.executable, "-c", program], cwd=data, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("optimal ")


@pytest.mark.parametrize(
    ("marker", "last"),
    [("plan", ".venv/bin/planner solve examples/central-asia-2000p.yaml"), ("tests", ".venv/bin/pytest -n auto")],
)
def test_each_of_the_two_commands_makes_the_environment_installs_and_runs(marker: str, last: str) -> None:
    """One line each; `.ci/run` takes the second from here."""
    found = re.search(rf"<!-- {marker} -->\n```sh\n(.*)\n```", README)
    assert found
    make, install, run = found[1].split(" && ")
    assert make == "python3 -m venv .venv"
    assert install.startswith(".venv/bin/pip install -q -c constraints.txt -e ")
    assert run == last


@pytest.mark.parametrize("table", TABLE_INDEX)
def test_the_tables_of_the_readme_are_those_of_the_code(table: str) -> None:
    """Index and columns, in their order."""
    row = f"| `{table}` | {', '.join(TABLE_INDEX[table])} | {', '.join(TABLE_COLUMNS[table])} |"
    assert row in README.splitlines()


@pytest.mark.parametrize("status", Status)
def test_the_readme_tells_every_status(status: Status) -> None:
    """In the table of statuses."""
    assert re.search(rf"^\| .*`{status.value}`.* \|.*\|.*\|$", README, re.MULTILINE)


def test_the_readme_tells_the_exit_codes() -> None:
    """As the command line has them."""
    rows = dict(re.findall(r"^\| (`[a-z`, ]+`) \| .* \| ([^|]+) \|$", README, re.MULTILINE))
    assert rows["`optimal`"] == str(DONE)
    assert rows["`feasible`"].startswith(str(STOPPED))
    assert rows["`limit`"] == str(STOPPED)
    assert rows["`infeasible`"] == str(INFEASIBLE)
    assert rows["`unbounded`, `error`"] == str(WRONG)


@pytest.mark.parametrize("name", cli.commands)
def test_every_command_and_option_stands_in_the_readme(name: str) -> None:
    """In the row of the command."""
    row = next(line for line in README.splitlines() if line.startswith(f"| `planner {name}"))
    options = [word for parameter in cli.commands[name].params for word in parameter.opts if word.startswith("-")]
    assert [word for word in options if word not in re.findall(r"(?<![\w-])-{1,2}[a-z-]+", row)] == []


@pytest.mark.parametrize("formula", [*WRITTEN, *COST_TERMS.values()], ids=lambda each: each.__name__)
def test_every_family_and_term_stands_with_its_formula_and_unit(formula: Callable[..., object]) -> None:
    """A heading, the first paragraph of the docstring word by word, and a unit."""
    section = re.search(rf"^### {formula.__name__}\n(.*?)(?=^##|\Z)", PROGRAMME_PAGE, re.MULTILINE | re.DOTALL)
    assert section
    written = re.search(r"`(.+?)`", section[1], re.DOTALL)
    first = (formula.__doc__ or "").split("\n\n")[0]
    assert written
    assert written[1].split() == first.split()
    assert re.search(r"\b(PFLOPS|MW|Gbps|USD/year)\b", section[1].replace(written[0], ""))


def test_the_readme_names_every_family_and_term() -> None:
    """In the short form of the programme."""
    for family in WRITTEN:
        assert re.search(rf"^    {family.__name__} ", README, re.MULTILINE)
    assert f"cost = {' + '.join(COST_TERMS)}" in README


def test_the_picture_shows_the_plan_that_is_solved_today(tmp_path: Path) -> None:
    """Word by word what the plan's map says; where not, examples/README.md tells how to draw it again."""

    def words(file: Path) -> list[str]:
        root = ET.parse(file).getroot()  # noqa: S314 -- our own file
        return sorted(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))

    plan = planner.solve(ROOT / "examples" / "central-asia-2000p.yaml")
    (drawn,) = (file for file in planner.draw_pictures(plan, tmp_path, ["svg"]) if file.stem == "map-2030")
    assert words(ROOT / "examples" / "central-asia-2000p.svg") == words(drawn)
