"""The page that a plan makes on the terminal, on worlds whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import small
from report.pages import page, words
from report.reading import read
from worlds import World, changed, two_cities

import planner
from planner.report.language.speech import speak
from planner.report.paper import Paper
from planner.report.plan import sentences
from planner.report.plan.plan_text import PlanText

NAN = float("nan")
FAR, NEAR = "topology.sites.far", "topology.sites.near"


def headline(plan: planner.Plan) -> str:
    """Return the sentences that answer."""
    return " ".join(sentences.headline(PlanText(plan, speak().plain)))


def status_line(plan: planner.Plan, stopped: str = "") -> str:
    """Return what is said to be proved."""
    return sentences.status(PlanText(plan, speak().plain), stopped)


def many_places(count: int) -> World:
    """Return two cities where as many places again ask for chat and find no link."""
    changes: dict[str, Any] = {}
    for i in range(count):
        changes[f"topology.nodes.isle-{i}"] = {"country": "NO", "lat": 60, "lon": 5}
    world = changed(two_cities(), changes)
    rows = [{"origin": f"isle-{i}", "workload": "chat", "compute": f"{i + 1} PFLOPS"} for i in range(count)]
    return changed(world, {"demand.demands": world["demand"]["demands"] + rows})


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("base", [two_cities(), many_places(15)])
def test_no_line_is_wider_than_the_terminal_and_no_word_is_cut(width: int, base: World) -> None:
    """80 columns are what everybody has."""
    text = page(small.plan(base=base), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


def test_lines_are_not_longer_than_one_can_read() -> None:
    """However wide the terminal."""
    assert max(map(len, page(small.plan(), width=300).splitlines())) <= 120


def test_the_headline_says_how_much_is_served_at_what_price() -> None:
    """140 asked, 110 stand: 100 x 1100 + 10 x 3000 = 140 000 USD, 1273 USD each."""
    plan = small.plan({"demand.demands.0.compute": "140 PFLOPS"})
    assert headline(plan) == "110 of 140 PFLOPS served (79 %) in 2030 at 1.27 kUSD per served PFLOPS and year."


def test_the_headline_of_a_plan_that_serves_nothing_has_no_price() -> None:
    """Serving costs more than leaving it."""
    plan = small.plan({"demand.workloads.chat.unserved": "1 USD/PFLOPS/year"})
    assert headline(plan) == "0 of 20 PFLOPS served (0 %) in 2030."
    assert "cheaper unserved" in words(plan)


@pytest.mark.parametrize(
    ("status", "gap", "said"),
    [
        (planner.Status.OPTIMAL, 0.0, "Optimal, proved: no plan of this scenario is better (gap 0)."),
        (
            planner.Status.OPTIMAL,
            0.02,
            "Optimal, proved to within 2 %. Cost and penalty together could be at most 2 % lower.",
        ),
        (
            planner.Status.FEASIBLE,
            0.02,
            "Interrupted. NOT PROVED OPTIMAL: this is the best plan found. Cost and penalty together could be at most",
        ),
        (
            planner.Status.FEASIBLE,
            float("inf"),
            "Interrupted. NOT PROVED OPTIMAL: this is the best plan found, and how good",
        ),
    ],
)
def test_the_status_says_what_is_proved_and_no_more(status: planner.Status, gap: float, said: str) -> None:
    """The gap stands in it."""
    assert status_line(replace(small.plan(), status=status, gap=gap), "interrupted").startswith(said)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (planner.Status.INFEASIBLE, "No plan exists"),
        (planner.Status.LIMIT, "Time limit reached. Stopped before any plan was found"),
        (planner.Status.UNBOUNDED, "No best plan exists"),
        (planner.Status.ERROR, "THE PLAN IS WRONG"),
    ],
)
def test_without_a_plan_there_are_findings_and_no_figures(status: planner.Status, said: str) -> None:
    """The first ones, and how many more there are."""
    plan = replace(small.plan(), status=status, tables=None, findings=tuple(f"finding {i}" for i in range(12)))
    text = words(plan, stopped="time limit reached")
    assert said in text
    assert "finding 9" in text
    assert "finding 10" not in text
    assert "and 2 more; -v shows all" in text
    assert "served" not in text


def test_the_title_names_the_variant_and_the_changes() -> None:
    """What was asked stands at the top."""
    variant = {"scenario.variants": {"double": {"title": "Twice as much", "set": {"demand.scale": 2}}}}
    inputs = small.load(variant)
    plan = replace(small.plan(), inputs=replace(inputs, variant="double", overrides=("demand.scale=3",)))
    assert page(plan).splitlines()[1:3] == ["variant double: Twice as much", "with demand.scale=3"]


def test_sites_published_in_another_precision_are_told_with_their_worth() -> None:
    """400 PFLOPS of sparse FP8 are 100 dense."""
    plan = small.plan({f"{FAR}.compute": "400 PFLOPS", f"{FAR}.precision": "fp8", f"{FAR}.sparse": True})
    assert "PFLOPS are dense BF16/FP16 peak" in words(plan)
    assert "far: 400 PFLOPS (FP8, sparse) = 100 PFLOPS." in words(plan)


def test_members_are_told_apart_and_add_up() -> None:
    """KZ asks for 20 and gets them in CN, which is no member here."""
    lines = page(small.plan({"scenario.community": {"members": ["KZ"], "target": "50 PFLOPS"}})).splitlines()
    row = {line.split()[0]: line.split() for line in lines if line.startswith(("KZ", "CN", "all"))}
    assert row["KZ"] == ["KZ", "*", "20.0", "20.0", "100", "%", "-", "20.0", "-", "-", "22.0", "1.10"]
    assert row["CN"][1:8] == ["-", "-", "-", "-", "-", "-", "20.0"]
    said = " ".join(" ".join(lines).split())
    assert "The community asks for 20 PFLOPS in 2030, and all of it is served: 20 outside the community." in said
    assert "Its target of 50 PFLOPS is 250 % of what it asks for." in said


def test_what_is_served_where_names_the_countries_and_their_distance() -> None:
    """All 20 go far, 10 ms away."""
    assert "far (CN) 20.0 100 - KZ 20.0 at 10 ms" in words(small.plan())


def test_what_is_built_stands_with_its_price() -> None:
    """Far is full at 15, near may grow for 1000 USD a PFLOPS: 5 at 1000 USD / 5 years without interest."""
    expansion = [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}]
    changes = {
        f"{FAR}.compute": "15 PFLOPS", f"{NEAR}.compute": "0 PFLOPS", f"{NEAR}.expansion": expansion,
        "scenario.finance": {"discount_rate": 0},
    }  # fmt: skip
    text = words(small.plan(changes))
    assert "What is built (5 kUSD in all)" in text
    assert "near site 5 PFLOPS 5.00 1.00" in text


def test_full_sites_say_what_one_more_is_worth() -> None:
    """With far full at 15, one more PFLOPS there saves 3000 - 1100 USD."""
    assert "far (CN) 100 % 15.0 15.0 1.90" in words(small.plan({f"{FAR}.compute": "15 PFLOPS"}))


def test_full_links_say_what_one_more_is_worth() -> None:
    """10 Gbps carry 20 PFLOPS at 0.5; with 8 Gbps the last 4 stay near, and a Gbps each way saves 2 x 1900 USD."""
    text = words(
        small.plan({"topology.links.fibre.capacity": "8 Gbps", "demand.workloads.chat.traffic_back": "0 Gbps/PFLOPS"})
    )
    assert "fibre 100 % 8.00 - 8.00 3,900" in text


def test_what_stays_unserved_stands_with_its_reason() -> None:
    """The reason of the table, whole."""
    plan = small.plan({"demand.demands.0.compute": "140 PFLOPS"})
    assert f"home chat 30.0 21 % {plan.demands['reason'].iloc[0]}" in words(plan)


def test_the_penalty_stands_apart_from_what_is_spent() -> None:
    """30 PFLOPS at 5000 USD are not money."""
    text = words(small.plan({"demand.demands.0.compute": "140 PFLOPS"}))
    assert "spent in all 140 1.27" in text
    assert "Not spent, and in none of these figures: 150 kUSD that the plan weighs" in text
    assert "Existing sites are charged the price of use that their record gives" in text


def test_round_trips_are_told_by_workload_with_their_limit() -> None:
    """Mean, worst, limit."""
    text = words(small.plan({"demand.workloads.chat.max_rtt": "30 ms"}))
    assert "chat 20.0 10.0 10.0 30" in text


def test_assumed_inputs_are_counted() -> None:
    """The demand is verified, its workload assumed; the site and the link say nothing."""
    changes = {"demand.demands.0.confidence": "verified", "demand.workloads.chat.confidence": "assumed"}
    text = words(small.plan(changes))
    assert "4 demands, workloads, rules, sites and links: 1 verified, none estimated, 1 assumed, 2 not said" in text
    assert "75 % of them are not verified" in text


def test_long_lists_are_cut_with_a_line_that_says_where_the_rest_stands() -> None:
    """15 isles have no way out: ten are shown, in full all are."""
    plan = small.plan(base=many_places(15))
    assert "and 5 more in tables/demands.csv" in page(plan)
    assert "isle-14 chat" in page(plan)
    assert "isle-0 chat" not in page(plan)
    assert "isle-0 chat" in page(plan, full=True)
    assert "more in tables/demands.csv" not in page(plan, full=True)


def test_the_power_it_takes_is_told() -> None:
    """20 PFLOPS of 1 kW for 8760 h at 500 g/kWh: 0.02 MW, 0.175 GWh, 0.0876 kt."""
    text = words(small.plan({f"{FAR}.watts": "1 kW/PFLOPS", f"{FAR}.carbon": "500 g/kWh"}))
    assert "Power in 2030: 0.02 MW at the peak, 0.175 GWh and 0.0876 kt of CO2 a year." in text


def test_without_members_named_the_community_is_whoever_asks() -> None:
    """Only KZ asks."""
    assert "The community asks for 20 PFLOPS in 2030, and all of it is served: 20 outside the community." in words(
        small.plan({"scenario.community": None})
    )


def test_a_plan_without_any_member_says_nothing_of_a_community() -> None:
    """Nobody asks for anything."""
    plan = small.plan()
    assert plan.tables is not None
    nobody = plan.members.assign(member=False)
    assert "The community" not in words(replace(plan, tables=replace(plan.tables, members=nobody)))


def test_the_head_of_a_page_is_what_is_served_and_proved() -> None:
    """For lists of plans: title, headline, status."""
    lines = page(small.plan(), brief=True).splitlines()
    assert lines[0] == "A small world called two-cities"
    assert lines[-1] == "Optimal, proved: no plan of this scenario is better (gap 0)."
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("objective", "said"),
    [
        ("served", "At most 2 % more could be served"),
        ("compute", "The community could do with at most 2 % less new compute"),
        ("latency", "Round trips could be at most 2 % shorter"),
        ("carbon", "Carbon could be at most 2 % less"),
    ],
)
def test_a_gap_speaks_of_what_was_sought(objective: str, said: str) -> None:
    """The first objective asked for."""
    plan = small.plan()
    scenario = plan.inputs.scenario.model_copy(update={"objective": (objective,)})
    assert said in status_line(replace(plan, inputs=replace(plan.inputs, scenario=scenario), gap=0.02))


def test_notes_are_printed() -> None:
    """Whatever the plan has to say about its figures."""
    assert "Notes" in words(replace(small.plan(), notes=("Beware of the bears.",)))
    assert "Beware of the bears." in words(replace(small.plan(), notes=("Beware of the bears.",)))


def test_names_that_look_like_markup_are_printed_as_they_are() -> None:
    """Rich would take [bold] away."""
    assert "[bold]x[/bold]" in page(small.plan({"scenario.title": "[bold]x[/bold]"}))


def test_a_reader_who_has_gone_is_told_to_the_caller() -> None:
    """Rich would end the process."""
    with pytest.raises(BrokenPipeError):
        Paper().on_broken_pipe()


def halves() -> planner.Plan:
    """Return a plan of 2,223 PFLOPS of which a hall of 1,010, planned to 85 %, serves 858.5; 1,364.5 are left."""
    world = changed(two_cities(), {
        "topology.sites.near.compute": "1010 PFLOPS", "topology.sites.far": None,
        "scenario.limits": {"site_fill": "0.85"}, "demand.demands.0.compute": "2223 PFLOPS",
    })  # fmt: skip
    return small.plan(base=world)


def test_the_parts_of_what_is_asked_add_up_on_every_line_of_the_page() -> None:
    """859 + 1,364 = 2,223, in the headline, in the table of members and where the reason is told."""
    text = page(halves())
    assert headline(halves()).startswith("859 of 2,223 PFLOPS served")
    assert [line.split()[2:5] for line in text.splitlines() if line.startswith("KZ *")] == [["2,223", "859", "39"]]
    assert "858" not in text
    assert "1,365" not in text
    assert sum("1,364" in line for line in text.splitlines()) == 3  # KZ, all, and the reason


def test_the_parts_of_what_is_asked_add_up_in_the_report_too() -> None:
    """The same figures as on the terminal."""
    report = read(planner.render_report(halves()))
    assert "859 of 2,223" in report.find("answer").words
    assert "1,364" in report.find("unserved").words
    assert not {"858", "1,365"} & set(report.words.replace(".", " ").split())
