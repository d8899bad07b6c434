"""What is worked out when sites and expansions are read: one precision, prices per PFLOPS, cards into PFLOPS.

What a card is worth stands in the catalogue of accelerators that comes with the planner.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from planner.errors import Fault, InputError
from planner.expansions import SiteExpansion
from planner.files.reading.shapes import PerStep
from planner.files.reading.tree import MappingNode, Node, Where, child, compose, items
from planner.files.reading.walk import Values, Walk
from planner.topology import PRECISION_FACTORS, SPARSE_FACTOR, Accelerator
from planner.years import Yearly


def finish_expansion(walk: Walk, values: Values, node: Node, where: Where) -> bool:
    """Divide prices per step by the step; tell whether that can be done."""
    good = True
    for key, name in (("capex", "capex_usd"), ("opex", "opex_usd")):
        price: Yearly | None = values.get(name)
        if price is None or not any(isinstance(value, PerStep) for _, value in price.points):
            continue
        step = values.get("step")
        if not step:
            walk.fault_under(
                node, where, key, "is a price per step, but there is no step", "write a step or another price"
            )
            good = False
        else:
            values[name] = Yearly(
                tuple((year, value / step if isinstance(value, PerStep) else value) for year, value in price.points)
            )
    return good


def finish_site(walk: Walk, values: Values, node: Node, where: Where) -> bool:
    """Turn cards into PFLOPS, and every figure in or per PFLOPS into dense BF16; tell whether that can be done."""
    cards = values.get("accelerators")
    if (cards is None) == ("compute_pflops" not in values):
        what = "is missing" if cards is None else "stands beside accelerators"
        right = (
            "write for example 'compute: 800 PFLOPS', or accelerators"
            if cards is None
            else "write the one or the other"
        )
        walk.fault_under(node, where, "compute", what, right)
        return False
    if cards is not None:
        return _count_cards(walk, values, cards, node, where)
    values["published_compute"] = _published(child(node, "compute"))
    factor = PRECISION_FACTORS[values.get("precision", "bf16")] * (SPARSE_FACTOR if values.get("sparse") else 1)
    if factor != 1:
        _normalise(values, factor)
    return True


def _count_cards(walk: Walk, values: Values, cards: dict[str, int], node: Node, where: Where) -> bool:
    chips = load_catalogue()
    good = True
    for key in ("precision", "sparse"):
        if key in values:
            what, right = "has no meaning beside accelerators", "leave it out: cards are counted in dense BF16"
            walk.fault_under(node, where, key, what, right)
            good = False
    for name, key_node, _ in items(child(node, "accelerators")):
        if name not in chips:
            what = f"there is no accelerator '{name}' in the catalogue"
            walk.fault(key_node, ((where, "accelerators"), name), what, walk.suggest(name, chips, most=20))
            good = False
    if not cards:
        walk.fault_under(node, where, "accelerators", "is empty", "write chips with their numbers")
    if not good or not cards:
        return False
    pflops = sum(number * chips[name].compute_pflops for name, number in cards.items())
    values["compute_pflops"] = Yearly.flat(pflops)
    values["published_compute"] = ", ".join(f"{number} {name}" for name, number in cards.items())
    if "watts_kw_per_pflops" not in values:
        values["watts_kw_per_pflops"] = sum(n * chips[name].power_kw for name, n in cards.items()) / pflops
    return True


def _published(node: Node | None) -> str:
    """Return the compute as it is written; a map of years as "800 PFLOPS (2025), 2000 PFLOPS (2027)"."""
    if node is None:
        return ""
    if node.__class__ is MappingNode:
        return ", ".join(f"{value.value} ({year})" for year, _, value in items(node))
    return str(node.value)


def _normalise(values: Values, factor: float) -> None:
    """Turn the figures of a site from its own PFLOPS, each worth `factor` dense BF16 ones, into the latter."""
    values["compute_pflops"] = values["compute_pflops"].scaled(factor)
    if "watts_kw_per_pflops" in values:
        values["watts_kw_per_pflops"] /= factor
    if "opex_usd_per_pflops" in values:
        values["opex_usd_per_pflops"] = values["opex_usd_per_pflops"].scaled(1 / factor)
    if "expansion" in values:
        values["expansion"] = tuple(_normalised(expansion, factor) for expansion in values["expansion"])


def _normalised(expansion: SiteExpansion, factor: float) -> SiteExpansion:
    return expansion.model_copy(
        update={
            "step": None if expansion.step is None else expansion.step * factor,
            "max": None if expansion.max is None else expansion.max.scaled(factor),
            "capex_usd": expansion.capex_usd.scaled(1 / factor),
            "opex_usd": expansion.opex_usd.scaled(1 / factor),
        }
    )


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
