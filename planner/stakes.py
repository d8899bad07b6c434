"""Who owns sites, links, expansions and projects, and which of them a rule on foreign stakes keeps from being built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from planner.expansions import Expansion
    from planner.files import Inputs
    from planner.topology import Link, Project, Site, Topology

Stakes = Mapping[str, float]
"""The share of each country; they add up to 1."""
ROUNDING = 1e-9
"""By how much a share may be above another and still be the same."""


class BrokenStake(NamedTuple):
    """What a rule on foreign stakes says of an expansion or a project that it keeps from being built.

    Attributes
    ----------
    rule
        the id of the rule, or its number
    foreign
        share of what is in the country that others own
    most
        share of it that they may
    """

    rule: str
    country: str
    foreign: float
    most: float


def soil_of(asset: Site | Link, topology: Topology) -> Stakes:
    """Return on whose soil an asset is: a site where it stands, a link half at each end."""
    ends = asset.ends if hasattr(asset, "ends") else (asset.node,)
    return _parts([topology.nodes[node].country for node in ends])


def owners_of(asset: Site | Link, topology: Topology, option: Expansion | None = None) -> Stakes:
    """Return who owns a site or link, or one of its expansions: its own owner, else the asset's, else the soil's."""
    own = None if option is None else option.owner
    return own or asset.owner or soil_of(asset, topology)


def soil_of_project(project: str, topology: Topology) -> Stakes:
    """Return on whose soil a project is: in even parts where what hangs on it stands or ends; empty for nothing."""
    return _even({country for asset, _ in _hanging(project, topology) for country in soil_of(asset, topology)})


def owners_of_project(project: Project, topology: Topology, members: tuple[str, ...]) -> Stakes:
    """Return who owns a project: its owner, else in even parts the owners of what hangs on it, else the members."""
    hanging = _hanging(project.id, topology)
    found = {country for asset, option in hanging for country in owners_of(asset, topology, option)}
    return project.owner or _even(found or set(members))


def foreign_share(country: str, owners: Stakes, soil: Stakes) -> float:
    """1 − min(1, owned / on its soil): how much of what is on a country's soil belongs to others."""
    return 1 - min(1.0, owners.get(country, 0.0) / soil[country])


def expansion_stake(asset: Site | Link, option: Expansion, inputs: Inputs) -> BrokenStake | None:
    """Return the first rule by which an expansion may not be built, for others own too much of it."""
    topology = inputs.topology
    return _broken_rule(inputs, owners_of(asset, topology, option), soil_of(asset, topology))


def project_stake(project: Project, inputs: Inputs) -> BrokenStake | None:
    """Return the first rule by which a project may not be built, for others own too much of it."""
    owners = owners_of_project(project, inputs.topology, inputs.scenario.community.members)
    return _broken_rule(inputs, owners, soil_of_project(project.id, inputs.topology))


def broken_stakes(inputs: Inputs) -> Iterator[tuple[str, BrokenStake]]:
    """Yield what the rules on foreign stakes keep from being built, as site:id, link:id or project:id."""
    topology = inputs.topology
    assets: tuple[tuple[str, Mapping[str, Site | Link]], ...] = (("site", topology.sites), ("link", topology.links))
    for sort, records in assets:
        for key, asset in sorted(records.items()):
            for option in asset.expansion:
                if (broken := expansion_stake(asset, option, inputs)) is not None:
                    yield f"{sort}:{key}", broken
    for key, project in sorted(topology.projects.items()):
        if (broken := project_stake(project, inputs)) is not None:
            yield f"project:{key}", broken


def _broken_rule(inputs: Inputs, owners: Stakes, soil: Stakes) -> BrokenStake | None:
    """Return the first rule that forbids such owners on such soil."""
    for number, rule in enumerate(inputs.scenario.policy.foreign_stake):
        if rule.country in soil:
            foreign = foreign_share(rule.country, owners, soil)
            if foreign > rule.max + ROUNDING:
                return BrokenStake(rule.id or str(number), rule.country, foreign, rule.max)
    return None


def _hanging(project: str, topology: Topology) -> list[tuple[Site | Link, Expansion | None]]:
    """Return the sites and links that hang on a project, and the expansions that do, each with its asset."""
    assets: list[Site | Link] = [*topology.sites.values(), *topology.links.values()]
    found: list[tuple[Site | Link, Expansion | None]] = []
    for asset in assets:
        if asset.project == project:
            found.append((asset, None))
        found += [(asset, option) for option in asset.expansion if option.project == project]
    return found


def _parts(countries: list[str]) -> dict[str, float]:
    return {country: countries.count(country) / len(countries) for country in countries}


def _even(countries: set[str]) -> dict[str, float]:
    return {country: 1 / len(countries) for country in sorted(countries)}
