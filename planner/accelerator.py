"""An accelerator of the catalogue: its peaks by precision, memory, power and price, and what follows from them.

The factors between precisions belong to the chip; the general rule is for figures that name none. Peaks are dense
where nothing else is said, and FP64 is that of the vector units.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from planner.records import Broken, Country, Derived, Identifier, Named, Quantity, Year, YearlyNumber

__all__ = ["PRECISIONS", "PRECISION_FACTORS", "SPARSE_FACTOR", "Accelerator", "Precision", "general_factor"]

Precision = Literal["fp16", "bf16", "fp8", "int8", "fp4", "tf32"]
PRECISION_FACTORS = {"fp16": 1.0, "bf16": 1.0, "fp8": 0.5, "int8": 0.5, "fp4": 0.25, "tf32": 2.0}
"""What one PFLOPS of a precision is worth in dense BF16 PFLOPS where no chip is named."""
SPARSE_FACTOR = 0.5
"""What a PFLOPS quoted with 2:4 sparsity is worth in dense ones where no chip is named."""
PRECISIONS = tuple(PRECISION_FACTORS)
"""Precisions in which a site's figures may be quoted."""

BITS = {"bf16": 16, "fp8": 8, "int8": 8, "fp4": 4, "fp64": 64}
"""Length of an operation, by which total processing performance weighs a peak."""
TPP_LICENSED, TPP_BY_DENSITY = 4800.0, 1600.0
"""Total processing performance from which ECCN 3A090.a holds whatever the die, and from which its density decides.

15 CFR part 774, supplement 1, ECCN 3A090 as of December 2024; computers that hold such chips are 4A090.
"""
FP64_SHARE = 0.01
"""FP64 peak per BF16 peak from which a chip is said to offer FP64: an H100 has a thirtieth, a B300 a two-thousandth."""


def general_factor(precision: str, *, sparse: bool) -> float:
    """Return what a PFLOPS of a precision is worth in dense BF16 ones where no chip is named."""
    return PRECISION_FACTORS[precision] * (SPARSE_FACTOR if sparse else 1)


class Accelerator(Named):
    """A chip of the catalogue that turns a number of cards into PFLOPS, megawatts and money."""

    id: Annotated[str, Derived()] = ""
    year: Year | None = None
    """The first year of sale."""
    compute_pflops: Annotated[float, Quantity("pflops")] = Field(alias="compute", gt=0)
    """Dense BF16/FP16 peak of one card, PFLOPS."""
    tf32_pflops: Annotated[float, Quantity("pflops")] | None = Field(default=None, alias="tf32", gt=0)
    """Dense TF32 peak, PFLOPS."""
    fp8_pflops: Annotated[float, Quantity("pflops")] | None = Field(default=None, alias="fp8", gt=0)
    """Dense FP8 peak, PFLOPS."""
    int8_pops: Annotated[float, Quantity("pops")] | None = Field(default=None, alias="int8", gt=0)
    """Dense INT8 peak, POPS."""
    fp4_pflops: Annotated[float, Quantity("pflops")] | None = Field(default=None, alias="fp4", gt=0)
    """Dense FP4 peak, PFLOPS."""
    fp64_pflops: Annotated[float, Quantity("pflops")] | None = Field(default=None, alias="fp64", gt=0)
    """FP64 peak of the vector units, PFLOPS."""
    sparse: dict[str, Annotated[float, Quantity("pops")]] = Field(default_factory=dict)
    """Peaks with structured sparsity by precision, PFLOPS or POPS."""
    memory_gb: Annotated[float, Quantity("gb")] | None = Field(default=None, alias="memory", gt=0)
    """Memory, GB."""
    bandwidth_tb_per_s: Annotated[float, Quantity("tb_per_s")] | None = Field(default=None, alias="bandwidth", gt=0)
    """Bandwidth of the memory, TB/s: what bounds the writing of tokens."""
    chip_power_kw: Annotated[float, Quantity("kw")] | None = Field(default=None, alias="chip_power", gt=0)
    """Power of the chip alone, kW."""
    power_kw: Annotated[float, Quantity("kw")] | None = Field(default=None, alias="power", ge=0)
    """IT power of one card with its share of server and network, kW."""
    power_as: Identifier | None = None
    """The chip in whose servers the share of server and network is taken, where `power` is not published."""
    cards: int = Field(default=1, ge=1)
    """Chips that one of it counts for: a whole system holds many."""
    system: int | None = Field(default=None, ge=1)
    """Cards to a server or rack."""
    price_usd: Annotated[YearlyNumber, Quantity("usd")] | None = Field(default=None, alias="price")
    """Price of one, USD, by year."""
    price_source: Identifier | None = None
    """Where the price comes from."""
    offers: frozenset[Identifier] = frozenset()
    """The software it runs; FP64 follows from its peak, see `abilities`."""
    made_in: Country | None = None
    """Where the chip is made."""
    also: tuple[Identifier, ...] = ()
    """Further sources of its figures."""

    def rules(self) -> Iterator[Broken]:
        """Yield the faults of sparse peaks that are of no precision, and of a price that nobody told."""
        yield from super().rules()
        for name in self.sparse:
            if name not in PRECISIONS or name == "fp16":
                yield Broken("sparse", f"'{name}' is no precision", "bf16, tf32, fp8, int8 or fp4")
        if (self.price_usd is None) != (self.price_source is None):
            yield Broken("price_source", "goes with a price", "write both, or neither")

    @property
    def peaks(self) -> dict[str, float]:
        """Dense peaks by precision, PFLOPS or POPS; what is not published is left out."""
        found = {
            "bf16": self.compute_pflops, "fp16": self.compute_pflops, "tf32": self.tf32_pflops,
            "fp8": self.fp8_pflops, "int8": self.int8_pops, "fp4": self.fp4_pflops, "fp64": self.fp64_pflops,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    def peak(self, precision: str, *, sparse: bool = False) -> float | None:
        """Return the peak of a precision, PFLOPS or POPS, or None where the catalogue lists none."""
        if not sparse:
            return self.peaks.get(precision)
        return self.sparse.get("bf16" if precision == "fp16" else precision)

    def factor(self, precision: str, *, sparse: bool = False) -> float | None:
        """Return what a PFLOPS of a precision is worth in this chip's dense BF16 ones, or None."""
        peak = self.peak(precision, sparse=sparse)
        return None if peak is None else self.compute_pflops / peak

    @property
    def card_pflops(self) -> float:
        """Dense BF16 peak of one chip, PFLOPS."""
        return self.compute_pflops / self.cards

    @property
    def watts_kw_per_pflops(self) -> float | None:
        """IT power per dense BF16 PFLOPS, kW."""
        return None if self.power_kw is None else self.power_kw / self.compute_pflops

    @property
    def abilities(self) -> frozenset[str]:
        """What its machines offer to workloads: the software, and `fp64` where there is enough of it."""
        enough = (self.fp64_pflops or 0.0) >= FP64_SHARE * self.compute_pflops
        return self.offers | ({"fp64"} if enough else set())

    @property
    def tpp(self) -> float:
        """Total processing performance of one chip: the largest dense peak in TOPS, times its bits."""
        peaks = self.peaks
        return max(1000 * peaks[name] / self.cards * bits for name, bits in BITS.items() if name in peaks)

    @property
    def licence(self) -> str:
        """What US export control says of it by performance alone.

        `us-3a090a`: licensed as 3A090.a (4A090 in systems); `us-3a090-density`: 3A090.a or .b by its die's density;
        `below-3a090`: neither. Who buys, where, and later rules are not looked at.
        """
        if self.tpp >= TPP_LICENSED:
            return "us-3a090a"
        return "us-3a090-density" if self.tpp >= TPP_BY_DENSITY else "below-3a090"
