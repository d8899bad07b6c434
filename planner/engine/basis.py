"""The basis of a solved model: which limits are tight, and whether it stays feasible when they move a little."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np

from planner.engine.silence import silence

if TYPE_CHECKING:
    from numpy.typing import NDArray

STAYS = 1e-9
"""By so much, relative to what moves, a variable at its bound may leave it: rounding."""


class Basis(NamedTuple):
    """What the basis of a plan says about moving limits.

    Attributes
    ----------
    is_row, tight
        of each basic variable, whether it is a row's and whether it stands at a bound
    at_lower, at_upper
        of each tight one, at which
    is_basic_row
        of each row, whether it is basic: then it is no limit, or one among several at once
    """

    is_row: NDArray[np.bool_]
    tight: NDArray[np.bool_]
    at_lower: NDArray[np.bool_]
    at_upper: NDArray[np.bool_]
    is_basic_row: NDArray[np.bool_]

    def keeps(self, gained: NDArray[np.float64]) -> bool:
        """Whether no variable leaves the bound at which it stands, when B⁻¹ times a move is gained."""
        moved = np.where(self.is_row, -gained, gained)[self.tight]
        scale = STAYS * max(1.0, float(np.abs(moved).max(initial=0.0)))
        return not ((self.at_lower & (moved < -scale)) | (self.at_upper & (moved > scale))).any()


@silence
def read_basis(model: highspy.Highs, rows_known: int) -> Basis:
    """Read the basis of a model that has just been solved; `rows_known` rows are in the programme."""
    model.run()
    lp = model.getLp()
    solution = model.getSolution()
    _, basic = model.getBasicVariables()
    basic = np.asarray(basic)
    is_row = basic < 0
    number = np.where(is_row, -basic - 1, basic)
    columns = np.where(is_row, 0, number)
    rows = np.where(is_row, number, 0)

    def pick(of_rows: list[float], of_columns: list[float]) -> NDArray[np.float64]:
        return np.where(is_row, np.asarray(of_rows)[rows], np.asarray(of_columns)[columns])

    value = pick(solution.row_value, solution.col_value)
    lower, upper = pick(lp.row_lower_, lp.col_lower_), pick(lp.row_upper_, lp.col_upper_)
    near = STAYS * np.maximum(1.0, np.abs(value))
    at_lower, at_upper = value - lower <= near, upper - value <= near
    tight = at_lower | at_upper
    is_basic_row = np.zeros(rows_known, dtype=bool)
    is_basic_row[number[is_row]] = True
    return Basis(is_row, tight, at_lower[tight], at_upper[tight], is_basic_row)
