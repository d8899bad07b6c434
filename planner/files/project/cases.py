"""The cases that come with the planner: each a question that solves, and a project to begin with.

``planner/library`` stands for the folders ``demand``, ``examples`` and ``topologies``: the package takes them along.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from planner.errors import UsageError, did_you_mean
from planner.files.changing.writing import put_files
from planner.files.reading.catalogue import open_shipped
from planner.files.reading.load import load_scenario
from planner.files.reading.tree import child, items, plain

__all__ = ["Case", "load_cases", "write_case"]

SHIPPED = "planner"
INDEX = "library/examples/cases/index.yaml"
SCENARIO = "scenario.yaml"
SCHEMAS = ("topology.json", "demand.json", "scenario.json")
_UPWARDS = re.compile(r"(?:\.\./)+(topologies|demand)/")
_TO_SCHEMA = re.compile(r"(\$schema=)(?:\.\./)+planner/files/schemas/")
_PARENT = re.compile(r"^(extends: )(?:\.\./)+", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """A question that the planner brings along.

    Attributes
    ----------
    scenario
        Where its scenario lies; it solves as it is.
    question
        What it asks, in a line.
    system
        The system of the founding report that it speaks of.
    """

    id: str
    scenario: Path
    question: str
    system: str


@cache
def load_cases() -> dict[str, Case]:
    """Return the cases by id, in the order of their index."""
    folder = Path(str(files(SHIPPED) / INDEX)).resolve().parent
    with open_shipped(SHIPPED, INDEX) as (_, root):
        records = {name: plain(node) for name, _, node in items(child(root, "cases"))}
    return {
        name: Case(name, (folder / each["scenario"]).resolve(), each["question"], each["system"])
        for name, each in records.items()
    }


def write_case(folder: Path, name: str) -> list[Path]:
    """Write a case as a project of its own into a new or empty folder, and return its files.

    The scenario comes first, as ``scenario.yaml``; its topologies and demands lie in folders of their own beside it.

    Raises
    ------
    UsageError
        where the folder holds anything, or there is no such case
    RunError
        where it cannot be written
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: give a new folder")
    cases = load_cases()
    if name not in cases:
        raise UsageError(f"there is no case '{name}': {did_you_mean(name, cases)}")
    scenario = cases[name].scenario
    data: dict[Path, bytes] = {}
    for file in load_scenario(scenario).files:
        place = _place_of(file.path.resolve(), scenario)
        data[folder / place] = _moved(file.data.decode(), place).encode()
    data |= {folder / "schemas" / file: (files("planner.files.schemas") / file).read_bytes() for file in SCHEMAS}
    return put_files(data)


def _place_of(path: Path, scenario: Path) -> Path:
    """Return where a file of a case stands in its project: what is no scenario stands in the folder of its sort."""
    if path == scenario:
        return Path(SCENARIO)
    return Path(path.parent.name, path.name) if path.parent.name in ("topologies", "demand") else Path(path.name)


def _moved(text: str, place: Path) -> str:
    """Return the text of a file with the paths in it as they are in a project."""
    up = "../" * (len(place.parts) - 1)
    text = _TO_SCHEMA.sub(rf"\g<1>{up}schemas/", text)
    return text if up else _PARENT.sub(r"\1", _UPWARDS.sub(r"\1/", text))
