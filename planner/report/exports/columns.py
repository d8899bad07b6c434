"""Columns of the tables: their units, and their figures by record with the year in the name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from planner.plan.csv_tables import FLAGS, INTEGERS, TEXTS

if TYPE_CHECKING:
    import pandas as pd

UNITS = {
    "price_usd_per_pflops": "USD/PFLOPS/year", "price_usd_per_gbps": "USD/Gbps/year", "capex_usd": "USD",
    "annuity_usd": "USD/year", "opex_usd": "USD/year", "cost_usd": "USD/year", "utilisation": "1",
    "energy_mwh": "MWh/year", "carbon_t": "t/year", "water_m3": "m3/year", "cards": "cards",
}  # fmt: skip
"""Units of columns that do not simply end with them."""
ENDINGS = {"pflops": "PFLOPS", "gbps": "Gbps", "ms": "ms", "km": "km", "mw": "MW"}
"""Units by the last word of a column's name."""


def unit_of(column: str) -> str | None:
    """Return the unit of a column; None where it holds no measure, or one whose unit stands in the row."""
    return UNITS.get(column) or ENDINGS.get(column.rpartition("_")[2])


def figures_by_record(frame: pd.DataFrame, record: str) -> dict[str, dict[str, float | None]]:
    """Return the figures of a table indexed by year and record as ``{record: {"used_pflops_2030": 425.0}}``.

    What is no number is None.
    """
    found: defaultdict[str, dict[str, float | None]] = defaultdict(dict)
    figures = [name for name in frame.columns if name not in TEXTS | FLAGS | INTEGERS]
    for row in frame.reset_index().to_dict("records"):
        for name in figures:
            value = float(row[name])
            found[str(row[record])][f"{name}_{row['year']}"] = None if value != value else value  # noqa: PLR0124
    return dict(found)
