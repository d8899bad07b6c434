"""Rules on how much of what is served is hosted where, as the check sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.admissibility import speaks_of
from planner.plan.verify.checked import NEAR, CheckedLimit, ReasonPart, Sides
from planner.plan.verify.tolerance import ABSOLUTE, exceeds, show

if TYPE_CHECKING:
    from planner.plan.verify.duals import Duals, RowKey
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, TracedPath
    from planner.policy import ShareRule


def _shares_are_kept(e: Evidence) -> Iterator[str]:
    """Of what is served, the policy's rules on shares have as much hosted where they say."""
    for name, rule in _named_shares(e):
        for year in e.years:
            hosted, served = _share_hosted(e, rule, year)
            if exceeds(least := rule.at_least * served, hosted):
                stated = (
                    f"{show(hosted)} PFLOPS are hosted there, and at least {show(least)} of {show(served)} have to be"
                )
                yield f"{year}: share rule {name}: {stated}"


def _reached(e: Evidence, key: RowKey) -> Sides:
    year, rule = int(key[0]), dict(_named_shares(e))[key[1]]
    hosted, served = _share_hosted(e, rule, year)
    return hosted, rule.at_least * served


def _takes(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    """Serving where a rule asks for it gives, elsewhere it takes: more has to be hosted there in turn."""
    e = duals.evidence
    for name, rule in _named_shares(e) if flow.is_compute and flow.is_intact else ():
        if speaks_of(rule, e.origin_of(flow), e.parts[flow.part].workload):
            yield -duals.get("share", flow.year, name) * (float(_counts(e, rule, flow)) - rule.at_least) * e.share(flow)


def _is_full(said: ReasonPart) -> bool:
    """There is such a rule, it speaks of the work, and no more is hosted where it says than it asks for."""
    e = said.evidence
    rule = dict(_named_shares(e)).get(str(said.fields["last"]))
    if rule is None or not any(speaks_of(rule, part.origin, part.workload) for part in said.parts):
        return False
    hosted, served = _share_hosted(e, rule, said.year)
    return said.was_moved or hosted <= rule.at_least * served * (1 + NEAR) + ABSOLUTE


def _share_hosted(e: Evidence, rule: ShareRule, year: int) -> tuple[float, float]:
    """PFLOPS that the hosts of a rule serve of what it speaks of, and that all hosts do, as mean over the year."""
    flows = [
        flow
        for flow in e.hosted
        if flow.year == year and flow.is_intact and speaks_of(rule, e.origin_of(flow), e.parts[flow.part].workload)
    ]
    hosted = sum(flow.amount * e.share(flow) for flow in flows if _counts(e, rule, flow))
    return hosted, sum(flow.amount * e.share(flow) for flow in flows)


def _named_shares(e: Evidence) -> list[tuple[str, ShareRule]]:
    """Rules on shares by id, or by number where they have none."""
    return [(rule.id or str(number), rule) for number, rule in enumerate(e.inputs.scenario.policy.shares)]


def _counts(e: Evidence, rule: ShareRule, flow: Flow) -> bool:
    """Whether a flow ends where a rule on shares asks for it."""
    site, host, members = e.inputs.topology.sites[flow.end], e.country_of(flow.end), e.inputs.scenario.community.members
    return rule.counts(site, host, e.parts[flow.part].country, members)


SHARE = CheckedLimit(_reached, _takes, _is_full, (_shares_are_kept,))
