"""What a study came to, as one object and on the terminal: what ``planner sweep`` prints."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from planner.report.language.figures import money_unit
from planner.report.paper import ROWS, lay_paper

if TYPE_CHECKING:
    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Page
    from planner.studies.sweep.sweep import Sweep


def summarise_sweep(sweep: Sweep) -> dict[str, Any]:
    """Return a sweep by the keys of ``planner sweep --json``."""
    return {
        "study": sweep.study.id,
        "members": len(sweep.members),
        "done": len(sweep.answers),
        "failed": len(sweep.faults),
        "missing": sweep.missing,
        "infeasible": len(sweep.answers) - len(sweep.plans),
        "table": str(sweep.table),
        "faults": [{"member": number, "fault": fault} for number, fault in sweep.faults.items()],
        "builds": [
            {"asset": asset, "share": share, "least": least, "most": most}
            for asset, (share, least, most) in sweep.builds.items()
        ],
    }


def print_sweep(
    sweep: Sweep, *, console: Console | None = None, full: bool = False, language: Language | None = None
) -> None:
    """Print how many members are done, how their plans are spread, and in how many of them each asset is built."""
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    page.title(sweep.study.title or sweep.study.id)
    done = language.texts("{count} plan is found.", "{count} plans are found.", len(sweep.plans))
    said = [text("Of {count} members:", count=language.number(len(sweep.members))), done]
    without = len(sweep.answers) - len(sweep.plans)
    if without:
        said.append(language.texts("{count} has no plan.", "{count} have no plan.", without))
    if sweep.faults:
        said.append(language.texts("{count} member failed.", "{count} members failed.", len(sweep.faults)))
    if sweep.missing:
        said.append(
            language.texts(
                "{count} was not reached: the same command goes on.",
                "{count} were not reached: the same command goes on.",
                sweep.missing,
            )
        )
    page.say(language.run_on(said), style="bold")
    page.bullets(text("Failed members"), [f"{number}: {fault}" for number, fault in sweep.faults.items()])
    _spread(sweep, page)
    _builds(sweep, page)
    page.say(text("All members: {file}.", file=str(sweep.table)), gap=True)


def _spread(sweep: Sweep, page: Page) -> None:
    """Print the least, the median and the most of what plans cost and serve."""
    text, language, plans = page.language.text, page.language, sweep.plans
    if not plans:
        return
    factor, unit = money_unit([each["cost_usd"] for each in plans], sweep.currency)
    rows = {
        text("cost ({unit})", unit=unit): [each["cost_usd"] / factor for each in plans],
        text("served (PFLOPS)"): [each["served_pflops"] for each in plans],
        text("unserved (PFLOPS)"): [each["unserved_pflops"] for each in plans],
        text("built (PFLOPS)"): [each["built_pflops"] for each in plans],
        text("carbon (t)"): [each["carbon_t"] for each in plans],
    }
    page.heading(text("How the plans are spread"))
    page.table(
        [
            ("", list(rows)),
            (text("least"), [language.number(min(values)) for values in rows.values()]),
            (text("median"), [language.number(median(values)) for values in rows.values()]),
            (text("most"), [language.number(max(values)) for values in rows.values()]),
        ]
    )


def _builds(sweep: Sweep, page: Page) -> None:
    """Print what is built in which share of the plans."""
    text, language, builds = page.language.text, page.language, sweep.builds
    if not builds:
        return
    page.heading(text("What is built in how many of the plans"))
    columns = [
        (text("asset"), list(builds)),
        (text("in share\nof plans"), [language.percentage(share) for share, _, _ in builds.values()]),
        (text("least"), [language.number(least) for _, least, _ in builds.values()]),
        (text("most"), [language.number(most) for _, _, most in builds.values()]),
    ]
    page.table(columns, rest="")
