"""Which files of a run folder the planner wrote, and which are the user's own: the latter are never lost.

The manifest lists what was written with the run (inputs, tables, report), and what was written into it since (reports
in other languages, pictures, exports), each with its hash. Whatever is not in that list, or is not as it is there,
is the user's own.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from planner.errors import RunError, shown
from planner.files.changing.writing import alone, put_file, put_files
from planner.plan.marks import is_marked

MANIFEST = "manifest.json"
WRITTEN = "written"
"""Key of the manifest: hashes of the files that are neither inputs nor tables, by name."""
HALF_WRITTEN = re.compile(r"\..+\.[0-9a-f]{8}\.(part|old)")
"""What a file is called that a process left behind which was killed while it wrote."""
PLANNERS_NAMES = re.compile(
    r"manifest\.json|report(\.[a-z]{2})?\.html|tables/\w+\.csv|exports/(csv/\w+\.csv|parquet/\w+\.parquet"
    r"|geojson/\w+\.geojson|plan\.(xlsx|graphml))|pictures/(map-\d{4}|[a-z]+)(\.[a-z]{2})?\.(png|svg|pdf)"
)
"""Names that the planner gives; under one of them somebody's own file would pass for part of another plan."""
ENCLOSING = 4
"""How many folders above a file its run may be."""


def read_list(folder: Path) -> dict[PurePosixPath, str] | None:
    """Return the hashes of the files that the planner wrote into a run, by name; None where it is no run."""
    manifest = _manifest(folder)
    if manifest is None:
        return None
    inputs = {f"inputs/{each['file']}": each["sha256"] for each in _entries(manifest.get("inputs"))}
    tables = {f"tables/{name}.csv": digest for name, digest in _texts(manifest.get("tables")).items()}
    found = inputs | tables | _texts(manifest.get(WRITTEN))
    return {PurePosixPath(name): digest for name, digest in found.items()}


def _manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("run"), int) else None


def _entries(listed: object) -> list[dict[str, str]]:
    entries = [_texts(each) for each in listed] if isinstance(listed, list) else []
    return [each for each in entries if {"file", "sha256"} <= each.keys()]


def _texts(found: object) -> dict[str, str]:
    items = found.items() if isinstance(found, dict) else ()
    return {name: text for name, text in items if isinstance(text, str)}


def find_foreign_files(folder: Path) -> Iterator[tuple[PurePosixPath, PurePosixPath]]:
    """Yield the files of a run that the planner did not write as they are, with the names they may keep in a new run.

    One that was changed, or has a name that the planner gives, is called `NAME.yours` there.
    """
    listed = read_list(folder) or {}
    for name in files_in(folder):
        known = listed.get(name)
        if name.as_posix() == MANIFEST or HALF_WRITTEN.fullmatch(name.name) or known == _digest(folder / name):
            continue
        taken = known is not None or PLANNERS_NAMES.fullmatch(name.as_posix())
        yield name, next(alternative_names(name)) if taken else name


def files_in(folder: Path) -> Iterator[PurePosixPath]:
    """Yield the names of all files under a folder, links among them."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        yield from (PurePosixPath(Path(place, name).relative_to(folder)) for name in sorted([*files, *links]))


def alternative_names(name: PurePosixPath) -> Iterator[PurePosixPath]:
    """Yield names for a file whose own is taken: plan.yours.xlsx, plan.yours-2.xlsx, ..."""
    number = 1
    while True:
        yield name.with_name(f"{name.stem}.yours{f'-{number}' if number > 1 else ''}{name.suffix}")
        number += 1


def _digest(file: Path) -> str:
    return "" if file.is_symlink() or not file.is_file() else sha256(file.read_bytes()).hexdigest()


def write_products(files: Mapping[Path, bytes]) -> list[Path]:
    """Write files that are made of plans, all or none, over those of before, and over nothing else; return their paths.

    In a run folder it is known which files are ours; elsewhere they are recognised by the marks that they hold.

    Raises RunError where a file stands in a place that the planner did not write as it is, or one cannot be written.
    """
    for path, data in files.items():
        if path.is_file() and not _may_replace(path, data):
            raise RunError(
                f"{shown(path)} is there, and is not as the planner writes it: it is left as it is; move it away, or"
                " give another place"
            )
    put_files(files)
    _remember(files)
    return [*files]


def _may_replace(path: Path, new: bytes) -> bool:
    """Tell whether what stands in a place may go: it is the same, it is on its run's list, or it bears our mark."""
    try:
        old = path.read_bytes()
    except OSError as error:
        raise RunError(f"{shown(path)} cannot be read: {error.strerror}") from None
    run = _run_of(path)
    listed = None if run is None else (read_list(run) or {}).get(_name_in(run, path))
    if old == new:
        return True
    return is_marked(path, old, new) if listed is None else listed == sha256(old).hexdigest()


def _run_of(path: Path) -> Path | None:
    """Return the run folder that a file lies in."""
    above = [*path.absolute().parents][:ENCLOSING]
    return next((folder for folder in above if _manifest(folder) is not None), None)


def _name_in(run: Path, path: Path) -> PurePosixPath:
    return PurePosixPath(path.absolute().relative_to(run).as_posix())


def _remember(files: Mapping[Path, bytes]) -> None:
    """List files in the manifests of the runs that they lie in."""
    by_run: dict[Path, dict[str, str]] = {}
    for path, data in files.items():
        if (run := _run_of(path)) is not None:
            by_run.setdefault(run, {})[str(_name_in(run, path))] = sha256(data).hexdigest()
    for run, digests in by_run.items():
        with suppress(RunError), alone(run / MANIFEST):  # unlisted, they count as somebody's own: nothing is lost
            manifest = _manifest(run)
            if manifest is not None:
                listed = {**_texts(manifest.get(WRITTEN)), **digests}
                put_file(run / MANIFEST, manifest_bytes({**manifest, WRITTEN: dict(sorted(listed.items()))}))


def manifest_bytes(manifest: Mapping[str, object]) -> bytes:
    """Return a manifest as it is written."""
    return (json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
