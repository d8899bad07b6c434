"""Capacity planning for regional compute networks: PFLOPS, milliseconds, countries and cables in one plan.

    import planner

    plan = planner.solve("examples/central-asia-2000p.yaml", variant="mutual-recognition")
    plan.status, plan.total_cost_usd
    plan.sites, plan.demands           # pandas frames

Names are looked up when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.version import __version__

if TYPE_CHECKING:
    from planner.engine.doctor import SolverReport, examine_solvers
    from planner.engine.solution import Round, Watch
    from planner.engine.status import Status
    from planner.errors import Fault, InputError, NotModelled, Place, PlannerError, RunError, SolverError, UsageError
    from planner.files import Inputs, load_demand, load_scenario, load_topology
    from planner.files.project import write_project
    from planner.files.schema import file_schema
    from planner.plan.plan import Plan, Tables
    from planner.plan.runs import Run, check_folder, choose_folder, read_run, write_run
    from planner.plan.solve import solve
    from planner.plan.verify import verify_plan, verify_run
    from planner.report.sizing import print_sizing
    from planner.report.sizing_words import summarise_sizing
    from planner.report.summary import summarise
    from planner.report.terminal import print_plan
    from planner.report.variants import Outcome, print_variants, summarise_outcome
    from planner.studies.size import Sizing, size

__all__ = [
    "Fault",
    "InputError",
    "Inputs",
    "NotModelled",
    "Outcome",
    "Place",
    "Plan",
    "PlannerError",
    "Round",
    "Run",
    "RunError",
    "Sizing",
    "SolverError",
    "SolverReport",
    "Status",
    "Tables",
    "UsageError",
    "Watch",
    "__version__",
    "check_folder",
    "choose_folder",
    "examine_solvers",
    "file_schema",
    "load_demand",
    "load_scenario",
    "load_topology",
    "print_plan",
    "print_sizing",
    "print_variants",
    "read_run",
    "size",
    "solve",
    "summarise",
    "summarise_outcome",
    "summarise_sizing",
    "verify_plan",
    "verify_run",
    "write_project",
    "write_run",
]

_HOMES = {
    "planner.engine.doctor": ("SolverReport", "examine_solvers"),
    "planner.engine.solution": ("Round", "Watch"),
    "planner.engine.status": ("Status",),
    "planner.errors": (
        "Fault", "InputError", "NotModelled", "Place", "PlannerError", "RunError", "SolverError", "UsageError",
    ),
    "planner.files": ("Inputs", "load_demand", "load_scenario", "load_topology"),
    "planner.files.project": ("write_project",),
    "planner.files.schema": ("file_schema",),
    "planner.plan.plan": ("Plan", "Tables"),
    "planner.plan.runs": ("Run", "check_folder", "choose_folder", "read_run", "write_run"),
    "planner.plan.solve": ("solve",),
    "planner.plan.verify": ("verify_plan", "verify_run"),
    "planner.report.sizing": ("print_sizing",),
    "planner.report.sizing_words": ("summarise_sizing",),
    "planner.report.summary": ("summarise",),
    "planner.report.terminal": ("print_plan",),
    "planner.report.variants": ("Outcome", "print_variants", "summarise_outcome"),
    "planner.studies.size": ("Sizing", "size"),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import the module that a public name lives in, once."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'planner' has no attribute '{name}'")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names."""
    return sorted(__all__)
