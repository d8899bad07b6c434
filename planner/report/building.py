"""Demands that are built from people and models: tables for the terminal, and the objects that `--json` prints."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError, did_you_mean
from planner.report.paper import lay_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from planner.builder.benchmarks import Benchmark
    from planner.builder.building import Built
    from planner.builder.jobs import JobLoad
    from planner.builder.reckoning import Step
    from planner.builder.serving import Served
    from planner.builder.tallies import Difference, Tally
    from planner.report.paper import Page

NONE = "-"
POWERS = ((1e12, " T"), (1e9, " G"), (1e6, " M"))
HUGE = 1e15
Spread = dict[int, dict[str, float]]


def summarise_build(builds: Sequence[Built], files: Sequence[Path], spread: Spread) -> dict[str, Any]:
    """Return what is built as one object; with several futures the totals are those of the base."""
    main = next((each for each in builds if each.future == "base"), builds[0])
    return {
        "spec": main.spec.id,
        "future": main.future,
        "files": [str(file) for file in files],
        "totals": main.totals,
        "futures": {each.future: each.totals for each in builds},
        "spread": spread,
        "units": [
            {
                "country": each.origin,
                "service": each.service,
                "year": each.year,
                "amount": each.units,
                "unit": each.unit,
            }
            for each in main.served
        ],
        "left_out": [
            {"country": each.origin, "service": each.service, "year": each.year, "access": name, "people": people}
            for each in main.served
            for name, people in each.left_out.items()
        ],
        "warnings": list(main.warnings),
    }


def print_build(builds: Sequence[Built], files: Sequence[Path], spread: Spread, checks: Sequence[Benchmark]) -> None:
    """Print the totals of what is built, what it is in its own units, who is left out, and what is out of bounds."""
    page = lay_paper(None, None)
    main = next((each for each in builds if each.future == "base"), builds[0])
    page.title(f"{main.spec.id}: demand of {len(main.countries)} countries, future {main.future}")
    _print_totals(page, builds, spread)
    _print_origins(page, main)
    _print_units(page, main)
    _print_left_out(page, main)
    page.bullets("Warnings", _grouped(main.warnings))
    outside = [each for each in checks if not each.holds]
    page.say(
        f"{len(checks) - len(outside)} of {len(checks)} benchmarks hold; 'planner demand check SPEC' lists them."
        + "".join(f" Outside its band: {each.name}." for each in outside),
        gap=True,
    )
    page.bullets("Written", [str(file) for file in files])


def _print_totals(page: Page, builds: Sequence[Built], spread: Spread) -> None:
    page.heading("Mean PFLOPS", gap=False)
    years = builds[0].spec.years
    columns: list[tuple[str, Sequence[str]]] = [("year", [str(year) for year in years])]
    columns += [(each.future, [_number(each.total(year)) for year in years]) for each in builds]
    columns += [(name, [_number(spread[year][name]) for year in years]) for name in next(iter(spread.values()), {})]
    page.table(columns)
    page.say("p10, p50, p90: two hundred draws of tokens, growth, adoption and utilisation, each by itself.")


def _print_origins(page: Page, built: Built) -> None:
    page.heading("By origin")
    years, totals = built.spec.years, built.totals
    origins = list(dict.fromkeys(origin for year in years for origin in totals[year]))
    columns: list[tuple[str, Sequence[str]]] = [("origin", origins)]
    columns += [(str(year), [_number(totals[year].get(origin, 0.0)) for origin in origins]) for year in years]
    page.table(columns)


def _print_units(page: Page, built: Built) -> None:
    page.heading("In its own units, all countries, before the regional share")
    years, names = built.spec.years, list(built.spec.services)
    units = {each.service: each.unit for each in built.served}

    def whole(name: str, year: int) -> str:
        return _number(sum(each.units for each in built.served if (each.service, each.year) == (name, year)))

    columns: list[tuple[str, Sequence[str]]] = [("service", names), ("unit", [units[name] for name in names])]
    columns += [(str(year), [whole(name, year) for name in names]) for year in years]
    page.table(columns, left=(0, 1))


def _print_left_out(page: Page, built: Built) -> None:
    year = built.spec.years[0]
    lines = [
        f"{each.service} in {each.origin}: {_number(people)} users "
        + (f"with {name}" if name != "none" else "whose access nobody names")
        for each in built.served
        if each.year == year
        for name, people in each.left_out.items()
    ]
    page.bullets(f"Left out in {year}, for their access is too slow", lines)


def _grouped(warnings: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(warnings))


def print_explanation(built: Built, key: str) -> None:
    """Print every step of a figure: country/service/year or origin/job/year, within 80 columns.

    Raises UsageError where there is no such figure, with the nearest name.
    """
    found = _find(built, key)
    page = lay_paper(None, None)
    page.title(f"{key}, future {built.future}")
    steps = found.steps
    columns = [
        ("step", [step.name for step in steps]),
        ("value", [_number(step.value) for step in steps]),
        ("unit", [step.unit for step in steps]),
        ("from", [_origin(step) for step in steps]),
    ]
    page.table(columns, left=(0, 2), prose=3)


def explain(built: Built, key: str) -> dict[str, Any]:
    """Return every step of a figure as one object."""
    found = _find(built, key)
    return {"key": key, "future": built.future, "pflops": found.pflops, "steps": [asdict(step) for step in found.steps]}


def _find(built: Built, key: str) -> Served | JobLoad:
    figures: dict[str, Served | JobLoad] = {f"{e.origin}/{e.service}/{e.year}": e for e in built.served}
    figures |= {f"{e.origin}/{e.job}/{e.year}": e for e in built.jobs}
    if key not in figures:
        right = did_you_mean(key, figures, most=0) or f"write it as {next(iter(figures))}"
        raise UsageError(f"the build has no figure '{key}': {right}")
    return figures[key]


def _origin(step: Step) -> str:
    """Return where a step comes from: its formula, or its coefficient with source and range."""
    if not step.coefficient:
        return f"= {step.formula}"
    ranged = "" if step.low is None or step.high is None else f", {_number(step.low)} to {_number(step.high)}"
    source = f" [{step.source}]" if step.source else ""
    sure = f", {step.confidence}" if step.confidence else ""
    return f"{step.coefficient}{source}{ranged}{sure}"


def summarise_tallies(tallies: Iterable[Tally]) -> list[dict[str, Any]]:
    """Return the sums of a demand as a list of objects."""
    return [asdict(each) for each in tallies]


def print_tallies(title: str, tallies: Sequence[Tally], by: str, chip: str) -> None:
    """Print the sums of a demand: PFLOPS, Gbps, cards, GWh."""
    page = lay_paper(None, None)
    page.title(title)
    columns: list[tuple[str, Sequence[str]]] = [] if by == "year" else [(by, [each.key for each in tallies])]
    columns += [
        ("year", [str(each.year) for each in tallies]),
        ("PFLOPS", [_number(each.pflops) for each in tallies]),
        ("peak", [_number(each.peak_pflops) for each in tallies]),
        ("Gbps up", [_number(each.up_gbps) for each in tallies]),
        ("Gbps back", [_number(each.down_gbps) for each in tallies]),
        ("cards", [f"{each.cards:,}" for each in tallies]),
        ("GWh", [_number(each.gwh) for each in tallies]),
    ]
    page.table(columns)
    page.say(
        f"PFLOPS and Gbps are means, the peak is that of each workload's busiest hour; cards of {chip} for the peak, "
        "GWh a year of IT power for the mean.",
        gap=True,
    )


def summarise_differences(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return two demands side by side as a list of objects."""
    return [asdict(each) | {"ratio": each.ratio} for each in differences]


def print_differences(names: tuple[str, str], differences: Sequence[Difference]) -> None:
    """Print two demands side by side, with the ratio of the second to the first."""
    page = lay_paper(None, None)
    page.title(f"{names[1]} against {names[0]}, mean PFLOPS")
    heads = [
        (head, [getattr(each, head) for each in differences])
        for head in ("origin", "workload")
        if any(getattr(each, head) for each in differences)
    ]
    columns: list[tuple[str, Sequence[str]]] = [*heads, ("year", [str(each.year) for each in differences])]
    columns += [
        ("first", [_number(each.first_pflops) for each in differences]),
        ("second", [_number(each.second_pflops) for each in differences]),
        ("ratio", [_number(each.ratio) for each in differences]),
    ]
    page.table(columns, left=range(len(heads)))


def summarise_checks(checks: Iterable[Benchmark]) -> dict[str, Any]:
    """Return the benchmarks as one object."""
    told = [asdict(each) | {"ratios": each.ratios, "holds": each.holds} for each in checks]
    return {"holds": all(each["holds"] for each in told), "benchmarks": told}


def print_checks(checks: Sequence[Benchmark]) -> None:
    """Print what the builder says beside what is known, and whether their ratio lies in its band."""
    page = lay_paper(None, None)
    page.title("Benchmarks of the demand builder")
    columns = [
        ("benchmark", [f"{each.name} ({each.unit})" for each in checks]),
        ("builder", [_range(each.low, each.high) for each in checks]),
        ("known", [_number(each.known) for each in checks]),
        ("ratio", [_range(*each.ratios) for each in checks]),
        ("band", [_range(*each.band) for each in checks]),
        ("", ["ok" if each.holds else "OUTSIDE" for each in checks]),
    ]
    page.table(columns, left=(0, 5), prose=0)
    page.bullets("How to read them", [f"{each.name}: {each.why}" for each in checks if each.why][:ROWS])


ROWS = 8
"""Explanations of benchmarks that are shown."""


def _range(low: float, high: float) -> str:
    return _number(low) if low == high else f"{_number(low, 3)}-{_number(high, 3)}"


def _number(value: float | None, digits: int = 4) -> str:
    """Return a figure with a few digits: 3.29 M, 0.05, 1.3e22."""
    if value is None:
        return NONE
    if abs(value) >= HUGE:
        return f"{value:.{digits - 1}e}".replace("e+", "e")
    for power, letter in POWERS:
        if abs(value) >= power:
            return f"{value / power:.{digits}g}{letter}"
    return f"{value:,.{digits}g}" if abs(value) < 1000 else f"{float(f'{value:.{digits}g}'):,.0f}"
