"""The models of records, as Python callers meet them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from planner.demand import Workload, split_origin
from planner.finance import Finance, capital_recovery_factor, year_weights
from planner.places import Node
from planner.policy import ResidencyRule
from planner.profiles import PROFILES
from planner.scenario import Limits
from planner.topology import Link, Site
from planner.years import Yearly

SITE: dict[str, Any] = {"node": "a", "status": "operating", "compute_pflops": 5}


def test_a_plain_number_or_a_map_of_years_may_stand_for_a_yearly_figure() -> None:
    assert Site(**SITE).compute_pflops == Yearly.flat(5)
    assert Site(**{**SITE, "compute_pflops": {2030: 7}}).compute_pflops == Yearly(((2030, 7),))


def test_models_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Site(**SITE).node = "b"


@pytest.mark.parametrize(
    ("model", "values", "words"),
    [
        (Site, {**SITE, "powr": 3}, "powr"),
        (Site, {**SITE, "status": "planned"}, "from: is missing, and the site is planned"),
        (Site, {**SITE, "from_year": 2030, "until": 2026}, "until: 2026 is before from"),
        (Site, {**SITE, "pue": 0.9}, "pue: is below 1"),
        (Node, {"country": "KZ", "lat": 91, "lon": 0}, "less than or equal to 90"),
        (Link, {"ends": ("a", "a"), "kind": "submarine", "length": 1, "rtt": 1, "capacity": 1}, "both are 'a'"),
        (Workload, {"kind": "inference"}, "unserved: is missing"),
        (Workload, {"kind": "training", "required": True, "survives": 0.5}, "survives: has no meaning for training"),
        (Workload, {"kind": "traffic", "required": True, "split": False}, "split: has no meaning for traffic"),
        (Workload, {"kind": "inference", "required": True, "profile": (1.0,) * 23}, "has 23 factors"),
        (Workload, {"kind": "inference", "required": True, "profile": (2.0,) * 24}, "has the mean 2"),
        (ResidencyRule, {"hosts": "home", "premium": 0.1}, "premium: never counts"),
        (Limits, {"site_fill": 1.2}, "site_fill: is outside 0..1"),
    ],
)
def test_a_model_refuses_what_makes_no_sense(model: Any, values: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model(**values)
    assert words in str(caught.value)


def test_a_site_takes_both_kinds_of_work_by_default() -> None:
    assert Site(**SITE).serves == {"inference", "training"}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_named_profile_has_24_factors_with_mean_one(name: str) -> None:
    assert len(PROFILES[name]) == 24
    assert sum(PROFILES[name]) / 24 == pytest.approx(1)


def test_five_years_at_eight_percent_cost_a_quarter_a_year() -> None:
    # 0.08 / (1 - 1.08^-5) = 0.2505
    assert capital_recovery_factor(Finance().discount_rate, 5) == pytest.approx(0.25046, abs=1e-5)


def test_without_interest_each_year_pays_its_share() -> None:
    assert capital_recovery_factor(0, 4) == 0.25


def test_a_listed_year_weighs_as_much_as_the_years_until_the_next() -> None:
    # without interest: 2026 stands for 2026-2029, and 2030 spans as many
    assert year_weights([2026, 2030], 0) == {2026: 4, 2030: 4}


def test_later_years_weigh_less_with_interest() -> None:
    assert year_weights([2026, 2027], 0.25) == pytest.approx({2026: 1, 2027: 0.8})


def test_a_single_year_weighs_one() -> None:
    assert year_weights([2030], 0.08) == {2030: 1.0}


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ([None, None], {"a": 0.5, "b": 0.5}),
        ([3.0, 1.0], {"a": 0.75, "b": 0.25}),
        ([3.0, None], {"a": 1.0}),
        ([0.0, 0.0], {}),
    ],
)
def test_a_country_is_split_over_its_nodes_by_weight(weights: list[float | None], shares: dict[str, float]) -> None:
    """Where any node has a weight, those without have none; a node is asked for itself."""
    nodes = {
        name: Node(id=name, country="KZ", lat=1, lon=2, weight=weight)
        for name, weight in zip("ab", weights, strict=True)
    }
    nodes["far"] = Node(id="far", country="KG", lat=1, lon=2)
    assert split_origin("KZ", nodes) == shares
    assert split_origin("b", nodes) == {"b": 1.0}
