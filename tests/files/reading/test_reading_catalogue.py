"""The catalogue of accelerators: every record is whole, cites its sources and agrees with itself."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.accelerator import Accelerator
from planner.files.reading.catalogue import find_chip, load_catalogue, load_sources

CHIPS = load_catalogue()
every_chip = pytest.mark.parametrize("chip", CHIPS.values(), ids=CHIPS)


@every_chip
def test_every_chip_has_a_name_a_source_and_says_how_sure_it_is(chip: Accelerator) -> None:
    assert chip.name
    assert chip.source
    assert chip.confidence
    assert {chip.source, *chip.also} <= set(load_sources())
    assert chip.price_source is None or chip.price_source in load_sources()


def test_every_source_is_cited() -> None:
    cited = {name for chip in CHIPS.values() for name in (chip.source, chip.price_source, *chip.also)}
    assert set(load_sources()) == cited - {None}


@every_chip
def test_peaks_are_of_a_size_that_machines_have(chip: Accelerator) -> None:
    """A card, not a rack: TFLOPS that slipped a power of ten, watts for kilowatts, GB for TB."""
    cards = chip.cards
    assert 0.1 <= chip.card_pflops <= 5
    assert chip.memory_gb is None or 0.2 <= chip.memory_gb / cards <= 300
    assert chip.bandwidth_tb_per_s is None or 0.3 <= chip.bandwidth_tb_per_s / cards <= 100
    assert chip.power_kw is None or 0.2 <= chip.power_kw / cards <= 3
    assert chip.watts_kw_per_pflops is None or 0.6 <= chip.watts_kw_per_pflops <= 5
    assert all(2000 <= usd / cards <= 60_000 for _, usd in (chip.price_usd.points if chip.price_usd else ()))


@every_chip
def test_a_server_draws_more_than_its_chips(chip: Accelerator) -> None:
    if chip.chip_power_kw is not None and chip.power_kw is not None:
        assert 1.3 <= chip.power_kw / chip.chip_power_kw <= 2.1


@every_chip
def test_sparse_peaks_are_above_the_dense_ones(chip: Accelerator) -> None:
    for name, peak in chip.sparse.items():
        dense = chip.peak(name)
        assert dense is not None
        assert 1.2 <= peak / dense <= 4


@every_chip
def test_prices_are_of_years_in_which_it_was_sold(chip: Accelerator) -> None:
    for year, _ in chip.price_usd.points if chip.price_usd else ():
        assert chip.year is not None
        assert chip.year <= year <= 2026


def test_the_share_of_a_server_is_that_of_the_chip_it_is_taken_from() -> None:
    """A B300 of 1,100 W in the servers of the B200, 1,788 W for 1,000: 1,966.8 W."""
    assert find_chip("b300").power_kw == pytest.approx(1.9668)
    assert find_chip("h100-pcie").power_kw == pytest.approx(0.35 * 1.276 / 0.7)


@pytest.mark.parametrize(
    ("name", "tpp", "licence"),
    [
        ("h100", 15_832, "us-3a090a"),  # 1,979 x 8, as Epoch AI lists it
        ("a100", 4_992, "us-3a090a"),  # 312 x 16 and 624 x 8
        ("h20", 2_368, "us-3a090-density"),  # 148 x 16
        ("gb200", 40_000, "us-3a090a"),
        ("cloudmatrix-384", 12_500, "us-3a090a"),  # a chip of it: 300,000 x 16 / 384
    ],
)
def test_the_licence_follows_from_the_total_processing_performance(name: str, tpp: float, licence: str) -> None:
    chip = find_chip(name)
    assert chip.tpp == pytest.approx(tpp)
    assert chip.licence == licence


def test_a_small_chip_is_below_the_thresholds() -> None:
    small = Accelerator(compute_pflops=0.09)
    assert (small.tpp, small.licence) == (pytest.approx(1440), "below-3a090")


def test_fp64_follows_from_the_peak() -> None:
    """An H100 has 33.5 of 989 TFLOPS, a B300 1.2 of 2,250, an Ascend none that is published."""
    assert {"cuda", "fp64"} <= find_chip("h100").abilities
    assert find_chip("b300").abilities == {"cuda"}
    assert find_chip("ascend-910c").abilities == {"ascend"}


def test_the_br100_is_three_times_the_card_that_sanjiangyuan_has() -> None:
    """Whoever wrote `biren` keeps its 339 TFLOPS."""
    assert (find_chip("biren").compute_pflops, find_chip("biren-br100").compute_pflops) == (0.339, 1.024)


def test_the_cards_of_files_written_before_are_worth_what_they_were() -> None:
    """Dense TFLOPS and watts of the thirteen first records."""
    before = {
        "a100": (312, 811), "h100": (989, 1276), "h800": (989, 1276), "h20": (148, 729), "h200": (989, 1276),
        "b200": (2250, 1788), "gb200": (2500, 1825), "ascend-910b": (320, 704), "ascend-910c": (752, 1399),
        "cloudmatrix-384": (300_000, 559_000), "thead-ppu": (119, 535), "metax": (240, 638), "biren": (339, 683),
    }  # fmt: skip
    assert {name: (1000 * CHIPS[name].compute_pflops, 1000 * (CHIPS[name].power_kw or 0)) for name in before} == {
        name: pytest.approx(figures) for name, figures in before.items()
    }


def test_a_record_with_sparse_peaks_of_nothing_or_a_price_from_nowhere_is_refused() -> None:
    with pytest.raises(ValueError, match="'fp9' is no precision"):
        Accelerator(compute_pflops=1, sparse={"fp9": 2.0})
    with pytest.raises(ValueError, match="goes with a price"):
        Accelerator(compute_pflops=1, price_source="epoch-2026")


def test_every_key_of_a_record_is_told_in_the_page() -> None:
    page = (Path(planner.__file__).parent / "catalogue" / "README.md").read_text(encoding="utf-8")
    keys = {each.alias or name for name, each in Accelerator.model_fields.items()} - {"id", "name", "names"}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []
