"""Manifests of runs: read, and checked for what they have to hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from planner.engine.status import Status
from planner.errors import RunError
from planner.files.reading.text import trouble_in
from planner.plan.csv_tables import FIRST_TABLES, TABLES
from planner.plan.folders import FORMAT, MANIFEST
from planner.plan.ownership import WRITTEN

INPUTS = PurePosixPath("inputs")
LARGEST = 1e100
"""No figure of a plan comes near it; larger ones would make sums infinite."""
SHAPES: dict[str, type | tuple[type, ...]] = {
    "scenario": str, "variant": (str, type(None)), "overrides": list, "frozen_builds": (str, type(None)),
    "status": str, "objective_name": str, "objective": (int, float, type(None)), "bound": (int, float, type(None)),
    "stages": list, "cost_usd": dict, "unserved_penalty_usd": (int, float), "notes": list, "inputs": list,
    "tables": dict, "gap": (int, float, type(None)), "rounds": int, "paths_generated": int, "solver": str,
    "findings": list, "versions": dict, "planner": str, "times": dict,
}  # fmt: skip
"""What reading a run relies on in its manifest."""
LATER: dict[str, Any] = {WRITTEN: {}, "background_penalty_usd": 0.0}
"""Keys that a later version of the planner added, with what stands for them in a run of before."""


def find_damage(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    """Yield the files of a run that are gone, or not as they were written."""
    copies = {INPUTS / entry["file"]: entry["sha256"] for entry in manifest["inputs"]}
    tables = {TABLES / f"{name}.csv": digest for name, digest in manifest["tables"].items()}
    for name, digest in (copies | tables).items():
        file = folder / name
        if not file.is_file():
            yield f"{name} is missing"
        elif hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            yield f"{name} was changed after the run was written"


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a run; raises RunError where there is none, or it is damaged."""
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_bytes(), parse_constant=_refuse)
    except FileNotFoundError:
        raise RunError(f"{folder} is no run: there is no {MANIFEST}") from None
    except OSError as error:
        raise RunError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise RunError(f"{file} is damaged: {error}") from None
    if trouble := trouble_in(manifest):
        raise RunError(f"{file} is damaged: it {trouble}")
    if not isinstance(manifest, dict) or "run" not in manifest:
        raise RunError(f"{file} is no manifest of a run")
    if manifest["run"] != FORMAT:
        raise RunError(f"{file} has the format {manifest['run']}, and this version of the planner reads {FORMAT}")
    manifest = {**LATER, **manifest}
    shapes = SHAPES | {key: type(value) for key, value in LATER.items()}
    wrong = [key for key, shape in shapes.items() if not isinstance(manifest.get(key, ...), shape)]
    if wrong or not _is_sound(manifest):
        raise RunError(f"{file} is damaged: {', '.join(wrong) or 'its lists'} cannot be read")
    return manifest


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number of JSON")


def _is_sound(manifest: dict[str, Any]) -> bool:
    """Tell whether the lists of a manifest hold what they should, and name no file outside the run."""
    texts = (
        *manifest["overrides"], *manifest["notes"], *manifest["tables"].values(), *manifest["findings"],
        *manifest["versions"].values(),
    )  # fmt: skip
    return (
        manifest["status"] in set(Status)
        and (not manifest["tables"] or manifest["tables"].keys() >= FIRST_TABLES)
        and all(re.fullmatch(r"\w+", name) for name in manifest["tables"])
        and all(isinstance(text, str) for text in texts)
        and all(_is_amount(usd) for usd in (*manifest["cost_usd"].values(), manifest["unserved_penalty_usd"]))
        and _is_amount(manifest["background_penalty_usd"])
        and all(manifest[key] is None or _is_amount(manifest[key]) for key in ("objective", "bound", "gap"))
        and _is_amount(manifest["times"].get("seconds"))
        and all(map(_is_stage, manifest["stages"]))
        and bool(manifest["inputs"])
        and all(
            _has_texts(entry, "file", "role", "sha256")
            and ".." not in PurePosixPath(entry["file"]).parts
            and not PurePosixPath(entry["file"]).is_absolute()
            for entry in manifest["inputs"]
        )
    )


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and abs(value) < LARGEST


def _is_stage(stage: object) -> bool:
    if not isinstance(stage, dict) or not _has_texts(stage, "name", "status") or stage["status"] not in set(Status):
        return False
    return all(key in stage and (stage[key] is None or _is_amount(stage[key])) for key in ("value", "bound"))


def _has_texts(entry: object, *keys: str) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(key), str) for key in keys)
