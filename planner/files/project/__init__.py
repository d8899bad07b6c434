"""A small project to begin with: a topology, a demand and a scenario that solves, with a comment for every key."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from planner.errors import UsageError
from planner.files.changing.writing import put_files
from planner.records import identifier_word

__all__ = ["FILES", "write_project"]

FILES = ("topology.yaml", "demand.yaml", "scenario.yaml")
SCHEMAS = ("topology.json", "demand.json", "scenario.json")
NAME = "my-region"
"""Stands in the templates for the project's own name."""


def write_project(folder: Path, name: str | None = None) -> list[Path]:
    """Write a small project that solves into a new or empty folder, and return its files.

    Parameters
    ----------
    name
        id of the scenario, the topology and the demand; by default made from the folder's name

    Raises
    ------
    UsageError
        where the folder holds anything, or the name is no identifier
    RunError
        where it cannot be written
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: give a new folder")
    own = _checked(name) if name is not None else _named_after(folder)
    texts = {file: (files("planner.files.project") / file).read_text(encoding="utf-8") for file in FILES}
    data = {folder / file: text.replace(NAME, own).encode() for file, text in texts.items()}
    data |= {folder / "schemas" / file: (files("planner.files.schemas") / file).read_bytes() for file in SCHEMAS}
    return put_files(data)


def _checked(name: str) -> str:
    try:
        return identifier_word(name)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _named_after(folder: Path) -> str:
    """Make an identifier of a folder's name; where no letter is left, take the template's own."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    return name if re.search("[a-z]", name) else NAME
