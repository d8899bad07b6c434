"""Units of rows and columns in which coefficients are near to one: geometric scaling by powers of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PASSES = 4


def balance_factors(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    sizes: NDArray[np.float64],
    count: int,
    *,
    held: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return factors for the units of rows and columns.

    In turn every row, and every column, is brought to where its least and greatest coefficients are as far from one
    (Fourer 1982; Tomlin 1975). A coefficient is its size times its column's unit over its row's.

    Parameters
    ----------
    rows, columns, sizes
        place and size of every coefficient, in the units that stand
    count
        number of rows
    held
        (columns,) whether a column keeps its unit
    """
    by_row, by_column = np.zeros(count), np.zeros(len(held))
    logs = np.log2(sizes)
    for _ in range(PASSES):
        by_row += _centre(rows, logs + by_column[columns] - by_row[rows], count)
        centre = _centre(columns, logs + by_column[columns] - by_row[rows], len(held))
        by_column -= np.where(held, 0.0, centre)
    return np.exp2(np.round(by_row)), np.exp2(np.round(by_column))


def _centre(places: NDArray[np.int64], logs: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Half way between the least and the greatest at each place, 0 where there is nothing."""
    least, greatest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, places, logs)
    np.maximum.at(greatest, places, logs)
    used = np.isfinite(least)
    return np.where(used, (np.where(used, least, 0.0) + np.where(used, greatest, 0.0)) / 2, 0.0)
