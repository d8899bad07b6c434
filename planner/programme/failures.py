"""Contingencies: which links and sites are gone when a cable, a link, a site or a risk fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.programme.case import FailureCase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.network import Network
    from planner.scenario import Scenario
    from planner.topology import Topology


def list_failures(scenario: Scenario, topology: Topology, network: Network) -> tuple[FailureCase, ...]:
    """Return the contingencies of a scenario, each once, sorted by name: their order has no meaning.

    A word for a group (links, cables, sites, risks) stands for each of its records failing alone; every cable is a
    risk by itself, so ``risks`` takes the cables along.
    """
    names = sorted({name for word in scenario.contingencies for name in _spell_out(word, topology)})
    links = {link.id: i for i, link in enumerate(network.links)}
    sites = {site: i for i, site in enumerate(sorted(topology.sites))}
    return tuple(_failure(name, topology, links, sites) for name in names)


def find_failure(name: str, topology: Topology, network: Network) -> FailureCase:
    """Return what fails with one name, which carries its prefix."""
    links = {link.id: i for i, link in enumerate(network.links)}
    sites = {site: i for i, site in enumerate(sorted(topology.sites))}
    return _failure(name, topology, links, sites)


def _spell_out(word: str, topology: Topology) -> Iterator[str]:
    if word == "links":
        yield from (f"link:{key}" for key in sorted(topology.links))
    elif word == "cables":
        yield from (f"cable:{key}" for key in sorted(topology.cables))
    elif word == "sites":
        yield from (f"site:{key}" for key in sorted(topology.sites))
    elif word == "risks":
        yield from (f"risk:{key}" for key in sorted(topology.risks))
        yield from _spell_out("cables", topology)
    else:
        yield word


def _failure(name: str, topology: Topology, links: dict[str, int], sites: dict[str, int]) -> FailureCase:
    parts = list(_parts(name, topology))
    return FailureCase(
        name,
        frozenset(links[key] for sort, key in parts if sort == "link"),
        frozenset(sites[key] for sort, key in parts if sort == "site"),
    )


def _parts(name: str, topology: Topology) -> Iterator[tuple[str, str]]:
    """Links and sites that a name stands for; risks may name risks, and the files hold no circles."""
    sort, _, key = name.partition(":")
    if sort == "risk":
        for part in topology.risks[key].fails:
            yield from _parts(part, topology)
    elif sort == "cable":
        yield from (("link", link.id) for link in topology.links.values() if link.cable == key)
    elif sort == "group":
        yield from (("site", site.id) for site in topology.sites.values() if key in site.groups)
    else:
        yield sort, key
