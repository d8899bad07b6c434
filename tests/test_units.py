"""Quantities as users write them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.units import KINDS, Kind, UnitError, parse, write


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("2000 PFLOPS", "pflops", 2000),
        ("2000P", "pflops", 2000),
        ("2 EFLOPS", "pflops", 2000),
        ("800 TFLOPS", "pflops", 0.8),
        ("1.2 Tbps", "gbps", 1200),
        ("300Mbps", "gbps", 0.3),
        ("670 km", "km", 670),
        ("800 m", "km", 0.8),
        ("12 us", "ms", 0.012),
        ("1.4 GW", "mw", 1400),
        ("1276 W", "kw", 1.276),
        ("1.5 kW/PFLOPS", "kw_per_pflops", 1.5),
        ("2 Mbps/TFLOPS", "gbps_per_pflops", 2),
        ("0.0008 /ms", "per_ms", 0.0008),
        ("0.4 kg/kWh", "g_per_kwh", 400),
        ("900 kt/year", "kg_per_year", 9e8),
        ("35 MUSD", "usd", 35e6),
        ("1 MUSD/month", "usd_per_year", 12e6),
        ("50 USD/MWh", "usd_per_kwh", 0.05),
        ("1.2 MUSD/PFLOPS", "usd_per_pflops", 1.2e6),
        ("5 USD/year/PFLOPS", "usd_per_pflops_year", 5),
        ("20 kUSD/Gbps", "usd_per_gbps", 20_000),
        ("1 kUSD/Gbps/month", "usd_per_gbps_year", 12_000),
        ("6 MUSD/step", "usd_per_step", 6e6),
        ("0.2 MUSD/step/year", "usd_per_step_year", 2e5),
        ("1e3 km", "km", 1000),
        (".5 ms", "ms", 0.5),
    ],
)
def test_a_quantity_becomes_a_number_in_the_inside_unit_of_its_kind(text: str, kind: Kind, value: float) -> None:
    assert parse(text, kind) == value


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("2000", "pflops", "'2000' has no unit: write for example '2000 PFLOPS'"),
        ("12 ms", "gbps", "'12 ms' is not a data rate: write for example '400 Gbps'"),
        ("400 gbps", "gbps", "did you mean 'Gbps'?"),
        ("5 kusd/pflops", "usd_per_pflops", "did you mean 'kUSD/PFLOPS'?"),
        ("5 km/year", "km", "is not a length"),
        ("5 USD/PFLOPS", "usd_per_pflops_year", "did you mean '5 USD/PFLOPS/year'?"),
        ("5 USD", "usd_per_pflops_year", "'2250 USD/PFLOPS/year'"),  # nobody knows whether it is the price of one
        ("5 EUR", "usd", "is not an amount of money"),
        ("-3 km", "km", "is negative: write a number of zero or more"),
        ("1e999 km", "km", "is too large"),
        ("nan km", "km", "is not a length"),
        ("inf km", "km", "is not a length"),
        ("many km", "km", "is not a length: write for example '670 km'"),
        ("1,200 Gbps", "gbps", "groups its digits: write '1200 Gbps'"),
        ("1,200 Gbps", "gbps", "or '1.200 Gbps' with a decimal point"),
        ("25,5 PFLOPS", "pflops", "has a decimal comma: write '25.5 PFLOPS'"),
        ("0,125 USD/kWh", "usd_per_kwh", "has a decimal comma: write '0.125 USD/kWh'"),
        ("1234,500", "km", "has a decimal comma: write '1234.500 km'"),
        ("1_000 km", "km", "groups its digits: write '1000 km'"),
        ("٣ km", "km", "is not a length"),  # digits of another script
        ("", "usd", "'35 MUSD'"),
    ],
)
def test_what_is_no_quantity_of_its_kind_says_what_would_be_right(text: str, kind: Kind, words: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(text, kind)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "meant"),
    [
        ("60 petaflops", "pflops", "60 PFLOPS"),
        ("1.2 EFLOP/s", "pflops", "1.2 EFLOPS"),
        ("400 Gbit/s", "gbps", "400 Gbps"),
        ("400 Gb/s", "gbps", "400 Gbps"),
        ("400 GB/s", "gbps", "3200 Gbps"),  # a byte has 8 bits
        ("5 cents/kWh", "usd_per_kwh", "0.05 USD/kWh"),
        ("$0.05/kWh", "usd_per_kwh", "0.05 USD/kWh"),
        ("9 kUSD per PFLOPS and year", "usd_per_pflops_year", "9 kUSD/PFLOPS/year"),
        ("9k USD/PFLOPS/yr", "usd_per_pflops_year", "9 kUSD/PFLOPS/year"),
        ("200 million USD", "usd", "200 MUSD"),
        ("600 gCO2/kWh", "g_per_kwh", "600 g/kWh"),
    ],
)
def test_other_ways_to_write_a_quantity_are_told_ours(text: str, kind: Kind, meant: str) -> None:
    with pytest.raises(UnitError) as caught:
        parse(text, kind)
    assert caught.value.right == f"did you mean '{meant}'?"
    assert parse(meant, kind) > 0


def test_another_currency_is_told_what_the_files_count_in() -> None:
    with pytest.raises(UnitError, match=r"in USD: write it in USD, or name .* 'finance: \{currency: EUR\}'"):
        parse("0.05 EUR/kWh", "usd_per_kwh")


def test_the_currency_is_only_a_word() -> None:
    assert parse("3 MCNY/PFLOPS", "usd_per_pflops", "CNY") == 3e6
    with pytest.raises(UnitError, match="'60 kCNY/PFLOPS'"):
        parse("3 MUSD/PFLOPS", "usd_per_pflops", "CNY")


@settings(max_examples=60, deadline=None)
@given(value=st.floats(0, 1e15), kind=st.sampled_from(KINDS))
def test_what_is_written_is_read_back_unchanged(value: float, kind: Kind) -> None:
    assert parse(write(value, kind), kind) == value
