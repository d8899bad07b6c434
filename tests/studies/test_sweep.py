"""Studies of many plans: members, tables and what is told before anything starts."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from worlds import changed, two_cities, write_world

import planner
from planner import Sweep, Watch
from planner.studies.sweep.members import list_members
from planner.studies.sweep.spec import load_study

PRICES = """
set:
  sites.near.opex: [3000 USD/PFLOPS/year, 1000 USD/PFLOPS/year]
  sites.far.compute: {from: 0 PFLOPS, to: 20 PFLOPS, steps: 2}
"""


def study(folder: Path, text: str, name: str = "study.yaml") -> Path:
    """Write the two cities and a study of them."""
    variants = {"dear": {"title": "Leaving work is dear", "set": {"workloads.chat.unserved": "9 kUSD/PFLOPS/year"}}}
    write_world(changed(two_cities(), {"scenario.variants": variants}), folder)
    path = folder / name
    path.write_text(f"study: cities\nscenario: scenario.yaml\n{text}", encoding="utf-8")
    return path


def rows(found: Sweep) -> list[dict[str, str]]:
    """The table, row by row."""
    with found.table.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_combination_is_a_member_with_its_figures(tmp_path: Path) -> None:
    """20 PFLOPS are asked; without far, 10 run at home and 10 are left; with 20 of far, all go where it is cheaper.

    Near at 3000: 10 · 3000 = 30 000, and 20 · 1100 = 22 000. At 1000: 10 000, and 10 · 1000 + 10 · 1100 = 21 000.
    """
    found = planner.sweep(study(tmp_path, PRICES), folder=tmp_path / "out")
    assert [row["sites.far.compute"] for row in rows(found)] == ["0 PFLOPS", "20 PFLOPS"] * 2
    assert [float(row["cost_usd"]) for row in rows(found)] == pytest.approx([30_000, 22_000, 10_000, 21_000])
    assert [float(row["unserved_pflops"]) for row in rows(found)] == pytest.approx([10, 0, 10, 0])
    assert (len(found.members), len(found.answers), found.missing) == (4, 4, 0)


def test_tables_are_the_same_bytes_for_any_number_of_processes(tmp_path: Path) -> None:
    """One and two."""
    path = study(tmp_path, PRICES)
    one, two = (planner.sweep(path, folder=tmp_path / f"jobs{jobs}", jobs=jobs) for jobs in (1, 2))
    for name in ("table.csv", "builds.csv"):
        assert (one.table.parent / name).read_bytes() == (two.table.parent / name).read_bytes()


def test_what_is_interrupted_goes_on_and_what_grows_solves_only_what_is_new(tmp_path: Path) -> None:
    """Stopped after two of four, then all; then one more value."""
    path, watch, told = study(tmp_path, PRICES), Watch(), list[str]()

    def stop(line: str) -> None:
        watch.interrupted = line.startswith("2 of 4")

    first = planner.sweep(path, folder=tmp_path / "out", watch=watch, tell=stop)
    assert (len(first.answers), first.missing) == (2, 2)
    assert [row["status"] for row in rows(first)] == ["optimal", "optimal", "missing", "missing"]
    again = planner.sweep(path, folder=tmp_path / "out", tell=told.append)
    assert len(told) == 2
    assert again.missing == 0
    fresh = planner.sweep(path, folder=tmp_path / "fresh")
    assert again.table.read_bytes() == fresh.table.read_bytes()
    more = study(tmp_path, PRICES.replace("steps: 2", "steps: 3"))
    told.clear()
    planner.sweep(more, folder=tmp_path / "out", tell=told.append)
    assert [line.partition(": ")[2] for line in told] == [
        f"variant base, sites.near.opex {price} USD/PFLOPS/year, sites.far.compute 10 PFLOPS" for price in (3000, 1000)
    ]


def test_a_member_that_fails_is_told_and_stops_no_other(tmp_path: Path) -> None:
    """An idle share of 0.5 is right by itself, and so is a load of 0.4; not both."""
    text = "set:\n  sites.far.idle: [0, 0.5]\n  sites.far.load: [1, 0.4]\n"
    found = planner.sweep(study(tmp_path, text), folder=tmp_path / "out")
    assert list(found.faults) == [4]
    assert "0.5 is above load (0.4)" in found.faults[4]
    assert [row["status"] for row in rows(found)] == ["optimal", "optimal", "optimal", "failed"]


def test_an_infeasible_member_is_an_answer(tmp_path: Path) -> None:
    """It has no plan, and that is proved."""
    text = "set:\n  workloads.chat.unserved: [required, 1 kUSD/PFLOPS/year]\n  sites.far.compute: [0 PFLOPS]\n"
    found = planner.sweep(study(tmp_path, text), folder=tmp_path / "out")
    assert [row["status"] for row in rows(found)] == ["infeasible", "optimal"]
    assert planner.summarise_sweep(found)["infeasible"] == 1


def test_variants_years_and_futures_are_dimensions(tmp_path: Path) -> None:
    """2 x 2 x 2; a future sets several things together."""
    text = """
variants: [base, dear]
years: [2030, [2030, 2035]]
futures:
  low: {demand.scale: 0.5}
  high: {demand.scale: 2, sites.far.opex: 500 USD/PFLOPS/year}
"""
    members = list_members(load_study(study(tmp_path, text)))
    assert len(members) == 8
    assert members[0].labels == (("variant", "base"), ("years", "[2030]"), ("futures", "low"))
    assert members[3].overrides == (
        "years=[2030, 2035]", "demand.scale=2", "sites.far.opex=500 USD/PFLOPS/year",
    )  # fmt: skip
    assert members[7].variant == "dear"


@pytest.mark.parametrize("method", ["latin", "sobol", "random"])
def test_draws_lie_in_their_ranges_and_come_again(tmp_path: Path, method: str) -> None:
    """Eight draws of two figures; Latin ones have one in each eighth of every range."""
    text = f"""
ranges:
  demand.scale: {{low: 1, high: 2}}
  sites.far.opex: {{low: 1000 USD/PFLOPS/year, high: 3000 USD/PFLOPS/year}}
sample: {{method: {method}, members: 8, seed: 4}}
"""
    path = study(tmp_path, text)
    members = list_members(load_study(path))
    assert members == list_members(load_study(path))
    scales = [float(dict(each.labels)["demand.scale"]) for each in members]
    assert len(set(scales)) == 8
    assert all(1 <= scale <= 2 for scale in scales)
    if method == "latin":
        assert sorted(int(8 * (scale - 1)) for scale in scales) == list(range(8))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "set:\n  sites.fra.compute: [1 PFLOPS]\n",
            r"study.yaml:4:22: sites.fra.compute: 1 PFLOPS: .*did you mean 'far'",
        ),
        (
            "set:\n  sites.far.compute: [1 Gbps]\n",
            "yaml:4:22: sites.far.compute: 1 Gbps: .*an amount of compute",
        ),
        ("set:\n  demand.scale: 2\n", "'2' is no dimension: write a list, or {from: 1 PFLOPS"),
        ("set:\n  demand.scale: {from: 1, to: 2, steps: 1}\n", "steps: is no whole number that fits: write one from 2"),
        ("set:\n  demand.scale: {from: 1, to: 2 GW, steps: 3}\n", "'' and 'GW' differ: write both ends in one unit"),
        ("ranges:\n  demand.scale: {low: 1, high: 2}\n", "ranges and sample need each other"),
        (
            "ranges:\n  demand.scale: {low: 1, high: 2}\nsample: {method: dart, members: 3}\n",
            "'dart' is no way to draw",
        ),
        ("dimensions: {}\n", "there is no key 'dimensions' in a study"),
        ("variants: base\n", "'base' is no list of names"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_before_anything_starts(tmp_path: Path, text: str, words: str) -> None:
    """One line each, and no folder."""
    with pytest.raises(planner.InputError, match=words):
        planner.sweep(study(tmp_path, text), folder=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_more_members_than_would_end_are_refused(tmp_path: Path) -> None:
    """10^9 of them."""
    text = "set:\n" + "".join(f"  x{n}: {{from: 0, to: 1, steps: 1000}}\n" for n in range(3))
    with pytest.raises(planner.UsageError, match="1,000,000,000 members would not end: take no more than 100,000"):
        planner.sweep(study(tmp_path, text), folder=tmp_path / "out")


def test_a_variant_that_is_none_is_told(tmp_path: Path) -> None:
    """With those there are."""
    with pytest.raises(planner.UsageError, match="no variant 'dar'"):
        planner.sweep(study(tmp_path, "variants: [dar]\n"), folder=tmp_path / "out")
