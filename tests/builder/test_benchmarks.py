"""What is known from elsewhere: the formulas say it too, and so do the specs that are shipped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import planner
from builder.village import SPEC, read_spec
from planner.builder.benchmarks import Benchmark, check_formulas, check_spec
from planner.builder.building import Built, build_demand
from planner.builder.coefficients import load_sources
from planner.builder.countries import load_countries

SPECS = Path(__file__).parents[2] / "demand" / "specs"
FORMULAS = {each.name: each for each in check_formulas()}


@cache
def built_from(name: str) -> Built:
    return build_demand(planner.load_spec(SPECS / f"{name}.yaml"))


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("DeepSeek V3/R1, 24 hours of February 2025, mean", 1799, 1799),
        ("China, 140 T tokens a day, March 2026", 0.40e6, 1.24e6),
        ("World, 432 T tokens a day, middle of 2026", 1.23e6, 3.83e6),
        ("OpenAI, 24.6 T tokens a day, October 2025, N 100e9", 0.243e6, 0.243e6),
        ("DeepSeek-V3 on 2,048 H800", 53.6, 53.6),
        ("Llama 3 405B on 16,384 H100", 75.2, 75.2),
        ("Sherkala 8B on 45.3 B tokens", 71.9, 71.9),
        ("WanJuan-Silu, 8B on 300 B tokens", 476.2, 476.2),
    ],
)
def test_the_formulas_reproduce_what_is_known(name: str, low: float, high: float) -> None:
    found = FORMULAS[name]
    assert (found.low, found.high) == (pytest.approx(low, rel=5e-3), pytest.approx(high, rel=5e-3))
    assert found.holds


@pytest.mark.parametrize("spec", ["central-asia-2030", "2africa-2030"])
def test_the_shipped_specs_lie_within_the_bands(spec: str) -> None:
    checks = check_spec(built_from(spec))
    assert [each.name for each in checks if not each.holds] == []
    assert {each.source for each in (*checks, *FORMULAS.values())} <= set(load_sources())


def test_users_of_africa_are_those_that_are_published() -> None:
    """Within 15 %, of what is published times the undercount, up to the ceiling."""
    steps = {
        each.origin: {step.name: step.value for step in each.steps}
        for each in built_from("2africa-2030").served
        if (each.service, each.year) == ("chat", 2026)
    }
    known = {code: row.adoption for code, row in load_countries().items() if row.adoption and code in steps}
    assert len(known) == 12
    for code, published in known.items():
        expected = min(published * 1.6, 0.75, 0.95 * steps[code]["share online"])
        assert steps[code]["adoption a"] == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("spec", ["central-asia-2030", "2africa-2030"])
def test_shipped_specs_name_the_workloads_of_the_shipped_demands(spec: str) -> None:
    """So that one may stand in place of the other; what is new beside them is more."""
    shipped = planner.load_demand(SPECS.parent / f"{spec}.yaml")
    built = built_from(spec)
    assert set(shipped.workloads) <= {bundle.id for bundle in built.bundles}
    assert {row.origin for row in shipped.demands} <= {row.origin for row in built.rows}
    asked = sum(row.amount.at(2030) for row in shipped.demands)
    assert 0.3 < built.total(2030) / asked < 3


def test_a_ratio_outside_its_band_does_not_hold() -> None:
    assert Benchmark("x", "days", 9, 11, 10, (0.9, 1.1), "").holds
    assert not Benchmark("x", "days", 8, 10, 10, (0.9, 1.1), "").holds
    assert not Benchmark("x", "days", 10, 12, 10, (0.9, 1.1), "").holds


def test_a_spec_without_tokens_is_checked_by_its_machines(tmp_path: Path) -> None:
    """A million people with 1.25 PFLOPS: 0.00125 for each 1,000, against 0.55."""
    (tokens, heads, machines, users) = check_spec(build_demand(read_spec(tmp_path)))
    assert machines.ratios[0] == pytest.approx(0.00125 / 0.55)
    assert tokens.low == heads.low == pytest.approx(2250)
    assert (users.low, users.holds) == (pytest.approx(0.25), False)  # 25 % where 15.9 % are published
    text = SPEC.replace("work: text", "work: voice, minutes: 3 min/day")
    assert len(check_spec(build_demand(read_spec(tmp_path, text)))) == 2
