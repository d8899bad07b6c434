"""``planner catalogue``: accelerators, and what a published figure means in them."""

from __future__ import annotations

import json

import pytest
from processes import Run

import planner


def lines_within(text: str, width: int = 80) -> bool:
    return all(len(line) <= width for line in text.splitlines())


def test_the_list_has_a_line_for_every_chip_and_fits_the_terminal(
    planner_command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    done = planner_command("catalogue", "list")
    assert done.exit_code == 0
    assert lines_within(done.stdout)
    named = [line.split()[0] for line in done.stdout.splitlines() if line]
    assert [name for name in planner.load_catalogue() if name not in named] == []
    (h100,) = [line.split() for line in done.stdout.splitlines() if line.startswith("h100 ")]
    assert h100 == ["h100", "2022", "989", "1,979", "1,979", "33.5", "80", "1,276", "30", "ver"]


def test_the_list_is_one_object_for_programs(planner_command: Run) -> None:
    found = json.loads(planner_command("catalogue", "list", "--json").stdout)
    assert [each["id"] for each in found["accelerators"]] == list(planner.load_catalogue())


def test_a_chip_is_shown_with_its_sources(planner_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = planner_command("catalogue", "show", "b300").stdout
    assert "b300: NVIDIA B300" in shown
    assert "INT8        157.5       -                 14.3" in shown
    assert "share of server as b200" in shown
    assert "epoch-2026: Epoch AI." in shown


def test_a_chip_for_programs_has_its_figures_in_units_of_their_names(planner_command: Run) -> None:
    found = json.loads(planner_command("catalogue", "show", "h100", "--json").stdout)
    assert found["dense_tflops"]["fp8"] == 1979
    assert (found["chip_w"], found["system_w"], found["memory_gb"]) == (700, 1276, 80)
    assert found["price_usd"] == {"2023": 33600, "2026": 30000}
    assert (found["tpp"], found["licence"]) == (15832, "us-3a090a")
    assert [each["id"] for each in found["sources"]] == ["epoch-2026", "nvidia-h100", "aiinframap-2026"]


def test_a_published_figure_is_told_in_all_its_readings(planner_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """2 EFLOPS of FP8 with sparsity are 500 PFLOPS by the rule; 499.7 on an H100, 506 cards and 0.646 MW."""
    monkeypatch.setenv("COLUMNS", "80")
    shown = planner_command("catalogue", "convert", "2 EFLOPS fp8 sparse").stdout
    assert lines_within(shown)
    assert "FP8 sparse *     500" in shown
    assert "FP8 sparse *   499.7    506       64  0.646  15.2 (2026)" in shown
    assert "No figure in the catalogue: FP16 sparse, TF32 dense, FP8 dense" in shown


def test_readings_for_programs_are_one_object(planner_command: Run) -> None:
    found = json.loads(
        planner_command("catalogue", "convert", "2 EFLOPS fp8 sparse", "--chip", "h100", "--json").stdout
    )
    (stated,) = [each for each in found["readings"] if each["stated"]]
    assert (found["quoted_pflops"], found["precision"], found["sparse"]) == (2000, "fp8", True)
    assert (stated["reading"], stated["pflops"]) == ("FP8 sparse", 500)
    (h100,) = stated["chips"]
    assert (h100["chip"], h100["cards"], h100["systems"]) == ("h100", 506, 64)
    assert h100["pflops"] == pytest.approx(2000 * 989 / 3958)


def test_cards_of_a_chip_are_counted(planner_command: Run) -> None:
    assert (
        "ascend-910c   2,000  2,660        7  3.72  56.9 (2025)"
        in planner_command("catalogue", "cards", "2000P", "--chip", "ascend-910c").stdout
    )
    found = json.loads(planner_command("catalogue", "cards", "2000P", "--json").stdout)
    assert [each["chip"] for each in found["chips"]] == list(planner.load_catalogue())


def test_a_chip_with_prices_of_several_years_shows_them_all(planner_command: Run) -> None:
    shown = planner_command("catalogue", "cards", "2000P", "--chip", "h100").stdout
    assert "2023  67.97" in shown
    assert "2026  60.69" in shown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "h10"], "there is no accelerator 'h10' in the catalogue: did you mean 'h100'?"),
        (["cards", "2000P", "--chip", "ascend-910"], "did you mean 'ascend-910"),
        (["convert", "2 EFLOPS fp8", "--chip", "a100"], "the catalogue lists no fp8 for a100: it has fp16, bf16, int8"),
        (["convert", "2 EFLOPS fp9"], "'fp9' in '2 EFLOPS fp9' is no precision: did you mean 'fp8'?"),
    ],
)
def test_mistakes_are_one_line_with_what_would_be_right(planner_command: Run, words: list[str], said: str) -> None:
    done = planner_command("catalogue", *words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
