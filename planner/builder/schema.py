"""The format of a spec as JSON Schema, for editors: the models' fields, and figures that are read in their own way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from planner.builder.coefficients import NUMBER, Coefficient, Measure, Ranged, load_coefficients
from planner.builder.reading import FIGURES, HEAD, OPEN, SHARE
from planner.builder.spec import Access, Country, DemandSpec
from planner.files.schema import (
    IDENTIFIER,
    YEARS,
    Schema,
    described,
    docstrings_of,
    figure_schema,
    json_text,
    limits_schema,
    quantity_schema,
    record_schema,
    whole_schema,
)
from planner.records import Quantity, Range, Record

COUNTRY = "^[A-Z]{2}$"
REQUIRED = {"base"}
"""Keys that the reader asks for beside those the models do."""


def spec_schema_text() -> str:
    """Return the schema of a spec as JSON."""
    return json_text(spec_schema())


def spec_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a spec."""
    definitions: dict[str, Schema] = {"Years": YEARS}
    body = record_schema(DemandSpec, definitions)
    for model, figures in FIGURES.items():
        if model.__name__ not in definitions:
            definitions[model.__name__] = record_schema(model, definitions)
        _add_figures(model, definitions[model.__name__]["properties"], figures, definitions)
    _amend_country(definitions["Country"]["properties"])
    _amend_coefficient(definitions["Coefficient"])
    share = _figure(NUMBER, SHARE, definitions)
    told = docstrings_of(DemandSpec)["regional_share"]
    head = {
        "type": "string",
        "pattern": IDENTIFIER,
        "description": "The id of this spec, and of what is built from it.",
    }
    regional = described({"anyOf": [{"const": OPEN}, share]}, told)
    body["properties"] = {HEAD: head, **body["properties"], "regional_share": regional}
    body["properties"]["countries"]["propertyNames"] = {"pattern": COUNTRY}
    body["required"] = [HEAD, *body["required"]]
    return whole_schema("spec of a demand, for the compute-network planner", body, definitions)


def _add_figures(
    model: type[Record],
    properties: dict[str, Schema],
    figures: Mapping[str, tuple[Measure, Range | None]],
    definitions: dict[str, Schema],
) -> None:
    told = docstrings_of(model)
    for key, (measure, limit) in figures.items():
        properties[key] = described(_figure(measure, limit, definitions), told[key])


def _figure(measure: Measure, limit: Range | None, definitions: dict[str, Schema]) -> Schema:
    """Return the name of a definition: a value, a map of years, either with its range, or a coefficient's name."""
    limited = "" if limit is None else f"-{'above-' if limit.open_low else ''}{limit.low:g}-{limit.high:g}"
    name = f"figure-{measure}{limited}"
    if name not in definitions:
        by_year = figure_schema(_one(measure, limit))["anyOf"]
        ranged = record_schema(Ranged, {})
        ends = {"type": "array", "items": {"anyOf": by_year}, "minItems": 2, "maxItems": 2}
        ranged["properties"] = {"value": {"anyOf": by_year}, "range": ends, **ranged["properties"]}
        ranged["required"] = ["value"]
        known = [key for key, each in load_coefficients().items() if each.measure == measure]
        definitions[name] = {"anyOf": [*by_year, ranged, {"enum": known}]}
    return {"$ref": f"#/$defs/{name}"}


def _one(measure: Measure, limit: Range | None) -> Schema:
    if measure == NUMBER:
        return {"type": "number", **limits_schema((limit or Range(0),))}
    return quantity_schema(Quantity(measure))


def _amend_country(properties: dict[str, Schema]) -> None:
    told = docstrings_of(Country)["access"]
    share = {"anyOf": [{"const": "rest"}, *figure_schema({"type": "number", "minimum": 0, "maximum": 1})["anyOf"]]}
    properties["access"] = described(
        {"type": "object", "properties": dict.fromkeys(get_args(Access), share), "additionalProperties": False}, told
    )


def _amend_coefficient(definition: dict[str, Any]) -> None:
    """Let base, low and high be of any measure, for `measure` says of which."""
    value = {"type": ["string", "number", "object"]}
    told = docstrings_of(Coefficient)
    added = {key: described(value, told[key]) for key in ("base", "low", "high")}
    definition["properties"] = {**definition["properties"], **added}
    definition["required"] = sorted({*definition.get("required", ()), *REQUIRED})
