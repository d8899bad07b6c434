"""A figure of compute as it is published, and what each precision that it may mean makes of it.

A published "P" is dense FP16 here, FP16 with sparsity or FP8 there, and differs by up to eight times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.accelerator import PRECISIONS, general_factor
from planner.catalogue.counts import CardCount, count_cards
from planner.errors import UsageError, did_you_mean
from planner.files.reading.catalogue import find_chip, load_catalogue
from planner.units import UnitError, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.accelerator import Accelerator

__all__ = ["TYPICAL", "ComputeReading", "QuotedCompute", "count_cards_for", "quote_compute", "read_compute"]

TYPICAL = ("h100", "gb200", "ascend-910c")
"""Chips that stand for the others where none is named: yesterday's, today's and the one made in China."""
READINGS = (
    ("bf16", False), ("fp16", True), ("tf32", False), ("fp8", False), ("fp8", True), ("int8", False), ("int8", True),
    ("fp4", False), ("fp4", True),
)  # fmt: skip
"""What a published figure may mean, the likeliest first."""
EXAMPLES = "'2000 PFLOPS', '2000P' or '2 EFLOPS fp8 sparse'"
_FORM = re.compile(r"\s*([0-9.,]+)\s*([A-Za-z/]+)\b[\s,(]*(.*?)[\s)]*", re.DOTALL)
_UNITS = {"E": "EFLOPS", "P": "PFLOPS"}
_NOT_DENSE = {"sparse": True, "sparsity": True, "dense": False}
_IDLE = frozenset({"with", "in", "at", "of", "peak", "precision"})
_OTHER_SCALES = frozenset({"fp64", "fp32"})
"""Precisions of which no fixed share is BF16 work."""


@dataclass(frozen=True)
class QuotedCompute:
    """A published figure: its amount as written, PFLOPS or POPS, and the precision and sparsity it names, if any."""

    text: str
    amount: float
    precision: str | None
    sparse: bool | None

    def means(self, precision: str, *, sparse: bool) -> bool:
        """Whether the figure names this reading, as far as it names any."""
        if self.precision is None and self.sparse is None:
            return False
        same = self.precision in (None, precision) or {self.precision, precision} == {"fp16", "bf16"}
        return same and self.sparse in (None, sparse)


@dataclass(frozen=True)
class ComputeReading:
    """One meaning of a published figure.

    Attributes
    ----------
    precision, sparse
        what the figure would be quoted in
    stated
        whether the figure itself names it
    pflops
        dense BF16 PFLOPS by the general rule
    counts
        cards by chip, each with the PFLOPS that the chip's own factor makes of the figure; a chip that has no such
        precision is left out
    """

    precision: str
    sparse: bool
    stated: bool
    pflops: float
    counts: dict[str, CardCount]

    @property
    def name(self) -> str:
        """How it is called: "FP8 sparse"."""
        return f"{self.precision.upper()} {'sparse' if self.sparse else 'dense'}"


def quote_compute(text: str) -> QuotedCompute:
    """Return a published figure such as "2 EFLOPS fp8 sparse", "2000P" or "800 TOPS int8".

    Raises
    ------
    UsageError
        where there is no amount of compute, or a word is no precision
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise UsageError(f"'{text}' is no amount of compute: write for example {EXAMPLES}")
    unit = found[2].upper().replace("OP/S", "OPS")
    unit = _UNITS.get(unit, unit)
    try:
        amount = parse(f"{found[1]} {unit}", "pops")
    except UnitError:
        raise UsageError(f"'{text}' is no amount of compute: write for example {EXAMPLES}") from None
    words = found[3].lower().replace("without sparsity", "dense")
    precision, sparse = _precision_of(words, text)
    if precision is None and not unit.endswith("FLOPS"):
        precision = "int8"
    return QuotedCompute(text.strip(), amount, precision, sparse)


def _precision_of(words: str, text: str) -> tuple[str | None, bool | None]:
    """Return the precision and the sparsity that words name, None for what they do not name."""
    precision, sparse = None, None
    for word in re.findall(r"[a-z0-9]+", words):
        if word in _OTHER_SCALES:
            raise UsageError(f"'{word}' in '{text}' is another scale: no share of it is BF16 work, quote it apart")
        if word in PRECISIONS:
            precision = word
        elif word in _NOT_DENSE:
            sparse = _NOT_DENSE[word]
        elif word not in _IDLE:
            known = did_you_mean(word, (*PRECISIONS, "sparse", "dense"))
            raise UsageError(f"'{word}' in '{text}' is no precision: {known}")
    return precision, sparse


def read_compute(text: str, chips: Sequence[str] = ()) -> tuple[QuotedCompute, list[ComputeReading]]:
    """Return a published figure and all that it may mean, with cards of the chips or of a few typical ones.

    Raises
    ------
    UsageError
        where the text is no such figure, there is no such chip, or the only chip lacks the precision that is named
    """
    quoted = quote_compute(text)
    found = [find_chip(name) for name in chips or TYPICAL]
    if len(found) == 1:
        _check_precision(quoted, found[0])
    return quoted, [_reading(quoted, precision, sparse, found) for precision, sparse in READINGS]


def _check_precision(quoted: QuotedCompute, chip: Accelerator) -> None:
    """Refuse a figure in a precision that the chip does not have."""
    precision, sparse = quoted.precision or "bf16", bool(quoted.sparse)
    if chip.peak(precision, sparse=sparse) is None:
        has = ", ".join(name for name in PRECISIONS if chip.peak(name, sparse=sparse) is not None)
        kind = "sparse " if sparse else ""
        known = f"it has {has}" if has else "it lists no sparse figure"
        raise UsageError(f"the catalogue lists no {kind}{precision} for {chip.id}: {known}")


def _reading(quoted: QuotedCompute, precision: str, sparse: bool, chips: Sequence[Accelerator]) -> ComputeReading:
    factors = {chip.id: chip.factor(precision, sparse=sparse) for chip in chips}
    return ComputeReading(
        precision=precision,
        sparse=sparse,
        stated=quoted.means(precision, sparse=sparse),
        pflops=quoted.amount * general_factor(precision, sparse=sparse),
        counts={name: count_cards(quoted.amount * f, name) for name, f in factors.items() if f is not None},
    )


def count_cards_for(text: str, chips: Sequence[str] = ()) -> list[CardCount]:
    """Return the cards of each chip (by default of all) that a published figure takes; unnamed, it is dense BF16.

    Raises
    ------
    UsageError
        where the text is no such figure, there is no such chip, or the only chip lacks the precision that is named
    """
    quoted = quote_compute(text)
    found = [find_chip(name) for name in chips or load_catalogue()]
    if len(found) == 1:
        _check_precision(quoted, found[0])
    factors = [(chip.id, chip.factor(quoted.precision or "bf16", sparse=bool(quoted.sparse))) for chip in found]
    return [count_cards(quoted.amount * factor, name) for name, factor in factors if factor is not None]
