"""The same question with a rule taken away; each returns new inputs and leaves the old ones alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.files import Inputs

Change = Callable[["Inputs"], "Inputs"]


def with_scenario(**fields: Any) -> Change:
    """Change words of the scenario."""

    def change(inputs: Inputs) -> Inputs:
        return replace(inputs, scenario=inputs.scenario.model_copy(update=fields))

    return change


def with_limits(**fields: Any) -> Change:
    """Change limits of the scenario."""

    def change(inputs: Inputs) -> Inputs:
        return with_scenario(limits=inputs.scenario.limits.model_copy(update=fields))(inputs)

    return change


def without_rule(kind: str, number: int | None) -> Change:
    """Take a rule of the policy away by its number, or all of its list."""

    def change(inputs: Inputs) -> Inputs:
        policy = inputs.scenario.policy
        left = tuple(rule for i, rule in enumerate(getattr(policy, kind)) if number is not None and i != number)
        return with_scenario(policy=policy.model_copy(update={kind: left}))(inputs)

    return change


def with_workload(key: str, **fields: Any) -> Change:
    """Change one workload."""

    def change(inputs: Inputs) -> Inputs:
        workloads = dict(inputs.demand.workloads)
        workloads[key] = workloads[key].model_copy(update=fields)
        return replace(inputs, demand=inputs.demand.model_copy(update={"workloads": workloads}))

    return change


def with_any_hosts(inputs: Inputs) -> Inputs:
    """Let no demand narrow its hosts."""
    rows = tuple(row.model_copy(update={"hosts": None}) for row in inputs.demand.demands)
    return replace(inputs, demand=inputs.demand.model_copy(update={"demands": rows}))


def with_open_links(inputs: Inputs) -> Inputs:
    """Let everybody use every link."""
    return _with_assets(inputs, "links", lambda _: {"usable_by": None})


def without_steps(inputs: Inputs) -> Inputs:
    """Let every expansion be built in part."""

    def freed(asset: Any) -> dict[str, Any]:
        return {"expansion": tuple(option.model_copy(update={"step": None}) for option in asset.expansion)}

    return _with_assets(_with_assets(inputs, "sites", freed), "links", freed)


def _with_assets(inputs: Inputs, kind: str, update: Callable[[Any], dict[str, Any]]) -> Inputs:
    assets = {key: asset.model_copy(update=update(asset)) for key, asset in getattr(inputs.topology, kind).items()}
    return replace(inputs, topology=inputs.topology.model_copy(update={kind: assets}))
