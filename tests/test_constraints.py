"""The versions of the libraries: exact, without addresses, complete, and within the ranges of the package."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[0] != "#"]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def pinned(python: str) -> dict[str, str]:
    """Return the version of each library that a Python takes on Linux."""
    here = {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"}
    found: dict[str, str] = {}
    for wanted in map(Requirement, LINES):
        if wanted.marker is None or wanted.marker.evaluate(here):
            assert wanted.name not in found
            found[canonicalize_name(wanted.name)] = str(wanted.specifier).removeprefix("==")
    return found


def direct() -> list[Requirement]:
    """Return what the package asks for, with all its extras, but for these themselves."""
    asked = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    return [each for each in map(Requirement, asked) if each.name != PROJECT["name"]]


def test_every_line_is_a_name_and_an_exact_version() -> None:
    """With a marker at most; pip takes no extras here, and nobody needs an address."""
    line = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9][0-9a-z.]*( ; [a-z_]+ (<|>=|==|!=) '[\w.]+')?")
    assert [each for each in LINES if not line.fullmatch(each)] == []


@pytest.mark.parametrize("python", PYTHONS)
def test_all_that_is_asked_for_is_there_and_in_its_range(python: str) -> None:
    """For every Python that is promised."""
    versions = pinned(python)
    assert [str(each) for each in direct() if not each.specifier.contains(versions[canonicalize_name(each.name)])] == []


def test_every_library_of_the_planner_has_a_lowest_and_a_first_untried_version() -> None:
    """Time zones aside, which are numbered by years; what is not tried is not promised."""
    main = map(Requirement, [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["parquet"]])
    bounds = {each.name: {part.operator for part in each.specifier} for each in main}
    assert bounds.pop("tzdata") == {">="}
    assert {name for name, operators in bounds.items() if operators != {">=", "<"}} == set()
