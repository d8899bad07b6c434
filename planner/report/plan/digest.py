"""The one record of what a plan says, in figures: terminal, page and JSON take every fact from here and lay it out.

Facts are worked out when they are first asked for, and once. Frames are shared by all who ask: nobody changes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from planner.programme.hours import count_blocks
from planner.report.language.figures import PROVED
from planner.report.plan.facts import answer, background, community, limits, money, records, serving, supply, totals

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.report.plan.facts.answer import ReachedObjective, YearSpan
    from planner.report.plan.facts.background import OtherTraffic
    from planner.report.plan.facts.community import CommunityAnswer, YearBetween
    from planner.report.plan.facts.limits import ScreenedFailures
    from planner.report.plan.facts.money import LimitValue
    from planner.report.plan.facts.records import UsedRecord
    from planner.report.plan.facts.serving import CountryFigures, HostingSite, HourlyLoad, WorkloadRtt
    from planner.report.plan.facts.supply import BuiltAsset, SupplyBalance
    from planner.report.plan.facts.totals import Power, Totals
    from planner.topology import Site, Source


class Digest:
    """What a plan says as a whole; `year` gives what it says of each of its years."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._years: dict[int, YearDigest] = {}

    def year(self, year: int) -> YearDigest:
        """Return what the plan says of one of its years."""
        return self._years.setdefault(year, YearDigest(self.plan, year))

    @property
    def inputs(self) -> Inputs:
        """What was asked."""
        return self.plan.inputs

    @property
    def years(self) -> Sequence[int]:
        """The years that are planned."""
        return self.inputs.scenario.years

    @property
    def several(self) -> bool:
        """Whether more than one year is planned, so that sums over the plan are discounted."""
        return len(self.years) > 1

    @property
    def currency(self) -> str:
        """What money is called."""
        return self.inputs.scenario.finance.currency

    @property
    def is_whole(self) -> bool:
        """Whether there are figures that may be shown."""
        return self.plan.tables is not None and self.plan.status.has_plan

    @property
    def blocks(self) -> int:
        """Blocks that the day is planned in."""
        return count_blocks(self.inputs)

    @property
    def last(self) -> YearDigest:
        """What is said of the last year, which is shown first."""
        return self.year(self.years[-1])

    @property
    def headline_years(self) -> Sequence[int]:
        """The years that the headline speaks of."""
        return answer.headline_years(self.years)

    @property
    def usd_per_pflops(self) -> float | None:
        """What a served PFLOPS costs, where one year is planned and anything is served in it."""
        served = self.last.totals.served_pflops
        return None if self.several or not served else self.plan.total_cost_usd / served

    @property
    def is_proved(self) -> bool:
        """Whether the gap is none, but for rounding."""
        return self.plan.gap <= PROVED

    @cached_property
    def reached(self) -> list[ReachedObjective]:
        """The objectives in the order in which they were optimised."""
        return answer.reached_objectives(self.plan)

    @cached_property
    def spans(self) -> list[YearSpan]:
        """What each listed year stands for in sums over all years."""
        return answer.year_spans(self.plan)

    @cached_property
    def spent(self) -> Mapping[str, float]:
        """Cost by term, USD."""
        return answer.cost_by_term(self.plan)

    @property
    def solver(self) -> str:
        """The solver with its version."""
        return answer.solver_with_version(self.plan)

    @cached_property
    def balances(self) -> list[SupplyBalance]:
        """Demand against supply in every calendar year."""
        return supply.supply_balances(self.plan)

    @cached_property
    def between(self) -> list[YearBetween]:
        """The calendar years that are not planned, with what is missing in each at least."""
        return community.years_between(self.balances, self.years)

    @cached_property
    def builds(self) -> list[BuiltAsset]:
        """What is built, by year, the dearest first."""
        return supply.built_assets(self.plan)

    @cached_property
    def capital(self) -> dict[str, float]:
        """USD that each country pays for what is built, overnight, the most first."""
        return supply.payers(self.plan)

    @cached_property
    def dearest(self) -> list[BuiltAsset]:
        """What is built in any year, the dearest first."""
        return sorted(self.builds, key=lambda each: (-each.capex_usd, -each.yearly_usd, each.year, each.kind, each.key))

    @property
    def projects_left(self) -> list[str]:
        """Projects that are not built."""
        built = {each.key for each in self.builds if each.kind == "project"}
        return [key for key in sorted(self.inputs.topology.projects) if key not in built]

    @property
    def survival_shares(self) -> Mapping[str, float]:
        """Workloads that have a share to keep in any failure, with that share."""
        return limits.survival_shares(self.plan)

    @property
    def sites_in_use(self) -> int:
        """How many sites serve or are built at, in any year."""
        return limits.sites_in_use(self.plan)

    @property
    def least_served(self) -> tuple[int, str, float] | None:
        """Year, member and share of whoever of the community is served least."""
        return limits.least_served(self.plan)

    @cached_property
    def cost_by_confidence(self) -> Mapping[str | None, float]:
        """USD by how sure the records are that they are paid for."""
        return money.cost_by_confidence(self.plan)

    @cached_property
    def records(self) -> list[UsedRecord]:
        """The records that the plan rests on."""
        return records.records_used(self.plan)

    @property
    def confidence(self) -> Counter[str | None]:
        """How many of these records are how sure; None stands for those that do not say."""
        return Counter(each.record.confidence for each in self.records)

    @property
    def sources(self) -> list[tuple[str, Source, int]]:
        """The sources that these records name, with how many name each."""
        return records.sources_used(self.plan)

    @property
    def normalised(self) -> list[Site]:
        """Sites whose figure was not published as dense BF16."""
        return records.normalised(self.plan)


class YearDigest:
    """What a plan says of one of its years."""

    def __init__(self, plan: Plan, year: int) -> None:
        self.plan = plan
        self.year = year

    @cached_property
    def totals(self) -> Totals:
        """The sums over the tables."""
        return totals.total(self.plan, self.year)

    @cached_property
    def built_pflops(self) -> float:
        """PFLOPS built in this year, not in those before."""
        return totals.built_in(self.plan, self.year)

    @cached_property
    def power(self) -> Power:
        """The electricity and the carbon that it takes."""
        return totals.power(self.plan, self.year)

    @cached_property
    def community(self) -> CommunityAnswer | None:
        """What it does for the community as a whole; None where nobody is a member."""
        return community.community_answer(self.plan, self.year)

    @cached_property
    def countries(self) -> list[CountryFigures]:
        """Figures of each country, members first."""
        return serving.country_figures(self.plan, self.year)

    @cached_property
    def hosts(self) -> list[HostingSite]:
        """Sites that serve, and whom."""
        return serving.hosting_sites(self.plan, self.year)

    @cached_property
    def delays(self) -> list[WorkloadRtt]:
        """Round-trip times by workload."""
        return serving.workload_rtts(self.plan, self.year)

    @cached_property
    def day(self) -> list[HourlyLoad]:
        """What is in use over the hours of the day; nothing where the day is one block."""
        return serving.hourly_loads(self.plan, self.year)

    @cached_property
    def unserved(self) -> pd.DataFrame:
        """Demands for compute of which something is left, the largest first."""
        return serving.unserved(self.plan, self.year)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """The plan's own demands for traffic, the largest first."""
        return serving.rates(self.plan, self.year)

    @cached_property
    def traffic_not_carried(self) -> pd.DataFrame:
        """Demands for traffic of which something is left, the largest first."""
        return serving.traffic_not_carried(self.plan, self.year)

    @cached_property
    def other_traffic(self) -> list[OtherTraffic]:
        """Everybody else's traffic by record, what loses most first."""
        return background.other_traffic(self.plan, self.year)

    @cached_property
    def failures_of_others(self) -> pd.DataFrame:
        """Failures that leave more of everybody else's traffic uncarried, the worst first."""
        return background.failures_of_others(self.plan, self.year)

    @cached_property
    def full_sites(self) -> pd.DataFrame:
        """Sites that bind."""
        return limits.full_sites(self.plan, self.year)

    @cached_property
    def full_links(self) -> pd.DataFrame:
        """Links that bind."""
        return limits.full_links(self.plan, self.year)

    @cached_property
    def failures(self) -> ScreenedFailures:
        """Failures that were screened, by what came of it."""
        return limits.screened_failures(self.plan, self.year)

    @cached_property
    def limit_values(self) -> list[LimitValue]:
        """What one more of each limit would save."""
        return money.limit_values(self.plan, self.year)

    @cached_property
    def hinges(self) -> list[LimitValue]:
        """Limits whose raise would save most."""
        return money.hinges(self.plan, self.year)

    @property
    def site_fill(self) -> float:
        """Share of each site that is planned with."""
        return self.plan.inputs.scenario.limits.site_fill.at(self.year)

    @property
    def link_fill(self) -> float:
        """Share of each link that is planned with."""
        return self.plan.inputs.scenario.limits.link_fill.at(self.year)
