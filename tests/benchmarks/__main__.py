"""Time the planner and print a table: python -m tests.benchmarks [--runs N] [--nodes N] … [--region]."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from tests.benchmarks.facilities import write_facilities
from tests.benchmarks.network import write_network

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "central-asia-2000p.yaml"
PLANNER = [sys.executable, "-m", "planner"]
DAILY = ("chat", "agents", "voice", "records", "classroom")
STEPPED = (
    "almaty-next",
    "astana-next",
    "bukhara-datavolt",
    "changji-next",
    "ekibastuz",
    "tashkent-next",
    "urumqi-next",
)
REGION = (
    "years=[2026,2030,2035]",
    "hours=24",
    "contingencies=links",
    "workloads.chat.survives=0.5",
    "workloads.voice.survives=0.8",
    *(f"workloads.{workload}.profile=diurnal" for workload in DAILY),
    *(f"sites.{site}.expansion.0.step=50 PFLOPS" for site in STEPPED),
)
"""Changes that make the example the largest question of the benchmarks."""


def main() -> None:
    """Run every benchmark several times and print medians."""
    options = read_options()
    with tempfile.TemporaryDirectory() as scratch:
        commands = {
            "planner --help": [*PLANNER, "--help"],
            f"planner solve {EXAMPLE.relative_to(ROOT)}": [
                *PLANNER, "solve", str(EXAMPLE), "-q", "-o", f"{scratch}/run", "--force",
            ],
        }  # fmt: skip
        for name, command in commands.items():
            seconds = [time_process(command)[0] for _ in range(options.runs)]
            show(f"{name}: {median(seconds):.2f} s (whole process, {min(seconds):.2f} to {max(seconds):.2f})")
        scenario = write_network(Path(scratch), nodes=options.nodes, sites=options.sites, seed=options.seed)
        show_network(options, [measure(scenario) for _ in range(options.runs)])
        for name, question in ((EXAMPLE.stem, EXAMPLE), (f"{options.nodes} nodes", scenario)):
            show_report(name, [measure_report(question) for _ in range(options.runs)])
        facility = write_facilities(
            Path(scratch) / "facilities", customers=50, sites=options.facilities, seed=options.seed
        )
        show_whole(f"50 customers, {options.facilities} sites with fixed costs", measure(facility, gap="1e-6"))
        if options.region:
            show_whole(
                "Central Asia, 3 years x 24 hours x any link failing, steps", measure(EXAMPLE, *REGION, gap="1e-3")
            )


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    for name, default in (("runs", 5), ("nodes", 1000), ("sites", 100), ("seed", 0)):
        parser.add_argument(f"--{name}", type=int, default=default, help=f"default {default}")
    parser.add_argument("--facilities", type=int, default=50, help="sites of the facility location; default 50")
    parser.add_argument("--region", action="store_true", help="solve the big regional question too; minutes")
    return parser.parse_args()


def time_process(command: list[str]) -> tuple[float, str]:
    """Return the seconds a process takes from start to end, and what it prints."""
    started = perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return perf_counter() - started, done.stdout


def measure(scenario: Path, *overrides: str, gap: str = "") -> dict[str, float | str]:
    """Solve a scenario in a fresh process and return its figures."""
    seconds, printed = time_process([sys.executable, "-m", "tests.benchmarks.once", str(scenario), gap, *overrides])
    return {"total": seconds, **json.loads(printed)}


def measure_report(scenario: Path) -> dict[str, float]:
    """Solve a scenario in a fresh process, write its report, open it and return its figures."""
    found: dict[str, float] = json.loads(
        time_process([sys.executable, "-m", "tests.benchmarks.reports", str(scenario)])[1]
    )
    return found


def show_report(name: str, runs: list[dict[str, float]]) -> None:
    """Print the medians of a report."""
    write, opened, size = (median(run[key] for run in runs) for key in ("write", "open", "mb"))
    show(f"report of {name}: written in {write:.2f} s, opened in {opened:.2f} s, {size:.1f} MB")


def show_network(options: argparse.Namespace, runs: list[dict[str, float | str]]) -> None:
    """Print the medians of the synthetic network."""
    first = runs[0]
    show(f"\n{options.nodes} nodes, {options.sites} sites, {3 * options.nodes} demands, seed {options.seed}:")
    for key, unit in (("read", "s"), ("solve", "s"), ("total", "s"), ("peak_mb", "MB")):
        show(f"  {key.removesuffix('_mb'):6} {median(float(run[key]) for run in runs):8.2f} {unit}")
    same = "the same every time" if len({run["objective"] for run in runs}) == 1 else "NOT THE SAME EVERY TIME"
    show(f"  {first['status']}, objective {first['objective']:.2f} USD ({same})")
    show(f"  {first['rounds']} rounds, {first['paths']} paths")


def show_whole(title: str, run: dict[str, float | str]) -> None:
    """Print the figures of a question with whole decisions, solved once."""
    show(f"\n{title}:")
    show(f"  solve {float(run['solve']):.2f} s, peak {float(run['peak_mb']):.0f} MB")
    show(f"  {run['status']}, objective {float(run['objective']):.2f} USD, gap {float(run['gap']):.1e}")


def show(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
