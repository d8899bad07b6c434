"""Seasons: parts of the year whose days add up to 365."""

from __future__ import annotations

from collections.abc import Mapping

DAYS = 365.0
"""Days of a year; the seasons together have as many."""
WHOLE_YEAR: Mapping[str, float] = {"": DAYS}
"""The one season of a scenario that names none: it has no name."""
