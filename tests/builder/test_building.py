"""A spec becomes a demand: worked out by hand, bent as it should, the same each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder.village import SPEC, read_spec
from planner.builder.building import build_demand, spread
from planner.builder.serving import Served
from planner.builder.spec import DemandSpec
from planner.errors import UsageError

CAMERA = "  cctv: {work: stream, of: people, per_1000: 5, machine: 4 TFLOPS, hours: 12, up: 4 Mbps, data: government}\n"
SLIDES = "  slides: {work: item, of: people, per_1000: 0.864, flop: 15 PFLOP, upload: 1 GB, unit: slides/day}\n"
VOICE = "  voice: {work: voice, share: 0.5, minutes: 14.4 min/day, up: 64 kbps, down: 64 kbps, data: personal}\n"


def with_service(service: str) -> str:
    """Return the spec of the village with a service more."""
    return SPEC.replace("regional_share", f"{service}regional_share")


def only(spec: DemandSpec, service: str = "chat", future: str = "base") -> Served:
    (found,) = [each for each in build_demand(spec, future).served if each.service == service]
    return found


def test_the_village_asks_for_what_a_pencil_says(tmp_path: Path) -> None:
    """1 M x 0.6 x 0.25 = 150,000 users x 15,000 = 2.25e9 tokens: a quarter written.

    (1.6875e9 x 0.5 / 0.25 + 0.5625e9 / 0.1) x 2 x 10e9 x 1.2 = 9e9 x 2.4e10 = 2.16e20 FLOP = 2.5 PFLOPS, half of it.
    """
    found = only(read_spec(tmp_path))
    assert found.users == pytest.approx(150_000)
    assert found.units == pytest.approx(2.25e9)
    assert found.pflops == pytest.approx(1.25)
    assert found.up_gbps == pytest.approx(0.5 * 1.6875e9 * 4 * 8 / 86_400e9)
    assert found.down_gbps == pytest.approx(0.5 * 0.5625e9 * 250 * 8 / 86_400e9)


def test_cameras_hold_machines_and_slides_come_one_by_one(tmp_path: Path) -> None:
    """5,000 cameras x 4 TFLOPS half the day: 10 PFLOPS; 864 slides x 15 PFLOP / 0.3 = 43,200 PFLOP: 0.5 PFLOPS."""
    cameras, slides = (
        only(read_spec(tmp_path, with_service(CAMERA)), "cctv"),
        only(read_spec(tmp_path, with_service(SLIDES)), "slides"),
    )
    assert (cameras.units, cameras.pflops, cameras.up_gbps) == pytest.approx((5000, 5, 5))
    assert (slides.units, slides.pflops, slides.up_gbps) == pytest.approx((864, 0.25, 0.04))
    assert (cameras.unit, slides.unit) == ("streams", "slides/day")


def test_who_talks_holds_a_machine_while_talking(tmp_path: Path) -> None:
    """75,000 x 14.4 min / 1,440 = 750 talk at once: 64 kbps each, half of it here; 38.4 TFLOPS each."""
    found = only(read_spec(tmp_path, with_service(VOICE)), "voice")
    assert found.up_gbps == pytest.approx(0.5 * 750 * 64e-6)
    assert found.pflops == pytest.approx(0.5 * 750 * 2 * 50 * 2 * 8e9 * 1.2 / 0.05 / 1e15)


def test_an_open_regional_share_leaves_nothing_out(tmp_path: Path) -> None:
    assert only(read_spec(tmp_path, SPEC.replace("0.5\n", "open\n"))).pflops == pytest.approx(2.5)
    halved = SPEC.replace("online: 1", "scope: 0.5")
    assert only(read_spec(tmp_path, halved)).share == 0.25


def test_longer_languages_need_more_tokens(tmp_path: Path) -> None:
    """Half of the tokens in Kazakh, twice as many for each: 1.5 times."""
    found = only(read_spec(tmp_path, SPEC.replace("online: 1", "languages: {kk: {share: 0.5}}")))
    assert found.units == pytest.approx(1.5 * 2.25e9)


def test_what_the_spec_leaves_out_comes_from_the_tables(tmp_path: Path) -> None:
    """Norway's people and income, and the rule that income gives."""
    bare = SPEC.replace("KZ", "NO").replace("    population: 1 M people\n", "").replace("    online: 1\n", "")
    text = bare.replace("adoption: {published: 0.25, at: 2026, undercount: 1, ceiling: 0.75, speed: 0.3}", "scope: 1")
    steps = {step.name: step for step in only(read_spec(tmp_path, text)).steps}
    assert steps["people"].value == pytest.approx(5.6e6, rel=0.05)
    assert (steps["people"].coefficient, steps["adoption seen"].coefficient) == ("table", "income-rule")
    assert steps["undercount"].value == 1.6
    assert steps["bound of adoption A"].value == 0.75


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.floats(1, 500), st.floats(1.01, 3))
def test_more_people_ask_for_more(tmp_path: Path, millions: float, times: float) -> None:
    few = read_spec(tmp_path, SPEC, f"countries.KZ.population={millions} M people")
    many = read_spec(tmp_path, SPEC, f"countries.KZ.population={millions * times} M people")
    assert build_demand(many).total(2026) == pytest.approx(times * build_demand(few).total(2026))


@pytest.mark.parametrize(
    "change", ["tokens=20 k tokens/day", "share=1", "input_output=1", "utilisation=0.05", "cached=0"]
)
def test_more_work_asks_for_more_machines(tmp_path: Path, change: str) -> None:
    start = ["services.chat.share=0.5"]
    less, more = read_spec(tmp_path, SPEC, *start), read_spec(tmp_path, SPEC, *start, f"services.chat.{change}")
    assert build_demand(more).total(2026) > build_demand(less).total(2026)


def test_low_is_below_base_and_base_below_high_in_every_figure(tmp_path: Path) -> None:
    text = with_service(VOICE + CAMERA.replace("4 TFLOPS", "camera-machine")).replace("[2026]", "[2026, 2030]")
    builds = [build_demand(read_spec(tmp_path, text), future) for future in ("low", "base", "high")]
    for low, base, high in zip(*(built.served for built in builds), strict=True):
        assert low.pflops <= base.pflops <= high.pflops
    assert builds[0].total(2030) < builds[1].total(2030) < builds[2].total(2030)


def test_a_figure_with_a_range_and_no_lever_stays_in_all_futures(tmp_path: Path) -> None:
    text = SPEC.replace("population: 1 M people", "population: {value: 1 M people, range: [0.5 M people, 2 M people]}")
    found = only(read_spec(tmp_path, text), future="high")
    step = next(step for step in found.steps if step.name == "people")
    assert (step.value, step.low, step.high) == (1e6, 0.5e6, 2e6)


def test_low_and_high_lie_by_the_tenth_and_the_ninetieth_percentile(tmp_path: Path) -> None:
    """Four levers together at 0.315 and 0.685 stand for four that are drawn apart."""
    spec = read_spec(tmp_path, SPEC.replace("[2026]", "[2028]"))
    drawn = spread(spec)[2028]
    assert drawn["p10"] < drawn["p50"] < drawn["p90"]
    low, high = build_demand(spec, "low").total(2028), build_demand(spec, "high").total(2028)
    assert drawn["p10"] / 1.6 < low < drawn["p50"] < high < drawn["p90"] * 1.6
    assert spread(spec) == spread(spec)


def test_small_rows_of_a_kind_are_summed_into_the_largest(tmp_path: Path) -> None:
    """0.02 and 0.04 PFLOPS of medical data become 0.06; the village's chat is another kind of data."""
    small = "  {name}: {{work: item, of: people, per_1000: {each}, flop: 15 PFLOP, data: medical}}\n"
    text = with_service(small.format(name="scans", each=0.06912) + small.format(name="slides", each=0.13824))
    built = build_demand(read_spec(tmp_path, text))
    assert {row.workload: row.pflops[2026] for row in built.rows} == pytest.approx({"chat": 1.25, "slides": 0.06})
    assert built.warnings == ("KZ: scans are below 0.1 PFLOPS and count in slides",)
    assert built.totals[2026]["KZ"] == pytest.approx(1.31)


def test_traffic_that_changes_with_the_years_is_told(tmp_path: Path) -> None:
    text = SPEC.replace("[2026]", "[2026, 2035]").replace("10e9 params", "active-params")
    (warning,) = build_demand(read_spec(tmp_path, text)).warnings
    assert warning == "chat: traffic per PFLOPS in 2035 is 2.1 times that of 2026; the file holds the mean"


def test_a_figure_beyond_all_numbers_is_told(tmp_path: Path) -> None:
    spec = read_spec(tmp_path, SPEC, "countries.KZ.population=1e307 people")
    with pytest.raises(UsageError, match="KZ/chat/2026 comes out beyond all numbers: a figure of the spec is far too"):
        build_demand(spec)
