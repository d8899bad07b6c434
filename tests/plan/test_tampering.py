"""Every figure of a run that somebody changes is told, hashes written anew or not; what cannot be told is listed.

Two runs hold everything that a plan can: fees, premiums, two ways, leases, training and film left undone; and years,
hours, failures, traffic, whole steps, a project, a fixed cost, and a budget that is spent.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from small import proved, triangle
from worlds import changed, write_world

import planner
from plan.test_verify import rich_world
from planner.plan.csv_tables import FLAGS, INTEGERS, TEXTS
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.plan.verify import verify_run

Manifest = dict[str, Any]

UNTOLD_COLUMNS = {
    ("failures", "written"): "whether a failure had to be written is the history of a solve, not a fact of its plan",
    (
        "failures",
        "shaped",
    ): "without a price of its own a failure may have shaped whole decisions: only a solver can tell",
    (
        "prices",
        "price_more",
    ): "what one more unit is worth takes another solve; that it does not pass the price is told",
    ("prices", "price_less"): "what one less unit costs takes another solve; that it does not fall below it is told",
}
"""Columns of which a change may pass, and why."""
UNTOLD_KEYS = {
    "planner": "the version that wrote it", "versions": "the libraries that it stood on",
    "solver": "which solver took part", "rounds": "how many rounds it took; none at all is told",
    "paths_generated": "how many paths it tried; fewer than are in use is told",
    "times": "when it was written, and how long it took",
    "frozen_builds": "the other run is not here; a run that does not say so in its notes is told",
    "run": "another number is another format: the run is not read at all",
    "written": "reports, pictures and exports are no part of what is checked",
}  # fmt: skip
"""Keys of the manifest of which a change may pass, and why."""


def whole_world() -> dict[str, Any]:
    """Return the triangle over two years and two half days with all that is decided whole, and what may fail."""
    changes: dict[str, Any] = {
        "topology.nodes.home.timezone": "Asia/Almaty", "topology.nodes.away.timezone": "Asia/Almaty",
        "topology.nodes.mid.timezone": "Asia/Almaty", "topology.sites.far.fixed_cost": "2 kUSD/year",
        "topology.sites.far.compute": "10 PFLOPS", "topology.sites.far.watts": "1 kW/PFLOPS",
        "topology.sites.far.carbon": "500 g/kWh", "topology.sites.far.electricity": "0.02 USD/kWh",
        "topology.sites.far.expansion": [{"step": "5 PFLOPS", "max": "15 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
        "topology.sites.near.expansion": [{"max": "6 PFLOPS", "capex": "9 kUSD/PFLOPS", "opex": "5 USD/PFLOPS/year"}],
        "topology.links.high.project": "dig", "topology.projects.dig": {"capex": "30 kUSD", "opex": "10 USD/year"},
        "topology.links.fibre.capacity": "6 Gbps",
        "demand.demands.0.compute": "24 PFLOPS", "demand.workloads.chat.survives": 0.3,
        "demand.workloads.chat.profile": [0.5] * 12 + [1.5] * 12,
        "demand.workloads.internet": {"kind": "traffic", "unserved": "90 USD/Gbps/year"},
        "scenario.years": [2030, 2032], "scenario.hours": 2, "scenario.contingencies": ["link:fibre", "site:far"],
        "scenario.limits": {"capex": "50 kUSD", "site_fill": 0.9}, "topology.links.low.capacity": "3 Gbps",
    }  # fmt: skip
    world = changed(triangle(), changes)
    world["demand"]["demands"].append({"origin": "home", "to": "away", "workload": "internet", "rate": "2 Gbps"})
    return world


@pytest.fixture(scope="module", params=["rich", "whole"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run that is right."""
    folder = tmp_path_factory.mktemp(request.param)
    world = rich_world() if request.param == "rich" else whole_world()
    run = planner.write_run(planner.solve(write_world(world, folder / "world")), folder / "run", report=False)
    assert verify_run(run) == []
    return run


@pytest.fixture
def run(kept: Path, tmp_path: Path) -> Path:
    """Return a copy of a run that is right."""
    return shutil.copytree(kept, tmp_path / "run")


def faults_with_manifest(run: Path, change: Callable[[Manifest], None]) -> list[str]:
    """Change the manifest, check the run, and put it back; a run that is refused is told, too."""
    file = run / "manifest.json"
    before = file.read_text(encoding="utf-8")
    manifest = json.loads(before)
    change(manifest)
    file.write_text(json.dumps(manifest), encoding="utf-8")
    try:
        return verify_run(run)
    except planner.PlannerError as error:
        return [str(error)]
    finally:
        file.write_text(before, encoding="utf-8")


def faults_with_table(run: Path, table: str, column: str, row: int, value: str) -> list[str]:
    """Change one field of a table, write its hash anew, check the run, and put it back."""
    file = run / "tables" / f"{table}.csv"
    before = file.read_bytes()
    rows = list(csv.reader(StringIO(before.decode(), newline="")))
    rows[row + 1][rows[0].index(column)] = value
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write_bytes(text.getvalue().encode())
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    try:
        return faults_with_manifest(run, lambda manifest: manifest["tables"].update({table: digest}))
    finally:
        file.write_bytes(before)


def other_values(column: str, value: str) -> Iterator[str]:
    """Yield other values for a field: a little and much of it for figures."""
    if column in FLAGS:
        yield "false" if value == "true" else "true"
    elif column in INTEGERS:
        yield str(int(value) + 1)
    elif column in TEXTS:
        yield "other" if value else "mid"
    elif not value:
        yield "7"
    else:
        yield f"{float(value) * 1.001 + 0.1:.12g}"
        yield f"{-float(value) - 3:.12g}"


def fields(run: Path) -> Iterator[tuple[str, str, int, str]]:
    """Yield table, column, row and value of every field of a run: of tables of many rows the first and the last."""
    for table in TABLE_INDEX:
        rows = list(csv.DictReader(StringIO((run / "tables" / f"{table}.csv").read_text(encoding="utf-8"))))
        for number in sorted({0, len(rows) - 1}) if rows else ():
            for column in (*TABLE_INDEX[table], *TABLE_COLUMNS[table]):
                yield table, column, number, rows[number][column]


def test_every_field_of_every_table_is_checked(run: Path) -> None:
    """One after the other, with the hash written anew."""
    passed = [
        (table, column, value, other)
        for table, column, row, value in fields(run)
        if (table, column) not in UNTOLD_COLUMNS
        for other in other_values(column, value)
        if not faults_with_table(run, table, column, row, other)
    ]
    assert passed == []


def test_every_row_that_is_left_out_or_stands_twice_is_told(run: Path) -> None:
    """The first of every table."""
    for table in TABLE_INDEX:
        file = run / "tables" / f"{table}.csv"
        before = file.read_bytes()
        head, *rows = before.decode().splitlines(keepends=True)
        for wrong in ([head, *rows[1:]], [head, rows[0], *rows]) if rows else ():
            file.write_text("".join(wrong), encoding="utf-8")
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            said = faults_with_manifest(run, lambda m, table=table, digest=digest: m["tables"].update({table: digest}))
            assert said, (table, wrong[:3])
        file.write_bytes(before)


def figures(value: Any, *way: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield every leaf of a manifest with the way to it."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from figures(part, *way, key)
    else:
        yield way, value


def test_every_figure_and_word_of_the_manifest_is_checked(run: Path) -> None:
    """Figures by a thousandth, words by another, and all by nothing."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    passed = []
    for way, value in figures(manifest):
        if way[0] in UNTOLD_KEYS:
            continue
        others: list[Any] = [value * 1.001 + 1] if isinstance(value, int | float) else [f"{value}x"]
        for other in [*others, None] if value is not None else ["x"]:

            def change(found: Manifest, way: tuple[Any, ...] = way, other: Any = other) -> None:
                for key in way[:-1]:
                    found = found[key]
                found[way[-1]] = other

            if not faults_with_manifest(run, change):
                passed.append((way, value, other))
    assert passed == []


@pytest.mark.parametrize("status", ["feasible", "infeasible", "unbounded", "limit", "error"])
def test_a_status_that_the_plan_does_not_have_is_told(run: Path, status: str) -> None:
    """It is optimal, and proved."""
    assert faults_with_manifest(run, lambda manifest: manifest.update(status=status))


def test_lists_of_the_manifest_are_whole(run: Path) -> None:
    """Nothing is left out of inputs, stages, notes or costs, and nothing stands there besides."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    for key in ("inputs", "stages", "notes", "cost_usd"):
        for part in list(manifest[key]) if isinstance(manifest[key], dict) else range(len(manifest[key])):
            less = deepcopy(manifest[key])
            was = less[part]
            del less[part]
            if not (key == "cost_usd" and was == 0):
                said = faults_with_manifest(run, lambda found, key=key, less=less: found.update({key: less}))
                assert said, (key, part)
    for key, more in (
        ("findings", "all is lost"),
        ("notes", "The day has 7 blocks of UTC hours."),
        ("overrides", "x=1"),
    ):
        assert faults_with_manifest(run, lambda found, key=key, more=more: found[key].append(more)), key
    assert faults_with_manifest(run, lambda found: found["cost_usd"].update(bribes=5.0))


def test_an_input_that_the_manifest_does_not_list_is_told(run: Path) -> None:
    """The copy is read all the same, and would be changed without a word."""
    said = faults_with_manifest(run, lambda manifest: manifest["inputs"].pop())
    assert any("is read with the inputs, and it is not among them" in fault for fault in said)


def test_the_max_of_a_later_year_binds_what_stands_from_before() -> None:
    """100 may stand in 2030 and 10 in 2032: 20 of 2030 would be too many."""
    shrinking = [{"max": {2030: "100 PFLOPS", 2032: "10 PFLOPS"}, "capex": "1 kUSD/PFLOPS"}]
    changes = {"topology.sites.far.compute": "0 PFLOPS", "topology.sites.far.expansion": shrinking}
    solved = proved({**changes, "scenario.years": [2030, 2032]})
    builds = solved.builds.copy()
    builds.loc[(2030, "site:far", 0), "added"] = 20.0
    assert solved.tables is not None
    said = planner.verify_plan(replace(solved, tables=replace(solved.tables, builds=builds)))
    assert "2032: expansion 0 of site far: 20 stand, and 10 is the most" in said
