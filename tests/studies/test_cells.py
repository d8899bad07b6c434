"""Expectations over what is down at once, against closed formulas and against all states counted out."""

from __future__ import annotations

import random
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.reliability import unavailability
from planner.studies.stress.cells import CellAnswer, Explored, Failed, explore, sample

RING = [("s", "a"), ("a", "t"), ("s", "b"), ("b", "t"), ("a", "b")]
"""Two ways from s to t, with a bridge between."""


def parted(edges: list[tuple[str, str]], failed: Failed) -> CellAnswer:
    """Whether s and t are parted, and how many places s has lost; it rests on a tree of what is left."""
    graph = nx.Graph()
    graph.add_nodes_from({end for edge in edges for end in edge})
    graph.add_edges_from((*edge, {"key": i}) for i, edge in enumerate(edges) if i not in failed)
    reached = nx.bfs_tree(graph, "s")
    used = frozenset(graph.edges[edge]["key"] for edge in reached.edges)
    return CellAnswer(np.array([float("t" not in reached), float(len(graph) - len(reached))]), used)


def whole(down: list[float], edges: list[tuple[str, str]], most: int = 10**6) -> Explored:
    """Explore until nothing is left, or so many cells."""
    return explore(down, lambda failed: parted(edges, failed), most=most, enough=lambda *_: False)


def counted_out(down: list[float], edges: list[tuple[str, str]]) -> np.ndarray:
    """Every state, one by one."""
    total = np.zeros(2)
    for states in product((False, True), repeat=len(down)):
        failed = frozenset(i for i, is_down in enumerate(states) if is_down)
        chance = np.prod([u if is_down else 1 - u for u, is_down in zip(down, states, strict=True)])
        total += chance * parted(edges, failed).values
    return total


def test_links_in_a_row_fail_where_any_of_them_does() -> None:
    """U = 1 − Π (1 − U_i): 1 − 0.9 · 0.8 · 0.5 = 0.64."""
    found = whole([0.1, 0.2, 0.5], [("s", "a"), ("a", "b"), ("b", "t")])
    assert found.expected[0] == pytest.approx(0.64)
    assert found.left == ()


def test_links_side_by_side_fail_where_all_of_them_do() -> None:
    """U = Π U_i over two ways of two links: (1 − 0.9²)² = 0.0361."""
    found = whole([0.1] * 4, [("s", "a"), ("a", "t"), ("s", "b"), ("b", "t")])
    assert found.expected[0] == pytest.approx(0.19**2)


def test_a_thing_that_fails_twice_a_year_for_ten_days_is_down_a_twentieth() -> None:
    """λ·MTTR = 2 · 240 / 8760; U = that / (1 + that)."""
    assert unavailability(2, 240) == pytest.approx(480 / 8760 / (1 + 480 / 8760))
    assert unavailability(0, 240) == 0


@settings(max_examples=40)
@given(st.integers(0, 10**6))
def test_cells_add_up_to_all_states_counted_out(seed: int) -> None:
    """On networks by chance, of up to nine links."""
    dice = random.Random(seed)  # noqa: S311 -- a network, no secret
    pairs = [(a, b) for a in "sabct" for b in "sabct" if a < b]
    edges = dice.sample(pairs, dice.randint(3, 9))
    edges = [*edges, ("s", "t")] if not any("s" in edge for edge in edges) else edges
    down = [round(dice.uniform(0, 0.6), 2) for _ in edges]
    assert whole(down, edges).expected == pytest.approx(counted_out(down, edges))


@pytest.mark.parametrize("most", [1, 2, 5])
def test_what_is_not_explored_is_known_by_its_probability_and_a_bound(most: int) -> None:
    """The truth lies between what the failures of each cell lose and all lost in what is left."""
    down = [0.1, 0.2, 0.15, 0.1, 0.3]
    found, truth = whole(down, RING, most), counted_out(down, RING)
    assert found.remaining > 0
    assert (found.least <= truth + 1e-12).all()
    assert truth[0] <= found.expected[0] + found.remaining + 1e-12


def test_draws_from_what_is_left_come_as_near_as_they_say() -> None:
    """Of 200 samples by other seeds, 95 in a hundred intervals hold the truth, give or take; the same seed repeats."""
    down = [0.1, 0.2, 0.15, 0.1, 0.3]
    found, truth = whole(down, RING, 1), counted_out(down, RING)

    def answer(failed: Failed) -> CellAnswer:
        return parted(RING, failed)

    estimates = [sample(found, down, answer, strata=16, seed=seed) for seed in range(200)]
    held = [np.abs(each.expected - truth) <= each.half_width + 1e-12 for each in estimates]
    assert np.mean(held, axis=0).min() > 0.85
    error = np.mean([each.half_width for each in estimates], axis=0) / 1.96 / np.sqrt(len(estimates))
    assert (np.abs(np.mean([each.expected for each in estimates], axis=0) - truth) < 4 * error).all()
    again = sample(found, down, answer, strata=16, seed=3)
    assert again.expected.tolist() == estimates[3].expected.tolist()
    assert again.draws == 32
