"""What a sizing says, section by section: terminal, page, pictures and workbook only lay it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, money_unit
from planner.report.language.rules import status_word
from planner.report.plan import sentences
from planner.report.plan.facts.answer import cost_by_term
from planner.report.plan.facts.totals import in_year
from planner.report.sizing import charts, pooling
from planner.report.sizing.blocks import SizingColumn, SizingSection, SizingTable
from planner.report.sizing.words import leading, plan_name
from planner.report.web.blocks import PageCell
from planner.studies.alterations import home_of

if TYPE_CHECKING:
    import pandas as pd

    from planner.report.language.speech import Language
    from planner.report.sizing.blocks import Cell
    from planner.studies.size import Sizing

SIDE_BY_SIDE = 5
"""Years that stand side by side at 80 columns beside where machines stand."""


@dataclass(frozen=True)
class SizingWriter:
    """Writes the sections of a sizing in a language; records are called by their ids, or by names where `named`."""

    sizing: Sizing
    language: Language
    named: bool = False

    def sections(self) -> Iterator[SizingSection]:
        """Yield what there is to say, in its order."""
        parts = (
            self.years, self.where, self.members, lambda: pooling.pooling(self.sizing, self.language), self.more,
            self.cost, self.left_out, self.plans,
        )  # fmt: skip
        yield from (section for section in (part() for part in parts) if section is not None)

    @cached_property
    def currency(self) -> str:
        """What money is called."""
        return self.sizing.inputs.scenario.finance.currency

    @property
    def last(self) -> int:
        """The last year listed."""
        return self.sizing.inputs.scenario.years[-1]

    def country(self, code: str) -> str:
        """Return what a country is called."""
        return self.language.country(code) if self.named else code

    def site(self, key: str, country: str) -> Cell:
        """Return what a site is called, and where it stands."""
        if not self.named:
            return f"{key} ({country})"
        return PageCell(self.language.name(self.sizing.inputs.topology.sites.get(key), key), self.country(country))

    def place(self, name: str) -> Cell:
        """Return what a site or link is called, which is named with its kind."""
        kind, _, key = name.partition(":")
        if not self.named:
            return name
        topology = self.sizing.inputs.topology
        if kind == "site":
            return PageCell(self.language.name(topology.sites.get(key), key), name)
        record = topology.links[key]
        ends = "–".join(self.language.name(topology.nodes[end], end) for end in record.ends)
        return PageCell(self.language.name(record, ends), name)

    def years(self) -> SizingSection | None:
        """Return by year what is needed, and how far the target goes."""
        frame, text, column = self.sizing.years, self.language.text, self.language.column
        if frame.empty:
            return None
        then = {"worth": text("worth\nserving"), "most": text("can be\nserved"), "share": text("then\nserved")}
        served = then[self.sizing.aim]
        columns = [
            SizingColumn(text("year"), list(map(str, frame.index)), number=False),
            SizingColumn(text("asked"), column(frame["demand_pflops"])),
            SizingColumn(served, column(frame["served_pflops"])),
            SizingColumn("", _shares(frame, "served_pflops", self.language), page_head=text("share of what is asked")),
            SizingColumn(text("needed"), column(frame["needed_pflops"])),
        ]
        if self.sizing.target_pflops is not None:
            shares = _shares(frame, "within_target_pflops", self.language)
            columns += [
                SizingColumn(text("target"), column(frame["target_pflops"])),
                SizingColumn(text("target\nserves"), column(frame["within_target_pflops"])),
                SizingColumn("", shares, page_head=text("share of what is asked")),
            ]
        title = text("What has to stand on the members' soil, year by year (PFLOPS)")
        chart, table = charts.need(self.sizing, self.language), SizingTable(tuple(columns))
        return SizingSection("need", text("Need and target"), title, (chart, table, *self._meanings()))

    def _meanings(self) -> Iterator[str]:
        """Yield what the columns of the table of years mean, and when the target is used up."""
        text, sizing = self.language.text, self.sizing
        served = {
            "worth": text("what is worth serving"), "most": text("as much as it can"), "share": text("what is asked"),
        }[sizing.aim]  # fmt: skip
        yield text(
            "Needed: the fewest PFLOPS on the members' soil with which the community by itself serves {served}, in"
            " every hour and through every failure; each year is sized apart. What stands counts as far as it is"
            " needed, and whole at a site to which more is built, for nobody builds beside idle machines.",
            served=served,
        )
        if sizing.aim == "worth":
            yield text("Worth serving: what the cheapest plan of the community by itself serves, hour by hour.")
        if sizing.target_pflops is not None:
            of_what = text("what is worth serving") if sizing.aim == "worth" else text("the members' demand")
            yield text(
                "Target serves: the most of {demand} that so many PFLOPS serve, wherever they are placed; what stands"
                " is of them only as far as it serves.",
                demand=of_what,
            )
            yield used_up(sizing, self.language)

    def where(self) -> SizingSection | None:
        """Return by member and year where the need stands, and the sites of the last year."""
        frame, shown, text = self.sizing.places, _chosen(list(self.sizing.needed_pflops)), self.language.text
        if frame.empty:
            return None
        last = shown[-1]
        sums = frame.groupby(["year", "country"])[["needed_pflops", "standing_pflops", "to_build_pflops"]].sum()
        members = sorted(
            sums.index.unique("country"), key=lambda code: -leading(_at(sums, last, code, "needed_pflops"))
        )
        columns = [SizingColumn(text("member"), [*map(self.country, members), text("all")], number=False)]
        heads = [(str(year), year, "needed_pflops") for year in shown]
        heads.append((text("standing\n{year}", year=last), last, "standing_pflops"))
        heads.append((text("to build\n{year}", year=last), last, "to_build_pflops"))
        for head, year, name in heads:
            values = [_at(sums, year, each, name) for each in members]
            columns.append(SizingColumn(head, self.language.column([*values, sum(values)])))
        title = text("Where it stands: PFLOPS needed by member, and in {year} standing and to be built", year=last)
        note = text(
            "Of all ways to need so few, the cheapest: where nothing is built, what stands and is dearer to use than"
            " new machines elsewhere stays idle."
        )
        table = SizingTable(tuple(columns), summed=True)
        return SizingSection(
            "where", text("Where it stands"), title, (charts.places(self, last), table, note, *self._sites(last))
        )

    def _sites(self, year: int) -> Iterator[SizingTable]:
        """Yield the sites of a year, the largest first."""
        frame, text, column = in_year(self.sizing.places, year), self.language.text, self.language.column
        if frame.empty:
            return
        frame = frame.sort_values(
            "needed_pflops", ascending=False, kind="stable", key=lambda pflops: pflops.map(leading)
        )
        columns = (
            SizingColumn(text("site"), [self.site(str(key), at) for key, at in frame["country"].items()], number=False),
            SizingColumn(text("needed\n{year}", year=year), column(frame["needed_pflops"])),
            SizingColumn(text("standing"), column(frame["standing_pflops"])),
            SizingColumn(text("to build"), column(frame["to_build_pflops"])),
        )  # fmt: skip
        yield SizingTable(columns, cut=True, gap=True)

    def members(self) -> SizingSection | None:
        """Return each member alone and in the pool."""
        year, text = self.last, self.language.text
        frame = in_year(self.sizing.members, year)
        if not (frame["demand_pflops"] > 0).any():
            return None
        frame = frame.sort_values("demand_pflops", ascending=False, kind="stable")
        money = ["cost_usd", "alone_cost_usd", "penalty_usd", "alone_penalty_usd"]
        factor, unit = money_unit(frame[money].to_numpy().ravel().tolist(), self.currency)
        heads = {
            "demand_pflops": (text("asked"), ""),
            "served_pflops": (text("served\npool"), ""),
            "alone_served_pflops": (text("\nalone"), text("served alone")),
            "needed_pflops": (text("needed\npool"), ""),
            "alone_needed_pflops": (text("\nalone"), text("needed alone")),
            "cost_usd": (text("cost\npool"), ""), "alone_cost_usd": (text("\nalone"), text("cost alone")),
            "penalty_usd": (text("penalty\npool"), ""), "alone_penalty_usd": (text("\nalone"), text("penalty alone")),
        }  # fmt: skip
        names = [*map(self.country, map(str, frame.index)), text("all")]
        columns = [SizingColumn("", names, number=False, page_head=text("member"))]
        for name, (head, page_head) in heads.items():
            values = frame[name] / (factor if name in money else 1.0)
            cells = self.language.column([*values, float(values.sum(min_count=1))])
            columns.append(SizingColumn(head, cells, page_head=page_head))
        title = text(
            "Each member in the pool and alone, {year} (PFLOPS; cost and penalty in {unit})", year=year, unit=unit
        )
        return SizingSection(
            "members",
            text("Members together and alone"),
            title,
            (SizingTable(tuple(columns), cut=True, summed=True), self._of_members()),
        )

    def _of_members(self) -> str:
        """Say what the columns of members mean."""
        text = self.language.text
        served = {
            "worth": text("what is worth serving"),
            "most": text("the most that can be served"),
            "share": text("the share, alone the most that can be"),
        }[self.sizing.aim]
        return text(
            "Served and needed: {served}, and the fewest PFLOPS for it on the member's soil. Cost and penalty: what the"
            " member's demand causes in the cheapest plan, where others' sites may help as the rules let them. Alone:"
            " nothing is hosted abroad.",
            served=served,
        )

    def more(self) -> SizingSection | None:
        """Return where the next 100 PFLOPS or Gbps are worth more than building them costs."""
        text, frame = self.language.text, in_year(self.sizing.worth, self.last)
        if frame.empty:
            return None
        factor, unit = money_unit(frame["saves_usd"].tolist(), self.currency)
        columns = (
            SizingColumn(text("place"), list(map(self.place, map(str, frame.index))), number=False),
            SizingColumn(text("more"), [f"100 {each}" for each in frame["unit"]], number=False),
            SizingColumn(text("saves\nat most"), self.language.column(frame["saves_usd"] / factor)),
            SizingColumn(text("building\nthere costs"), self.language.column(frame["building_usd"] / factor)),
        )
        title = text(
            "What the next 100 PFLOPS or 100 Gbps are worth, {year} ({unit} a year)", year=self.last, unit=unit
        )
        note = text(
            "Saves: cost and penalty, at the price of the last unit in the cheapest pooled plan. Places where more may"
            " be built for what it saves are left out; with a dash nothing is on offer there."
        )
        return SizingSection("more", text("The next 100 PFLOPS or Gbps"), title, (SizingTable(columns, cut=True), note))

    def cost(self) -> SizingSection | None:
        """Return what the cheapest plan that serves it costs, by what it is spent on."""
        plan, text = self.sizing.least_cost, self.language.text
        if plan is None or plan.tables is None:
            return None
        found, names = {key: usd for key, usd in cost_by_term(plan).items() if usd}, sentences.cost_terms(self.language)
        whole = plan.total_cost_usd
        if not found or not whole:
            return None
        factor, unit = money_unit([*found.values(), whole], self.currency)
        columns = (
            SizingColumn(text("spent on"), [*(names[term] for term in found), text("all")], number=False),
            SizingColumn(unit, self.language.column([usd / factor for usd in [*found.values(), whole]])),
            SizingColumn(text("share"), [self.language.percentage(usd / whole) for usd in [*found.values(), whole]]),
        )
        several = len(self.sizing.inputs.scenario.years) > 1
        title = (
            text("Cost of the cheapest plan, all years, discounted")
            if several
            else text("Cost of the cheapest plan, a year")
        )
        note = text(
            "All countries that take part together; the penalty on what stays unserved is no cost and stands apart."
        )
        return SizingSection("cost", text("Cost"), title, (SizingTable(columns, summed=True), note))

    def left_out(self) -> SizingSection | None:
        """Return which demand is not sized for, and why."""
        text, rows = self.language.text, self.sizing.left_out
        if not rows:
            return None
        inputs, year = self.sizing.inputs, self.last
        amounts = self.language.column([row.amount.growing_at(year) for row in rows])
        columns = (
            SizingColumn(text("origin"), [self._origin(row.origin) for row in rows], number=False),
            SizingColumn(text("workload"), [self._workload(row.workload) for row in rows], number=False),
            SizingColumn(f"PFLOPS\n{year}", amounts),
        )
        countries = self.language.listed(sorted({self.country(home_of(inputs, row.origin)) for row in rows}))
        why = text(
            "Demand of {countries} that may run only at sites that no other member's demand may use: no pool changes"
            " what it needs. It is in no figure here.",
            countries=countries,
        )
        return SizingSection(
            "left-out",
            text("What is left out"),
            text("What is left out, and why"),
            (why, SizingTable(columns, cut=True)),
        )

    def _origin(self, key: str) -> str:
        node = self.sizing.inputs.topology.nodes.get(key)
        if not self.named:
            return key
        return self.language.country(key) if node is None else self.language.name(node, key)

    def _workload(self, key: str) -> str:
        return self.language.name(self.sizing.inputs.demand.workloads.get(key), key) if self.named else key

    def plans(self) -> SizingSection | None:
        """Return what is proved of each plan."""
        if not self.sizing.plans:
            return None
        language, plans = self.language, self.sizing.plans.values()
        text = language.text
        columns = (
            SizingColumn(text("plan"), [plan_name(name, language) for name in self.sizing.plans], number=False),
            SizingColumn(text("status"), [status_word(plan.status, language) for plan in plans], number=False),
            SizingColumn(text("gap"), [language.gap(plan.gap) if isfinite(plan.gap) else NONE for plan in plans]),
            SizingColumn(text("time"), [language.quantity(round(plan.seconds, 1), "s") for plan in plans]),
        )
        return SizingSection("plans", text("The plans behind"), text("The plans behind"), (SizingTable(columns),))


def used_up(sizing: Sizing, language: Language) -> str:
    """Say when the need passes the target."""
    text, exhausted, listed = language.text, sizing.exhausted, sizing.inputs.scenario.years
    if exhausted is None:
        return text("Used up: never in the years listed; the need stays within the target.")
    if exhausted == listed[0]:
        return text("Used up: by {year}, the first year listed, the need has passed the target.", year=listed[0])
    year = f"{exhausted:.1f}".replace(".", language.locale.number_symbols["latn"]["decimal"])
    if exhausted in listed:
        return text("Used up: {year}, when the need passes the target.", year=year)
    return text(
        "Used up: {year}, when the need passes the target (the need is taken to grow geometrically between listed"
        " years).",
        year=year,
    )


def _shares(frame: pd.DataFrame, name: str, language: Language) -> list[str]:
    pairs = zip(frame[name], frame["demand_pflops"], strict=True)
    return [language.percentage(part / whole) if whole and isfinite(part) else NONE for part, whole in pairs]


def _at(sums: pd.DataFrame, year: int, country: str, name: str) -> float:
    return float(sums[name].get((year, country), 0.0))


def _chosen(years: list[int]) -> list[int]:
    """Return as many years as stand side by side, the first and the last among them."""
    if len(years) <= SIDE_BY_SIDE:
        return years
    return [years[round(i * (len(years) - 1) / (SIDE_BY_SIDE - 1))] for i in range(SIDE_BY_SIDE)]
