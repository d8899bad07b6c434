"""Which limits keep work from being served where a path exists, and whether more could be had: each claim is tried.

A demand is left unserved because every path is too dear, full, or behind a gate that is closed. The limits that the
best path would need are moved in the live programme (`planner.engine.fixed`): what is named as the limit betters the
plan when it is relaxed, and where something could still be bought, buying it is tried, with the budget and with the
room that there is, before the reason says that it is too dear.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from planner.plan import phrases

if TYPE_CHECKING:
    from pulp import LpVariable

    from planner.engine.fixed import FixedProgramme
    from planner.programme.case import Case, ExpansionCase, LinkCase, Routing, SiteCase
    from planner.programme.paths import Path
    from planner.programme.programme import RowInfo

BETTER = 1e-7
"""By what share of itself the objective must become better before another decision counts as better."""
LEAST_SHARE = 0.05
"""A limit that asks for less than this share of what serving costs beyond money is not named."""
NEAR = 1e-5
"""Share of a `max` that may be free where it is called reached."""

FULL = {
    "site_capacity": phrases.SITE_FULL,
    "site_power": phrases.SITE_POWER,
    "link_capacity": phrases.LINK_FULL,
    "survival": phrases.SURVIVAL,
    "pool": phrases.POOL,
    "carbon_budget": phrases.CARBON_SPENT,
    "share": phrases.SHARE_FIRST,
    "stage": phrases.STAGE_FIRST,
}
"""What a full limit means, by the family of its row; families that are no limit of a path are missing."""


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
            return phrases.NOT_SPLIT.say() if self._may_be_split(path) else ""
        links = {self.case.links[arc // 2].id for arc in path.arcs}
        projects = {
            self.case.links[link].project for link in self.case.project_links if self.case.links[link].id in links
        }
        year = self.case.states[path.state].year
        return self._opening(path.site, tuple(sorted(p for p in projects if p is not None)), path.demand, year)

    def _may_be_split(self, path: Path) -> bool:
        """Whether a demand that has to stay at one site would be served better if it might be divided."""
        case, v, column_of = self.case, self.programme.variables, self.programme.column_of
        demand, year = case.demands[path.demand], case.states[path.state].year
        free = [column_of[z] for (d, _, t), z in v.whole.items() if (d, t) == (demand.index, year) and z in column_of]
        aside = [
            row
            for row, info in enumerate(self.programme.rows)
            if (info.family == "whole" and info.key[0] == year and info.key[-4:-1] == case.part_key(demand))
            or (info.family == "whole_choice" and info.key == (year, *case.part_key(demand)))
        ]
        return self._is_better(self.fixed.decide_anew(free, aside=aside, bounds=self._assets.others(set())))

    def _try_opening(self, site: int, projects: tuple[int, ...], demand: int, year: int) -> str:
        """Open a site, lay links, or make a cluster, with one limit after the other aside, and say what that shows."""
        case, assets = self.case, self._assets
        links = {i for i, link in enumerate(case.links) if link.project in projects}
        free = assets.decisions_of(site, links, demand)
        bounds = assets.others({("site", site), *(("link", link) for link in links)})
        name = assets.name(site, projects)
        for families, phrase in (
            (("site_limit",), phrases.NOT_IN_USE),
            (("capex_budget",), phrases.NOT_PAID),
            (("site_limit", "capex_budget"), phrases.NOT_IN_USE_OR_PAID),
        ):
            aside = [row for row, info in enumerate(self.programme.rows) if info.family in families]
            if len(aside) < len(families):  # there is no such limit, or not both
                continue
            if self._is_better(self.fixed.decide_anew(free, aside=aside, bounds=bounds)):
                return phrase.say(asset=name, names=name, limit=case.site_limit)
        if not self._is_better(self.fixed.decide_anew(free, bounds=bounds, gifts=assets.paid(free, site, links))):
            return ""
        cluster = self._is_cluster(site, demand, year) and not projects
        return (phrases.CLUSTER_TOO_DEAR if cluster else phrases.NOT_WORTH_OPENING).say(asset=name, names=name)

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
        said = dict.fromkeys(self._name(self.programme.rows[row]) for row in named)
        return phrases.LISTED.join(said)

    def _give(self, named: list[int], rows: Mapping[int, float]) -> bool:
        """Whether relaxing these rows, as a path needs it, betters the plan."""
        if not named:
            return False
        least = BETTER * float(np.abs(self.fixed.duals).max(initial=0.0))
        return self.fixed.nudge({row: abs(rows[row]) for row in named}) > least

    def _is_limit(self, row: int) -> bool:
        return self.programme.rows[row].family in FULL

    def _name(self, row: RowInfo) -> str:
        asset = str(row.key[3]) if len(row.key) > 3 else ""
        if row.family in ("site_capacity", "link_capacity"):
            return self._growth(row.family, asset, int(str(row.key[0]))) or FULL[row.family].say(asset=asset)
        failure = row.key[2] if len(row.key) > 2 else ""
        return FULL[row.family].say(asset=asset, failure=failure, last=row.key[-1], year=row.key[0])

    def _try_growth(self, family: str, asset: str, year: int) -> str | None:
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
        if budget and self._is_better(self.fixed.decide_anew(free, aside=budget, bounds=bounds)):
            return phrases.CAPEX_SPENT.say(asset=asset)
        if self._assets.is_built_out(kind, position, year):
            room = self._assets.room_rows(kind, position)
            more = bounds | self._assets.more_room(kind, position)
            if self._is_better(self.fixed.decide_anew(free, aside=room, bounds=more)):
                return phrases.AT_ITS_MAX.say(asset=asset)
            if budget and self._is_better(self.fixed.decide_anew(free, aside=[*budget, *room], bounds=more)):
                return phrases.AT_MAX_AND_SPENT.say(asset=asset)
        gifts = self._assets.paid(free, position if kind == "site" else -1, set() if kind == "site" else {position})
        if not self._is_better(self.fixed.decide_anew(free, bounds=bounds, gifts=gifts)):
            return None
        return self._too_dear(kind, asset, year, options)

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

    def _is_better(self, gain: float) -> bool:
        return gain > BETTER * abs(self.fixed.objective) + self.programme.same * self.programme.scale


class Assets:
    """The columns and rows that belong to sites and links."""

    def __init__(self, case: Case, fixed: FixedProgramme) -> None:
        self.case, self.fixed, self.programme = case, fixed, fixed.programme
        v, column_of = self.programme.variables, self.programme.column_of
        self._builds = {
            column_of[variable]: (kind, options[number].asset)
            for kind, variables, options in (
                ("site", v.site_build, case.site_expansions),
                ("link", v.link_build, case.link_expansions),
            )
            for (number, _), variable in variables.items()
            if variable in column_of
        }

    def others(self, own: set[tuple[str, int]]) -> dict[int, tuple[float, float]]:
        """Bounds that hold what is built anywhere but at some assets."""
        values = self.fixed.values
        return {c: (float(values[c]),) * 2 for c, asset in self._builds.items() if asset not in own}

    def no_more_beside(self, kind: str, asset: int, year: int) -> dict[int, tuple[float, float]]:
        """Bounds that let no more be built at a site or link of what does not stand in a year: that would serve others.

        Less may be: it may make room for what does stand.
        """
        return {
            column: (0.0, built)
            for option, t, column, built in self._built_at(kind, asset)
            if not option.is_alive(t, year)
        }

    def is_built_out(self, kind: str, asset: int, year: int) -> bool:
        """Whether no more, or no whole step, of an expansion may stand in a year or in another that sees it.

        Where there is room, a higher `max` may still be cheaper, but keeps nothing from being served.
        """
        standing: defaultdict[tuple[int, int], float] = defaultdict(float)
        options, seen = {}, set()
        for option, t, _, built in self._built_at(kind, asset):
            years = [each for each in self.case.years if option.is_alive(t, each)]
            options[option.position] = option
            seen |= {(option.position, each) for each in years if year in years}
            for each in years:
                standing[option.position, each] += built
        return any(
            standing[number, each] + (options[number].step or 0.0) > options[number].limit[each] * (1 - NEAR)
            for number, each in seen
        )

    def _built_at(self, kind: str, asset: int) -> Iterator[tuple[ExpansionCase, int, int, float]]:
        """Yield each build of a site or link: its expansion and year, its column, and how much is built."""
        v, column_of, values = self.programme.variables, self.programme.column_of, self.fixed.values
        builds, options = (
            (v.site_build, self.case.site_expansions) if kind == "site" else (v.link_build, self.case.link_expansions)
        )
        for (i, t), variable in builds.items():
            if options[i].asset == asset and variable in column_of:
                yield options[i], t, column_of[variable], float(values[column_of[variable]])

    def paid(self, free: Iterable[int], site: int, links: set[int]) -> list[int]:
        """Columns by which some decisions, and what is built at some assets, cost anything."""
        own = {("site", site), *(("link", link) for link in links)}
        return sorted({*free, *(column for column, asset in self._builds.items() if asset in own)})

    def options(self, kind: str, asset: str, year: int) -> list[ExpansionCase]:
        """Expansions by which a site or link could grow in time for a year."""
        found, assets = (
            (self.case.site_expansions, self.case.sites)
            if kind == "site"
            else (self.case.link_expansions, self.case.links)
        )
        return [
            option
            for option in found
            if assets[option.asset].id == asset
            and option.limit[year] > 0
            and any(option.is_alive(t, year) for t in option.years)
        ]

    def decisions_of(self, site: int, links: set[int], demand: int | None) -> list[int]:
        """Whole decisions about a site, about links, and where a demand goes."""
        v, case = self.programme.variables, self.case
        chosen = [variable for s, variable in v.in_use.items() if s == site]
        chosen += [variable for (_, s, _), variable in v.gate.items() if s == site]
        chosen += [variable for (d, s, _), variable in v.whole.items() if s == site or d == demand]
        projects = {case.links[link].project for link in links}
        if site >= 0:
            projects.add(case.sites[site].project)
        for i, year in v.site_steps:
            if case.site_expansions[i].asset == site:
                chosen.append(v.site_steps[i, year])
        for i in case.expansions_of_site.get(site, ()):
            projects |= set(case.site_expansions[i].projects)
        chosen += [variable for j, variable in v.project.items() if j in projects]
        chosen += [v.link_steps[i, t] for i, t in v.link_steps if case.link_expansions[i].asset in links]
        return self._columns(chosen)

    def link_decisions(self, link: int) -> list[int]:
        """Whole decisions about a link."""
        v, case = self.programme.variables, self.case
        projects = {j for i in case.expansions_of_link.get(link, ()) for j in case.link_expansions[i].projects}
        chosen = [v.link_steps[i, t] for i, t in v.link_steps if case.link_expansions[i].asset == link]
        return self._columns([*chosen, *(w for j, w in v.project.items() if j in projects)])

    def _columns(self, variables: Iterable[LpVariable]) -> list[int]:
        column_of = self.programme.column_of
        return sorted(column_of[variable] for variable in variables if variable in column_of)

    def room_rows(self, kind: str, asset: int) -> list[int]:
        """Rows that limit what may be built at a site or link."""
        rows = self.programme.rows
        return sorted(
            {
                row
                for row, column, _ in self.programme.decision_entries
                if rows[row].family == "build_limit" and self._builds.get(column) == (kind, asset)
            }
        )

    def more_room(self, kind: str, asset: int) -> dict[int, tuple[float, float]]:
        """Bounds that let one more step be bought of every expansion in steps."""
        v, column_of = self.programme.variables, self.programme.column_of
        steps, options = (
            (v.site_steps, self.case.site_expansions) if kind == "site" else (v.link_steps, self.case.link_expansions)
        )
        return {
            column_of[variable]: (0.0, float(variable.upBound) + 1)
            for (i, _), variable in steps.items()
            if options[i].asset == asset and variable in column_of
        }

    def name(self, site: int, projects: tuple[int, ...]) -> str:
        """What would be opened: the projects of links, else the site."""
        if projects:
            return phrases.LISTED.join(self.case.projects[j].id for j in projects)
        return self.case.sites[site].id
