"""Many questions at once: the same answers for any number of processes, and a process that dies loses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.engine.solution import Watch
from planner.errors import SolverError, UsageError
from planner.studies.crew import Outcome, answer_all

ITEMS = {f"{n}": n for n in range(6)}


def multiply(factor: int, number: int) -> int:
    """The work; 5 is refused."""
    if number == 5:
        raise UsageError("five is too many")
    return factor * number


def die_once(folder: str, number: int) -> int:
    """End the whole process the first time that 3 comes."""
    mark = Path(folder) / "mark"
    if number == 3 and not mark.exists():
        mark.touch()
        os._exit(9)
    return number


def die_always(_: int, number: int) -> int:
    """End the whole process."""
    os._exit(9)


def divide(_: int, number: int) -> float:
    """A bug: nobody divides by nothing."""
    return 1 / (number - 3)


@pytest.mark.parametrize("jobs", [1, 3])
def test_answers_are_the_same_for_any_number_of_processes(jobs: int) -> None:
    """And what is refused is told, and stops no other."""
    found = {each.name: each for each in answer_all(multiply, 10, ITEMS, jobs=jobs)}
    assert {name: each.answer for name, each in found.items() if not each.fault} == {f"{n}": 10 * n for n in range(5)}
    assert found["5"] == Outcome("5", None, "five is too many")


def test_a_process_that_dies_loses_nothing(tmp_path: Path) -> None:
    """Its item is answered by another one."""
    found = answer_all(die_once, str(tmp_path), ITEMS, jobs=2)
    assert sorted(each.answer for each in found if each.answer is not None) == list(range(6))


def test_what_ends_two_processes_is_told() -> None:
    """It would end any number of them."""
    with pytest.raises(SolverError, match="has ended twice in the middle"):
        list(answer_all(die_always, 0, ITEMS, jobs=2))


def test_a_bug_keeps_its_traceback() -> None:
    """Also from another process."""
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        list(answer_all(divide, 0, ITEMS, jobs=2))


def test_nothing_begins_once_it_is_to_stop() -> None:
    """What has been answered stays."""
    watch = Watch()
    found = []
    for each in answer_all(multiply, 1, ITEMS, watch=watch):
        found.append(each.answer)
        watch.interrupted = each.answer == 2
    assert found == [0, 1, 2]


def test_no_process_answers_nothing() -> None:
    """One line."""
    with pytest.raises(UsageError, match="0 processes answer nothing"):
        list(answer_all(multiply, 1, ITEMS, jobs=0))
