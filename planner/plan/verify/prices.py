"""Rules of prices: each is the sum of its duals, in its unit, and the same in every table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isnan

from planner.plan.verify.evidence import Evidence
from planner.plan.verify.tolerance import show
from planner.programme.families import FAMILIES

EXACT, NOISE_USD = 1e-5, 1e-4
"""Share of a price, and USD, by which it may miss the sum of its duals: those of a millionth are not written."""

PriceKey = tuple[str, str]


def prices_are_sums_of_duals(e: Evidence) -> Iterator[str]:
    """A price of a year is the sum of the duals of its limit, over blocks and failures, of one year."""
    right, rows = _right(e), e.rows("prices")
    for key in sorted(right.keys() | rows.keys()):
        where = f"table prices: {'/'.join(part for part in key if part)}"
        if key not in rows:
            if abs(right[key]) > NOISE_USD:
                yield f"{where}: is missing, and its duals add up to {show(right[key])}"
        elif key not in right or _differs(rows[key]["price"], right[key]):
            worth = show(right.get(key, 0.0))
            yield f"{where}: is {worth} by its duals, and the table says {show(rows[key]['price'])}"


def _right(e: Evidence) -> dict[PriceKey, float]:
    """Prices by family and key, from the duals."""
    found: defaultdict[PriceKey, float] = defaultdict(float)
    for (family, key), usd in e.duals.usd.items():
        if family not in FAMILIES or len(key) != len(FAMILIES[family].index):
            continue  # the rules of duals say so
        share, weight = 1.0, 1.0
        if not FAMILIES[family].of_all_years:
            weight = e.weights.get(int(key[0]), 1.0)
        if family == "demand_met":
            share = _share_of_mean(e, key)
        found[family, "/".join(_yearly(e, family, key))] += usd * share / weight
    return dict(found)


def _yearly(e: Evidence, family: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """Return what a price is listed under: without the block; without the failure, too, unless that is what it is.

    Where the scenario has seasons, so have the prices of limits that each season has of its own.
    """
    yearly = tuple(str(part) for part in FAMILIES[family].yearly(key))
    if not FAMILIES[family].by_season or not e.inputs.scenario.seasons:
        return yearly
    return yearly[0], e.hours[int(key[1])].season, *yearly[1:]


def _share_of_mean(e: Evidence, key: tuple[str, ...]) -> float:
    """What one more PFLOPS of a demand, as mean over the year, is in one of its blocks."""
    year, at, (origin, workload, node) = int(key[0]), e.hours[int(key[1])], key[3:]
    part = e.parts[e.part_by_key[origin, workload, node]]
    return part.asked[year, at] / part.volume[year] if part.volume[year] else 1.0


def units_are_right(e: Evidence) -> Iterator[str]:
    """The unit says of what, and for how long, a price is."""
    for (family, key), row in e.rows("prices").items():
        right = _unit(e, family, key) if family in FAMILIES else "nothing"
        if row["unit"] != right:
            yield f"table prices: {family}/{key}: is in {right}, and the table says {row['unit']}"


def _unit(e: Evidence, family: str, key: str) -> str:
    unit = FAMILIES[family].unit
    if unit == "asset":
        unit = "PFLOPS" if set(key.split("/")) & e.inputs.topology.sites.keys() else "Gbps"
    elif unit == "demand":
        origin, workload, node = ["", "", *key.split("/")][-3:]
        part = e.part_by_key.get((origin, workload, node))
        unit = e.parts[part].unit if part is not None else "PFLOPS"
    return FAMILIES[family].price_unit(unit, several_years=len(e.years) > 1)


def sides_hold_the_price(e: Evidence) -> Iterator[str]:
    """One more unit of a limit never saves more than one less costs, and the price lies between the two.

    How much each side is only solving again can tell. One more of a demand never costs less than one less saves.
    """
    for (family, key), row in e.rows("prices").items():
        price, sides = row["price"], (row["price_more"], row["price_less"])
        low, high = reversed(sides) if family in ("demand_met", "training_volume") else sides
        off = EXACT * 100 * abs(price) + NOISE_USD
        if (not isnan(low) and low > price + off) or (not isnan(high) and high < price - off):
            stated = f"one more {show(row['price_more'])}, one less {show(row['price_less'])}"
            yield f"table prices: {family}/{key}: {show(price)} does not lie between its two sides: {stated}"


def assets_have_their_prices(e: Evidence) -> Iterator[str]:
    """One more unit installed is worth the duals of its capacity, times the share of it that may be used."""
    duals = e.duals
    for table, family, column in (
        ("sites", "site_capacity", "price_usd_per_pflops"),
        ("links", "link_capacity", "price_usd_per_gbps"),
    ):
        found: defaultdict[tuple[int, str], float] = defaultdict(float)
        for (name, key), usd in duals.usd.items():
            if name == family:
                year = int(key[0])
                state = (year, e.hours[0], key[2])
                found[year, key[3]] += usd * e.fill(table[:-1], state, key[3]) / e.weights[year]
        yield from _price_faults(e, table, column, found)


def failures_have_their_prices(e: Evidence) -> Iterator[str]:
    """What keeping one more PFLOPS everywhere costs are the duals of what is to be kept.

    A failure with such a price has shaped the plan, and only one that was written into the programme can have one.
    """
    found: defaultdict[tuple[int, str], float] = defaultdict(float)
    for (family, key), usd in e.duals.usd.items():
        if family == "survival":
            found[int(key[0]), key[2]] += usd / e.weights[int(key[0])]
    yield from _price_faults(e, "failures", "price_usd_per_pflops", found)
    for (year, name), row in e.rows("failures").items():
        if row["price_usd_per_pflops"] > NOISE_USD and not (row["written"] and row["shaped"]):
            yield f"{year}: failure {name}: has a price, and is not said to be written and to have shaped the plan"


def _price_faults(e: Evidence, table: str, column: str, right: Mapping[tuple[int, str], float]) -> Iterator[str]:
    for (year, name), row in e.rows(table).items():
        usd = right.get((year, name), 0.0)
        if _differs(row[column], usd):
            yield f"{year}: {table[:-1]} {name}: its price is {show(usd)}, and the table says {show(row[column])}"


def _differs(stated: float, right: float) -> bool:
    return not abs(stated - right) <= EXACT * abs(right) + NOISE_USD


RULES = (
    prices_are_sums_of_duals,
    units_are_right,
    sides_hold_the_price,
    assets_have_their_prices,
    failures_have_their_prices,
)
