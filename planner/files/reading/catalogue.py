"""The catalogue of accelerators that comes with the planner, read once, and how tables that come with it are opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import resources

from planner.accelerator import Accelerator
from planner.errors import Fault, InputError, UsageError, did_you_mean
from planner.files.reading.tree import Node, Where, child, compose, items
from planner.files.reading.walk import Walk
from planner.topology import Source

__all__ = ["find_chip", "load_catalogue", "load_sources", "open_shipped", "read_sources"]

FILE = "accelerators.yaml"


@cache
def load_catalogue() -> dict[str, Accelerator]:
    """Return the chips of the catalogue by id, with the power that is taken from another's servers."""
    chips: dict[str, Accelerator] = {}
    with open_shipped("planner", FILE) as (walk, root):
        walk.sources = frozenset(load_sources())
        for name, _, node in items(child(root, "accelerators")):
            where: Where = (((), "accelerators"), name)
            chip = walk.record(Accelerator, node, where)
            if chip is not None:
                _check_citations(walk, chip, node, where)
                chips[name] = chip.model_copy(update={"id": name})
    return {name: _with_power(chip, chips) for name, chip in chips.items()}


@cache
def load_sources() -> dict[str, Source]:
    """Return where the figures of the catalogue come from, by id."""
    return read_sources("planner", FILE)


@contextmanager
def open_shipped(package: str, file: str) -> Iterator[tuple[Walk, Node]]:
    """Open a file of a package, and raise InputError at the end with all that was wrong in it."""
    faults: list[Fault] = []
    root = compose((resources.files(package) / file).read_bytes(), file, faults)
    assert root is not None
    walk = Walk(faults)
    yield walk, root
    if walk.faults:
        raise InputError(walk.faults)


def read_sources(package: str, file: str) -> dict[str, Source]:
    """Return where the figures of a file come from, by id."""
    with open_shipped(package, file) as (walk, root):
        found = {
            name: walk.record(Source, node, (((), "sources"), name)) for name, _, node in items(child(root, "sources"))
        }
    return {name: source.model_copy(update={"id": name}) for name, source in found.items() if source is not None}


def find_chip(name: str) -> Accelerator:
    """Return a chip of the catalogue.

    Raises
    ------
    UsageError
        where there is no such chip, with the nearest name
    """
    chips = load_catalogue()
    if name not in chips:
        known = did_you_mean(name, chips) or "see 'planner catalogue list'"
        raise UsageError(f"there is no accelerator '{name}' in the catalogue: {known}")
    return chips[name]


def _check_citations(walk: Walk, chip: Accelerator, node: Node, where: Where) -> None:
    """Note further sources that are not listed."""
    known = walk.sources or frozenset()
    for key, names in (("also", chip.also), ("price_source", (chip.price_source,) if chip.price_source else ())):
        for name in set(names) - known:
            walk.unknown(child(node, key) or node, (where, key), name, "source", known)


def _with_power(chip: Accelerator, chips: dict[str, Accelerator]) -> Accelerator:
    """Return a chip with the power of a card: its own, and the share of server and network as in another's servers."""
    if chip.power_as is None or chip.chip_power_kw is None:
        return chip
    other = chips[chip.power_as]
    assert other.power_kw is not None
    assert other.chip_power_kw is not None
    return chip.model_copy(update={"power_kw": chip.chip_power_kw * other.power_kw / other.chip_power_kw})
