"""A spec is read: every fault with its place, names checked, what a country lacks taken from the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, get_args

from planner.builder.coefficients import (
    Coefficient,
    Measure,
    figure_reader,
    given,
    load_coefficients,
    load_sources,
    read_coefficients,
)
from planner.builder.countries import load_countries
from planner.builder.spec import Access, Adoption, Country, DemandSpec, Job, Language, Model, Service
from planner.errors import Fault, InputError, UsageError
from planner.files.reading import scalars
from planner.files.reading.countries import is_country
from planner.files.reading.edits import set_under
from planner.files.reading.shapes import BAD, Read, limited, read_dict, read_scalar, read_yearly
from planner.files.reading.text import UnreadableError, display, read_file
from planner.files.reading.tree import OPTION, Node, PositionMark, ScalarNode, Where, child, compose, items, scalar
from planner.files.reading.walk import Walk
from planner.records import Range, Record
from planner.topology import Source
from planner.years import Yearly

__all__ = ["load_spec"]

HEAD = "demand_spec"
ROUNDING = 1e-9
OPEN = "open"
"""The regional share that leaves it to the programme what is served elsewhere."""
SHARE, USED, MORE = Range(0, 1), Range(0, 1, open_low=True), Range(0, open_low=True)
FIGURES: dict[type[Record], dict[str, tuple[Measure, Range | None]]] = {
    Adoption: {"undercount": ("number", MORE), "ceiling": ("number", USED), "speed": ("number", Range(0, 5))},
    Language: {"penalty": ("number", MORE)},
    Country: {
        "population": ("people", None),
        **dict.fromkeys(("adults", "online", "regional_share"), ("number", SHARE)),
    },
    Model: {"active": ("params", None)},
    Service: {
        "tokens": ("tokens_per_day", None), "minutes": ("minutes_per_day", None),
        "machine": ("pflops", None), "flop": ("flop", None),
        **dict.fromkeys(("per_1000", "input_output", "rule_cost"), ("number", None)),
        **dict.fromkeys(("share", "cached"), ("number", SHARE)),
        **dict.fromkeys(("prefill", "utilisation"), ("number", USED)), "growth": ("number", MORE),
    },
    Job: {
        "active": ("params", None), "total": ("params", None), "tokens": ("tokens", None),
        "generated": ("tokens", None), "flop": ("flop", None), "utilisation": ("number", USED),
        "rule_cost": ("number", None),
    },
}  # fmt: skip
"""The figures of each record that may have a range, with their measure and limits."""


def load_spec(path: str | Path, *, overrides: Sequence[str] = ()) -> DemandSpec:
    """Return a spec, after the changes of `path=value` overrides.

    Raises
    ------
    InputError
        If anything is wrong in it; all faults at once, each with its place.
    UsageError
        If an override is not of the form path=value.
    """
    faults: list[Fault] = []
    try:
        file = read_file(Path(path), "demand")
    except UnreadableError as error:
        raise InputError([error.fault]) from None
    root = compose(file.data, display(file.path), faults)
    if root is None:
        raise InputError(faults)
    walk = Walk(faults)
    for text in overrides:
        _override(walk, root, text)
    spec = _read(walk, root)
    if faults or spec is None:
        raise InputError(faults)
    return spec


def _override(walk: Walk, root: Node, text: str) -> None:
    path, equals, value = text.partition("=")
    if not equals or not path.strip():
        raise UsageError(f"'{OPTION}{text}' is not of the form path=value, such as countries.KZ.adults=0.6")
    spot = PositionMark(f"{OPTION}{text}")
    node = compose(value.encode(), spot.name, walk.faults) if value.strip() else scalar("", spot)
    if node is None:
        return
    wrong = set_under(root, path.strip().split("."), scalar(path, spot), node)
    if wrong:
        walk.fault(node, ((), path), *wrong)


def _read(walk: Walk, root: Node) -> DemandSpec | None:
    walk.sources = None
    sources = _section(walk, root, "sources", Source, {})
    walk.sources = frozenset(sources) | frozenset(load_sources())
    own = read_coefficients(walk, child(root, "coefficients"), ((), "coefficients"), load_coefficients())
    known = {**load_coefficients(), **own}
    sections: dict[str, type[Record]] = {"services": Service, "models": Model, "jobs": Job}
    special: dict[str, tuple[str, Read]] = {
        HEAD: ("id", partial(read_scalar, scalars.identifier)),
        "sources": ("sources", lambda *_: sources),
        "coefficients": ("coefficients", lambda *_: known),
        "regional_share": ("regional_share", _regional(known)),
        "countries": ("countries", _countries(known)),
        **{key: (key, partial(_records, model=model, known=known)) for key, model in sections.items()},
    }
    values = walk.values(DemandSpec, root, (), special=special)
    if child(root, HEAD) is None:
        walk.fault(root, ((), HEAD), "is missing", f"write '{HEAD}: ID' at the head of the file")
    _check_names(walk, root)
    if values is None:
        return None
    values.setdefault("coefficients", known)
    return None if walk.faults else walk.build(DemandSpec, values, root, ())


def _section(walk: Walk, root: Node, key: str, model: type[Any], known: Mapping[str, Coefficient]) -> dict[str, Any]:
    section = child(root, key)
    found = {} if section is None else _records(walk, section, ((), key), model=model, known=known)
    return {} if found is BAD else found


def _records(walk: Walk, node: Node, where: Where, *, model: type[Any], known: Mapping[str, Coefficient]) -> Any:
    """Return a map of records by id."""
    for key, key_node, _ in items(node):
        read_scalar(scalars.identifier, walk, key_node, (where, key))
    return read_dict(partial(_record, model=model, known=known), walk, node, where)


def _record(walk: Walk, node: Node, where: Where, *, model: type[Any], known: Mapping[str, Coefficient]) -> Any:
    value = walk.record(model, node, where, special=_special(model, known))
    return BAD if value is None else value


def _special(model: type[Record], known: Mapping[str, Coefficient]) -> dict[str, tuple[str, Read]]:
    """Return the readers of the figures of a record, and of what else is read in a way of its own."""
    found = {key: (key, figure_reader(of, known, limit)) for key, (of, limit) in FIGURES.get(model, {}).items()}
    if model is Country:
        found["adoption"] = ("adoption", partial(_record, model=Adoption, known=known))
        found["languages"] = ("languages", _languages(known))
        found["access"] = ("access", _access)
    return found


def _rest_or_share(walk: Walk, node: Node, where: Where) -> Any:
    if getattr(node, "value", None) == "rest":
        return None
    share = partial(read_scalar, limited(scalars.number, [SHARE]))
    return read_yearly(share, walk, node, where)


def _regional(known: Mapping[str, Coefficient]) -> Read:
    read = figure_reader("number", known, SHARE)

    def share(walk: Walk, node: Node, where: Where) -> Any:
        if getattr(node, "value", None) == OPEN:
            return given(Yearly.flat(1.0), "number", note="open: an outside option decides")
        word = getattr(node, "value", None)
        if isinstance(word, str) and word[:1].isalpha() and word not in known:
            walk.fault(node, where, f"'{word}' is unknown", walk.suggest(word, [OPEN]) or "write a share, or 'open'")
            return BAD
        return read(walk, node, where)

    return share


def _languages(known: Mapping[str, Coefficient]) -> Read:
    def languages(walk: Walk, node: Node, where: Where) -> Any:
        found = read_dict(partial(_record, model=Language, known=known), walk, node, where)
        if found is BAD:
            return BAD
        for code, _, record in items(node):
            if found[code].penalty is None and f"tokenizer-{code}" not in known:
                codes = ", ".join(sorted(name.removeprefix("tokenizer-") for name in known if _is_language(name)))
                right = f"write 'penalty: 1.5' (tokens for each of English), or one of {codes}"
                walk.fault(record, (where, code), "has no penalty in the table", right)
        if sum(each.share for each in found.values()) > 1 + ROUNDING:
            walk.fault(
                node, where, "has shares of more than 1 in all", "write shares of 1 or less; the rest is English"
            )
        return found

    return languages


def _is_language(name: str) -> bool:
    return name.startswith("tokenizer-") and name != "tokenizer-later"


def _countries(known: Mapping[str, Coefficient]) -> Read:
    def countries(walk: Walk, node: Node, where: Where) -> Any:
        for code, key_node, record in items(node):
            if read_scalar(scalars.country, walk, key_node, (where, code)) is not BAD:
                _check_country(walk, code, key_node, record, (where, code))
        return read_dict(partial(_record, model=Country, known=known), walk, node, where)

    return countries


_LACKING = {
    "population": "population: 5 M people",
    "adults": "adults: 0.6",
    "online": "online: 0.5",
    "adoption.published": "adoption: {published: 0.1, at: 2026.1}",
}


def _check_country(walk: Walk, code: str, key_node: Node, node: Node, where: Where) -> None:
    """Note what neither the spec nor the table knows of a country, and what to write."""
    row = load_countries().get(code)
    if not is_country(code):
        walk.fault(key_node, where, f"no country has the code '{code}'", walk.suggest(code, load_countries(), most=0))
        return
    has = {
        "population": row is not None,
        "adults": row is not None and row.adults is not None,
        "online": row is not None and row.online is not None,
        "adoption.published": row is not None and (row.adoption is not None or row.gdp_usd is not None),
    }
    lacks = [key for key, known in has.items() if not known and _under(node, key) is None]
    if row is None and lacks:
        right = f"write {', '.join(repr(_LACKING[key]) for key in lacks)}"
        walk.fault(key_node, where, f"the table has no country '{code}'", right)
        return
    for key in lacks:
        what = f"is missing: the table of countries has none for {code}"
        walk.fault(key_node, (where, key), what, f"write '{_LACKING[key]}'")


def _under(node: Node, key: str) -> Node | None:
    found: Node | None = node
    for part in key.split("."):
        found = child(found, part)
    return found


def _check_names(walk: Walk, root: Node) -> None:
    """Note models, origins and workloads that are not there, or are something else."""
    services, models = child(root, "services"), child(root, "models")
    served = {name for name, _, _ in items(services)}
    for name, _, service in items(services):
        model = child(service, "model")
        known = {each for each, _, _ in items(models)}
        if model is not None and model.__class__ is ScalarNode and model.value not in known:
            walk.unknown(model, ((((), "services"), name), "model"), model.value, "model", known)
    countries = {code for code, _, _ in items(child(root, "countries"))}
    for name, _, job in items(child(root, "jobs")):
        where: Where = (((), "jobs"), name)
        group = child(job, "workload") or child(job, "kind")
        if group is not None and group.__class__ is ScalarNode and group.value in served:
            walk.fault(group, (where, "workload"), f"'{group.value}' is a service", "name another workload")
        origins = child(job, "origin")
        for origin in _each(origins):
            if origin.value.isupper() and origin.value not in countries:
                walk.unknown(origin, (where, "origin"), origin.value, "country of the spec", countries)


def _each(node: Node | None) -> list[Node]:
    """Return the scalars of a list, or the one that stands in its place."""
    found = node.value if node is not None and isinstance(node.value, list) else [node]
    return [each for each in found if each.__class__ is ScalarNode]


def _access(walk: Walk, node: Node, where: Where) -> Any:
    """Return the share of each class of access, None for the one that says `rest`."""
    classes: tuple[str, ...] = get_args(Access)
    wrong = [key for key, _, _ in items(node) if key not in classes]
    for name, key, _ in items(node):
        if name in wrong:
            walk.unknown(key, (where, name), name, "class of access", classes)
    found = read_dict(_rest_or_share, walk, node, where)
    if found is BAD or wrong:
        return BAD
    if sum(share is None for share in found.values()) > 1:
        walk.fault(node, where, "says 'rest' twice", "let one class take the rest")
    said = [share for share in found.values() if share is not None]
    for year in sorted({year for share in said for year, _ in share.points}):
        whole = sum(share.growing_at(year) for share in said)
        if whole > 1 + ROUNDING:
            when = f" in {year}" if year else ""
            walk.fault(node, where, f"has shares of {whole:g}{when}", "write shares of 1 or less in all")
    return found
