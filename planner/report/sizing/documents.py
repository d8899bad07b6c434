"""A sizing in files: a page, a workbook, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.plan.runs import finite
from planner.report.exports.about import UNITS_CONVENTION
from planner.report.language.speech import Language, speak
from planner.report.sizing.words import answer, answer_sentences, notes

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from planner.studies.size import Sizing


def write_sizing(
    sizing: Sizing,
    *,
    html: Path | None = None,
    xlsx: Path | None = None,
    pictures: Mapping[str, Path] | None = None,
    stopped: str = "",
    language: Language | None = None,
    basemap: Path | None = None,
) -> list[Path]:
    """Write a sizing to the places given, and return the files; nothing is written where any cannot be made.

    Parameters
    ----------
    html, xlsx
        files: a page, a workbook with all tables
    pictures
        folders by format, among png, svg and pdf: the charts go there
    stopped
        what ended the study before its end: "interrupted" or "time limit reached"
    language, basemap
        of the page and the pictures, as in `render_sizing`

    Raises
    ------
    RunError
        where a file cannot be written, or would replace one that is no sizing of before
    UsageError
        where there is nothing to draw, or no font has the letters of a name
    """
    from planner.plan.ownership import write_products
    from planner.report.sizing.page import render_sizing
    from planner.report.sizing.pictures import draw_sizing

    found: dict[Path, bytes] = {}
    if html is not None:
        found[html] = render_sizing(sizing, stopped=stopped, language=language, basemap=basemap).encode()
    if xlsx is not None:
        found[xlsx] = sizing_workbook(sizing, language=language)
    for format_, folder in (pictures or {}).items():
        found |= draw_sizing(sizing, folder, [format_], language or speak())
    return write_products(found)


def sizing_workbook(sizing: Sizing, *, language: Language | None = None) -> bytes:
    """Return a sizing as a workbook, a sheet for each table; numbers stay numbers, columns have their units' names."""
    from planner.report.exports.sheets import write_workbook

    tables = {"about": _about(sizing, language or speak()), **sizing_tables(sizing)}
    return write_workbook({name: frame for name, frame in tables.items() if len(frame)})


def sizing_tables(sizing: Sizing) -> dict[str, pd.DataFrame]:
    """Return the tables of a sizing: years, members, sites, cost, pooling, worth, what is left out, the plans."""
    import pandas as pd

    from planner.report.plan.facts.answer import cost_by_term
    from planner.studies.alterations import home_of

    cheapest, last = sizing.least_cost, sizing.inputs.scenario.years[-1]
    spent = {} if cheapest is None or cheapest.tables is None else cost_by_term(cheapest)
    gains = {} if sizing.pooling is None else sizing.pooling.gains
    return {
        "years": sizing.years,
        "members": sizing.members,
        "sites": sizing.places,
        "cost": pd.DataFrame(list(spent.items()), columns=["term", "cost_usd"]),
        "pooling": pd.DataFrame(
            [(cause, worth.usd, worth.spent_usd, worth.penalty_usd) for cause, worth in gains.items()],
            columns=["saved_by", "saves_usd", "spent_less_usd", "penalty_less_usd"],
        ),
        "worth": sizing.worth,
        "left_out": pd.DataFrame(
            [
                (home_of(sizing.inputs, row.origin), row.origin, row.workload, row.amount.growing_at(last))
                for row in sizing.left_out
            ],
            columns=["country", "origin", "workload", f"pflops_{last}"],
        ),
        "plans": pd.DataFrame(
            [(name, plan.status.value, plan.objective_name, finite(plan.gap)) for name, plan in sizing.plans.items()],
            columns=["plan", "status", "objective", "gap"],
        ),
    }


def _about(sizing: Sizing, language: Language) -> pd.DataFrame:
    """Return what was asked, the answer, and what it stands on."""
    import pandas as pd

    scenario = sizing.inputs.scenario
    rows: list[tuple[str, object]] = [
        ("scenario", scenario.id), ("title", scenario.title), ("variant", sizing.inputs.variant),
        *(("changed value", override) for override in sizing.inputs.overrides),
        ("years", ", ".join(map(str, scenario.years))), ("status", sizing.status.value),
        ("target_pflops", sizing.target_pflops), ("exhausted_year", sizing.exhausted), ("answer", answer(sizing)),
    ]  # fmt: skip
    if language.code != "en":
        rows.append((f"answer ({language.code})", language.run_on(answer_sentences(sizing, language))))
    rows += [("note", note) for note in notes(sizing, speak())]
    rows += [("finding", finding) for finding in sizing.findings]
    if sizing.least_cost is not None:
        rows += [(f"version of {name}", version) for name, version in sizing.least_cost.versions.items() if version]
    rows += [(f"sha256 of {file.path.name}", file.sha256) for file in sizing.inputs.files]
    rows += [("units", sentence) for sentence in UNITS_CONVENTION]
    return pd.DataFrame(rows, columns=["what", "value"], dtype=object)
