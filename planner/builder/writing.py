"""What is built becomes files: the demand (YAML), its table (CSV) and its explanation (JSON)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from planner.builder.building import Built, Bundle
from planner.builder.coefficients import load_sources
from planner.builder.formulas import unserved_usd_per_pflops_year
from planner.builder.reckoning import Step
from planner.builder.spec import CUSTOMS, DemandSpec, Job, Service, Work
from planner.errors import RunError, UsageError
from planner.files.changing.writing import put_files
from planner.files.formats.yaml_text import yaml_text
from planner.profiles import PROFILES
from planner.records import identifier_word
from planner.years import Yearly

COLUMNS = ("origin", "workload", "year", "compute", "hosts", "access_rtt", "source", "confidence")
BUILT = "built"
STATE = ("government", "medical")
"""Kinds of data that are dearer to take abroad."""
DIGITS = 4


def write_demand(builds: list[Built], folder: Path, *, name: str | None = None, force: bool = False) -> list[Path]:
    """Write the files of one or several futures of a spec, all or none, and return them.

    They are called after the spec and the future, ID-FUTURE, or by the name of the demand where one is given.

    Raises
    ------
    RunError
        where one is there already and `force` does not say to write over it, or where it cannot be written
    UsageError
        where one name is given to several futures
    """
    if name is not None and len(builds) > 1:
        what = f"'{name}' would be the name of {len(builds)} futures"
        raise UsageError(f"{what}: leave the name out, or build one future")
    if name is not None:
        _check_name(name)
    files: dict[Path, bytes] = {}
    for built in builds:
        called = name or f"{built.spec.id}-{built.future}"
        files[folder / f"{called}.yaml"] = demand_text(built, called).encode()
        files[folder / f"{called}.csv"] = table_text(built).encode()
        files[folder / f"{called}.explain.json"] = explanation_text(built).encode()
    there = [path for path in files if path.exists()]
    if there and not force:
        raise RunError(f"{there[0]} is there already: give another folder with -o, or --force to write over it")
    return put_files(files)


def _check_name(name: str) -> None:
    try:
        identifier_word(name)
    except ValueError as error:
        raise UsageError(str(error)) from None


def demand_text(built: Built, name: str) -> str:
    """Return the demand file of a build, by the name of its demand."""
    spec = built.spec
    head: dict[str, Any] = {"demand": name}
    head["title"] = f"{spec.title or spec.id}, {built.future}"
    if spec.names:
        head["names"] = dict(spec.names)
    head["sources"] = _sources(built)
    head["workloads"] = {bundle.id: _workload(built, bundle) for bundle in built.bundles}
    head["table"] = f"{name}.csv"
    comment = [
        f"Built by 'planner demand build' from the spec {spec.id}, future {built.future}: change the spec instead.",
        "Amounts are the mean over the day; profiles say when it is asked for. Every step stands in the explanation.",
    ]
    return yaml_text(head, comment, sections=("sources", "workloads"))


def _sources(built: Built) -> dict[str, Any]:
    """Return the sources of all steps, and the build itself."""
    own = {BUILT: {"title": f"planner demand build, spec {built.spec.id}, future {built.future}"}}
    known = {**load_sources(), **built.spec.sources}
    cited = {step.source for each in built.loads for step in each.steps if step.source}
    cited |= {work.source for work in (*built.spec.services.values(), *built.spec.jobs.values()) if work.source}
    return own | {name: _said(known[name].model_dump(exclude_none=True)) for name in sorted(cited)}


def _said(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if value not in ("", {}) and key != "id"}


def _workload(built: Built, bundle: Bundle) -> dict[str, Any]:
    spec = built.spec
    work: Service | Job = spec.jobs[bundle.of] if bundle.training else spec.services[bundle.of]
    found: dict[str, Any] = {}
    if work.title:
        found["title"] = work.title
    if work.names:
        found["names"] = dict(work.names)
    found["kind"] = "training" if bundle.training else "inference"
    if work.data:
        found["data"] = work.data
    if isinstance(work, Service):
        found |= _words_of_service(work)
    found["traffic"] = f"{_figure(bundle.up_gbps_per_pflops)} Gbps/PFLOPS"
    found["traffic_back"] = f"{_figure(bundle.down_gbps_per_pflops)} Gbps/PFLOPS"
    if work.requires or (isinstance(work, Job) and work.kind == "hpc"):
        found["requires"] = sorted(
            {*work.requires, *(["fp64"] if isinstance(work, Job) and work.kind == "hpc" else [])}
        )
    if bundle.min_cluster_pflops:
        found |= {"min_cluster": f"{_figure(bundle.min_cluster_pflops)} PFLOPS", "split": False}
    found["unserved"] = _prices(unserved_usd(spec, work))
    found["source"] = work.source or BUILT
    found["confidence"] = work.confidence or "assumed"
    if work.note:
        found["note"] = work.note
    return found


def _words_of_service(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if service.max_rtt_ms is not None:
        found["max_rtt"] = f"{_figure(service.max_rtt_ms)} ms"
    if service.rtt_premium_per_ms:
        found["rtt_premium"] = f"{service.rtt_premium_per_ms:g} /ms"
    profile = PROFILES[CUSTOMS[service.work]] if service.profile is None else service.profile
    named = next((name for name, factors in PROFILES.items() if factors == profile), None)
    if named != "flat":
        found["profile"] = named or [f"{factor!r}" for factor in profile]
    if service.survives:
        found["survives"] = f"{service.survives:g}"
    return found


def unserved_usd(spec: DemandSpec, work: Work) -> Yearly:
    """Return what a PFLOPS-year of a service or job that nobody serves costs, as the price elsewhere changes."""
    known = spec.coefficients
    outside, first, last = known["outside-option"], min(spec.years), max(spec.years)
    rule_cost = work.rule_cost or known["rule-cost-state" if work.data in STATE else "rule-cost-personal"]
    years = {*spec.years, *(year for year, _ in outside.base.points if first < year < last)}
    return Yearly.of({
        year: unserved_usd_per_pflops_year(outside.at(year), rule_cost.at(year), work.value) for year in years
    })  # fmt: skip


def _prices(prices: Yearly) -> str | dict[str, str]:
    """Return a price as people write it: one, where it is the same in all years."""
    texts = {str(year): f"{_figure(usd / 1000)} kUSD/PFLOPS/year" for year, usd in prices.points}
    return texts if len(set(texts.values())) > 1 else next(iter(texts.values()))


def table_text(built: Built) -> str:
    """Return the table of the demands of a build."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for row in built.rows:
        rtt = "" if row.access_rtt_ms is None else f"{_figure(row.access_rtt_ms)} ms"
        for year, pflops in sorted(row.pflops.items()):
            rows.writerow((row.origin, row.workload, year, f"{_figure(pflops)} PFLOPS", "", rtt, BUILT, row.confidence))
    return text.getvalue()


def _figure(value: float) -> str:
    """Return a figure with four digits and no power of ten, as people write it."""
    text = f"{float(f'{value:.{DIGITS}g}'):.12f}"
    return text.rstrip("0").rstrip(".")


def explanation_text(built: Built) -> str:
    """Return every figure with its steps as JSON."""
    return json.dumps(explain_all(built), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def explain_all(built: Built) -> dict[str, Any]:
    """Return every figure of a build with its steps, by country/service/year and origin/job/year."""
    found: dict[str, Any] = {
        f"{each.origin}/{each.service}/{each.year}": {
            "pflops": each.pflops,
            "units": each.units,
            "unit": each.unit,
            "share": each.share,
            "left_out": each.left_out,
            "steps": [_step(step) for step in each.steps],
        }
        for each in built.served
    }
    found |= {
        f"{job.origin}/{job.job}/{job.year}": {
            "workload": job.workload,
            "pflops": job.pflops,
            "deadline_pflops": job.deadline_pflops,
            "steps": [_step(step) for step in job.steps],
        }
        for job in built.jobs
    }
    return {"spec": built.spec.id, "future": built.future, "figures": found, "warnings": list(built.warnings)}


def _step(step: Step) -> dict[str, Any]:
    return {key: value for key, value in asdict(step).items() if value not in ("", None) or key == "value"}
