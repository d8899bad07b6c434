"""The optimum by another road: one programme over all simple paths, written from the specification alone.

Nothing of the planner is imported or copied. A world is three plain mappings in the file format (topology, demand,
scenario). Every path is enumerated, every number is an exact fraction until the programme is handed to HiGHS through
scipy, so a path that meets its latency limit to the last digit counts here whatever floating point makes of it.

Where the specification leaves room, this model reads it so:

* A link whose ``committed`` exceeds its filled capacity makes the plan infeasible unless an expansion lifts it, even
  when nobody uses the link: the row stands for every arc (§5). Failures may use all of a link but what is committed.
* The ``origin`` of a rule may name nodes beside countries, and speaks of the node where a demand starts.
* ``precision`` and ``sparse`` normalise all figures of a site that are in or per PFLOPS, prices and watts included:
  by the factors of the ``chip`` that the site names, whose power and abilities hold where it does not say its own.
* A fee is paid on the demand's own (dense BF16) PFLOPS and grows with neither ``premium`` nor ``rtt_premium``.
* A ``candidate`` has no compute; listed in ``count`` it would be counted like any other status.
* What is installed idles while its site is in service, in use or not; distance and borders make only work dearer.
* Without seasons in the scenario a limit is its least, all else the mean by the days of the topology's seasons.
* Latency limits bind at equality: a path of exactly ``max_rtt`` is admissible.
* The route factor of a kind is nowhere given: a link must state its length or its RTT here.
* A build is paid for as long as it lives, though its site or link may end before.
* A project is there from its own year on, listed or not, at that year's price; one after the last year never.
* A site's fixed cost is paid in the years in which it exists, its project's year included.
* ``split: false`` and ``min_cluster`` decide once a year for all blocks and contingencies.
* ``served``, ``latency`` and ``compute`` speak of compute, not of traffic; several years weigh ω as for the cost.
"""

from __future__ import annotations

from independent.aims import stages
from independent.checks import check_duals, check_values, complete_answer, complete_duals, reduced_costs
from independent.families import FAMILIES, Row
from independent.money import step_size
from independent.reading import Key, State, World, quantity, spread_cables, standard_offset
from independent.solving import Answer, Programme, Solution, constant_of, hold_stages, solve, write_programme

__all__ = [
    "FAMILIES",
    "Answer",
    "Key",
    "Programme",
    "Row",
    "Solution",
    "State",
    "World",
    "check_duals",
    "check_values",
    "complete_answer",
    "complete_duals",
    "constant_of",
    "hold_stages",
    "quantity",
    "reduced_costs",
    "solve",
    "spread_cables",
    "stages",
    "standard_offset",
    "step_size",
    "write_programme",
]
