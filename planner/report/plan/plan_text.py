"""The texts of a plan in a language: what its records are called, its money, its tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from planner.report.language.figures import money_unit
from planner.report.language.phrases import translate
from planner.report.plan.digest import Digest
from planner.report.web.blocks import PageCell, PageColumn, PageTable, as_cell

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language

ROWS = 12
"""Rows of a table on the page; the rest is in the full tables below it."""
NAMED, IDS = 4, 6
"""Names, and ids, in a sentence before it says how many more there are."""


class PlanText:
    """The texts of a plan in a language: names of sites, links, countries and failures, money, tables.

    Records are called by their names, or by their ids where they are not `named`, as on the terminal, which lists
    more of them in a sentence, and all where it is told in `full`.
    """

    def __init__(self, plan: Plan, language: Language, *, named: bool = True, full: bool = False) -> None:
        self.plan = plan
        self.language = language
        self.named = named
        self.full = full
        self.digest = Digest(plan)
        self.years = plan.inputs.scenario.years
        self.currency = plan.inputs.scenario.finance.currency

    @property
    def inputs(self) -> Inputs:
        """What was asked."""
        return self.plan.inputs

    @cached_property
    def shown_year(self) -> int:
        """The year that is shown first."""
        return self.years[-1]

    def table(
        self,
        caption: str,
        columns: Sequence[PageColumn],
        *,
        year: int | None = None,
        rows: int | None = ROWS,
        summed: bool = False,
    ) -> PageTable | None:
        """Return columns as a table, cut where it is long, the row of sums excepted; nothing where there is no row."""
        listed = list(zip(*(map(as_cell, column.cells) for column in columns), strict=True))
        if not listed:
            return None
        body = listed[:-1] if summed else listed
        shown = body[:rows]
        left = len(body) - len(shown)
        more = self.language.texts("{count} more in the tables below", "{count} more in the tables below", left)
        return PageTable(
            caption,
            tuple(columns),
            tuple(shown + listed[len(body) :]),
            year=year,
            more=more if left else "",
            summed=summed,
            wide=len(columns) > 4,
        )

    def money(self, usd: float) -> str:
        """Return an amount of money in the unit that fits."""
        return self.language.money(usd, self.currency)

    def money_column(self, amounts: Sequence[float]) -> tuple[list[str], str]:
        """Return the cells of a column of money, and their unit."""
        factor, unit = money_unit(amounts, self.currency)
        return self.language.column([usd / factor for usd in amounts]), unit

    def currency_unit(self, unit: str) -> str:
        """Return the unit of a limit in words; millions are of the scenario's currency."""
        return {"MUSD": f"M{self.currency}", "site": self.language.text("site"), "t": "t CO₂"}.get(unit, unit)

    def translated(self, text: str) -> str:
        """Return a stored English sentence (a reason, a note, a finding) in the language."""
        return translate(text, self.language)

    def country(self, code: str) -> str:
        """Return a country's name."""
        return self.language.country(code) if self.named else code

    def node(self, key: str) -> str:
        """Return what a node is called."""
        return self._named(self.inputs.topology.nodes.get(key), key).text

    def site(self, key: str) -> PageCell:
        """Return what a site is called, with its key."""
        return self._named(self.inputs.topology.sites.get(key), key)

    def link(self, key: str) -> PageCell:
        """Return what a link is called, by its own name or by its ends, with its key."""
        topology = self.inputs.topology
        record = topology.links.get(key)
        if record is None or record.name or not self.named:
            return self._named(record, key)
        ends = " – ".join(map(self.node, record.ends))
        cable = topology.cables.get(record.cable or "")
        return PageCell(f"{self.language.name(cable, cable.id)}: {ends}" if cable is not None else ends, key)

    def workload(self, key: str) -> str:
        """Return what a workload is called."""
        return self._named(self.inputs.demand.workloads.get(key), key).text

    def origin(self, key: str) -> str:
        """Return what an origin is called: a country or a node."""
        return self.node(key) if key in self.inputs.topology.nodes else self.country(key)

    def asset(self, kind: str, key: str) -> PageCell:
        """Return what a site, link or project is called, with its key."""
        if kind == "project":
            return self._named(self.inputs.topology.projects.get(key), key)
        return self.site(key) if kind == "site" else self.link(key)

    def failure(self, name: str) -> PageCell:
        """Return what fails, with its prefixed name."""
        if not self.named:
            return PageCell(name)
        kind, _, key = name.partition(":")
        topology = self.inputs.topology
        if kind in ("site", "link"):
            return PageCell(self.asset(kind, key).text, name)
        record = topology.cables.get(key) if kind == "cable" else topology.risks.get(key)
        return PageCell(self.language.name(record, key or name), name)

    def few(self, parts: Sequence[str]) -> str:
        """List the first parts, and say how many more there are."""
        if not self.named:
            return self.language.few(parts, None if self.full else IDS)
        left = len(parts) - NAMED
        if left <= 1:
            return self.language.listed(parts)
        return self.language.listed([*parts[:NAMED], self.language.texts("{count} more", "{count} more", left)])

    def _named(self, record: object, key: str) -> PageCell:
        name = self.language.name(record, key) if self.named else key
        return PageCell(name, key if name != key else "")
