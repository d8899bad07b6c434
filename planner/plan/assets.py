"""Which columns and rows of a programme belong to which sites and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from planner.plan import phrases

if TYPE_CHECKING:
    from pulp import LpVariable

    from planner.engine.fixed import Bounds, FixedProgramme
    from planner.plan.templates import Phrase
    from planner.programme.case import Case, ExpansionCase

NEAR = 1e-5
"""Share of a `max` that may be free where it is called reached."""


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

    def others(self, own: set[tuple[str, int]]) -> dict[int, Bounds]:
        """Bounds that hold what is built anywhere but at some assets."""
        values = self.fixed.values
        return {c: (float(values[c]),) * 2 for c, asset in self._builds.items() if asset not in own}

    def no_more_served_but(self, workload: str) -> dict[int, Bounds]:
        """Bounds that leave as much of all other workloads unserved as is now."""
        column_of, demands = self.programme.column_of, self.case.demands
        left = {column_of[u] for d, u in self.programme.variables.left() if demands[d].workload != workload}
        return {column: (float(self.fixed.values[column]), np.inf) for column in sorted(left)}

    def no_more_beside(self, kind: str, asset: int, year: int) -> dict[int, Bounds]:
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

    def shared_rows(self, kind: str, asset: int) -> list[tuple[Phrase, list[int]]]:
        """Rows that hold builds at a site or link with others': those of its groups, and of its members' budgets."""
        own = {column for column, place in self._builds.items() if place == (kind, asset)}
        rows = {row for row, column, _ in self.programme.decision_entries if column in own}
        found: list[tuple[Phrase, list[int]]] = []
        for family, phrase in (("group_compute", phrases.GROUP_FULL), ("member_capex", phrases.MEMBER_SPENT)):
            infos = [(row, self.programme.rows[row]) for row in sorted(rows)]
            mine = [row for row, info in infos if info.family == family]
            if mine:
                found.append((phrase, mine))
        return found

    def more_room(self, kind: str, asset: int) -> dict[int, Bounds]:
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
