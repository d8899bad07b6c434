"""The formulas of inference: who uses it, how many tokens, how much work, how many PFLOPS, how much traffic.

Plain numbers in, plain numbers out, the unit of each in its name. PFLOPS are the mean over the day; the peak is the
business of the programme, which knows the profile. Coefficients stand in coefficients.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, log

DAY_S = 86_400
FLOP_PER_PFLOP = 1e15
FIRST_YEAR = 2026
"""The year that tokens a user are given for, and in which the longer languages have their whole penalty."""
LAST_YEAR = 2035
"""The year from which the longer languages have come down."""
CONTEXT, FURTHER = 4_000, 8_000
"""Tokens of context at which attention costs its first share, and for each further one."""
LARGEST_POWER = 700.0
"""What `exp` bears."""
ONLINE_BOUND = 0.95
"""Share of those online who may ever use it."""
ONLINE_TOP, ONLINE_SPEED = 0.95, 0.05
"""Share that comes online in the end, and which part of the gap closes in a year."""


def online_share(published: float, published_at: float, year: float) -> float:
    """Return the share of people online: 0.95, or what is reached already, less a gap that closes by 5 % a year."""
    top = max(ONLINE_TOP, published)
    return top - (top - published) * exp(-ONLINE_SPEED * max(year - published_at, 0.0))


def adopter_share(
    published: float, published_at: float, year: float, *, undercount: float, ceiling: float, speed_per_year: float
) -> float:
    """Return the share of people aged 15-64 who use it: a(y) = A / (1 + exp(-s (y - y0) - logit(a0 / A))).

    a0 = published x undercount at y0. Where a0 has reached the ceiling A, it stays there.
    """
    known = published * undercount
    if known <= 0:
        return 0.0
    if known >= ceiling:
        return ceiling
    logit = log(known / (ceiling - known))
    return ceiling / (1 + exp(min(-speed_per_year * (year - published_at) - logit, LARGEST_POWER)))


def adopters(population: float, adult_share: float, adopting_share: float) -> float:
    """Return the people who use it: U = population x share aged 15-64 x a(y)."""
    return population * adult_share * adopting_share


def penalty_in(year: float, penalty: float, later: float) -> float:
    """Return what a longer language makes of a token: its penalty in 2026, falling to `later` by 2035 if above it."""
    if penalty <= later:
        return penalty
    share = min(max((year - FIRST_YEAR) / (LAST_YEAR - FIRST_YEAR), 0.0), 1.0)
    return penalty + (later - penalty) * share


def language_factor(parts: Iterable[tuple[float, float]]) -> float:
    """Return lambda = sum of share x penalty over the languages; what the shares leave counts once."""
    pairs = list(parts)
    return sum(share * penalty for share, penalty in pairs) + max(1 - sum(share for share, _ in pairs), 0.0)


def grown(amount: float, growth_per_year: float, year: float) -> float:
    """Return an amount of 2026 in another year: amount x growth^(y - 2026)."""
    return float(amount * growth_per_year ** (year - FIRST_YEAR))


def split_tokens(tokens_per_day: float, read_per_written: float) -> tuple[float, float]:
    """Return the tokens that are read and that are written: T_in : T_out = r."""
    written = tokens_per_day / (1 + read_per_written)
    return tokens_per_day - written, written


def attention_share(context_tokens: float, first: float, further: float) -> float:
    """Return alpha: `first` up to 4,000 tokens of context, and `further` for each 8,000 more."""
    return first + further * max(context_tokens - CONTEXT, 0.0) / FURTHER


def machine_flop_per_day(
    read_per_day: float,
    written_per_day: float,
    *,
    cached_share: float,
    prefill_utilisation: float,
    decode_utilisation: float,
    active_params: float,
    attention: float,
) -> float:
    """Return F = [T_in (1 - h) / u_p + T_out / u_d] x 2 N (1 + alpha), FLOP of machine a day.

    Reading and writing stand apart, because writing is bound by memory.
    """
    tokens = read_per_day * (1 - cached_share) / prefill_utilisation + written_per_day / decode_utilisation
    return tokens * 2 * active_params * (1 + attention)


def mean_pflops(flop_per_day: float) -> float:
    """Return the mean PFLOPS of work a day: F / (86,400 s x 1e15)."""
    return flop_per_day / (DAY_S * FLOP_PER_PFLOP)


def voice_flop_per_day(
    minutes_per_day: float, tokens_per_s: float, *, active_params: float, utilisation: float
) -> float:
    """Return the FLOP of machine a day of so many minutes of talk: both directions, 2 N a token."""
    return minutes_per_day * 60 * 2 * tokens_per_s * 2 * active_params / utilisation


def item_flop_per_day(items_per_day: float, flop_per_item: float, utilisation: float) -> float:
    """Return the FLOP of machine a day of slides, pictures, clips or scenes."""
    return items_per_day * flop_per_item / utilisation


def stream_pflops(streams: float, pflops_per_stream: float, hours_per_day: float) -> float:
    """Return the mean PFLOPS of cameras or lessons that each hold a part of a machine while they run."""
    return streams * pflops_per_stream * hours_per_day / 24


def tokens_gbps(tokens_per_day: float, bytes_per_token: float) -> float:
    """Return the mean rate of tokens: T x bytes x 8 / 86,400 s."""
    return tokens_per_day * bytes_per_token * 8 / DAY_S / 1e9


def items_gbps(items_per_day: float, gb_per_item: float) -> float:
    """Return the mean rate of files: items x GB x 8 / 86,400 s."""
    return items_per_day * gb_per_item * 8 / DAY_S


def unserved_usd_per_pflops_year(outside_usd: float, rule_cost: float, value_usd: float | None) -> float:
    """Return what leaving it unserved costs: min(value, outside option x (1 + rule cost))."""
    price = outside_usd * (1 + rule_cost)
    return price if value_usd is None else min(value_usd, price)
