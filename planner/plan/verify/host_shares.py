"""Rules on how much of what is served is hosted where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.admissibility import is_share_host, speaks_of
from planner.plan.verify.tolerance import exceeds, show

if TYPE_CHECKING:
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow
    from planner.policy import ShareRule


def shares_are_kept(e: Evidence) -> Iterator[str]:
    """Of what is served, the policy's rules on shares have as much hosted where they say."""
    for name, rule in named_shares(e):
        for year in e.years:
            hosted, served = share_hosted(e, rule, year)
            if exceeds(least := rule.at_least * served, hosted):
                stated = (
                    f"{show(hosted)} PFLOPS are hosted there, and at least {show(least)} of {show(served)} have to be"
                )
                yield f"{year}: share rule {name}: {stated}"


def share_hosted(e: Evidence, rule: ShareRule, year: int) -> tuple[float, float]:
    """PFLOPS that the hosts of a rule serve of what it speaks of, and that all hosts do, as mean over the year."""
    flows = [
        flow
        for flow in e.hosted
        if flow.year == year and flow.is_intact and speaks_of(rule, e.origin_of(flow), e.parts[flow.part].workload)
    ]
    hosted = sum(flow.amount for flow in flows if counts_for(e, rule, flow))
    return hosted / e.blocks, sum(flow.amount for flow in flows) / e.blocks


def named_shares(e: Evidence) -> list[tuple[str, ShareRule]]:
    """Rules on shares by id, or by number where they have none."""
    return [(rule.id or str(number), rule) for number, rule in enumerate(e.inputs.scenario.policy.shares)]


def counts_for(e: Evidence, rule: ShareRule, flow: Flow) -> bool:
    """Whether a flow ends where a rule on shares asks for it."""
    topology, members = e.inputs.topology, e.inputs.scenario.community.members
    return is_share_host(rule, topology.sites[flow.end], e.country_of(flow.end), e.origin_of(flow), members)
