"""A sizing in words: the paragraph that answers, what its plans are called, its notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import floor, isfinite
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.language.figures import ALL_BUT, PROVED
from planner.report.language.phrases import translate
from planner.report.language.speech import speak
from planner.report.plan.facts.totals import in_year
from planner.studies.alterations import home_of

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language
    from planner.studies.pooling import Saving
    from planner.studies.size import Sizing

NAMED = 5
"""Members named in the paragraph; the table holds all."""


def answer(sizing: Sizing, language: Language | None = None) -> str:
    """Return the paragraph that answers: how far the target goes, what is needed and where, what it costs.

    It is English where no language is given, as `planner.speak` returns it; countries are called by their codes.
    """
    language = (language or speak()).plain
    return language.run_on(_Answer(sizing, language).sentences())


def answer_sentences(sizing: Sizing, language: Language) -> list[str]:
    """Return the same sentence by sentence for a page, with countries by their names."""
    return _Answer(sizing, language, named=True).sentences()


def saving_words(worth: Saving, currency: str, language: Language | None = None) -> str:
    """Say of a saving what is money and what is penalty."""
    language = (language or speak()).plain
    text = language.text
    fields = {
        "spent": language.money(abs(worth.spent_usd), currency),
        "penalty": language.money(abs(worth.penalty_usd), currency),
    }
    if worth.penalty_usd >= 0:
        if worth.spent_usd >= 0:
            return text("{spent} less is spent, and the penalty on what stays unserved falls by {penalty}", **fields)
        return text("{spent} more is spent, and the penalty on what stays unserved falls by {penalty}", **fields)
    if worth.spent_usd >= 0:
        return text("{spent} less is spent, and the penalty on what stays unserved rises by {penalty}", **fields)
    return text("{spent} more is spent, and the penalty on what stays unserved rises by {penalty}", **fields)


def notes(sizing: Sizing, language: Language) -> list[str]:
    """What the reader has to know about the figures, in the words of the plan of the pool."""
    plan = None if sizing.pooling is None else sizing.pooling.pooled
    return [] if plan is None or plan.tables is None else [translate(note, language) for note in plan.notes]


def leading(pflops: float) -> float:
    """Return a figure without the rounding of a solver, by which what is as much as another is not put behind it."""
    return float(f"{pflops:.6g}")


def plan_name(name: str, language: Language) -> str:
    """Return what a plan of a sizing is called."""
    text = language.text
    stem, _, year = name.rpartition(" ")
    if year.isdigit():
        return text("{plan} {year}", plan=plan_name(stem, language), year=year)
    return {
        "least cost": text("least cost"),
        "worth serving": text("worth serving"),
        "leanest": text("leanest"),
        "within the target": text("within the target"),
        "worth serving, alone": text("worth serving, alone"),
        "leanest, alone": text("leanest, alone"),
        "most served": text("most served"),
        "pooled": text("pooled"),
        "alone": text("alone"),
        "pooled, without others' machines": text("pooled, without others' machines"),
        "pooled, in one time zone": text("pooled, in one time zone"),
        "alone, in one time zone": text("alone, in one time zone"),
        "pooled, without failures": text("pooled, without failures"),
        "alone, without failures": text("alone, without failures"),
    }.get(name, name)


@dataclass(frozen=True)
class _Answer:
    """The paragraph that answers, sentence by sentence."""

    sizing: Sizing
    language: Language
    named: bool = False

    def sentences(self) -> list[str]:
        """Return the sentences in their order."""
        cheapest, text = self.sizing.least_cost, self.language.text
        if cheapest is None:
            return [*self._failed()] or [text("Stopped before any plan was found: more time may find one.")]
        if cheapest.tables is None:
            return [self._no_plan(), *self._failed()]
        said = [*self._need(), *self._left_out(), self._cheapest(cheapest), *self._together(), *self._unproved()]
        return [*said, *self._unknown(), *self._failed()]

    def _no_plan(self) -> str:
        text, share = self.language.text, self.sizing.served_share
        if share is None:
            return text(
                "No community can serve what is asked: the rules and limits of this scenario cannot all be kept at"
                " once."
            )
        return text(
            "No community can serve {share} of every member's demand: the rules and limits of this scenario cannot all"
            " be kept at once.",
            share=self.language.percentage(share),
        )

    def _need(self) -> Iterator[str]:
        text, sizing = self.language.text, self.sizing
        for year in sizing.inputs.scenario.years:
            plan = sizing.leanest.get(year)
            if plan is not None and plan.tables is None:
                yield text(
                    "In {year} no community serves what is asked on its own soil: the members need others' sites.",
                    year=year,
                )
        if sizing.years.empty:
            return
        year, needed = int(sizing.years.index[-1]), float(sizing.years["needed_pflops"].iloc[-1])
        if needed <= 0:
            yield text("The members need no PFLOPS of their own in {year}.", year=year)
        elif sizing.target_pflops is None:
            yield self._needed(year, self.language.quantity(needed, "PFLOPS"))
            yield self._building(year)
        else:
            need = self._needed(year, self.language.number(needed))
            yield text("{target}; {need}", target=self._target(year, sizing.target_pflops), need=need)
            yield self._building(year)
        yield from self._left(year)

    def _target(self, year: int, target: float) -> str:
        """Say how much the target serves, and when it is used up."""
        text, exhausted = self.language.text, self.sizing.exhausted
        asked, served = self._of_year(year, "demand_pflops", "within_target_pflops")
        fields = {
            "target": self.language.quantity(target, "PFLOPS"),
            "share": self.language.percentage(served / asked) if asked else "?",
            "year": year,
        }
        if exhausted is None:
            return text("{target} serve {share} of the members' demand in {year} and are not used up", **fields)
        if exhausted == self.sizing.inputs.scenario.years[0]:
            return text(
                "{target} serve {share} of the members' demand in {year} and are used up by {end}",
                end=floor(exhausted),
                **fields,
            )
        return text(
            "{target} serve {share} of the members' demand in {year} and are used up in {end}", end=floor(exhausted),
            **fields,
        )  # fmt: skip

    def _needed(self, year: int, needed: str) -> str:
        """Say how much is needed for what, and where it stands."""
        text, percentage, sizing = self.language.text, self.language.percentage, self.sizing
        where = {"needed": needed, "members": self._by_member(year)}
        asked, served, left = self._of_year(year, "demand_pflops", "served_pflops", "unserved_not_worth_pflops")
        if sizing.served_share is not None:
            return text(
                "{needed} are needed to serve {share} of every member's demand: {members}.",
                share=percentage(sizing.served_share), **where,
            )  # fmt: skip
        if asked - served <= ALL_BUT * asked:
            if sizing.target_pflops is not None:
                return text("{needed} are needed to serve it all: {members}.", **where)
            return text(
                "{needed} are needed to serve all that the members ask in {year}: {members}.", year=year, **where
            )
        if left > ALL_BUT * asked:
            return text(
                "{needed} are needed to serve the {share} that is worth serving: {members}.",
                share=percentage(served / asked), **where,
            )  # fmt: skip
        return text(
            "{needed} are needed to serve the {share} that the community can serve itself: {members}.",
            share=percentage(served / asked), **where,
        )  # fmt: skip

    def _by_member(self, year: int) -> str:
        """Where the need stands: 3,606 in CN, 1,461 in KZ and 34 in 2 more."""
        text, number = self.language.text, self.language.number
        needed = in_year(self.sizing.members, year)["needed_pflops"]
        found = [(pflops, country) for country, pflops in needed.items() if pflops > 0]
        own = sorted(found, key=lambda each: -leading(each[0]))
        parts = [self._in(number(pflops), str(country)) for pflops, country in own[:NAMED]]
        if len(own) > NAMED:
            rest = number(sum(pflops for pflops, _ in own[NAMED:]))
            count = len(own) - NAMED
            parts.append(
                self.language.texts("{pflops} in {count} more", "{pflops} in {count} more", count, pflops=rest)
            )
        if len(parts) == 1:
            return parts[0]
        return text("{first} and {last}", first=self.language.joined(parts[:-1]), last=parts[-1])

    def _in(self, pflops: str, country: str) -> str:
        """Say how much is in a country; its name stands first, where no language has to inflect it."""
        if self.named:
            return self.language.text("{country} {pflops}", country=self.language.country(country), pflops=pflops)
        return self.language.text("{pflops} in {country}", pflops=pflops, country=country)

    def _building(self, year: int) -> str:
        """Say how much of it stands, and how much is to be built, if anything is."""
        text, number, places = self.language.text, self.language.number, in_year(self.sizing.places, year)
        standing, building = float(places["standing_pflops"].sum()), float(places["to_build_pflops"].sum())
        if not building:
            return text("All of them stand already: nothing has to be built.")
        if not standing:
            return text("All of them are to be built.")
        return text(
            "{standing} of them stand already, {building} are to be built.",
            standing=number(standing), building=number(building),
        )  # fmt: skip

    def _left(self, year: int) -> Iterator[str]:
        """Say how much is left because it is not worth its price, and how to size for it all the same."""
        asked, left = self._of_year(year, "demand_pflops", "unserved_not_worth_pflops")
        if left > ALL_BUT * asked:
            yield self.language.text(
                "{left} that are asked for stay unserved as not worth their price; '--served most' counts what it takes"
                " to serve whatever can be served.",
                left=self.language.quantity(left, "PFLOPS"),
            )

    def _left_out(self) -> Iterator[str]:
        """Say which demand is not sized for because it has no part in the pool."""
        inputs, rows = self.sizing.inputs, self.sizing.left_out
        if rows:
            year = inputs.scenario.years[-1]
            yield self.language.text(
                "{left} that {countries} ask for in {year} are left out: no other member may use a site that they may"
                " use.",
                left=self.language.quantity(sum(row.amount.growing_at(year) for row in rows), "PFLOPS"),
                countries=self.language.joined(self._countries({home_of(inputs, row.origin) for row in rows})),
                year=year,
            )

    def _countries(self, codes: set[str]) -> list[str]:
        return [self.language.country(code) if self.named else code for code in sorted(codes)]

    def _cheapest(self, plan: Plan) -> str:
        """Say what serving it costs at least, all countries together and the members alone."""
        text, last = self.language.text, plan.inputs.scenario.years[-1]
        own = plan.members[plan.members["member"].astype(bool)]["cost_usd"].groupby(level="year").sum()
        what = {
            "worth": text("what is worth serving"), "most": text("all that can be served"), "share": text("that"),
        }[self.sizing.aim]  # fmt: skip
        return text(
            "At least cost, {what} takes {cost}; the members' part in {year} is {part}.",
            what=what, cost=self._spread(plan.total_cost_usd), year=last, part=self._money(own.get(last, 0.0)),
        )  # fmt: skip

    def _together(self) -> Iterator[str]:
        """Say what pooling is worth."""
        pooling = self.sizing.pooling
        if pooling is None or not pooling.is_known:
            return
        yield self.language.text(
            "Pooling is worth {worth}: {saving}.",
            worth=self._spread(pooling.total.usd),
            saving=saving_words(pooling.total, self.sizing.inputs.scenario.finance.currency, self.language),
        )

    def _unproved(self) -> Iterator[str]:
        """Say how far plans may be from the best."""
        text = self.language.text
        gaps = [plan.gap for plan in self.sizing.plans.values() if plan.status is Status.FEASIBLE]
        if gaps and max(gaps) <= PROVED:  # what such a plan was stopped in is the tie-break that follows its objective
            yield text("A plan was stopped before its cheapest form was proved; how many PFLOPS it needs is.")
        elif gaps and isfinite(max(gaps)):
            yield text("NOT ALL OF THIS IS PROVED: the largest gap is {gap}.", gap=self.language.gap(max(gaps)))
        elif gaps:
            yield text("NOT ALL OF THIS IS PROVED: some gaps are not known.")

    def _unknown(self) -> Iterator[str]:
        """Say that plans are missing; a list below names them."""
        if self.sizing.unanswered:
            yield self.language.texts(
                "NOT ALL OF THIS IS KNOWN: {count} plan was not found in time.",
                "NOT ALL OF THIS IS KNOWN: {count} plans were not found in time.",
                len(self.sizing.unanswered),
            )

    def _failed(self) -> Iterator[str]:
        """Say which plans failed, and that nothing of them is shown."""
        if self.sizing.failed:
            names = (f"'{plan_name(name, self.language)}'" for name in self.sizing.failed)
            yield self.language.texts(
                "PART OF THIS HAS FAILED: {count} plan was wrong, or could not be solved, and no figure of it is shown:"
                " {names}.",
                "PART OF THIS HAS FAILED: {count} plans were wrong, or could not be solved, and no figure of them is"
                " shown: {names}.",
                len(self.sizing.failed),
                names=self.language.joined(names),
            )

    def _of_year(self, year: int, *names: str) -> list[float]:
        return [float(self.sizing.years[name].loc[year]) for name in names]

    def _money(self, usd: float) -> str:
        return self.language.money(usd, self.sizing.inputs.scenario.finance.currency)

    def _spread(self, usd: float) -> str:
        """Say for which time an amount stands: a year, or all of them."""
        if len(self.sizing.inputs.scenario.years) == 1:
            return self.language.text("{cost} a year", cost=self._money(usd))
        return self.language.text("{cost} over all years, discounted", cost=self._money(usd))
