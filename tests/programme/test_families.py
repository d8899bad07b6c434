"""A constraint family and an objective stand once, and whoever has to know them knows them all."""

from __future__ import annotations

import inspect
from typing import get_args

from report.catalogue import TRANSLATED, read_catalogue

from planner.plan import phrases
from planner.plan.verify import objectives
from planner.plan.verify.limits import LIMITS as CHECKED
from planner.programme import constraints, host_limits
from planner.programme.families import FAMILIES, OBJECTIVES
from planner.report.language.rules import limit_words, objective_words
from planner.report.language.speech import speak
from planner.scenario import Objective

LIMITS = [family for family in FAMILIES.values() if family.unit]
"""Families that are limits and have a price."""


def test_every_function_of_constraints_that_yields_rows_has_a_record() -> None:
    """A family without a record would be written by nobody."""
    found = (*inspect.getmembers(constraints, inspect.isfunction), *inspect.getmembers(host_limits, inspect.isfunction))
    functions = {f for _, f in found if "Iterator[Row]" in str(f.__annotations__)}
    assert functions == {family.rows for family in FAMILIES.values() if family.rows is not None}
    assert all(family.rows is None or family.rows.__name__ == name for name, family in FAMILIES.items())


def test_every_function_of_a_family_has_its_formula() -> None:
    """The docstring is the formula and what it is for."""
    for family in FAMILIES.values():
        assert family.rows is None or any(sign in (family.rows.__doc__ or "") for sign in "≤=≥")


def test_the_checker_knows_every_limit_and_no_other() -> None:
    """A family with a unit has a price, and what is reached of it is worked out once more."""
    assert CHECKED.keys() == {family.name for family in LIMITS}


def test_every_limit_that_a_reason_names_as_full_is_checked_and_no_other() -> None:
    """What has to be so stands in the checker's record of the family, the sentence in the table of phrases."""
    assert phrases.FULL.keys() == {name for name, limit in CHECKED.items() if limit.is_full is not None}


def test_every_objective_is_known_to_files_and_checker() -> None:
    """By one name, in one unit."""
    assert OBJECTIVES.keys() == set(get_args(Objective)) == objectives.MEASURES.keys()
    assert {name: each.unit for name, each in OBJECTIVES.items()} == objectives.UNITS


def test_every_objective_and_every_limit_is_said_in_every_language() -> None:
    """A family without words would be shown by its name in the code."""
    for code in TRANSLATED:
        spoken, catalogue = speak(code), read_catalogue(code)
        for family in FAMILIES.values():
            assert not family.words or catalogue[(family.words,)][0] == limit_words(spoken, family)
        for name in OBJECTIVES:
            assert objective_words(spoken, name).sought != objective_words(speak("en"), name).sought
