"""Why work changed site, as far as the inputs and the tables show it: what appeared or went on either way.

The hard things come first (a site, a link or a rule that is gone or new, a round trip beyond its limit), then limits
that one plan only has reached, by its loads, then prices that changed. Where nothing of these stands on the way from
the one site to the other, no reason is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.admissibility import (
    Origin,
    avoided_countries,
    dearer_by,
    find_rule,
    in_service,
    is_usable,
    residency_terms,
    takes,
)
from planner.energy import energy_usd_per_pflops
from planner.policy import is_named
from planner.programme.families import FAMILIES
from planner.programme.hours import count_blocks
from planner.report.comparison.limits import Limit, evidence_of, reached_limits
from planner.report.comparison.switches import NEW_DEMAND, NO_LONGER_ASKED, UNSERVED, ServedFlows, Switch
from planner.report.comparison.words import ComparisonSentence, sentence
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    from planner.demand import DemandRow
    from planner.plan.verify.evidence import Evidence
    from planner.policy import ResidencyRule

CHEAPER = 1e-6
"""A price that differs by less than this share is the same."""
BUDGETS = ("capex_budget", "carbon_budget", "site_limit")
"""Limits on the plan as a whole that bear on what a path costs, by their family."""
MOST = 2
"""Reasons given for one move."""
PathRow = dict[str, Any]


@dataclass(frozen=True)
class PlanSide:
    """One of the two plans in one year, by what the reasons ask of it."""

    served: ServedFlows

    @cached_property
    def _evidence(self) -> Evidence:
        return evidence_of(self.served.plan)

    @cached_property
    def installed(self) -> dict[str, float]:
        """PFLOPS installed by site that there is."""
        return self._by_site("installed_pflops")

    @cached_property
    def _site_prices(self) -> dict[str, float]:
        """What one more PFLOPS of a site would save a year, by site."""
        return self._by_site("price_usd_per_pflops")

    def _by_site(self, column: str) -> dict[str, float]:
        figures = in_year(self.served.plan.sites, self.served.year)[column]
        return {str(key): float(value) for key, value in figures.items()}

    @cached_property
    def binding(self) -> frozenset[Limit]:
        """Limits that are reached: by loads; of what must survive failures, those that have a price."""
        plan, year = self.served.plan, self.served.year
        found = set(reached_limits(self._evidence, year))
        for family, key, price in plan.prices["price"].reset_index().itertuples(index=False):
            if family == "survival" and price > 0:
                of = FAMILIES[family].read_key(str(key))
                if of["year"] == str(year):
                    found.add(("survival", f"{of['origin']}/{of['workload']}"))
        return frozenset(found)

    @cached_property
    def sites_in_use(self) -> int:
        """Sites that serve or build anything in any year, which `limits.sites` bounds."""
        return len(self._evidence.supply.sites_in_use)

    @cached_property
    def _paths(self) -> dict[tuple[str, str, str], list[PathRow]]:
        """Paths by demand, workload and site, the largest first."""
        found: dict[tuple[str, str, str], list[PathRow]] = {}
        ordered = self.served.flows.sort_values("pflops", ascending=False, kind="stable")
        for path in ordered.to_dict("records"):
            path["links"] = [name for name in str(path["links"] or "").split(";") if name]
            found.setdefault((str(path["demand"]), str(path["workload"]), str(path["site"])), []).append(path)  # type: ignore[arg-type]
        return found

    def paths(self, switch: Switch, site: str) -> list[PathRow]:
        """Return the paths by which a site serves a demand, the largest first."""
        return self._paths.get((switch.origin, switch.workload, site), [])

    def max_rtt(self, workload: str) -> float | None:
        """Return the longest round trip that a workload bears."""
        found = self.served.plan.inputs.demand.workloads.get(workload)
        return None if found is None else found.max_rtt_ms

    def find_closed(self, path: PathRow) -> Iterator[tuple[str, str]]:
        """Yield what keeps a path of the other plan from being walked in this one: ("link", id), ("country", code)."""
        inputs, origin = self.served.plan.inputs, Origin(path["origin"], path["country"])
        workload, at = inputs.demand.workloads[path["workload"]], path["origin"]
        avoided = avoided_countries(inputs.scenario.policy, origin, workload)
        for name in path["links"]:
            link = inputs.topology.links.get(name)
            if link is None or not in_service(link, self.served.year) or not is_usable(link, origin):
                yield "link", name
                return
            at = link.ends[1] if link.ends[0] == at else link.ends[0]
            node = inputs.topology.nodes[at]
            if node.country in avoided and at != inputs.topology.sites[path["site"]].node:
                yield "country", node.country

    def rule(self, switch: Switch, path: PathRow) -> ResidencyRule | None:
        """Return the residency rule that speaks of a demand."""
        inputs = self.served.plan.inputs
        workload = inputs.demand.workloads[switch.workload]
        return find_rule(inputs.scenario.policy, Origin(path["origin"], path["country"]), workload)

    @cached_property
    def _rows(self) -> dict[tuple[str, str], DemandRow]:
        """Demands by origin and workload."""
        return {(row.origin, row.workload): row for row in self.served.plan.inputs.demand.demands}

    def find_refusal(self, switch: Switch, path: PathRow, site: str) -> str:
        """Return "" where a site may serve a demand, else "rule" or "other" for what keeps it away."""
        inputs = self.served.plan.inputs
        model, workload = inputs.topology.sites[site], inputs.demand.workloads[switch.workload]
        country = inputs.topology.nodes[model.node].country
        row = self._rows[switch.origin, switch.workload]
        origin = Origin(path["origin"], path["country"])
        if residency_terms(self.rule(switch, path), model, country, origin) is None:
            return "rule"
        narrow = row.hosts is not None and not is_named(model, country, row.hosts)
        return "other" if narrow or not takes(model, workload) else ""

    def running_usd(self, switch: Switch, path: PathRow, site: str) -> float:
        """Return what a PFLOPS of a demand costs a year at a site: opex, energy, premium, fee and use of its path."""
        inputs, year = self.served.plan.inputs, self.served.year
        model, workload = inputs.topology.sites[site], inputs.demand.workloads[switch.workload]
        country = inputs.topology.nodes[model.node].country
        terms = residency_terms(self.rule(switch, path), model, country, Origin(path["origin"], path["country"]))
        own = model.opex_usd_per_pflops.at(year) + energy_usd_per_pflops(model, year)
        premium, fee = (0.0, 0.0) if terms is None else (terms.premium, terms.fee_usd_per_pflops.at(year))
        rate = workload.traffic_gbps_per_pflops + workload.traffic_back_gbps_per_pflops
        links = (inputs.topology.links[name] for name in path["links"])
        transit = sum(link.transit_usd_per_gbps.at(year) for link in links)
        return float(own * dearer_by(workload.rtt_premium_per_ms, path["rtt_ms"], premium) + fee + rate * transit)

    def is_simple(self, switch: Switch, path: PathRow) -> bool:
        """Whether all that a path costs in the plan is its running, and the worth of compute at its site."""
        inputs = self.served.plan.inputs
        bound = {("power", path["site"]), ("survival", f"{switch.origin}/{switch.workload}")}
        bound |= {("link", name) for name in path["links"]} | {("limit", name) for name in BUDGETS}
        return (
            count_blocks(inputs) == 1
            and not inputs.scenario.seasons
            and not inputs.scenario.contingencies
            and tuple(inputs.scenario.objective) == ("cost",)
            and switch.workload in inputs.demand.workloads
            and bound.isdisjoint(self.binding)
        )

    def full_cost_usd(self, switch: Switch, path: PathRow) -> float:
        """Return what a PFLOPS costs a year by a path, with the worth of the machines that it takes at its site."""
        fill = self.served.plan.inputs.scenario.limits.site_fill.at(self.served.year)
        worth = self._site_prices.get(path["site"], 0.0) / fill
        return self.running_usd(switch, path, str(path["site"])) + worth

    @cached_property
    def _by_demand(self) -> dict[tuple[str, str], tuple[float, str]]:
        """What each demand asks for, and the table's reason why part of it is unserved."""
        table = self.served.table[["demand_pflops", "reason"]]
        return {
            (str(origin), str(workload)): (float(pflops), reason if isinstance(reason, str) else "")
            for (origin, workload), pflops, reason in table.itertuples()
        }

    def reason(self, switch: Switch) -> str:
        """Return the table's reason why part of a demand is unserved."""
        return self._by_demand.get((switch.origin, switch.workload), (0.0, ""))[1]

    def asked(self, switch: Switch) -> float:
        """Return what a demand asks for."""
        return self._by_demand.get((switch.origin, switch.workload), (0.0, ""))[0]


@dataclass(frozen=True)
class Causes:
    """Finds the reasons for moves between two plans, in one year of each."""

    before: PlanSide
    after: PlanSide

    def explain(self, switch: Switch) -> tuple[ComparisonSentence, ...]:
        """Return up to two reasons, the hardest first; one that says so where no single limit explains the move."""
        unique: list[ComparisonSentence] = []
        for each in self._all(switch):
            if each not in unique:
                unique.append(each)
        return tuple(unique[:MOST]) or (sentence("none"),)

    def _all(self, switch: Switch) -> Iterator[ComparisonSentence]:
        if switch.source == NEW_DEMAND or switch.target == NO_LONGER_ASKED:
            kind = "asked_more" if switch.source == NEW_DEMAND else "asked_less"
            yield sentence(kind, before=self.before.asked(switch), after=self.after.asked(switch))
            return
        lost = [] if switch.source == UNSERVED else self.before.paths(switch, switch.source)
        gained = [] if switch.target == UNSERVED else self.after.paths(switch, switch.target)
        if lost:
            yield from self._closed(switch, lost, (self.before, self.after), switch.source, gone=True)
        if gained:
            yield from self._closed(switch, gained, (self.after, self.before), switch.target, gone=False)
        old, new = self.before.reason(switch), self.after.reason(switch)
        if switch.target == UNSERVED and new and new != old:
            yield sentence("left", reason=new)
        if switch.source == UNSERVED and old:
            yield sentence("eased" if new else "was_left", reason=old)
        if lost:
            yield from self._limits(lost, (self.before, self.after), switch.source, gone=True)
        if gained:
            yield from self._limits(gained, (self.after, self.before), switch.target, gone=False)
        yield from self._prices(switch, lost, gained)
        yield from self._common(switch)
        if self._is_tied(switch, lost, gained):
            yield sentence("either", other=switch.source, site=switch.target)

    def _closed(
        self, switch: Switch, paths: list[PathRow], sides: tuple[PlanSide, PlanSide], site: str, *, gone: bool
    ) -> Iterator[ComparisonSentence]:
        """Yield what makes the paths of one plan impossible in the other."""
        _, other = sides
        inputs, path = other.served.plan.inputs, paths[0]
        if site not in inputs.topology.sites or site not in other.installed:
            yield sentence("site_gone" if gone else "site_new", site=site)
            return
        if not other.installed[site] > 0 and not self._can_grow(other, site):
            yield sentence("site_empty" if gone else "site_started", site=site)
        if switch.workload not in inputs.demand.workloads or not other.asked(switch):
            return
        kept = other.find_refusal(switch, path, site)
        if kept == "rule":
            rule = other.rule(switch, path)
            yield sentence("rule_keeps" if gone else "rule_frees", rule=_name(rule), site=site)
        elif kept:
            yield sentence("not_allowed" if gone else "now_allowed", site=site)
        limit, rtt = other.max_rtt(switch.workload), min(float(each["rtt_ms"]) for each in paths)
        if limit is not None and limit < rtt - 1e-9:
            yield sentence("rtt_fell" if gone else "rtt_rose", limit=float(limit), rtt=rtt, site=site)
        closed = [next(other.find_closed(each), None) for each in paths]
        if all(closed):
            sort, name = closed[0] or ("", "")
            if sort == "link":
                yield sentence("link_gone" if gone else "link_new", link=name, site=site)
            else:
                yield sentence("transit_closed" if gone else "transit_open", country=name, site=site)

    @staticmethod
    def _can_grow(side: PlanSide, site: str) -> bool:
        """Whether a site may be given compute in the year, so that it has none by choice."""
        return any(
            in_service(each, side.served.year) and (each.max is None or each.max.at(side.served.year) > 0)
            for each in side.served.plan.inputs.topology.sites[site].expansion
        )

    @staticmethod
    def _limits(
        paths: list[PathRow], sides: tuple[PlanSide, PlanSide], site: str, *, gone: bool
    ) -> Iterator[ComparisonSentence]:
        """Yield the limits on the paths of one plan that bind in the other only."""
        own, other = sides
        new = other.binding - own.binding
        for sort in ("site", "power", "build"):
            if (sort, site) in new:
                yield sentence(f"{sort}_full" if gone else f"{sort}_freed", site=site)
        for name in dict.fromkeys(name for path in paths for name in path["links"]):
            if ("link", name) in new:
                yield sentence("link_full" if gone else "link_freed", link=name, site=site)

    def _prices(self, switch: Switch, lost: list[PathRow], gained: list[PathRow]) -> Iterator[ComparisonSentence]:
        """Yield that the site left became dearer, or the site gone to cheaper."""
        currencies = {each.served.plan.inputs.scenario.finance.currency for each in (self.before, self.after)}
        known = all(switch.workload in each.served.plan.inputs.demand.workloads for each in (self.before, self.after))
        if len(currencies) > 1 or not known:
            return
        for paths, site, kind in ((lost, switch.source, "dearer"), (gained, switch.target, "cheaper")):
            if not paths or any(not self._has_path(side, paths[0]) for side in (self.before, self.after)):
                continue
            old, new = (side.running_usd(switch, paths[0], site) for side in (self.before, self.after))
            if (new > old * (1 + CHEAPER)) if kind == "dearer" else (new < old * (1 - CHEAPER)):
                unit = f"{next(iter(currencies))}/PFLOPS/year"
                yield sentence(kind, site=site, before=float(old), after=float(new), unit=unit)

    def _is_tied(self, switch: Switch, lost: list[PathRow], gained: list[PathRow]) -> bool:
        """Whether two sites cost a demand the same in both plans, wherever it comes from: then solvers choose."""
        sides, paths = (self.before, self.after), [*lost, *gained]
        common = {str(each["origin"]) for each in lost} & {str(each["origin"]) for each in gained}
        if not common or not all(
            self._has_path(side, path) and side.is_simple(switch, path) for side in sides for path in paths
        ):
            return False
        costs = [
            [side.full_cost_usd(switch, path) for path in paths if path["origin"] == origin]
            for side in sides
            for origin in common
        ]
        return all(max(each) <= min(each) * (1 + CHEAPER) for each in costs)

    @staticmethod
    def _has_path(side: PlanSide, path: PathRow) -> bool:
        """Whether the site and the links of a path are there."""
        topology = side.served.plan.inputs.topology
        return path["site"] in topology.sites and all(name in topology.links for name in path["links"])

    def _common(self, switch: Switch) -> Iterator[ComparisonSentence]:
        """Yield the limits on the plan as a whole, and the objective, that differ."""
        own = ("survival", f"{switch.origin}/{switch.workload}")
        for sides, kinds in (
            ((self.before, self.after), ("survival", "limit")),
            ((self.after, self.before), ("survival_gone", "limit_gone")),
        ):
            new = sides[1].binding - sides[0].binding
            if own in new:
                yield sentence(kinds[0])
            yield from (
                sentence(kinds[1], family=name)
                for sort, name in sorted(new)
                if sort == "limit" and (name != "site_limit" or sides[0].sites_in_use > sides[1].sites_in_use)
            )
        old, now = (tuple(each.served.plan.inputs.scenario.objective) for each in (self.before, self.after))
        if old != now:
            yield sentence("objective", before=old, after=now)


def _name(rule: ResidencyRule | None) -> str:
    """Return a rule's id, or what it says."""
    if rule is None:
        return ""
    hosts = rule.hosts if isinstance(rule.hosts, str) else f"[{', '.join(rule.hosts)}]"
    return rule.id or f"hosts: {hosts}"
