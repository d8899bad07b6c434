"""Acting on a reason: what it names is relaxed by the least that counts, and the plan is solved again.

A reason is a claim. Where it names a limit, a little more of that limit must make the plan better; where it says that
something is too dear, the same thing for nothing must; where it names a rule, the plan without the rule must.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.plan import phrases
from planner.plan.phrase_reading import read_listed, read_phrase
from planner.plan.phrases import ALSO, LISTED
from planner.plan.templates import ReadPhrase
from planner.years import Yearly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.files import Inputs

LITTLE = 1e-2
"""PFLOPS, Gbps, MW or t more of a limit: far below any step, far above rounding."""
NOTHING = Yearly.flat(0.0)
Act = Callable[["Inputs", ReadPhrase, str, str], "Inputs"] if TYPE_CHECKING else Any


def claims(reason: str) -> Iterator[list[ReadPhrase]]:
    """Yield the claims of a reason; limits that one claim lists together hold together."""
    before: list[ReadPhrase] = []
    for part in reason.split(ALSO):
        _, _, rest = part.partition(" PFLOPS: ")
        text = rest if rest and part[0].isdigit() else part
        whole = read_phrase(text)
        said = [whole] if whole is not None and whole.phrase is not phrases.PART else read_listed(text)
        if whole is not None and whole.phrase is phrases.EVEN_THEN:
            also = whole.fields["reason"]
            whole = read_phrase(also)
            said = [*before, *([whole] if whole is not None else read_listed(also))]
        if before and not text.startswith("even then"):
            yield before
        before = []
        if said:
            before = said
        elif text != "other reasons":
            raise AssertionError(f"no phrase: {text!r}")
    if before:
        yield before


def act(inputs: Inputs, said: list[ReadPhrase], origin: str, workload: str) -> Inputs | None:
    """Return the question with what a claim names relaxed; None where a claim is no lever but a fact."""
    for each in said:
        if each.phrase not in ACTS:
            return None
        inputs = ACTS[each.phrase](inputs, each, origin, workload)
    return inputs


def _update(inputs: Inputs, section: str, key: str, **changes: Any) -> Inputs:
    records = dict(getattr(inputs.topology, section))
    records[key] = records[key].model_copy(update=changes)
    return replace(inputs, topology=inputs.topology.model_copy(update={section: records}))


def _limits(inputs: Inputs, **changes: Any) -> Inputs:
    limits = inputs.scenario.limits.model_copy(update=changes)
    return replace(inputs, scenario=inputs.scenario.model_copy(update={"limits": limits}))


def _policy(inputs: Inputs, **changes: Any) -> Inputs:
    policy = inputs.scenario.policy.model_copy(update=changes)
    return replace(inputs, scenario=inputs.scenario.model_copy(update={"policy": policy}))


def _workload(inputs: Inputs, key: str, **changes: Any) -> Inputs:
    workloads = dict(inputs.demand.workloads)
    workloads[key] = workloads[key].model_copy(update=changes)
    return replace(inputs, demand=inputs.demand.model_copy(update={"workloads": workloads}))


def _more(figure: Yearly, by: float = LITTLE) -> Yearly:
    return Yearly(tuple((year, value + by) for year, value in figure.points))


def _room_at_site(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    site = inputs.topology.sites[said.fields["asset"]]
    inputs = _update(inputs, "sites", site.id, compute_pflops=_more(site.compute_pflops))
    return _counted(inputs, site.id)


def _counted(inputs: Inputs, site: str) -> Inputs:
    """A site whose status does not count has no compute; one that does keeps what it had, which is nothing."""
    model = inputs.topology.sites[site]
    if model.status in inputs.scenario.count:
        return inputs
    return _update(inputs, "sites", site, status=inputs.scenario.count[0], compute_pflops=Yearly.flat(LITTLE))


def _room_on_link(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    link = inputs.topology.links[said.fields["asset"]]
    return _update(inputs, "links", link.id, capacity_gbps=_more(link.capacity_gbps))


def _power(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    site = inputs.topology.sites[said.fields["asset"]]
    assert site.power_mw is not None
    return _update(inputs, "sites", site.id, power_mw=_more(site.power_mw))


def _grow(inputs: Inputs, key: str, change: Callable[[Any], dict[str, Any]]) -> Inputs:
    for section in ("sites", "links"):
        record = getattr(inputs.topology, section).get(key)
        if record is not None:
            options = tuple(option.model_copy(update=change(option)) for option in record.expansion)
            inputs = _update(inputs, section, key, expansion=options)
    return inputs


def _longer_max(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    def change(option: Any) -> dict[str, Any]:
        return {} if option.max is None else {"max": _more(option.max, option.step or LITTLE)}

    return _grow(inputs, said.fields["asset"], change)


def _budget(inputs: Inputs, *_: Any) -> Inputs:
    return _limits(inputs, capex_usd=None)


def _one_site_more(inputs: Inputs, *_: Any) -> Inputs:
    assert inputs.scenario.limits.sites is not None
    return _limits(inputs, sites=inputs.scenario.limits.sites + 1)


def _for_nothing(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    names = said.fields.get("names", said.fields.get("asset", "")).split(LISTED)
    for name in names:
        inputs = _grow(inputs, name, lambda _: {"capex_usd": NOTHING, "opex_usd": NOTHING})
        if name in inputs.topology.sites:
            inputs = _update(inputs, "sites", name, fixed_cost_usd=NOTHING)
        asset = inputs.topology.sites.get(name) or inputs.topology.links.get(name)
        projects = {name} if asset is None else {asset.project, *(option.project for option in asset.expansion)}
        for project in sorted(p for p in projects if p is not None):
            inputs = _update(inputs, "projects", project, capex_usd=NOTHING, opex_usd=NOTHING)
            for link in inputs.topology.links.values():
                if link.project == project:
                    inputs = _grow(inputs, link.id, lambda _: {"capex_usd": NOTHING, "opex_usd": NOTHING})
    return inputs


def _survive_less(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    return _workload(inputs, workload, survives=0.0)


def _no_least_cluster(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    return _workload(inputs, workload, min_cluster_pflops=0.0, min_cluster_cards=0.0)


def _free_to_go(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    """Any host, on top of all rules; what rules take where they allow a site already is not forgotten."""
    rules = tuple(
        rule.model_copy(update={"hosts": "any"}) if rule.hosts != "any" else rule
        for rule in inputs.scenario.policy.residency
    )
    return _policy(inputs, residency=rules)


def _no_hosts(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    rows = tuple(
        row.model_copy(update={"hosts": None}) if (row.origin, row.workload) == (origin, workload) else row
        for row in inputs.demand.demands
    )
    return replace(inputs, demand=inputs.demand.model_copy(update={"demands": rows}))


def _slower(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    return _workload(inputs, workload, max_rtt_ms=float(said.fields["rtt_ms"]) + 0.05)


def _later(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    """Give so much more time that the round trip, or sending and work, fit; and a second for the way there."""
    job = inputs.demand.workloads[workload].job
    assert job is not None
    seconds = (
        job.sending_s
        + job.working_s
        + (float(said.fields["rtt_ms"]) + 0.05 if "rtt_ms" in said.fields else 1000) / 1000
    )
    return _workload(inputs, workload, job=job.model_copy(update={"deadline_s": seconds}))


def _split(inputs: Inputs, said: ReadPhrase, origin: str, workload: str) -> Inputs:
    return _workload(inputs, workload, split=True)


def _carbon(inputs: Inputs, *_: Any) -> Inputs:
    assert inputs.scenario.limits.carbon_kg is not None
    return _limits(inputs, carbon_kg=_more(inputs.scenario.limits.carbon_kg, 100.0))


def _more_group_power(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    group = inputs.topology.groups[said.fields["last"]]
    assert group.power_mw is not None
    return _update(inputs, "groups", group.id, power_mw=_more(group.power_mw))


def _more_group_compute(inputs: Inputs, *_: Any) -> Inputs:
    """A step, or a site that waits for a project, more than any has, for that is the least that counts."""
    sites = inputs.topology.sites.values()
    steps = [option.step or LITTLE for site in sites for option in site.expansion]
    waiting = [max(value for _, value in site.compute_pflops.points) for site in sites if site.project is not None]
    most = max([*steps, *waiting], default=LITTLE)
    for key, group in inputs.topology.groups.items():
        if group.compute_pflops is not None:
            inputs = _update(inputs, "groups", key, compute_pflops=_more(group.compute_pflops, most))
    return inputs


def _members(inputs: Inputs, **changes: Any) -> Inputs:
    members = inputs.scenario.limits.members.items()
    return _limits(inputs, members={country: each.model_copy(update=changes) for country, each in members})


def _members_budgets(inputs: Inputs, *_: Any) -> Inputs:
    return _members(inputs, capex_usd=None)


def _members_running(inputs: Inputs, said: ReadPhrase, *_: str) -> Inputs:
    country = said.fields["last"]
    limits = inputs.scenario.limits.members[country]
    assert limits.opex_usd is not None
    more = limits.model_copy(update={"opex_usd": _more(limits.opex_usd, 1e3)})
    return _limits(inputs, members={**inputs.scenario.limits.members, country: more})


def _all_of_building(inputs: Inputs, said: ReadPhrase, *rest: str) -> Inputs:
    """Relax all limits on building that are named together."""
    for name in said.fields["names"].split(LISTED):
        if name == "limits.capex":
            inputs = _budget(inputs)
        elif name == "max":
            inputs = _longer_max(inputs, said, *rest)
        else:
            inputs = _members_budgets(inputs) if name.startswith("limits.members") else _more_group_compute(inputs)
    return inputs


def _no_shares(inputs: Inputs, *_: Any) -> Inputs:
    return _policy(inputs, shares=())


def _sell_through(inputs: Inputs, *_: Any) -> Inputs:
    nodes = {key: node.model_copy(update={"through": None}) for key, node in inputs.topology.nodes.items()}
    return replace(inputs, topology=inputs.topology.model_copy(update={"nodes": nodes, "countries": {}}))


def _no_transit_rule(inputs: Inputs, *_: Any) -> Inputs:
    return _policy(inputs, transit=())


ACTS: dict[phrases.Phrase, Any] = {
    phrases.SITE_FULL: _room_at_site,
    phrases.LINK_FULL: _room_on_link,
    phrases.BACKGROUND_FULL: _room_on_link,
    phrases.SITE_POWER: _power,
    phrases.AT_ITS_MAX: _longer_max,
    phrases.CAPEX_SPENT: _budget,
    phrases.NOT_PAID: _budget,
    phrases.AT_MAX_AND_SPENT: lambda *args: _longer_max(_budget(*args), *args[1:]),
    phrases.NOT_IN_USE: _one_site_more,
    phrases.NOT_IN_USE_OR_PAID: lambda *args: _one_site_more(_budget(*args)),
    phrases.GROWTH_TOO_DEAR: _for_nothing,
    phrases.STEP_TOO_DEAR: _for_nothing,
    phrases.NOT_WORTH_OPENING: _for_nothing,
    phrases.CLUSTER_TOO_DEAR: _for_nothing,
    phrases.NO_CLUSTER_THERE: _no_least_cluster,
    phrases.SURVIVAL: _survive_less,
    phrases.CUT_OFF: _survive_less,
    phrases.RESIDENCY_KEEPS: _free_to_go,
    phrases.RESIDENCY: _free_to_go,
    phrases.RESIDENCY_KEEPS_NEAR: _free_to_go,
    phrases.HOSTS_KEEP: _no_hosts,
    phrases.HOSTS_KEEP_NEAR: _no_hosts,
    phrases.TOO_FAR: _slower,
    phrases.TOO_LATE: _later,
    phrases.NO_TIME: _later,
    phrases.TOO_SLOW: _slower,
    phrases.NOT_SPLIT: _split,
    phrases.CARBON_SPENT: _carbon,
    phrases.SHARE_FIRST: _no_shares,
    phrases.GROUP_POWER: _more_group_power,
    phrases.GROUP_FULL: _more_group_compute,
    phrases.GROUP_SHUT: _more_group_compute,
    phrases.NOT_PAID_BY_MEMBERS: _members_budgets,
    phrases.MEMBER_SPENT: _members_budgets,
    phrases.MEMBER_RUNNING: _members_running,
    phrases.HELD_TOGETHER: _all_of_building,
    phrases.THROUGH: _sell_through,
    phrases.THROUGH_KEEPS: _sell_through,
    phrases.TRANSIT_KEEPS: _no_transit_rule,
    phrases.TRANSIT: _no_transit_rule,
}
"""What relaxes the thing that each phrase names."""
