"""Inference with a deadline, door to door: what is sent and worked on leaves so much for the round trip.

Home (KZ) asks for 20 PFLOPS. Near has 10 at 3000 USD, far (CN) 100 at 1000 + 100 of transit, 10 ms away; what is left
costs 5000. A scan of 1 GB at 100 Mbps is sent in 80 s; 80 PFLOP on 2 PFLOPS at a utilisation of 0.8 take 50 s.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from small import Changes, about, load, plan, proved

import planner
from planner.plan.verify.checks import verify_plan

JOB = {"payload": "1 GB", "rate": "100 Mbps", "work": "80 PFLOP", "takes": "2 PFLOPS", "deadline": "5 minutes"}


def job(**words: object) -> Changes:
    """The scans, with other words."""
    return {"demand.workloads.chat.job": {**JOB, **words}}


def test_a_deadline_leaves_what_sending_and_work_do_not_take() -> None:
    """300 - 80 - 50 = 170 s: all go far. The plan says what the deadline is made of."""
    found = proved(job())
    assert found.objective == about(22_000)
    assert load(job()).demand.workloads["chat"].rtt_limit_ms == about(170_000)
    taken = "80 s to send, 50 s of work at a utilisation of 0.8, which is to cover queueing"
    assert list(found.notes) == [f"chat is answered within 300 s: {taken}, and 170 s for the round trip."]


@pytest.mark.parametrize(
    ("words", "usd"),
    [
        ({"deadline": "130010 ms"}, 22_000),
        ({"deadline": "130009 ms"}, 10 * 3000 + 10 * 5000),
        ({"deadline": "130010 ms", "rate": "99 Mbps", "payload": "0.99 GB"}, 22_000),
        ({"deadline": "130010 ms", "utilisation": 0.79}, 20 * 5000),
        ({"deadline": "130010 ms", "takes": "1.9 PFLOPS"}, 20 * 5000),
        ({"deadline": "130010 ms", "rate": "99 Mbps"}, 20 * 5000),
        ({"deadline": "130010 ms", "work": "81 PFLOP"}, 20 * 5000),
    ],
)
def test_the_way_is_admissible_only_within_what_is_left(words: dict[str, object], usd: float) -> None:
    """Far is 10 ms away, near none: with 9 ms left near does 10, and 10 are left; where more is taken, all are."""
    assert proved(job(**words)).objective == about(usd)


def test_what_a_deadline_leaves_too_little_for_is_told() -> None:
    """Without near: far is 10 ms away, and 9 are left."""
    found = proved({**job(deadline="130009 ms"), "topology.sites.near": None})
    assert found.demands["reason"].tolist() == [
        "deadline: the nearest allowed site, far, takes 10.0 ms, and sending and work leave 9 ms"
    ]


def test_a_deadline_that_sending_and_work_take_up_is_told() -> None:
    """130 s of 2 minutes."""
    found = proved(job(deadline="2 minutes"))
    assert found.demands["reason"].tolist() == ["deadline: sending takes 80 s and work 50 s, and the deadline is 120 s"]


def test_a_site_has_to_have_what_one_piece_takes() -> None:
    """Far is cut off. Near has 10 PFLOPS: where one piece takes 12, all are left; where it takes 10, near does 10."""
    shut = {"topology.links": None}
    found = proved({**job(takes="12 PFLOPS"), **shut})
    assert found.objective == about(20 * 5000)
    assert proved({**job(takes="10 PFLOPS"), **shut}).objective == about(10 * 3000 + 10 * 5000)


def test_the_shorter_of_both_limits_holds() -> None:
    """A max_rtt of 9 ms is shorter than 170 s."""
    found = proved({**job(), "demand.workloads.chat.max_rtt": "9 ms", "topology.sites.near": None})
    assert (
        found.demands["reason"].tolist() == ["latency: the nearest allowed site, far, takes 10.0 ms, the limit is 9 ms"]
        or "9 ms" in found.demands["reason"].tolist()[0]
    )


def test_the_deadline_is_named_where_it_alone_leaves_no_plan() -> None:
    """All is required, and 130 s of 2 minutes are taken."""
    found = plan({**job(deadline="2 minutes"), "demand.workloads.chat.unserved": "required"})
    assert found.status is planner.Status.INFEASIBLE
    assert "with this change alone a plan exists: chat has no deadline of 120 s" in found.findings


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (job(utilisation=0.9), "'0.9' is out of range: write more than 0, up to 0.8"),
        (job(deadline="5"), "'5' has no unit"),
        (job(payload="1 km"), "job.payload: '1 km'"),
        ({"demand.workloads.chat.job": {key: JOB[key] for key in JOB if key != "rate"}}, "job.rate: is missing"),
        ({**job(), "demand.workloads.chat.kind": "training"}, "job: has no meaning for training"),
    ],
)
def test_a_deadline_that_cannot_be_is_told_with_its_place(changes: Changes, words: str) -> None:
    """The share of the machines, units, what is missing, the kind of work."""
    with pytest.raises(planner.InputError) as error:
        plan(changes)
    assert words in str(error.value)
    assert "demand.yaml:" in str(error.value)


def test_a_plan_that_breaks_a_deadline_is_found_out() -> None:
    """The plan of a deadline of 5 minutes, checked under 130.009 s."""
    built, asked = proved(job()), load(job(deadline="130009 ms"))
    faults = verify_plan(replace(built, inputs=asked))
    assert any("its RTT of 10 ms is above the limit of 9 ms" in fault for fault in faults)
