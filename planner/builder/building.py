"""A spec and a future become workloads, demands, totals and what there is to be warned of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from planner.builder.futures import FUTURES, Future, draw_futures, percentile
from planner.builder.jobs import JobLoad, reckon_job
from planner.builder.reckoning import SURENESS, Reckoning
from planner.builder.resolving import Resolved, count_people, resolve_country
from planner.builder.serving import Served, reckon_service
from planner.builder.spec import DemandSpec
from planner.errors import UsageError

SMALL_PFLOPS = 0.1
"""Rows below this in all years are summed into one."""
CHANGED = 2.0
"""Traffic per PFLOPS that changes by more from year to year is told, for a file holds one figure."""
PERCENTILES = {"p10": 0.1, "p50": 0.5, "p90": 0.9}


@dataclass(frozen=True)
class Row:
    """So much of a workload from an origin, by year."""

    origin: str
    workload: str
    pflops: Mapping[int, float]
    access_rtt_ms: float | None
    confidence: str


@dataclass(frozen=True)
class Bundle:
    """A workload of the file: the service or job it comes from, traffic per PFLOPS, and what jobs need at once."""

    id: str
    of: str
    training: bool
    up_gbps_per_pflops: float
    down_gbps_per_pflops: float
    min_cluster_pflops: float = 0.0


@dataclass(frozen=True)
class Built:
    """A demand as it is built in one future.

    Attributes
    ----------
    countries
        what each country brings
    served, jobs
        every figure, with its steps
    bundles, rows
        the workloads and demands of the file
    warnings
        what there is to be warned of, in sentences
    """

    spec: DemandSpec
    future: str
    countries: Mapping[str, Resolved]
    served: tuple[Served, ...]
    jobs: tuple[JobLoad, ...]
    bundles: tuple[Bundle, ...]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]

    @property
    def loads(self) -> list[Served | JobLoad]:
        """Services and jobs."""
        return [*self.served, *self.jobs]

    @property
    def totals(self) -> dict[int, dict[str, float]]:
        """Mean PFLOPS by year and origin."""
        found: dict[int, dict[str, float]] = {year: {} for year in self.spec.years}
        for each in self.loads:
            found[each.year][each.origin] = found[each.year].get(each.origin, 0.0) + each.pflops
        return found

    def reckoning(self, year: int) -> Reckoning:
        """Return a new reckoning in a year of its future."""
        return Reckoning(FUTURES[self.future], year)

    def total(self, year: int) -> float:
        """Mean PFLOPS of a year."""
        return sum(self.totals[year].values())


def build_demand(spec: DemandSpec, future: str = "base") -> Built:
    """Return the demand that a spec makes in one of the futures low, base and high."""
    countries = _resolved(spec)
    served, jobs = _reckon(spec, countries, FUTURES[future], keep=True)
    bundles, warnings = _bundles(spec, served, jobs)
    _check_finite([*served, *jobs])
    rows, told = _few(_rows(spec, served, jobs), {each.id: each for each in bundles}, spec)
    warnings += [*_crowded(jobs), *told]
    named = {country.code: country for country in countries}
    return Built(spec, future, named, tuple(served), tuple(jobs), tuple(bundles), tuple(rows), tuple(warnings))


def spread(spec: DemandSpec) -> dict[int, dict[str, float]]:
    """Return p10, p50 and p90 of a year's mean PFLOPS over two hundred draws of all levers at once."""
    totals: dict[int, list[float]] = {year: [] for year in spec.years}
    countries = _resolved(spec)
    for future in draw_futures():
        served, jobs = _reckon(spec, countries, future, keep=False)
        loads: list[Served | JobLoad] = [*served, *jobs]
        for year in spec.years:
            totals[year].append(sum(each.pflops for each in loads if each.year == year))
    return {
        year: {name: percentile(values, share) for name, share in PERCENTILES.items()}
        for year, values in totals.items()
    }


def _reckon(
    spec: DemandSpec, countries: list[Resolved], future: Future, *, keep: bool
) -> tuple[list[Served], list[JobLoad]]:
    served: list[Served] = []
    for country in countries:
        for year in spec.years:
            first = Reckoning(future, year, keep)
            people = count_people(first, country)
            served += [
                reckon_service(spec, country, people, name, Reckoning(future, year, keep, [*first.steps]))
                for name in spec.services
            ]
    jobs = [
        reckon_job(spec, name, origin, Reckoning(future, year, keep))
        for name, job in spec.jobs.items()
        for origin in job.origin
        for year in spec.years
    ]
    return served, jobs


def _resolved(spec: DemandSpec) -> list[Resolved]:
    return [resolve_country(code, spec) for code in spec.countries]


def _check_finite(loads: list[Served | JobLoad]) -> None:
    """Raise UsageError where a figure has grown beyond all numbers."""
    for each in loads:
        if not all(map(isfinite, (each.pflops, each.up_gbps, each.down_gbps))):
            name = each.service if isinstance(each, Served) else each.job
            raise UsageError(
                f"{each.origin}/{name}/{each.year} comes out beyond all numbers: a figure of the spec is far too large"
            )


def workload_of(spec: DemandSpec, service: str, access: str) -> str:
    """Return the workload of a service's users with a class of access."""
    return f"{service}-{access}" if spec.access_rows == "classes" and access != "all" else service


def _rows(spec: DemandSpec, served: Iterable[Served], jobs: Iterable[JobLoad]) -> list[Row]:
    """Return a row for each origin and workload, those of classes apart where the spec asks for it."""
    pflops: dict[tuple[str, str], dict[int, float]] = defaultdict(dict)
    rtts: dict[tuple[str, str], list[float]] = defaultdict(list)
    sure: dict[tuple[str, str], str] = {}
    for each in served:
        for name, share, rtt_ms in _parts(spec, each):
            key = (each.origin, workload_of(spec, each.service, name))
            pflops[key][each.year] = each.pflops * share
            sure[key] = max(sure.get(key, SURENESS[0]), each.confidence, key=SURENESS.index)
            rtts[key] += [rtt_ms] if rtt_ms is not None else []
    for load in jobs:
        key = (load.origin, load.workload)
        pflops[key][load.year] = pflops[key].get(load.year, 0.0) + load.pflops
        sure[key] = max(sure.get(key, SURENESS[0]), load.confidence, key=SURENESS.index)
    return [
        Row(*key, amounts, sum(rtts[key]) / len(rtts[key]) if rtts[key] else None, sure[key])
        for key, amounts in pflops.items()
        if any(amounts.values())
    ]


def _parts(spec: DemandSpec, each: Served) -> list[tuple[str, float, float | None]]:
    """Return the classes of access of a service with their share of its load and their round trip."""
    if spec.access_rows == "merged" or not each.reach.rtts_ms:
        return [("all", 1.0, each.reach.mean_rtt_ms)]
    return [
        (name, share / each.reach.share, each.reach.rtts_ms[name])
        for name, share in each.reach.shares.items()
        if share > 0
    ]


def _bundles(spec: DemandSpec, served: list[Served], jobs: list[JobLoad]) -> tuple[list[Bundle], list[str]]:
    """Return the workloads of services and of jobs, with their traffic; warn where it changes much."""
    bundles: list[Bundle] = []
    warnings: list[str] = []
    for service in spec.services:
        mine = [each for each in served if each.service == service]
        up, down = _traffic(mine)
        warnings += _changing(service, mine)
        names = sorted({workload_of(spec, service, part[0]) for each in mine for part in _parts(spec, each)})
        bundles += [Bundle(name, service, False, up, down) for name in names]
    for group in dict.fromkeys(job.workload for job in jobs):
        loads = [job for job in jobs if job.workload == group]
        of = next(job.job for job in loads)
        least = max((job.deadline_pflops for job in loads if job.whole), default=0.0)
        bundles.append(Bundle(group, of, True, *_traffic(loads), least))
    return bundles, warnings


def _traffic(loads: list[Served] | list[JobLoad]) -> tuple[float, float]:
    """Return Gbps per PFLOPS up and down: the traffic of all years and origins over their PFLOPS."""
    pflops = sum(each.pflops for each in loads)
    if not pflops:
        return 0.0, 0.0
    return sum(each.up_gbps for each in loads) / pflops, sum(each.down_gbps for each in loads) / pflops


def _changing(service: str, loads: list[Served]) -> list[str]:
    by_year = {year: _traffic([each for each in loads if each.year == year])[1] for year in {e.year for e in loads}}
    rates = sorted((rate, year) for year, rate in by_year.items() if rate > 0)
    if len(rates) < 2 or rates[-1][0] <= CHANGED * rates[0][0]:
        return []
    (low, first), (high, last) = rates[0], rates[-1]
    return [
        f"{service}: traffic per PFLOPS in {last} is {high / low:.1f} times that of {first}; the file holds the mean"
    ]


def _crowded(jobs: list[JobLoad]) -> list[str]:
    """Return a sentence for each job that needs far more until its deadline than in the mean of a year."""
    found: dict[str, list[JobLoad]] = defaultdict(list)
    for job in jobs:
        if job.is_crowded:
            found[job.job].append(job)
    sentences = []
    for name, loads in found.items():
        worst = max(loads, key=lambda load: load.deadline_pflops / load.pflops)
        places = ", ".join(dict.fromkeys(load.origin for load in loads))
        years = ", ".join(dict.fromkeys(str(load.year) for load in loads))
        sentences.append(
            f"{name} ({places}; {years}): one job needs {worst.deadline_pflops:.4g} PFLOPS until its deadline, "
            f"{worst.deadline_pflops / worst.pflops:.3g} times the average of {worst.year} that the file holds"
        )
    return sentences


def _few(rows: list[Row], bundles: Mapping[str, Bundle], spec: DemandSpec) -> tuple[list[Row], list[str]]:
    """Sum the rows of an origin that are small in all years into the largest of them, kind and data being the same."""
    alike: dict[tuple[str, bool, str | None], list[Row]] = defaultdict(list)
    for row in rows:
        if max(row.pflops.values()) < SMALL_PFLOPS:
            bundle = bundles[row.workload]
            work = spec.jobs[bundle.of] if bundle.training else spec.services[bundle.of]
            alike[row.origin, bundle.training, work.data].append(row)
    summed: dict[int, Row] = {}
    gone: set[int] = set()
    warnings: list[str] = []
    for small in alike.values():
        if len(small) > 1:
            first = max(small, key=lambda row: max(row.pflops.values()))
            years = sorted({year for row in small for year in row.pflops})
            total = {year: sum(row.pflops.get(year, 0.0) for row in small) for year in years}
            summed[id(first)] = Row(first.origin, first.workload, total, first.access_rtt_ms, first.confidence)
            gone |= {id(row) for row in small if row is not first}
            names = ", ".join(row.workload for row in small if row is not first)
            warnings.append(f"{first.origin}: {names} are below {SMALL_PFLOPS} PFLOPS and count in {first.workload}")
    return [summed.get(id(row), row) for row in rows if id(row) not in gone], warnings
