"""Capacity planning for regional compute networks: PFLOPS, milliseconds, countries and cables in one plan.

    import planner

    plan = planner.solve("examples/central-asia-2000p.yaml", variant="mutual-recognition")
    plan.status, plan.total_cost_usd
    plan.sites, plan.demands           # pandas frames

Names are looked up when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.version import __version__

if TYPE_CHECKING:
    from planner.accelerator import Accelerator
    from planner.builder.building import Built, build_demand
    from planner.builder.reading import load_spec
    from planner.builder.writing import write_demand
    from planner.catalogue.counts import CardCount, count_cards
    from planner.catalogue.readings import ComputeReading, QuotedCompute, count_cards_for, quote_compute, read_compute
    from planner.engine.doctor import SolverReport, examine_solvers
    from planner.engine.solution import Round, Watch
    from planner.engine.status import Status
    from planner.errors import Fault, InputError, Place, PlannerError, RunError, SolverError, UsageError
    from planner.files import Inputs, load_demand, load_scenario, load_topology
    from planner.files.changing.differences import differences
    from planner.files.changing.editor import EditedFile, Editor, edit_scenario, edit_topology
    from planner.files.changing.merging import merge_topologies
    from planner.files.changing.stepping import edits_of, redo_edit, undo_edit
    from planner.files.formats import Guess, Imported, export_topology, import_topology
    from planner.files.project import write_project
    from planner.files.project.cases import Case, load_cases, write_case
    from planner.files.reading.catalogue import find_chip, load_catalogue
    from planner.files.reading.measured import MeasuredPair, read_measured
    from planner.files.schema import file_schema
    from planner.plan.plan import Plan, Tables
    from planner.plan.runs import Run, check_folder, choose_folder, read_run
    from planner.plan.solve import solve
    from planner.plan.verify import verify_plan, verify_run
    from planner.report.comparison.comparing import Comparison, compare
    from planner.report.comparison.documents import write_comparison
    from planner.report.comparison.page import render_comparison
    from planner.report.comparison.summary import summarise_comparison
    from planner.report.comparison.terminal import print_comparison
    from planner.report.exports.export import export_run
    from planner.report.language.speech import speak
    from planner.report.pictures import draw_pictures, draw_topology
    from planner.report.plan.page.rendering import render_report
    from planner.report.plan.summary import summarise
    from planner.report.plan.terminal.printing import print_plan
    from planner.report.plan.variants import Outcome, print_variants, summarise_outcome
    from planner.report.plan.writing import write_report, write_run
    from planner.report.sizing.documents import write_sizing
    from planner.report.sizing.page import render_sizing
    from planner.report.sizing.summary import summarise_sizing
    from planner.report.sizing.terminal import print_sizing
    from planner.report.studies.explained import diagnosis_bytes, summarise_diagnosis, summarise_explanation
    from planner.report.studies.explaining import print_brief_diagnosis, print_explanation
    from planner.report.studies.shares import print_sharing, summarise_sharing
    from planner.report.studies.stress import print_stress, summarise_stress
    from planner.report.studies.sweep import print_sweep, summarise_sweep
    from planner.report.studies.worth import (
        print_alternatives,
        print_deciding,
        print_worth,
        summarise_alternatives,
        summarise_deciding,
        summarise_worth,
    )
    from planner.report.topology.measured import print_latency_check
    from planner.report.topology.page import render_topology, write_topology_map
    from planner.report.topology.summary import summarise_cuts, summarise_latency_check, summarise_topology
    from planner.report.topology.terminal import print_cuts, print_route, print_topology
    from planner.studies.explaining.deciding import Swing, what_decides
    from planner.studies.explaining.diagnosis import Diagnosis, diagnose
    from planner.studies.explaining.errands import Effort
    from planner.studies.explaining.explanation import Explanation, explain
    from planner.studies.explaining.rivals import NearBest, alternatives
    from planner.studies.explaining.worth import Worth, worth
    from planner.studies.shares.share import share
    from planner.studies.shares.sharing import Sharing
    from planner.studies.size import Sizing, size
    from planner.studies.stress.stress import Stress, stress
    from planner.studies.survey.cuts import study_cuts
    from planner.studies.survey.measured import LatencyCheck, check_latency
    from planner.studies.survey.overview import Overview, survey
    from planner.studies.survey.routes import Route, find_route
    from planner.studies.survey.warnings import check_topology, find_warnings
    from planner.studies.sweep.sweep import Sweep, sweep

__all__ = [
    "Accelerator",
    "Built",
    "CardCount",
    "Case",
    "Comparison",
    "ComputeReading",
    "Diagnosis",
    "EditedFile",
    "Editor",
    "Effort",
    "Explanation",
    "Fault",
    "Guess",
    "Imported",
    "InputError",
    "Inputs",
    "LatencyCheck",
    "MeasuredPair",
    "NearBest",
    "Outcome",
    "Overview",
    "Place",
    "Plan",
    "PlannerError",
    "QuotedCompute",
    "Round",
    "Route",
    "Run",
    "RunError",
    "Sharing",
    "Sizing",
    "SolverError",
    "SolverReport",
    "Status",
    "Stress",
    "Sweep",
    "Swing",
    "Tables",
    "UsageError",
    "Watch",
    "Worth",
    "__version__",
    "alternatives",
    "build_demand",
    "check_folder",
    "check_latency",
    "check_topology",
    "choose_folder",
    "compare",
    "count_cards",
    "count_cards_for",
    "diagnose",
    "diagnosis_bytes",
    "differences",
    "draw_pictures",
    "draw_topology",
    "edit_scenario",
    "edit_topology",
    "edits_of",
    "examine_solvers",
    "explain",
    "export_run",
    "export_topology",
    "file_schema",
    "find_chip",
    "find_route",
    "find_warnings",
    "import_topology",
    "load_cases",
    "load_catalogue",
    "load_demand",
    "load_scenario",
    "load_spec",
    "load_topology",
    "merge_topologies",
    "print_alternatives",
    "print_brief_diagnosis",
    "print_comparison",
    "print_cuts",
    "print_deciding",
    "print_explanation",
    "print_latency_check",
    "print_plan",
    "print_route",
    "print_sharing",
    "print_sizing",
    "print_stress",
    "print_sweep",
    "print_topology",
    "print_variants",
    "print_worth",
    "quote_compute",
    "read_compute",
    "read_measured",
    "read_run",
    "redo_edit",
    "render_comparison",
    "render_report",
    "render_sizing",
    "render_topology",
    "share",
    "size",
    "solve",
    "speak",
    "stress",
    "study_cuts",
    "summarise",
    "summarise_alternatives",
    "summarise_comparison",
    "summarise_cuts",
    "summarise_deciding",
    "summarise_diagnosis",
    "summarise_explanation",
    "summarise_latency_check",
    "summarise_outcome",
    "summarise_sharing",
    "summarise_sizing",
    "summarise_stress",
    "summarise_sweep",
    "summarise_topology",
    "summarise_worth",
    "survey",
    "sweep",
    "undo_edit",
    "verify_plan",
    "verify_run",
    "what_decides",
    "worth",
    "write_case",
    "write_comparison",
    "write_demand",
    "write_project",
    "write_report",
    "write_run",
    "write_sizing",
    "write_topology_map",
]

_HOMES = {
    "planner.accelerator": ("Accelerator",),
    "planner.builder.building": ("Built", "build_demand"),
    "planner.builder.reading": ("load_spec",),
    "planner.builder.writing": ("write_demand",),
    "planner.catalogue.counts": ("CardCount", "count_cards"),
    "planner.catalogue.readings": (
        "ComputeReading", "QuotedCompute", "count_cards_for", "quote_compute", "read_compute",
    ),
    "planner.engine.doctor": ("SolverReport", "examine_solvers"),
    "planner.engine.solution": ("Round", "Watch"),
    "planner.engine.status": ("Status",),
    "planner.errors": (
        "Fault", "InputError", "Place", "PlannerError", "RunError", "SolverError", "UsageError",
    ),
    "planner.files": ("Inputs", "load_demand", "load_scenario", "load_topology"),
    "planner.files.changing.differences": ("differences",),
    "planner.files.changing.editor": ("EditedFile", "Editor", "edit_scenario", "edit_topology"),
    "planner.files.changing.merging": ("merge_topologies",),
    "planner.files.changing.stepping": ("edits_of", "redo_edit", "undo_edit"),
    "planner.files.formats": ("Guess", "Imported", "export_topology", "import_topology"),
    "planner.files.project": ("write_project",),
    "planner.files.project.cases": ("Case", "load_cases", "write_case"),
    "planner.files.reading.catalogue": ("find_chip", "load_catalogue"),
    "planner.files.reading.measured": ("MeasuredPair", "read_measured"),
    "planner.files.schema": ("file_schema",),
    "planner.plan.plan": ("Plan", "Tables"),
    "planner.plan.runs": ("Run", "check_folder", "choose_folder", "read_run"),
    "planner.plan.solve": ("solve",),
    "planner.plan.verify": ("verify_plan", "verify_run"),
    "planner.report.comparison.comparing": ("Comparison", "compare"),
    "planner.report.comparison.documents": ("write_comparison",),
    "planner.report.comparison.page": ("render_comparison",),
    "planner.report.comparison.summary": ("summarise_comparison",),
    "planner.report.comparison.terminal": ("print_comparison",),
    "planner.report.studies.explained": ("diagnosis_bytes", "summarise_diagnosis", "summarise_explanation"),
    "planner.report.studies.explaining": ("print_brief_diagnosis", "print_explanation"),
    "planner.report.studies.worth": (
        "print_alternatives", "print_deciding", "print_worth", "summarise_alternatives", "summarise_deciding",
        "summarise_worth",
    ),
    "planner.report.exports.export": ("export_run",),
    "planner.report.language.speech": ("speak",),
    "planner.report.pictures": ("draw_pictures", "draw_topology"),
    "planner.report.plan.writing": ("write_report", "write_run"),
    "planner.report.plan.page.rendering": ("render_report",),
    "planner.report.plan.summary": ("summarise",),
    "planner.report.plan.terminal.printing": ("print_plan",),
    "planner.report.plan.variants": ("Outcome", "print_variants", "summarise_outcome"),
    "planner.report.sizing.terminal": ("print_sizing",),
    "planner.report.sizing.documents": ("write_sizing",),
    "planner.report.sizing.page": ("render_sizing",),
    "planner.report.sizing.summary": ("summarise_sizing",),
    "planner.report.topology.page": ("render_topology", "write_topology_map"),
    "planner.report.topology.measured": ("print_latency_check",),
    "planner.report.topology.summary": ("summarise_cuts", "summarise_latency_check", "summarise_topology"),
    "planner.report.topology.terminal": ("print_cuts", "print_route", "print_topology"),
    "planner.report.studies.shares": ("print_sharing", "summarise_sharing"),
    "planner.report.studies.stress": ("print_stress", "summarise_stress"),
    "planner.studies.stress.stress": ("Stress", "stress"),
    "planner.report.studies.sweep": ("print_sweep", "summarise_sweep"),
    "planner.studies.sweep.sweep": ("Sweep", "sweep"),
    "planner.studies.shares.share": ("share",),
    "planner.studies.shares.sharing": ("Sharing",),
    "planner.studies.explaining.deciding": ("Swing", "what_decides"),
    "planner.studies.explaining.diagnosis": ("Diagnosis", "diagnose"),
    "planner.studies.explaining.explanation": ("Explanation", "explain"),
    "planner.studies.explaining.errands": ("Effort",),
    "planner.studies.explaining.rivals": ("NearBest", "alternatives"),
    "planner.studies.explaining.worth": ("Worth", "worth"),
    "planner.studies.size": ("Sizing", "size"),
    "planner.studies.survey.cuts": ("study_cuts",),
    "planner.studies.survey.measured": ("LatencyCheck", "check_latency"),
    "planner.studies.survey.overview": ("Overview", "survey"),
    "planner.studies.survey.routes": ("Route", "find_route"),
    "planner.studies.survey.warnings": ("check_topology", "find_warnings"),
}  # fmt: skip
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

_RENAMED = {
    "NotModelled": "InputError",
    "Trip": "Route",
    "find_trip": "find_route",
    "print_trip": "print_route",
}
"""Names of the version before, which still work and warn, by the names that stand in their place."""


def __getattr__(name: str) -> Any:
    """Import the module that a public name lives in, once."""
    if name in _RENAMED:
        import warnings

        said = f"planner.{name} is now planner.{_RENAMED[name]}, and goes with the next version"
        warnings.warn(said, DeprecationWarning, stacklevel=2)
        return getattr(sys.modules[__name__], _RENAMED[name])
    if name not in _HOME_OF:
        raise AttributeError(f"module 'planner' has no attribute '{name}'")
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Public names."""
    return sorted(__all__)
