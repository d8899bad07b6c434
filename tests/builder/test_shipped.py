"""The shipped demands are what their specs build, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "demand" / "specs").glob("*.yaml"))


def files_of(spec: Path) -> tuple[Path, Path]:
    """The demand file that is built from a spec, under its own name or that of its base future, and its table."""
    name = spec.stem if (ROOT / "demand" / f"{spec.stem}.yaml").exists() else f"{spec.stem}-base"
    return ROOT / "demand" / f"{name}.yaml", ROOT / "demand" / f"{name}.csv"


def test_every_shipped_demand_has_its_spec() -> None:
    built = {file for spec in SPECS for file in files_of(spec)}
    assert built >= {file for file in (ROOT / "demand").glob("*.*") if "Built by 'planner" in file.read_text("utf-8")}


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_a_shipped_demand_is_what_its_spec_builds(spec: Path, tmp_path: Path) -> None:
    """``planner demand build demand/specs/NAME.yaml -o demand --name NAME --force``."""
    built = planner.build_demand(planner.load_spec(spec))
    shipped = files_of(spec)
    planner.write_demand([built], tmp_path, name=shipped[0].stem)
    for file in shipped:
        assert (tmp_path / file.name).read_bytes() == file.read_bytes()


OPEN = [spec for spec in SPECS if spec.stem in ("central-asia-2030", "2africa-2030")]


@pytest.mark.parametrize("spec", OPEN, ids=lambda spec: spec.stem)
def test_shipped_demands_are_means_with_a_rhythm_and_leave_the_regional_share_to_the_plan(spec: Path) -> None:
    """What people do by day has the profile of a day; what nobody serves costs twice what renting does in its year."""
    built = planner.build_demand(planner.load_spec(spec))
    assert all(each.share == built.spec.countries[each.origin].scope for each in built.served if each.pflops)
    demand = planner.load_demand(ROOT / "demand" / f"{spec.stem}.yaml")
    for name in ("chat", "voice"):
        profile = demand.workloads[name].profile
        assert profile is not None
        assert sum(profile) / 24 == pytest.approx(1)
        assert max(profile) > 1.5
    prices = demand.workloads["chat"].unserved_usd
    assert prices is not None
    assert [(year, price) for year, price in prices.points] == [
        (2026, 41_600), (2028, 26_000), (2030, 16_000), (2035, 10_000)
    ]  # fmt: skip
