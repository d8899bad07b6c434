"""A comparison as sections of sentences and tables in a language; terminal, Markdown and HTML only lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.report.comparison.answering import AnswerWriter
from planner.report.comparison.blocks import ComparisonTable, Heading, Section
from planner.report.comparison.facts import KEYS, SUBJECTS
from planner.report.comparison.figures import FigureWriter
from planner.report.comparison.moves import BASELINE_ONLY, BOTH, PLAN_ONLY
from planner.report.comparison.names import IDS, PlainNames, SpokenNames, label_plans, together
from planner.report.comparison.rules import RuleWriter
from planner.report.comparison.switches import NEW_DEMAND, NO_LONGER_ASKED, UNSERVED
from planner.report.comparison.words import say
from planner.report.language.phrases import translate
from planner.report.language.rules import status_word

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.report.comparison.comparing import Comparison
    from planner.report.language.speech import Language

FEW, LONGEST = 3, 60
"""Plans, and characters of their names, that a title holds."""
SERVICE = ("cost_usd", "cost_usd_per_pflops", "capex_usd", "served_share", "unserved_pflops", "carried_share")
BURDEN = ("worst_member_share", "home_share", "mean_rtt_ms", "carbon_t", "built_pflops")
SHOWN = {
    "sites": ("installed_pflops", "built_pflops", "used_pflops", "mean_rtt_ms", "cost_usd", "carbon_t"),
    "links": ("built_gbps", "peak_gbps", "cost_usd", "capex_usd"),
    "members": ("served_pflops", "hosted_pflops", "built_pflops", "mean_rtt_ms", "cost_usd", "carbon_t"),
    "workloads": ("demand_pflops", "served_pflops", "served_gbps", "mean_rtt_ms"),
}
"""Columns on the page; the tables hold all of `SUBJECTS`."""
ORDER = ("members", "sites", "links", "workloads")


@dataclass(frozen=True)
class Writer:
    """Writes the sections of a comparison in a language, with so many rows of a table; None means all.

    Records are called by their ids, or by their names where it is `named`.
    """

    comparison: Comparison
    language: Language
    rows: int | None
    named: bool = False

    @cached_property
    def title(self) -> str:
        """Return which plans are compared with which, or how many where they are many."""
        text, texts, comparison = self.language.text, self.language.texts, self.comparison
        called = self.language.listed(self.language.isolated(self.label(name)) for name in comparison.others)
        if len(comparison.others) > FEW or len(called) > LONGEST:
            return texts(
                "{count} plan compared with {baseline}",
                "{count} plans compared with {baseline}",
                len(comparison.others),
                baseline=self.language.isolated(self.label(comparison.baseline)),
            )
        return text(
            "{plans} compared with {baseline}",
            plans=called,
            baseline=self.language.isolated(self.label(comparison.baseline)),
        )

    @cached_property
    def figures(self) -> FigureWriter:
        """Writes the figures."""
        return FigureWriter(self.language, self.comparison.currency)

    @cached_property
    def names(self) -> PlainNames:
        """What records are called."""
        if not self.named:
            return IDS
        return SpokenNames(together([plan.inputs for plan in self.comparison.plans]), self.language)

    def sections(self) -> Iterator[Section]:
        """Yield the sections in order: what to know, the ranking, and then plan by plan."""
        text = self.language.text
        yield self.answer()
        if self.comparison.notes:
            lines = tuple(say(note, self.language, self.names) for note in self.comparison.notes)
            yield Section("notes", text("What to know first"), lines, listed=True)
        yield self.ranking()
        for name in self.comparison.others:
            yield from self._of_plan(name)

    def answer(self) -> Section:
        """Return what each plan is beside the baseline, in a sentence."""
        text, isolated = self.language.text, self.language.isolated
        said = AnswerWriter(self.comparison, self.language, self.figures).sentences()
        lines = [text("{plan}: {parts}.", plan=isolated(self.label(name)), parts=parts) for name, parts in said]
        title = text("The answer, beside {baseline}", baseline=isolated(self.label(self.comparison.baseline)))
        return Section("answer", title, tuple(lines), listed=True)

    def label(self, name: str) -> str:
        """Return what a plan is called: by its title where it is named and no other plan has the same, else by name."""
        return self._labels.get(name, name)

    @cached_property
    def _labels(self) -> dict[str, str]:
        plans = dict(zip(self.comparison.names, self.comparison.plans, strict=True))
        return label_plans({name: plan.inputs for name, plan in plans.items()}, self.language) if self.named else {}

    def ranking(self) -> Section:
        """Return all plans by each criterion, and which are dominated."""
        text = self.language.text
        lines = [text("* marks the best by each criterion.")]
        for name, better in self.comparison.dominated.items():
            if better:
                lines.append(
                    text(
                        "{plan} is dominated by {others}: no worse by cost, share served, worst member, round trip and "
                        "carbon, and better by one of them.",
                        plan=self.label(name),
                        others=self._few(better),
                    )
                )
        tables = tuple(self._ranked(keys) for keys in (SERVICE, BURDEN))
        return Section("ranking", text("Which plan is best by what"), tuple(lines), tables=tables)

    def _few(self, names: Sequence[str]) -> str:
        """List the first names, and say how many more there are."""
        parts = [self.language.isolated(self.label(name)) for name in names]
        left = len(parts) - FEW
        if left > 1:
            parts = [*parts[:FEW], self.language.texts("{count} more", "{count} more", left)]
        return self.language.listed(parts)

    @cached_property
    def words(self) -> dict[str, str]:
        """What criteria and quantities are called."""
        text = self.language.text
        return {
            "demand_pflops": text("asked"), "served_pflops": text("served"), "unserved_pflops": text("unserved"),
            "installed_pflops": text("installed"), "built_pflops": text("built"), "used_pflops": text("used"),
            "demand_gbps": text("traffic asked"), "served_gbps": text("traffic carried"),
            "background_gbps": text("traffic of others"), "background_unserved_gbps": text("of it not carried"),
            "background_penalty_usd": text("what that counts for"),
            "peak_gbps": text("links' peak"), "built_gbps": text("links built"), "mean_rtt_ms": text("mean round trip"),
            "cost_usd": text("cost"), "capex_usd": text("capex"), "carbon_t": text("carbon"),
            "hosted_pflops": text("hosted"), "capacity_gbps": text("capacity"),
            "cost_usd_per_pflops": text("cost per served PFLOPS"), "served_share": text("share served"),
            "carried_share": text("traffic carried"), "worst_member_share": text("worst member's share"),
            "home_share": text("hosted at home"),
        }  # fmt: skip

    def _ranked(self, keys: Sequence[str]) -> ComparisonTable:
        names = self.comparison.names
        heads = [Heading(self.language.text("plan"), words=True)]
        columns = [list(map(self._with_status, names))]
        for key in keys:
            rows = self.comparison.ranking.loc[key].reindex(list(names))
            if key == "carried_share" and rows["value"].isna().all():
                continue  # nobody asks for traffic
            cells, unit = self.figures.cells(rows["value"].tolist(), str(rows["unit"].iloc[0]))
            places = rows["rank"].fillna(0).tolist()
            best = [place == 1 and max(places) > 1 for place in places]
            columns.append([f"{cell}*" if first else cell for cell, first in zip(cells, best, strict=True)])
            heads.append(Heading(self.words[key], unit))
        return ComparisonTable("", tuple(heads), tuple(zip(*columns, strict=True)))

    def _with_status(self, name: str) -> str:
        """Return a plan's name, and its status where it is not proved optimal."""
        status = self.comparison.plan(name).status
        called = self.label(name)
        return called if status is Status.OPTIMAL else f"{called} ({status_word(status, self.language)})"

    def _of_plan(self, name: str) -> Iterator[Section]:
        text, called = self.language.text, self.label(name)
        title = text("{plan} against {baseline}", plan=called, baseline=self.label(self.comparison.baseline))
        tables = tuple(self._changes(name))
        lines = [] if tables else [text("Nothing is asked differently.")]
        plan = self.comparison.plan(name)
        if not plan.status.has_plan:
            lines += self._findings(plan)
        yield Section("changes", title, tuple(lines), tables=tables, plan=name)
        totals = tuple(self._totals(name))
        if totals:
            yield Section("totals", text("{plan}: totals", plan=called), tables=totals, plan=name)
        moved = tuple(table for subject in ORDER for table in self._moved(subject, name))
        if moved:
            yield Section("moves", text("{plan}: what moved", plan=called), tables=moved, plan=name)
        switched = tuple(self._switched(name))
        if switched:
            yield Section("switches", text("{plan}: work that changed site", plan=called), tables=switched, plan=name)

    def _findings(self, plan: Plan) -> list[str]:
        """Return why there is no plan, a line for each thing that stands in its way."""
        found = [translate(finding, self.language) for finding in plan.findings]
        shown = found[: self.rows]
        lines = [self.language.text("It has no plan: {finding}", finding=each) for each in shown[:1]] + shown[1:]
        left = len(found) - len(shown)
        return [*lines, self.language.texts("{count} more", "{count} more", left)] if left else lines

    def _cut(self, rows: Sequence[tuple[str, ...]]) -> tuple[tuple[tuple[str, ...], ...], int]:
        shown = tuple(rows[: self.rows])
        return shown, len(rows) - len(shown)

    def _changes(self, name: str) -> Iterator[ComparisonTable]:
        text = self.language.text
        own = of_plan(self.comparison.changes, name)
        told = own[~own["remark"].astype(bool)]
        found = told.reset_index().to_dict("records")
        inputs = [self.comparison.plan(each).inputs for each in (self.comparison.baseline, name)]
        rows = [RuleWriter(self.language, self.names).change(inputs, row) for row in found]
        if rows:
            shown, more = self._cut(rows)
            heads = tuple(Heading(head, words=True) for head in (text("what"), text("before"), text("after")))
            yield ComparisonTable(text("What is asked differently"), heads, shown, more, prose=1)

    def _totals(self, name: str) -> Iterator[ComparisonTable]:
        text, totals = self.language.text, of_plan(self.comparison.totals, name).droplevel("total")
        for year in dict.fromkeys(totals.index.get_level_values("year")):
            own = totals.xs(year, level="year")
            presence = str(own["presence"].iloc[0])
            names = [key for key in SUBJECTS["years"] if key in own.index and self._matters(own.loc[key])]
            rows = []
            for key in names:
                row: Any = own.loc[key]
                pair = [row["baseline"], row["value"]]
                figures, unit, change = self.figures.beside(pair, row["change"], str(row["unit"]))
                rows.append((self.words[key], unit, *figures, change))
            heads = (
                Heading(text("what"), words=True), Heading(text("unit"), words=True),
                Heading(self.label(self.comparison.baseline)), Heading(self.label(name)), Heading(text("change")),
            )  # fmt: skip
            yield ComparisonTable(
                self._year_caption(year, own["baseline_year"].iloc[0], presence, name), heads, tuple(rows)
            )

    @staticmethod
    def _matters(row: Any) -> bool:
        return any(isfinite(row[key]) and row[key] != 0 for key in ("baseline", "value"))

    def _year_caption(self, year: int, baseline_year: Any, presence: str, name: str) -> str:
        text, baseline = self.language.text, self.label(self.comparison.baseline)
        if presence == PLAN_ONLY:
            return text("{year}, which {baseline} does not plan", year=year, baseline=baseline)
        if presence == BASELINE_ONLY:
            return text("{year}, which {plan} does not plan", year=year, plan=self.label(name))
        if baseline_year != year:
            return text("{year} against {baseline_year}", year=year, baseline_year=baseline_year)
        return str(year)

    def _subject(self, subject: str) -> tuple[str, str]:
        text = self.language.text
        return {
            "members": (text("Countries, {year}"), text("country")),
            "sites": (text("Sites, {year}"), text("site")),
            "links": (text("Links, {year}"), text("link")),
            "workloads": (text("Workloads, {year}"), text("workload")),
        }[subject]

    def _moved(self, subject: str, name: str) -> Iterator[ComparisonTable]:
        """Yield what moved of a subject, a table for each year; every figure is a change."""
        frame = of_plan(getattr(self.comparison, subject), name)
        caption, word = self._subject(subject)
        for year in dict.fromkeys(frame.index.get_level_values("year")):
            own = frame.xs(year, level="year")
            keys = list(dict.fromkeys(own.index.get_level_values(KEYS[subject])))
            changes = own["change"].unstack("quantity").reindex(keys)  # noqa: PD010 -- one value for each pair
            presence = own["presence"].groupby(level=KEYS[subject]).first()
            heads, columns = [Heading(word, words=True)], [[self._called(subject, key, presence[key]) for key in keys]]
            for quantity in SHOWN[subject]:
                values = changes[quantity].tolist() if quantity in changes else []
                if any(isfinite(value) and value != 0 for value in values):
                    row = own.xs(quantity, level="quantity")
                    cells, unit = self.figures.cells(values, str(row["unit"].iloc[0]), signed=True)
                    columns.append(cells)
                    heads.append(Heading(self.words[quantity], unit))
            rows = list(zip(*columns, strict=True))
            shown, more = self._cut(rows)
            other = [key if self.called(subject, key) != key else "" for key in keys[: self.rows]]
            yield ComparisonTable(caption.format(year=year), tuple(heads), shown, more, keys=tuple(other))

    def called(self, subject: str, key: str) -> str:
        """Return what a country, site, link or workload is called."""
        names = self.names
        kinds = {"members": names.country, "sites": names.site, "links": names.link, "workloads": names.workload}
        return kinds[subject](key)

    def _called(self, subject: str, key: str, presence: str) -> str:
        """Return what a record is called, and whether only one of the plans has it."""
        text = self.language.text
        called = self.called(subject, key)
        new, gone = text("{name} (new)", name=called), text("{name} (gone)", name=called)
        return {BOTH: called, PLAN_ONLY: new}.get(presence, gone)

    def _switched(self, name: str) -> Iterator[ComparisonTable]:
        text = self.language.text
        whole = self.comparison.switches
        mine = [plan == name for plan in whole.index.get_level_values("plan")]
        reasons = [each for each, own in zip(self.comparison.reasons, mine, strict=True) if own]
        frame = whole[mine].reset_index()
        for year in dict.fromkeys(frame["year"]):
            own = frame[frame["year"] == year]
            shown = own[: self.rows]
            cells, unit = self.figures.cells(shown["pflops"].tolist(), "PFLOPS")
            rows = tuple(
                (
                    self.names.demand(str(row["origin"]), str(row["workload"])), pflops,
                    self.language.tenths(float(row["share"])),
                    self.place(str(row["source"])), self.place(str(row["target"])),
                    "; ".join(say(each, self.language, self.names) for each in reasons[position]),
                )
                for position, row, pflops in zip(shown.index, shown.to_dict("records"), cells, strict=True)
            )  # fmt: skip
            heads = (
                Heading(text("demand"), words=True), Heading(text("moved"), unit), Heading(text("share")),
                Heading(text("from"), words=True), Heading(text("to"), words=True), Heading(text("why"), words=True),
            )  # fmt: skip
            yield ComparisonTable(str(year), heads, rows, len(own) - len(rows), prose=5)

    def place(self, name: str) -> str:
        """Return a site, or where work comes from or goes that no site serves."""
        text = self.language.text
        words = {
            UNSERVED: text("(unserved)"), NEW_DEMAND: text("(new demand)"), NO_LONGER_ASKED: text("(no longer asked)")
        }  # fmt: skip
        return words.get(name) or self.names.site(name)


def of_plan(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows of a plan, without that level."""
    return frame[frame.index.get_level_values("plan") == name].droplevel("plan")
