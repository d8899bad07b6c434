"""``planner share`` as users type it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from worlds import changed, two_cities, write_world

from planner.cli.group import cli


def test_a_share_is_printed_as_a_table_and_as_an_object(tmp_path: Path) -> None:
    """Both name who pays whom."""
    scenario = str(write_world(two_cities(), tmp_path))
    printed = CliRunner().invoke(cli, ["share", scenario, "--jobs", "1"], env={"COLUMNS": "80"})
    assert printed.exit_code == 0, printed.output
    assert "Together the members save 58 kUSD: 80 kUSD alone, 22 kUSD together" in printed.output.replace("\xa0", " ")
    assert max(map(len, printed.stdout.splitlines())) <= 80
    answered = CliRunner().invoke(cli, ["share", scenario, "--jobs", "1", "--json"])
    found = json.loads(answered.stdout)
    assert found["members"] == ["CN", "KZ"]
    assert [(each["members"], round(each["value_usd"])) for each in found["coalitions"]] == [
        (["CN"], 0), (["KZ"], 0), (["CN", "KZ"], 58_000),
    ]  # fmt: skip
    assert found["core"]["empty"] is False
    assert found["side_payments"] == [{"from": "KZ", "to": "CN", "usd": 49_000.0}]


def test_a_coalition_without_a_plan_ends_with_three(tmp_path: Path) -> None:
    """And is named."""
    world = changed(two_cities(), {"demand.workloads.chat.unserved": "required"})
    printed = CliRunner().invoke(cli, ["share", str(write_world(world, tmp_path)), "--jobs", "1"])
    assert printed.exit_code == 3
    assert "what is required cannot be served by KZ" in printed.output.replace("\n", " ")


def test_nobody_to_share_with_is_one_line(tmp_path: Path) -> None:
    """No member is named, and nobody asks."""
    world = changed(two_cities(), {"demand.demands": [], "scenario.community": None})
    printed = CliRunner().invoke(cli, ["share", str(write_world(world, tmp_path)), "--jobs", "1"])
    assert printed.exit_code == 2
    assert "has no members, and nobody asks for anything" in printed.output
