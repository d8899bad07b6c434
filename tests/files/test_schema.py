"""The JSON Schemas say what the reader takes: they are true of every shipped file and false of broken ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from planner.builder.schema import spec_schema, spec_schema_text
from planner.builder.spec import Country, DemandSpec, Job, Service
from planner.errors import UsageError
from planner.files.reading.fields import fields_of
from planner.files.schema import SORTS, file_schema, schema_text
from planner.records import Record
from planner.units import KINDS, UnitError, example, parse, pattern, write

ROOT = Path(__file__).parents[2]
FOLDERS = {"topology": "topologies", "demand": "demand", "scenario": "examples", "spec": "demand/specs"}
ALL = tuple(FOLDERS)
SHIPPED = [(sort, file) for sort, folder in FOLDERS.items() for file in sorted((ROOT / folder).glob("*.yaml"))]


def read_as_editors_do(text: str) -> Any:
    """Type plain scalars as YAML 1.2 does; keys are words in JSON."""
    return worded(YAML(typ="safe", pure=True).load(text))


def worded(value: Any) -> Any:
    """Turn keys, and what JSON does not have, into words."""
    if isinstance(value, dict):
        return {str(key): worded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [worded(each) for each in value]
    return value if isinstance(value, str | int | float | bool) else str(value)


def schema_of(sort: str) -> dict[str, Any]:
    """The schema of a sort of files, specs among them."""
    return spec_schema() if sort == "spec" else file_schema(sort)


def faults(sort: str, text: str) -> list[str]:
    """Where a text is wrong by the schema of its sort."""
    found = Draft202012Validator(schema_of(sort)).iter_errors(read_as_editors_do(text))
    return sorted(error.json_path for error in found)


@pytest.mark.parametrize("sort", ALL)
def test_the_schemas_are_schemas_and_the_shipped_ones_are_those_printed(sort: str) -> None:
    Draft202012Validator.check_schema(schema_of(sort))
    text = spec_schema_text() if sort == "spec" else schema_text(sort)
    assert (ROOT / "planner/files/schemas" / f"{sort}.json").read_text(encoding="utf-8") == text


@pytest.mark.parametrize(("sort", "file"), SHIPPED, ids=lambda each: getattr(each, "name", each))
def test_shipped_files_are_right_by_their_schema_and_name_it(sort: str, file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert faults(sort, text) == []
    line = text.partition("\n")[0]
    if line.startswith("# Built by 'planner demand build'"):  # nobody edits it
        return
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)
    assert named is not None
    assert (file.parent / named[1]).resolve() == ROOT / "planner/files/schemas" / f"{sort}.json"


def records(model: type[Record]) -> set[type[Record]]:
    """All models that files of a sort hold."""
    names = file_schema(next(sort for sort, each in SORTS.items() if each is model))["$defs"]
    known = {each.__name__: each for each in everything(Record)}
    return {model, *(known[name] for name in names if name in known)}


def everything(model: type[Record]) -> set[type[Record]]:
    """A model and all that come from it."""
    return {model}.union(*(everything(each) for each in model.__subclasses__()))


@pytest.mark.parametrize("sort", SORTS)
def test_every_key_that_the_reader_takes_stands_in_the_schema_with_its_description(sort: str) -> None:
    schema = file_schema(sort)
    for model in records(SORTS[sort]):
        body = schema if model is SORTS[sort] else schema["$defs"][model.__name__]
        missing = set(fields_of(model).readers) - set(body["properties"]) - {"amount"}
        assert missing == set(), model
        undescribed = {key for key, each in body["properties"].items() if not each.get("description")}
        assert undescribed <= {
            "sources",
            "nodes",
            "sites",
            "links",
            "cables",
            "projects",
            "risks",
            "workloads",
            "demands",
        }


@pytest.mark.parametrize(
    ("sort", "text", "where"),
    [
        ("topology", "topology: t\nnodes: {a: {country: kz, lat: 1, lon: 2}}", "$.nodes.a.country"),
        ("topology", "topology: t\nnodes: {a: {country: KZ, lat: 91, lon: 2}}", "$.nodes.a.lat"),
        ("topology", "topology: t\nnodes: {a: {country: KZ, lat: 1, long: 2}}", "$.nodes.a"),
        ("topology", "topology: t\nnodes: {A: {country: KZ, lat: 1, lon: 2}}", "$.nodes"),
        ("topology", "title: nothing", "$"),
        ("topology", "topology: t\nlinks: {l: {ends: [a], kind: submarine, capacity: 1 Gbps}}", "$.links.l.ends"),
        ("topology", "topology: t\nlinks: {l: {ends: [a, b], kind: fibre, capacity: 1 Gbps}}", "$.links.l.kind"),
        ("topology", "topology: t\nlinks: {l: {ends: [a, b], kind: submarine, capacity: 1}}", "$.links.l.capacity"),
        ("demand", "demand: d\nworkloads: {w: {kind: inference, max_rtt: 80}}", "$.workloads.w.max_rtt"),
        ("demand", "demand: d\nworkloads: {w: {kind: inference, unserved: never}}", "$.workloads.w.unserved"),
        ("scenario", "scenario: s\ntopology: [t]\ndemand: [d]\nyears: [26]", "$.years"),
        ("scenario", "scenario: s\ntopology: [t]", "$"),
        ("scenario", "scenario: s\nextends: x.yaml\nhours: 5", "$.hours"),
        ("scenario", "scenario: s\nextends: x.yaml\nlimits: {site_fill: 0}", "$.limits.site_fill"),
    ],
)
def test_what_is_wrong_is_wrong_by_the_schema_too(sort: str, text: str, where: str) -> None:
    assert where in faults(sort, text)


@pytest.mark.parametrize("kind", KINDS)
def test_examples_fit_their_pattern_and_are_read(kind: Any) -> None:
    assert re.search(pattern(kind), example(kind))
    assert parse(example(kind), kind) > 0


@given(st.sampled_from(KINDS), st.floats(min_value=0, max_value=1e12), st.sampled_from(["USD", "EUR"]))
def test_what_is_written_fits_its_pattern(kind: Any, value: float, currency: str) -> None:
    assert re.search(pattern(kind), write(value, kind, currency))


@given(st.sampled_from(KINDS), st.sampled_from(KINDS))
def test_a_pattern_takes_no_quantity_of_another_kind(kind: Any, other: Any) -> None:
    try:
        parse(example(other), kind)
    except UnitError:
        assert not re.search(pattern(kind), example(other))
    else:
        assert re.search(pattern(kind), example(other))


def test_an_unknown_sort_names_the_others() -> None:
    with pytest.raises(UsageError, match="one of demand, scenario, topology"):
        file_schema("plan")


@pytest.mark.parametrize("model", [DemandSpec, Country, Service, Job], ids=lambda model: model.__name__)
def test_every_key_of_a_spec_stands_in_its_schema_with_its_description(model: type[Record]) -> None:
    schema = spec_schema()
    properties = (schema if model is DemandSpec else schema["$defs"][model.__name__])["properties"]
    fields = {info.alias or name for name, info in model.model_fields.items()} - {"id"}
    assert fields <= set(properties)
    assert [key for key, each in properties.items() if not each.get("description")] == []


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("years: [2030]\ncountries: {}\nservices: {}", "$"),
        ("demand_spec: d\nyears: [2030]\ncountries: {kz: {}}\nservices: {}", "$.countries"),
        ("demand_spec: d\nyears: [2030]\ncountries: {KZ: {adults: 1.2}}\nservices: {}", "$.countries.KZ.adults"),
        ("demand_spec: d\nyears: [2030]\ncountries: {KZ: {population: 20 M}}\nservices: {}",
         "$.countries.KZ.population"),
        ("demand_spec: d\nyears: [2030]\ncountries: {KZ: {acess: {fibre: 1}}}\nservices: {}", "$.countries.KZ"),
        ("demand_spec: d\nyears: [2030]\ncountries: {}\nservices: {c: {work: texts}}", "$.services.c.work"),
        ("demand_spec: d\nyears: [2030]\ncountries: {}\nservices: {c: {work: text, tokens: chat-token}}",
         "$.services.c.tokens"),
    ],
)  # fmt: skip
def test_a_broken_spec_breaks_its_schema(text: str, where: str) -> None:
    assert faults("spec", text) == [where]
