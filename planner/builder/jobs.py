"""A job in a year: its work, the PFLOPS for its deadline, its volume, what it moves."""

from __future__ import annotations

from dataclasses import dataclass

from planner import training
from planner.builder.coefficients import Coefficient
from planner.builder.reckoning import Reckoning, Step
from planner.builder.spec import WHOLE_JOBS, DemandSpec, Job
from planner.years import Yearly

CROWDED = 2.0
"""A deadline's PFLOPS over the year's average above which the average alone misleads."""
YEAR_DAYS = training.YEAR_DAYS


@dataclass(frozen=True)
class JobLoad:
    """What the jobs of one kind ask for in a year: mean PFLOPS of the year, PFLOPS for a deadline, mean traffic."""

    job: str
    origin: str
    workload: str
    year: int
    count: float
    pflops: float
    deadline_pflops: float
    up_gbps: float
    down_gbps: float
    whole: bool
    steps: tuple[Step, ...]
    confidence: str

    @property
    def is_crowded(self) -> bool:
        """Whether a job needs far more than the year's average while it runs."""
        return self.count > 0 and self.deadline_pflops > CROWDED * self.pflops


def count_in(count: Yearly, year: int) -> float:
    """Return the jobs of a year: none before the first year that is listed."""
    return 0.0 if year < count.points[0][0] else count.growing_at(year)


def reckon_job(spec: DemandSpec, name: str, origin: str, reckoning: Reckoning) -> JobLoad:
    """Return what a job of a spec asks for from an origin in the year and future of a reckoning."""
    job, known, note = spec.jobs[name], spec.coefficients, reckoning.note
    count = note("jobs in the year", count_in(job.count, reckoning.year), "", "given")
    flop = _work(job, spec, reckoning)
    used = reckoning.take("share of the peak used", _utilisation(job, spec))
    whole = job.kind in WHOLE_JOBS
    running = reckoning.take("availability", known["availability-one" if whole else "availability-shared"])
    days = note("days", job.days_days, "days", "given")
    deadline = training.deadline_pflops(flop, used, running, days)
    note("PFLOPS for the deadline", deadline, "PFLOPS", "FLOP / (86,400e15 x MFU x av x days)")
    average = training.average_pflops(flop * count, used, running)
    note("demand", average, "PFLOPS", "count x FLOP / (3.15e22 x MFU x av)")
    up_gb, down_gb = _transfers(job, spec, reckoning)
    return JobLoad(
        job=name,
        origin=origin,
        workload=job.group,
        year=reckoning.year,
        count=count,
        pflops=average,
        deadline_pflops=deadline if count else 0.0,
        up_gbps=note("up, mean of the year", training.mean_gbps(up_gb * count), "Gbps", "count x GB x 8 / year"),
        down_gbps=note("down, mean of the year", training.mean_gbps(down_gb * count), "Gbps", "count x GB x 8 / year"),
        whole=whole and not job.diloco,
        steps=tuple(reckoning.steps),
        confidence=reckoning.confidence,
    )


def _utilisation(job: Job, spec: DemandSpec) -> Coefficient:
    if job.utilisation is not None:
        return job.utilisation
    return spec.coefficients["hpc-utilisation" if job.kind == "hpc" else f"mfu-{job.sort}"]


def _work(job: Job, spec: DemandSpec, reckoning: Reckoning) -> float:
    """Return the FLOP of one job; for a simulation those of machines that hold the FP64 it needs."""
    take, note, known = reckoning.take, reckoning.note, spec.coefficients
    if job.kind == "hpc":
        assert job.flop is not None, "the record's rules ask for it"
        flop64, share = take("work in FP64", job.flop), take("FP64 in BF16", known["fp64-share"])
        return note("work", training.fp64_pflops(flop64, share), "FLOP", "FP64 / share of FP64 in BF16")
    assert job.active is not None, "the record's rules ask for it"
    assert job.tokens is not None, "the record's rules ask for it"
    active, tokens = take("parameters at work N", job.active), take("tokens D", job.tokens)
    extra = take("overhead o", known["job-overhead"])
    if job.generated is not None:
        generated = take("tokens generated", job.generated)
        flop = training.reinforcement_flop(active, generated, tokens, extra)
        return note("work", flop, "FLOP", "(2 N T_generated + 6 N D) (1 + o)")
    return note("work", training.training_flop(active, tokens, job.repeats, extra), "FLOP", "6 N D E (1 + o)")


def _transfers(job: Job, spec: DemandSpec, reckoning: Reckoning) -> tuple[float, float]:
    """Return the GB that go to the site for one job, and those that come home."""
    take, note, known = reckoning.take, reckoning.note, spec.coefficients
    total = job.total or job.active
    if job.tokens is None or total is None:
        return job.upload_gb, job.download_gb
    tokens, params = reckoning.future.pick(job.tokens, reckoning.year), reckoning.future.pick(total, reckoning.year)
    corpus = training.corpus_gb(tokens, take("bytes of a token", known["token-bytes"]), job.copies)
    note("corpus", corpus, "GB", "D x bytes x copies")
    note("rate while it arrives", training.arrival_gbps(corpus, job.days_days), "Gbps", "within a tenth of the days")
    checkpoint = training.params_gb(params, take("bytes of a checkpoint", known["checkpoint-bytes"]))
    note("checkpoint", checkpoint, "GB", f"every {job.interval_days:g} days")
    weights = training.params_gb(params, take("bytes of weights", known["weight-bytes"]))
    home = checkpoint * job.days_days / job.interval_days + weights
    note("home", home, "GB", "checkpoints and weights")
    return corpus + job.upload_gb, home + job.download_gb
