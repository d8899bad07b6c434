"""A demand file in tables, and two side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.builder.tallies import compare_demands, sum_differences, tally_demand
from planner.demand import Demand

FILE = """
demand: small
workloads:
  chat: {kind: inference, traffic: 0.1 Gbps/PFLOPS, traffic_back: 0.2 Gbps/PFLOPS, profile: diurnal, unserved: required}
  training: {kind: training, unserved: required}
  internet: {kind: traffic, unserved: required}
demands:
  - {origin: KZ, workload: chat, compute: {2026: 10 PFLOPS, 2030: 20 PFLOPS}}
  - {origin: KG, workload: chat, compute: 5 PFLOPS}
  - {origin: KZ, workload: training, compute: 9.89 PFLOPS}
  - {origin: almaty, to: bishkek, workload: internet, rate: 7 Gbps}
"""


def read(folder: Path, text: str = FILE) -> Demand:
    (folder / "small.yaml").write_text(text, encoding="utf-8")
    return planner.load_demand(folder / "small.yaml")


def test_sums_are_told_in_cards_and_gwh(tmp_path: Path) -> None:
    """9.89 PFLOPS are ten H100 of 1.276 kW each: 12.76 kW x 8,760 h = 0.1118 GWh."""
    chat, _, training, _ = tally_demand(read(tmp_path), "workload", planner.find_chip("h100"))
    assert (chat.key, chat.year, chat.pflops) == ("chat", 2026, 15)
    assert chat.peak_pflops == pytest.approx(15 * 1.5752, rel=1e-3)
    assert (chat.up_gbps, chat.down_gbps) == pytest.approx((1.5, 3))
    assert (training.cards, training.gwh) == (10, pytest.approx(0.11178, rel=1e-3))


def test_countries_and_years_are_summed_too(tmp_path: Path) -> None:
    chip = planner.find_chip("h100")
    by_country = {(each.key, each.year): each.pflops for each in tally_demand(read(tmp_path), "country", chip)}
    assert by_country == {
        ("KZ", 2026): pytest.approx(19.89), ("KZ", 2030): pytest.approx(29.89), ("KG", 2026): 5, ("KG", 2030): 5,
    }  # fmt: skip
    assert [each.year for each in tally_demand(read(tmp_path), "year", chip)] == [2026, 2030]


def test_two_demands_stand_side_by_side(tmp_path: Path) -> None:
    first = read(tmp_path)
    second = read(
        tmp_path,
        FILE.replace("5 PFLOPS", "15 PFLOPS").replace(
            "  - {origin: KZ, workload: training, compute: 9.89 PFLOPS}\n", ""
        ),
    )
    found = {(each.origin, each.workload, each.year): each for each in compare_demands(first, second)}
    assert found["KG", "chat", 2030].ratio == 3
    gone = found["KZ", "training", 2026]
    assert (gone.first_pflops, gone.second_pflops, gone.ratio) == (9.89, None, None)
    sums = {each.workload: each for each in sum_differences(found.values(), "workload") if each.year == 2026}
    assert sums["chat"].ratio == pytest.approx(25 / 15)
    assert sums["training"].second_pflops == 0
