"""Which limits keep work from being served where a path exists, and whether more could be had: each claim is tried.

A demand is left unserved because every path is too dear, full, or behind a gate that is closed. The limits that the
best path would need are moved in the live programme (`planner.engine.fixed`): what is named as the limit betters the
plan when it is relaxed, and where something could still be bought, buying it is tried, with the budget and with the
room that there is, before the reason says that it is too dear.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.plan import phrases
from planner.plan.assets import Assets
from planner.plan.phrases import FULL

if TYPE_CHECKING:
    from planner.engine.fixed import Bounds, FixedProgramme
    from planner.plan.templates import Phrase
    from planner.programme.case import Case, ExpansionCase, LinkCase, Routing, SiteCase
    from planner.programme.paths import Path
    from planner.programme.programme import RowInfo

BETTER = 1e-7
"""By what share of itself the objective must become better before another decision counts as better."""
LEAST_SHARE = 0.05
"""A limit that asks for less than this share of what serving costs beyond money is not named."""

LIMIT_NAMES = {
    "capex_budget": "limits.capex",
    "build_limit": "max",
    "group_compute": "groups.{1}.compute",
    "member_capex": "limits.members.{0}.capex",
}
"""Limits on building as the files call them."""


class LimitFinder:
    """Names what stands between a demand and a better plan, beside a plan's whole decisions."""

    def __init__(self, case: Case, fixed: FixedProgramme) -> None:
        self.case, self.fixed, self.programme = case, fixed, fixed.programme
        self._assets = Assets(case, fixed)
        self._growth = cache(self._try_growth)
        self._opening = cache(self._try_opening)

    def find_behind_gates(self, path: Path, routing: Routing | None = None) -> str:
        """Say what keeps the gates on a path closed: a limit without which they open, or their own price."""
        rows = self.fixed.closed_rows(path, routing)
        families = {self.programme.rows[row].family for row in rows}
        if families == {"whole"}:
            return self._try_splitting(path)
        links = {self.case.links[arc // 2].id for arc in path.arcs}
        projects = {
            self.case.links[link].project for link in self.case.project_links if self.case.links[link].id in links
        }
        year = self.case.states[path.state].year
        return self._opening(path.site, tuple(sorted(p for p in projects if p is not None)), path.demand, year)

    def _try(self, reason: str, workload: str, free: Collection[int], **changes: Any) -> str:
        """Return a reason where other decisions are better, with the failure that these would not survive.

        The failure has to be one of the workload's own: where it is not, what else is asked for stays as it is.
        """
        other = self.fixed.decide_anew(free, enough=self._least_gain, **changes)
        if other.failure and other.gain > self._least_gain:
            changes["bounds"] = changes.get("bounds", {}) | self._assets.no_more_served_but(workload)
            other = self.fixed.decide_anew(free, enough=self._least_gain, **changes)
        if not other.gain > self._least_gain:
            return ""
        if not other.failure:
            return reason
        return reason + phrases.ALSO + phrases.EVEN_THEN.say(reason=phrases.SURVIVAL.say(failure=other.failure))

    @property
    def _least_gain(self) -> float:
        """Gain of another decision that counts as better."""
        return BETTER * abs(self.fixed.objective) + self.programme.same * self.programme.scale

    def _try_splitting(self, path: Path) -> str:
        """Divide a demand that has to stay at one site."""
        case, v, column_of = self.case, self.programme.variables, self.programme.column_of
        demand, year = case.demands[path.demand], case.states[path.state].year
        free = [column_of[z] for (d, _, t), z in v.whole.items() if (d, t) == (demand.index, year) and z in column_of]
        aside = [
            row
            for row, info in enumerate(self.programme.rows)
            if (info.family == "whole" and info.key[0] == year and info.key[-4:-1] == case.part_key(demand))
            or (info.family == "whole_choice" and info.key == (year, *case.part_key(demand)))
        ]
        held = self._assets.others(set())
        return self._try(phrases.NOT_SPLIT.say(), demand.workload, free, aside=aside, bounds=held)

    def _try_opening(self, site: int, projects: tuple[int, ...], demand: int, year: int) -> str:
        """Open a site, lay links, or make a cluster, with one limit after the other aside, and say what that shows."""
        case, assets, workload = self.case, self._assets, self.case.demands[demand].workload
        links = {i for i, link in enumerate(case.links) if link.project in projects}
        free = assets.decisions_of(site, links, demand)
        bounds = assets.others({("site", site), *(("link", link) for link in links)})
        name = assets.name(site, projects)
        for families, phrase in (
            (("site_limit",), phrases.NOT_IN_USE),
            (("capex_budget",), phrases.NOT_PAID),
            (("site_limit", "capex_budget"), phrases.NOT_IN_USE_OR_PAID),
            (("member_capex",), phrases.NOT_PAID_BY_MEMBERS),
            (("group_compute",), phrases.GROUP_SHUT),
        ):
            aside = [row for row, info in enumerate(self.programme.rows) if info.family in families]
            if len(aside) < len(families):  # there is no such limit, or not both
                continue
            reason = phrase.say(asset=name, names=name, limit=case.site_limit)
            if said := self._try(reason, workload, free, aside=aside, bounds=bounds):
                return said
        cluster = self._is_cluster(site, demand, year) and not projects
        dear = (phrases.CLUSTER_TOO_DEAR if cluster else phrases.NOT_WORTH_OPENING).say(asset=name, names=name)
        return self._try(dear, workload, free, bounds=bounds, gifts=assets.paid(free, site, links))

    def _is_cluster(self, site: int, demand: int, year: int) -> bool:
        """Whether it is the smallest cluster that closes a site to a demand."""
        v, column_of = self.programme.variables, self.programme.column_of
        in_use = v.in_use.get(site)
        is_used = in_use is None or self.fixed.values[column_of[in_use]] > 0.5
        return is_used and (self.case.demands[demand].workload, site, year) in v.gate

    def find_on_path(self, path: Path, routing: Routing | None = None) -> str:
        """Name the full limits on a path, the dearest first; nothing where no limit is in its way."""
        rows = self.fixed.rows_of(path, routing)
        asked = {row: -factor * float(self.fixed.duals[row]) for row, factor in rows.items()}
        asked = {row: usd for row, usd in asked.items() if self._is_limit(row)}
        total = sum(usd for usd in asked.values() if usd > 0)
        named = sorted((row for row in asked if asked[row] > LEAST_SHARE * total > 0), key=lambda row: -asked[row])
        if not self._give(named, rows):
            full = [row for row in asked if self.fixed.is_full(row)]
            named = [*named, *(row for row in full if row not in named)]
            if not self._give(named, rows):
                return ""
        workload = self.case.demands[path.demand].workload if self.case.failing_states else ""
        said = dict.fromkeys(self._name(self.programme.rows[row], workload) for row in named)
        return phrases.LISTED.join(sorted(said, key=lambda reason: phrases.ALSO in reason))

    def _give(self, named: list[int], rows: Mapping[int, float]) -> bool:
        """Whether relaxing these rows, as a path needs it, betters the plan."""
        if not named:
            return False
        least = BETTER * float(np.abs(self.fixed.duals).max(initial=0.0))
        return self.fixed.nudge({row: abs(rows[row]) for row in named}) > least

    def _is_limit(self, row: int) -> bool:
        return self.programme.rows[row].family in FULL

    def _name(self, row: RowInfo, workload: str) -> str:
        asset = str(row.key[3]) if len(row.key) > 3 else ""
        if row.family in ("site_capacity", "link_capacity"):
            return self._growth(row.family, asset, int(str(row.key[0])), workload) or FULL[row.family].say(asset=asset)
        failure = row.key[2] if len(row.key) > 2 else ""
        last = row.key[-1] if row.key else ""
        return FULL[row.family].say(asset=asset, failure=failure, last=last, year=row.key[0], mw=self._allowed_mw(row))

    def _allowed_mw(self, row: RowInfo) -> float:
        """What a group may draw, of which its row holds what is left beside machines that wait in any case."""
        if row.family != "group_power":
            return row.rhs
        group = next(each for each in self.case.groups if each.id == row.key[-1])
        assert group.power_mw is not None
        return group.power_mw[int(str(row.key[0]))]

    def _try_growth(self, family: str, asset: str, year: int, workload: str) -> str | None:
        """Say why a full site or link is not made larger for a year; None where nothing can be built there."""
        kind = family.removesuffix("_capacity")
        options = self._assets.options(kind, asset, year)
        if not options:
            return None
        position = options[0].asset
        free = (
            self._assets.decisions_of(position, set(), None)
            if kind == "site"
            else self._assets.link_decisions(position)
        )
        bounds = self._assets.others({(kind, position)}) | self._assets.no_more_beside(kind, position, year)
        budget = [row for row, info in enumerate(self.programme.rows) if info.family == "capex_budget"]
        tries: list[tuple[Phrase, list[int], dict[int, Bounds]]] = []
        if budget:
            tries.append((phrases.CAPEX_SPENT, budget, bounds))
        shared = self._assets.shared_rows(kind, position)
        tries += [(phrase, rows, bounds) for phrase, rows in shared]
        if self._assets.is_built_out(kind, position, year):
            room = self._assets.room_rows(kind, position)
            more = bounds | self._assets.more_room(kind, position)
            tries.append((phrases.AT_ITS_MAX, room, more))
            if budget:
                tries.append((phrases.AT_MAX_AND_SPENT, [*budget, *room], more))
        if shared and len(tries) > 1:
            every = sorted({row for _, rows, _ in tries for row in rows})
            tries.append((phrases.HELD_TOGETHER, every, {**tries[-1][2]}))
        for phrase, aside, limits in tries:
            named = phrases.LISTED.join(self._names(aside, in_full=phrase is phrases.HELD_TOGETHER))
            said = phrase.say(asset=asset, names=named)
            if said := self._try(said, workload, free, aside=aside, bounds=limits):
                return said
        gifts = self._assets.paid(free, position if kind == "site" else -1, set() if kind == "site" else {position})
        dear = self._too_dear(kind, asset, year, options)
        return self._try(dear, workload, free, bounds=bounds, gifts=gifts) or None

    def _names(self, rows: list[int], *, in_full: bool) -> dict[str, None]:
        """Groups and members whose limits are rows on building; in full all these limits as the files call them."""
        infos = [self.programme.rows[row] for row in rows]
        if in_full:
            return {LIMIT_NAMES[info.family].format(*info.key): None for info in infos}
        return {str(info.key[-1]): None for info in infos if info.key}

    def _too_dear(self, kind: str, asset: str, year: int, options: list[ExpansionCase]) -> str:
        """Say what more would cost in a year, by the unit or by the whole step."""
        unit = "PFLOPS" if kind == "site" else "Gbps"
        assets: tuple[SiteCase | LinkCase, ...] = self.case.sites if kind == "site" else self.case.links
        fill = assets[options[0].asset].fill[year]
        prices = [
            (o.annuity_usd[t] + o.opex_usd[year], o.step) for o in options for t in o.years if o.is_alive(t, year)
        ]
        smooth = [usd for usd, step in prices if step is None]
        if smooth:
            return phrases.GROWTH_TOO_DEAR.say(asset=asset, usd=min(smooth) / fill, unit=unit)
        usd, step = min((usd * step, step) for usd, step in prices if step is not None)
        return phrases.STEP_TOO_DEAR.say(asset=asset, step=step, usd=usd, unit=unit)
