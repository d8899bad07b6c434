"""The formulas, against figures worked out by hand, and how they bend."""

from __future__ import annotations

from math import exp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner import training
from planner.builder import formulas

SHARES = st.floats(0.01, 0.99)


def test_adopters_are_those_of_the_published_year_and_approach_the_ceiling() -> None:
    """0.159 x 1.6 = 0.2544 at 2026.1; in 2200 all of the ceiling."""

    def share(year: float) -> float:
        return formulas.adopter_share(0.159, 2026.1, year, undercount=1.6, ceiling=0.75, speed_per_year=0.3)

    assert share(2026.1) == pytest.approx(0.2544)
    assert share(2200) == pytest.approx(0.75)


def test_the_logistic_is_halfway_where_it_should_be() -> None:
    """a0 / A = 1 / (1 + e): logit -1, so that a / A is a half after 1 / s years."""
    found = formulas.adopter_share(0.8 / (1 + exp(1)), 2020, 2025, undercount=1, ceiling=0.8, speed_per_year=0.2)
    assert found == pytest.approx(0.4)


def test_adoption_beyond_the_ceiling_stays_at_it_and_none_stays_none() -> None:
    assert formulas.adopter_share(0.7, 2026, 2030, undercount=1.6, ceiling=0.75, speed_per_year=0.3) == 0.75
    assert formulas.adopter_share(0.0, 2026, 2030, undercount=1.6, ceiling=0.75, speed_per_year=0.3) == 0


@given(SHARES, SHARES, st.floats(0, 5), st.integers(2000, 2100))
def test_adoption_is_never_above_its_ceiling(published: float, ceiling: float, speed: float, year: int) -> None:
    found = formulas.adopter_share(published, 2026, year, undercount=1, ceiling=ceiling, speed_per_year=speed)
    assert 0 <= found <= ceiling


def test_the_gap_to_those_online_closes_by_a_twentieth_a_year() -> None:
    assert formulas.online_share(0.55, 2024, 2024) == pytest.approx(0.55)
    assert formulas.online_share(0.55, 2024, 2044) == pytest.approx(0.95 - 0.4 * exp(-1))
    assert formulas.online_share(0.98, 2024, 2044) == 0.98


def test_longer_languages_come_down_by_2035() -> None:
    """2.0 in 2026, 1.2 in 2035, halfway between in the middle; what is below stays."""
    assert formulas.penalty_in(2026, 2.0, 1.2) == 2.0
    assert formulas.penalty_in(2030.5, 2.0, 1.2) == pytest.approx(1.6)
    assert formulas.penalty_in(2040, 2.0, 1.2) == pytest.approx(1.2)
    assert formulas.penalty_in(2030, 1.1, 1.2) == 1.1


def test_what_the_languages_leave_counts_once() -> None:
    assert formulas.language_factor([(0.5, 2.0)]) == 1.5
    assert formulas.language_factor([]) == 1.0


def test_work_of_tokens_is_that_of_reading_and_writing() -> None:
    """(300 x 0.5 / 0.25 + 100 / 0.1) x 2 x 1e9 x 1.2 = 1,600 x 2.4e9."""
    read, written = formulas.split_tokens(400, 3)
    assert (read, written) == (300, 100)
    flop = formulas.machine_flop_per_day(
        read,
        written,
        cached_share=0.5,
        prefill_utilisation=0.25,
        decode_utilisation=0.1,
        active_params=1e9,
        attention=formulas.attention_share(4000, 0.2, 0.2),
    )
    assert flop == pytest.approx(3.84e12)
    assert formulas.mean_pflops(86_400e15) == 1


def test_attention_grows_with_the_context() -> None:
    assert formulas.attention_share(20_000, 0.2, 0.2) == pytest.approx(0.6)


def test_what_is_not_text_has_its_own_unit() -> None:
    """One talks all day: 86,400 s x 2 x 50 x 2e9 / 0.05; a slide a day; 1,000 cameras of 4 TFLOPS half the day."""
    assert formulas.voice_flop_per_day(1440, 50, active_params=1e9, utilisation=0.05) == pytest.approx(3.456e17)
    assert formulas.item_flop_per_day(2, 15e15, 0.3) == pytest.approx(1e17)
    assert formulas.stream_pflops(1000, 0.004, 12) == 2


def test_traffic_follows_from_the_units() -> None:
    """86,400 tokens a day of 4 bytes are 32 bps; 86.4 GB a day in files are 8 Mbps."""
    assert formulas.tokens_gbps(86_400, 4) == pytest.approx(32e-9)
    assert formulas.items_gbps(86.4, 1) == pytest.approx(0.008)


def test_nobody_pays_more_than_the_outside_option_or_the_value() -> None:
    assert formulas.unserved_usd_per_pflops_year(20_800, 1, None) == 41_600
    assert formulas.unserved_usd_per_pflops_year(20_800, 3, 50_000) == 50_000


def test_a_deadline_asks_for_more_than_the_average_of_the_year() -> None:
    """6 x 1e9 x 1e12 = 6e21; at 0.5 and all the time 6e21 / 4.32e19 = 138.9 PFLOPS-days: 1.389 for 100 days."""
    flop = training.training_flop(1e9, 1e12, 1, 0)
    assert training.deadline_pflops(flop, 0.5, 1, 100) == pytest.approx(1.3889, rel=1e-4)
    assert training.average_pflops(flop, 0.5, 1) == pytest.approx(1.3889 * 100 / 365, rel=1e-4)
    assert training.training_days(flop, 1.3889, 0.5) == pytest.approx(100, rel=1e-4)


def test_reinforcement_generates_and_trains() -> None:
    assert training.reinforcement_flop(1e9, 10, 10, 0.5) == pytest.approx((2 + 6) * 1e10 * 1.5)


def test_what_a_job_moves() -> None:
    """1e12 tokens of 4 bytes are 4,000 GB, within nine days of ninety 0.0412 Gbps; 70e9 x 16 bytes are 1,120 GB."""
    assert training.corpus_gb(1e12, 4, 1) == 4000
    assert training.arrival_gbps(4000, 90) == pytest.approx(4000 * 8 / (9 * 86_400))
    assert training.params_gb(70e9, 16) == 1120
    assert training.mean_gbps(365 * 86_400 / 8) == 1
    assert training.fp64_pflops(34, 0.034) == pytest.approx(1000)
