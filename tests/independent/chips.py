"""The chips that sites name, from the catalogue as it stands: factors, cards, power and what their machines offer."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import yaml

from independent.reading import Record, quantity

CATALOGUE = Path(__file__).parents[2] / "planner" / "accelerators.yaml"
# Dense BF16 PFLOPS for one published PFLOPS of each precision, where no chip is named.
PRECISIONS = {
    "bf16": Fraction(1),
    "fp16": Fraction(1),
    "fp8": Fraction(1, 2),
    "int8": Fraction(1, 2),
    "fp4": Fraction(1, 4),
    "tf32": Fraction(2),
}


@cache
def catalogue() -> Record:
    """Return the records of the catalogue by id."""
    return yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["accelerators"]


def precision_factor(site: Record) -> Fraction:
    """Return the dense BF16 PFLOPS in one published PFLOPS of a site: by its chip, else by the general rule."""
    precision, sparse = site.get("precision", "bf16"), bool(site.get("sparse"))
    if "chip" not in site:
        return PRECISIONS[precision] / (2 if sparse else 1)
    chip, name = catalogue()[site["chip"]], {"fp16": "bf16"}.get(precision, precision)
    peaks = chip["sparse"] if sparse else {**chip, "bf16": chip["compute"]}
    return quantity(chip["compute"]) / quantity(peaks[name])


def card_pflops(site: Record) -> Fraction | None:
    """Return what one card of a site is worth, None where it names no chip."""
    if "chip" not in site:
        return None
    chip = catalogue()[site["chip"]]
    return quantity(chip["compute"]) / int(chip.get("cards", 1))


def mw_per_pflops(site: Record) -> Fraction:
    """Return the IT power of a normalised PFLOPS: as the site says, else that of its chip in servers, else none."""
    if "watts" in site or "chip" not in site:
        return quantity(site.get("watts", 0)) / precision_factor(site)
    chip = catalogue()[site["chip"]]
    if "power" in chip:
        return quantity(chip["power"]) / quantity(chip["compute"])
    other = catalogue()[chip["power_as"]]
    share = quantity(other["power"]) / quantity(other["chip_power"])
    return quantity(chip["chip_power"]) * share / quantity(chip["compute"])


def offered(site: Record) -> set[str]:
    """Return what a site's machines can do: as it says, else its chip's software, and FP64 from a hundredth of BF16."""
    if "offers" in site or "chip" not in site:
        return set(site.get("offers", []))
    chip = catalogue()[site["chip"]]
    enough = quantity(chip.get("fp64", 0)) * 100 >= quantity(chip["compute"])
    return {*chip.get("offers", []), *(["fp64"] if enough else [])}


def least_cluster(workload: Record, site: Record) -> Fraction | None:
    """Return what a site must have installed to take the work, PFLOPS; None where its cards cannot be counted.

    Work with a deadline needs what one piece of it takes.
    """
    asked = str(workload.get("min_cluster", workload.get("job", {}).get("takes", 0)))
    if "card" not in asked:
        return quantity(asked)
    one = card_pflops(site)
    return None if one is None else Fraction(asked.split(maxsplit=1)[0]) * one
