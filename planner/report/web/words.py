"""Every word that the scripts of a report say, in the language of the report; fields in braces are filled in there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.programme.families import FAMILIES
from planner.report.language.rules import limit_words
from planner.report.web.table_words import table_words

if TYPE_CHECKING:
    from planner.report.language.speech import Language

Words = dict[str, str]


def script_words(language: Language) -> Words:
    """Return the sentences of the scripts by their key."""
    parts = (_general, _controls, _map, _legend, _details, _charts, table_words, _kinds)
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
        "scope.charts": text(
            "The charts speak of {year} as a whole, with everything working: they do not follow the hour and the"
            " failure."
        ),
        "scope.tables": text(
            "The tables hold all hours and failures of {year}: filter them; they do not follow the switches above."
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
        "legend.own_width": text("width: traffic of this plan"),
        "legend.idle": text("carries none of this plan"),
        "legend.way": text("most of it goes where the arrow points"),
        "legend.utilisation": text("Use of what sites and links may use"),
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
