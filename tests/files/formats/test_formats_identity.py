"""Import of an export is the topology itself: every field has a place in every format."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import planner
from planner.files.formats import EXPORTS
from planner.files.formats.own import flat, unflat
from planner.files.formats.records import SECTIONS, topology_record
from planner.files.formats.yaml_text import yaml_text

ROOT = Path(__file__).parents[3]
SUFFIX = {"ofds": "json", "csv": ""}
NASTY = ("NO", "007", "no", "~", "=1+1", "+7", "-x", "@a", "'quoted'", "a & b < c > d", 'say "hi"', "]]>", "{x}", "[y]",
         "阿拉木图", "Алматы", "مرسيليا", "tab\there", "line\nbreak", " padded ", "_x0041_", "12:30", "#no", "a: b",
         "\u2028", "\x85", "\\", "é", "😀", "%s", "|pipe", "null", "2026-01-01", "&amp;", "'=x", '"')  # fmt: skip

letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
names = st.one_of(st.sampled_from(NASTY), st.text(letters, min_size=1, max_size=12))
names = names.filter(str.strip)
numbers = st.one_of(st.integers(0, 10_000), st.floats(1e-6, 1e6)).map(repr)


def quantities(unit: str) -> st.SearchStrategy[Any]:
    """Return quantities with a unit, the same in all years or not."""
    one = numbers.map(lambda number: f"{number} {unit}")
    one |= numbers.map(lambda number: {"value": f"{number} {unit}", "range": [f"0 {unit}", f"{number} {unit}"]})
    return one | st.dictionaries(st.sampled_from(["2026", "2030", "2035"]), one, min_size=1)


def remarks() -> dict[str, st.SearchStrategy[Any]]:
    """Return fields that any named record may have."""
    return {
        "name": names,
        "note": names,
        "names": st.dictionaries(st.sampled_from(["zh", "ru"]), names, min_size=1),
        "confidence": st.sampled_from(["verified", "assumed"]),
        "source": st.just("press"),
    }


node = st.fixed_dictionaries(
    {
        "country": st.sampled_from(["KZ", "NO", "CN"]),
        "lat": st.floats(-90, 90).map(repr),
        "lon": st.floats(-180, 180).map(repr),
    },
    optional=remarks() | {"weight": numbers, "timezone": st.just("Asia/Almaty"), "access_rtt": quantities("ms")},
)
node = node.filter(lambda record: not isinstance(record.get("access_rtt"), dict))
carrier = {
    "committed": quantities("Gbps"),
    "transit": quantities("USD/Gbps/year"),
    "usable_by": st.just(["CN", "KZ"]),
    "duplex": st.just("half"),
    "from": st.just("2027"),
    "until": st.just("2040"),
    "project": st.just("dig"),
}
expansion = st.fixed_dictionaries(
    {"max": st.just("400 Gbps")}, optional={"step": st.just("100 Gbps"), "capex": quantities("USD/Gbps")}
)
link = st.fixed_dictionaries(
    {"kind": st.sampled_from(["terrestrial", "microwave"]), "capacity": quantities("Gbps")},
    optional=remarks()
    | carrier
    | {"length": st.just("123.4 km"), "rtt": st.just("2 ms"), "expansion": st.lists(expansion, min_size=1, max_size=2)},
)
segment = st.fixed_dictionaries({}, optional=carrier | {"length": st.just("77 km"), "capacity": quantities("Gbps")})
site = st.fixed_dictionaries(
    {"status": st.just("operating"), "compute": quantities("PFLOPS")},
    optional=remarks()
    | {
        "precision": st.sampled_from(["fp8", "fp4", "tf32"]),
        "sparse": st.just("true"),
        "opex": quantities("USD/PFLOPS/year"),
        "offers": st.just(["cuda", "fp64"]),
        "serves": st.just(["inference"]),
    },
)


@st.composite
def topologies(draw: st.DrawFn) -> dict[str, Any]:
    """Return the record of a small topology with every sort of record."""
    count = draw(st.integers(3, 5))
    places = [f"n{number}" for number in range(count)]
    pairs = [(a, b) for a in places for b in places if a != b]
    links = {}
    for number, ends in enumerate(draw(st.lists(st.sampled_from(pairs), max_size=4))):
        links[f"link-{number}"] = {"ends": list(ends), **draw(link)}
    cable: dict[str, Any] = {"route": places[:2], "branches": [[places[1], places[2]]]}
    cable |= draw(st.fixed_dictionaries({"capacity": quantities("Gbps")}, optional=remarks() | carrier))
    segments = {name: draw(segment) for name in draw(st.sets(st.sampled_from(["n0--n1", "n2--n1"])))}
    cable |= {"segments": segments} if segments else {}
    return {
        "topology": "small",
        **draw(st.fixed_dictionaries({}, optional={"title": names, "note": names})),
        "sources": {"press": {"title": draw(names), "url": "https://example.org/?a=1&b=2"}},
        "nodes": {place: draw(node) for place in places},
        "sites": {"hall": {"node": places[0], **draw(site)}},
        "links": links,
        "cables": {"sea": cable},
        "projects": {"dig": {"capex": "5 MUSD", "from": "2027"}},
        "groups": {"grid": {"sites": ["hall"], "power": {"2026": "5 MW", "2030": "9 MW"}, "title": draw(names)}},
        "risks": {"strait": {"fails": ["cable:sea", "site:hall"], "title": draw(names)}},
    }


def there_and_back(topology: planner.Topology, sort: str, folder: Path) -> planner.Imported:
    """Return what import makes of an export."""
    place = folder / f"out.{SUFFIX.get(sort, sort)}".rstrip(".")
    planner.export_topology(topology, place, sort, force=True)
    return planner.import_topology(place)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(record=topologies())
def test_every_format_gives_back_every_topology(record: dict[str, Any], tmp_path: Path) -> None:
    """Unicode, quotes, markup, formulas, years: as text in our own format first, then in all the others."""
    file = tmp_path / "small.yaml"
    file.write_text(yaml_text(record, sections=SECTIONS), encoding="utf-8")
    topology = planner.load_topology(file)
    for sort in EXPORTS:
        back = there_and_back(topology, sort, tmp_path)
        assert back.topology == topology, sort
        assert not back.guesses
        assert not back.messages


@pytest.mark.parametrize("sort", EXPORTS)
@pytest.mark.parametrize("name", ["central-asia", "2africa"])
def test_the_shipped_topologies_come_back_whole(name: str, sort: str, tmp_path: Path) -> None:
    """The same models, the same bytes when exported twice."""
    topology = planner.load_topology(ROOT / "topologies" / f"{name}.yaml")
    back = there_and_back(topology, sort, tmp_path)
    assert back.topology == topology
    assert back.format == sort
    one, two = tmp_path / f"one-{sort}", tmp_path / f"two-{sort}"
    planner.export_topology(topology, one, sort)
    planner.export_topology(back.topology, two, sort)
    files = [one, two] if one.is_file() else [*sorted(one.iterdir()), *sorted(two.iterdir())]
    half = len(files) // 2
    assert [file.read_bytes() for file in files[:half]] == [file.read_bytes() for file in files[half:]]


@given(names)
def test_flat_texts_come_back(text: str) -> None:
    """Whatever a name holds."""
    assert unflat("name", flat(text), "file") == text
    assert unflat("usable_by", flat([text]), "file") == [text]


def test_the_record_of_a_topology_is_its_file(tmp_path: Path) -> None:
    """Written as YAML and read again it is the same, cards and precisions included."""
    record = {
        "topology": "t",
        "nodes": {"a": {"country": "NO", "lat": "60.5", "lon": "5"}},
        "sites": {
            "x": {"node": "a", "status": "operating", "compute": {"2026": "100P", "2030": "2 EFLOPS"},
                  "precision": "fp8", "expansion": [{"step": "100 PFLOPS", "capex": "6 MUSD/step"}]},
            "y": {"node": "a", "status": "operating", "accelerators": {"ascend-910b": "20"}},
        },
    }  # fmt: skip
    (tmp_path / "t.yaml").write_text(yaml_text(record, ["a\nb"], sections=SECTIONS), encoding="utf-8")
    topology = planner.load_topology(tmp_path / "t.yaml")
    again = topology_record(topology)
    assert again["sites"]["x"]["compute"] == {"2026": "100P", "2030": "2 EFLOPS"}
    (tmp_path / "u.yaml").write_text(yaml_text(again, sections=SECTIONS), encoding="utf-8")
    assert planner.load_topology(tmp_path / "u.yaml") == topology
