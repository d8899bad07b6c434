"""Is a run right? Its copies are those that were read, its tables those that were written, and the plan is right."""

from __future__ import annotations

from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

from planner.plan.runs import find_damage, read_manifest, read_run
from planner.plan.table_files import find_lacks
from planner.plan.verify.checks import verify_tables
from planner.plan.verify.objectives import bound_faults

if TYPE_CHECKING:
    from planner.plan.runs import Run


def verify_run(folder: str | Path) -> list[str]:
    """Return what is wrong with a run, a sentence each; an empty list means that nothing is.

    Raises
    ------
    RunError
        where the folder is no run, or is damaged so that it cannot be read
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    damaged = list(find_damage(folder, manifest))
    if any("is missing" in fault for fault in damaged):
        return damaged
    if manifest["tables"] and (lacks := find_lacks(folder, manifest)):
        return [*damaged, *lacks]
    return [*damaged, *_plan_faults(read_run(folder, altered=True))]


def _plan_faults(run: Run) -> list[str]:
    manifest = run.manifest
    objective, bound = (nan if manifest[key] is None else manifest[key] for key in ("objective", "bound"))
    if run.tables is None:
        return [f"the run is {run.status.value} and has no tables"] if run.status.has_plan else []
    faults = verify_tables(
        run.inputs,
        run.tables,
        objective=objective,
        cost_usd=manifest["cost_usd"],
        unserved_penalty_usd=manifest["unserved_penalty_usd"],
    )
    return [*faults, *bound_faults(run.inputs.scenario.objective[0], bound, objective)]
