"""From paths to models: the files of a question are read, merged, changed by a variant, typed and checked."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import reduce
from math import prod
from pathlib import Path
from typing import Any

from planner.background import add_background
from planner.demand import Demand
from planner.errors import Fault, InputError, Place
from planner.expansions import LinkExpansion, SiteExpansion
from planner.files.reading.changes import QuestionTrees, drop_spent_risks
from planner.files.reading.demands import check_origins, read_demand
from planner.files.reading.known import Known, countries_in, gather
from planner.files.reading.merged import Merged
from planner.files.reading.places import Places
from planner.files.reading.references import reference_checks
from planner.files.reading.scenarios import currency_of, overlay, read_scenario
from planner.files.reading.seasons import check_seasons, settle_seasons
from planner.files.reading.sites import finish_expansion
from planner.files.reading.tables import read_table
from planner.files.reading.text import InputFile, Role, UnreadableError, display, read_file
from planner.files.reading.topologies import read_topology
from planner.files.reading.tree import (
    OPTION,
    Node,
    ScalarNode,
    SequenceNode,
    Where,
    child,
    compose,
    describe,
    items,
    path_text,
    place_of,
)
from planner.files.reading.variants import (
    apply_to_files,
    apply_to_scenario,
    changes_of,
    check_variants,
    read_overrides,
    read_removed,
)
from planner.files.reading.walk import Finish, Walk
from planner.files.reading.windows import check_windows, refine_seasons
from planner.scenario import Scenario
from planner.topology import Topology


@dataclass(frozen=True)
class Inputs:
    """Everything a question consists of, ready for the programme.

    Attributes
    ----------
    topology
        Merged, with cables cut into links and the variant applied.
    demand
        Merged and scaled by the scenario's `demand_scale`; amounts as listed by year.
    files
        Every file that was read, in the order of reading.
    places
        Where each value stands.
    """

    scenario: Scenario
    topology: Topology
    demand: Demand
    variant: str | None
    overrides: tuple[str, ...]
    files: tuple[InputFile, ...]
    places: Places


def load_scenario(
    path: str | Path, *, variant: str | None = None, overrides: Sequence[str] = (), removed: Sequence[str] = ()
) -> Inputs:
    """Return a scenario with its topology and demand, after the changes of a variant and of `path=value` overrides.

    What `removed` names, each with its prefix as in a variant's `remove`, is taken away last.

    Raises
    ------
    InputError
        If anything is wrong in any file; it lists all faults of all files.
    UsageError
        If the scenario has no such variant, or an override is not of the form path=value.
    """
    with _without_collection():
        return Loader().scenario(Path(path), variant, tuple(overrides), tuple(removed))


def load_topology(*paths: str | Path, currency: str = "USD") -> Topology:
    """Return one or several topology files, merged.

    Raises
    ------
    InputError
        If anything is wrong in any file; it lists all faults of all files.
    """
    with _without_collection():
        return Loader().topology([Path(path) for path in paths], currency)


def load_topology_places(*paths: str | Path, currency: str = "USD") -> tuple[Topology, Places]:
    """Return one or several topology files, merged, and where each of their values stands.

    Raises InputError if anything is wrong in any file; it lists all faults of all files.
    """
    with _without_collection():
        return Loader().topology_places([Path(path) for path in paths], currency)


def load_demand(*paths: str | Path, currency: str = "USD") -> Demand:
    """Return one or several demand files, merged; origins and hosts are only checked with a topology beside them.

    Raises
    ------
    InputError
        If anything is wrong in any file; it lists all faults of all files.
    """
    with _without_collection():
        return Loader().demand([Path(path) for path in paths], currency)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep the garbage collector from walking a growing tree again and again: reading takes half the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@dataclass
class Loader:
    """One reading of files: what was opened, and what is wrong so far."""

    faults: list[Fault] = field(default_factory=list)
    files: list[InputFile] = field(default_factory=list)
    partial: bool = False

    def scenario(
        self, path: Path, variant: str | None, overrides: tuple[str, ...], removed: tuple[str, ...] = ()
    ) -> Inputs:
        """Return a scenario with its files, after the changes of a variant and of overrides."""
        root = self._extended(path)
        if root is None:
            raise InputError(self.faults)
        changes = [*changes_of(root, variant), *read_overrides(overrides, self.faults), *read_removed(removed)]
        question = QuestionTrees(root, faults=self.faults)
        check_variants(question)
        apply_to_scenario(question, changes)
        self._merge(question.topology, self._listed(root, "topology", path))
        self._merge(question.demand, self._listed(root, "demand", path))
        countries = countries_in(question.topology)
        apply_to_files(question, changes)
        known = gather(question.topology, question.demand, question.removed, countries, partial=self.partial)
        drop_spent_risks(question, known)
        walk = self._walk(currency_of(root), known)
        topology = read_topology(walk, question.topology, known)
        demand = read_demand(walk, question.demand)
        walk.sources = self._all_sources(question)
        scenario = read_scenario(walk, root, known, question.scales)
        if scenario is None or self.faults:
            raise InputError(self.faults)
        check_origins(walk, demand, question.topology, topology)
        self._stop_at_faults()
        places = Places(root, question.topology, question.demand)
        self.faults += check_seasons(topology, demand, scenario.seasons, places)
        self._stop_at_faults()
        self.faults += check_windows(demand, scenario.years, places)
        self._stop_at_faults()
        topology, demand = settle_seasons(topology, demand, scenario.seasons, keep=bool(scenario.seasons))
        demand = _scaled(demand, scenario.demand_scale, topology)
        scenario = _with_members(scenario, demand, topology)
        demand = add_background(demand, topology)
        scenario, topology, demand = refine_seasons(scenario, topology, demand)
        return Inputs(scenario, topology, demand, variant, overrides, tuple(self.files), places)

    def topology(self, paths: Sequence[Path], currency: str) -> Topology:
        """Return topology files, merged."""
        return self.topology_places(paths, currency)[0]

    def topology_places(self, paths: Sequence[Path], currency: str) -> tuple[Topology, Places]:
        """Return topology files, merged, and where each of their values stands."""
        merged = Merged("topology")
        self._merge(merged, [(path, None) for path in paths])
        known = gather(merged, Merged("demand"), partial=self.partial)
        topology = read_topology(self._walk(currency, known), merged, known)
        places = Places(None, merged, Merged("demand"))
        self.faults += check_seasons(topology, Demand(), {}, places)
        self._stop_at_faults()
        return settle_seasons(topology, Demand(), {}, keep=True)[0], places

    def demand(self, paths: Sequence[Path], currency: str) -> Demand:
        """Return demand files, merged."""
        merged = Merged("demand")
        self._merge(merged, [(path, None) for path in paths])
        known = gather(Merged("topology"), merged, partial=self.partial)
        demand = read_demand(self._walk(currency, known, alone=True), merged)
        self._stop_at_faults()
        return settle_seasons(Topology(), demand, {}, keep=True)[1]

    def _stop_at_faults(self) -> None:
        if self.faults:
            raise InputError(self.faults)

    def _walk(self, currency: str, known: Known, *, alone: bool = False) -> Walk:
        finishers: dict[type[Any], Finish] = {SiteExpansion: finish_expansion, LinkExpansion: finish_expansion}
        return Walk(self.faults, currency, finishers=finishers, checks=reference_checks(known, alone=alone))

    def _all_sources(self, question: QuestionTrees) -> frozenset[str]:
        sections = [question.topology.sections["sources"], question.demand.sections["sources"]]
        own = child(question.root, "sources")
        return frozenset(name for section in sections for name in section) | {key for key, _, _ in items(own)}

    def _open(self, path: Path, role: Role, asked: Node | None, where: Where) -> InputFile | None:
        """Return a file, or None after noting why it cannot be read and who asks for it."""
        try:
            file = read_file(path, role)
        except UnreadableError as error:
            fault = error.fault
            if asked is not None and not fault.place.line:
                fault = Fault(place_of(asked), path_text(where), f"'{asked.value}' {fault.what}", fault.right)
            self.faults.append(fault)
            return None
        self.files.append(file)
        return file

    def _compose(self, file: InputFile | None) -> Node | None:
        root = None if file is None else compose(file.data, display(file.path), self.faults)
        self.partial |= root is None
        return root

    def _extended(self, path: Path) -> Node | None:
        """Return a scenario's tree laid over those that it extends."""
        chain: list[Node] = []
        seen: list[Path] = []
        asked: Node | None = None
        here: Path | None = path
        while here is not None:
            real = _real(here)
            if real in seen:
                if asked is not None:
                    self.faults.append(Fault(place_of(asked), "extends", "the scenarios extend each other in a circle"))
                return None
            seen.append(real)
            root = self._compose(self._open(here, "scenario", asked, ((), "extends")))
            if root is None:
                return None
            chain.append(root)
            asked = child(root, "extends")
            here = here.parent / asked.value if asked is not None and asked.__class__ is ScalarNode else None
        return reduce(lambda over, base: overlay(base, over), chain)

    def _listed(self, root: Node, key: str, path: Path) -> list[tuple[Path, Node | None]]:
        """Return the files that a scenario names, relative to the file that names them."""
        folders = {display(file.path): file.path.parent for file in self.files}
        node = child(root, key)
        self.partial |= node is not None and node.__class__ is not SequenceNode  # told later: what it names is not read
        found: list[tuple[Path, Node | None]] = []
        for item in node.value if node is not None and node.__class__ is SequenceNode else []:
            if item.__class__ is ScalarNode and item.value:
                name = item.start_mark.name
                folder = Path() if name.startswith(OPTION) else folders.get(name, path.parent)
                found.append((folder / item.value, item))
        return found

    def _merge(self, merged: Merged, paths: Sequence[tuple[Path, Node | None]]) -> None:
        role: Role = "topology" if merged.sort == "topology" else "demand"
        seen: set[Path] = set()
        for path, asked in paths:
            if _real(path) in seen:
                place = place_of(asked) if asked is not None else Place(display(path))
                self.faults.append(Fault(place, merged.sort, f"'{path.name}' is listed twice", "name each file once"))
                continue
            seen.add(_real(path))
            root = self._compose(self._open(path, role, asked, ((), merged.sort)))
            if root is not None:
                merged.add(root, self.faults)
                self._read_tables(merged, path)

    def _read_tables(self, merged: Merged, path: Path) -> None:
        while merged.tables:
            node = merged.tables.pop()
            if node.__class__ is not ScalarNode or not node.value:
                self.faults.append(
                    Fault(place_of(node), "table", f"is {describe(node)}", "write the name of a CSV or XLSX file")
                )
                continue
            file = self._open(path.parent / node.value, "table", node, ((), "table"))
            self.partial |= file is None
            if file is not None:
                merged.rows.extend(read_table(file, self.faults))


def _real(path: Path) -> Path:
    """Return a path by which the same file is known again, however it is named."""
    try:
        return path.resolve()
    except (ValueError, OSError, RuntimeError):  # a NUL in the path, a loop of links: reading it will tell
        return path.absolute()


def _scaled(demand: Demand, scales: Mapping[str, float], topology: Topology) -> Demand:
    """Return the demand with each amount times the factors of its workload, its origin and its origin's country."""
    if not scales:
        return demand
    rows = []
    for row in demand.demands:
        node = topology.nodes.get(row.origin)
        names = {"", row.workload, row.origin, node.country if node else row.origin}
        factor = prod(scales.get(name, 1.0) for name in sorted(names))
        rows.append(row.model_copy(update={"amount": row.amount.scaled(factor)}))
    return demand.model_copy(update={"demands": tuple(rows)})


def _with_members(scenario: Scenario, demand: Demand, topology: Topology) -> Scenario:
    """Return the scenario with its members: those it names, else every country that asks for something."""
    if scenario.community.members:
        return scenario
    origins = {row.origin for row in demand.demands}
    countries = {topology.nodes[origin].country if origin in topology.nodes else origin for origin in origins}
    community = scenario.community.model_copy(update={"members": tuple(sorted(countries))})
    return scenario.model_copy(update={"community": community})
