"""What a reader of an exported plan has to know beside its tables: what was asked, what is proved, from which files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

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
