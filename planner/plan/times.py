"""Of rows that speak of states: what part of the year each stands for, and the mean day of a year with seasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.programme.hours import list_slots

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs


def shares_of_rows(inputs: Inputs, frame: pd.DataFrame) -> list[float]:
    """Return the part of the year that the state of each row of a table stands for."""
    shares = {(slot.season, slot.hour): slot.share for slot in list_slots(inputs)}
    hours = frame.index.get_level_values("hour").tolist()
    seasons = frame.index.get_level_values("season").tolist() if "season" in frame.index.names else [""] * len(hours)
    return [shares[at] for at in zip(seasons, hours, strict=True)]


def as_mean_day(inputs: Inputs, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a table of states without seasons: each weighs in the day by its days, so that amounts add up to means."""
    if "season" not in frame.index.names:
        return frame
    blocks = len({slot.hour for slot in list_slots(inputs)})
    shares = [share * blocks for share in shares_of_rows(inputs, frame)]
    return frame.assign(**{column: frame[column] * shares}).droplevel("season")
