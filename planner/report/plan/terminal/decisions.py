"""The sections of the page about what was decided: what was best, what is built, which limits were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.language.figures import column, counted, gap_text, money, money_unit, number, percentage
from planner.report.language.rules import objective_words
from planner.report.language.speech import speak
from planner.report.plan import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.report.paper import Page
    from planner.report.plan.digest import Digest, YearDigest
    from planner.report.plan.facts.answer import ReachedObjective
    from planner.report.plan.facts.supply import BuiltAsset


def stages(digest: Digest, _: YearDigest, page: Page) -> None:
    """Print the objectives in the order in which they were optimised; cost alone needs no words."""
    found = digest.reached
    if [each.name for each in found] == ["cost"]:
        return
    page.heading(f"What the plan is best at, in this order{'; all years, discounted' if digest.several else ''}")
    rows = [
        [f"{i}.", each.name, objective_words(speak("en"), each.name).sought, _value(each), gap_text(each.gap)]
        for i, each in enumerate(found, start=1)
    ]
    page.table(["", "objective", "what is sought", "reached", "gap"], rows, left=(0, 1), prose=2)
    added = [each.name for each in found if each.name not in digest.inputs.scenario.objective]
    if "served" in added:
        page.say("As much as can be is served first: otherwise serving nothing would be best.")


def _value(reached: ReachedObjective) -> str:
    if reached.name == "cost":
        return money(reached.value, reached.unit)
    return f"{number(reached.value, 4)} {reached.unit}"


def builds(digest: Digest, _: YearDigest, page: Page) -> None:
    """Print what is built: the dearest, by year."""
    found = sorted(
        digest.builds, key=lambda each: (-each.capex_usd, -each.added, each.year, each.asset, each.expansion)
    )
    if not found:
        page.heading("What is built: nothing")
    else:
        page.heading(f"What is built ({_spent(digest, found)})")
        _print_builds(digest, found, page)
    if digest.projects_left:
        page.say(sentences.projects_left(speak("en"), page.few(digest.projects_left)))


def _spent(digest: Digest, found: Sequence[BuiltAsset]) -> str:
    """Return the money spent in all, and by year where there are several."""
    words = f"{money(sum(each.capex_usd for each in found), digest.currency)} in all"
    by_year = {
        year: sum(each.capex_usd for each in found if each.year == year)
        for year in digest.years
        if any(each.year == year for each in found)
    }
    if len(by_year) < 2 or len(by_year) > 4:
        return words
    return f"{words}: {', '.join(f'{money(usd, digest.currency)} in {year}' for year, usd in by_year.items())}"


def _print_builds(digest: Digest, found: Sequence[BuiltAsset], page: Page) -> None:
    factor, unit = money_unit([each.capex_usd for each in found], digest.currency)
    yearly_factor, yearly_unit = money_unit([each.yearly_usd for each in found], digest.currency)
    capex = column([each.capex_usd / factor for each in found])
    cost = column([each.yearly_usd / yearly_factor for each in found])
    lines = list(zip(found, capex, cost, strict=True))[: page.rows]
    if digest.several:
        lines.sort(key=lambda line: line[0].year)
    rows = [[str(each.year), each.key, each.kind, _adds(each), *money_of] for each, *money_of in lines]
    heads = ["year", "what", "", "adds", f"price\n{unit}", f"a year\n{yearly_unit}"]
    if digest.several:
        page.table(heads, rows, left=(0, 1, 2))
    else:
        page.table(heads[1:], [row[1:] for row in rows], left=(0, 1))
    page.more(len(found), "builds")


def _adds(build: BuiltAsset) -> str:
    """Return the size of a build, with its steps where it has some."""
    if build.unit == "project":
        return "whole"
    size = f"{number(build.added)} {build.unit}"
    return f"{counted(round(build.added / build.step), 'step')}, {size}" if build.step else size


def limits(digest: Digest, of: YearDigest, page: Page) -> None:
    """Say how much of each budget is used, and how near to the floor the least served member is."""
    scenario = digest.inputs.scenario
    parts = []
    if scenario.limits.sites is not None:
        parts.append(f"{digest.sites_in_use} of at most {counted(scenario.limits.sites, 'site')} in use")
    if scenario.limits.capex_usd is not None:
        spent, most = sum(each.capex_usd for each in digest.builds), scenario.limits.capex_usd
        parts.append(f"{money(spent, digest.currency)} of at most {money(most, digest.currency)} spent on building")
    if scenario.limits.carbon_kg is not None:
        tonnes, most = of.totals.carbon_t, scenario.limits.carbon_kg.at(of.year) / 1e6
        parts.append(f"{number(tonnes / 1e3)} of at most {number(most)} kt of CO2 in {of.year}")
    if scenario.policy.floor.served_share:
        least = _least(digest)
        parts.append(f"every member served at least {percentage(scenario.policy.floor.served_share)}: {least}")
    if parts:
        page.say(f"Limits: {'; '.join(parts)}.", gap=True)


def _least(digest: Digest) -> str:
    """Name the member, and the year, with the smallest share served."""
    if digest.least_served is None:
        return "no member asks for anything"
    year, country, share = digest.least_served
    return f"the least is {country} in {year} with {percentage(share)}"
