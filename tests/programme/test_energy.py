"""Energy at the load that is there: machines that wait, hours and seasons of tariffs and limits, embodied carbon.

Near has 10 PFLOPS at 3000 USD, far 100 at 1000 and 100 of transit; home asks for 20 and leaves the rest at 5000.
A kW all year at 0.10 USD/kWh costs 876 USD, at 400 g/kWh it emits 3.504 t.
"""

from __future__ import annotations

import pytest
from small import Changes, about, load, plan, proved

from planner.programme.prepare import prepare

YEARS_KW = 876.0
FAR: Changes = {"topology.sites.far.watts": "1 kW/PFLOPS", "topology.sites.far.electricity": "0.10 USD/kWh"}
IDLE: Changes = {
    **FAR,
    "topology.sites.far.pue": 1.25,
    "topology.sites.far.load": 0.8,
    "topology.sites.far.idle": 0.3,
    "topology.sites.far.carbon": "400 g/kWh",
    "topology.sites.far.water": "2 L/kWh",
}
"""A PFLOPS draws 0.375 kW as it waits, and 0.625 more as it works."""
SEASONS: Changes = {"scenario.seasons": {"winter": "73 days", "summer": "292 days"}}
"""A fifth of the year, and the rest."""
COLD: Changes = {
    "topology.sites.far.watts": "1 kW/PFLOPS",
    "topology.sites.far.power": {"seasons": {"winter": "10 kW", "summer": "100 kW"}},
}
"""In winter 10 PFLOPS may work far."""
TRAINING: Changes = {"demand.workloads.chat.kind": "training", "topology.sites.near": None}
NIGHT = [0.5] * 12 + [1.5] * 12


def test_machines_draw_power_as_they_wait() -> None:
    """100 wait, 20 work: 37.5 + 12.5 = 50 kW all year, 438 MWh, 175.2 t and 876 m3, for 43 800 USD."""
    found = proved(IDLE)
    assert found.objective == about(20 * 1100 + 50 * YEARS_KW)
    assert found.bound == about(found.objective)
    columns = ["power_mw", "energy_mwh", "carbon_t", "water_m3", "cost_usd"]
    assert found.sites.loc[(2030, "far"), columns].tolist() == about([0.05, 438, 175.2, 876, 20_000 + 50 * YEARS_KW])


def test_what_waits_is_paid_by_the_country_of_the_site() -> None:
    """37.5 kW are China's whatever it serves; what works is paid by those whose work it is."""
    found = proved(IDLE)
    assert found.members["cost_usd"].to_dict() == about(
        {(2030, "CN"): 37.5 * YEARS_KW, (2030, "KZ"): 22_000 + 12.5 * YEARS_KW}
    )


def test_what_waits_takes_of_the_limit_at_the_meter() -> None:
    """45 − 37.5 = 7.5 kW let 12 PFLOPS work; the other 8 are served near."""
    found = proved({**IDLE, "topology.sites.far.power": "45 kW"})
    assert found.objective == about(12 * 1100 + 45 * YEARS_KW + 8 * 3000)
    assert found.sites.loc[(2030, "far"), "power_mw"] == about(0.045)


def test_what_waits_takes_of_the_power_of_a_group() -> None:
    """As of that of the site alone: 12 PFLOPS may work."""
    found = proved({**IDLE, "topology.groups.east": {"sites": ["far"], "power": "45 kW"}})
    assert found.objective == about(12 * 1100 + 45 * YEARS_KW + 8 * 3000)


def test_what_waits_takes_of_what_a_member_may_pay_for_running() -> None:
    """Of 50 kUSD a year 32 850 go for what waits; a PFLOPS at work costs 1000 and 547.5 more."""
    working = (50_000 - 37.5 * YEARS_KW) / (1000 + 0.625 * YEARS_KW)
    found = proved({**IDLE, "scenario.limits.members": {"CN": {"opex": "50 kUSD/year"}}})
    assert found.sites.loc[(2030, "far"), "used_pflops"] == about(working)


def test_what_is_built_waits_too() -> None:
    """At 0.4 idle and 0.8 at work a PFLOPS that is built and used draws 0.8 kW: 10 kW are 12.5 PFLOPS; 7.5 are left."""
    changes = {
        **FAR,
        "topology.sites.near": None,
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.load": 0.8,
        "topology.sites.far.idle": 0.4,
        "topology.sites.far.power": "10 kW",
        "topology.sites.far.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
        "scenario.finance": {"discount_rate": 0, "compute_life": 5},
    }
    found = proved(changes)
    assert found.builds["added"].tolist() == about([12.5])
    assert found.objective == about(12.5 * (1100 + 200) + 10 * YEARS_KW + 7.5 * 5000)


def test_a_site_that_waits_above_its_limit_leaves_no_plan_and_the_least_more_power_is_said() -> None:
    """37.5 kW are drawn whatever is decided, and 30 are there."""
    found = plan({**IDLE, "topology.sites.far.power": "30 kW"})
    assert found.status.value == "infeasible"
    assert any("0.0075 MW more at the meter of site far" in finding for finding in found.findings)


def test_a_site_out_of_service_does_not_wait() -> None:
    """From 2031 on it does."""
    found = proved({**IDLE, "topology.sites.far.from": 2031})
    assert found.objective == about(10 * 3000 + 10 * 5000)
    assert found.sites.loc[(2030, "far"), "energy_mwh"] == about(0)


def test_carbon_counts_what_waits_and_limits_it() -> None:
    """37.5 kW emit 131.4 t as they wait; of 150 t 18.6 are left, for 18.6 / (0.625 x 3.504) = 8.493 PFLOPS."""
    working = (150 - 37.5 * 3.504) / (0.625 * 3.504)
    found = proved({**IDLE, "scenario.limits.carbon": "150 t/year"})
    assert found.sites.loc[(2030, "far"), "used_pflops"] == about(working)
    assert found.objective == about(
        working * 1100 + (37.5 + working * 0.625) * YEARS_KW + 30_000 + (10 - working) * 5000
    )


def test_the_objective_carbon_counts_what_waits() -> None:
    """Near serves 10 for nothing, the other 10 far: 37.5 + 6.25 kW."""
    found = proved({**IDLE, "scenario.objective": ["served", "carbon"]})
    reached = {stage.name: stage.value for stage in found.stages}
    assert reached["carbon"] == pytest.approx(43.75 * 3.504, rel=1e-5)


def test_work_moves_to_the_hours_of_cheap_power() -> None:
    """Half the day costs half as much: 20 of the mean work there, twice as many at once, at 0.05 USD."""
    changes = {
        **FAR,
        **TRAINING,
        "topology.sites.far.electricity": {"price": "0.10 USD/kWh", "profile": NIGHT},
        "topology.nodes.away.timezone": "Africa/Abidjan",
        "scenario.hours": 2,
    }
    found = proved(changes)
    assert found.objective == about(20 * 1100 + 20 * YEARS_KW / 2)
    assert found.assignments["pflops"].to_dict() == about({(2030, 0, "intact", "home", "chat", "far"): 40})


def test_local_hours_are_those_of_the_site() -> None:
    """Twelve hours further east the cheap half is the second of the UTC day."""
    changes = {
        **FAR,
        **TRAINING,
        "topology.sites.far.electricity": {"price": "0.10 USD/kWh", "profile": NIGHT},
        "topology.nodes.away.timezone": "Pacific/Funafuti",
        "scenario.hours": 2,
    }
    assert proved(changes).assignments.index.get_level_values("hour").tolist() == [12]


def test_carbon_has_hours_as_well() -> None:
    """By day 200 g, by night 600: the mean load of 20 kW emits as the mean does, as chat asks for the same all day."""
    changes = {
        **FAR,
        "topology.sites.far.carbon": {"intensity": "400 g/kWh", "profile": NIGHT},
        "topology.nodes.away.timezone": "Africa/Abidjan",
        "scenario.hours": 2,
    }
    assert proved(changes).sites.loc[(2030, "far"), "carbon_t"] == about(20 * 3.504)
    movable = proved({**changes, **TRAINING, "scenario.objective": ["served", "carbon"]})
    assert movable.sites.loc[(2030, "far"), "carbon_t"] == pytest.approx(20 * 3.504 / 2, rel=1e-4)


@pytest.mark.parametrize(("profile", "blocks"), [("flat", 1), ("diurnal", 24), (NIGHT, 24)])
def test_the_day_has_24_blocks_where_a_tariff_has_a_rhythm(profile: object, blocks: int) -> None:
    """As where a demand has one."""
    tariff = {"price": "0.10 USD/kWh", "profile": profile}
    changes = {"topology.sites.far.electricity": tariff, "topology.nodes.away.timezone": "Asia/Urumqi"}
    assert prepare(load(changes)).blocks == blocks


def test_a_limit_of_winter_binds_in_winter_alone() -> None:
    """A fifth of the year 10 far and 10 near, else 20 far: 0.2 x 41 000 + 0.8 x 22 000; a MW more in winter."""
    found = proved({**COLD, **SEASONS})
    assert found.objective == about(25_800)
    assert found.assignments.index.names[:3] == ["year", "season", "hour"]
    far = found.assignments["pflops"].xs("far", level="site").droplevel(["year", "contingency", "origin", "workload"])
    assert far.to_dict() == about({("winter", 0): 10, ("summer", 0): 20})
    assert found.prices["price_more"].loc[("site_power", "2030/winter/far")] == about(0.2 * 1000 * 1900)
    assert "Seasons weigh by their days: winter 73, summer 292." in " ".join(found.notes)


def test_without_seasons_a_limit_is_its_least() -> None:
    """10 kW all year."""
    found = proved(COLD)
    assert found.objective == about(41_000)
    assert found.assignments.index.names[1] == "hour"


@pytest.mark.parametrize(
    ("days", "mean"), [(None, 0.15), ({"winter": "73 days", "summer": "292 days"}, 0.2 * 0.2 + 0.8 * 0.1)]
)
def test_without_seasons_a_price_is_its_mean_by_the_days_that_the_topology_says(days: object, mean: float) -> None:
    """Without any, seasons weigh alike."""
    tariff = {"seasons": {"winter": "0.2 USD/kWh", "summer": "0.1 USD/kWh"}}
    changes = {**FAR, "topology.sites.far.electricity": tariff} | ({"topology.seasons": days} if days else {})
    assert proved(changes).objective == about(20 * 1100 + 20 * 8760 * mean)


def test_a_price_has_seasons_in_a_year_of_its_map() -> None:
    """In 2030 winter is twice as dear: (0.2 x 0.2 + 0.8 x 0.1) x 8760 h for 20 kW."""
    tariff = {2026: "0.5 USD/kWh", 2030: {"seasons": {"winter": "0.2 USD/kWh", "summer": "0.1 USD/kWh"}}}
    found = proved({**FAR, **SEASONS, "topology.sites.far.electricity": tariff})
    assert found.objective == about(20 * 1100 + 20 * 8760 * 0.12)


def test_a_demand_asks_for_more_in_winter() -> None:
    """40 in winter and 15 in summer are 20 on the mean; 30 stand far, so that in winter 10 are served near."""
    asked = {"seasons": {"winter": "40 PFLOPS", "summer": "15 PFLOPS"}}
    changes = {**SEASONS, "demand.demands.0.compute": asked, "topology.sites.far.compute": "30 PFLOPS"}
    found = proved(changes)
    assert found.demands.loc[(2030, "home", "chat"), ["demand_pflops", "served_pflops"]].tolist() == about([20, 20])
    assert found.objective == about(0.2 * (30 * 1100 + 10 * 3000) + 0.8 * 15 * 1100)
    assert plan({"demand.demands.0.compute": asked}).demands["demand_pflops"].tolist() == about([27.5])


def test_training_moves_out_of_winter() -> None:
    """10 work in winter, (20 − 0.2 x 10) / 0.8 = 22.5 in summer."""
    found = proved({**COLD, **SEASONS, **TRAINING, "topology.sites.far.compute": "22.5 PFLOPS"})
    assert found.objective == about(22_000)
    assert sorted(found.assignments["pflops"].tolist()) == about([10, 22.5])


def test_what_survives_in_summer_need_not_survive_in_winter() -> None:
    """Without near all 20 go far in summer, and 10 in winter: so much more chat that must survive is not served."""
    changes = {
        **COLD,
        **SEASONS,
        "demand.workloads.chat.survives": 1,
        "scenario.contingencies": ["site:near"],
        "topology.sites.far.opex": "3500 USD/PFLOPS/year",
    }
    found = proved(changes)
    assert found.demands["served_pflops"].tolist() == about([0.2 * 10 + 0.8 * 20])


def test_embodied_carbon_is_spread_over_the_life_of_machines() -> None:
    """150 kg x 100 PFLOPS over 5 years are 3 t; what is built there embodies as much, unless it says otherwise."""
    changes = {
        "topology.sites.far.embodied": "150 kg/PFLOPS",
        "topology.sites.near": None,
        "topology.sites.far.compute": "10 PFLOPS",
        "topology.sites.far.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    }
    found = proved(changes)
    assert found.sites.loc[(2030, "far"), "embodied_t"] == about(20 * 0.15 / 5)
    changes["topology.sites.far.expansion"] = [
        {"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS", "embodied": "50 kg/PFLOPS"}
    ]
    assert proved(changes).sites.loc[(2030, "far"), "embodied_t"] == about((10 * 0.15 + 10 * 0.05) / 5)


def test_embodied_carbon_counts_in_the_limit_only_where_that_says_so() -> None:
    """Of 40 t 37 are left for 37 / 3.504 PFLOPS far; the rest is served near."""
    changes = {**FAR, "topology.sites.far.electricity": "0 USD/kWh", "topology.sites.far.carbon": "400 g/kWh"}
    changes |= {"topology.sites.far.embodied": "150 kg/PFLOPS", "scenario.limits.carbon": "40 t/year"}
    plain, counted = proved(changes), proved({**changes, "scenario.limits.embodied": True})
    assert plain.sites.loc[(2030, "far"), "used_pflops"] == about(40 / 3.504)
    assert counted.sites.loc[(2030, "far"), "used_pflops"] == about(37 / 3.504)
