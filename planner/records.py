"""What all records share: frozen models whose fields say how they are written in files.

A field's alias is its key in files, its name carries the unit inside; its annotation tells the reader how to type
the raw text. A rule between fields stands with its model (`rules`), so that files and Python callers meet the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from planner.units import Kind
from planner.years import Yearly

_IDENTIFIER = re.compile(r"(?=.*[a-z])[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?")
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True)
class Quantity:
    """Marks a field written as a number with a unit: its kind, and the other kind that is taken (a price per step)."""

    kind: Kind
    other: Kind | None = None


@dataclass(frozen=True)
class Word:
    """Marks a text field with a form of its own: "identifier", "country", "timezone", "year" or "years"."""

    form: str


@dataclass(frozen=True)
class Derived:
    """Marks a field that no file writes: the reader works it out."""


@dataclass(frozen=True)
class RepeatableList:
    """Marks a list that may come back to what it has named: the landings of a ring."""


@dataclass(frozen=True)
class BySeason:
    """Marks a figure that may differ from season to season: {seasons: {winter: …, summer: …}}."""


@dataclass(frozen=True)
class Range:
    """Marks a figure whose every value lies above (or at) a low and up to a high limit."""

    low: float
    high: float = float("inf")
    open_low: bool = False

    def broken(self, value: float) -> str | None:
        """Return what would be right where a value is outside, else None."""
        if self.low <= value <= self.high and not (self.open_low and value == self.low):
            return None
        lowest = f"more than {self.low:g}" if self.open_low else f"{self.low:g} or more"
        return f"write {lowest}" if self.high == float("inf") else f"write {lowest}, up to {self.high:g}"


@dataclass(frozen=True)
class Broken:
    """One broken rule of a record: the key it stands at, what is wrong and what would be right."""

    key: str
    what: str
    right: str = ""


class RecordError(ValueError):
    """A record breaks rules between its fields; `broken` lists them."""

    def __init__(self, broken: tuple[Broken, ...]) -> None:
        self.broken = broken
        super().__init__("; ".join(f"{b.key}: {b.what}: {b.right}".removesuffix(": ") for b in broken))


def identifier_word(text: str) -> str:
    """Return an identifier unchanged, or raise ValueError with its form."""
    if not _IDENTIFIER.fullmatch(text):
        raise ValueError(
            f"'{text}' is no identifier: write a-z, 0-9, _ and - with a letter somewhere, such as 'almaty-2'"
        )
    return text


def country_word(text: str) -> str:
    """Return a country code unchanged, or raise ValueError with its form."""
    if not _COUNTRY.fullmatch(text):
        raise ValueError(f"'{text}' is no country code: write two capital letters (ISO 3166-1), such as 'KZ'")
    return text


def _yearly(value: Any) -> Any:
    """Let Python callers write a plain number or a map of years where a figure may change over the years."""
    if isinstance(value, Mapping):
        return Yearly.of(value)
    return Yearly.flat(float(value)) if isinstance(value, int | float) else value


def _owners(value: Any) -> Any:
    """Let one country stand for itself as the owner of all."""
    return {value: 1.0} if isinstance(value, str) else value


Identifier = Annotated[str, Word("identifier")]
Country = Annotated[str, Word("country")]
Year = Annotated[int, Word("year"), Field(ge=1900, le=2200)]
Share = Annotated[float, Field(ge=0, le=1)]
YearlyNumber = Annotated[Yearly, BeforeValidator(_yearly)]
Factor = Annotated[Yearly, BeforeValidator(_yearly)]
Names = dict[str, str]
Owners = Annotated[dict[Country, Annotated[float, Field(gt=0, le=1)]], Word("owner"), BeforeValidator(_owners)]
"""The share of each country that owns something; one country alone may be written as its code."""


class Record(BaseModel):
    """Base of all records: frozen, unknown keys forbidden; where it comes from and how sure it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, allow_inf_nan=False, defer_build=True)

    source: Identifier | None = None
    """Where the record comes from: an id in `sources`."""
    confidence: Literal["verified", "estimated", "assumed"] | None = None
    """How sure the record is."""
    note: str | None = None
    """A remark for readers of the file."""

    def rules(self) -> Iterator[Broken]:
        """Yield the broken rules between the fields of the record."""
        return iter(())

    @model_validator(mode="after")
    def _keep_rules(self) -> Self:
        broken = tuple(self.rules())
        if broken:
            raise RecordError(broken)
        return self


class Named(Record):
    """A record with a name, possibly in several languages."""

    name: str | None = None
    """What people call it."""
    names: Names = Field(default_factory=dict)
    """The name in other languages, by language code: {zh: 阿拉木图, ru: Алматы}."""


class Titled(Record):
    """A record with a title, possibly in several languages."""

    title: str | None = None
    """What it is about, in a line."""
    names: Names = Field(default_factory=dict)
    """The title in other languages, by language code."""


class Owned(Record):
    """A record of something that countries own, each a share of it."""

    owner: Owners | None = None
    """The country that owns it, or the share of each: {CN: 0.6, KZ: 0.4}; default: the country where it stands, half
    at each end of a link."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of shares that do not make up a whole."""
        yield from super().rules()
        if self.owner is not None and not isclose(total := sum(self.owner.values()), 1, abs_tol=1e-9):
            yield Broken("owner", f"has shares that add up to {total:.10g}", "write shares that add up to 1")
