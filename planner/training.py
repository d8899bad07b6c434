"""The formulas of training and other jobs: work, PFLOPS for a deadline, volume, transfers."""

from __future__ import annotations

DAY_S = 86_400
YEAR_DAYS = 365
FLOP_PER_PFLOPS_DAY = DAY_S * 1e15
FLOP_PER_PFLOPS_YEAR = YEAR_DAYS * FLOP_PER_PFLOPS_DAY
CORPUS_SHARE = 0.1
"""Part of a job's time within which its corpus arrives."""


def training_flop(active_params: float, tokens: float, repeats: float, overhead: float) -> float:
    """Return FLOP = 6 N D E (1 + o): N parameters at work, D tokens, E repetitions, o for restarts and evaluation."""
    return 6 * active_params * tokens * repeats * (1 + overhead)


def reinforcement_flop(active_params: float, generated_tokens: float, trained_tokens: float, overhead: float) -> float:
    """Return FLOP = (2 N T_generated + 6 N T_trained) (1 + o)."""
    return (2 * active_params * generated_tokens + 6 * active_params * trained_tokens) * (1 + overhead)


def deadline_pflops(flop: float, utilisation: float, availability: float, days: float) -> float:
    """Return the PFLOPS that do the work in time: FLOP / (86,400 x 1e15 x MFU x av x days)."""
    return flop / (FLOP_PER_PFLOPS_DAY * utilisation * availability * days)


def average_pflops(flop_per_year: float, utilisation: float, availability: float) -> float:
    """Return the volume of a year's work as mean PFLOPS of that year: FLOP / (3.15e22 x MFU x av)."""
    return flop_per_year / (FLOP_PER_PFLOPS_YEAR * utilisation * availability)


def training_days(flop: float, pflops: float, utilisation: float, availability: float = 1.0) -> float:
    """Return the days that so many PFLOPS need for the work."""
    return flop / (FLOP_PER_PFLOPS_DAY * pflops * utilisation * availability)


def pflops_days(flop: float, utilisation: float) -> float:
    """Return the work in PFLOPS-days at a utilisation."""
    return flop / (FLOP_PER_PFLOPS_DAY * utilisation)


def fp64_pflops(flop64: float, fp64_share: float) -> float:
    """Return work in double precision as FLOP of BF16 machines that hold so much FP64: FLOP / share."""
    return flop64 / fp64_share


def corpus_gb(tokens: float, bytes_per_token: float, copies: float) -> float:
    """Return the size of a corpus: D x bytes x copies."""
    return tokens * bytes_per_token * copies / 1e9


def arrival_gbps(gb: float, days: float) -> float:
    """Return the rate at which a corpus comes within the first tenth of the job."""
    return gb * 8 / (days * CORPUS_SHARE * DAY_S)


def params_gb(total_params: float, bytes_per_param: float) -> float:
    """Return the size of a model, or of a checkpoint with its optimiser."""
    return total_params * bytes_per_param / 1e9


def mean_gbps(gb_per_year: float) -> float:
    """Return a year's transfers as a mean rate."""
    return gb_per_year * 8 / (YEAR_DAYS * DAY_S)
