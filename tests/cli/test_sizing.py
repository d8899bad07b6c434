"""``planner size``: the answer in one paragraph, the tables behind it, JSON, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from processes import ROOT, Run
from worlds import changed, two_cities, write_world

EXAMPLE = ROOT / "examples" / "central-asia-2000p.yaml"
AT_HOME = {"scenario.policy": {"residency": [{"origin": ["KZ"], "hosts": "home"}]}}
GROWTH = {
    **AT_HOME,
    "scenario.community.members": ["KZ"],
    "topology.sites.near.expansion": [{"max": "100 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "demand.demands.0.compute": {2026: "10 PFLOPS", 2030: "40 PFLOPS"},
    "scenario.years": [2026, 2030],
    "scenario.community.target": "20 PFLOPS",
}
"""From 10 to 40 in four years, doubled in 2028, for which 10 stand at home and more may be built."""
KEYS = {
    "scenario", "variant", "status", "answer", "served", "served_share", "counts", "target_pflops", "exhausted_year",
    "years",
    "members", "sites", "least_cost", "pooling", "worth", "plans", "unanswered", "failed", "findings", "notes",
    "seconds",
}  # fmt: skip


@pytest.fixture
def growing(place: Path) -> str:
    """Return a scenario whose target of 20 is used up in 2028."""
    return str(write_world(changed(two_cities(), GROWTH), place / "growing").relative_to(place))


@pytest.fixture
def at_home(place: Path) -> str:
    """Return a scenario in which only the 10 PFLOPS at home may serve the 20 asked."""
    return str(write_world(changed(two_cities(), AT_HOME), place / "at-home").relative_to(place))


def words(text: str) -> str:
    """Forget where lines end."""
    return " ".join(text.split())


def test_the_first_paragraph_answers(planner_command: Run, growing: str) -> None:
    """40 are needed in 2030, of which 30 are built."""
    done = planner_command("size", growing)
    assert done.exit_code == 0
    assert (
        "20 PFLOPS serve 50 % of the members' demand in 2030 and are used up in 2028; 40 are needed to serve it all:"
        " 40 in KZ. 10 of them stand already, 30 are to be built. At least cost, what is worth serving takes"
    ) in words(done.stdout)
    assert "Used up: 2028.0" in done.stdout


def test_all_sections_fit_into_80_columns(planner_command: Run, growing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its heading."""
    monkeypatch.setenv("COLUMNS", "80")
    done = planner_command("size", growing)
    for heading in (
        "What has to stand on the members' soil", "Where it stands", "Each member in the pool and alone, 2030",
        "What pooling is worth (all years, discounted)", "The plans behind",
    ):  # fmt: skip
        assert heading in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_community_without_a_target_hears_what_it_needs(planner_command: Run, two: str) -> None:
    """20 PFLOPS at 1100; pooling saves 8 of what is spent and 50 of penalty."""
    done = planner_command("size", two, "-q")
    assert words(done.stdout) == (
        "20 PFLOPS are needed to serve all that the members ask in 2030: 20 in CN. All of them stand already: nothing"
        " has to be built. At least cost, what is worth serving takes 22 kUSD a year; the members' part in 2030 is 22"
        " kUSD. Pooling is worth 58 kUSD a year: 8 kUSD less is spent, and the penalty on what stays unserved falls by"
        " 50 kUSD."
    )
    assert done.stderr == ""


def test_a_share_is_asked_of_every_member(planner_command: Run, growing: str) -> None:
    """95 % of 40 are 38."""
    done = planner_command("size", growing, "--served", 0.95, "-q")
    assert done.exit_code == 0
    assert "38 are needed to serve 95 % of every member's demand: 38 in KZ." in words(done.stdout)


def test_as_much_as_can_be_served_is_a_word(planner_command: Run, two: str) -> None:
    """Serving costs 3000 at near and leaving it 2000: it is not worth it, and can be served all the same."""
    cheap = ("--set", "workloads.chat.unserved=2000 USD/PFLOPS/year", "--set", "community.members=[KZ]")
    worth = planner_command("size", two, "-q", *cheap)
    assert "20 PFLOPS that are asked for stay unserved as not worth their price" in words(worth.stdout)
    most = planner_command("size", two, "--served", "most", "-q", *cheap)
    assert "10 PFLOPS are needed to serve the 50 % that the community can serve itself: 10 in KZ." in words(most.stdout)
    assert planner_command("size", two, "--served", "least").exit_code == 2


def test_an_impossible_share_is_infeasible_with_reasons(planner_command: Run, at_home: str) -> None:
    """Exit code 3."""
    done = planner_command("size", at_home, "--served", 0.95)
    assert done.exit_code == 3
    assert "No community can serve 95 % of every member's demand" in words(done.stdout)
    assert "KZ is served 50 % in 2030 by the plan that serves most: 95 % is asked" in words(done.stdout)


def test_a_share_that_only_others_can_serve_is_infeasible_on_own_soil(planner_command: Run, two: str) -> None:
    """KZ by itself has 10 of 19; what the cheapest plan does abroad is told."""
    done = planner_command("size", two, "--served", 0.95, "--set", "community.members=[KZ]")
    assert done.exit_code == 3
    assert "In 2030 no community serves what is asked on its own soil" in words(done.stdout)
    assert "At least cost, that takes 22 kUSD a year" in words(done.stdout)


def test_what_can_be_served_is_told_where_it_is_not_all(planner_command: Run, at_home: str) -> None:
    """10 of 20; the next 100 at near save 2000 each."""
    done = planner_command("size", at_home)
    said = words(done.stdout)
    assert "10 PFLOPS are needed to serve the 50 % that the community can serve itself: 10 in KZ." in said
    assert "site:near 100 PFLOPS 200 -" in said


def test_where_alone_nothing_can_be_compared_it_says_so(planner_command: Run, place: Path) -> None:
    """Home has 10 of the 20 that are required: exit code 0 all the same, for the need is known."""
    world = changed(two_cities(), {"demand.workloads.chat.unserved": "required"})
    done = planner_command("size", write_world(world, place / "required"))
    assert done.exit_code == 0
    assert "Cannot be told: alone the members cannot serve what is required" in words(done.stdout)


def test_json_is_one_object_with_all_keys(planner_command: Run, growing: str) -> None:
    """The same figures, and nothing else on stdout."""
    found = json.loads(planner_command("size", growing, "--json").stdout)
    assert set(found) == KEYS
    assert (found["status"], found["scenario"], found["target_pflops"]) == ("optimal", "two-cities", 20)
    assert found["exhausted_year"] == pytest.approx(2028, abs=1e-4)
    assert found["years"][1] == pytest.approx(
        {
            "year": 2030, "demand_pflops": 40, "served_pflops": 40, "unserved_not_worth_pflops": 0, "needed_pflops": 40,
            "target_pflops": 20, "within_target_pflops": 20,
        },
        rel=1e-5,
    )  # fmt: skip
    assert found["served"] == "worth"
    assert [row["country"] for row in found["members"]] == ["KZ", "KZ"]
    assert set(found["pooling"]) == {"total", "time_zones", "shared_reserve", "others_machines", "cheaper_sites"}
    assert {plan["name"] for plan in found["plans"]} >= {"least cost", "leanest 2030", "within the target 2030"}


def test_json_of_what_cannot_be_served_has_the_same_keys(planner_command: Run, at_home: str) -> None:
    """With None where nothing is known."""
    done = planner_command("size", at_home, "--served", 0.95, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, set(found), found["status"]) == (3, KEYS, "infeasible")
    assert found["years"] == []
    assert found["pooling"] is None


def test_a_time_limit_ends_with_what_is_known(planner_command: Run, two: str) -> None:
    """Exit code 4."""
    done = planner_command("size", two, "--time-limit", 1e-9)
    assert done.exit_code == 4
    assert "Stopped before any plan was found" in done.stdout
    assert "Time limit reached.\n\nNot answered: these plans" in done.stdout


def test_verbose_names_each_plan(planner_command: Run, two: str) -> None:
    """On stderr, with its rounds."""
    told = planner_command("size", two, "-v").stderr
    assert "plan: least cost\n" in told
    assert "round 1" in told


def test_bad_input_and_usage_end_with_2(planner_command: Run, two: str) -> None:
    """As everywhere."""
    assert planner_command("size", two, "--served", 1.5).exit_code == 2
    assert planner_command("size", two, "--variant", "nothing").exit_code == 2


def test_the_example_is_sized(planner_command: Run) -> None:
    """2,000 PFLOPS are a quarter of what the members need in 2030, and not all that stands is near enough to serve."""
    done = planner_command("size", EXAMPLE, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    [year] = found["years"]
    assert year["within_target_pflops"] == pytest.approx(0.85 * 2000, rel=1e-6)
    assert year["needed_pflops"] > 1.1 * year["served_pflops"] / 0.85  # they stand for the fullest hours
    assert sum(site["standing_pflops"] for site in found["sites"]) < 0.8 * 6021
    assert sum(site["to_build_pflops"] for site in found["sites"]) > 1000
    total = found["pooling"]["total"]
    assert total["spent_usd"] < 0 < total["usd"]


def test_the_answer_goes_into_files(planner_command: Run, growing: str, place: Path) -> None:
    """Their paths are printed behind it, on stderr where stdout is JSON; a file of somebody else's is left alone."""
    files = ("--html", "size.html", "--xlsx", "size.xlsx", "--svg", "charts")
    done = planner_command("size", growing, "-q", *files)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[-4:] == ["size.html", "size.xlsx", "charts/need.svg", "charts/where.svg"]
    again = planner_command("size", growing, "--json", *files)
    assert json.loads(again.stdout)["status"] == "optimal"
    assert "size.html" in again.stderr
    (place / "size.html").write_text("mine")
    refused = planner_command("size", growing, "-q", "--html", "size.html")
    assert refused.exit_code == 2
    assert "size.html is there, and is not as the planner writes it" in refused.stderr
