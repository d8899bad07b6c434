"""What ``import planner`` offers, and what it costs."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import planner

PUBLIC = {
    "Case", "load_cases", "write_case",
    "Accelerator", "CardCount", "ComputeReading", "QuotedCompute", "count_cards", "count_cards_for", "find_chip",
    "load_catalogue", "load_spec", "build_demand", "Built", "write_demand", "quote_compute", "read_compute",
    "Comparison", "EditedFile", "Editor", "Fault", "Guess", "Imported", "InputError", "Inputs",
    "Outcome", "Overview", "Place", "Plan", "PlannerError", "Round", "Route", "Run", "RunError", "Sizing",
    "SolverError", "SolverReport", "Status", "Tables", "UsageError", "Watch", "__version__", "check_folder",
    "check_topology", "choose_folder", "compare", "differences", "draw_pictures", "draw_topology", "edit_scenario",
    "edit_topology", "edits_of", "examine_solvers", "export_run", "export_topology", "file_schema", "find_route",
    "find_warnings", "import_topology",
    "LatencyCheck", "MeasuredPair", "check_latency", "print_latency_check", "read_measured", "summarise_latency_check",
    "load_demand", "load_scenario", "load_topology", "merge_topologies", "print_comparison", "print_cuts", "print_plan",
    "Sharing", "print_sharing", "share", "summarise_sharing", "Stress", "print_stress", "stress", "summarise_stress",
    "Sweep", "print_sweep", "sweep", "summarise_sweep",
    "print_sizing", "print_topology", "print_route", "print_variants", "read_run", "redo_edit", "render_comparison",
    "render_report", "render_sizing", "render_topology", "size", "solve", "speak", "study_cuts", "summarise",
    "summarise_comparison",
    "summarise_cuts", "summarise_outcome", "summarise_sizing", "summarise_topology", "survey", "undo_edit",
    "verify_plan", "verify_run", "write_comparison", "write_project", "write_report", "write_run", "write_sizing",
    "write_topology_map",
    "Diagnosis", "Explanation", "diagnose", "diagnosis_bytes", "explain", "print_brief_diagnosis", "print_explanation",
    "summarise_diagnosis", "summarise_explanation", "Effort", "NearBest", "Worth", "alternatives", "print_alternatives",
    "print_worth", "summarise_alternatives",
    "Swing", "print_deciding", "summarise_deciding", "what_decides", "summarise_worth", "worth",
}  # fmt: skip
SLOW = ("click", "pandas", "numpy", "pulp", "highspy", "networkx", "scipy", "pydantic", "rich", "yaml")
ROOT = Path(planner.__file__).parent.parent


def test_all_is_exactly_the_public_face() -> None:
    """A new public name is a decision, so it has to be written down twice."""
    assert set(planner.__all__) == PUBLIC
    assert dir(planner) == sorted(PUBLIC)


def test_every_public_name_resolves_to_what_its_home_calls_by_that_name() -> None:
    """Lazy names cannot rot unnoticed."""
    for name in planner.__all__:
        value = getattr(planner, name)
        assert getattr(value, "__name__", name) == name


def test_lazy_names_and_type_hints_speak_of_the_same_homes() -> None:
    """What mypy believes is what ``__getattr__`` does."""
    tree = ast.parse(Path(planner.__file__).read_text(encoding="utf-8"))
    hinted = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert hinted == planner._HOME_OF


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As with any module."""
    assert not hasattr(planner, "sovle")


@pytest.mark.parametrize(
    ("old", "new"),
    [("NotModelled", "InputError"), ("Trip", "Route"), ("find_trip", "find_route"), ("print_trip", "print_route")],
)
def test_a_name_of_the_version_before_warns_and_works(old: str, new: str) -> None:
    """And says what stands in its place."""
    with pytest.warns(DeprecationWarning, match=rf"planner\.{old} is now planner\.{new}"):
        assert getattr(planner, old) is getattr(planner, new)


def test_the_version_is_that_of_the_distribution() -> None:
    """Written once in the package, once where it is packed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("version", planner.__version__) == planner.__version__


def test_importing_the_package_loads_nothing_slow() -> None:
    """Whoever only wants a name does not pay for pandas."""
    code = f"import sys, planner; print([name for name in {SLOW!r} if name in sys.modules])"
    assert run_python("-c", code).strip() == "[]"


def test_the_command_line_loads_nothing_slow_before_it_has_something_to_do() -> None:
    """Every import at the top of a command is paid by all of them."""
    slow = [name for name in SLOW if name != "click"]
    code = f"import sys, planner.cli.group; print([name for name in {slow!r} if name in sys.modules])"
    assert run_python("-c", code).strip() == "[]"


def run_python(*arguments: str) -> str:
    """Run Python in the project's folder and return what it prints."""
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout
