"""What each rule, limit, failure and millisecond costs a year, by solving the question again with that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import TYPE_CHECKING

from planner.errors import UsageError
from planner.plan.plan import Plan
from planner.programme.prepare import prepare
from planner.studies.alterations import home_of
from planner.studies.explaining.amendments import Amendment, question_of, raised, written
from planner.studies.explaining.errands import Effort, Errand, Finding, find_all
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.files import Inputs

EXACT_GAP = 1e-7
"""Relative gap to which plans are proved, so that their difference is what is looked for."""
TRIFLE = 1e-6
"""PFLOPS below which nobody is served otherwise."""
KG_PER_KT = 1e6
USD_PER_MUSD = 1e6


@dataclass(frozen=True)
class Question:
    """One thing to know the worth of.

    Attributes
    ----------
    what
        a rule (``rule:id``), a path such as ``limits.capex``, or a failure
    change
        what is done to it: ``removed``, ``+1``, ``-1``
    unit
        of the one
    """

    what: str
    change: str
    unit: str
    amendments: tuple[Amendment, ...]


@dataclass(frozen=True)
class Worth:
    """What a change saves.

    Attributes
    ----------
    usd_per_year
        by how much money and penalties of a year fall with the change, an even year's share where several are planned;
        below zero where they rise; not a number where no plan exists with it
    exact
        whether both plans are proved to be the best
    serves
        PFLOPS more that are served, by country of origin, years added
    """

    what: str
    change: str
    unit: str
    usd_per_year: float
    exact: bool
    serves: Mapping[str, float] = field(default_factory=dict)


def worth(question: Plan | Inputs, *, effort: Effort | None = None) -> list[Worth]:
    """Return what each rule, limit, failure and millisecond of a question costs a year, the dearest first.

    Every figure is the difference of two plans: the question as it is, and with one change. Capacities of sites and
    links are looked at where they have a price, which is where one more would save anything.

    Raises
    ------
    UsageError
        where there is no plan, or the question does not come from files
    """
    inputs = question_of(question)
    effort = effort or Effort()
    full = _capacities(question) if isinstance(question, Plan) and question.tables is not None else iter(())
    asked = [*list_questions(inputs), *full]
    errands = [Errand((), EXACT_GAP, effort.builds), *(Errand(e.amendments, EXACT_GAP, effort.builds) for e in asked)]
    base, *findings = find_all(inputs, errands, jobs=effort.jobs, watch=effort.watch)
    if not base.status.has_plan:
        raise UsageError(f"there is no plan that could be worth more: the scenario is {base.status.value}")
    case = prepare(inputs)
    years = sum(case.year_weight(year) for year in case.years)
    found = [_weigh(inputs, each, base, finding, years) for each, finding in zip(asked, findings, strict=True)]
    return sorted(found, key=_order)


def _order(each: Worth) -> tuple[bool, float, str, str]:
    known = isfinite(each.usd_per_year)
    return not known, -abs(round(each.usd_per_year, 2)) if known else 0.0, each.what, each.change


def _weigh(inputs: Inputs, each: Question, base: Finding, finding: Finding, years: float) -> Worth:
    if not finding.status.has_plan:
        return Worth(each.what, each.change, each.unit, float("nan"), finding.status.value == "infeasible")
    saved = (base.cost_usd + base.penalty_usd - finding.cost_usd - finding.penalty_usd) / years
    exact = base.status.value == finding.status.value == "optimal"
    return Worth(each.what, each.change, each.unit, saved, exact, _serves(inputs, base, finding))


def _serves(inputs: Inputs, base: Finding, finding: Finding) -> dict[str, float]:
    """Return by country how many PFLOPS more are served."""
    found: dict[str, float] = {}
    for key in sorted(base.asked):
        if inputs.demand.workloads[key[2]].kind != "traffic":
            more = (finding.asked.get(key, 0.0) - finding.left.get(key, 0.0)) - (base.asked[key] - base.left[key])
            home = home_of(inputs, key[1])
            found[home] = found.get(home, 0.0) + more
    return {home: more for home, more in found.items() if abs(more) > TRIFLE}


def list_questions(inputs: Inputs) -> Iterator[Question]:
    """Yield what there is to know of rules, limits, failures and latency limits."""
    yield from _rules(inputs)
    yield from _floors(inputs)
    yield from _limits(inputs)
    yield from _members(inputs)
    yield from _groups(inputs)
    yield from _failures(inputs)
    yield from _latency(inputs)


def _rules(inputs: Inputs) -> Iterator[Question]:
    for sort in ("residency", "transit", "shares"):
        for number, rule in enumerate(getattr(inputs.scenario.policy, sort)):
            if rule.id:
                yield Question(f"rule:{rule.id}", "removed", "rule", (Amendment(remove=f"rule:{rule.id}"),))
            else:
                path = f"policy.{sort}.{number}"
                gone = Amendment(f"{path}.hosts", "any") if sort == "residency" else Amendment(f"{path}.origin", [])
                yield Question(path, "removed", "rule", (gone,))
    for number, stake in enumerate(inputs.scenario.policy.foreign_stake):
        path = f"policy.foreign_stake.{number}"
        anybodys = Amendment(remove=f"rule:{stake.id}") if stake.id else Amendment(f"{path}.max", "1")
        yield Question(f"rule:{stake.id}" if stake.id else path, "removed", "rule", (anybodys,))


def _floors(inputs: Inputs) -> Iterator[Question]:
    share = inputs.scenario.policy.floor.served_share
    if share:
        path = "policy.floor.served_share"
        yield Question(path, "removed", "rule", (Amendment(path),))
        for sign, value in (("+1", min(1.0, share + 0.01)), ("-1", max(0.0, share - 0.01))):
            if value != share:
                yield Question(path, sign, "%", (Amendment(path, written(value)),))


def _limits(inputs: Inputs) -> Iterator[Question]:
    limits, currency = inputs.scenario.limits, inputs.scenario.finance.currency
    if limits.sites is not None:
        yield Question("limits.sites", "removed", "rule", (Amendment("limits.sites"),))
        yield from _both("limits.sites", Yearly.flat(float(limits.sites)), 1.0, "", "site")
    if limits.capex_usd is not None:
        yield Question("limits.capex", "removed", "rule", (Amendment("limits.capex"),))
        yield from _both("limits.capex", Yearly.flat(limits.capex_usd), USD_PER_MUSD, currency, f"M{currency}")
    if limits.carbon_kg is not None:
        yield Question("limits.carbon", "removed", "rule", (Amendment("limits.carbon"),))
        yield from _both("limits.carbon", limits.carbon_kg, KG_PER_KT, "kg/year", "kt")


def _members(inputs: Inputs) -> Iterator[Question]:
    currency = inputs.scenario.finance.currency
    for country, each in sorted(inputs.scenario.limits.members.items()):
        path = f"limits.members.{country}"
        if each.capex_usd is not None:
            yield from _both(f"{path}.capex", Yearly.flat(each.capex_usd), USD_PER_MUSD, currency, f"M{currency}")
        if each.opex_usd is not None:
            yield from _both(f"{path}.opex", each.opex_usd, USD_PER_MUSD, f"{currency}/year", f"M{currency}/year")
        if each.hosted_min_pflops is not None:
            yield from _both(f"{path}.hosted_min", each.hosted_min_pflops, 1.0, "PFLOPS", "PFLOPS")


def _groups(inputs: Inputs) -> Iterator[Question]:
    for key, group in sorted(inputs.topology.groups.items()):
        if group.power_mw is not None:
            yield from _both(f"groups.{key}.power", group.power_mw, 1.0, "MW", "MW")
        if group.compute_pflops is not None:
            yield from _both(f"groups.{key}.compute", group.compute_pflops, 1.0, "PFLOPS", "PFLOPS")


def _failures(inputs: Inputs) -> Iterator[Question]:
    if not inputs.scenario.contingencies:
        return
    case = prepare(inputs)
    names = list(dict.fromkeys(state.contingency for state in case.failing_states))
    for name in names:
        others = [other for other in names if other != name] or "none"
        yield Question(name, "removed", "failure", (Amendment("contingencies", others),))


def _latency(inputs: Inputs) -> Iterator[Question]:
    used = {row.workload for row in inputs.demand.demands}
    for key, workload in sorted(inputs.demand.workloads.items()):
        if workload.max_rtt_ms is not None and key in used:
            yield from _both(f"workloads.{key}.max_rtt", Yearly.flat(workload.max_rtt_ms), 1.0, "ms", "ms")


def _capacities(plan: Plan) -> Iterator[Question]:
    """Yield compute of sites, power and capacity of links that have a price in some year."""
    sites, links = plan.inputs.topology.sites, plan.inputs.topology.links
    prices = plan.prices.reset_index()
    dear = {
        (str(row["family"]), str(row["key"]).split("/", 1)[1])
        for row in prices.to_dict("records")
        if row["family"] in ("site_capacity", "site_power", "link_capacity") and abs(row["price"]) > 0
    }
    for family, rest in sorted(dear):
        key = rest.split("/")[0 if family != "site_power" else -1]
        if family == "link_capacity" and key in links:
            yield from _both(f"links.{key}.capacity", links[key].capacity_gbps, 1.0, "Gbps", "Gbps")
        elif family == "site_power" and key in sites and sites[key].power_mw is not None:
            yield from _both(f"sites.{key}.power", sites[key].power_mw or Yearly.flat(0.0), 1.0, "MW", "MW")
        elif family == "site_capacity" and key in sites and not sites[key].accelerators and _counts(plan, key):
            path, site = f"sites.{key}.compute", sites[key]
            yield from _both(path, site.compute_pflops, 1.0, "PFLOPS", "PFLOPS", factor=site.factor)


def _counts(plan: Plan, site: str) -> bool:
    return plan.inputs.topology.sites[site].status in plan.inputs.scenario.count


def _both(path: str, figure: Yearly, one: float, unit: str, said: str, *, factor: float = 1.0) -> Iterator[Question]:
    """Yield one more and one less of a figure, where less is not below nothing."""
    yield Question(path, "+1", said, (Amendment(path, raised(figure, one, unit, factor=factor)),))
    if min(value for _, value in figure.points) >= one:
        yield Question(path, "-1", said, (Amendment(path, raised(figure, -one, unit, factor=factor)),))
