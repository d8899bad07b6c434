"""The words of a topology's map: what its scripts say, and what the fields of its records are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.web.words import asset_words

if TYPE_CHECKING:
    from planner.report.language.speech import Language

Words = dict[str, str]


def map_words(language: Language) -> Words:
    """Return the sentences of a map's scripts by their key; those of reports (`script_words`) stand beside them."""
    return {
        **_controls(language),
        **_legend(language),
        **_figures(language),
        **_routes(language),
        **_tables(language),
    }


def _controls(language: Language) -> Words:
    text = language.text
    return {
        "topology.from": text("From"),
        "topology.to": text("To"),
        "topology.place_hint": text("place or site"),
        "topology.failure": text("Fails alone"),
        "topology.nothing": text("nothing"),
        "topology.about_map": text("Map of the network; sites: {sites}, links: {links}"),
        "topology.status": text("Links in service in {year}: {links}. Sites with compute: {sites}, together {pflops}"),
        "topology.failing": text("{name} has failed"),
        "group.cable": text("Cables"),
        "group.risk": text("Risks"),
        "group.link": text("Links"),
        "group.node": text("Places"),
        "sort.cable": text("Cable"),
        "sort.risk": text("Risk"),
    }


def _legend(language: Language) -> Words:
    text = language.text
    return {
        "legend.committed": text("Share of a link already taken by other traffic"),
        "legend.width": text("Width: capacity"),
        "legend.sites": text("Sites by status"),
        "legend.later": text("not in service in the year chosen, or not decided"),
        "legend.trip": text("the quickest way"),
        "legend.failed": text("failed"),
        "legend.cut": text("place that is cut off"),
    }


def _figures(language: Language) -> Words:
    text = language.text
    return {
        "topology.not_yet": text("not yet in service in {year}"),
        "topology.no_more": text("no longer in service in {year}"),
        "topology.undecided": text("exists only if the project is built: {project}"),
        "topology.in_year": text("Compute in {year}"),
        "topology.capacity_in_year": text("Capacity in {year}"),
        "topology.committed_in_year": text("Already taken in {year}"),
        "topology.share_taken": text("{committed} of {capacity} already taken, {share}"),
        "topology.is_cut_off": text("cut off by the failure chosen"),
        "topology.is_dark": text("without any machine after the failure chosen"),
        "topology.fails": text("fails"),
        "topology.trip_from": text("Round trip from here"),
        "topology.trip_to": text("Round trip to here"),
    }


def _routes(language: Language) -> Words:
    text = language.text
    return {
        "trip.choose": text(
            "Choose two places above, or on the map, to see the round-trip time between them and the quickest way."
        ),
        "trip.unknown": text("There is no place called {name}."),
        "trip.found": text("{start} to {end}: {rtt} there and back, {km}, links: {links}."),
        "trip.same": text("Both places are {name}: no link lies between them."),
        "trip.none": text("No way leads from {start} to {end} over the links in service in {year}."),
        "trip.none_failing": text("No way leads from {start} to {end} once {failure} has failed."),
        "trip.found_failing": text(
            "{start} to {end}: {rtt} there and back, {km}, links: {links}, once {failure} has failed."
        ),
        "trip.ideal": text(
            "Straight glass over the great circle of {km} would take {rtt}. The access of the users comes on top."
        ),
        "trip.glass": text("In glass alone the same way takes {rtt}."),
        "trip.steps": text("The quickest way, link by link"),
        "trip.step": text("To"),
        "trip.over": text("Over"),
        "cut.none": text("Nothing that fails alone cuts any place off in {year}."),
        "cut.places": text("Places cut off"),
        "cut.who": text("Who is cut off, and what share of the country's demand"),
        "cut.share": text("{country} {share}: {names}"),
        "cut.dark": text("without any machine: {names}"),
        "cut.show": text("Show on the map"),
        "cut.shown": text("Shown: take away"),
        "cut.more": text("+{count}"),
        "cut.sort": text("Kind"),
        "cut.failure": text("Fails alone"),
    }


def _tables(language: Language) -> Words:
    text = language.text
    return {
        "topology.nodes": text("Places"),
        "topology.sites": text("Sites"),
        "topology.links": text("Links"),
        "topology.cables": text("Cables"),
        "topology.caption": text("{table}, {year}"),
        "column.in_service": text("In service"),
        "column.degree": text("Links"),
        "column.name": text("Name"),
        "column.id": text("Id"),
        "column.kind": text("Kind"),
        "column.node": text("Place"),
        "column.status": text("Status"),
        "column.from": text("First year"),
        "column.until": text("Last year"),
        "column.lat": text("Latitude"),
        "column.lon": text("Longitude"),
        "column.access": text("Access RTT, ms"),
        "column.weight": text("Share of its country's demand"),
        "column.compute_pflops": text("Compute, PFLOPS"),
        "column.expansions": text("Ways to add"),
        "column.a": text("From"),
        "column.b": text("To"),
        "column.gbps_now": text("Capacity, Gbps"),
        "column.committed_now": text("Committed, Gbps"),
        "column.share": text("Share taken"),
        "column.segments": text("Links"),
        "column.landings": text("Places"),
        "column.source": text("Source"),
        "column.confidence": text("Confidence"),
        "column.project": text("Project"),
    }


def field_labels(language: Language) -> Words:
    """Return what the fields of nodes, sites, links, cables, expansions are called, by their name in the models."""
    text = language.text
    return {
        "country": text("Country"),
        "lat": text("Latitude"),
        "lon": text("Longitude"),
        "timezone": text("Time zone"),
        "weight": text("Share of its country's demand"),
        "access_rtt_ms": text("RTT from users to the place"),
        "through": text("Through traffic"),
        "edge": text("The map ends here"),
        "observed_gbps": text("Observed load"),
        "node": text("Place"),
        "status": text("Status"),
        "from_year": text("First year of service"),
        "until": text("Last year of service"),
        "compute_pflops": text("Compute"),
        "published_compute": text("Compute as published"),
        "precision": text("Precision of the figures"),
        "sparse": text("Quoted with sparsity"),
        "accelerators": text("Accelerators"),
        "chip": text("Accelerator"),
        **_power_labels(language),
        "opex_usd_per_pflops": text("Cost of use"),
        "fixed_cost_usd": text("Fixed cost"),
        "market": text("Rented by use"),
        "groups": text("Groups"),
        "owner": text("Owners"),
        "fails_per_year": text("Failures a year"),
        "repair_hours": text("Hours of repair"),
        "serves": text("Takes"),
        "offers": text("Its machines offer"),
        **_carrier_labels(language),
        **_expansion_labels(language),
        "source": text("Source"),
        "confidence": text("Confidence"),
        "note": text("Note"),
        "names": text("In other languages"),
        "id": text("Id"),
    }


def _power_labels(language: Language) -> Words:
    text = language.text
    return {
        "power_mw": text("Limit of power"),
        "pue": text("PUE"),
        "watts_kw_per_pflops": text("IT power"),
        "load": text("Share of it drawn at work"),
        "idle": text("Share of it drawn while waiting"),
        "electricity_usd_per_kwh": text("Electricity price"),
        "electricity_profile": text("Electricity price by hour, of its mean"),
        "carbon_g_per_kwh": text("Carbon of electricity"),
        "carbon_profile": text("Carbon by hour, of its mean"),
        "embodied_kg_per_pflops": text("Embodied carbon"),
        "water_l_per_kwh": text("Water for cooling"),
    }


def _carrier_labels(language: Language) -> Words:
    text = language.text
    return {
        "ends": text("Ends"),
        "kind": text("Kind"),
        "cable": text("Cable"),
        "length_km": text("Length"),
        "rtt_ms": text("Round-trip time"),
        "rtt_measured": text("Round-trip time is measured"),
        "capacity_gbps": text("Capacity, each way"),
        "committed_gbps": text("Already taken, each way"),
        "design_gbps": text("Designed to carry, each way"),
        "duplex": text("Both directions"),
        "transit_usd_per_gbps": text("Price of use"),
        "usable_by": text("Open to"),
        "route": text("Route"),
        "branches": text("Branch"),
    }


def _expansion_labels(language: Language) -> Words:
    text = language.text
    return {
        "expansion": text("Can be added"),
        "step": text("in steps of"),
        "max": text("at most"),
        "capex_usd": text("capex"),
        "opex_usd": text("opex"),
        "project": text("Project"),
    }


def field_words(language: Language) -> Words:
    """Return the words that fields hold, by family and word."""
    text = language.text
    return {
        **asset_words(language),
        "serves.inference": text("inference"),
        "serves.training": text("training"),
        "confidence.verified": text("verified"),
        "confidence.estimated": text("estimated"),
        "confidence.assumed": text("assumed"),
        "duplex.half": text("share the capacity"),
        "duplex.full": text("have the capacity each"),
        "sparse.True": text("yes"),
        "market.True": text("yes"),
        "worked_out": text("{figure}, worked out"),
    }
