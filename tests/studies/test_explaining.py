"""Causes and repairs are claims: the true cause is named, and the repair, applied in the words of the files, cures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from small import triangle, unshared
from worlds import changed, two_cities, write_world

import planner
from planner.studies.explaining.amendments import Amendment, amended, as_variant
from planner.studies.explaining.restrictions import list_restrictions
from studies.broken import IMPOSSIBLE, UNSERVED, Broken

if TYPE_CHECKING:
    from planner.studies.explaining.repairs import Repair


def write(broken: Broken, folder: Path) -> Path:
    """Write a broken world and return its scenario."""
    base = triangle() if broken.triangle else two_cities()
    return write_world(unshared(changed(base, broken.changes)), folder)


def with_variant(scenario: Path, amendments: Sequence[Amendment]) -> planner.Plan:
    """Write changes into the scenario as a variant, as a reader would, and solve that."""
    world = yaml.safe_load(scenario.read_text(encoding="utf-8"))
    world["variants"] = {"cured": as_variant(amendments)}
    scenario.write_text(yaml.safe_dump(world, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return planner.solve(scenario, variant="cured")


def left(plan: planner.Plan) -> float:
    """PFLOPS and Gbps that a plan leaves."""
    return float(plan.demands["unserved_pflops"].sum() + plan.rates["unserved_gbps"].sum())


def told(repairs: Sequence[Repair]) -> str:
    """All that repairs change."""
    return "\n".join(str(each) for repair in repairs for each in repair.amendments)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_makes_a_world_impossible_is_named_with_its_line_and_every_repair_lets_a_plan_exist(
    name: str, tmp_path: Path
) -> None:
    """The cause stands in the conflict; each repair, written as a variant, gives a plan."""
    scenario = write(IMPOSSIBLE[name], tmp_path)
    inputs = planner.load_scenario(scenario)
    found = planner.diagnose(inputs)
    records = [clash.record for clash in found.conflict]
    assert [record for record in records if IMPOSSIBLE[name].cause in record], records
    assert all(clash.place.line > 0 and Path(clash.place.file).exists() for clash in found.conflict)
    assert found.least_violation
    assert found.repairs
    assert all(repair.verified for repair in found.repairs)
    for repair in found.repairs:
        assert with_variant(scenario, repair.amendments).status is planner.Status.OPTIMAL, repair.says


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_conflict_is_irreducible(name: str, tmp_path: Path) -> None:
    """With only its members in force no plan exists; with any one of them dropped as well, one does."""
    inputs = planner.load_scenario(write(IMPOSSIBLE[name], tmp_path))
    members = [each for clash in planner.diagnose(inputs).conflict for each in clash.restrictions]
    others = [each for each in list_restrictions(inputs) if each not in members]

    def status(*dropped: Any) -> planner.Status:
        changes = [change for each in (*others, *dropped) for change in each.drop]
        return planner.solve(amended(inputs, changes), sides=False, briefly=True).status

    assert status() is planner.Status.INFEASIBLE
    assert {each.record: status(each) for each in members} == {each.record: planner.Status.OPTIMAL for each in members}


@pytest.mark.parametrize("name", UNSERVED)
def test_what_leaves_work_undone_is_among_the_repairs_and_every_repair_has_it_served(name: str, tmp_path: Path) -> None:
    """What is said to serve a demand, written as a variant, serves all of it."""
    scenario = write(UNSERVED[name], tmp_path)
    plan = planner.solve(scenario)
    assert left(plan) > 0
    found = [each for each in planner.explain(plan).demands if not each.is_whole]
    for each in found:
        assert UNSERVED[name].cause in told(each.repairs), told(each.repairs)
        for repair in each.repairs:
            assert repair.verified
            cured = with_variant(scenario, repair.amendments)
            again = next(e for e in planner.explain(cured, repairs=False).demands if e.wanted == each.wanted)
            assert again.is_whole, repair.says
            assert repair.serves_pflops == pytest.approx(each.left, rel=1e-6)
