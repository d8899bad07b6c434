"""What looks wrong in everybody else's traffic: places that the network lacks, and what does not fit on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from planner.background import add_background, known_gbps, list_left_out, share_there
from planner.demand import Demand
from planner.errors import Fault
from planner.plan import phrases
from planner.plan.misfits import find_contradictions, find_misfit, loads_of_others
from planner.scenario import Scenario
from planner.studies.survey.routes import base_year
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.files import Inputs, Places
    from planner.plan.plan import Tables
    from planner.topology import Link, Topology

NAMED = 4
"""Places that a warning names."""
SLIP = 0.8
"""Names so much alike may be meant for each other; less is how names of a region are."""


def missing_places(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield the records whose places the network lacks, with the Gbps that go with them.

    One table may speak of several networks, so records with a whole end elsewhere are left to a note of the plan
    (planner.plan.notes), unless none is left.
    """
    missing: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for record, place, share in list_left_out(topology):
        missing[record][place] = missing[record].get(place, 0.0) + share
    year = base_year(topology) if missing else 0
    elsewhere: dict[str, float] = {}
    for record, shares in sorted(missing.items()):
        there = share_there(topology.background[record], topology)
        gbps = known_gbps(topology.background[record].rate_gbps.growing_at(year) * (1 - there))
        ordered = sorted(shares, key=lambda place: (-shares[place], place))
        names = phrases.LISTED.join(ordered[:NAMED]) + ("..." if len(ordered) > NAMED else "")
        meant = next(filter(None, (_meant(each, topology) for each in ordered)), None)
        if meant is None and not there:
            elsewhere[record] = gbps
            continue
        what = phrases.LACKS.say(count=len(ordered), names=names, gbps=gbps, year=year)
        right = phrases.ADD_PLACES.say() if meant is None else phrases.MEANT_PLACE.say(place=meant)
        yield Fault(places.find("background", record), f"background.{record}", what, right)
    if elsewhere and len(elsewhere) == len(topology.background):
        gbps = known_gbps(sum(elsewhere.values()))
        what = phrases.ELSEWHERE_ENDS.say(count=len(elsewhere), gbps=gbps, year=year)
        where = "background" if len(elsewhere) > 1 else f"background.{min(elsewhere)}"
        yield Fault(places.find("background", min(elsewhere)), where, what, phrases.ADD_PLACES.say())


def _meant(place: str, topology: Topology) -> str | None:
    """Return the node that a place may be meant for: one of nearly the same name that no region has already."""
    named = {node for region in topology.regions.values() for node in region.nodes}
    return next(iter(get_close_matches(place, sorted(topology.nodes.keys() - named), n=1, cutoff=SLIP)), None)


def background_misfits(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield what is wrong once everybody else's traffic flows over what stands: it does not fit, or links observe more.

    The flow is worked out, for least penalty, so this takes longer than all other warnings together.
    """
    observed = any(link.observed_gbps is not None for link in topology.links.values())
    if not topology.background and not observed:
        return
    year, loads = base_year(topology), dict[str, float]()
    if topology.background:
        inputs = _question(topology, places, year)
        tables = _flow(inputs)
        loads = loads_of_others(tables, year)
        if (misfit := find_misfit(inputs, tables, year)) is not None:
            first = min(topology.background)
            yield Fault(places.find("background", first), "background", str(misfit), phrases.CHECK_BACKGROUND.say())
    for each in find_contradictions(topology, loads, year):
        place = places.find("links", each.link, "observed")
        yield Fault(place, f"links.{each.link}.observed", str(each), phrases.CHECK_OBSERVED.say())


def _question(topology: Topology, places: Places, year: int) -> Inputs:
    """Return the question how everybody else's traffic flows where nobody asks for anything else or builds."""
    from planner.files import Inputs

    scenario = Scenario.model_validate({"id": "background", "topology": ["-"], "demand": ["-"], "years": [year]})
    links = {key: _standing(link, year) for key, link in topology.links.items() if link.project is None}
    stands = topology.model_copy(update={"links": links, "sites": {}, "groups": {}, "projects": {}})
    return Inputs(scenario, stands, add_background(Demand(id="background"), stands), None, (), (), places)


def _standing(link: Link, year: int) -> Link:
    """Return a link as it stands; what is committed beyond its capacity takes all of it."""
    committed = min(link.committed_gbps.at(year), link.capacity_gbps.at(year))
    return link.model_copy(update={"expansion": (), "committed_gbps": Yearly.flat(committed)})


def _flow(inputs: Inputs) -> Tables:
    from planner.plan.solve import solve

    tables = solve(inputs, briefly=True, sides=False).tables
    assert tables is not None  # all of it may be left
    return tables
