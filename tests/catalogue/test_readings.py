"""Published figures, and what they may mean."""

from __future__ import annotations

import pytest

from planner.catalogue.readings import QuotedCompute, quote_compute, read_compute
from planner.errors import UsageError


@pytest.mark.parametrize(
    ("text", "amount", "precision", "sparse"),
    [
        ("2000P", 2000, None, None),
        ("2 EFLOPS fp8 sparse", 2000, "fp8", True),
        ("2 EFLOPS (FP8, with sparsity)", 2000, "fp8", True),
        ("2E FP8 without sparsity", 2000, "fp8", False),
        ("500 PFLOP/s FP16", 500, "fp16", None),
        ("800 TOPS", 0.8, "int8", None),
        ("20 POPS int8 dense", 20, "int8", False),
        ("989 TFLOPS bf16", 0.989, "bf16", None),
    ],
)
def test_a_figure_is_read_as_it_is_published(
    text: str, amount: float, precision: str | None, *, sparse: bool | None
) -> None:
    found = quote_compute(text)
    assert found == QuotedCompute(text, pytest.approx(amount), precision, sparse)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("much", "'much' is no amount of compute: write for example '2000 PFLOPS'"),
        ("1,5 EFLOPS", "'1,5 EFLOPS' is no amount of compute"),
        ("30 MW", "'30 MW' is no amount of compute"),
        ("2 EFLOPS fp9", "'fp9' in '2 EFLOPS fp9' is no precision: did you mean 'fp8'?"),
        ("2 EFLOPS fp64", "'fp64' in '2 EFLOPS fp64' is another scale"),
    ],
)
def test_what_is_no_figure_is_told_with_what_would_be_right(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        quote_compute(text)
    assert said in str(error.value)


def test_the_readings_of_a_figure_differ_eightfold_by_the_general_rule() -> None:
    """2000 P: dense BF16 2000, FP16 sparse 1000, FP8 sparse 500, FP4 sparse 250; TF32 would be twice as much."""
    _, readings = read_compute("2000P")
    found = {each.name: each.pflops for each in readings}
    assert found["BF16 dense"] == 2000
    assert (found["FP16 sparse"], found["FP8 dense"], found["INT8 dense"]) == (1000, 1000, 1000)
    assert (found["FP8 sparse"], found["FP4 dense"], found["FP4 sparse"], found["TF32 dense"]) == (500, 500, 250, 4000)
    assert not any(each.stated for each in readings)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2 EFLOPS fp8 sparse", ["FP8 sparse"]),
        ("2 EFLOPS fp8", ["FP8 dense", "FP8 sparse"]),
        ("2 EFLOPS sparse", ["FP16 sparse", "FP8 sparse", "INT8 sparse", "FP4 sparse"]),
        ("2 EFLOPS bf16 sparse", ["FP16 sparse"]),
        ("2 EFLOPS fp16", ["BF16 dense", "FP16 sparse"]),
    ],
)
def test_what_the_figure_says_itself_is_marked(text: str, stated: list[str]) -> None:
    _, readings = read_compute(text)
    assert [each.name for each in readings if each.stated] == stated


def test_a_chip_converts_by_its_own_factors() -> None:
    """On a B300 INT8 is a fourteenth of BF16, not twice: 157.5 TOPS a card of 2,250 TFLOPS; FP4 14,000 TFLOPS."""
    _, readings = read_compute("100 PFLOPS", ["b300"])
    found = {each.name: each.counts["b300"] for each in readings if "b300" in each.counts}
    assert found["INT8 dense"].pflops == pytest.approx(100 * 2250 / 157.5)
    assert found["FP4 dense"].pflops == pytest.approx(100 * 2250 / 14000)
    assert found["FP4 dense"].cards == 8  # 100 / 14 = 7.1
    assert "INT8 sparse" not in found


def test_a_precision_that_the_only_chip_lacks_is_refused() -> None:
    with pytest.raises(UsageError, match="lists no fp8 for a100: it has fp16, bf16, int8, tf32"):
        read_compute("2 EFLOPS fp8", ["a100"])
    with pytest.raises(UsageError, match="lists no sparse bf16 for ascend-910c: it lists no sparse figure"):
        read_compute("2 EFLOPS sparse", ["ascend-910c"])
