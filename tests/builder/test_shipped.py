"""The shipped demands are what their specs build, to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "demand" / "specs").glob("*.yaml"))


def test_every_shipped_demand_has_its_spec() -> None:
    assert [spec.stem for spec in SPECS] == sorted(file.stem for file in (ROOT / "demand").glob("*.yaml"))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
def test_a_shipped_demand_is_what_its_spec_builds(spec: Path, tmp_path: Path) -> None:
    """``planner demand build demand/specs/NAME.yaml -o demand --name NAME --force``."""
    built = planner.build_demand(planner.load_spec(spec))
    for file in planner.write_demand([built], tmp_path, name=spec.stem):
        if file.name.endswith((".yaml", ".csv")):
            assert file.read_bytes() == (ROOT / "demand" / file.name).read_bytes()


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.stem)
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
