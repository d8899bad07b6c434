"""Exports, read back with the programs they are for: pandas, openpyxl, pyarrow, shapely and networkx."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pandas as pd
import pytest
from pyarrow import parquet
from shapely.geometry import shape
from small import load, triangle
from worlds import changed, two_cities

import planner
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.plan.runs import Run, write_run
from planner.report.exports.about import unit_of
from planner.report.exports.export import FORMATS
from planner.report.exports.geojson import line_between

PACIFIC = {
    "topology.nodes.home.lon": 170.0, "topology.nodes.away.lon": -170.0, "topology.nodes.away.lat": 45.0,
    "topology.nodes.home.lat": 43.0,
}  # fmt: skip
YEARS = {"scenario.years": [2030, 2035]}
NAMES = {"topology.sites.far.name": "=cmd|'/C calc'!A0", "scenario.title": "@SUM(1) <b>中亚</b>"}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a run over two years, across the antimeridian, with names that bite and two links side by side."""
    second = {**two_cities()["topology"]["links"]["fibre"], "capacity": "10 Gbps"}
    world = changed(two_cities(), {**PACIFIC, **YEARS, **NAMES, "topology.links.second": second})
    folder = write_run(planner.solve(load(base=world)), tmp_path_factory.mktemp("runs") / "run")
    return planner.read_run(folder)


def features(run: Run, name: str) -> dict[str, dict[str, Any]]:
    """Export as GeoJSON and read a collection, by feature."""
    folder = run.folder.parent / "maps"
    planner.export_run(run, ["geojson"], folder)
    collection = json.loads((folder / "geojson" / f"{name}.geojson").read_text(encoding="utf-8"))
    assert collection["type"] == "FeatureCollection"
    assert "crs" not in collection
    return {each["id"]: each for each in collection["features"]}


def test_every_format_is_written_into_the_run_by_default(run: Run) -> None:
    """The run stays a run, which verifies and can be written over."""
    files = planner.export_run(run, FORMATS)
    assert all(file.is_file() for file in files)
    tables = [f"csv/{name}.csv" for name in ("about", *TABLE_INDEX)] + [
        f"parquet/{name}.parquet" for name in TABLE_INDEX
    ]
    maps = [f"geojson/{name}.geojson" for name in ("nodes", "sites", "links", "flows")]
    assert [file.relative_to(run.folder / "exports").as_posix() for file in files] == [
        *tables, "plan.xlsx", *maps, "plan.graphml",
    ]  # fmt: skip
    assert planner.verify_run(run.folder) == []
    planner.check_folder(run.folder, force=True)


def test_exports_of_the_same_run_have_the_same_bytes(run: Run, tmp_path: Path) -> None:
    """Also when the run is read again, and over an earlier export."""
    first = [file.read_bytes() for file in planner.export_run(run, FORMATS, tmp_path / "a")]
    again = planner.export_run(planner.read_run(run.folder), FORMATS, tmp_path / "a")
    assert [file.read_bytes() for file in again] == first
    assert not list(tmp_path.rglob("*.part"))


def test_csv_holds_the_tables(run: Run, tmp_path: Path) -> None:
    """And a table about the plan, in which a title is no formula."""
    planner.export_run(run, ["csv"], tmp_path)
    sites = pd.read_csv(tmp_path / "csv" / "sites.csv", index_col=["year", "site"])
    pd.testing.assert_frame_equal(sites, run.plan.sites, check_dtype=False, rtol=1e-11)
    about = pd.read_csv(tmp_path / "csv" / "about.csv").groupby("what")["value"].first()
    assert about["title"] == "'@SUM(1) <b>中亚</b>"
    assert about["status"] == "optimal"


@pytest.mark.parametrize("name", TABLE_INDEX)
def test_parquet_gives_the_table_back(run: Run, tmp_path: Path, name: str) -> None:
    """With its index, its types, and the units of its columns."""
    planner.export_run(run, ["parquet"], tmp_path)
    file = tmp_path / "parquet" / f"{name}.parquet"
    frame = pd.read_parquet(file)
    pd.testing.assert_frame_equal(frame, getattr(run.plan, name), check_dtype=False, check_index_type=False)
    schema = parquet.read_schema(file)
    assert schema.names == [*TABLE_INDEX[name], *TABLE_COLUMNS[name]]
    for column in schema:
        assert str(column.type) in ("int64", "string", "bool", "double")
        assert (column.metadata or {}).get(b"unit", b"").decode() == (
            unit_of(column.name) or "" if column.type == "double" else ""
        )
    assert json.loads(schema.metadata[b"planner"])["scenario"] == "two-cities"


def test_every_figure_has_a_unit_unless_its_row_says_it() -> None:
    """A new column whose unit is not in its name is noticed."""
    texts = {"links", "demand", "country", "cable", "reason", "unit", "member", "written", "shaped"}
    columns = {column for columns in TABLE_COLUMNS.values() for column in columns} - texts
    assert {column for column in columns if unit_of(column) is None} == {
        "added",
        "price",
        "price_more",
        "price_less",
        "dual_usd",
    }


def test_the_workbook_says_what_it_is_and_holds_every_table(run: Run, tmp_path: Path) -> None:
    """First a sheet about the plan: status, objective, gap, versions, hashes, units."""
    (file,) = planner.export_run(run, ["xlsx"], tmp_path / "mine.xlsx")
    assert file == tmp_path / "mine.xlsx"
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["about", *TABLE_INDEX]
    about = dict(book["about"].iter_rows(min_row=2, values_only=True))
    assert (about["status"], about["objective"], about["scenario"]) == ("optimal", "cost", "two-cities")
    assert about["value of the objective"] == pytest.approx(run.plan.objective)
    assert about["sha256 of demand.yaml"] == run.manifest["inputs"][-1]["sha256"]
    assert {"gap", "version of planner", "units"} <= set(about)
    assert book["sites"].max_row == 1 + len(run.plan.sites)
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_maps_have_longitude_first_and_figures_by_year(run: Run) -> None:
    """Home lies at 43 north, 170 east."""
    assert features(run, "nodes")["home"]["geometry"] == {"type": "Point", "coordinates": [170.0, 43.0]}
    far = features(run, "sites")["far"]
    assert far["geometry"]["coordinates"] == [-170.0, 45.0]
    assert far["properties"]["name"] == "=cmd|'/C calc'!A0"
    assert far["properties"]["used_pflops_2035"] == run.plan.sites.loc[(2035, "far"), "used_pflops"]


def test_links_over_the_antimeridian_are_cut(run: Run) -> None:
    """From 170 east to 170 west is 20 degrees, not 340."""
    links = features(run, "links")
    assert set(links) == {"fibre", "second"}
    line = shape(links["fibre"]["geometry"])
    assert line.geom_type == "MultiLineString"
    assert [list(part.coords) for part in line.geoms] == [[(170, 43), (180, 44)], [(-180, 44), (-170, 45)]]
    assert line.length == pytest.approx(2 * (10**2 + 1) ** 0.5)
    assert links["fibre"]["properties"]["capacity_gbps_2030"] == 100


def test_flows_lead_from_origin_to_site(run: Run) -> None:
    """All 20 PFLOPS go far."""
    (flow,) = features(run, "flows").values()
    assert (flow["properties"]["origin"], flow["properties"]["site"]) == ("home", "far")
    assert flow["properties"]["pflops_2030"] == pytest.approx(20)
    assert flow["properties"]["rtt_ms_2035"] == pytest.approx(10)
    assert flow["geometry"]["type"] == "MultiLineString"


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        ((10, 0), (20, 10), [[(10, 0), (20, 10)]]),
        ((-170, 0), (170, 10), [[(-170, 0), (-180, 5)], [(180, 5), (170, 10)]]),
        ((180, 3), (-170, 4), [[(-180, 3), (-170, 4)]]),
        ((170, 3), (-180, 4), [[(170, 3), (180, 4)]]),
        ((-180, 3), (180, 4), [[(180, 3), (180, 4)]]),
        ((0, 0), (180, 0), [[(0, 0), (180, 0)]]),
    ],
)
def test_lines_take_the_shorter_way(
    start: tuple[float, float], end: tuple[float, float], parts: list[list[tuple[float, float]]]
) -> None:
    """Ends on the antimeridian itself leave no piece of no length."""
    line = shape(line_between(start, end))
    assert [list(part.coords) for part in getattr(line, "geoms", [line])] == parts


def test_a_graph_holds_nodes_and_parallel_links_with_typed_figures(run: Run, tmp_path: Path) -> None:
    """What is missing is left out."""
    (file,) = planner.export_run(run, ["graphml"], tmp_path / "net.graphml")
    graph = nx.read_graphml(file, force_multigraph=True)
    assert set(graph.nodes) == {"home", "away"}
    assert {key for *_, key in graph.edges(keys=True)} == {"fibre", "second"}
    away = graph.nodes["away"]
    assert (away["country"], away["lat"], away["lon"], away["sites"]) == ("CN", 45.0, -170.0, "far")
    assert away["used_pflops_2030"] == pytest.approx(20)
    edge = graph.edges["home", "away", "fibre"]
    assert (edge["kind"], edge["rtt_ms"], edge["capacity_gbps_2030"]) == ("terrestrial", 10.0, 100.0)
    assert "cable" not in edge
    assert all(value is not None for _, data in graph.nodes(data=True) for value in data.values())


def test_figures_of_sites_at_one_node_add_up_in_a_graph(tmp_path: Path) -> None:
    """Far and its neighbour take the cheap work in order of price: 6 PFLOPS beside 14."""
    beside = {"node": "away", "status": "operating", "compute": "6 PFLOPS", "opex": "900 USD/PFLOPS/year"}
    plan = planner.solve(load({"topology.sites.beside": beside}))
    run = planner.read_run(write_run(plan, tmp_path / "run"))
    (file,) = planner.export_run(run, ["graphml"], tmp_path / "net.graphml")
    away = nx.read_graphml(file, force_multigraph=True).nodes["away"]
    assert (away["sites"], away["installed_pflops_2030"]) == ("beside;far", 106)
    assert away["used_pflops_2030"] == pytest.approx(20)
    assert away["cost_usd_2030"] == pytest.approx(6 * 900 + 14 * 1000)


def test_the_unit_of_a_column_is_the_one_that_its_name_ends_with() -> None:
    """USD/PFLOPS/year belongs to price_usd_per_pflops; a ratio has none to end with."""
    units = {column: unit_of(column) for columns in TABLE_COLUMNS.values() for column in columns}
    ends = {name: unit.removesuffix("/year").replace("/", "_per_").lower() for name, unit in units.items() if unit}
    assert {name for name, end in ends.items() if not name.endswith(end)} == {"utilisation"}


def test_flows_are_means_over_the_hours_of_the_intact_day(tmp_path: Path) -> None:
    """Two blocks with 20 PFLOPS each are 20 PFLOPS, and what fails does not count."""
    plan = planner.solve(load({"scenario.hours": 2, "scenario.contingencies": ["link:low"]}, base=triangle()))
    run = planner.read_run(write_run(plan, tmp_path / "run"))
    flows = features(run, "flows").values()
    assert sum(flow["properties"]["pflops_2030"] for flow in flows) == pytest.approx(20)


def test_parquet_without_its_library_says_how_to_have_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, and nothing is written of what could be."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(planner.UsageError, match=r"pip install -e '\.\[parquet\]'") as caught:
        planner.export_run(run, ["csv", "parquet"], tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_run_without_a_plan_is_refused(run: Run, tmp_path: Path) -> None:
    """And nothing is written."""
    with pytest.raises(planner.UsageError, match="holds no plan to export"):
        planner.export_run(replace(run, tables=None), ["csv"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("formats", "place", "message"),
    [
        (["excel"], "out", "no export is called 'excel'"),
        ([], "out", "an export needs a format: csv, parquet"),
        (["csv"], "out.xlsx", "ends with .xlsx, and what is to be exported is csv"),
        (["xlsx", "csv"], "out.xlsx", "give a folder"),
        (["csv"], "out.csv", "give a folder"),
        (["xlsx"], "taken", "taken is a file"),
    ],
)
def test_wrong_orders_are_refused(run: Run, tmp_path: Path, formats: list[str], place: str, message: str) -> None:
    """Before anything is written."""
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    with pytest.raises(planner.UsageError, match=message):
        planner.export_run(run, formats, tmp_path / place)
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def test_a_name_that_xml_cannot_hold_is_told(tmp_path: Path) -> None:
    """Rather than a file that nothing can read."""
    plan = planner.solve(load())
    node = plan.inputs.topology.nodes["home"].model_copy(update={"name": "bell\x07"})
    topology = plan.inputs.topology.model_copy(update={"nodes": {**plan.inputs.topology.nodes, "home": node}})
    run = planner.read_run(write_run(plan, tmp_path / "run"))
    rung = replace(run, inputs=replace(run.inputs, topology=topology))
    with pytest.raises(planner.UsageError, match=r"node home: its name holds the character U\+0007"):
        planner.export_run(rung, ["graphml"])
