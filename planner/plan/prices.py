"""Prices of a plan: what one more unit of each limit is worth in a year, and the duals that they are made of.

The dual of a row is a discounted sum, for its block of the day and its failure alone. A price of a year adds the duals
of a limit up over blocks and failures and divides them by ω(t), the discounted years that the year stands for. One more
PFLOPS of a demand is one more as mean over the day, in the shape of its profile. Limits of all years together have no
year: their price is the discounted sum.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pulp

from planner.programme.families import FAMILIES
from planner.programme.programme import SCALE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.plan.answer import Answer
    from planner.programme.case import Case
    from planner.programme.constraints import Key
    from planner.programme.families import Family
    from planner.programme.programme import RowInfo

Record = Mapping[str, object]

SAME = 1e-6
"""By what share of itself a price has to move for the two sides of it to differ."""


def list_duals(answer: Answer) -> Iterator[Record]:
    """Yield the dual of every row that has one, in USD of the whole plan for one unit of its right-hand side.

    Of a limit it is what relaxing it saves, never negative; of a demand what one more PFLOPS of it costs, which is
    below zero where objectives before cost let it save. What ties steps to what is built is no limit and has none.
    """
    duals = answer.solution.duals
    if duals is None or not _in_money(answer):
        return
    for row, dual in zip(answer.programme.rows, duals.tolist(), strict=False):
        usd = _sign(row, dual) / SCALE
        if abs(usd) > answer.case.scale.price_noise(row.unit) and FAMILIES[row.family].unit:
            yield {"family": row.family, "key": "/".join(map(str, _told(answer.case, row))), "dual_usd": usd}


def list_prices(answer: Answer) -> Iterator[Record]:
    """Yield the price of every limit and year: at the optimum, of one unit more and of one unit less.

    The three are one where the optimum has only one set of prices. `price_less` is empty where there is nothing to
    spare: with less, no plan keeps all rules; so are both where they are not wanted.
    """
    case, duals = answer.case, answer.solution.duals
    if duals is None or not _in_money(answer):
        return
    limits, traffic = _limits(answer, duals), {case.part_key(each) for each in case.demands if not each.is_compute}
    moved = answer.fixed if answer.sides else None
    sides = moved.price_sides([rows for _, rows in limits]) if moved is not None else []
    for number, ((family, key), rows) in enumerate(limits):
        weight = 1.0 if FAMILIES[family].of_all_years else case.year_weight(int(str(key[0])))
        infos = [answer.programme.rows[row] for row in rows]
        price = sum(
            _sign(info, float(duals[row])) * share for info, (row, share) in zip(infos, rows.items(), strict=True)
        )
        price /= SCALE * weight
        unmoved = price if answer.sides else float("nan")
        more, less = (side / SCALE / weight for side in sides[number]) if sides else (unmoved, unmoved)
        if infos[0].constraint.sense == pulp.LpConstraintEQ:
            more, less = less, more  # of a demand, one more leaves less room
        yield {
            "family": family, "key": "/".join(str(part) for part in key), "price": price,
            "unit": _unit(case, FAMILIES[family], key, traffic),
            "price_more": _side(more, price), "price_less": _side(less, price),
        }  # fmt: skip


def _in_money(answer: Answer) -> bool:
    """Whether cost is what was minimised last: only then are duals money."""
    return answer.case.stages[-1] == "cost"


def _limits(
    answer: Answer, duals: NDArray[np.float64]
) -> list[tuple[tuple[str, tuple[object, ...]], dict[int, float]]]:
    """Rows of each limit and year that have a price at all, with the unit of each, in the order of the programme."""
    found: defaultdict[tuple[str, tuple[object, ...]], dict[int, float]] = defaultdict(dict)
    factors = _profiles(answer.case)
    for number, row in enumerate(answer.programme.rows[: len(duals)]):
        if FAMILIES[row.family].unit:
            share = factors.get((*row.key[:2], *row.key[3:]), 1.0) if row.family == "demand_met" else 1.0
            found[row.family, FAMILIES[row.family].yearly(_told(answer.case, row))][number] = share
    noise = [answer.case.scale.price_noise(row.unit) * SCALE for row in answer.programme.rows[: len(duals)]]
    return [(name, rows) for name, rows in found.items() if any(abs(duals[row]) > noise[row] for row in rows)]


def _told(case: Case, row: RowInfo) -> Key:
    """Return the key of a row as tables have it: of a state, with its season where the scenario tells them apart."""
    if not case.seasonal or not FAMILIES[row.family].of_states:
        return row.key
    year, block, *rest = row.key
    slot = case.slots[int(str(block))]
    return (year, slot.season, slot.hour // slot.length, *rest)


def _profiles(case: Case) -> dict[tuple[object, ...], float]:
    """What one more PFLOPS of a demand, as mean over the year, is in each block: (year, block, label) to a factor."""
    return {
        (year, block, *case.part_key(demand)): demand.quantity[year, block] / mean
        for year in case.years
        for demand in case.demands
        for mean in (case.volume(demand, year),)
        if mean > 0 and not demand.movable
        for block in range(case.blocks)
    }


def _sign(row: RowInfo, dual: float) -> float:
    return dual if row.constraint.sense == pulp.LpConstraintEQ else abs(dual)


def _side(side: float, price: float) -> float:
    """Return one side of a price, the price itself where it is the same, not a number where there is none."""
    if not np.isfinite(side):
        return float("nan")
    return price if abs(side - price) <= SAME * max(abs(price), 1.0) else side


def _unit(case: Case, family: Family, key: Key, traffic: Container[object]) -> str:
    """Return USD by the unit of a limit, and by the year where the limit is of one."""
    unit = family.unit
    if unit == "asset":
        unit = "PFLOPS" if any(site.id == key[1] for site in case.sites) else "Gbps"
    elif unit == "demand":
        unit = "Gbps" if key[-3:] in traffic else "PFLOPS"
    return family.price_unit(unit, several_years=len(case.years) > 1)
