"""Two to twenty plans side by side, each against the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.files.changing.differences import differences
from planner.report.comparison.causes import Causes, PlanSide
from planner.report.comparison.facts import SUBJECTS, Facts, gather_facts
from planner.report.comparison.moves import compare_facts, make_moves
from planner.report.comparison.notes import common_year, plan_notes
from planner.report.comparison.ranking import BY_KEY, CRITERIA, dominators, group_alike, rank, value_plan
from planner.report.comparison.switches import ServedFlows, find_switches
from planner.report.comparison.words import ComparisonSentence, say

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.plan.runs import Run

LEAST, MOST = 2, 20
BASE = "base"
Years = tuple[int, int]


@dataclass(frozen=True)
class Comparison:
    """Plans side by side; the first is the baseline, and every change is a plan's figure less the baseline's.

    Attributes
    ----------
    names
        what the plans are called, each differently
    plans
        in the same order
    years
        for each other plan the years compared: pairs of the baseline's year and the plan's own, the same unless the
        two plan one year each
    changes
        inputs that differ from the baseline's, by `plan`, `section`, `key` and `field`: `before` and `after` as a file
        would write them, None where there is nothing; `remark` where only readers see it
    totals
        by `plan`, `year`, `total` and `quantity`: every total of every year, whether it moved or not; a year that only
        one of the two plans has the `presence` "plan only" or "baseline only"
    sites, links, members, workloads
        by `plan`, `year`, `site` (`link`, `member`, `workload`) and `quantity`: what moved, what matters most first.
        Columns: `baseline_year`; `baseline` and `value`, not a number where there is none; `change`; `unit`;
        `presence`, "both", "plan only" or "baseline only"; `weight`, the change as a share of the larger total
    switches
        by `plan`, `year`, `origin`, `workload`, `source` and `target`: `country`, `pflops` and `share` of the demand
        that another site does, and `because`, the reasons as sentences; see `reasons` for them in other languages
    ranking
        by `criterion` and `plan`: `value`, `rank` from 1 for the best, `unit`. Cost is that of the whole plan,
        discounted, capex what all builds cost overnight; the others are those of the last year that all plans have,
        or else of each plan's last
    dominated
        for each plan those that are as good by cost, share served, traffic carried, worst member's share, mean RTT and
        carbon, and better by one of them; only plans that are asked for the same can dominate each other
    reasons
        for each row of `switches` why, to be said by `planner.report.comparison.words.say`
    notes
        what the reader has to know, in the same form
    """

    names: tuple[str, ...]
    plans: tuple[Plan, ...]
    years: dict[str, tuple[Years, ...]]
    changes: pd.DataFrame
    totals: pd.DataFrame
    sites: pd.DataFrame
    links: pd.DataFrame
    members: pd.DataFrame
    workloads: pd.DataFrame
    switches: pd.DataFrame
    ranking: pd.DataFrame
    dominated: dict[str, tuple[str, ...]]
    reasons: tuple[tuple[ComparisonSentence, ...], ...]
    notes: tuple[ComparisonSentence, ...]

    @property
    def baseline(self) -> str:
        """The name of the first plan."""
        return self.names[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The names of the plans that are measured against it."""
        return self.names[1:]

    def plan(self, name: str) -> Plan:
        """Return a plan by its name."""
        return self.plans[self.names.index(name)]

    @property
    def currency(self) -> str:
        """The baseline's word for money."""
        return self.plans[0].inputs.scenario.finance.currency

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name, in the order in which they are written."""
        return {
            "ranking": self.ranking, "totals": self.totals, "changes": self.changes, "members": self.members,
            "sites": self.sites, "links": self.links, "workloads": self.workloads, "switches": self.switches,
        }  # fmt: skip


def compare(plans: Sequence[Plan | Run | Path | str], names: Sequence[str] | None = None) -> Comparison:
    """Compare two to twenty plans, each against the first.

    Parameters
    ----------
    plans
        plans, runs, or the folders of runs
    names
        what to call them; by default a run's folder, or a plan's variant

    Raises
    ------
    UsageError
        if there are fewer than two or more than twenty, or the names do not fit them
    RunError
        where a folder holds no run that can be read
    """
    if not LEAST <= len(plans) <= MOST:
        raise UsageError(f"{len(plans)} to compare: name two to twenty plans, the baseline first")
    read = [_read(each) for each in plans]
    found = tuple(plan for plan, _ in read)
    called = _different([name for _, name in read] if names is None else list(names))
    if len(called) != len(found):
        raise UsageError(f"{len(called)} names for {len(found)} plans")
    if not all(each.strip() for each in called):
        raise UsageError("one of the names is empty: every plan needs one")
    sides = dict(zip(called, found, strict=True))
    years = {name: _pairs(found[0], plan) for name, plan in list(sides.items())[1:]}
    moves = _moves(sides, years)
    switches, reasons = _switches(sides, years)
    changes = _changes(sides)
    ranking, dominated = _ranking(sides)
    notes = tuple(plan_notes(sides, years, changes, moves, switches))
    return Comparison(
        called, found, years, changes, moves["years"], moves["sites"], moves["links"], moves["members"],
        moves["workloads"], switches, ranking, dominated, reasons, notes,
    )  # fmt: skip


def _read(given: Plan | Run | Path | str) -> tuple[Plan, str]:
    """Return a plan and what it is called."""
    from planner.plan.plan import Plan
    from planner.plan.runs import Run, read_run

    if isinstance(given, Plan):
        return given, given.inputs.variant or BASE
    run = given if isinstance(given, Run) else read_run(Path(given))
    return run.plan, run.folder.resolve().name or BASE


def _different(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of which no two are the same: base, base (2)."""
    found: list[str] = []
    for name in names:
        number, own = 2, name
        while own in found:
            number, own = number + 1, f"{name} ({number})"
        found.append(own)
    return tuple(found)


def _pairs(baseline: Plan, plan: Plan) -> tuple[Years, ...]:
    """Return which years are compared: those of both, or one with one."""
    if not (_has_figures(baseline) and _has_figures(plan)):
        return ()
    ours, theirs = baseline.inputs.scenario.years, plan.inputs.scenario.years
    if len(ours) == len(theirs) == 1:
        return ((ours[0], theirs[0]),)
    return tuple((year, year) for year in theirs if year in ours)


def _has_figures(plan: Plan) -> bool:
    return plan.tables is not None and plan.status.has_plan


def _changes(sides: dict[str, Plan]) -> pd.DataFrame:
    import pandas as pd

    index = ["plan", "section", "key", "field"]
    baseline, *others = sides.items()
    rows = [
        (name, each.section, each.key, each.field, each.before, each.after, each.is_remark)
        for name, plan in others
        for each in differences(baseline[1].inputs, plan.inputs)
    ]
    return pd.DataFrame(rows, columns=[*index, "before", "after", "remark"], dtype=object).set_index(index)


def _moves(sides: dict[str, Plan], years: dict[str, tuple[Years, ...]]) -> dict[str, pd.DataFrame]:
    (_, baseline), *others = sides.items()
    records: dict[str, list[dict[str, Any]]] = {subject: [] for subject in SUBJECTS}
    kept: dict[tuple[int, int], Facts] = {}

    def facts(number: int, plan: Plan, year: int | None) -> Facts:
        if year is None:
            return {}
        return kept.setdefault((number, year), kept.get((number, year)) or gather_facts(plan, year))

    currency = baseline.inputs.scenario.finance.currency
    for number, (name, plan) in enumerate(others, 1):
        same_money = plan.inputs.scenario.finance.currency == currency
        for ours, theirs in (*years[name], *_lonely_years(baseline, plan, years[name])):
            for subject in SUBJECTS if None not in (ours, theirs) else ("years",):
                one, two = facts(0, baseline, ours), facts(number, plan, theirs)
                found = compare_facts(subject, (one, two), (ours, theirs), name, currency)
                records[subject] += [row for row in found if same_money or not row["quantity"].endswith("_usd")]
    return {subject: make_moves(subject, found) for subject, found in records.items()}


def _lonely_years(
    baseline: Plan, plan: Plan, pairs: tuple[Years, ...]
) -> Iterator[tuple[None, int] | tuple[int, None]]:
    """Yield the years that only one of two plans has."""
    if _has_figures(baseline) and _has_figures(plan):
        yield from ((None, year) for year in plan.inputs.scenario.years if year not in [two for _, two in pairs])
        yield from ((year, None) for year in baseline.inputs.scenario.years if year not in [one for one, _ in pairs])


def _switches(
    sides: dict[str, Plan], years: dict[str, tuple[Years, ...]]
) -> tuple[pd.DataFrame, tuple[tuple[ComparisonSentence, ...], ...]]:
    import pandas as pd

    (_, baseline), *others = sides.items()
    rows, reasons = [], []
    before = {ours: PlanSide(ServedFlows(baseline, ours)) for pairs in years.values() for ours, _ in pairs}
    for name, plan in others:
        for ours, theirs in years[name]:
            after = PlanSide(ServedFlows(plan, theirs))
            causes = Causes(before[ours], after)
            for each in find_switches(before[ours].served, after.served):
                reasons.append(causes.explain(each))
                because = "; ".join(map(say, reasons[-1]))
                rows.append((name, theirs, each.origin, each.workload, each.source, each.target, each.country,
                             each.pflops, each.share, because))  # fmt: skip
    index = ["plan", "year", "origin", "workload", "source", "target"]
    columns = [*index, "country", "pflops", "share", "because"]
    return pd.DataFrame(rows, columns=columns).set_index(index), tuple(reasons)


def _ranking(sides: dict[str, Plan]) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Put the plans in order; money of another currency, and the cost of other years, takes no part."""
    import pandas as pd

    baseline, year = next(iter(sides.values())).inputs.scenario, common_year(sides.values())
    values = {name: value_plan(plan, year) for name, plan in sides.items()}
    alone = all(len(plan.inputs.scenario.years) == 1 for plan in sides.values())
    for name, plan in sides.items():
        scenario = plan.inputs.scenario
        foreign = scenario.finance.currency != baseline.finance.currency
        longer = scenario.years != baseline.years and not alone
        for each in CRITERIA:
            if (each.is_money and foreign) or (each.key in ("cost_usd", "capex_usd") and longer):
                values[name][each.key] = float("nan")
    rows = []
    currency = baseline.finance.currency
    for each in BY_KEY.values():
        own = [values[name][each.key] for name in sides]
        places = rank(own, most_is_best=each.most_is_best)
        unit = (each.unit if alone else each.unit_of_sums).replace("USD", currency)
        rows += [(each.key, name, value, place, unit) for name, value, place in zip(sides, own, places, strict=True)]
    frame = pd.DataFrame(rows, columns=["criterion", "plan", "value", "rank", "unit"])
    frame["rank"] = frame["rank"].astype("Int64")
    return frame.set_index(["criterion", "plan"]), dominators(values, group_alike(sides, year))
