"""Rules of a single path: it exists, may be used and is fast enough, and the site at its end may serve the demand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.admissibility import Origin, avoided_countries, in_service, is_usable, takes
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.tolerance import differs, exceeds, show
from planner.policy import is_named

if TYPE_CHECKING:
    from planner.demand import Workload


def path_connects(e: Evidence) -> Iterator[str]:
    """Each link goes on from the node reached, the first from the origin, and the last ends where the site stands.

    Traffic ends at the node that it goes to.
    """
    for flow, traced in e.traced_flows:
        stands = e.inputs.topology.sites[flow.end].node if flow.is_compute else flow.end
        if traced.stuck is not None:
            yield f"{flow}: link {traced.stuck} does not go on from {traced.nodes[-1]}"
        elif traced.nodes[-1] != stands:
            where = f"the site stands at {stands}" if flow.is_compute else f"the traffic goes to {stands}"
            yield f"{flow}: ends at {traced.nodes[-1]}, and {where}"


def path_is_simple(e: Evidence) -> Iterator[str]:
    """No node is passed twice."""
    for flow, traced in e.traced_flows:
        if len(set(traced.nodes)) < len(traced.nodes):
            twice = next(node for node in traced.nodes if traced.nodes.count(node) > 1)
            yield f"{flow}: passes {twice} twice"


def links_stand(e: Evidence) -> Iterator[str]:
    """Every link of a path is in service in the year, its project is built, and it has not failed."""
    supply = e.supply
    for flow, traced in e.traced_flows:
        gone = e.failures[flow.contingency].links
        for link, _ in traced.links:
            if not in_service(link, flow.year):
                yield f"{flow}: link {link.id} is not in service"
            elif not supply.is_laid(link.project, flow.year):
                yield f"{flow}: link {link.id} hangs on project {link.project}, which is not built"
            elif link.id in gone:
                yield f"{flow}: link {link.id} has failed"


def links_may_be_used(e: Evidence) -> Iterator[str]:
    """Every link of a path is open to the traffic of the origin's country."""
    for flow, traced in e.traced_flows:
        part = e.parts[flow.part]
        for link, _ in traced.links:
            if not is_usable(link, part.origin):
                yield f"{flow}: traffic from {part.country} may not use link {link.id}"


def transit_is_allowed(e: Evidence) -> Iterator[str]:
    """No node strictly inside a path lies in a country that the origin avoids."""
    nodes, policy = e.inputs.topology.nodes, e.inputs.scenario.policy
    avoided: dict[tuple[str, str], frozenset[str]] = {}
    for flow, traced in e.traced_flows:
        key = flow.origin, flow.workload
        if key not in avoided:
            origin, workload = Origin(flow.origin, nodes[flow.origin].country), e.inputs.demand.workloads[flow.workload]
            avoided[key] = avoided_countries(policy, origin, workload)
        for node in traced.nodes[1:-1] if avoided[key] else ():
            if nodes[node].country in avoided[key]:
                yield f"{flow}: crosses {nodes[node].country} at {node}, which {flow.origin} avoids"


def through_traffic_is_sold(e: Evidence) -> Iterator[str]:
    """No node inside a path, nor its country unless the path begins or ends there, sells no through traffic."""
    nodes, countries = e.inputs.topology.nodes, e.inputs.topology.countries
    closed = {code for code, terms in countries.items() if terms.through == "none"}
    for flow, traced in e.traced_flows:
        ends = {nodes[node].country for node in (traced.nodes[0], traced.nodes[-1])}
        for node in traced.nodes[1:-1]:
            if nodes[node].through == "none" or nodes[node].country in closed - ends:
                yield f"{flow}: leads through {node} in {nodes[node].country}, which sells no through traffic"


def rtt_is_right(e: Evidence) -> Iterator[str]:
    """The round-trip time is what the scenario's latency makes of the links, and the access."""
    for flow, traced in e.traced_flows:
        right = e.rtt_ms(flow, traced)
        if differs(flow.rtt_ms, right):
            yield f"{flow}: its RTT is {show(right)} ms, and the table says {show(flow.rtt_ms)} ms"


def glass_is_right(e: Evidence) -> Iterator[str]:
    """The round-trip time over glass is the sum over the links, and the access."""
    for flow, traced in e.traced_flows:
        right = e.parts[flow.part].access_ms + sum(link.rtt_ms for link, _ in traced.links)
        if differs(flow.glass_ms, right):
            yield f"{flow}: in glass its RTT is {show(right)} ms, and the table says {show(flow.glass_ms)} ms"


def rtt_is_short_enough(e: Evidence) -> Iterator[str]:
    """The round-trip time, access included, keeps the workload's limit."""
    for flow, traced in e.traced_flows:
        limit, rtt = _limit_ms(e.parts[flow.part].workload), e.rtt_ms(flow, traced)
        if limit is not None and exceeds(rtt, limit):
            yield f"{flow}: its RTT of {show(rtt)} ms is above the limit of {show(limit)} ms"


def _limit_ms(workload: Workload) -> float | None:
    """Longest round trip of a workload: its own, and the deadline of its job less payload · 8 / rate and work."""
    limits = [] if workload.max_rtt_ms is None else [workload.max_rtt_ms]
    if (job := workload.job) is not None:
        seconds = job.payload_gb * 8 / job.rate_gbps + job.work_flop / 1e15 / job.takes_pflops / job.utilisation
        limits.append(1000 * (job.deadline_s - seconds))
    return min(limits, default=None)


def length_is_right(e: Evidence) -> Iterator[str]:
    """The length is the sum over the links."""
    for flow, traced in e.traced_flows:
        if differs(flow.km, traced.km):
            yield f"{flow}: is {show(traced.km)} km long, and the table says {show(flow.km)} km"


def site_stands(e: Evidence) -> Iterator[str]:
    """The site is in service in the year, its project is built, and it has not failed in the contingency."""
    supply = e.supply
    for flow in e.hosted:
        site = e.inputs.topology.sites[flow.end]
        if not in_service(site, flow.year):
            yield f"{flow}: site {flow.end} is not in service"
        elif not supply.is_laid(site.project, flow.year):
            yield f"{flow}: site {flow.end} hangs on project {site.project}, which is not built"
        elif flow.end in e.failures[flow.contingency].sites:
            yield f"{flow}: site {flow.end} has failed"


def site_takes_the_work(e: Evidence) -> Iterator[str]:
    """The site serves the kind of work and offers what the workload requires."""
    for flow in e.hosted:
        site, workload = e.inputs.topology.sites[flow.end], e.parts[flow.part].workload
        if not takes(site, workload):
            counted = ["in cards"] if workload.min_cluster_cards and site.card_pflops is None else []
            asked = ", ".join([workload.kind, *sorted(workload.requires - site.offers), *counted])
            yield f"{flow}: site {flow.end} does not take the work ({asked})"


def residency_is_kept(e: Evidence) -> Iterator[str]:
    """The first residency rule that matches allows the site."""
    for flow in e.hosted:
        if e.terms(flow) is None:
            yield f"{flow}: the residency rules forbid site {flow.end} ({e.country_of(flow.end)}) to serve it"


def hosts_are_kept(e: Evidence) -> Iterator[str]:
    """Where a demand narrows its hosts, the site is one of them."""
    for flow in e.hosted:
        hosts, site = e.parts[flow.part].row.hosts, e.inputs.topology.sites[flow.end]
        if hosts is not None and not is_named(site, e.country_of(flow.end), hosts):
            yield f"{flow}: the demand may only be hosted by {', '.join(hosts)}"


RULES = (
    path_connects,
    path_is_simple,
    links_stand,
    links_may_be_used,
    transit_is_allowed,
    through_traffic_is_sold,
    rtt_is_right,
    glass_is_right,
    rtt_is_short_enough,
    length_is_right,
    site_stands,
    site_takes_the_work,
    residency_is_kept,
    hosts_are_kept,
)
