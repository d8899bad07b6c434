"""What every family of rows ranges over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from independent.chips import least_cluster
from independent.money import Expansion, list_expansions, live_projects, loads, year_weights
from independent.paths import Part, Path, amount, amount_in, has_kind, list_paths, split_demands
from independent.reading import Key, State, World, at


@dataclass(frozen=True)
class Index:
    """What every family ranges over: the admissible paths of each state, the expansions, projects, weights of years."""

    world: World
    paths: dict[State, dict[Part, list[Path]]]
    expansions: list[Expansion]
    projects: dict[str, int]
    weights: dict[int, Fraction]

    @classmethod
    def of(cls, world: World) -> Index:
        """Return the index of a world."""
        return cls(world, list_paths(world), list_expansions(world), live_projects(world), year_weights(world))

    def flows(self, state: State) -> Iterator[tuple[Key, Part, Path]]:
        """Yield the column, demand and path of every flow of a state."""
        for part, paths in self.paths[state].items():
            yield from ((("x", state, *part.key, path), part, path) for path in paths)

    def columns(self, part: Part, states: Iterable[State]) -> list[Key]:
        """Return the columns of a demand's flows in some states."""
        return [("x", state, *part.key, path) for state in states for path in self.paths[state].get(part, ())]

    def into(self, state: State, part: Part) -> dict[str, list[Key]]:
        """Return the columns of a demand's flows in a state by the site they end at."""
        found = defaultdict(list)
        for path in self.paths[state][part]:
            if path.site is not None:
                found[path.site].append(("x", state, *part.key, path))
        return found

    @cached_property
    def trainings(self) -> list[tuple[int, Part]]:
        """Every year with the training demands that ask for something in it."""
        parts = [part for part in split_demands(self.world) if has_kind(self.world, part, "training")]
        return [(year, part) for year in self.world.years for part in parts if amount(self.world, part, year)]

    def rates(self, state: State) -> list[Part]:
        """Return the inference and traffic demands that ask for something in a state."""
        return [part for part in self.paths[state] if not has_kind(self.world, part, "training")]

    def built(self, family: str, asset: str, year: int) -> list[Key]:
        """Return the columns of the builds of an asset that stand in a year."""
        mine = (e for e in self.expansions if (e.family, e.asset) == (family, asset))
        return [each.column(built) for each in mine for built in each.alive_builds(self.world, year)]

    @cached_property
    def chosen_sites(self) -> list[str]:
        """The sites whose use is a decision: with a limit of sites all but the rented, else where a cost is fixed."""
        everywhere, sites = self.world.limit("sites") is not None, self.world.sites.items()
        return [site for site, each in sites if "fixed_cost" in each or (everywhere and not each.get("market"))]

    def is_gated(self, part: Part) -> bool:
        """Whether a demand needs a large site, or one site for all of it."""
        workload = self.world.workloads[part.workload]
        return part.to is None and ("min_cluster" in workload or "job" in workload or not workload.get("split", True))

    @cached_property
    def gates(self) -> list[tuple[Part, str, int]]:
        """Every demand that needs a large or a single site, with each site it can reach in each year."""
        found = {}
        for state, parts in self.paths.items():
            for part, paths in parts.items():
                if self.is_gated(part):
                    found |= {(part, path.site, state.year): None for path in paths}
        return list(found)

    @cached_property
    def useful_pflops(self) -> Fraction:
        """More than anybody would ever build at one site."""
        world = self.world
        peaks = (max(amount_in(world, part, state) for state in world.intact_states) for part in split_demands(world))
        pairs = ((workload, site) for workload in world.workloads.values() for site in world.sites.values())
        clusters = (least_cluster(workload, site) or Fraction(0) for workload, site in pairs)
        return sum(peaks, Fraction(1)) / self.least_fill("site_fill") + max(clusters)

    @cached_property
    def useful_gbps(self) -> Fraction:
        """More than anybody would ever build on one link, what is committed aside."""
        world = self.world
        each = (
            sum(loads(world, part)) * max(amount_in(world, part, state) for state in world.intact_states)
            for part in split_demands(world)
        )
        return sum(each, Fraction(1)) / self.least_fill("link_fill")

    def least_fill(self, word: str) -> Fraction:
        """Return the least share of capacity to plan with in any state."""
        return min(self.world.fill(word, state) for state in self.world.states)

    def most_built(self, expansion: Expansion, year: int) -> float:
        """Return the most that is worth building in a year."""
        if (most := expansion.most(year)) is not None:
            return float(most)
        if expansion.family == "k":
            return float(self.useful_pflops + expansion.step)
        taken = max(at(expansion.home.get("committed", 0), each) for each in self.world.years)
        return float(self.useful_gbps + taken / self.least_fill("link_fill") + expansion.step)
