"""Read and solve one scenario in a process of its own, and print its seconds, peak memory and objective as JSON."""

from __future__ import annotations

import json
import resource
import sys
from time import perf_counter

import planner


def main() -> None:
    """Measure the scenario named on the command line, solved to a gap (or to the default) and with changes."""
    started = perf_counter()
    path, gap, *overrides = sys.argv[1:]
    inputs = planner.load_scenario(path, overrides=overrides)
    read = perf_counter()
    plan = planner.solve(inputs, gap=float(gap) if gap else None)
    solved = perf_counter()
    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    figures = {
        "read": read - started, "solve": solved - read, "peak_mb": peak_kb / 1024, "status": plan.status.value,
        "objective": plan.objective, "gap": plan.gap, "rounds": plan.rounds, "paths": plan.paths_generated,
    }  # fmt: skip
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main()
