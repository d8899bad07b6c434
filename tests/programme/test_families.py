"""A constraint family and an objective stand once, and whoever has to know them knows them all."""

from __future__ import annotations

import inspect
from typing import get_args

import pytest
from planner.report.phrases import families as say_families

from planner.plan.verify import duality, objectives, prices
from planner.programme import constraints
from planner.programme.families import FAMILIES, OBJECTIVES, Family
from planner.report.language import speak
from planner.scenario import Objective

LIMITS = [family for family in FAMILIES.values() if family.unit]
"""Families that are limits and have a price."""


def test_every_function_of_constraints_that_yields_rows_has_a_record() -> None:
    """A family without a record would be written by nobody."""
    functions = {
        f for _, f in inspect.getmembers(constraints, inspect.isfunction) if "Iterator[Row]" in str(f.__annotations__)
    }
    assert functions == {family.rows for family in FAMILIES.values() if family.rows is not None}
    assert all(family.rows is None or family.rows.__name__ == name for name, family in FAMILIES.items())


def test_every_function_of_a_family_has_its_formula() -> None:
    """The docstring is the formula and what it is for."""
    for family in FAMILIES.values():
        assert family.rows is None or any(sign in (family.rows.__doc__ or "") for sign in "≤=≥")


@pytest.mark.parametrize("family", LIMITS, ids=lambda family: family.name)
def test_every_limit_is_known_to_the_checker(family: Family) -> None:
    """The checker has a list of its own, so that a slip here does not hide itself there."""
    assert duality.PARTS[family.name] == len(family.index)
    assert (family.name in prices.OF_STATES) == family.of_states
    assert (family.name in prices.OF_ALL_YEARS) == family.of_all_years


def test_the_checker_knows_no_family_that_is_gone() -> None:
    """Nor do its lists name one that has no price."""
    names = {family.name for family in LIMITS}
    assert duality.PARTS.keys() == names
    assert prices.OF_STATES | prices.OF_ALL_YEARS | prices.UNITS.keys() <= names


def test_every_objective_is_known_to_files_and_checker() -> None:
    """By one name, in one unit."""
    assert OBJECTIVES.keys() == set(get_args(Objective)) == objectives.MEASURES.keys()
    assert {name: each.unit for name, each in OBJECTIVES.items()} == objectives.UNITS


def test_what_a_plan_may_break_is_said_in_every_language() -> None:
    """A family without words would be shown by its name in the code."""
    for code in ("en", "zh", "ru", "fr", "ar"):
        said = say_families(speak(code))
        assert said.keys() == {family.name for family in FAMILIES.values() if family.words}
        assert code != "en" or said == {family.name: family.words for family in FAMILIES.values() if family.words}
