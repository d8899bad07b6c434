"""Who reaches a service, and who is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.village import SPEC, read_spec
from planner.builder.building import build_demand

ACCESS = SPEC.replace("online: 1", "access: {fibre: 0.2, 4g: rest, geo: 0.1}")


def test_whom_access_is_too_slow_for_is_left_out_and_asks_for_nothing(tmp_path: Path) -> None:
    """Satellites take 600 ms of 100: a tenth of 150,000 users; the others take 4 and 45 ms, in the mean 35.9."""
    built = build_demand(read_spec(tmp_path, ACCESS))
    (chat,) = built.served
    assert chat.left_out == pytest.approx({"geo": 15_000})
    assert chat.pflops == pytest.approx(1.25 * 0.9)
    assert built.rows[0].access_rtt_ms == pytest.approx((0.2 * 4 + 0.7 * 45) / 0.9)


def test_a_rate_leaves_out_who_has_less(tmp_path: Path) -> None:
    (chat,) = build_demand(read_spec(tmp_path, ACCESS, "services.chat.rate=10 Mbps")).served
    assert set(chat.left_out) == {"geo", "4g"}


def test_who_has_no_named_access_is_left_out(tmp_path: Path) -> None:
    (chat,) = build_demand(read_spec(tmp_path, SPEC.replace("online: 1", "access: {fibre: 0.6}"))).served
    assert chat.left_out == pytest.approx({"none": 60_000})


def test_institutions_have_their_own_access(tmp_path: Path) -> None:
    (chat,) = build_demand(read_spec(tmp_path, ACCESS, "services.chat.reached_by=institutions")).served
    assert (chat.left_out, chat.pflops) == ({}, pytest.approx(1.25))


def test_rest_is_what_the_others_leave_in_each_year(tmp_path: Path) -> None:
    text = ACCESS.replace("[2026]", "[2026, 2030]").replace("fibre: 0.2", "fibre: {2026: 0.2, 2030: 0.6}")
    shares = [served.reach.shares for served in build_demand(read_spec(tmp_path, text)).served]
    assert shares == [pytest.approx({"fibre": 0.2, "4g": 0.7}), pytest.approx({"fibre": 0.6, "4g": 0.3})]


def test_classes_may_have_a_workload_each(tmp_path: Path) -> None:
    """Two ninths and seven ninths of 1.125 PFLOPS, each with its round trip."""
    built = build_demand(read_spec(tmp_path, f"{ACCESS}access_rows: classes\n"))
    found = {row.workload: (row.pflops[2026], row.access_rtt_ms) for row in built.rows}
    assert found == {"chat-fibre": pytest.approx((0.25, 4)), "chat-4g": pytest.approx((0.875, 45))}
    assert [bundle.id for bundle in built.bundles] == ["chat-4g", "chat-fibre"]
