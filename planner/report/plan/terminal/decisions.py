"""The sections of the page about what was decided: what was best, what is built, which limits were kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from planner.report.language.rules import objective_words
from planner.report.plan import sentences

if TYPE_CHECKING:
    from planner.report.paper import Page
    from planner.report.plan.digest import YearDigest
    from planner.report.plan.facts.answer import ReachedObjective
    from planner.report.plan.facts.supply import BuiltAsset
    from planner.report.plan.plan_text import PlanText


def stages(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Print the objectives in the order in which they were optimised; cost alone needs no words."""
    found, language = plan_text.digest.reached, plan_text.language
    text = language.text
    if [each.name for each in found] == ["cost"]:
        return
    several = text("What the plan is best at, in this order; all years, discounted")
    page.heading(several if plan_text.digest.several else text("What the plan is best at, in this order"))
    columns = [
        ("", [f"{i}." for i in range(1, len(found) + 1)]),
        (text("objective"), [each.name for each in found]),
        (text("what is sought"), [objective_words(language, each.name).sought for each in found]),
        (text("reached"), [_value(plan_text, each) for each in found]),
        (text("gap"), [language.gap(each.gap) for each in found]),
    ]
    page.table(columns, left=(0, 1), prose=2)
    if any(each.name == "served" for each in found) and "served" not in plan_text.inputs.scenario.objective:
        page.say(text("As much as can be is served first: otherwise serving nothing would be best."))


def _value(plan_text: PlanText, reached: ReachedObjective) -> str:
    if reached.name == "cost":
        return plan_text.money(reached.value)
    return plan_text.language.quantity(reached.value, reached.unit, 4)


def builds(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Print what is built: the dearest, by year."""
    text = plan_text.language.text
    found = sorted(
        plan_text.digest.builds, key=lambda each: (-each.capex_usd, -each.added, each.year, each.asset, each.expansion)
    )
    if not found:
        page.heading(text("What is built: nothing"))
    else:
        page.heading(text("What is built ({spent})", spent=_spent(plan_text, found)))
        _print_builds(plan_text, found, page)
        if len(plan_text.digest.capital) > 1:
            page.say(sentences.payers(plan_text))
    if plan_text.digest.projects_left:
        page.say(sentences.projects_left(plan_text))


def _spent(plan_text: PlanText, found: Sequence[BuiltAsset]) -> str:
    """Return the money spent in all, and by year where there are several."""
    text = plan_text.language.text
    words = text("{cost} in all", cost=plan_text.money(sum(each.capex_usd for each in found)))
    by_year = {
        year: sum(each.capex_usd for each in found if each.year == year)
        for year in plan_text.years
        if any(each.year == year for each in found)
    }
    if len(by_year) < 2 or len(by_year) > 4:
        return words
    parts = [text("{cost} in {year}", cost=plan_text.money(usd), year=year) for year, usd in by_year.items()]
    return text("{sum}: {parts}", sum=words, parts=plan_text.language.joined(parts))


def _print_builds(plan_text: PlanText, found: Sequence[BuiltAsset], page: Page) -> None:
    text, several = plan_text.language.text, plan_text.digest.several
    capex, unit = plan_text.money_column([each.capex_usd for each in found])
    cost, yearly_unit = plan_text.money_column([each.yearly_usd for each in found])
    shown = list(zip(found, capex, cost, strict=True))[: page.rows]
    if several:
        shown.sort(key=lambda line: line[0].year)
    kinds = {"site": text("site"), "link": text("link"), "project": text("project")}
    columns = [
        (text("year"), [str(each.year) for each, *_ in shown]),
        (text("what"), [each.key for each, *_ in shown]),
        ("", [kinds[each.kind] for each, *_ in shown]),
        (text("adds"), [_adds(plan_text, each) for each, *_ in shown]),
        (text("price\n{unit}", unit=unit), [price for _, price, _ in shown]),
        (text("a year\n{unit}", unit=yearly_unit), [yearly for *_, yearly in shown]),
    ]
    page.table(columns if several else columns[1:], left=(0, 1, 2) if several else (0, 1))
    page.more(len(found), "builds")


def _adds(plan_text: PlanText, build: BuiltAsset) -> str:
    """Return the size of a build, with its steps where it has some."""
    language = plan_text.language
    if build.unit == "project":
        return language.text("whole")
    size = language.quantity(build.added, build.unit)
    if not build.step:
        return size
    return language.texts("{count} step, {size}", "{count} steps, {size}", round(build.added / build.step), size=size)


def limits(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Say how much of each budget is used, and how near to the floor the least served member is."""
    parts = list(_used(plan_text, of))
    if parts:
        language = plan_text.language
        page.say(language.text("Limits: {parts}.", parts=language.text("; ").join(parts)), gap=True)


def _used(plan_text: PlanText, of: YearDigest) -> Iterator[str]:
    scenario, digest, language = plan_text.inputs.scenario, plan_text.digest, plan_text.language
    if scenario.limits.sites is not None:
        yield language.texts(
            "{used} of at most {count} site in use", "{used} of at most {count} sites in use", scenario.limits.sites,
            used=language.number(digest.sites_in_use),
        )  # fmt: skip
    if scenario.limits.capex_usd is not None:
        spent, most = sum(each.capex_usd for each in digest.builds), scenario.limits.capex_usd
        yield language.text(
            "{spent} of at most {most} spent on building", spent=plan_text.money(spent), most=plan_text.money(most)
        )
    if scenario.limits.carbon_kg is not None:
        embodied = of.totals.embodied_t if scenario.limits.embodied else 0.0
        tonnes, most = of.totals.carbon_t + embodied, scenario.limits.carbon_kg.at(of.year) / 1e6
        yield language.text(
            "{spent} of at most {most} kt of CO2 in {year}",
            spent=language.number(tonnes / 1e3), most=language.number(most), year=of.year,
        )  # fmt: skip
    if scenario.policy.floor.served_share:
        share = language.percentage(scenario.policy.floor.served_share)
        yield language.text("every member served at least {share}: {least}", share=share, least=_least(plan_text))


def _least(plan_text: PlanText) -> str:
    """Name the member, and the year, with the smallest share served."""
    if plan_text.digest.least_served is None:
        return plan_text.language.text("no member asks for anything")
    year, country, share = plan_text.digest.least_served
    return plan_text.language.text(
        "the least is {country} in {year} with {share}",
        country=country, year=year, share=plan_text.language.percentage(share),
    )  # fmt: skip
