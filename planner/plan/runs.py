"""Plans are stored as runs: a folder with a manifest, the inputs as they were read, and the tables.

* ``manifest.json``: what was asked and how it ended, and the hashes of all files that the planner wrote; only its
  `times` differ between runs of the same inputs
* ``inputs/``: copies of all files, in the same places relative to each other
* ``tables/*.csv``: the result tables; none where there is no plan
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import takewhile
from math import isfinite, nan
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Any

from planner.engine.status import Stage, Status
from planner.errors import PlannerError, RunError, is_speakable, shown
from planner.files import load_scenario
from planner.plan.csv_tables import TABLES, read_tables, write_table
from planner.plan.folders import FORMAT, MANIFEST, bring_back, check_folder, choose_folder, put_folder
from planner.plan.manifests import INPUTS, find_damage, read_manifest
from planner.plan.ownership import WRITTEN, manifest_bytes
from planner.plan.plan import Plan, Tables

if TYPE_CHECKING:
    from planner.files import InputFile, Inputs

__all__ = ["Run", "check_folder", "choose_folder", "read_manifest", "read_run", "write_run"]

DISTRIBUTION = "compute-network-planner"


@dataclass(frozen=True)
class Run:
    """A plan in a run folder, with its inputs.

    Attributes
    ----------
    manifest
        what was asked and how it ended
    inputs
        read again from the copies
    tables
        the result tables; None where there is no plan
    """

    folder: Path
    manifest: dict[str, Any]
    inputs: Inputs
    tables: Tables | None

    @property
    def status(self) -> Status:
        """What is known about the plan."""
        return Status(self.manifest["status"])

    @cached_property
    def plan(self) -> Plan:
        """The plan as it was stored: its figures have the twelve digits of the tables."""
        manifest = self.manifest
        stages = (
            Stage(each["name"], _amount(each["value"]), _amount(each["bound"]), Status(each["status"]))
            for each in manifest["stages"]
        )
        return Plan(
            inputs=self.inputs,
            status=self.status,
            objective=_amount(manifest["objective"]),
            bound=_amount(manifest["bound"]),
            gap=_amount(manifest["gap"]),
            cost_usd=manifest["cost_usd"],
            unserved_penalty_usd=manifest["unserved_penalty_usd"],
            seconds=_amount(manifest["times"]["seconds"]),
            rounds=manifest["rounds"],
            paths_generated=manifest["paths_generated"],
            solver=manifest["solver"],
            tables=self.tables,
            findings=tuple(manifest["findings"]),
            stages=tuple(stages),
            notes=tuple(manifest["notes"]),
            versions={DISTRIBUTION: manifest["planner"], **manifest["versions"]},
            background_penalty_usd=manifest["background_penalty_usd"],
            builds_given=manifest["frozen_builds"] is not None,
        )


def write_run(
    plan: Plan,
    folder: Path,
    *,
    force: bool = False,
    frozen_builds: str | PurePath | None = None,
    extras: Mapping[str, bytes] | None = None,
    written: datetime | None = None,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Write a plan as a run and return its folder, which appears whole or not at all.

    Parameters
    ----------
    folder
        where; one that is there already is kept, and the run goes to the next free number, unless `force`; what is not
        the planner's in a run that is written over comes along
    frozen_builds
        the run whose builds the plan took as they are, if any
    extras
        further files by name, such as the report, that appear together with the rest
    written
        the moment that the manifest gives; by default now
    tell
        takes a line for each sort of files that came along

    Raises
    ------
    RunError
        where it cannot be written, or `force` would write over what is not a run
    """
    names, passed = lay_out([file.path for file in plan.inputs.files])
    tables = {} if plan.tables is None else {
        TABLES / f"{name}.csv": write_table(name, frame).encode() for name, frame in plan.tables.items()
    }  # fmt: skip
    copies: dict[PurePosixPath, InputFile] = dict(zip(names, plan.inputs.files, strict=True))
    described = _describe(plan, copies, tables, frozen_builds, written or datetime.now(UTC))
    further = {PurePosixPath(name): data for name, data in (extras or {}).items()}
    described[WRITTEN] = {str(name): hashlib.sha256(data).hexdigest() for name, data in further.items()}
    files = {INPUTS / name: file.data for name, file in copies.items()} | tables | further
    files[PurePosixPath(MANIFEST)] = manifest_bytes(described)
    return put_folder(folder, files, [INPUTS / each for each in passed], force=force, tell=tell)


def _describe(
    plan: Plan,
    copies: dict[PurePosixPath, InputFile],
    tables: dict[PurePosixPath, bytes],
    frozen_builds: str | PurePath | None,
    written: datetime,
) -> dict[str, object]:
    """Return the manifest; what differs from run to run stands under `times` alone."""
    inputs = plan.inputs
    return {
        "run": FORMAT,
        "planner": plan.versions.get(DISTRIBUTION, ""),
        "versions": {name: version for name, version in plan.versions.items() if name != DISTRIBUTION},
        "solver": plan.solver,
        "scenario": inputs.scenario.id,
        "title": inputs.scenario.title,
        "variant": inputs.variant,
        "overrides": list(inputs.overrides),
        "frozen_builds": None if frozen_builds is None else PurePath(frozen_builds).as_posix(),
        "status": plan.status.value,
        "objective_name": plan.objective_name,
        "objective": finite(plan.objective),
        "bound": finite(plan.bound),
        "gap": finite(plan.gap),
        "stages": [
            {"name": name, "value": finite(value), "bound": finite(bound), "status": status.value}
            for name, value, bound, status in plan.stages
        ],
        "cost_usd": dict(plan.cost_usd),
        "unserved_penalty_usd": plan.unserved_penalty_usd,
        "background_penalty_usd": plan.background_penalty_usd,
        "rounds": plan.rounds,
        "paths_generated": plan.paths_generated,
        "findings": list(plan.findings),
        "notes": list(plan.notes),
        "inputs": [{"file": str(name), "role": file.role, "sha256": file.sha256} for name, file in copies.items()],
        "tables": {name.stem: hashlib.sha256(data).hexdigest() for name, data in tables.items()},
        "times": {"seconds": plan.seconds, "written": written.isoformat(timespec="seconds")},
    }


def finite(value: float) -> float | None:
    """Return a plain number as JSON takes it, or None where it is infinite or not known."""
    return float(value) if isfinite(value) else None


def _amount(value: float | None) -> float:
    return nan if value is None else value


def lay_out(paths: Iterable[Path]) -> tuple[list[PurePosixPath], list[PurePosixPath]]:
    """Return a name for the copy of each file, and the folders that the ways from file to file pass.

    The copies stand to each other as the files do, so that `../topologies/x.yaml` written in one of them finds the
    other; a way may pass a folder that holds none of them (`../old/../topologies`), which has to be there too.
    """
    places: list[tuple[str, ...]] = []
    passed: set[tuple[str, ...]] = set()
    folders: dict[tuple[str, ...], tuple[str, ...]] = {}
    for path in paths:
        parts = (Path.cwd() / path).parts
        base = max((folder for folder in folders if parts[: len(folder)] == folder), key=len, default=())
        place = folders[base] if base else Path(os.path.normpath(Path(*parts[:-1]))).parts
        passed.add(place)
        for step in parts[len(base) : -1] if base else ():
            place = place[:-1] if step == ".." else (*place, step)
            passed.add(place)
        folders.setdefault(parts[:-1], place)
        places.append((*place, parts[-1]))
    first, last = min(passed), max(passed)  # what the two have in common, all between them have
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))
    return [_name(place[common:]) for place in places], [_name(each[common:]) for each in sorted(passed)]


def _name(parts: Iterable[str]) -> PurePosixPath:
    """Return a relative name of parts, of which the first may be a drive, and any a folder whose name is no UTF-8."""
    texts = (part if is_speakable(part) else shown(part).replace("\\", "_") for part in parts)
    return PurePosixPath(*(part.strip(":/\\") or "root" for part in texts))


def read_run(folder: Path, *, altered: bool = False) -> Run:
    """Read a run: the scenario from its copies, and the tables.

    Parameters
    ----------
    altered
        read it also where its files are not as they were written, to say what is wrong with it

    Raises
    ------
    RunError
        where the folder is no run, is damaged so that it cannot be read, or was changed after it was written
    """
    folder = Path(folder)
    bring_back(folder)
    manifest = read_manifest(folder)
    inputs = _load_copies(folder, manifest)
    tables = read_tables(folder, manifest) if manifest["tables"] else None
    run = Run(folder, manifest, inputs, tables)
    if not altered:
        _check_whole(run)
    return run


def _check_whole(run: Run) -> None:
    """Refuse a run that is not the one that was written: what it holds need not fit together."""
    link = next(_links(run.folder), None)
    if link is not None:  # reports and exports would be written to where it leads
        raise RunError(f"{link} is a link, and a run holds none: put there what it leads to")
    damage = ", ".join(find_damage(run.folder, run.manifest))
    if damage:
        raise RunError(f"{run.folder} is not as it was written: {damage}; solve again, or ask planner verify")
    if run.tables is None and run.status.has_plan:
        raise RunError(f"{run.folder} is damaged: it is {run.status.value} and has no tables")


def _links(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (path for name in (*folders, *files) if (path := Path(place, name)).is_symlink())


def _load_copies(folder: Path, manifest: dict[str, Any]) -> Inputs:
    scenario = folder / INPUTS / manifest["inputs"][0]["file"]
    try:
        inputs = load_scenario(scenario, variant=manifest["variant"], overrides=manifest["overrides"])
    except PlannerError as error:
        raise RunError(f"{folder}: the inputs cannot be read again:\n{error}") from None
    kept, here = {entry["sha256"] for entry in manifest["inputs"]}, (folder / INPUTS).resolve()
    for file in inputs.files:  # a file named by an absolute path is read where it lay
        if file.sha256 not in kept and not file.path.resolve().is_relative_to(here):
            raise RunError(f"{folder}: {file.path} lies outside the run and has changed since")
    return inputs
