"""Every word that the scripts of a report say, in the language of the report; fields in braces are filled in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.programme.families import FAMILIES
from planner.report.language.rules import limit_words

if TYPE_CHECKING:
    from planner.report.language.speech import Language

Words = dict[str, str]


def script_words(language: Language) -> Words:
    """Return the sentences of the scripts by their key."""
    parts = (
        _general,
        _controls,
        _map,
        _legend,
        _details,
        _charts,
        _tables,
        _columns,
        _measures,
        _measures_of_traffic,
        _kinds,
    )
    return {key: text for part in parts for key, text in part(language).items()}


def _general(language: Language) -> Words:
    text = language.text
    return {
        "yes": text("yes"),
        "no": text("no"),
        "find": text("Find"),
        "find.hint": text("site, place or link"),
        "sort.site": text("Site"),
        "sort.link": text("Link"),
        "sort.node": text("Place"),
    }


def _controls(language: Language) -> Words:
    text = language.text
    return {
        "control.year": text("Year"),
        "control.hour": text("Hour"),
        "control.all_day": text("whole day, busiest hour"),
        "control.contingency": text("Failure"),
        "control.intact": text("everything works"),
        "control.colour": text("Colour shows"),
        "control.utilisation": text("utilisation"),
        "control.carbon": text("carbon of electricity"),
        "control.price": text("price of one more unit"),
        "control.flows": text("Flows of"),
        "control.nothing": text("nobody in particular"),
        "control.members": text("Countries"),
        "control.workloads": text("Workloads"),
        "control.reset": text("Reset"),
    }


def _map(language: Language) -> Words:
    text = language.text
    return {
        "map.about": text("Map of the network; sites: {sites}, links: {links}"),
        "map.closer": text("Closer"),
        "map.farther": text("Farther"),
        "map.whole": text("Where the plan plays, or the whole network"),
        "map.keys": text(
            "Plus and minus zoom, arrow keys move, 0 shows where the plan plays and then the whole network; Tab goes"
            " from site to site, Enter opens one. With the mouse, drag to move and turn the wheel with Ctrl held to"
            " zoom; on a touch screen use two fingers."
        ),
        "map.failed": text("{name} has failed"),
        "map.flows": text("flows of {name}"),
        "map.computed": text("loads of this hour, added up from the paths"),
        "map.surviving": text("only work that has to survive is routed and counted"),
        "map.land": text(
            "Land and borders: Natural Earth, 1:50 million, public domain. Borders are drawn as its makers saw them,"
            " without any judgement on the status of a territory; another basemap can be given as GeoJSON with"
            " --basemap."
        ),
        "map.own_land": text(
            "Land and borders: {file}, as given by the author of this report, without any judgement on the status of a"
            " territory."
        ),
        "map.no_land": text("The map is drawn without land and borders."),
    }


def _legend(language: Language) -> Words:
    text = language.text
    return {
        "legend.utilisation": text("Utilisation of sites and links"),
        "legend.carbon": text("Carbon of a site's electricity"),
        "legend.site_price": text("What one more PFLOPS a year is worth at a site"),
        "legend.link_price": text("What one more Gbps a year is worth on a link"),
        "legend.binding": text("full, or its limit has a price"),
        "legend.flows": text("chosen flows; the widest carries {most}"),
        "legend.size": text("Compute installed"),
        "legend.built": text("ring: share built by this plan"),
        "legend.lost": text("failed"),
        "legend.member": text("member country"),
    }


def _details(language: Language) -> Words:
    text = language.text
    return {
        "details.choose": text("Choose a site, a link or a place on the map to see its figures."),
        "details.close": text("Close"),
        "details.not_yet": text("not in service in {year}"),
        "details.lost": text("out of service in this failure"),
        "details.site_use": text("{used} of {installed} in use, {share}"),
        "details.link_use": text("{load} of {capacity} taken, {share}"),
        "details.others": text("everybody else: {amount}"),
        "details.chosen": text("chosen flows: {amount}"),
        "details.in_view": text("In the view chosen"),
        "details.utilisation_in_view": text("Utilisation in the view chosen"),
        "details.place": text("Place"),
        "details.country": text("Country"),
        "details.position": text("Latitude, longitude"),
        "details.access": text("RTT from users to the place"),
        "details.served_for": text("Served from here, {workload}"),
        "details.status": text("Status"),
        "details.published": text("Compute as published"),
        "details.serves": text("Takes"),
        "details.pue": text("PUE"),
        "details.electricity": text("Electricity price"),
        "details.carbon": text("Carbon of electricity"),
        "details.ends": text("Ends"),
        "details.kind": text("Kind"),
        "details.cable": text("Cable"),
        "details.length": text("Length"),
        "details.rtt": text("Round-trip time"),
        "details.duplex": text("Capacity"),
        "details.half": text("shared by both directions"),
        "details.users": text("Open to"),
        "details.source": text("Source"),
        "details.confidence": text("Confidence"),
        "details.note": text("Note"),
        "details.id": text("Id"),
        "confidence.verified": text("verified"),
        "confidence.estimated": text("estimated"),
        "confidence.assumed": text("assumed"),
    }


def _charts(language: Language) -> Words:
    text = language.text
    return {
        "chart.figures": text("Figures of this chart"),
        "chart.capacity": text("Compute installed and asked for"),
        "chart.capacity.about": text(
            "PFLOPS that stand or are built by this plan, beside what is asked for, as means over the day."
        ),
        "chart.installed": text("installed"),
        "chart.asked": text("asked for"),
        "chart.standing": text("standing"),
        "chart.built": text("built by this plan"),
        "chart.served": text("served"),
        "chart.unserved": text("unserved"),
        "chart.members": text("Where demand is served"),
        "chart.members.about": text("PFLOPS of each country's demand served at home, abroad, or not at all."),
        "chart.home": text("at home"),
        "chart.abroad": text("abroad"),
        "chart.market": text("rented"),
        "chart.day": text("Compute in use over the day"),
        "chart.day.about": text(
            "PFLOPS in use by kind of work and hour; training fills the hours in which inference is quiet."
        ),
        "chart.cost": text("Cost of the year by term"),
        "chart.cost.about": text("Money spent in the year; what unserved demand counts for is not in it."),
        "chart.cost_all": text("Cost of all years by term"),
        "chart.cost_all.about": text(
            "Money spent in all years, discounted to the first; what unserved demand counts for is not in it."
        ),
        "chart.total": text("total"),
        "chart.delays": text("Round-trip times"),
        "chart.delays.about": text(
            "Share of each workload's PFLOPS served within a round-trip time, and the longest that it bears."
        ),
        "chart.share": text("share served within"),
        "chart.limit": text("limit"),
        "chart.median": text("median"),
        "chart.high": text("95 % within"),
        "chart.worst": text("worst"),
    }


def _tables(language: Language) -> Words:
    text = language.text
    return {
        "table.which": text("Result tables"),
        "table.filter": text("Filter"),
        "table.filter_of": text("Filter the table: {table}"),
        "table.save": text("Save as CSV"),
        "table.all": text("Show all rows"),
        "table.count": text("{shown} of {all} rows"),
        "table.left_out": text("{count} more rows are too many for a page; they stand in {file} of the run's folder."),
        "table.members": text("Countries"),
        "table.members.about": text("What each country asks for, gets, hosts and pays, as means over the day."),
        "table.sites": text("Sites"),
        "table.sites.about": text("Compute, energy, carbon, cost and price of each site; utilisation is of its peak."),
        "table.links": text("Links"),
        "table.links.about": text(
            "Capacity and peak load of each link in its busier direction; utilisation includes what is committed."
        ),
        "table.demands": text("Demands"),
        "table.demands.about": text("What was asked for, served and left, and why."),
        "table.builds": text("Builds"),
        "table.builds.about": text("What this plan builds in the year, and what it costs."),
        "table.assignments": text("Assignments"),
        "table.assignments.about": text("Which place's work is done at which site, hour by hour."),
        "table.paths": text("Paths"),
        "table.paths.about": text("Over which links the work travels, path by path."),
        "table.rates": text("Traffic demands"),
        "table.rates.about": text("Traffic between two places: asked for, served and left, and why."),
        "table.traffic": text("Traffic paths"),
        "table.traffic.about": text("Over which links traffic between two places travels."),
        "table.failures": text("Failures"),
        "table.failures.about": text("How much each failure touches, and which of them shaped the plan."),
        "table.prices": text("Prices"),
        "table.prices.about": text("What one more unit of each limit that binds is worth, in every year."),
    }


def _columns(language: Language) -> Words:
    text = language.text
    return {
        "column.hour": text("Hour, UTC"),
        "column.contingency": text("Failure"),
        "column.origin": text("Origin"),
        "column.to": text("Destination"),
        "column.workload": text("Workload"),
        "column.site": text("Site"),
        "column.link": text("Link"),
        "column.path": text("Path"),
        "column.country": text("Country"),
        "column.asset": text("Asset"),
        "column.expansion": text("Expansion"),
        "column.family": text("Limit"),
        "column.key": text("Of"),
        "column.demand": text("Demand as written"),
        "column.links": text("Links walked"),
        "column.cable": text("Cable"),
        "column.reason": text("Reason"),
        "column.unit": text("Unit"),
        "column.member": text("Member"),
        "column.written": text("Written as rows"),
        "column.shaped": text("Shaped the plan"),
        "column.term": text("Term"),
    }


def _measures(language: Language) -> Words:
    text = language.text
    return {
        "column.pflops": text("PFLOPS"),
        "column.gbps": text("Gbps"),
        "column.rtt_ms": text("RTT, ms"),
        "column.glass_ms": text("RTT in glass alone, ms"),
        "column.mean_rtt_ms": text("Mean RTT, ms"),
        "column.km": text("km"),
        "column.installed_pflops": text("Installed, PFLOPS"),
        "column.built_pflops": text("Built, PFLOPS"),
        "column.cards": text("Cards"),
        "column.used_pflops": text("Mean use, PFLOPS"),
        "column.peak_pflops": text("Peak use, PFLOPS"),
        "column.utilisation": text("Utilisation"),
        "column.power_mw": text("Peak power, MW"),
        "column.energy_mwh": text("Energy, MWh a year"),
        "column.carbon_t": text("Carbon, t a year"),
        "column.water_m3": text("Water, m³ a year"),
        "column.embodied_t": text("Carbon embodied in machines, t by year of their life"),
        "column.season": text("Season"),
        "column.cost_usd": text("Cost a year, {currency}"),
        "column.price_usd_per_pflops": text("Worth of one more PFLOPS, {currency} a year"),
        "column.demand_pflops": text("Asked for, PFLOPS"),
        "column.served_pflops": text("Served, PFLOPS"),
        "column.unserved_pflops": text("Unserved, PFLOPS"),
        "column.hosted_pflops": text("Hosted, PFLOPS"),
        "column.imported_pflops": text("Served abroad, PFLOPS"),
        "column.exported_pflops": text("Hosted for others, PFLOPS"),
        "column.market_pflops": text("Rented on a market, PFLOPS"),
        "column.touched_pflops": text("Touched, PFLOPS"),
        "column.added": text("Added"),
        "column.capex_usd": text("Capex, {currency}"),
        "column.annuity_usd": text("Annuity, {currency} a year"),
        "column.opex_usd": text("Opex, {currency} a year"),
        "column.price": text("Price"),
        "column.price_more": text("Price of one unit more"),
        "column.price_less": text("Price of one unit less"),
    }


def _measures_of_traffic(language: Language) -> Words:
    text = language.text
    return {
        "column.price_usd_per_gbps": text("Worth of one more Gbps, {currency} a year"),
        "column.capacity_gbps": text("Capacity, Gbps"),
        "column.built_gbps": text("Built, Gbps"),
        "column.committed_gbps": text("Committed, Gbps"),
        "column.peak_gbps": text("Peak load, Gbps"),
        "column.background_gbps": text("Everybody else's peak load, Gbps"),
        "column.demand_gbps": text("Asked for, Gbps"),
        "column.served_gbps": text("Served, Gbps"),
        "column.unserved_gbps": text("Unserved, Gbps"),
        "column.background_lost_gbps": text("Everybody else's traffic left, Gbps"),
        "column.background_penalty_usd": text("What that counts for, {currency} a year"),
    }


def asset_words(language: Language) -> Words:
    """Return the words of files for kinds of links and statuses of sites, by family and word."""
    text = language.text
    return {
        "kind.submarine": text("submarine"),
        "kind.terrestrial": text("terrestrial"),
        "kind.microwave": text("microwave"),
        "kind.satellite": text("satellite"),
        "status.operating": text("operating"),
        "status.building": text("being built"),
        "status.planned": text("planned"),
        "status.candidate": text("candidate"),
    }


def _kinds(language: Language) -> Words:
    text = language.text
    families = {f"family.{name}": limit_words(language, family) for name, family in FAMILIES.items() if family.words}
    return {
        **families,
        **asset_words(language),
        "work.inference": text("inference"),
        "work.training": text("training"),
        "work.traffic": text("traffic"),
        "term.capex": text("capex, annualised"),
        "term.fixed": text("fixed"),
        "term.opex": text("opex"),
        "term.energy": text("energy"),
        "term.fees": text("fees"),
        "term.transit": text("transit"),
    }
