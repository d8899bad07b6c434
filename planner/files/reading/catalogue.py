"""The catalogue of accelerators that comes with the planner."""

from __future__ import annotations

from functools import cache
from importlib import resources

from planner.errors import Fault, InputError
from planner.files.reading.tree import child, compose, items
from planner.files.reading.walk import Walk
from planner.topology import Accelerator

__all__ = ["load_catalogue"]


@cache
def load_catalogue() -> dict[str, Accelerator]:
    """Return the chips of the catalogue by id."""
    file = resources.files("planner") / "accelerators.yaml"
    faults: list[Fault] = []
    root = compose(file.read_bytes(), "accelerators.yaml", faults)
    walk = Walk(faults)
    chips: dict[str, Accelerator] = {}
    walk.sources = frozenset(name for name, _, _ in items(child(root, "sources")))
    for name, _, node in items(child(root, "accelerators")):
        chip = walk.record(Accelerator, node, (((), "accelerators"), name))
        if chip is not None:
            chips[name] = chip.model_copy(update={"id": name})
    if faults:
        raise InputError(faults)
    return chips
