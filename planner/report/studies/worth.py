"""What each rule costs a year and whom it serves, and what else is as good: for programs and on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.plan.runs import finite
from planner.report.language.figures import NONE
from planner.report.paper import ROWS, lay_paper

if TYPE_CHECKING:
    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Page
    from planner.studies.explaining.deciding import Swing
    from planner.studies.explaining.extremes import Extreme
    from planner.studies.explaining.rivals import NearBest
    from planner.studies.explaining.worth import Worth

LEAST_USD = 0.5
"""Differences of less than this are none."""


def summarise_worth(found: Sequence[Worth]) -> list[dict[str, Any]]:
    """Return what each rule, limit, failure and millisecond is worth, as ``--worth --json`` prints it."""
    return [
        {
            "what": each.what, "change": each.change, "unit": each.unit,
            "usd_per_year": _known(each.usd_per_year),
            "exact": each.exact, "serves": dict(each.serves),
        }
        for each in found
    ]  # fmt: skip


def print_worth(
    found: Sequence[Mapping[str, Any]],
    *,
    currency: str = "USD",
    full: bool = False,
    console: Console | None = None,
    language: Language | None = None,
) -> None:
    """Print what each rule costs a year and whom it serves, from what `summarise_worth` returns."""
    page = lay_paper(console, None if full else 2 * ROWS, language)
    text, language = page.language.text, page.language
    dear = [each for each in found if each["usd_per_year"] is None or abs(each["usd_per_year"]) >= LEAST_USD]
    page.heading(text("What each rule costs a year, and whom changing it serves"))
    if not dear:
        page.say(text("No rule, limit or failure costs anything."))
        return
    page.table(
        [
            (text("what"), [each["what"] for each in dear]),
            (text("change"), [_change(each, language) for each in dear]),
            (text("saves a year"), [_saved(each, language, currency) for each in dear]),
            (text("serves more or less"), [_served(each, language) for each in dear]),
        ],
        left=(0, 1, 3), rest="",
    )  # fmt: skip
    free = len(found) - len(dear)
    if free:
        page.say(language.texts("{count} more costs nothing.", "{count} more cost nothing.", free))


def _change(each: Mapping[str, Any], language: Language) -> str:
    return language.text("removed") if each["change"] == "removed" else f"{each['change']} {each['unit']}"


def _saved(each: Mapping[str, Any], language: Language, currency: str) -> str:
    usd = each["usd_per_year"]
    if usd is None:
        return language.text("no plan") if each["exact"] else language.text("not known")
    said = language.money(abs(usd), currency)
    return f"{'−' if usd < 0 else ''}{'' if each['exact'] else '~'}{said}"


def _served(each: Mapping[str, Any], language: Language) -> str:
    parts = [
        f"{home} {'+' if more > 0 else '−'}{language.number(abs(more))} P" for home, more in each["serves"].items()
    ]
    return language.joined(parts) if parts else NONE


def summarise_deciding(found: Sequence[Swing]) -> list[dict[str, Any]]:
    """Return which inputs decide a plan, as ``planner explain --decides --json`` prints it."""
    return [
        {
            "input": each.what.path, "confidence": each.what.confidence or None,
            "low": each.what.at(each.what.low).to, "high": each.what.at(each.what.high).to,
            "low_usd": _known(each.low_usd), "high_usd": _known(each.high_usd),
            "low_served_pflops": each.low_served_pflops, "high_served_pflops": each.high_served_pflops,
            "moves": dict(each.moves),
        }
        for each in found
    ]  # fmt: skip


def _known(usd: float) -> float | None:
    return round(usd, 2) if isfinite(usd) else None


def print_deciding(
    found: Sequence[Mapping[str, Any]],
    *,
    currency: str = "USD",
    full: bool = False,
    console: Console | None = None,
    language: Language | None = None,
) -> None:
    """Print which inputs decide a plan, from what `summarise_deciding` returns."""
    page = lay_paper(console, None if full else 2 * ROWS, language)
    text, language = page.language.text, page.language
    page.heading(text("Which inputs decide: the cost at both ends of their range, less that of the plan"))
    page.table(
        [
            (text("input"), [each["input"] for each in found]),
            (text("at its least"), [_signed(each["low_usd"], language, currency) for each in found]),
            (text("at its most"), [_signed(each["high_usd"], language, currency) for each in found]),
            (text("moves"), [page.few(list(each["moves"])) or NONE for each in found]),
        ],
        left=(0, 3), prose=3, rest="",
    )  # fmt: skip


def _signed(usd: float | None, language: Language, currency: str) -> str:
    if usd is None:
        return language.text("not known")
    return f"{'−' if usd < 0 else '+'}{language.money(abs(usd), currency)}"


def summarise_alternatives(found: NearBest, runs: Sequence[Path | None]) -> dict[str, Any]:
    """Return what else is as good, as ``planner alternatives --json`` prints it; `runs` in the order of the plans."""
    return {
        "within": found.extremes.within,
        "optimum_usd": found.extremes.optimum_usd,
        "bound_usd": found.extremes.bound_usd,
        "unique": found.is_unique,
        "extremes": [_extreme(each) for each in found.extremes.found],
        "at_no_cost": [_extreme(each) for each in found.free],
        "plans": [
            {
                "run": None if run is None else str(run), "cost_usd": rival.cost_usd, "distance": rival.distance,
                "status": rival.plan.status.value, "changes": [each.record for each in rival.amendments],
            }
            for rival, run in zip(found.rivals, runs, strict=True)
        ],
    }  # fmt: skip


def _extreme(each: Extreme) -> dict[str, Any]:
    amount = each.amount
    return {
        "asset": amount.asset, "of": amount.of, "year": amount.year,
        "least": finite(each.least), "most": finite(each.most),
        "unit": amount.unit, "exact": each.exact,
    }  # fmt: skip


def print_alternatives(
    found: Mapping[str, Any],
    *,
    currency: str = "USD",
    full: bool = False,
    console: Console | None = None,
    language: Language | None = None,
) -> None:
    """Print what else is as good, from what `summarise_alternatives` returns."""
    page = lay_paper(console, None if full else 2 * ROWS, language)
    language, text = page.language, page.language.text
    page.say(
        text(
            "The best plan costs {usd}, penalties included; these are within {share} of it.",
            usd=language.money(found["optimum_usd"], currency), share=language.percentage(found["within"]),
        ),
        style="bold",
    )  # fmt: skip
    unique = text("It is the only one.")
    others = text("It is not the only one: {assets} can move at no cost.", assets=_movable(found, page))
    page.say(unique if found["unique"] else others)
    _print_extremes(found["extremes"], page)
    plans = found["plans"]
    if plans:
        page.heading(text("Plans that differ most, each kept as a run"))
        columns = [
            (text("run"), [plan["run"] or NONE for plan in plans]),
            (text("cost"), [language.money(plan["cost_usd"], currency) for plan in plans]),
            (text("hosted elsewhere"), [language.percentage(plan["distance"]) for plan in plans]),
        ]
        page.table(columns, rest="")


def _movable(found: Mapping[str, Any], page: Page) -> str:
    return page.few(list(dict.fromkeys(each["asset"] for each in found["at_no_cost"])))


def _print_extremes(extremes: Sequence[Mapping[str, Any]], page: Page) -> None:
    text, language = page.language.text, page.language
    known = [each for each in extremes if each["most"] is not None and each["most"] > 0]
    page.heading(text("The least and the most of everything"))
    page.table(
        [
            (text("what"), [each["asset"] for each in known]),
            (text("of it"), [_of(each["of"], language) for each in known]),
            (text("least"), [language.quantity(each["least"], each["unit"]) for each in known]),
            (text("most"), [language.quantity(each["most"], each["unit"]) for each in known]),
        ],
        left=(0, 1), rest="",
    )  # fmt: skip


def _of(word: str, language: Language) -> str:
    words = {"used": language.text("in use"), "built": language.text("built"), "load": language.text("load")}
    return words[word]
