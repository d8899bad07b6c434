"""Reasons are claims: each is acted on, on random worlds and on the shipped scenarios, and the plan gets better.

What a reason names is relaxed by the least that counts (`acting`): 0.01 of a limit, a step of a `max`, a site more, a
rule less; what is called too dear is given for nothing. `HYPOTHESIS_PROFILE=deep` tries many more worlds.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import acting
import pytest
from hypothesis import given
from worlds import KINDS, Dice, World, profile, roll_world, worlds, write_world

import planner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.files import Inputs

EXACT = 1e-9
"""Gap at which worlds with whole decisions are solved: what a little of a limit saves is not to be lost in it."""
SHIPPED = ["2africa.yaml", "central-asia-2000p.yaml"]
VARIANTS = ["three-years", "borders-fail", "no-expansion", "mutual-recognition"]
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("kind", [*KINDS, "limits"])
def test_acting_on_a_reason_betters_the_plan(kind: str) -> None:
    """A reason stands beside each demand that is left, and nowhere else, and every lever it names works."""

    @profile(examples=12)
    @given(world=worlds(kind))
    def check(world: World) -> None:
        with TemporaryDirectory() as folder:
            hold(planner.load_scenario(write_world(world, Path(folder))))

    check()


@pytest.mark.parametrize(
    ("seed", "kind"),
    [
        (3013, "whole"),  # a site that only residency forbids, and that is no cluster either
        (3059, "everything"),  # a site that may not be opened, and whose failure nothing would survive
    ],
)
def test_a_second_cause_is_named_beside_the_first(seed: int, kind: str, tmp_path: Path) -> None:
    """Worlds whose reasons named one of two things in the way."""
    hold(planner.load_scenario(write_world(roll_world(Dice(seed), kind), tmp_path)))


@pytest.mark.parametrize(
    ("file", "variant"), [*((file, None) for file in SHIPPED), *((SHIPPED[1], variant) for variant in VARIANTS)]
)
def test_the_reasons_of_the_shipped_scenarios_hold(file: str, variant: str | None) -> None:
    """A demand, or one part of it, at a time."""
    hold(planner.load_scenario(EXAMPLES / file, variant=variant), most=2)


def hold(inputs: Inputs, *, most: int | None = None) -> None:
    """Act on the reasons of a plan, on so many different ones at most."""
    plan = planner.solve(inputs, gap=EXACT)
    if plan.status.has_plan:
        assert plan.findings == ()
        for claim in list(levers(plan))[:most]:
            again = planner.solve(claim.changed, gap=EXACT)
            assert again.status.has_plan, claim.text
            assert reached(again) < reached(plan) - EXACT * abs(reached(plan)), claim.text


class Lever:
    """A question with what a claim names relaxed."""

    def __init__(self, text: str, changed: Inputs) -> None:
        self.text, self.changed = text, changed


def levers(plan: planner.Plan) -> Iterator[Lever]:
    """Yield what each different claim of a plan's reasons asks to be relaxed; facts ask for nothing."""
    seen: set[str] = set()
    for (_, origin, workload), reason in left(plan):
        for claim in acting.claims(reason):
            changed = acting.act(plan.inputs, claim, origin, workload)
            text = " + ".join(str(each) for each in claim)
            if changed is not None and text not in seen:
                seen.add(text)
                yield Lever(f"{origin}/{workload}: {reason}", changed)


def left(plan: planner.Plan) -> Iterator[tuple[tuple[int, str, str], str]]:
    """Yield (year, origin, workload) and the reason of all that is left, which has one; what is served has none."""
    compute, traffic = plan.demands, plan.rates
    for key, unserved, reason in zip(compute.index, compute["unserved_pflops"], compute["reason"], strict=True):
        assert bool(reason) == (unserved > 0)
        if reason:
            yield key, reason
    for (year, origin, _, workload), unserved, reason in zip(
        traffic.index, traffic["unserved_gbps"], traffic["reason"], strict=True
    ):
        assert bool(reason) == (unserved > 0)
        if reason:
            yield (year, origin, workload), reason


def reached(plan: planner.Plan) -> float:
    """Return what is minimised where it is decided what is served: the cost, or what is served, negated."""
    stage = next(each for each in plan.stages if each.name in ("served", "cost"))
    return -stage.value if stage.name == "served" else stage.value
