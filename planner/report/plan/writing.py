"""Runs with their reports: written together, and reports written anew in other languages or on other maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from planner.plan import runs
from planner.plan.csv_tables import DIGITS, FLAGS, INTEGERS, TEXTS
from planner.plan.ownership import write_products
from planner.plan.plan import Tables
from planner.plan.runs import read_run
from planner.report.language.speech import speak
from planner.report.plan.page.rendering import render_report

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.plan.runs import Run
    from planner.report.language.speech import Language

REPORT = "report.html"


def write_run(
    plan: Plan,
    folder: Path,
    *,
    force: bool = False,
    frozen_builds: str | PurePath | None = None,
    report: bool = True,
    extras: Mapping[str, bytes] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Keep a plan as a run with its report, and return its folder, which appears whole or not at all.

    Parameters
    ----------
    folder
        where; one that is there already is kept, and the run goes to the next free number, unless `force`; what is not
        the planner's in a run that is written over comes along
    frozen_builds
        the run whose builds the plan took as they are, if any
    report
        whether ``report.html`` is written too, in English
    extras
        further files by name
    tell
        takes a line for each sort of files that came along

    Raises
    ------
    RunError
        where it cannot be written, or `force` would write over what is not a run
    """
    folder, written = Path(folder), datetime.now(UTC).replace(microsecond=0)
    runs.check_folder(folder, force=force)

    def keep(pages: dict[str, bytes]) -> Path:
        files = {**(extras or {}), **pages}
        return runs.write_run(
            plan, folder, force=force, frozen_builds=frozen_builds, extras=files, written=written, tell=tell
        )  # fmt: skip

    if not report:
        return keep({})
    try:
        page = render_report(_as_written(plan), written=written)
    except Exception as error:  # a bug, and no reason to lose what may have taken hours to solve
        error.add_note(f"The plan itself is kept in {keep({})}.")
        raise
    return keep({REPORT: page.encode()})


def write_report(
    run: Path | Run, *, language: Language | None = None, basemap: Path | None = None, file: Path | None = None
) -> Path:
    """Write the report of a kept run anew and return its path.

    Parameters
    ----------
    run
        the run folder, or the run as it was read
    language
        as `planner.speak` returns it; by default English
    basemap
        a GeoJSON file with land in place of the shipped one; a path called ``none`` draws none
    file
        where to write; by default report.html in the run folder, report.zh.html in another language

    Raises
    ------
    RunError
        where the folder is no run, is damaged, or the report cannot be written, or would replace what the planner did
        not write
    InputError, UsageError
        where the basemap cannot be read
    """
    kept = read_run(Path(run)) if isinstance(run, str | PurePath) else run
    language = language or speak("en")
    page = render_report(kept.plan, language=language, basemap=basemap, written=written_on(kept.manifest))
    (path,) = write_products({file or kept.folder / report_name(language): page.encode()})
    return path


def report_name(language: Language) -> str:
    """Return what the report is called in a run folder."""
    return REPORT if language.code == "en" else f"report.{language.code}.html"


def written_on(manifest: dict[str, Any]) -> datetime | None:
    """Return when a run was written, where its manifest says so."""
    try:
        return datetime.fromisoformat(manifest["times"]["written"])
    except (KeyError, TypeError, ValueError):
        return None


def _as_written(plan: Plan) -> Plan:
    """Return a plan with the digits that its tables are kept with, so that its report can be written again."""
    if plan.tables is None:
        return plan
    return replace(plan, tables=Tables(**{name: _rounded(frame) for name, frame in plan.tables.items()}))


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    figures = [str(name) for name in frame.columns if name not in FLAGS | INTEGERS | TEXTS]
    return frame.assign(**{name: [float(f"{value:.{DIGITS}g}") + 0.0 for value in frame[name]] for name in figures})
