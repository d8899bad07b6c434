"""The catalogue of accelerators that comes with the planner, read and made ready once."""

from __future__ import annotations

from functools import cache
from importlib import resources

from planner.accelerator import Accelerator
from planner.errors import Fault, InputError, UsageError, did_you_mean
from planner.files.reading.tree import Node, Where, child, compose, items
from planner.files.reading.walk import Walk
from planner.topology import Source

__all__ = ["find_chip", "load_catalogue", "load_sources"]

FILE = "accelerators.yaml"


@cache
def load_catalogue() -> dict[str, Accelerator]:
    """Return the chips of the catalogue by id, with the power that is taken from another's servers."""
    walk, root = _open()
    walk.sources = frozenset(load_sources())
    chips: dict[str, Accelerator] = {}
    for name, _, node in items(child(root, "accelerators")):
        where: Where = (((), "accelerators"), name)
        chip = walk.record(Accelerator, node, where)
        if chip is not None:
            _check_citations(walk, chip, node, where)
            chips[name] = chip.model_copy(update={"id": name})
    _raise(walk)
    return {name: _with_power(chip, chips) for name, chip in chips.items()}


@cache
def load_sources() -> dict[str, Source]:
    """Return where the figures of the catalogue come from, by id."""
    walk, root = _open()
    found = {
        name: walk.record(Source, node, (((), "sources"), name)) for name, _, node in items(child(root, "sources"))
    }
    _raise(walk)
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


def _open() -> tuple[Walk, Node]:
    faults: list[Fault] = []
    root = compose((resources.files("planner") / FILE).read_bytes(), FILE, faults)
    assert root is not None
    return Walk(faults), root


def _raise(walk: Walk) -> None:
    if walk.faults:
        raise InputError(walk.faults)


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
