"""The worth of a rule or limit is the difference of two plans, whatever the number of processes."""

from __future__ import annotations

from math import isnan
from pathlib import Path

import pytest
import yaml
from small import unshared
from worlds import changed, two_cities, write_world

import planner
from studies.broken import CHEAP, FAR, HOME_RULE, NEAR, QUICK


def write(changes: dict[str, object], folder: Path) -> Path:
    """Write two cities with changes."""
    return write_world(unshared(changed(two_cities(), changes)), folder)


def worth_of(scenario: Path, what: str, change: str) -> planner.Worth:
    """Return the worth of one change."""
    found = planner.worth(planner.solve(scenario))
    return next(each for each in found if (each.what, each.change) == (what, change))


def test_a_rule_costs_what_serving_elsewhere_would_save(tmp_path: Path) -> None:
    """Home: 10 at 3000 and 10 left at 5000 are 80 000 USD; far: 20 at 1100 are 22 000. 10 PFLOPS more are served."""
    found = worth_of(write(HOME_RULE, tmp_path), "rule:soil", "removed")
    assert found.usd_per_year == pytest.approx(58_000)
    assert found.exact
    assert found.serves == pytest.approx({"KZ": 10.0})


def test_a_pflops_more_or_less_where_a_site_is_full(tmp_path: Path) -> None:
    """One more is served for 3000 in place of 5000; one less the other way round."""
    scenario = write(HOME_RULE, tmp_path)
    assert worth_of(scenario, "sites.near.compute", "+1").usd_per_year == pytest.approx(2_000)
    assert worth_of(scenario, "sites.near.compute", "-1").usd_per_year == pytest.approx(-2_000)


def test_a_millisecond_more_is_worth_nothing_until_it_reaches_a_site(tmp_path: Path) -> None:
    """Far is at 10 ms: of a limit of 9.5 ms one more saves 58 000 USD, of 5 ms nothing."""
    near = worth_of(write({"demand.workloads.chat.max_rtt": "9.5 ms"}, tmp_path / "a"), "workloads.chat.max_rtt", "+1")
    away = worth_of(write(QUICK, tmp_path / "b"), "workloads.chat.max_rtt", "+1")
    assert (near.usd_per_year, away.usd_per_year) == pytest.approx((58_000, 0))


def test_whole_decisions_make_steps_and_no_plan_is_told(tmp_path: Path) -> None:
    """All 20 are served at far: a second site is worth nothing, and with no site a floor has no plan."""
    scenario = write({"scenario.limits.sites": 1, "scenario.policy.floor.served_share": 0.5}, tmp_path)
    gone, more = (worth_of(scenario, "limits.sites", change) for change in ("-1", "+1"))
    assert (isnan(gone.usd_per_year), gone.exact) == (True, True)
    assert more.usd_per_year == pytest.approx(0)


def test_worths_equal_solving_the_variant_and_do_not_depend_on_processes(tmp_path: Path) -> None:
    """A budget, a failure, a rule: each is what planner.solve gives for the same change."""
    changes = {
        "scenario.policy": {"residency": [{"id": "soil", "origin": ["KZ"], "hosts": "home"}]},
        f"{NEAR}.expansion": CHEAP, "scenario.limits.capex": "6 kUSD", f"{FAR}.fixed_cost": "1 kUSD/year",
        "demand.workloads.chat.survives": 0.5, "scenario.contingencies": ["site:near"],
    }  # fmt: skip
    scenario = write(changes, tmp_path)
    base = planner.solve(scenario)
    found = planner.worth(base)
    world = yaml.safe_load(scenario.read_text(encoding="utf-8"))
    world["variants"] = {
        "rule": {"remove": ["rule:soil"]}, "budget": {"set": {"limits.capex": "1006 kUSD"}},
        "failure": {"set": {"contingencies": "none"}},
    }  # fmt: skip
    scenario.write_text(yaml.safe_dump(world, sort_keys=False), encoding="utf-8")
    asked = {"rule": ("rule:soil", "removed"), "budget": ("limits.capex", "+1"), "failure": ("site:near", "removed")}
    for variant, (what, change) in asked.items():
        other = planner.solve(scenario, variant=variant)
        before, after = (plan.total_cost_usd + plan.unserved_penalty_usd for plan in (base, other))
        saved = before - after
        each = next(e for e in found if (e.what, e.change) == (what, change))
        assert each.usd_per_year == pytest.approx(saved, rel=1e-6, abs=1e-2)
    assert planner.worth(base, effort=planner.Effort(jobs=2)) == found
