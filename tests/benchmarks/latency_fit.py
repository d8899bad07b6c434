"""Fit the two figures of `planner.latency.PLANNING` to measured round trips, and judge them by cities left out.

    python -m tests.benchmarks.latency_fit

The pairs are those of a private backbone (`tests/data/azure_rtt_2026-07.csv`), the ways those of
`topologies/2africa.yaml`. The pairs of each city are judged by the figures that are fitted to the pairs of all others.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import planner
from planner.files.reading.measured import MeasuredPair
from planner.latency import PLANNING, LatencyFactors
from planner.places import LatencyRule
from planner.studies.survey.routes import Ways
from planner.topology import Topology

ROOT = Path(__file__).parents[2]
PAIRS = ROOT / "tests" / "data" / "azure_rtt_2026-07.csv"
TOPOLOGY = ROOT / "topologies" / "2africa.yaml"
FACTORS, ONCE_MS = np.arange(1.0, 2.001, 0.01), np.arange(0.0, 20.001, 0.1)
ROUNDS = 8
"""So often ways are looked for anew by the figures last fitted; two or three are enough."""
NEAR = 0.25


@dataclass(frozen=True)
class Parts:
    """Of the quickest way of each pair: ms over fibre, which the factor stretches, and ms that count as they are."""

    fibre_ms: np.ndarray
    other_ms: np.ndarray
    measured_ms: np.ndarray

    def errors(self, factors: LatencyFactors) -> np.ndarray:
        """Logarithms of planned over measured."""
        planned = factors.factor * self.fibre_ms + self.other_ms + factors.once_ms
        return np.asarray(np.log(planned / self.measured_ms))


def split_ways(topology: Topology, pairs: Sequence[MeasuredPair], factors: LatencyFactors) -> Parts:
    """Find the quickest way of each pair by some figures, and split its glass."""
    rule = LatencyRule.model_construct(factor=factors.factor, once_ms=factors.once_ms)
    ways = Ways(topology.model_copy(update={"latency": rule}))
    rows = []
    for pair in pairs:
        route = ways.find(pair.a, pair.b)
        glass = [ways.topology.links[key].rtt_ms for key in route.links]
        counted = [ways.link_ms(key) for key in route.links]
        fibre = sum(rtt for rtt, adds in zip(glass, counted, strict=True) if adds != rtt or factors.factor == 1)
        rows.append((fibre, sum(glass) - fibre, pair.ms))
    return Parts(*np.array(rows, dtype=float).T)


def fit(topology: Topology, pairs: Sequence[MeasuredPair]) -> LatencyFactors:
    """Return the figures with the least sum of absolute logarithms of planned over measured, on a grid."""
    best = PLANNING
    for _ in range(ROUNDS):
        parts = split_ways(topology, pairs, best)
        planned = (
            FACTORS[:, None, None] * parts.fibre_ms + parts.other_ms + ONCE_MS[None, :, None]
        )  # (factors, once, pairs)
        loss = np.abs(np.log(planned / parts.measured_ms)).sum(axis=2)
        row, column = np.unravel_index(int(loss.argmin()), loss.shape)
        found = LatencyFactors(round(float(FACTORS[row]), 2), round(float(ONCE_MS[column]), 1))
        if found == best:
            break
        best = found
    return best


def judge_without(topology: Topology, pairs: Sequence[MeasuredPair]) -> list[float]:
    """Return the errors, planned over measured less 1, of every city's pairs by figures fitted without that city.

    Each pair is judged twice, once without either of its cities.
    """
    errors: list[float] = []
    for city in sorted({city for pair in pairs for city in (pair.a, pair.b)}):
        own = [pair for pair in pairs if city in (pair.a, pair.b)]
        factors = fit(topology, [pair for pair in pairs if pair not in own])
        errors += (np.exp(split_ways(topology, own, factors).errors(factors)) - 1).tolist()
    return errors


def share_near(errors: Iterable[float]) -> float:
    """Return the share of errors within a quarter."""
    return float(np.mean([abs(error) <= NEAR for error in errors]))


def main() -> None:
    """Print the figures and how well they do."""
    topology, pairs = planner.load_topology(TOPOLOGY), planner.read_measured(PAIRS)
    found = fit(topology, pairs)
    inside = np.exp(split_ways(topology, pairs, found).errors(found)) - 1
    outside = judge_without(topology, pairs)
    sys.stdout.write(
        f"{len(pairs)} pairs: factor {found.factor}, once {found.once_ms} ms; shipped {PLANNING}\n"
        f"fitted to all: {share_near(inside.tolist()):.3f} within a quarter, median {np.median(inside):+.3f}\n"
        f"a city left out: {share_near(outside):.3f} within a quarter, median {np.median(outside):+.3f}\n"
    )


if __name__ == "__main__":
    main()
