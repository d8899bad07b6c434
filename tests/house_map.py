"""The map of the house in CONTRIBUTING.md, drawn from the imports.

Run it as ``python -m tests.house_map``: it writes the drawing anew. A test draws it too and compares.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import networkx as nx

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- drawn by python -m tests.house_map -->", "<!-- end of the drawing -->"
SPLIT = ("planner.report", "planner.files")
"""Packages of which the rooms are drawn one by one."""
PURPOSES = {
    "cli": "the command line",
    "report.plan": "a plan as page and terminal",
    "report.comparison": "plans side by side",
    "report.sizing": "how large a community",
    "report.studies": "who pays, what breaks, many futures",
    "report.topology": "maps and checks of a topology",
    "report.pictures": "maps and charts for a paper",
    "report.exports": "tables for other tools",
    "report.web": "what pages are made of",
    "report.language": "words and figures in a language",
    "report": "paper: the terminal's tables",
    "studies": "many plans, one question",
    "plan": "from a solution to a plan: tables, reasons, prices, checks",
    "engine": "column generation, branching, failures",
    "programme": "the constraint families and the objectives",
    "report.catalogue": "accelerators in tables",
    "report.building": "demands from people and models, in tables",
    "catalogue": "published figures as cards, megawatts, money",
    "builder": "from people, users and models to a demand",
    "files": "what is loaded together",
    "files.formats": "other tools' formats",
    "files.changing": "edits, differences, writing",
    "files.reading": "YAML and tables to models",
    "files.project": "a first project",
    "files.schema": "JSON Schema",
    "models": "topology, demand, scenario, policy, network, rules of who may host",
    "ground": "units, years, latency, errors, atlas",
}
"""What each room is for; a room without a word here has none in the drawing, and the test says so."""
MODELS = {
    "topology", "places", "expansions", "demand", "background", "scenario", "policy", "finance", "energy", "network",
    "admissibility", "records", "segments", "accelerator", "profiles", "stakes", "tasks", "reliability",
}  # fmt: skip


def read_imports() -> nx.DiGraph:
    """Return which module imports which, at its top or inside a function; imports for types alone do not count."""
    modules = {_name(file): file for file in sorted((ROOT / "planner").rglob("*.py"))}
    graph = nx.DiGraph()
    graph.add_nodes_from(modules)
    for module, file in modules.items():
        for found in _imported(ast.parse(file.read_text(encoding="utf-8")), modules):
            if found in modules and found != module:
                graph.add_edge(module, found)
    return graph


def _name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(tree: ast.AST, modules: dict[str, Path]) -> Iterator[str]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("planner"):
            for name in node.names:
                whole = f"{node.module}.{name.name}"
                yield whole if whole in modules else node.module
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("planner"))
        else:
            yield from _imported(node, modules)


def room_of(module: str) -> str:
    """Return the room that a module is in, empty for the package itself, which looks its names up when asked."""
    parts = module.split(".")[1:]
    if not parts or parts[0] == "__main__":
        return ""
    if f"planner.{parts[0]}" in SPLIT:
        folder = (ROOT / "planner" / parts[0] / parts[1]) if len(parts) > 1 else None
        inside = folder is not None and (folder.is_dir() or parts[1] == "schema")
        return ".".join(parts[:2]) if inside else parts[0]
    if (ROOT / "planner" / parts[0]).is_dir() and parts[0] != "atlas":
        return parts[0]
    return "models" if parts[0] in MODELS else "ground"


def draw() -> str:
    """Return the rooms and their imports, those left out that follow from others, as a Mermaid flowchart."""
    rooms = nx.DiGraph()
    for user, used in read_imports().edges:
        one, other = room_of(user), room_of(used)
        if one and other and one != other:
            rooms.add_edge(one, other)
    assert nx.is_directed_acyclic_graph(rooms), list(nx.simple_cycles(rooms))
    boxes = (f'  {_id(room)}["<b>{room.replace(".", "/")}</b><br>{PURPOSES[room]}"]' for room in sorted(rooms))
    arrows = (f"  {_id(one)} --> {_id(other)}" for one, other in sorted(nx.transitive_reduction(rooms).edges))
    return "\n".join(["```mermaid", "flowchart TD", *boxes, *arrows, "```"])


def _id(room: str) -> str:
    return room.replace(".", "_")


def drawn(page: str) -> str:
    """Return a page with the drawing anew."""
    before, rest = page.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{draw()}\n\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
