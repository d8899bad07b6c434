"""The page of the builder says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import planner
from builder.village import write_spec
from planner.builder.benchmarks import check_formulas
from planner.builder.spec import Country, Job, Service, Work
from planner.records import Record, Titled

PAGE = (Path(planner.__file__).parent / "builder" / "README.md").read_text(encoding="utf-8")


def test_the_spec_of_the_page_builds(tmp_path: Path) -> None:
    (sample,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    built = planner.build_demand(planner.load_spec(write_spec(tmp_path, sample)))
    assert [bundle.id for bundle in built.bundles] == ["chat", "cameras", "pretrain"]
    assert built.total(2030) > 100


@pytest.mark.parametrize("each", check_formulas(), ids=lambda each: each.name)
def test_the_benchmarks_of_the_page_are_those_of_the_code(each: object) -> None:
    """The ratio of its row, to two digits."""
    name = getattr(each, "name", "").split(",")[0]
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {name}"))
    told = [float(word) for word in re.findall(r"[0-9.]+", row.rsplit("|", 2)[1])]
    low, high = getattr(each, "ratios", (0.0, 0.0))
    assert told == pytest.approx([low] if len(told) == 1 else [low, high], abs=0.006)


@pytest.mark.parametrize("model", [Country, Service, Job])
def test_every_key_is_told(model: type[Record]) -> None:
    """In code type, or in the sample."""
    shared = {*Titled.model_fields, "kind", "origin", "work"} - set(Work.__annotations__)
    keys = [each.alias or name for name, each in model.model_fields.items() if name not in shared]
    assert [key for key in keys if not re.search(rf"`{key}\b|\b{key}: ", PAGE)] == []
