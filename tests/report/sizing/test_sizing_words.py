"""A sizing in words: what is not proved or not known is said, and the middle of many years is left out."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from small import BY_ITSELF, Changes, load

import planner
from planner import Sizing, Status, Watch
from planner.report.sizing.words import answer, saving_words
from planner.studies.pooling import Saving

if TYPE_CHECKING:
    from planner import Plan


def sized(changes: Changes | None = None, **options: Any) -> Sizing:
    """Size a world with its changes."""
    return planner.size(load(changes), **options)


def words(found: Sizing, **options: Any) -> str:
    """Print a sizing at 80 columns and forget where its lines end."""
    paper = io.StringIO()
    planner.print_sizing(found, console=Console(file=paper, width=80, highlight=False), **options)
    return " ".join(paper.getvalue().split())


def unproved(plan: Plan, gap: float) -> Plan:
    """Return a plan that was stopped before its proof."""
    return replace(plan, status=Status.FEASIBLE, gap=gap)


def test_what_is_not_proved_says_so() -> None:
    """With the largest gap."""
    found = sized()
    plans = {
        **found.plans,
        "pooled": unproved(found.plans["pooled"], 0.02),
        "alone": unproved(found.plans["alone"], 0.3),
    }
    assert answer(replace(found, plans=plans)).endswith("NOT ALL OF THIS IS PROVED: the largest gap is 30 %.")
    tie = {"leanest 2030": unproved(found.plans["leanest 2030"], 0.0)}
    assert "stopped before its cheapest form was proved" in answer(replace(found, plans=tie))
    endless = {"pooled": unproved(found.plans["pooled"], float("inf"))}
    assert answer(replace(found, plans=endless)).endswith("PROVED: some gaps are not known.")


def test_what_an_interrupt_left_out_is_named() -> None:
    """The cheapest plan is told, the need is not."""
    watch = Watch()

    def interrupt(name: str) -> None:
        watch.interrupted = name == "leanest 2030"

    said = words(sized(watch=watch, tell=interrupt), stopped="interrupted")
    assert "At least cost, what is worth serving takes 22 kUSD a year" in said
    assert "Interrupted. Not answered: these plans were not found" in said
    assert "- leanest 2030 - worth serving, alone - pooled - alone" in said
    assert "are needed" not in said


def test_a_target_that_lasts_is_not_used_up() -> None:
    """30 for the 20 that are asked, of which 10 stand."""
    said = words(sized({**BY_ITSELF, "scenario.community.target": "30 PFLOPS"}))
    assert "30 PFLOPS serve 100 % of the members' demand in 2030 and are not used up; 20 are needed" in said
    assert "20 in KZ. 10 of them stand already, 10 are to be built." in said
    assert "Used up: never in the years listed" in said


def test_a_target_too_small_from_the_start_is_used_up_by_then() -> None:
    """15 for 20, of which 10 stand."""
    said = words(sized({**BY_ITSELF, "scenario.community.target": "15 PFLOPS"}))
    assert "15 PFLOPS serve 75 % of the members' demand in 2030 and are used up by 2030; 20 are needed" in said
    assert "Used up: by 2030, the first year listed, the need has passed the target." in said


@pytest.mark.parametrize(
    ("served", "head", "needed", "compared", "cost"),
    [
        (
            None,
            "worth year asked serving needed",
            "what is worth serving",
            "what is worth serving",
            "what is worth serving takes",
        ),
        (
            "most",
            "can be year asked served needed",
            "as much as it can",
            "the most that can be served",
            "all that can be served",
        ),
        (0.5, "then year asked served needed", "what is asked", "the share, alone the most that can be", "that takes"),
    ],
)
def test_the_words_follow_what_is_asked_for(
    served: float | str | None, head: str, needed: str, compared: str, cost: str
) -> None:
    """What is worth its price, as much as can be served, or a share."""
    said = words(sized(BY_ITSELF, served=served))
    assert head in said
    assert f"with which the community by itself serves {needed}, in every hour" in said
    assert "What stands counts as far as it is needed, and whole at a site to which more is built" in said
    assert f"Served and needed: {compared}, and the fewest PFLOPS for it on the member's soil." in said
    assert f"At least cost, {cost}" in said
    assert ("Worth serving: what the cheapest plan of the community by itself serves" in said) == (served is None)


def test_what_is_not_worth_its_price_is_told_with_the_way_to_size_for_it() -> None:
    """A new PFLOPS costs more than 5000 a year: the 10 that stand serve 10 of 20."""
    dear = [{"max": "100 PFLOPS", "capex": "50 kUSD/PFLOPS"}]
    said = words(sized({**BY_ITSELF, "topology.sites.near.expansion": dear}))
    assert "10 PFLOPS are needed to serve the 50 % that is worth serving: 10 in KZ. All of them stand already" in said
    assert "10 PFLOPS that are asked for stay unserved as not worth their price; '--served most' counts" in said


def test_of_many_years_five_stand_side_by_side() -> None:
    """The first and the last among them; the table by year holds all."""
    said = words(sized({"scenario.years": list(range(2026, 2034))}))
    assert "member 2026 2028 2030 2031 2033 2033 2033" in said
    assert all(f"{year} 20.0 20.0 100 % 20.0" in said for year in range(2026, 2034))


def test_a_saving_tells_money_from_penalty() -> None:
    """Whichever way they go."""
    assert saving_words(Saving(-2e3, 5e3), "USD") == (
        "2 kUSD more is spent, and the penalty on what stays unserved falls by 5 kUSD"
    )
    assert saving_words(Saving(2e3, -5e3), "USD") == (
        "2 kUSD less is spent, and the penalty on what stays unserved rises by 5 kUSD"
    )


def test_causes_that_overlap_are_explained() -> None:
    """Clocks that explain more than all there is: 58 000."""
    found = sized()
    assert found.pooling is not None
    parts = {**found.pooling.parts, "time_zones": Saving(10e3, 50e3)}
    said = words(replace(found, pooling=replace(found.pooling, parts=parts)))
    assert "Causes overlap: each is counted in full" in said
    assert "Causes overlap" not in words(found)


def test_members_beyond_the_fifth_are_counted_together() -> None:
    """Six countries of one city each, each with a site of its own and 10 PFLOPS to serve."""
    changes: dict[str, Any] = {"topology.nodes": {}, "topology.sites": {}, "topology.links": {}, "demand.demands": []}
    for country in ("AT", "BE", "CH", "DE", "ES", "FR"):
        city = country.lower()
        changes["topology.nodes"][city] = {"country": country, "lat": 43.0, "lon": 77.0}
        changes["topology.sites"][city] = {"node": city, "status": "operating", "compute": "10 PFLOPS"}
        changes["demand.demands"].append({"origin": city, "workload": "chat", "compute": "10 PFLOPS"})
    found = sized({**changes, "scenario.community.members": ["AT", "BE", "CH", "DE", "ES", "FR"]})
    assert "10 in AT, 10 in BE, 10 in CH, 10 in DE, 10 in ES and 10 in 1 more" in words(found)


def test_members_that_need_as_much_but_for_a_solvers_rounding_come_by_their_code() -> None:
    """Both need 10, and a solver says 9.99999999994 of the first."""
    found = sized({"topology.sites.far.compute": "10 PFLOPS"})
    places = found.places.copy()
    places.loc[(2030, "far"), "needed_pflops"] -= 6e-11
    object.__setattr__(found, "places", places)
    assert "10 in CN and 10 in KZ." in answer(found)


def test_who_asks_for_nothing_needs_nothing() -> None:
    """CN is the only member, has 100 and asks for nothing."""
    assert "The members need no PFLOPS of their own in 2030." in words(sized({"scenario.community.members": ["CN"]}))


def test_where_nothing_is_worth_serving_it_says_what_is_left() -> None:
    """Serving costs 3000 at near and leaving work undone 2000."""
    said = words(sized({**BY_ITSELF, "demand.workloads.chat.unserved": "2 kUSD/PFLOPS/year"}))
    assert (
        "The members need no PFLOPS of their own in 2030. 20 PFLOPS that are asked for stay unserved as not worth their"
        " price; '--served most' counts"
    ) in said
