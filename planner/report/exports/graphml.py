"""Plans as GraphML: nodes with the figures of their sites, edges with those of their links, each with its year."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.network import topology_to_graph
from planner.report.exports.about import figures_by_record
from planner.report.exports.sheets import FORBIDDEN_IN_XML

if TYPE_CHECKING:
    from planner.plan.runs import Run

ADDED_UP = ("installed_pflops", "built_pflops", "used_pflops", "energy_mwh", "carbon_t", "cost_usd")
"""Figures of sites whose sum over the sites of one node means something."""


def write_graphml(run: Run) -> bytes:
    """Return the network of a run as GraphML with parallel links as parallel edges; what is missing is left out.

    Raises UsageError where a name holds a character that no XML can.
    """
    import networkx as nx

    graph = topology_to_graph(run.inputs.topology)
    graph.graph.update(_known({"scenario": run.inputs.scenario.id, "variant": run.inputs.variant}))
    sites, links = _figures_of_nodes(run), figures_by_record(run.plan.links, "link")
    for key, attributes in graph.nodes(data=True):
        _replace(attributes, {**attributes, "label": attributes["name"], **sites.get(key, {})}, f"node {key}")
    for *_, key, attributes in graph.edges(keys=True, data=True):
        link = run.inputs.topology.links[str(key)]
        own = {"label": link.name or str(key), **attributes, "duplex": link.duplex}
        _replace(attributes, {**own, **links.get(str(key), {})}, f"link {key}")
    data = BytesIO()
    nx.write_graphml_xml(graph, data, encoding="utf-8", prettyprint=True)
    return data.getvalue()


def _figures_of_nodes(run: Run) -> dict[str, dict[str, Any]]:
    """Names of the sites at each node, and their figures added up."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    figures = figures_by_record(run.plan.sites[list(ADDED_UP)], "site")
    for key, site in sorted(run.inputs.topology.sites.items()):
        node = found[site.node]
        node["sites"] = f"{node['sites']};{key}" if "sites" in node else key
        for name, value in figures.get(key, {}).items():
            node[name] = node.get(name, 0.0) + (value or 0.0)
    return dict(found)


def _replace(attributes: dict[str, Any], wanted: dict[str, Any], owner: str) -> None:
    """Give a node or edge its attributes, all numbers as floats, so that an attribute has one type throughout."""
    for name, value in wanted.items():
        if isinstance(value, str) and (found := FORBIDDEN_IN_XML.search(value)):
            raise UsageError(
                f"{owner}: its {name} holds the character U+{ord(found[0]):04X}, which GraphML cannot: change the name"
            )
    attributes.clear()
    attributes.update(_known(wanted))


def _known(attributes: dict[str, Any]) -> dict[str, Any]:
    return {
        name: float(value) if isinstance(value, int | float) else value
        for name, value in attributes.items()
        if value is not None
    }
