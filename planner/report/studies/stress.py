"""A plan under failures, as one object and on the terminal: what ``planner stress`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.reliability import DEFAULT_RATES
from planner.report.language.figures import NONE
from planner.report.paper import ROWS, lay_paper
from planner.report.plan.sentences import titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Column, Page
    from planner.studies.stress.stress import Availability, Stress, Stressed

DAYS = 365.0


def summarise_stress(stress: Stress) -> dict[str, Any]:
    """Return a stress by the keys of ``planner stress --json``; all are always there, None where nothing is known."""
    return {
        "scenario": stress.inputs.scenario.id,
        "variant": stress.inputs.variant,
        "year": stress.year,
        "failures": [
            {
                "fails": list(each.fails), "probability": each.probability, "lost_pflops": each.lost_pflops,
                "lost_gbps": each.lost_gbps, "background_lost_gbps": each.background_lost_gbps,
                "penalty_usd": each.penalty_usd, "background_penalty_usd": each.background_penalty_usd,
                "cut_off": list(each.cut_off), "lost_by_country": dict(each.by_country),
            }
            for each in stress.failures
        ],
        "pairs_left_out": stress.pairs_left_out,
        "availability": [
            {
                "country": each.country, "workload": each.workload, "minutes_lost_per_year": each.minutes_lost,
                "minutes_with_any_loss": each.minutes_any, "half_width_minutes": each.half_width,
                "at_most_more_minutes": each.at_most_more,
            }
            for each in stress.availability
        ],
        "unserved_pflops_hours": stress.unserved_pflops_hours,
        "penalty_usd": stress.penalty_usd,
        "penalty_half_width_usd": stress.penalty_half_width_usd,
        "background_penalty_usd": stress.background_penalty_usd,
        "method": stress.method,
        "remaining_probability": stress.remaining,
        "draws": stress.draws,
        "goal_met": stress.goal_met,
        "seed": stress.seed,
        "down_on_average": stress.down_on_average,
        "rates": [
            {
                "name": each.name, "fails_per_year": each.fails_per_year, "repair_hours": each.repair_hours,
                "down": each.down, "assumed": each.assumed,
            }
            for each in stress.breakable
        ],
        "assumed": {
            kind: {"per_1000_km": rate.per_1000_km, "repair_hours": rate.repair_hours, "source": rate.source}
            for kind, rate in DEFAULT_RATES.items()
        },
    }  # fmt: skip


def print_stress(
    stress: Stress, *, console: Console | None = None, full: bool = False, language: Language | None = None
) -> None:
    """Print a stress: what is expected in a year, the worst failures, the likeliest pairs, who waits how long."""
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    title, lines = titles(stress.inputs, language)
    page.title("\n".join([title, *lines]))
    page.say(language.run_on(_answer(stress, language)), style="bold")
    singles = [each for each in stress.failures if len(each.fails) == 1]
    costly = [each for each in singles if each.costs_something]
    page.heading(text("The worst failures, each alone, {year}", year=stress.year))
    page.table(_failures(costly, language), left=(0, 5), rest="")
    if len(costly) < len(singles):
        page.say(
            language.texts(
                "{count} more failure costs nothing: what it touches finds another way.",
                "{count} more failures cost nothing: what they touch finds another way.",
                len(singles) - len(costly),
            )
        )
    pairs = [each for each in stress.failures if len(each.fails) == 2 and each.costs_something]
    if pairs:
        page.heading(text("The likeliest pairs that cost something"))
        page.table(_failures(pairs, language), left=(0, 5), rest="")
    _availability(stress, page)
    page.bullets(text("Notes"), _notes(stress, language))


def _answer(stress: Stress, language: Language) -> list[str]:
    """Say what is expected in a year."""
    text, currency = language.text, stress.inputs.scenario.finance.currency
    said = [
        text(
            "In an average year {amount} PFLOPS-hours of what the plan serves are lost to failures, which counts"
            " {penalty}.",
            amount=language.number(stress.unserved_pflops_hours),
            penalty=language.money(stress.penalty_usd, currency),
        )
    ]
    if stress.background_penalty_usd:
        said.append(
            text("Everybody else's traffic loses {usd}.", usd=language.money(stress.background_penalty_usd, currency))
        )
    if stress.draws:
        said.append(
            text(
                "States that were not enumerated ({share} of the time) were sampled, {count} of them: 95 % interval"
                " ± {half}.",
                share=language.percentage(stress.remaining),
                count=language.number(stress.draws),
                half=language.money(stress.penalty_half_width_usd, currency),
            )
        )
    else:
        share = language.percentage(stress.remaining)
        said.append(text("States are enumerated but for {share} of the time.", share=share))
    if not stress.goal_met:
        said.append(text("The interval is wider than 5 % of the figure: look at more cells, with --cells."))
    return said


def _failures(failures: Sequence[Stressed], language: Language) -> list[Column]:
    text, column = language.text, language.column
    down = [NONE if each.probability is None else language.number(DAYS * each.probability, 2) for each in failures]
    return [
        (text("fails"), ["\n".join(each.fails) for each in failures]),
        (text("PFLOPS\nlost"), column([each.lost_pflops for each in failures])),
        (text("Gbps\nlost"), column([each.lost_gbps for each in failures])),
        (text("others'\nGbps"), column([each.background_lost_gbps for each in failures])),
        (text("days\na year"), down),
        (text("cut off"), [_few(each.cut_off) for each in failures]),
    ]


def _few(names: Sequence[str]) -> str:
    """The first name, and how many more."""
    return NONE if not names else names[0] + (f" +{len(names) - 1}" if len(names) > 1 else "")


def _availability(stress: Stress, page: Page) -> None:
    """Print minutes without service, the worst first."""
    text, column = page.language.text, page.language.column
    rows: list[Availability] = sorted(
        stress.availability, key=lambda each: (-each.minutes_lost, each.country, each.workload)
    )
    if not rows:
        return
    page.heading(text("Minutes a year without service"))
    columns: list[Column] = [
        (text("country"), [each.country for each in rows]),
        (text("workload"), [each.workload for each in rows]),
        (text("lost"), column([each.minutes_lost for each in rows])),
        ("±", column([each.half_width for each in rows])),
        (text("at most\nmore"), column([each.at_most_more for each in rows])),
        (text("with any\nloss"), column([each.minutes_any for each in rows])),
    ]
    page.table(columns, left=(0, 1), rest="")
    page.say(
        text(
            "Lost: minutes weighed by the share of the workload that is not served. With any loss: minutes in which"
            " anything of it is not served."
        )
    )


def _notes(stress: Stress, language: Language) -> list[str]:
    text = language.text
    assumed = sum(each.assumed for each in stress.breakable)
    said = [
        text("Builds and choices are held, flows are found again; training waits and is in none of these figures."),
        text(
            "Links fail by themselves and independently, {count} of them are down on average. Sites and risks do so"
            " only where fails_per_year and repair stand.",
            count=language.number(stress.down_on_average),
        ),
    ]
    if assumed:
        rates = DEFAULT_RATES
        silent = language.texts(
            "For {count} link nothing is said, and a rate is assumed.",
            "For {count} links nothing is said, and rates are assumed.",
            assumed,
        )
        figures = text(
            "Submarine: {wet} faults per 1,000 km and year, {wet_days} days to repair; terrestrial: {dry} and"
            " {dry_hours} hours.",
            wet=language.number(rates["submarine"].per_1000_km),
            wet_days=language.number(rates["submarine"].repair_hours / 24),
            dry=language.number(rates["terrestrial"].per_1000_km),
            dry_hours=language.number(rates["terrestrial"].repair_hours),
        )
        said.append(language.run_on([silent, figures]))
    return said
