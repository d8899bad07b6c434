"""What records are called: by their ids on the terminal, by their names in the reader's language on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Any

from planner.report.language.rules import objective_words
from planner.topology import SECTIONS

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.report.language.speech import Language


def together(inputs: Sequence[Inputs]) -> Inputs:
    """Return the first question with the nodes, sites, links and workloads of all, and all their years."""
    first = inputs[0]
    years = tuple(sorted({year for each in inputs for year in each.scenario.years}))
    return replace(
        first,
        topology=first.topology.model_copy(update=_merged([each.topology for each in inputs], tuple(SECTIONS))),
        demand=first.demand.model_copy(update=_merged([each.demand for each in inputs], ("workloads",))),
        scenario=first.scenario.model_copy(update={"years": years}),
    )


def _merged(records: Sequence[Any], sections: Sequence[str]) -> dict[str, Any]:
    """Return sections with the records of all; of one that several have, the first's."""
    return {
        section: reduce(lambda known, each: each | known, [getattr(each, section) for each in records])
        for section in sections
    }


def label_plans(inputs: Mapping[str, Inputs], language: Language) -> dict[str, str]:
    """Return what plans are called by their titles; those whose title is another's too keep their names."""
    titled = {name: title_of(each, language) for name, each in inputs.items()}
    counts = Counter(titled.values())
    return {name: title for name, title in titled.items() if title and counts[title] == 1}


def title_of(inputs: Inputs, language: Language) -> str:
    """Return the title of what a plan was asked: its variant's, or its scenario's where it is none."""
    scenario = inputs.scenario
    if inputs.overrides:
        return ""
    if inputs.variant is None:
        return language.name(scenario, "")
    return language.name(scenario.variants.get(inputs.variant), "")


@dataclass(frozen=True)
class PlainNames:
    """Ids as they are: what the terminal, the tables and ``--json`` show."""

    def site(self, key: str) -> str:
        """Return what a site is called."""
        return key

    def link(self, key: str) -> str:
        """Return what a link is called."""
        return key

    def workload(self, key: str) -> str:
        """Return what a workload is called."""
        return key

    def country(self, code: str) -> str:
        """Return what a country is called."""
        return code

    def demand(self, origin: str, workload: str) -> str:
        """Return what a demand is called: who asks, and for what."""
        return f"{origin}/{workload}"

    def objective(self, words: Sequence[str]) -> str:
        """Return the words of an objective."""
        return ", ".join(words)


IDS = PlainNames()


@dataclass(frozen=True)
class SpokenNames(PlainNames):
    """Names in a language; where two records are called alike, their ids stand beside."""

    inputs: Inputs
    language: Language

    def site(self, key: str) -> str:
        """Return what a site is called."""
        return self._sites.get(key, key)

    def link(self, key: str) -> str:
        """Return what a link is called, by its own name or by its ends."""
        return self._links.get(key, key)

    def workload(self, key: str) -> str:
        """Return what a workload is called."""
        return self._workloads.get(key, key)

    def country(self, code: str) -> str:
        """Return a country's name."""
        return self.language.country(code)

    def demand(self, origin: str, workload: str) -> str:
        """Return what a demand is called: the country or the place that asks, and the workload."""
        node = self.inputs.topology.nodes.get(origin)
        place = self.country(origin) if node is None else self.language.name(node, origin)
        return f"{self.language.isolated(place)} · {self.language.isolated(self.workload(workload))}"

    def objective(self, words: Sequence[str]) -> str:
        """Return an objective in words."""
        return self.language.listed(objective_words(self.language, word).sought for word in words)

    @cached_property
    def _sites(self) -> dict[str, str]:
        return self._named(self.inputs.topology.sites)

    @cached_property
    def _links(self) -> dict[str, str]:
        from planner.report.web.payload_records import link_names

        keys = list(self.inputs.topology.links)
        return dict(zip(keys, link_names(self.inputs.topology, keys, self.language), strict=True))

    @cached_property
    def _workloads(self) -> dict[str, str]:
        return self._named(self.inputs.demand.workloads)

    def _named(self, records: Mapping[str, Any]) -> dict[str, str]:
        names = {key: self.language.name(record, key) for key, record in records.items()}
        count = Counter(names.values())
        return {key: name if count[name] == 1 else f"{name} ({key})" for key, name in names.items()}
