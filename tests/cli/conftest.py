"""The command line, run in this process or in one of its own, on small worlds."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from processes import Run
from worlds import changed, two_cities, write_world

from planner.cli.main import cli


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def two(place: Path) -> str:
    """Return the scenario of two cities, without warnings: all 20 PFLOPS go far, for 22 000 USD."""
    records = ("sites.near", "sites.far", "links.fibre")
    world = changed(two_cities(), {f"topology.{record}.confidence": "assumed" for record in records})
    return str(write_world(world, place / "two").relative_to(place))


@pytest.fixture
def impossible(place: Path) -> str:
    """Return a scenario whose 20 PFLOPS must be served within 5 ms, where only 10 stand."""
    chat = "demand.workloads.chat"
    world = changed(two_cities(), {f"{chat}.unserved": "required", f"{chat}.max_rtt": "5 ms"})
    return str(write_world(world, place / "impossible").relative_to(place))


@pytest.fixture
def planner_command(place: Path) -> Run:
    """Return the command, run in this process."""
    return lambda *arguments, **options: CliRunner().invoke(cli, [str(each) for each in arguments], **options)
