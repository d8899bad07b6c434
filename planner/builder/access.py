"""Who reaches a service: each class of access meets its round trip and its rate, or does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.builder.coefficients import Coefficient
from planner.builder.reckoning import Reckoning
from planner.years import Yearly


@dataclass(frozen=True)
class Reach:
    """Which users a service reaches.

    Attributes
    ----------
    shares
        share of all users by class that reaches it
    rtts_ms
        access round trip by class
    left_out
        share of all users by class that does not; `none` are users whose class nobody names
    """

    shares: Mapping[str, float]
    rtts_ms: Mapping[str, float]
    left_out: Mapping[str, float]

    @property
    def share(self) -> float:
        """Share of all users that it reaches."""
        return sum(self.shares.values())

    @property
    def mean_rtt_ms(self) -> float | None:
        """Mean access round trip of those whom it reaches; None where no access is named."""
        if not self.rtts_ms or not self.share:
            return None
        return sum(self.shares[name] * self.rtts_ms[name] for name in self.shares) / self.share


EVERYBODY = Reach({"all": 1.0}, {}, {})
"""The reach where no access is named, or institutions have their own."""


def share_classes(access: Mapping[str, Yearly | None], years: tuple[int, ...]) -> dict[str, Yearly]:
    """Return the share of each class in each year, the one that says `rest` with what the others leave."""
    said = {name: share for name, share in access.items() if share is not None}
    rest = {year: max(1 - sum(share.growing_at(year) for share in said.values()), 0.0) for year in years}
    return {name: said[name] if name in said else Yearly.of(rest) for name in access}


def find_reach(
    reckoning: Reckoning,
    access: Mapping[str, Yearly],
    known: Mapping[str, Coefficient],
    *,
    max_rtt_ms: float | None,
    rate_gbps: float,
) -> Reach:
    """Return who reaches a service that bears so long a round trip and needs so high a rate."""
    shares, rtts_ms, left_out = dict[str, float](), dict[str, float](), dict[str, float]()
    for name, yearly in access.items():
        share = yearly.growing_at(reckoning.year)
        rtt_ms = reckoning.take(f"round trip of {name}", known[f"rtt-{name}"])
        user_gbps = reckoning.take(f"rate of {name}", known[f"rate-{name}"])
        if (max_rtt_ms is None or rtt_ms < max_rtt_ms) and user_gbps >= rate_gbps:
            shares[name], rtts_ms[name] = share, rtt_ms
        else:
            left_out[name] = share
        reckoning.note(f"share with {name}", share, "", "reaches it" if name in shares else "left out")
    unnamed = 1 - sum(shares.values()) - sum(left_out.values())
    if unnamed > 1e-9:
        left_out["none"] = unnamed
    return Reach(shares, rtts_ms, left_out)
