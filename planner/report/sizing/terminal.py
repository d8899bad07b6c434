"""A sizing on the terminal: the paragraph that answers, then the tables behind it, readable at 80 columns."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, money_unit
from planner.report.language.phrases import translate
from planner.report.language.rules import status_word
from planner.report.paper import ROWS, Page, lay_paper
from planner.report.plan.facts.totals import in_year
from planner.report.plan.sentences import stop, titles
from planner.report.sizing.pooling import print_gains
from planner.report.sizing.words import answer, leading, notes, plan_name

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Column
    from planner.studies.size import Sizing

SIDE_BY_SIDE = 5
"""Years that stand side by side at 80 columns beside where machines stand."""


def print_sizing(
    sizing: Sizing,
    *,
    console: Console | None = None,
    stopped: str = "",
    full: bool = False,
    brief: bool = False,
    language: Language | None = None,
) -> None:
    """Print a sizing: the answer in one paragraph, then needs, places, members, gains, scarcities and proofs.

    Parameters
    ----------
    console
        where to print; by default stdout
    stopped
        what ended the study before its end: "interrupted" or "time limit reached"
    full
        print every list in full
    brief
        print the paragraph only, and what could not be answered
    language
        as `planner.speak` returns it; by default English
    """
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    if not brief:
        title, lines = titles(sizing.inputs, language)
        page.title("\n".join([title, *lines]))
    page.say(answer(sizing, language), style="bold")
    for sentence in stop(language, stopped) if sizing.unanswered else ():
        page.say(sentence)
    page.bullets(text("What stands in the way"), [translate(finding, language) for finding in sizing.findings])
    page.bullets(
        text("Not answered: these plans were not found"), [plan_name(name, language) for name in sizing.unanswered]
    )
    failed = [f"{plan_name(name, language)}: {translate(fault, language)}" for name, fault in sizing.failed.items()]
    page.bullets(text("Failed: please report it with the files"), failed)
    if brief:
        return
    for section in (_years, _places, _members, print_gains, _worth, _proofs):
        section(sizing, page)
    page.bullets(text("Notes"), notes(sizing, language))


def _years(sizing: Sizing, page: Page) -> None:
    """Print by year what is needed, and how far the target goes."""
    frame, text, column = sizing.years, page.language.text, page.language.column
    if frame.empty:
        return
    page.heading(text("What has to stand on the members' soil, year by year (PFLOPS)"))
    then = {"worth": text("worth\nserving"), "most": text("can be\nserved"), "share": text("then\nserved")}
    columns: list[Column] = [
        (text("year"), list(map(str, frame.index))),
        (text("asked"), column(frame["demand_pflops"])),
        (then[sizing.aim], column(frame["served_pflops"])),
        ("", _shares(frame, "served_pflops", page.language)),
        (text("needed"), column(frame["needed_pflops"])),
    ]
    if sizing.target_pflops is not None:
        columns += [
            (text("target"), column(frame["target_pflops"])),
            (text("target\nserves"), column(frame["within_target_pflops"])),
            ("", _shares(frame, "within_target_pflops", page.language)),
        ]
    page.table(columns)
    for sentence in _meanings(sizing, page.language):
        page.say(sentence)


def _meanings(sizing: Sizing, language: Language) -> list[str]:
    """Say what the columns of the table of years mean, and when the target is used up."""
    text = language.text
    served = {
        "worth": text("what is worth serving"), "most": text("as much as it can"), "share": text("what is asked"),
    }[sizing.aim]  # fmt: skip
    said = [
        text(
            "Needed: the fewest PFLOPS on the members' soil with which the community by itself serves {served}, in"
            " every hour and through every failure; each year is sized apart. What stands counts as far as it is"
            " needed, and whole at a site to which more is built, for nobody builds beside idle machines.",
            served=served,
        )
    ]
    if sizing.aim == "worth":
        said.append(text("Worth serving: what the cheapest plan of the community by itself serves, hour by hour."))
    if sizing.target_pflops is not None:
        of_what = text("what is worth serving") if sizing.aim == "worth" else text("the members' demand")
        said.append(
            text(
                "Target serves: the most of {demand} that so many PFLOPS serve, wherever they are placed; what stands"
                " is of them only as far as it serves.",
                demand=of_what,
            )
        )
        said.append(_used_up(sizing, language))
    return said


def _used_up(sizing: Sizing, language: Language) -> str:
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


def _places(sizing: Sizing, page: Page) -> None:
    """Print by member and year where the need stands, and the sites of the last year."""
    frame, shown, text = sizing.places, _chosen(list(sizing.needed_pflops)), page.language.text
    if frame.empty:
        return
    last = shown[-1]
    page.heading(text("Where it stands: PFLOPS needed by member, and in {year} standing and to be built", year=last))
    sums = frame.groupby(["year", "country"])[["needed_pflops", "standing_pflops", "to_build_pflops"]].sum()
    members = sorted(sums.index.unique("country"), key=lambda each: -leading(_at(sums, last, each, "needed_pflops")))
    columns: list[Column] = [(text("member"), [*members, text("all")])]
    cells = [(str(year), year, "needed_pflops") for year in shown]
    cells.append((text("standing\n{year}", year=last), last, "standing_pflops"))
    cells.append((text("to build\n{year}", year=last), last, "to_build_pflops"))
    for head, year, name in cells:
        values = [_at(sums, year, each, name) for each in members]
        columns.append((head, page.language.column([*values, sum(values)])))
    page.table(columns)
    page.say(
        text(
            "Of all ways to need so few, the cheapest: where nothing is built, what stands and is dearer to use than"
            " new machines elsewhere stays idle."
        )
    )
    _sites(in_year(frame, last), last, page)


def _sites(frame: pd.DataFrame, year: int, page: Page) -> None:
    if frame.empty:
        return
    text, column = page.language.text, page.language.column
    frame = frame.sort_values("needed_pflops", ascending=False, kind="stable", key=lambda pflops: pflops.map(leading))
    columns = [
        (text("site"), [f"{site} ({country})" for site, country in frame["country"].items()]),
        (text("needed\n{year}", year=year), column(frame["needed_pflops"])),
        (text("standing"), column(frame["standing_pflops"])),
        (text("to build"), column(frame["to_build_pflops"])),
    ]
    page.say("")
    page.table(columns, rest="")


def _at(sums: pd.DataFrame, year: int, country: str, name: str) -> float:
    return float(sums[name].get((year, country), 0.0))


def _chosen(years: list[int]) -> list[int]:
    """Return as many years as stand side by side, the first and the last among them."""
    if len(years) <= SIDE_BY_SIDE:
        return years
    return [years[round(i * (len(years) - 1) / (SIDE_BY_SIDE - 1))] for i in range(SIDE_BY_SIDE)]


def _members(sizing: Sizing, page: Page) -> None:
    """Print each member alone and in the pool."""
    year, text = sizing.inputs.scenario.years[-1], page.language.text
    frame = in_year(sizing.members, year)
    if not (frame["demand_pflops"] > 0).any():
        return
    frame = frame.sort_values("demand_pflops", ascending=False, kind="stable")
    names = ["cost_usd", "alone_cost_usd", "penalty_usd", "alone_penalty_usd"]
    factor, unit = money_unit(frame[names].to_numpy().ravel().tolist(), sizing.inputs.scenario.finance.currency)
    page.heading(
        text("Each member in the pool and alone, {year} (PFLOPS; cost and penalty in {unit})", year=year, unit=unit)
    )
    heads = {
        "demand_pflops": text("asked"),
        "served_pflops": text("served\npool"), "alone_served_pflops": text("\nalone"),
        "needed_pflops": text("needed\npool"), "alone_needed_pflops": text("\nalone"),
        "cost_usd": text("cost\npool"), "alone_cost_usd": text("\nalone"),
        "penalty_usd": text("penalty\npool"), "alone_penalty_usd": text("\nalone"),
    }  # fmt: skip
    columns: list[Column] = [("", [*map(str, frame.index[: page.rows]), text("all")])]
    for name, head in heads.items():
        values = frame[name] / (factor if name in names else 1.0)
        columns.append((head, page.language.column([*values.iloc[: page.rows], float(values.sum(min_count=1))])))
    page.table(columns)
    page.more(len(frame))
    served = {
        "worth": text("what is worth serving"),
        "most": text("the most that can be served"),
        "share": text("the share, alone the most that can be"),
    }[sizing.aim]
    page.say(
        text(
            "Served and needed: {served}, and the fewest PFLOPS for it on the member's soil. Cost and penalty: what the"
            " member's demand causes in the cheapest plan, where others' sites may help as the rules let them. Alone:"
            " nothing is hosted abroad.",
            served=served,
        )
    )


def _worth(sizing: Sizing, page: Page) -> None:
    """Print where the next 100 PFLOPS or Gbps are worth more than building them costs."""
    year, language = sizing.inputs.scenario.years[-1], page.language
    text, frame = language.text, in_year(sizing.worth, year)
    if frame.empty:
        return
    factor, unit = money_unit(frame["saves_usd"].tolist(), sizing.inputs.scenario.finance.currency)
    page.heading(text("What the next 100 PFLOPS or 100 Gbps are worth, {year} ({unit} a year)", year=year, unit=unit))
    columns = [
        (text("place"), list(map(str, frame.index))),
        (text("more"), [f"100 {each}" for each in frame["unit"]]),
        (text("saves\nat most"), language.column(frame["saves_usd"] / factor)),
        (text("building\nthere costs"), language.column(frame["building_usd"] / factor)),
    ]
    page.table(columns, left=(0, 1), rest="")
    page.say(
        text(
            "Saves: cost and penalty, at the price of the last unit in the cheapest pooled plan. Places where more may"
            " be built for what it saves are left out; with a dash nothing is on offer there."
        )
    )


def _proofs(sizing: Sizing, page: Page) -> None:
    """Print what is proved of each plan."""
    if not sizing.plans:
        return
    language, plans = page.language, sizing.plans.values()
    text = language.text
    page.heading(text("The plans behind"))
    columns = [
        (text("plan"), [plan_name(name, language) for name in sizing.plans]),
        (text("status"), [status_word(plan.status, language) for plan in plans]),
        (text("gap"), [language.gap(plan.gap) if isfinite(plan.gap) else NONE for plan in plans]),
        (text("time"), [language.quantity(round(plan.seconds, 1), "s") for plan in plans]),
    ]
    page.table(columns, left=(0, 1))
