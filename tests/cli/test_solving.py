"""``planner solve``: what it prints, where it writes, how it exits."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from processes import Run
from worlds import changed, two_cities, write_world

import planner

KEYS = [
    "scenario", "variant", "status", "objective", "bound", "gap", "demand_pflops", "served_pflops", "unserved_pflops",
    "installed_pflops", "built_pflops", "mean_rtt_ms", "carbon_t", "embodied_t", "cost_usd", "demand_gbps",
    "served_gbps", "unserved_gbps", "background_gbps", "background_carried_gbps", "background_unserved_gbps",
    "background_penalty_usd", "unserved_penalty_usd", "seconds", "run", "years", "community",
    "years_between", "hinges", "stages", "failures", "capital", "notes", "findings", "warnings",
]  # fmt: skip


def test_a_scenario_becomes_a_summary_and_a_run_whose_path_is_the_last_line(planner_command: Run, two: str) -> None:
    """The summary is for readers, the last line for scripts."""
    done = planner_command("solve", two)
    assert done.exit_code == 0
    said = " ".join(done.stdout.split())
    assert "All 20 PFLOPS asked for are served in 2030 at 1.1 kUSD per served PFLOPS and year." in said
    assert done.stdout.splitlines()[-1] == str(Path("runs", "two-cities"))
    assert Path("runs", "two-cities", "manifest.json").is_file()


def test_a_run_is_never_written_over_unless_asked(planner_command: Run, two: str) -> None:
    """The second goes to the next free number, the third over the first."""
    paths = [planner_command("solve", two, "-q", *force).stdout.strip() for force in ([], [], ["--force"])]
    assert [Path(path).name for path in paths] == ["two-cities", "two-cities-2", "two-cities"]


def test_the_run_goes_where_it_is_told(planner_command: Run, two: str) -> None:
    """`-o` names the run folder itself."""
    done = planner_command("solve", two, "-q", "-o", "kept/mine")
    assert done.stdout == f"{Path('kept', 'mine')}\n"
    assert Path("kept", "mine", "tables", "sites.csv").is_file()


def test_a_folder_that_cannot_be_written_over_is_told_before_solving(
    planner_command: Run, two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for minutes to hear that."""
    monkeypatch.setattr(planner, "solve", never)
    Path("letters").mkdir()
    Path("letters", "to-my-aunt.txt").write_text("Dear aunt", encoding="utf-8")
    done = planner_command("solve", two, "-o", "letters", "--force")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "letters holds more than a run" in done.stderr


def test_no_run_writes_nothing(planner_command: Run, two: str) -> None:
    """Only looking."""
    done = planner_command("solve", two, "--no-run", "--json")
    assert json.loads(done.stdout)["run"] is None
    assert not Path("runs").exists()


def test_json_is_one_object_with_all_keys(planner_command: Run, two: str) -> None:
    """22 000 USD: 20 PFLOPS at 1000, and 20 x (0.5 + 0.5) Gbps at 100."""
    found = json.loads(planner_command("solve", two, "--json").stdout)
    assert list(found) == KEYS
    assert found["status"] == "optimal"
    assert found["objective"] == {"name": "cost", "value": pytest.approx(22_000), "unit": "USD"}
    assert found["cost_usd"] == pytest.approx(
        {"total": 22_000, "capex": 0, "fixed": 0, "opex": 20_000, "energy": 0, "fees": 0, "transit": 2_000}
    )
    figures = ("demand_pflops", "served_pflops", "unserved_pflops", "installed_pflops", "mean_rtt_ms")
    assert [found[key] for key in figures] == pytest.approx([20, 20, 0, 110, 10])
    assert Path(found["run"]) == Path("runs", "two-cities")


DIAGNOSED = ["causes", "conflict", "least_violation", "together", "repairs"]
"""What is told besides of a scenario without a plan."""


def test_json_of_an_infeasible_scenario_has_the_same_keys_and_the_findings_on_stderr(
    planner_command: Run, impossible: str
) -> None:
    """Null, never NaN, and exit code 3."""
    done = planner_command("solve", impossible, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, list(found), found["status"]) == (3, [*KEYS, *DIAGNOSED], "infeasible")
    assert set(found["cost_usd"].values()) == {None}
    assert found["objective"]["value"] is found["mean_rtt_ms"] is found["bound"] is None
    assert "home/chat at home is required: 10 of 20 PFLOPS cannot be served" in done.stderr


def test_an_infeasible_scenario_says_what_stands_in_the_way(planner_command: Run, impossible: str) -> None:
    """No figures, only findings."""
    done = planner_command("solve", impossible)
    assert done.exit_code == 3
    assert "No plan exists" in done.stdout
    assert "10 of 20 PFLOPS cannot be served in 2030" in done.stdout
    assert "per served PFLOPS" not in done.stdout


def test_variants_and_changes_are_solved(planner_command: Run, two: str) -> None:
    """7 x 20 PFLOPS are more than the 110 that stand."""
    done = planner_command("solve", two, "--json", "--set", "demand.scale=7", "--set", "title=Much")
    found = json.loads(done.stdout)
    assert (found["demand_pflops"], found["served_pflops"]) == pytest.approx((140, 110))


def test_a_change_that_names_nothing_is_bad_input(planner_command: Run, two: str) -> None:
    """Exit code 2 and a line, no traceback."""
    done = planner_command("solve", two, "--set", "demand.scle=7")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "scle" in done.stderr
    assert "Traceback" not in done.stderr


def test_quiet_prints_the_path_only(planner_command: Run, two: str) -> None:
    """For scripts: RUN=$(planner solve -q S)."""
    done = planner_command("solve", two, "-q")
    assert (done.stdout, done.stderr) == (f"{Path('runs', 'two-cities')}\n", "")


def test_quiet_still_says_that_there_is_no_plan(planner_command: Run, impossible: str) -> None:
    """Silence would be a lie."""
    done = planner_command("solve", impossible, "-q")
    assert done.stderr.startswith("status: infeasible\nhome/chat at home is required")


def test_verbose_reports_rounds_as_plain_lines_on_stderr(planner_command: Run, two: str) -> None:
    """A log can keep them."""
    done = planner_command("solve", two, "-v")
    assert done.stderr.splitlines()[0].startswith("round 1: 0 paths, objective 100,000, bound ")
    assert "round 1" not in done.stdout


def test_without_a_terminal_there_is_no_progress(planner_command: Run, two: str) -> None:
    """Nor anything else on stderr."""
    assert planner_command("solve", two).stderr == ""


def swap_coordinates(scenario: str) -> str:
    """Put home, 43.2 north and 76.9 east, where 76.9 north and 43.2 east is: in the Barents Sea; return its file."""
    file = Path(scenario).with_name("topology.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("lat: 43.2", "lat: 76.9").replace("lon: 76.9", "lon: 43.2"), encoding="utf-8")
    return str(file)


def test_what_looks_wrong_in_the_topology_is_one_line_before_the_plan(planner_command: Run, two: str) -> None:
    """The place; nothing with -q, all of it with -v. The fibre's 10 ms there and back are less than glass allows."""
    file = swap_coordinates(two)
    (line,) = planner_command("solve", two, "--no-run").stderr.splitlines()
    assert line.startswith(f"2 warnings about the topology: planner topology validate {file} shows them; the first: ")
    assert "nodes.home: 76.9, 43.2 lies at sea" in line
    assert line.endswith("latitude and longitude look swapped: write 'lat: 43.2, lon: 76.9'")
    assert planner_command("solve", two, "--no-run", "-q").stderr == ""
    shown = planner_command("solve", two, "--no-run", "-v").stderr.splitlines()
    assert [line.split(": ")[1:3] for line in shown[:2]] == [["warning", "nodes.home"], ["warning", "links.fibre.rtt"]]
    assert planner_command("size", two).stderr.startswith("2 warnings about the topology")


def test_warnings_about_several_files_are_shown_by_looking_at_them_together(planner_command: Run, place: Path) -> None:
    """One by one, a file whose links end at another's nodes is full of faults."""
    world = changed(two_cities(), {"scenario.topology": ["topology.yaml", "more.yaml"]})
    scenario = write_world(world, place / "two").relative_to(place)
    more = scenario.with_name("more.yaml")
    more.write_text("topology: more\ntitle: More\n", encoding="utf-8")
    file = swap_coordinates(str(scenario))
    (line,) = planner_command("solve", scenario, "--no-run").stderr.splitlines()
    assert f": planner topology validate {file} {more} --together shows them; " in line


def test_warnings_stand_in_the_json_and_in_the_report(planner_command: Run, two: str) -> None:
    """With their places; the report says them in its language."""
    file = swap_coordinates(two)
    done = json.loads(planner_command("solve", two, "--json").stdout)
    assert [(found["file"], found["where"]) for found in done["warnings"]] == [
        (file, "nodes.home"), (file, "links.fibre.rtt"),
    ]  # fmt: skip
    page = Path(done["run"], "report.html").read_text(encoding="utf-8")
    assert "2 warnings about the topology" in page
    assert f"topology.yaml:{done['warnings'][0]['line']}" in page
    planner_command("report", done["run"], "--lang", "fr")
    assert "la latitude et la longitude semblent interverties" in Path(done["run"], "report.fr.html").read_text(
        encoding="utf-8"
    )


def test_a_variant_that_cuts_a_node_off_is_no_warning(planner_command: Run, two: str) -> None:
    """Of two cities and one fibre, the base is whole; without the fibre both are alone, as the variant wants it."""
    with Path(two).open("a", encoding="utf-8") as scenario:
        scenario.write("variants: {dark: {remove: ['link:fibre']}}\n")
    assert planner_command("solve", two, "--no-run", "--variant", "dark").stderr == ""


def test_phase_one_reports_what_is_still_short(planner_command: Run, impossible: str) -> None:
    """In words that do not look like money."""
    assert "keeps all rules, still short by" in planner_command("solve", impossible, "-v").stderr


def test_another_solver_gives_the_same_plan(planner_command: Run, two: str) -> None:
    """CBC comes with PuLP."""
    found = json.loads(planner_command("solve", two, "--json", "--solver", "cbc").stdout)
    assert found["objective"]["value"] == pytest.approx(22_000)


def test_an_unknown_solver_is_bad_usage(planner_command: Run, two: str) -> None:
    """With the nearest name."""
    done = planner_command("solve", two, "--solver", "gurbi")
    assert done.exit_code == 2
    assert "did you mean 'gurobi'?" in done.stderr


@pytest.mark.parametrize("option", [("--gap", "-1"), ("--gap", "many"), ("--time-limit", "0"), ("--bogus",)])
def test_options_that_make_no_sense_are_bad_usage(planner_command: Run, two: str, option: tuple[str, ...]) -> None:
    """Click says so, exit code 2."""
    done = planner_command("solve", two, *option)
    assert done.exit_code == 2
    assert option[0] in done.stderr


def test_a_time_limit_that_is_too_short_leaves_no_plan(planner_command: Run, two: str) -> None:
    """Exit code 4, and the summary says why."""
    done = planner_command("solve", two, "--time-limit", "1e-9")
    assert done.exit_code == 4
    assert "Time limit reached. Stopped before any plan was found" in done.stdout


def test_exit_codes_follow_the_status(planner_command: Run, two: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan with a gap of 5 %: done where 10 % was asked for, stopped where 1 % was, or nothing."""
    plan = planner.solve(two)
    codes = {}
    for status in planner.Status:
        monkeypatch.setattr(planner, "solve", answering(replace(plan, status=status, gap=0.05)))
        codes[status.value] = planner_command("solve", two, "--no-run").exit_code
    assert codes == {"optimal": 0, "feasible": 4, "infeasible": 3, "unbounded": 1, "limit": 4, "error": 1}
    monkeypatch.setattr(planner, "solve", answering(replace(plan, status=planner.Status.FEASIBLE, gap=0.05)))
    assert [planner_command("solve", two, "--no-run", "--gap", gap).exit_code for gap in ("0.1", "0.01")] == [0, 4]


def test_a_plan_that_fails_the_check_is_told_in_capitals(
    planner_command: Run, two: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And its figures are not shown."""
    plan = replace(planner.solve(two), status=planner.Status.ERROR, findings=("link fibre carries 300 Gbps of 100",))
    monkeypatch.setattr(planner, "solve", answering(plan))
    done = planner_command("solve", two, "--no-run")
    assert "THE PLAN IS WRONG" in done.stdout
    assert "link fibre carries 300 Gbps of 100" in done.stdout
    assert "kUSD" not in done.stdout


def answering(plan: planner.Plan) -> Any:
    """Return a solve that always finds the same plan."""
    return lambda *_, **__: plan


def never(*_: object, **__: object) -> None:
    """Fail the test if called."""
    sys.exit("this should not have been called")


@pytest.mark.parametrize("option", ["--gap", "--time-limit"])
@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "-1", "1e999", "NaN", "much"])
def test_only_numbers_to_reckon_with_are_taken(planner_command: Run, two: str, option: str, number: str) -> None:
    """NaN compares with nothing: a solve would never stop, or stop at once and call that proved."""
    for words in (["solve", two], ["size", two], ["compare", two, "--variants", "all"]):
        done = planner_command(*words, f"{option}={number}")
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"Invalid value for '{option}'" in done.stderr


def test_the_library_takes_only_numbers_to_reckon_with_too(two: str) -> None:
    """Before any file is read: there is none."""
    for wrong in ({"gap": float("nan")}, {"gap": -1.0}, {"gap": float("inf")}, {"time_limit": float("nan")}):
        for ask in (planner.solve, planner.size):
            with pytest.raises(planner.UsageError, match="give "):
                ask("none.yaml", **wrong)
    with pytest.raises(planner.UsageError, match="no share of demand: give a number from 0 to 1"):
        planner.size(two, served=float("nan"))


def test_force_is_refused_before_the_solve_where_the_folder_is_not_only_a_run(planner_command: Run, two: str) -> None:
    """Also where the folder is not named but found by the scenario."""
    assert planner_command("solve", two, "-q").exit_code == 0
    (Path("runs") / "two-cities" / "notes.txt").write_text("mine")
    done = planner_command("solve", two, "--force", "-v")
    assert done.exit_code == 2
    assert "holds more than a run, or none: it is left as it is" in done.stderr
    assert "or move notes.txt away" in done.stderr
    assert "round 1" not in done.stderr


def test_what_comes_along_into_a_forced_run_is_told_on_stderr(planner_command: Run, two: str) -> None:
    """And the last line of stdout is still the run."""
    assert planner_command("solve", two, "-q").exit_code == 0
    (Path("runs") / "two-cities" / "tables" / "mine.xlsx").write_text("mine")
    done = planner_command("solve", two, "-q", "--force")
    assert done.stdout.splitlines()[-1] == str(Path("runs") / "two-cities")
    assert "kept, for the planner did not write it: tables/mine.xlsx" in done.stderr
