"""Figures with the least and the most that they plausibly are: read, converted with their value, checked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from steppe import TOPOLOGY

import planner
from planner.years import Yearly

SITE = """
topology: one
nodes: {astana: {country: KZ, lat: 51.2, lon: 71.4, timezone: Asia/Almaty}}
sites:
  hall:
    {node: astana, status: operating, precision: fp8, confidence: assumed,
     compute: {2026: {value: 400 PFLOPS, range: [200 PFLOPS, 600 PFLOPS]}, 2030: 1 EFLOPS},
     opex: {value: 4 kUSD/PFLOPS/year, range: [3 kUSD/PFLOPS/year, 9 kUSD/PFLOPS/year]},
     electricity: {price: {value: 0.05 USD/kWh, range: [0.04 USD/kWh, 0.07 USD/kWh]}, profile: diurnal},
     carbon: {seasons: {winter: {value: 300 g/kWh, range: [200 g/kWh, 400 g/kWh]}, summer: 100 g/kWh}},
     expansion: [{step: 10 PFLOPS, max: 50 PFLOPS, capex: {value: 1 MUSD/step, range: [0.5 MUSD/step, 2 MUSD/step]}}]}
"""


def test_a_range_is_in_the_units_of_its_value(tmp_path: Path) -> None:
    """FP8 counts half, prices per FP8 PFLOPS twice, a price per step a tenth, then twice: 1 MUSD / 10 x 2."""
    (tmp_path / "one.yaml").write_text(SITE, encoding="utf-8")
    site = planner.load_topology(tmp_path / "one.yaml").sites["hall"]
    assert site.compute_pflops == Yearly(((2026, 200.0), (2030, 500.0)), ranges=((2026, (100.0, 300.0)),))
    assert site.published_compute == "400 PFLOPS (2026), 1 EFLOPS (2030)"
    assert site.opex_usd_per_pflops == Yearly(((0, 8_000.0),), ranges=((0, (6_000.0, 18_000.0)),))
    assert site.electricity_usd_per_kwh == Yearly(((0, 0.05),), ranges=((0, (0.04, 0.07)),))
    assert site.carbon_g_per_kwh.in_season("winter") == Yearly(((0, 300.0),), ranges=((0, (200.0, 400.0)),))
    assert site.carbon_g_per_kwh.at(2026) == 200
    (expansion,) = site.expansion
    assert expansion.capex_usd == Yearly(((0, 200_000.0),), ranges=((0, (100_000.0, 400_000.0)),))


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("{value: 800 PFLOPS}", "holds value: write {value: ..., range: [least, most]} and no more"),
        ("{range: [1 PFLOPS, 2 PFLOPS]}", "holds range: write {value: ..., range: [least, most]} and no more"),
        ("{value: 8 P, range: [7 P, 9 P], note: x}", "holds value, range, note: write {value: ..., range:"),
        ("{value: 800 PFLOPS, range: [1 PFLOPS, 2 PFLOPS]}", "range: does not hold the value: write the least and"),
        ("{value: 800 PFLOPS, range: [900 PFLOPS, 700 PFLOPS]}", "range: does not hold the value"),
        ("{value: 800 PFLOPS, range: [700 PFLOPS]}", "range: has 1 entries: write 2"),
        ("{value: 800 PFLOPS, range: 100 PFLOPS}", "is no list: write [100 PFLOPS]"),
        ("{value: 800 PFLOPS, range: [700, 900 PFLOPS]}", "range.0: '700' has no unit"),
        ("{2026: {value: 800 GW, range: [1 P, 900 P]}}", "compute.2026.value: '800 GW'"),
        ("{2026: {valu: 800 P, range: [1 P, 900 P]}}", "compute.2026: holds valu, range"),
    ],
)
def test_a_wrong_range_says_what_would_be_right(faults_of, figure: str, words: str) -> None:
    assert any(
        words in fault for fault in faults_of(topology=TOPOLOGY.replace("compute: 800 PFLOPS", f"compute: {figure}", 1))
    )


def test_one_value_for_all_years_has_no_range(faults_of) -> None:
    """Lengths and round trips are single figures."""
    text = TOPOLOGY.replace("length: 360 km", "length: {value: 360 km, range: [300 km, 400 km]}", 1)
    assert any("length: is a map: write one value" in fault for fault in faults_of(topology=text))


def test_a_range_changes_no_plan(tmp_path: Path) -> None:
    """The programme takes the value."""
    bare = re.sub(r"\{value: ([^,]+), range: \[[^]]+\]\}", r"\1", SITE)
    assert "range" not in bare
    ask = "demand: d\nworkloads: {chat: {kind: inference, unserved: 50 kUSD/PFLOPS/year}}\n"
    ask += "demands: [{origin: KZ, workload: chat, compute: 240 P}]\n"
    (tmp_path / "ask.yaml").write_text(ask, encoding="utf-8")
    costs = []
    for name, text in (("one", SITE), ("bare", bare)):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        question = f"scenario: s\ntopology: [{name}.yaml]\ndemand: [ask.yaml]\nyears: [2026]\nobjective: cost\n"
        (tmp_path / f"s-{name}.yaml").write_text(question, encoding="utf-8")
        costs.append(planner.solve(tmp_path / f"s-{name}.yaml").objective)
    assert costs[0] == costs[1] > 0
