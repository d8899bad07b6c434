"""What another plan has built, taken as it is, to ask what happens when demand is high or the cable late after that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.errors import UsageError

if TYPE_CHECKING:
    import pulp

    from planner.plan.plan import Tables
    from planner.programme.case import Case
    from planner.programme.programme import Programme


def freeze_builds(programme: Programme, tables: Tables) -> None:
    """Hold every build and project at what a plan built; what it did not build is not built now either.

    Raises UsageError where the plan built something that this scenario cannot.
    """
    rows = tables.builds.reset_index().to_dict("records")
    wanted = {(int(r["year"]), str(r["asset"]), int(r["expansion"])): float(r["added"]) for r in rows}
    held = _decisions(programme.case, programme)
    missing = sorted(str(key) for key in wanted if key not in held)
    if missing:
        raise UsageError(f"the run built what this scenario cannot: {', '.join(missing[:5])}")
    for key, variable in held.items():
        amount = wanted.get(key, 0.0)
        variable.bounds(amount, amount)


def _decisions(case: Case, programme: Programme) -> dict[tuple[int, str, int], pulp.LpVariable]:
    """Variables of builds and projects by (year, asset, expansion), as the table of builds names them."""
    v = programme.variables
    found: dict[tuple[int, str, int], pulp.LpVariable] = {}
    for (i, year), variable in v.site_build.items():
        option = case.site_expansions[i]
        found[year, f"site:{case.sites[option.asset].id}", option.position] = variable
    for (i, year), variable in v.link_build.items():
        option = case.link_expansions[i]
        found[year, f"link:{case.links[option.asset].id}", option.position] = variable
    for j, variable in v.project.items():
        found[case.projects[j].year, f"project:{case.projects[j].id}", 0] = variable
    return found
