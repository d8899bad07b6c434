"""What the result tables of a report and their columns are called, in the language of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.report.language.speech import Language

Words = dict[str, str]


def table_words(language: Language) -> Words:
    """Return the words of tables and columns by their key."""
    parts = (_tables, _columns, _measures, _measures_of_traffic)
    return {key: word for part in parts for key, word in part(language).items()}


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
        "table.capital": text("Capital"),
        "table.capital.about": text("Who pays what is built, overnight, in the year of building."),
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
        "column.caused_usd": text("Cost a year of what it uses, {currency}"),
        "column.paid_usd": text("Cost a year of what it owns, {currency}"),
        "column.sites_usd": text("Capital for sites, {currency}"),
        "column.links_usd": text("Capital for links, {currency}"),
        "column.projects_usd": text("Capital for projects, {currency}"),
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
