"""The format of the files as JSON Schema, for editors: made from the models, so that it says what the reader takes.

A schema speaks of single values and of which keys stand where. What joins several places (a link names two nodes that
exist, a pue is 1 or more in every year) only the planner can tell: ``planner topology validate``, ``planner solve``.
"""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types

from planner.demand import Demand, DemandRow, Workload
from planner.errors import UsageError, did_you_mean
from planner.files.reading.fields import flatten
from planner.profiles import PROFILES
from planner.records import BySeason, Derived, Quantity, Range, Record, Word
from planner.scenario import CONTINGENCY_GROUPS, HOURS, Scenario, Variant
from planner.topology import LISTED, Site, Topology
from planner.units import Kind, example, pattern
from planner.years import Yearly

Schema = dict[str, Any]
SORTS: dict[str, type[Record]] = {"topology": Topology, "demand": Demand, "scenario": Scenario}
"""The three sorts of files."""
DIALECT = "https://json-schema.org/draft/2020-12/schema"
YEAR_KEY = "^(19|20|21)[0-9]{2}$|^2200$"
IDENTIFIER = "^(?=.*[a-z])[a-z0-9]([a-z0-9_-]*[a-z0-9])?$"
SCALAR = ["string", "number", "boolean"]
"""Editors type plain scalars as YAML does; the reader goes by the field, so that any may stand where text is asked."""

_WORDS: dict[str, Schema] = {
    "identifier": {"type": "string", "pattern": IDENTIFIER},
    "country": {"type": "string", "pattern": "^[A-Z]{2}$", "examples": ["KZ"]},
    "timezone": {"type": "string", "examples": ["Asia/Almaty"]},
    "year": {"type": "integer", "minimum": 1900, "maximum": 2200},
    "day": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}(-[0-9]{2})?$", "examples": ["2027-03", "2027-03-15"]},
    "hours": {"enum": list(HOURS)},
    "years": {
        "anyOf": [
            {"$ref": "#/$defs/Years"},
            {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/Years"}},
        ],
        "examples": [[2026, 2030], "2026-2035"],
    },
    "profile": {
        "anyOf": [
            {"enum": list(PROFILES)},
            {"type": "array", "minItems": 24, "maxItems": 24, "items": {"type": "number", "minimum": 0}},
        ]
    },
    "weights": {
        "anyOf": [
            {"type": "array", "items": {"type": "string"}},
            {"type": "object", "additionalProperties": {"type": "number", "exclusiveMinimum": 0}},
        ]
    },
    "owner": {
        "anyOf": [
            {"type": "string", "pattern": "^[A-Z]{2}$"},
            {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": "^[A-Z]{2}$"},
                "additionalProperties": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
            },
        ],
        "examples": ["KZ", {"CN": 0.6, "KZ": 0.4}],
    },
    "contingencies": {
        "anyOf": [{"enum": ["none", *CONTINGENCY_GROUPS]}, {"type": "array", "items": {"type": "string"}}]
    },
}
YEARS: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 1900, "maximum": 2200},
        {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{4})?$"},
    ]
}
_REQUIRED_ELSEWHERE = {"Site": {"compute"}, "Link": {"length", "rtt"}, "Scenario": {"topology", "demand", "years"}}
"""Keys that the models need and files may leave out: the reader works them out, or takes them from elsewhere."""


def schema_text(sort: str) -> str:
    """Return the schema of a sort of files as JSON."""
    return json_text(file_schema(sort))


def json_text(schema: Schema) -> str:
    """Return a schema as it is shipped and printed."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def file_schema(sort: str) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a sort of files: topology, demand or scenario.

    Raises
    ------
    UsageError
        where there is no such sort
    """
    if sort not in SORTS:
        raise UsageError(f"there is no schema '{sort}': {did_you_mean(sort, SORTS)}")
    model = SORTS[sort]
    definitions: dict[str, Schema] = {"Years": YEARS}
    body = record_schema(model, definitions)
    body["properties"] = {
        sort: {**_WORDS["identifier"], "description": f"The id of this {sort}."},
        **body["properties"],
    }
    body["required"] = [sort, *body.get("required", ())]
    if sort == "scenario":
        body["anyOf"] = [{"required": ["extends"]}, {"required": ["topology", "demand", "years"]}]
    return whole_schema(f"{sort} of the compute-network planner", body, definitions)


def whole_schema(title: str, body: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """Return the schema of a file: its body, and what that names."""
    return {
        "$schema": DIALECT,
        "title": title,
        **body,
        "$defs": {name: definitions[name] for name in sorted(definitions)},
    }


def record_schema(model: type[Record], definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a record; those it holds go to the definitions."""
    told = docstrings_of(model)
    properties, required = dict[str, Schema](), list[str]()
    for name, info in model.model_fields.items():
        marks = flatten(info.metadata)
        if any(isinstance(mark, Derived) for mark in marks):
            continue
        key = info.alias or name
        properties[key] = described(_value(info.annotation, marks, definitions), told.get(name, ""))
        if info.is_required() and key not in _REQUIRED_ELSEWHERE.get(model.__name__, ()):
            required.append(key)
    _amend(model, properties)
    found: Schema = {"type": "object", "description": _first_line(model), "properties": properties}
    return {**found, **({"required": required} if required else {}), "additionalProperties": False}


def _amend(model: type[Record], properties: dict[str, Schema]) -> None:
    """Put in what the reader takes beyond the model's own fields."""
    if model is Workload:
        prices = [quantity_schema(Quantity("usd_per_pflops_year")), quantity_schema(Quantity("usd_per_gbps_year"))]
        told = "What leaving it unserved costs a year, per PFLOPS (traffic: per Gbps), or `required`."
        properties["unserved"] = {
            "anyOf": [{"const": "required"}, *map(figure_schema, prices)],
            "description": told,
            "examples": ["60 kUSD/PFLOPS/year", "required"],
        }
    elif model is DemandRow:
        amounts: tuple[tuple[str, Kind, str], ...] = (
            ("compute", "pflops", "Inference and training: mean PFLOPS, by year; grows geometrically between years."),
            ("rate", "gbps", "Traffic: Gbps in each direction, by year."),
        )
        for key, kind, told in amounts:
            properties[key] = described(figure_schema(quantity_schema(Quantity(kind)), seasonal=True), told)
    elif model is Site:
        _add_rhythms(properties)
    elif model is Demand:
        told = "A table (CSV or XLSX) in place of `demands`, relative to this file."
        properties["table"] = {"type": "string", "description": told, "examples": ["demand.csv"]}
    elif model is Variant:
        properties["remove"]["items"] = {"type": "string", "pattern": "^(link|site|cable|node|risk|rule):.+$"}
    elif model is Topology:
        properties["countries"]["propertyNames"] = {"pattern": _WORDS["country"]["pattern"]}
        for key in LISTED:
            records = properties[key]
            listed = {"type": "array", "items": records["additionalProperties"]}
            properties[key] = {"anyOf": [records, listed], "description": records.pop("description")}
    elif model is Scenario:
        properties["extends"] = {**properties["extends"], "examples": ["base.yaml"]}


def _add_rhythms(properties: dict[str, Schema]) -> None:
    """Let the tariff and the carbon of a site have the rhythm of the day."""
    for key, word in (("electricity", "price"), ("carbon", "intensity")):
        told = properties[key].pop("description")
        rhythmic = {
            "type": "object", "properties": {word: dict(properties[key]), "profile": dict(_WORDS["profile"])},
            "required": [word], "additionalProperties": False,
        }  # fmt: skip
        properties[key] = {**properties[key], "anyOf": [*properties[key]["anyOf"], rhythmic], "description": told}


def _value(annotation: Any, marks: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    """Return the schema of a field by its annotation, as the reader's own walk over it (`fields.fields_of`)."""
    origin, args = get_origin(annotation), get_args(annotation)
    word = next((mark.form for mark in marks if isinstance(mark, Word)), None)
    if origin is Annotated:
        return _value(args[0], (*flatten(args[1:]), *marks), definitions)
    if word in _WORDS:
        return dict(_WORDS[word])
    if word == "one_or_more":
        return {"anyOf": [_value(args[0], (), definitions), _value(annotation, (), definitions)]}
    if origin in (Union, UnionType):
        some = [arg for arg in args if arg is not NoneType]
        parts = [_value(arg, marks, definitions) for arg in some]
        return parts[0] if len(parts) == 1 else {"anyOf": parts}
    if origin in (tuple, frozenset):
        return _list(origin, args, definitions)
    if origin is dict:
        return _map(args, definitions)
    if isinstance(annotation, type) and issubclass(annotation, Record):
        name = annotation.__name__
        if name not in definitions:
            definitions[name] = {}  # a record may hold its like
            definitions[name] = record_schema(annotation, definitions)
        return {"$ref": f"#/$defs/{name}"}
    if annotation is Yearly:
        return figure_schema(_scalar(float, marks), seasonal=any(isinstance(mark, BySeason) for mark in marks))
    return _scalar(annotation, marks)


def _list(origin: Any, args: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    found: Schema = {"type": "array", "items": _value(args[0], (), definitions)}
    if origin is tuple and args[-1] is not Ellipsis:
        return {**found, "minItems": len(args), "maxItems": len(args)}
    return found


def _map(args: tuple[Any, ...], definitions: dict[str, Schema]) -> Schema:
    """Return the schema of records by id, or of words by key."""
    inner = _value(args[1], (), definitions)
    found: Schema = {"type": "object", "additionalProperties": inner}
    return {**found, "propertyNames": {"pattern": IDENTIFIER}} if "$ref" in inner else found


def _scalar(annotation: Any, marks: tuple[Any, ...]) -> Schema:
    quantity = next((mark for mark in marks if isinstance(mark, Quantity)), None)
    if quantity is not None:
        return quantity_schema(quantity)
    if get_origin(annotation) is Literal:
        return {"enum": list(get_args(annotation))}
    if annotation in (int, float):
        return {"type": "integer" if annotation is int else "number", **limits_schema(marks)}
    return {"type": "boolean"} if annotation is bool else {} if annotation is Any else {"type": SCALAR}


def limits_schema(marks: tuple[Any, ...]) -> Schema:
    """Return what a schema says of the limits of a number."""
    found: Schema = {}
    for mark in marks:
        match mark:
            case annotated_types.Ge(ge=low):
                found["minimum"] = low
            case annotated_types.Gt(gt=low):
                found["exclusiveMinimum"] = low
            case annotated_types.Le(le=high):
                found["maximum"] = high
            case Range(low=low, high=high, open_low=is_open):
                found["exclusiveMinimum" if is_open else "minimum"] = low
                if high < float("inf"):
                    found["maximum"] = high
    return found


def quantity_schema(quantity: Quantity) -> Schema:
    """Return the schema of a number with its unit."""
    kinds = [quantity.kind, *([quantity.other] if quantity.other else [])]
    forms = [{"type": "string", "pattern": pattern(kind)} for kind in kinds]
    return {**(forms[0] if len(forms) == 1 else {"anyOf": forms}), "examples": [example(kind) for kind in kinds]}


def figure_schema(one: Schema, *, seasonal: bool = False) -> Schema:
    """Return the schema of a figure that may be a map of years, and differ from season to season where it says so."""
    examples = one.get("examples", [])
    value = {key: each for key, each in one.items() if key != "examples"}  # said once, for all forms
    ranged = _ranged(value)
    in_year = {"anyOf": [value, ranged, *([_by_season(value)] if seasonal else [])]}
    years = {
        "type": "object", "minProperties": 1, "patternProperties": {YEAR_KEY: in_year}, "additionalProperties": False
    }  # fmt: skip
    forms = [value, ranged, years, *([_by_season({"anyOf": [value, ranged, years]})] if seasonal else [])]
    return {"anyOf": forms, **({"examples": [*examples, {"2030": examples[0]}]} if examples else {})}


def _ranged(value: Schema) -> Schema:
    """Return the schema of {value: …, range: [least, most]}."""
    ends = {"type": "array", "items": value, "minItems": 2, "maxItems": 2}
    return {
        "type": "object", "properties": {"value": value, "range": ends}, "required": ["value", "range"],
        "additionalProperties": False,
    }  # fmt: skip


def _by_season(value: Schema) -> Schema:
    """Return the schema of {seasons: {winter: …, summer: …}}."""
    named = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": IDENTIFIER}}
    inner = {**named, "additionalProperties": value}
    return {"type": "object", "properties": {"seasons": inner}, "required": ["seasons"], "additionalProperties": False}


def described(schema: Schema, told: str) -> Schema:
    """Return a schema with its description, if there is one."""
    return {**schema, "description": told} if told else schema


def _first_line(model: type[Record]) -> str:
    return (model.__doc__ or "").strip().partition("\n")[0]


@cache
def docstrings_of(model: type[Record]) -> dict[str, str]:
    """Return what stands below each field in the source, its own class before those it comes from.

    Pydantic can do that at every import; read here it costs nothing to those who want no schema.
    """
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, Record):
            found |= _field_docs(_body_of(base))
    return found


def _body_of(model: type[Record]) -> list[ast.stmt]:
    tree = ast.parse(inspect.getsource(sys.modules[model.__module__]))
    return next(node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == model.__name__)


def _field_docs(body: list[ast.stmt]) -> dict[str, str]:
    """Return the text that follows each annotated name."""
    return {
        ast.unparse(field.target): inspect.cleandoc(str(text.value.value))
        for field, text in pairwise(body)
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }
