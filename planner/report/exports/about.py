"""What a reader of exported tables has to know beside them: the units of columns; what was asked, what is proved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.plan.csv_tables import FLAGS, INTEGERS, TEXTS

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.runs import Run


UNITS_CONVENTION = (
    "Units stand at the end of column names: pflops, gbps, ms, km, mw, mwh, t, usd.",
    "PFLOPS are installed dense BF16 peak.",
    "Gbps are means over a block of hours, counted in each direction.",
    "Round-trip times are in ms and hold the access of the users.",
    "Money is in USD of the row's year, and per year where it recurs; capex is paid once.",
    "Shares and utilisation are between 0 and 1; an empty field is no number.",
)
"""How to read the columns."""


def about_frame(run: Run) -> pd.DataFrame:
    """Return a table of two columns, what and value, that belongs to the tables of a run."""
    import pandas as pd

    return pd.DataFrame([*_question(run), *_answer(run), *_origin(run)], columns=["what", "value"], dtype=object)


def _question(run: Run) -> Iterator[tuple[str, object]]:
    scenario = run.inputs.scenario
    yield "scenario", scenario.id
    yield "title", scenario.title
    yield "variant", run.inputs.variant
    for override in run.inputs.overrides:
        yield "changed value", override
    if run.manifest["frozen_builds"] is not None:
        yield "builds taken from", run.manifest["frozen_builds"]
    yield "years", ", ".join(map(str, scenario.years))


def _answer(run: Run) -> Iterator[tuple[str, object]]:
    plan = run.plan
    yield "status", plan.status.value
    yield "objective", plan.objective_name
    yield "value of the objective", plan.objective
    yield "bound", plan.bound
    yield "gap", plan.gap
    for stage in plan.stages:
        yield f"stage {stage.name}", stage.value
    for term, usd in plan.cost_usd.items():
        yield f"{term}_usd", usd
    yield "cost_usd", plan.total_cost_usd
    yield "unserved_penalty_usd", plan.unserved_penalty_usd
    if plan.inputs.topology.background:
        yield "background_penalty_usd", plan.background_penalty_usd
    for note in plan.notes:
        yield "note", str(note)
    for finding in plan.findings:
        yield "finding", str(finding)


def _origin(run: Run) -> Iterator[tuple[str, object]]:
    yield "solver", run.manifest["solver"]
    for name, version in run.plan.versions.items():
        if version:
            yield f"version of {name}", version
    for entry in run.manifest["inputs"]:
        yield f"sha256 of {entry['file']}", entry["sha256"]
    for sentence in UNITS_CONVENTION:
        yield "units", sentence


UNITS = {
    "price_usd_per_pflops": "USD/PFLOPS/year", "price_usd_per_gbps": "USD/Gbps/year", "capex_usd": "USD",
    "annuity_usd": "USD/year", "opex_usd": "USD/year", "cost_usd": "USD/year", "utilisation": "1",
    "energy_mwh": "MWh/year", "carbon_t": "t/year", "embodied_t": "t/year", "water_m3": "m3/year", "cards": "cards",
    "background_penalty_usd": "USD/year", "caused_usd": "USD/year", "paid_usd": "USD/year", "sites_usd": "USD",
    "links_usd": "USD", "projects_usd": "USD",
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
