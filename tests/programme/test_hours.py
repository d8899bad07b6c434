"""The day: blocks of UTC hours, local rhythms, peaks that cancel, training that fills the valley.

Away has the only site, far, here with 20 PFLOPS. A PFLOPS of chat costs 1000 USD a year from away and 1100 from home,
5000 where it is left. `EVENING` asks for twice the mean from 12 to 24 o'clock local time and for nothing before.
"""

from __future__ import annotations

import pytest
from small import Changes, about, load, proved

from planner.programme.hours import block_factors, shaved_peak, standard_offset
from planner.programme.prepare import prepare

RHYTHM = "demand.workloads.chat.profile"
EVENING = [0.0] * 12 + [2.0] * 12
ASKING_BOTH = [{"origin": place, "workload": "chat", "compute": "10 PFLOPS"} for place in ("home", "away")]
DAY: Changes = {
    "topology.sites.near": None,
    "topology.sites.far.compute": "20 PFLOPS",
    RHYTHM: EVENING,
    "topology.nodes.home.timezone": "Africa/Abidjan",
    "topology.nodes.away.timezone": "Africa/Abidjan",
    "demand.demands": ASKING_BOTH,
    "scenario.hours": 2,
}
"""Everybody lives by UTC; two blocks of twelve hours."""
FAR_EAST = {"topology.nodes.away.timezone": "Pacific/Funafuti"}
"""Twelve hours ahead of UTC."""


def test_peaks_of_two_time_zones_cancel() -> None:
    """Home's 20 come when it is morning away, and away's 20 when it is morning at home: 10 x 1100 + 10 x 1000."""
    found = proved({**DAY, **FAR_EAST})
    assert found.objective == about(21_000)
    assert found.assignments["pflops"].droplevel(["contingency", "workload", "site"]).to_dict() == about(
        {(2030, 12, "home"): 20, (2030, 0, "away"): 20}
    )
    assert found.sites.loc[(2030, "far"), ["used_pflops", "peak_pflops", "utilisation"]].tolist() == about([20, 20, 1])


def test_peaks_of_one_time_zone_add_up() -> None:
    """40 are asked for at once and 20 are there; away is cheaper to serve: 10 x 1000 + 10 x 5000, on the mean."""
    found = proved(DAY)
    assert found.objective == about(60_000)
    assert found.demands["served_pflops"].to_dict() == about({(2030, "away", "chat"): 10, (2030, "home", "chat"): 0})


def test_one_block_knows_no_rhythm_and_the_plan_says_so() -> None:
    """The means are 10 and 10: all is served; half of the peak is shaved off."""
    found = proved({**DAY, "scenario.hours": 1})
    assert found.objective == about(21_000)
    assert "Blocks of 24 hours shave 50% off the peak hour of chat." in found.notes


def tuning(kind: str) -> Changes:
    """Return the day with 10 PFLOPS of chat at home and 10 of another work, of a kind, at away."""
    rows = [*ASKING_BOTH[:1], {"origin": "away", "workload": "tuning", "compute": "10 PFLOPS"}]
    return {**DAY, "demand.workloads.tuning": {"kind": kind, "unserved": "2 kUSD/PFLOPS/year"}, "demand.demands": rows}


def test_training_fills_the_valley() -> None:
    """Chat needs all 20 in the evening; tuning takes 20 in the morning, 10 on the mean: 11 000 + 10 000."""
    found = proved(tuning("training"))
    assert found.objective == about(21_000)
    done = found.assignments.xs("tuning", level="workload")["pflops"]
    assert done.droplevel(["contingency", "origin", "site"]).to_dict() == about({(2030, 0): 20})


def test_work_that_cannot_wait_does_not() -> None:
    """10 in each hour: none are left for it in the evening, 5 on the mean: 11 000 + 5 x 1000 + 5 x 2000."""
    assert proved(tuning("inference")).objective == about(26_000)


def test_capacity_is_built_for_the_peak_and_paid_once() -> None:
    """20 more for 40 in the evening at 200 a year: 4000; both are served on the mean as before, 21 000."""
    changes = {
        "scenario.finance": {"discount_rate": 0, "compute_life": 5},
        "topology.sites.far.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    }
    found = proved({**DAY, **changes})
    assert found.objective == about(25_000)
    assert found.builds["added"].tolist() == about([20])


def test_a_price_of_the_year_adds_up_its_hours() -> None:
    """One more than 25 serves home in the evening, half a PFLOPS on the mean: (5000 − 1100) / 2."""
    found = proved({**DAY, "topology.sites.far.compute": "25 PFLOPS"})
    assert found.sites.loc[(2030, "far"), "price_usd_per_pflops"] == about(1_950)


@pytest.mark.parametrize(("profile", "blocks"), [(None, 1), ("flat", 1), ("diurnal", 24), (EVENING, 24)])
def test_the_day_has_24_blocks_where_any_profile_is_not_flat(profile: object, blocks: int) -> None:
    """Unless the scenario says otherwise."""
    changes = {path: value for path, value in DAY.items() if path not in ("scenario.hours", RHYTHM)}
    assert prepare(load(changes | ({} if profile is None else {RHYTHM: profile}))).blocks == blocks


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Asia/Kolkata", 5),  # 5:30, rounded down
        ("America/St_Johns", -4),  # −3:30, rounded down
        ("Europe/Berlin", 1),  # 2 in summer
        ("America/Santiago", -4),  # −3 in January, when it is summer there
        ("Asia/Almaty", 5),  # 6 before 2024
        ("Europe/London", 0),
        ("Europe/Dublin", 0),  # London's clock all year; its law takes an hour away in winter
        ("Africa/Casablanca", 1),  # 0 in Ramadan alone
    ],
)
def test_local_hours_are_standard_time_rounded_down(zone: str, hours: int) -> None:
    """Daylight saving is ignored on both sides of the equator."""
    assert standard_offset(zone) == hours


def test_a_block_asks_for_the_mean_of_its_local_hours() -> None:
    """Berlin's hours 1..12 are UTC 0..11: 11 hours of 0 and one of 2 of the evening."""
    assert block_factors(tuple(EVENING), "Europe/Berlin", 2) == pytest.approx((2 / 12, 22 / 12))
    assert shaved_peak(tuple(EVENING), "Europe/Berlin", 2) == pytest.approx(1 / 12)
    assert shaved_peak(tuple(EVENING), "Europe/Berlin", 24) == 0
    assert shaved_peak(None, None, 1) == 0
