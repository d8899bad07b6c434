"""Checks of a run: its copies are those that were read, its tables those that were written, and the plan is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.plan import phrases
from planner.plan.csv_tables import find_missing
from planner.plan.manifests import find_damage, read_manifest
from planner.plan.misfits import write_misfits
from planner.plan.notes import write_question_notes
from planner.plan.phrase_reading import read_phrase
from planner.plan.runs import lay_out, read_run
from planner.plan.verify.checks import verify_plan
from planner.plan.verify.claims import asked_objectives
from planner.programme.prepare import prepare

if TYPE_CHECKING:
    from planner.plan.runs import Run


def verify_run(folder: str | Path) -> list[str]:
    """Return what is wrong with a run, a sentence each; an empty list means that nothing is.

    Raises
    ------
    RunError
        where the folder is no run, or is damaged so that it cannot be read
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    damaged = list(find_damage(folder, manifest))
    if any("is missing" in fault for fault in damaged):
        return damaged
    if manifest["tables"] and (lacks := find_missing(folder, manifest)):
        return [*damaged, *lacks]
    run = read_run(folder, altered=True)
    faults = [*manifest_faults(run), *copy_faults(run), *verify_plan(run.plan)]
    if run.tables is not None:
        faults += note_faults(run)
    return [*damaged, *faults]


def manifest_faults(run: Run) -> Iterator[str]:
    """Yield where the manifest says of the question something else than the copies of its files."""
    manifest, scenario = run.manifest, run.inputs.scenario
    right = {"scenario": scenario.id, "title": scenario.title, "objective_name": scenario.objective[0]}
    for key, value in right.items():
        if manifest.get(key) != value:
            yield f"manifest: {key} is {value!r}, and it says {manifest.get(key)!r}"
    names, asked = [stage["name"] for stage in manifest["stages"]], asked_objectives(run.inputs)
    if run.tables is not None and names != asked:
        yield f"manifest: the objectives are {', '.join(asked)} in this order, and it says {', '.join(names)}"


def copy_faults(run: Run) -> Iterator[str]:
    """Yield inputs that were read and are not in the manifest, or in another part, and files that nobody wrote."""
    names, _ = lay_out([file.path for file in run.inputs.files])
    listed = {entry["sha256"]: entry["role"] for entry in run.manifest["inputs"]}
    for name, file in zip(names, run.inputs.files, strict=True):
        if file.sha256 not in listed:
            yield f"manifest: {name} is read with the inputs, and it is not among them"
        elif listed[file.sha256] != file.role:
            yield f"manifest: {name} is a {file.role} file, and it says {listed[file.sha256]}"
    read = {file.sha256 for file in run.inputs.files}
    for entry in run.manifest["inputs"]:
        if entry["sha256"] not in read:
            yield f"manifest: {entry['file']} is among the inputs, and nothing reads it"


def note_faults(run: Run) -> Iterator[str]:
    """Yield where the notes are not those of question and tables; what surviving costs only a solver can tell."""
    stated = run.manifest["notes"]
    right = [*write_question_notes(run.inputs, prepare(run.inputs))]
    if run.tables is not None:
        right += write_misfits(run.inputs, run.tables)
    if run.manifest["frozen_builds"] is not None:
        right.append(phrases.FROZEN_BUILDS.say(run=run.manifest["frozen_builds"]))
    if any(stage["name"] != "cost" for stage in run.manifest["stages"]):
        right.append(phrases.HELD.say())
    for note in right:
        if note not in stated:
            yield f"notes: it is not said that: {note}"
    failing, alone = bool(run.inputs.scenario.contingencies), len(run.manifest["stages"]) == 1
    surviving = [note for note in stated if (said := read_phrase(note)) and said.phrase in SURVIVED]
    if failing and alone and run.status is Status.OPTIMAL and len(surviving) != 1:
        yield "notes: what surviving the failures costs is to be said once"
    for note in stated:
        said = read_phrase(note)
        if note not in right and (said is None or said.phrase not in SOLVED_NOTES):
            yield f"notes: nothing in the question says that: {note}"


SURVIVED = (phrases.SURVIVING, phrases.SURVIVING_ABOUT)
SOLVED_NOTES = (*SURVIVED, phrases.UNSURVIVED)
"""Notes that only a solver can tell."""
