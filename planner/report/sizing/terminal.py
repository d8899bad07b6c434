"""A sizing on the terminal: the paragraph that answers, then the tables behind it, readable at 80 columns."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, column, gap_text, money_unit, number, percentage
from planner.report.paper import ROWS, WIDEST, Page, Paper
from planner.report.plan.facts.totals import in_year
from planner.report.plan.terminal.printing import title
from planner.report.sizing.words import answer, leading, notes

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from planner.studies.size import Sizing

SIDE_BY_SIDE = 5
"""Years that stand side by side at 80 columns beside where machines stand."""
SERVED_HEADS = {"worth": "worth\nserving", "most": "can be\nserved", "share": "then\nserved"}
TO_BE_SERVED = {"worth": "what is worth serving", "most": "as much as it can", "share": "what is asked"}
COMPARED = {
    "worth": "what is worth serving",
    "most": "the most that can be served",
    "share": "the share, alone the most that can be",
}
"""What is served by what a sizing asks for: in the table of years, in its notes, and in the table of members."""
CAUSES = {
    "time_zones": "peaks at different hours (time zones)",
    "shared_reserve": "shared reserve for failures",
    "cheaper_sites": "the rest: cheaper sites, and room\nabroad where home has none",
    "others_machines": "apart: machines that others have standing",
    "total": "in all",
}


def print_sizing(
    sizing: Sizing, *, console: Console | None = None, stopped: str = "", full: bool = False, brief: bool = False
) -> None:
    """Print a sizing: the answer in one paragraph, then needs, places, members, gains, scarcities and proofs.

    Parameters
    ----------
    console
        where to print; by default stdout
    stopped
        what ended the study before its end
    full
        print every list in full
    brief
        print the paragraph only, and what could not be answered
    """
    console = console or Paper(highlight=False)
    console.width = min(console.width, WIDEST)
    page = Page(console, None if full else ROWS)
    if not brief:
        page.title(_title(sizing))
    page.say(answer(sizing), style="bold")
    why = f" ({stopped})" if stopped else ""
    page.bullets("What stands in the way", sizing.findings)
    page.bullets(f"Not answered{why}: these plans were not found", sizing.unanswered)
    page.bullets(
        "Failed: please report it with the files", [f"{name}: {fault}" for name, fault in sizing.failed.items()]
    )
    if brief:
        return
    for section in (_years, _places, _members, _gains, _worth, _proofs):
        section(sizing, page)
    page.bullets("Notes", notes(sizing))


def _title(sizing: Sizing) -> str:
    plan = sizing.least_cost
    scenario = sizing.inputs.scenario
    return title(plan) if plan is not None else scenario.title or scenario.id


def _years(sizing: Sizing, page: Page) -> None:
    """Print by year what is needed, and how far the target goes."""
    frame = sizing.years
    if frame.empty:
        return
    page.heading("What has to stand on the members' soil, year by year (PFLOPS)")
    heads = ["year", "asked", SERVED_HEADS[sizing.aim], "", "needed"]
    columns = [
        list(map(str, frame.index)),
        column(frame["demand_pflops"]),
        column(frame["served_pflops"]),
        _shares(frame, "served_pflops"),
        column(frame["needed_pflops"]),
    ]
    if sizing.target_pflops is not None:
        heads += ["target", "target\nserves", ""]
        columns += [
            column(frame["target_pflops"]),
            column(frame["within_target_pflops"]),
            _shares(frame, "within_target_pflops"),
        ]
    page.table(heads, _rows(columns))
    page.say(
        "Needed: the fewest PFLOPS on the members' soil with which the community by itself serves"
        f" {TO_BE_SERVED[sizing.aim]}, in every hour and through every failure; each year is sized apart. What stands"
        " counts as far as it is needed, and whole at a site to which more is built, for nobody builds beside idle"
        " machines."
    )
    if sizing.aim == "worth":
        page.say("Worth serving: what the cheapest plan of the community by itself serves, hour by hour.")
    if sizing.target_pflops is not None:
        of_what = "what is worth serving" if sizing.aim == "worth" else "the members' demand"
        page.say(
            f"Target serves: the most of {of_what} that so many PFLOPS serve, wherever they are placed; what stands is"
            " of them only as far as it serves."
        )
        page.say(_used_up(sizing))


def _used_up(sizing: Sizing) -> str:
    exhausted, listed = sizing.exhausted, sizing.inputs.scenario.years
    if exhausted is None:
        return "Used up: never in the years listed; the need stays within the target."
    if exhausted == listed[0]:
        return f"Used up: by {listed[0]}, the first year listed, the need has passed the target."
    between = " (the need is taken to grow geometrically between listed years)"
    return f"Used up: {exhausted:.1f}, when the need passes the target{'' if exhausted in listed else between}."


def _shares(frame: pd.DataFrame, name: str) -> list[str]:
    pairs = zip(frame[name], frame["demand_pflops"], strict=True)
    return [percentage(part / whole) if whole and isfinite(part) else NONE for part, whole in pairs]


def _places(sizing: Sizing, page: Page) -> None:
    """Print by member and year where the need stands, and the sites of the last year."""
    frame, shown = sizing.places, _chosen(list(sizing.needed_pflops))
    if frame.empty:
        return
    last = shown[-1]
    page.heading(f"Where it stands: PFLOPS needed by member, and in {last} standing and to be built")
    sums = frame.groupby(["year", "country"])[["needed_pflops", "standing_pflops", "to_build_pflops"]].sum()
    members = sorted(sums.index.unique("country"), key=lambda each: -leading(_at(sums, last, each, "needed_pflops")))
    columns = [[*members, "all"]]
    cells = [(year, "needed_pflops") for year in shown] + [(last, "standing_pflops"), (last, "to_build_pflops")]
    for year, name in cells:
        values = [_at(sums, year, each, name) for each in members]
        columns.append(column([*values, sum(values)]))
    page.table(["member", *map(str, shown), f"standing\n{last}", f"to build\n{last}"], _rows(columns))
    page.say(
        "Of all ways to need so few, the cheapest: where nothing is built, what stands and is dearer to use than new"
        " machines elsewhere stays idle."
    )
    _sites(in_year(frame, last), last, page)


def _sites(frame: pd.DataFrame, year: int, page: Page) -> None:
    if frame.empty:
        return
    frame = frame.sort_values("needed_pflops", ascending=False, kind="stable", key=lambda pflops: pflops.map(leading))
    names = [f"{site} ({country})" for site, country in frame["country"].items()]
    figures = [column(frame[name]) for name in ("needed_pflops", "standing_pflops", "to_build_pflops")]
    page.say("")
    page.table(["site", f"needed\n{year}", "standing", "to build"], _rows([names, *figures])[: page.rows])
    page.more(len(frame), "")


def _at(sums: pd.DataFrame, year: int, country: str, name: str) -> float:
    return float(sums[name].get((year, country), 0.0))


def _chosen(years: list[int]) -> list[int]:
    """Return as many years as stand side by side, the first and the last among them."""
    if len(years) <= SIDE_BY_SIDE:
        return years
    return [years[round(i * (len(years) - 1) / (SIDE_BY_SIDE - 1))] for i in range(SIDE_BY_SIDE)]


def _members(sizing: Sizing, page: Page) -> None:
    """Print each member alone and in the pool."""
    year = sizing.inputs.scenario.years[-1]
    frame = in_year(sizing.members, year)
    if not (frame["demand_pflops"] > 0).any():
        return
    frame = frame.sort_values("demand_pflops", ascending=False, kind="stable")
    names = ["cost_usd", "alone_cost_usd", "penalty_usd", "alone_penalty_usd"]
    factor, unit = money_unit(frame[names].to_numpy().ravel().tolist(), sizing.inputs.scenario.finance.currency)
    page.heading(f"Each member in the pool and alone, {year} (PFLOPS; cost and penalty in {unit})")
    amounts = ["demand_pflops", "served_pflops", "alone_served_pflops", "needed_pflops", "alone_needed_pflops"]
    columns = [[*map(str, frame.index[: page.rows]), "all"]]
    for name in (*amounts, *names):
        values = frame[name] / (factor if name in names else 1.0)
        columns.append(column([*values.iloc[: page.rows], float(values.sum(min_count=1))]))
    pairs = [head for name in ("served", "needed", "cost", "penalty") for head in (f"{name}\npool", "\nalone")]
    page.table(["", "asked", *pairs], _rows(columns))
    page.more(len(frame), "")
    page.say(
        f"Served and needed: {COMPARED[sizing.aim]}, and the fewest PFLOPS for it on the member's soil. Cost and"
        " penalty: what the member's demand causes in the cheapest plan, where others' sites may help as the rules let"
        " them. Alone: nothing is hosted abroad."
    )


def _gains(sizing: Sizing, page: Page) -> None:
    """Print what pooling is worth, and why."""
    pooling, scenario = sizing.pooling, sizing.inputs.scenario
    if pooling is None:
        return
    spread = "a year" if len(scenario.years) == 1 else "all years, discounted"
    page.heading(f"What pooling is worth ({spread})")
    if not pooling.is_known:
        page.say(_incomparable(sizing))
        return
    gains = pooling.gains
    factor, unit = money_unit(
        [part for worth in gains.values() for part in worth if isfinite(part)], scenario.finance.currency
    )
    shown = [gains[name] for name in CAUSES]
    columns = [
        list(CAUSES.values()),
        _signed([each.usd / factor for each in shown]),
        _signed([each.spent_usd / factor for each in shown]),
        _signed([each.penalty_usd / factor for each in shown]),
    ]
    page.table(["saved by", f"{unit}\nin all", "less\nspent", "less\npenalty"], _rows(columns))
    page.say(
        "A cause's part is the saving with it, less the saving without. Others' machines are paid at their price of"
        " use; what they once cost is not counted, so that part lasts only while they have room."
    )
    if any(worth.usd < 0 for worth in gains.values()):
        page.say(
            "Causes overlap: each is counted in full, and the rest, which takes what is too much, may be negative."
        )
    page.say(_fewer(sizing))


def _signed(values: list[float]) -> list[str]:
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return [NONE if abs(value) < largest * 1e-6 or not isfinite(value) else number(value) for value in values]


def _incomparable(sizing: Sizing) -> str:
    single = None if sizing.pooling is None else sizing.pooling.alone
    if single is not None and single.tables is None:
        why = f": {single.findings[0]}" if single.findings else ""
        return f"Cannot be told: alone the members cannot serve what is required{why}."
    return "Not known: the plans to compare were not found."


def _fewer(sizing: Sizing) -> str:
    """Say what pooling does to the PFLOPS needed."""
    sums = in_year(sizing.members, sizing.inputs.scenario.years[-1]).sum(min_count=1)
    pooled, single = sums["needed_pflops"], sums["alone_needed_pflops"]
    if not isfinite(pooled) or not isfinite(single):
        return "How many PFLOPS pooling saves is not known."
    words = f"Together the members need {number(pooled)} PFLOPS, alone {number(single)}"
    more = sums["served_pflops"] - sums["alone_served_pflops"]
    if abs(more) > 1e-5 * sums["demand_pflops"]:
        return f"{words}, with which they serve {number(abs(more))} PFLOPS {'less' if more > 0 else 'more'}."
    return f"{words}, and serve as much."


def _worth(sizing: Sizing, page: Page) -> None:
    """Print where the next 100 PFLOPS or Gbps are worth more than building them costs."""
    frame, year = sizing.worth, sizing.inputs.scenario.years[-1]
    frame = in_year(frame, year)
    if frame.empty:
        return
    currency = sizing.inputs.scenario.finance.currency
    factor, unit = money_unit(frame["saves_usd"].tolist(), currency)
    page.heading(f"What the next 100 PFLOPS or 100 Gbps are worth, {year} ({unit} a year)")
    columns = [
        list(map(str, frame.index)),
        [f"100 {each}" for each in frame["unit"]],
        column(frame["saves_usd"] / factor),
        column(frame["building_usd"] / factor),
    ]
    page.table(["place", "more", "saves\nat most", "building\nthere costs"], _rows(columns)[: page.rows], left=(0, 1))
    page.more(len(frame), "")
    page.say(
        "Saves: cost and penalty, at the price of the last unit in the cheapest pooled plan. Places where more may be"
        " built for what it saves are left out; with a dash nothing is on offer there."
    )


def _proofs(sizing: Sizing, page: Page) -> None:
    """Print what is proved of each plan."""
    if not sizing.plans:
        return
    page.heading("The plans behind")
    columns = [
        list(sizing.plans),
        [plan.status.value for plan in sizing.plans.values()],
        [gap_text(plan.gap) if isfinite(plan.gap) else NONE for plan in sizing.plans.values()],
        [f"{plan.seconds:.1f} s" for plan in sizing.plans.values()],
    ]
    page.table(["plan", "status", "gap", "time"], _rows(columns), left=(0, 1))


def _rows(columns: list[list[str]]) -> list[list[str]]:
    return [list(row) for row in zip(*columns, strict=True)]
