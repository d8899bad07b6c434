"""The members of a study: every combination of its points, times every draw."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from planner.errors import Fault, InputError, PlannerError, UsageError
from planner.files import load_scenario
from planner.files.reading.tree import place_of
from planner.studies.sweep.spec import BASE, Amount, Dimension, Point

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.studies.sweep.spec import Sampling, StudyFile

MOST = 100_000
"""Members a study may have; more would not end."""


@dataclass(frozen=True)
class Member:
    """One question of a study.

    Attributes
    ----------
    labels
        by dimension: the point that it takes
    overrides
        `path=value`, as `--set` takes them
    """

    number: int
    variant: str | None
    labels: tuple[tuple[str, str], ...]
    overrides: tuple[str, ...]

    @property
    def name(self) -> str:
        """What its answer is kept under: the same wherever it stands in a study."""
        return sha256("\n".join([self.variant or "", *self.overrides]).encode()).hexdigest()[:16]


def list_members(study: StudyFile) -> list[Member]:
    """Return the members of a study, in order. Raises UsageError where there are too many."""
    draws = 1 if study.sampling is None else study.sampling.members
    count = len(study.variants) * prod(len(each.points) for each in study.dimensions) * draws
    if count > MOST:
        raise UsageError(f"{study.path}: {count:,} members would not end: take no more than {MOST:,}")
    drawn: list[Point] = [()] if study.sampling is None else draw_points(study.sampling)
    members: list[Member] = []
    for variant, points, draw in product(study.variants, product(*(each.points for each in study.dimensions)), drawn):
        labels = [("variant", variant or BASE)]
        labels += [(dimension.name, label) for dimension, (label, _) in zip(study.dimensions, points, strict=True)]
        together = [*(pair for _, point in points for pair in point), *draw]
        overrides = tuple(f"{path}={value}" for path, value in together)
        members.append(Member(len(members) + 1, variant, (*labels, *draw), overrides))
    return members


def draw_points(sampling: Sampling) -> list[Point]:
    """Return points drawn in the box of the ranges, the same for the same seed.

    `latin` puts one point into each of as many layers of every dimension (M. D. McKay, R. J. Beckman, W. J. Conover
    1979), `sobol` fills the box evenly (I. M. Sobol' 1967; scrambled), `random` draws each for itself.
    """
    from scipy.stats import qmc

    paths = sorted(sampling.ranges)
    if sampling.method == "random":
        import numpy as np

        unit = np.random.default_rng(sampling.seed).random((sampling.members, len(paths)))
    elif sampling.method == "latin":
        unit = qmc.LatinHypercube(len(paths), rng=sampling.seed).random(sampling.members)
    else:
        power = (sampling.members - 1).bit_length()
        unit = qmc.Sobol(len(paths), rng=sampling.seed).random_base2(power)[: sampling.members]
    points = []
    for row in unit.tolist():
        point = []
        for path, share in zip(paths, row, strict=True):
            low, high = sampling.ranges[path]
            point.append((path, str(Amount(low.number + share * (high.number - low.number), low.unit))))
        points.append(tuple(point))
    return points


def check_members(study: StudyFile) -> Inputs:
    """Try every point of every dimension by itself, so that nothing starts that cannot be read; return the scenario.

    Raises InputError with the place in the study file where a path names nothing or a value is none.
    """
    base = load_scenario(study.scenario)
    for variant in study.variants:
        if variant is not None:
            load_scenario(study.scenario, variant=variant)
    dimensions = [*study.dimensions]
    if study.sampling is not None:
        dimensions += [
            Dimension(path, tuple((str(end), ((path, str(end)),)) for end in ends))
            for path, ends in sorted(study.sampling.ranges.items())
        ]
    faults = []
    for dimension in dimensions:
        for label, point in dimension.points:
            try:
                load_scenario(study.scenario, overrides=[f"{path}={value}" for path, value in point])
            except PlannerError as error:
                node = study.places[point[0][0]]
                said = error.faults[0] if isinstance(error, InputError) else None
                what, right = (str(error), "") if said is None else (said.what, said.right)
                faults.append(Fault(place_of(node), f"{dimension.name}: {label}", what, right))
                break
    if faults:
        raise InputError(faults)
    return base
