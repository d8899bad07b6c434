"""What the format accepts and the programme does not use yet: a clear error, never ignored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.errors import Fault, NotModelled

if TYPE_CHECKING:
    from planner.files import Inputs

Finding = tuple[tuple[str | int, ...], str, str]


def reject_unmodelled(inputs: Inputs) -> None:
    """Raise `NotModelled` with every field in use that the programme does not know yet.

    Raises
    ------
    NotModelled
        with one fault for each such field, at its place in the files
    """
    faults = [
        Fault(inputs.places.find(*keys), ".".join(map(str, keys)), f"is read but not modelled yet: {what}", right)
        for keys, what, right in _findings(inputs)
    ]
    if faults:
        raise NotModelled(sorted(faults))


def _findings(inputs: Inputs) -> Iterator[Finding]:
    yield from _in_scenario(inputs)
    yield from _in_topology(inputs)
    yield from _in_demand(inputs)


def _in_scenario(inputs: Inputs) -> Iterator[Finding]:
    scenario = inputs.scenario
    if len(scenario.years) > 1:
        yield ("years",), "a plan over several years", "give one year"
    if scenario.hours not in (None, 1):
        yield ("hours",), "blocks of the day", "leave it out or write 1"
    if scenario.objective != ("cost",):
        yield ("objective",), f"the objective {', '.join(scenario.objective)}", "write cost"
    if scenario.contingencies:
        yield ("contingencies",), "failures in the plan", "write none"
    if scenario.policy.floor.served_share:
        yield ("policy", "floor", "served_share"), "a floor for every member", "leave it out"
    limits = scenario.limits
    for key, value in (("sites", limits.sites), ("capex", limits.capex_usd), ("carbon", limits.carbon_kg)):
        if value is not None:
            yield ("limits", key), f"a limit on {key}", "leave it out"


def _in_topology(inputs: Inputs) -> Iterator[Finding]:
    topology = inputs.topology
    for section, assets in (("sites", topology.sites), ("links", topology.links)):
        for key in sorted(assets):
            asset = assets[key]
            if asset.project is not None:
                yield (section, key, "project"), "projects decided whole", "leave it out"
            for number, option in enumerate(asset.expansion):
                if option.step is not None:
                    yield (section, key, "expansion", number, "step"), "expansion in steps", "leave it out"
                if option.project is not None:
                    yield (section, key, "expansion", number, "project"), "projects decided whole", "leave it out"
    for key in sorted(topology.sites):
        if any(value for _, value in topology.sites[key].fixed_cost_usd.points):
            yield ("sites", key, "fixed_cost"), "a fixed cost of sites in use", "leave it out"


def _in_demand(inputs: Inputs) -> Iterator[Finding]:
    asked = {row.workload for row in inputs.demand.demands}
    for key in sorted(asked):
        workload = inputs.demand.workloads[key]
        where = ("workloads", key)
        if workload.kind == "traffic":
            yield (*where, "kind"), "traffic between two nodes beside compute", "leave it out"
        if not workload.is_flat:
            yield (*where, "profile"), "the day's rhythm", "leave it out"
        if workload.survives:
            yield (*where, "survives"), "failures in the plan", "leave it out"
        if workload.min_cluster_pflops:
            yield (*where, "min_cluster"), "smallest clusters", "leave it out"
        if not workload.split:
            yield (*where, "split"), "demands that may not be split", "leave it out"
