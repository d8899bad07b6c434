"""What the scripts of a report are given: the tables' figures, positions that fit, and nothing that ends a script."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import small

import planner
from planner.errors import InputError, UsageError
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.report.language.speech import speak
from planner.report.web.basemap import read_basemap
from planner.report.web.html import OWN, escape_json, explorer_css, safe_json, scripts
from planner.report.web.payload import make_payload
from planner.report.web.payload_tables import IN_THE_RUN_ALONE, full_tables
from planner.report.web.words import script_words

JS = Path(planner.__file__).parent / "report" / "web" / "js"


def own_scripts() -> str:
    """Return the scripts that are the planner's own."""
    return "\n".join((JS / name).read_text(encoding="utf-8") for name in OWN)


def payload(changes: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """Return the payload of the triangle, as a page holds it."""
    return dict(json.loads(safe_json(make_payload(small.plan_triangle(changes or {}, **options), speak("en")))))


def column(table: dict[str, Any], name: str) -> list[Any]:
    """Return a column of a packed table."""
    held = table["data"][table["columns"].index(name)]
    return [held["words"][i] for i in held["at"]] if isinstance(held, dict) else held


def test_tables_come_whole_with_the_digits_of_the_csv() -> None:
    """Every table that a page shows, every column, every row."""
    plan = small.plan_triangle()
    tables, left_out = full_tables(plan, speak("en"))
    assert left_out == {}
    assert set(TABLE_INDEX) - set(tables) == IN_THE_RUN_ALONE
    for name in tables:
        frame = getattr(plan.tables, name)
        flat = frame.reset_index()
        assert tables[name]["columns"] == list(flat.columns)
        assert tables[name]["rows"] == len(flat)
        for header in flat.columns:
            for packed, value in zip(column(tables[name], header), flat[header].tolist(), strict=True):
                if isinstance(value, float):
                    assert packed is None if value != value else packed == small.about(value)  # noqa: PLR0124
                else:
                    assert packed == value


def test_records_refer_to_each_other_by_position() -> None:
    """A link by its ends, a site by its node."""
    found = payload()
    nodes, links, sites = found["nodes"], found["links"], found["sites"]
    at = links["id"].index("high")
    assert {nodes["id"][links["a"][at]], nodes["id"][links["b"][at]]} == {"mid", "away"}
    assert nodes["id"][sites["node"][sites["id"].index("near")]] == "home"
    assert links["name"][at] == "mid–away"
    assert found["countries"]["KZ"] == {"name": "Kazakhstan", "number": "398"}
    assert len({len(values) for values in links.values()}) == 1


def test_names_are_those_of_the_language_and_twins_are_told_apart() -> None:
    """Two links between the same places carry their ids."""
    changes = {
        "topology.nodes.home.name": "Almaty",
        "topology.nodes.home.names": {"zh": "阿拉木图"},
        "topology.links.second": {"ends": ["away", "home"], "kind": "terrestrial", "capacity": "1 Gbps"},
        "topology.links.third": {"ends": ["away", "home"], "kind": "terrestrial", "capacity": "1 Gbps"},
    }
    found = make_payload(small.plan_triangle(changes), speak("zh"))
    names = dict(zip(found["links"]["id"], found["links"]["name"], strict=True))
    assert names["fibre"] == "阿拉木图–away"
    assert names["second"] == "away–阿拉木图 (second)"
    assert names["third"] == "away–阿拉木图 (third)"


def test_contingencies_know_what_they_take_away() -> None:
    """A risk over a link and a site."""
    found = payload(
        {
            "topology.risks.quake": {"fails": ["link:low", "site:near"], "title": "An earthquake"},
            "scenario.contingencies": ["risk:quake"],
            "demand.workloads.chat.survives": 0.5,
        }
    )
    links, sites = found["links"]["id"], found["sites"]["id"]
    quake = {
        "id": "risk:quake", "name": "An earthquake", "links": [links.index("low")], "sites": [sites.index("near")],
    }  # fmt: skip
    assert found["contingencies"] == [quake]


def test_no_number_is_null_and_a_failed_plan_has_no_tables() -> None:
    """JSON knows neither NaN nor infinity."""
    left = payload({"topology.links.fibre": None, "topology.links.low": None, "topology.sites.near": None})
    assert None in column(left["tables"]["demands"], "mean_rtt_ms")
    failed = payload({"demand.workloads.chat.unserved": "required", "demand.demands.0.compute": "900 PFLOPS"})
    assert failed["tables"] == {}
    assert failed["costs"] == {}


def test_a_table_too_long_for_a_page_leaves_failures_out_first_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest stands in the CSV."""
    changes = {"scenario.contingencies": ["links"], "demand.workloads.chat.survives": 0.9}
    plan = small.plan_triangle(changes)
    intact = int((plan.paths.index.get_level_values("contingency") == "intact").sum())
    monkeypatch.setattr("planner.report.web.payload_tables.MOST_ROWS", intact)
    tables, left_out = full_tables(plan, speak("en"))
    assert set(column(tables["paths"], "contingency")) == {"intact"}
    assert left_out["paths"] == len(plan.paths) - intact


def test_nothing_in_the_data_ends_a_script() -> None:
    """And it reads back as it was."""
    nasty = {"</script><script>alert(1)</script>": ["<!--", "\u2028\u2029", "&amp;", "quotes \"'"]}
    text = safe_json(nasty)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == nasty
    with pytest.raises(ValueError, match="not JSON compliant"):
        safe_json(float("nan"))


def test_no_script_ends_its_own_element_or_asks_a_network() -> None:
    """Ours are checked for more: no HTML from text, no addresses."""
    assert all("</script" not in text.lower() and "<!--" not in text for text in scripts())
    own = own_scripts()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bfetch\(", own)
    assert re.findall(r"https?://[^\"']+", own) == ["http://www.w3.org/2000/svg"]
    assert "url(" not in explorer_css()


def test_every_word_that_the_scripts_say_is_there() -> None:
    """Also those of every table and column."""
    words = script_words(speak("en"))
    own = own_scripts()
    said = set(re.findall(r'\bsay\("([a-z_.]+)"', own)) - {"chart.", "control."}
    assert said - set(words) == set()
    shown = set(TABLE_INDEX) - IN_THE_RUN_ALONE
    columns = {name for table in shown for name in (*TABLE_INDEX[table], *TABLE_COLUMNS[table])} - {"year"}
    assert {f"column.{name}" for name in columns} - set(words) == set()
    assert {f"table.{name}" for name in shown} | {f"table.{name}.about" for name in shown} <= set(words)


SQUARE = [[70, 40], [80, 40], [80, 50], [70, 50], [70, 40]]
"""Counterclockwise, as RFC 7946 wants outlines; d3 wants them clockwise."""


def basemap(tmp_path: Path, value: object) -> Any:
    """Return a basemap as a page gets it."""
    file = tmp_path / "land.geojson"
    file.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return json.loads(read_basemap(file))


def test_the_shipped_land_is_topojson_and_none_is_null() -> None:
    """Without what the map does not draw."""
    assert list(json.loads(read_basemap(None))["objects"])[:1] == ["countries"]
    assert read_basemap(Path("none")) == "null"


@pytest.mark.parametrize("ring", [SQUARE, SQUARE[::-1]])
def test_rings_are_wound_so_that_the_inside_is_filled(tmp_path: Path, ring: list[list[float]]) -> None:
    """Whichever way they came: the outline clockwise, the hole the other way."""
    hole = [[74, 44], [76, 44], [76, 46], [74, 46], [74, 44]]
    found = basemap(tmp_path, {"type": "Polygon", "coordinates": [ring, hole]})
    outline, inside = found["features"][0]["geometry"]["coordinates"]
    assert outline == SQUARE[::-1]
    assert inside == hole


def test_a_ring_across_180_degrees_is_the_small_one(tmp_path: Path) -> None:
    """Fiji is not the rest of the world."""
    ring = [[179, -17], [-179, -17], [-179, -16], [179, -16], [179, -17]]
    found = basemap(tmp_path, {"type": "Polygon", "coordinates": [ring]})
    assert found["features"][0]["geometry"]["coordinates"] == [ring[::-1]]


def test_properties_stay_out_and_features_without_a_shape_are_nothing(tmp_path: Path) -> None:
    """Only what is drawn goes into the page, and it cannot end a script."""
    shape = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    features = [
        {"type": "Feature", "properties": {"name": "</script>"}, "geometry": shape},
        {"type": "Feature", "properties": None, "geometry": None},
        {"type": "Feature", "geometry": {"type": "GeometryCollection", "geometries": [shape]}},
    ]
    found = basemap(tmp_path, {"type": "FeatureCollection", "features": features})
    assert [each["properties"] for each in found["features"]] == [{}, {}]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("{", r"land\.geojson:1:2: is no JSON"),
        ("[" * 100_000, "cannot be read as JSON"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 0], [1, 0], [1, 1], [NaN, 0]]]}', "is no position"),
        ({"type": "Polygon", "coordinates": [[[0, 95], [1, 0], [1, 1], [0, 95]]]}, r"\[0, 95\] lies outside"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}, "fewer than four positions"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}, "coordinates.0: is not closed"),
        ({"type": "Polygon", "coordinates": [[["0", 0], [1, 0], [1, 1], [0, 0]]]}, "coordinates.0.0: is no position"),
        ({"type": "Polygon"}, "coordinates: is no list of rings"),
        ({"type": "MultiPolygon", "coordinates": 3}, "is no list"),
        ({"type": "LineString", "coordinates": []}, "is 'LineString': write a FeatureCollection"),
        ({"type": "Topology", "objects": {}}, "is TopoJSON: write it as GeoJSON"),
        ({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": 3}]}, "features.0.geometry"),
        ({"type": "FeatureCollection"}, "features: is no list"),
        ([1], "is no GeoJSON object"),
    ],
)
def test_what_is_no_land_is_refused_with_its_place(tmp_path: Path, value: object, words: str) -> None:
    """Each fault says where it stands and what would be right."""
    with pytest.raises(InputError, match=words):
        basemap(tmp_path, value)


def test_a_missing_and_a_huge_file_are_refused(tmp_path: Path) -> None:
    """The limit is there before anything is read."""
    with pytest.raises(UsageError, match="cannot be read: "):
        read_basemap(tmp_path / "nothing")
    huge = tmp_path / "huge"
    with huge.open("wb") as file:
        file.truncate(33 * 2**20)
    with pytest.raises(UsageError, match="larger than 32 MB"):
        read_basemap(huge)


def test_escaped_json_is_the_same_json() -> None:
    """Escapes are part of strings, whatever they hold."""
    assert json.loads(escape_json('{"a": "<b>&"}')) == {"a": "<b>&"}
