"""What is worked out when sites and expansions are read: one precision, prices per PFLOPS, cards into PFLOPS.

What a card is worth stands in the catalogue of accelerators that comes with the planner.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from planner.accelerator import PRECISIONS, Accelerator, general_factor
from planner.expansions import SiteExpansion
from planner.files.reading.catalogue import load_catalogue
from planner.files.reading.forms import FORMS
from planner.files.reading.shapes import BAD, VALUE, OtherUnit, Read, quantity_reader
from planner.files.reading.tree import MappingNode, Node, Where, child, items
from planner.files.reading.walk import Values, Walk
from planner.units import Kind
from planner.years import Yearly


def finish_expansion(walk: Walk, values: Values, node: Node, where: Where) -> bool:
    """Divide prices per step by the step; tell whether that can be done."""
    good = True
    for key, name in (("capex", "capex_usd"), ("opex", "opex_usd")):
        price: Yearly | None = values.get(name)
        if price is None or not any(isinstance(value, OtherUnit) for _, value in price.points):
            continue
        step = values.get("step")
        if not step:
            walk.fault_under(
                node, where, key, "is a price per step, but there is no step", "write a step or another price"
            )
            good = False
        else:
            values[name] = _per_pflops(price, step)
    return good


def _per_pflops(price: Yearly, step: float) -> Yearly:
    """Return a price of which some years, with their ranges, are per step."""
    points = tuple((year, value / step if isinstance(value, OtherUnit) else value) for year, value in price.points)
    ranges = tuple(
        (year, (low / step, high / step) if isinstance(low, OtherUnit) else (low, high))
        for year, (low, high) in price.ranges
    )
    return Yearly(points, ranges=ranges)


NOT_RENTED = (
    "expansion", "power", "pue", "watts", "load", "idle", "electricity", "carbon", "water", "embodied",
    "fixed_cost", "project", "owner",
)  # fmt: skip
"""Keys of machines that somebody owns: whoever rents pays opex for what is used, and nothing else."""


class Rhythmic(NamedTuple):
    """A figure with the rhythm of the day, if it has one."""

    figure: Yearly
    profile: tuple[float, ...] | None


def rhythm_reader(kind: Kind, word: str) -> Read:
    """Return the reader of a figure that may have the rhythm of the day: {price: …, profile: …}, `word` before it."""
    plain = quantity_reader(kind, seasonal=True)

    def read(walk: Walk, node: Node, where: Where) -> Any:
        keys = [key for key, _, _ in items(node)] if node.__class__ is MappingNode else []
        if word not in keys and "profile" not in keys:
            alone: Any = plain(walk, node, where)
            return BAD if alone is BAD else Rhythmic(alone, None)
        for key, key_node, _ in items(node):
            if key not in (word, "profile"):
                walk.fault(key_node, (where, key), "unknown key", walk.suggest(key, (word, "profile")))
        given, rhythm = child(node, word), child(node, "profile")
        if given is None:
            walk.fault(node, (where, word), "is missing", f"write {word} beside profile")
        figure: Any = BAD if given is None else plain(walk, given, (where, word))
        profile = None if rhythm is None else FORMS["profile"](walk, rhythm, (where, "profile"))
        bad = figure is BAD or profile is BAD or not set(keys) <= {word, "profile"}
        return BAD if bad else Rhythmic(figure, profile)

    return read


RHYTHMS: dict[str, tuple[str, Read]] = {
    "electricity": ("electricity", rhythm_reader("usd_per_kwh", "price")),
    "carbon": ("carbon", rhythm_reader("g_per_kwh", "intensity")),
}
"""Figures of a site that may have a rhythm of the day, by key: the name of what is read, and its reader."""


def _part_rhythms(values: Values) -> None:
    """Put figures and their rhythms where the model has them."""
    for key, figure, profile in (
        ("electricity", "electricity_usd_per_kwh", "electricity_profile"),
        ("carbon", "carbon_g_per_kwh", "carbon_profile"),
    ):
        if key in values:
            values[figure], values[profile] = values.pop(key)


def finish_site(walk: Walk, values: Values, node: Node, where: Where) -> bool:
    """Work out what is not written of a site; tell whether that can be done."""
    if not values.get("market"):
        return _finish_machines(walk, values, node, where)
    own = [key for key in (*NOT_RENTED, "accelerators") if child(node, key) is not None]
    for key in own:
        walk.fault_under(node, where, key, "stands beside market", "leave it out: what is rented is paid by its opex")
    if own or not _finish_machines(walk, values, node, where):
        return False
    values["watts_kw_per_pflops"] = 0.0
    return True


def _finish_machines(walk: Walk, values: Values, node: Node, where: Where) -> bool:
    """Turn cards into PFLOPS, and every figure in or per PFLOPS into dense BF16; tell whether that can be done."""
    _part_rhythms(values)
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
    factor: float | None = general_factor(values.get("precision", "bf16"), sparse=values.get("sparse", False))
    chip = None
    if "chip" in values:
        chip = _find_chip(walk, values["chip"], child(node, "chip") or node, (where, "chip"))
        factor = None if chip is None else _factor_of(walk, values, chip, node, where)
        values["chip_factor"] = factor
    if factor is None:
        return False
    if factor != 1:
        _normalise(values, factor)
    return chip is None or _take_over(walk, values, [(chip, 1)], node, where)


def _find_chip(walk: Walk, name: str, node: Node, where: Where) -> Accelerator | None:
    chips = load_catalogue()
    if name not in chips:
        what = f"there is no accelerator '{name}' in the catalogue"
        walk.fault(node, where, what, walk.suggest(name, chips, most=0) or "'planner catalogue list' shows all")
    return chips.get(name)


def _factor_of(walk: Walk, values: Values, chip: Accelerator, node: Node, where: Where) -> float | None:
    """Return what a PFLOPS as quoted is worth in the chip's dense BF16 ones, or None where it has no such peak."""
    precision, sparse = values.get("precision", "bf16"), values.get("sparse", False)
    factor = chip.factor(precision, sparse=sparse)
    if factor is None:
        listed = [name for name in PRECISIONS if chip.peak(name, sparse=sparse) is not None]
        have = f"write one of {', '.join(listed)}" if listed else "write the dense figure, without sparse"
        key, what = ("sparse", "sparse ") if sparse and chip.peak(precision) is not None else ("precision", "")
        right = f"{have}, or leave out the chip, for the general rule"
        walk.fault_under(node, where, key, f"the catalogue lists no {what}{precision} for {chip.id}", right)
    return factor


def _take_over(walk: Walk, values: Values, cards: list[tuple[Accelerator, int]], node: Node, where: Where) -> bool:
    """Take what the site does not say of its machines from the catalogue; tell whether that can be done."""
    pflops = sum(number * chip.compute_pflops for chip, number in cards)
    values["card_pflops"] = pflops / sum(number * chip.cards for chip, number in cards)
    if "offers" not in values:
        values["offers"] = frozenset.intersection(*(chip.abilities for chip, _ in cards))
    if "watts_kw_per_pflops" not in values:
        unknown = [chip.id for chip, _ in cards if chip.power_kw is None]
        if unknown:
            what = f"is missing, and the catalogue has no power of {', '.join(unknown)}"
            walk.fault_under(node, where, "watts", what, "write for example 'watts: 1.5 kW/PFLOPS'")
            return False
        values["watts_kw_per_pflops"] = sum(n * (chip.power_kw or 0.0) for chip, n in cards) / pflops
    return True


def _count_cards(walk: Walk, values: Values, cards: dict[str, int], node: Node, where: Where) -> bool:
    good = True
    for key, right in (
        ("precision", "leave it out: cards are counted in dense BF16"),
        ("sparse", "leave it out: cards are counted in dense BF16"),
        ("chip", "leave it out: the cards are named"),
    ):
        if key in values:
            walk.fault_under(node, where, key, "has no meaning beside accelerators", right)
            good = False
    named = child(node, "accelerators")
    found = {key: _find_chip(walk, key, key_node, ((where, "accelerators"), key)) for key, key_node, _ in items(named)}
    if not cards:
        walk.fault_under(node, where, "accelerators", "is empty", "write chips with their numbers")
    chips = [(chip, cards[key]) for key, chip in found.items() if chip is not None]
    if not good or not cards or len(chips) < len(cards):
        return False
    values["compute_pflops"] = Yearly.flat(sum(number * chip.compute_pflops for chip, number in chips))
    values["published_compute"] = ", ".join(f"{number} {name}" for name, number in cards.items())
    return _take_over(walk, values, chips, node, where)


def _published(node: Node | None) -> str:
    """Return the compute as it is written, without ranges; of years as "800 PFLOPS (2025), 2000 PFLOPS (2027)"."""
    if node is None:
        return ""
    node = child(node, VALUE) or node
    if node.__class__ is MappingNode:
        years = sorted((str(year), (child(value, VALUE) or value).value) for year, _, value in items(node))
        return ", ".join(f"{amount} ({year})" for year, amount in years)
    return str(node.value)


def _normalise(values: Values, factor: float) -> None:
    """Turn the figures of a site from its own PFLOPS, each worth `factor` dense BF16 ones, into the latter."""
    values["compute_pflops"] = values["compute_pflops"].scaled(factor)
    if "watts_kw_per_pflops" in values:
        values["watts_kw_per_pflops"] /= factor
    if "embodied_kg_per_pflops" in values:
        values["embodied_kg_per_pflops"] /= factor
    if "opex_usd_per_pflops" in values:
        values["opex_usd_per_pflops"] = values["opex_usd_per_pflops"].scaled(1 / factor)
    if "expansion" in values:
        values["expansion"] = tuple(_normalised(expansion, factor) for expansion in values["expansion"])


def _normalised(expansion: SiteExpansion, factor: float) -> SiteExpansion:
    embodied = expansion.embodied_kg_per_pflops
    return expansion.model_copy(
        update={
            "step": None if expansion.step is None else expansion.step * factor,
            "max": None if expansion.max is None else expansion.max.scaled(factor),
            "capex_usd": expansion.capex_usd.scaled(1 / factor),
            "opex_usd": expansion.opex_usd.scaled(1 / factor),
            "embodied_kg_per_pflops": embodied if embodied is None else embodied / factor,
        }
    )
