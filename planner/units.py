"""Quantities as users write them ("1.2 Tbps", "35 MUSD") become numbers in one unit per kind.

Conversion happens where files are read and nowhere else; inside, the unit stands in the name of the variable.
Pint takes 0.18 s to start and 100 us for a quantity, this 0.004 s and 2.4 us; and it takes `800 Gbp` for a length.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from typing import Literal, get_args

from planner.errors import nearest

Kind = Literal[
    "pflops", "gbps", "km", "ms", "mw", "kw", "kw_per_pflops", "gbps_per_pflops", "per_ms", "g_per_kwh",
    "l_per_kwh", "kg_per_year", "kg_per_pflops", "usd", "usd_per_year", "usd_per_kwh", "usd_per_pflops",
    "usd_per_pflops_year", "usd_per_gbps", "usd_per_gbps_year", "usd_per_step", "usd_per_step_year", "cards", "pops",
    "gb", "tb_per_s", "s", "people", "tokens", "tokens_per_day", "minutes_per_day", "params", "flop", "days", "bytes",
    "hours",
]  # fmt: skip
"""The kinds of quantity; the name of each is its unit inside."""

Ratio = tuple[int, int]
_KILO, _MEGA, _GIGA = 10**3, 10**6, 10**9

_POWERS = {"": 1, "k ": _KILO, "M ": _MEGA, "G ": _GIGA, "B ": _GIGA, "T ": 10**12}
"""How what is counted is written by thousands and more: `20.9 M people`, `300 B tokens`."""

# Each unit as an exact fraction (so that "12 us" is 0.012 ms to the last bit) of its dimension's own unit.
_UNITS: dict[str, dict[str, Ratio]] = {
    "compute": {"P": (1, 1), "TFLOPS": (1, _KILO), "PFLOPS": (1, 1), "EFLOPS": (_KILO, 1)},
    "rate": {
        "bps": (1, _GIGA),
        "kbps": (1, _MEGA),
        "Mbps": (1, _KILO),
        "Gbps": (1, 1),
        "Tbps": (_KILO, 1),
        "Pbps": (_MEGA, 1),
    },
    "length": {"m": (1, _KILO), "km": (1, 1)},
    "time": {"us": (1, _KILO), "µs": (1, _KILO), "μs": (1, _KILO), "ms": (1, 1), "s": (_KILO, 1)},
    "power": {"W": (1, _KILO), "kW": (1, 1), "MW": (_KILO, 1), "GW": (_MEGA, 1)},
    "energy": {"kWh": (1, 1), "MWh": (_KILO, 1), "GWh": (_MEGA, 1)},
    "volume": {"L": (1, 1), "l": (1, 1), "m3": (_KILO, 1), "m³": (_KILO, 1)},
    "mass": {"g": (1, _KILO), "kg": (1, 1), "t": (_KILO, 1), "kt": (_MEGA, 1), "Mt": (_GIGA, 1)},
    "money": {"USD": (1, 1), "kUSD": (_KILO, 1), "MUSD": (_MEGA, 1), "GUSD": (_GIGA, 1)},
    "period": {"year": (1, 1), "month": (1, 12)},
    "day": {"day": (1, 1), "days": (1, 1)},
    "step": {"step": (1, 1)},
    "cards": {"cards": (1, 1), "card": (1, 1)},
    "operations": {
        **dict.fromkeys(("TOPS", "TFLOPS"), (1, _KILO)),
        **dict.fromkeys(("POPS", "PFLOPS"), (1, 1)),
        **dict.fromkeys(("EOPS", "EFLOPS"), (_KILO, 1)),
    },
    "memory": {"MB": (1, _KILO), "GB": (1, 1), "TB": (_KILO, 1)},
    **{noun: {f"{power}{noun}": (n, 1) for power, n in _POWERS.items()} for noun in ("people", "tokens", "params")},
    "minutes": {"min": (1, 1), "h": (60, 1)},
    "wait": {
        "us": (1, _MEGA),
        "ms": (1, _KILO),
        "s": (1, 1),
        **dict.fromkeys(("min", "minute", "minutes"), (60, 1)),
        **dict.fromkeys(("h", "hour", "hours"), (3600, 1)),
    },
    "repair": {"h": (1, 1), "day": (24, 1), "days": (24, 1)},
    "work": {f"{each}FLOP": (1000**n, 1) for n, each in enumerate(("", "k", "M", "G", "T", "P", "E", "Z", "Y"))},
    "bytes": {"B": (1, 1), "kB": (_KILO, 1)},
}


@dataclass(frozen=True)
class _Form:
    """How a kind is written: its noun, an example, its dimensions and its inside unit in those dimensions' units."""

    noun: str
    example: str
    above: str
    below: tuple[str, ...] = ()
    scale: Ratio = (1, 1)


_FORMS: dict[Kind, _Form] = {
    "pflops": _Form("an amount of compute", "2000 PFLOPS", "compute"),
    "gbps": _Form("a data rate", "400 Gbps", "rate"),
    "km": _Form("a length", "670 km", "length"),
    "ms": _Form("a time", "12 ms", "time"),
    "mw": _Form("a power", "30 MW", "power", scale=(1, _KILO)),
    "kw": _Form("a power", "1.3 kW", "power"),
    "kw_per_pflops": _Form("a power per compute", "1.5 kW/PFLOPS", "power", ("compute",)),
    "gbps_per_pflops": _Form("a data rate per compute", "0.01 Gbps/PFLOPS", "rate", ("compute",)),
    "per_ms": _Form("a share per time", "0.0008 /ms", "", ("time",)),
    "g_per_kwh": _Form("a carbon intensity", "400 g/kWh", "mass", ("energy",), scale=(_KILO, 1)),
    "l_per_kwh": _Form("a use of water", "1.8 L/kWh", "volume", ("energy",)),
    "kg_per_pflops": _Form("a mass per compute", "150 kg/PFLOPS", "mass", ("compute",)),
    "days": _Form("a number of days", "150 days", "day"),
    "kg_per_year": _Form("a mass per year", "900 kt/year", "mass", ("period",)),
    "usd": _Form("an amount of money", "35 MUSD", "money"),
    "usd_per_year": _Form("a price per year", "2 MUSD/year", "money", ("period",)),
    "usd_per_kwh": _Form("a price of energy", "0.05 USD/kWh", "money", ("energy",)),
    "usd_per_pflops": _Form("a price of compute", "60 kUSD/PFLOPS", "money", ("compute",)),
    "usd_per_pflops_year": _Form("a price of compute per year", "2250 USD/PFLOPS/year", "money", ("compute", "period")),
    "usd_per_gbps": _Form("a price of capacity", "20 kUSD/Gbps", "money", ("rate",)),
    "usd_per_gbps_year": _Form("a price of capacity per year", "1500 USD/Gbps/year", "money", ("rate", "period")),
    "usd_per_step": _Form("a price per step", "6 MUSD/step", "money", ("step",)),
    "usd_per_step_year": _Form("a price per step and year", "0.2 MUSD/step/year", "money", ("step", "period")),
    "cards": _Form("a number of cards", "1000 cards", "cards"),
    "pops": _Form("a peak of operations", "1979 TOPS", "operations"),
    "gb": _Form("an amount of memory", "80 GB", "memory"),
    "tb_per_s": _Form("a bandwidth of memory", "3.35 TB/s", "memory", ("time",)),
    "s": _Form("a time", "5 minutes", "wait"),
    "people": _Form("a number of people", "20.9e6 people", "people"),
    "tokens": _Form("a number of tokens", "300 B tokens", "tokens"),
    "tokens_per_day": _Form("tokens a day", "15000 tokens/day", "tokens", ("day",)),
    "minutes_per_day": _Form("a time a day", "3 min/day", "minutes", ("day",)),
    "params": _Form("a number of parameters", "37e9 params", "params"),
    "flop": _Form("an amount of work", "15 PFLOP", "work"),
    "hours": _Form("a time to repair", "15 days", "repair"),
    "bytes": _Form("a number of bytes", "250 B", "bytes"),
}

KINDS: tuple[Kind, ...] = get_args(Kind)

_NUMBER_AND_UNIT = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(.*?)\s*", re.DOTALL)
_GROUPED = re.compile(r"[+-]?[0-9]+([_,' ][0-9]{3})+\b")
DECIMAL_COMMA = re.compile(r"\s*[+-]?(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|(?:0|[0-9]{4,}),[0-9]{3})(?![0-9,.])")
"""A number whose comma can only be a decimal one: `1,5`, `0,125`; of `1,500` nobody knows."""


class UnitError(ValueError):
    """A text is no quantity of its kind: `what` is wrong, and what would be `right`."""

    def __init__(self, what: str, right: str) -> None:
        self.what, self.right = what, right
        super().__init__(f"{what}: {right}")


@lru_cache(maxsize=65536)
def parse(text: str, kind: Kind, currency: str = "USD") -> float:
    """Return a written quantity as a number in the inside unit of its kind.

    Parameters
    ----------
    text
        A number and its unit: "1.2 Tbps", "2000P", "60 kUSD/PFLOPS", "1 MUSD/month".
    kind
        What it measures; the name of the kind is the unit of the answer (`"gbps"`, `"usd_per_pflops_year"`).
    currency
        The word for money in the text, with k, M or G before it.

    Raises
    ------
    UnitError
        If the unit is missing or of another kind, or the number is negative, not finite or no number.
    """
    found = _NUMBER_AND_UNIT.fullmatch(text)
    if found is None or DECIMAL_COMMA.match(text) or (_GROUPED.match(text) and _GROUPED.match(text.strip())):
        raise _no_number(text, kind, currency)
    number, unit = found.groups()
    if not unit:
        raise UnitError(f"'{text}' has no unit", f"write for example '{_suggest(number, kind, currency)}'")
    above, below = _scale(unit, kind, currency, text)
    value = float(number) * above / below
    if not math.isfinite(value):
        raise UnitError(f"'{text}' is too large", "write a finite number")
    if value < 0:
        raise UnitError(f"'{text}' is negative", "write a number of zero or more")
    return value


def write(value: float, kind: Kind, currency: str = "USD") -> str:
    """Return a number in the inside unit of a kind as text that `parse` reads back unchanged."""
    return f"{value!r} {inside_unit(kind, currency)}"


def inside_unit(kind: Kind, currency: str = "USD") -> str:
    """Return the inside unit of a kind as users write it, such as "USD/PFLOPS/year"."""
    named = {
        "mw": "MW", "kw": "kW", "kw_per_pflops": "kW/PFLOPS", "per_ms": "/ms", "g_per_kwh": "g/kWh",
        "l_per_kwh": "L/kWh", "cards": "cards", "pops": "POPS", "gb": "GB", "tb_per_s": "TB/s",
        "s": "s", "people": "people", "tokens": "tokens", "tokens_per_day": "tokens/day", "minutes_per_day": "min/day",
        "params": "params", "flop": "FLOP", "days": "days", "bytes": "B", "hours": "h",
    }  # fmt: skip
    if kind in named:
        return named[kind]
    own = {"compute": "PFLOPS", "rate": "Gbps", "length": "km", "time": "ms", "mass": "kg", "money": currency}
    form = _FORMS[kind]
    below = {"period": "year", "step": "step", "energy": "kWh"} | own
    return "/".join([own[form.above], *(below[dimension] for dimension in form.below)])


def example(kind: Kind) -> str:
    """Return how a quantity of a kind may be written: "400 Gbps"."""
    return _FORMS[kind].example


def pattern(kind: Kind) -> str:
    """Return a regular expression (ECMA 262) that what `parse` takes for a kind fits, in any currency."""
    form = _FORMS[kind]
    orders = sorted(set(permutations(form.below)))
    below = "|".join("".join(rf"\s*/\s*{_words(dimension)}" for dimension in order) for order in orders)
    return rf"^\s*\+?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*{_words(form.above)}({below})\s*$"


def _words(dimension: str) -> str:
    """Return the alternatives for the units of a dimension; any three capitals may stand for money."""
    if dimension == "money":
        return "[kMG]?[A-Z]{3}"
    return f"({'|'.join(_UNITS[dimension])})" if dimension else ""


def _scale(unit: str, kind: Kind, currency: str, text: str) -> Ratio:
    """Return the factor from a written unit to the inside unit of a kind, as a fraction."""
    form = _FORMS[kind]
    above, *below = (part.strip() for part in unit.split("/"))
    num, den = form.scale
    wanted = list(form.below)
    if form.above or above:
        part = _units_of(form.above, currency).get(above)
        if part is None:
            raise _wrong_unit(text, unit, kind, currency)
        num, den = num * part[0], den * part[1]
    for word in below:
        dimension = next((d for d in wanted if word in _units_of(d, currency)), None)
        if dimension is None:
            raise _wrong_unit(text, unit, kind, currency)
        wanted.remove(dimension)
        part = _units_of(dimension, currency)[word]
        num, den = num * part[1], den * part[0]
    if wanted:
        raise _wrong_unit(text, unit, kind, currency)
    common = math.gcd(num, den)
    return num // common, den // common


def _units_of(dimension: str, currency: str) -> dict[str, Ratio]:
    """Return the units of a dimension; money is counted in the currency's own word."""
    units = _UNITS.get(dimension, {})
    if dimension != "money" or currency == "USD":
        return units
    return {name.replace("USD", currency): ratio for name, ratio in units.items()}


def _suggest(number: str, kind: Kind, currency: str) -> str:
    """Return the user's own number with the unit of the kind's example."""
    return f"{number} {_example(kind, currency).split(' ', 1)[1]}"


def _example(kind: Kind, currency: str) -> str:
    return _FORMS[kind].example.replace("USD", currency)


def _no_number(text: str, kind: Kind, currency: str) -> UnitError:
    text = text.strip()
    comma = DECIMAL_COMMA.match(text)
    if comma:
        rest = text[comma.end() :].strip()
        number = comma[0].replace(",", ".")
        pointed = f"{number} {rest}" if rest else _suggest(number, kind, currency)
        return UnitError(f"'{text}' has a decimal comma", f"write '{pointed}'")
    if meant := _meant(text, kind, currency):
        return UnitError(f"'{text}' is not {_FORMS[kind].noun}", f"did you mean '{meant}'?")
    grouped = _GROUPED.match(text)
    if grouped:
        plain = re.sub(r"[_,' ]", "", grouped[0]) + text[grouped.end() :]
        either = f", or '{text.replace(',', '.')}' with a decimal point" if grouped[0].count(",") == 1 else ""
        return UnitError(f"'{text}' groups its digits", f"write '{plain}'{either}")
    return UnitError(f"'{text}' is not {_FORMS[kind].noun}", f"write for example '{_example(kind, currency)}'")


def _wrong_unit(text: str, unit: str, kind: Kind, currency: str) -> UnitError:
    """Return the fault of a unit that the kind does not know, with what is meant where that can be told."""
    form = _FORMS[kind]
    parts = [part.strip() for part in unit.split("/")]
    dimensions = [form.above, *form.below]
    if len(parts) == len(dimensions):
        pairs = zip(parts, dimensions, strict=True)
        mended = [p if p in _units_of(d, currency) else _spelling(p, _units_of(d, currency)) for p, d in pairs]
        if all(part is not None for part in mended):
            return UnitError(f"'{text}' has an unknown unit", f"did you mean '{'/'.join(p or '' for p in mended)}'?")
    what = f"'{text}' is not {form.noun}"
    if meant := _meant(text, kind, currency):
        return UnitError(what, f"did you mean '{meant}'?")
    other = re.fullmatch(r"[kMG]?([A-Z]{3})", parts[0]) if form.above == "money" else None
    if other and currency not in parts[0]:
        right = f"write it in {currency}, for example '{_example(kind, currency)}'"
        if currency == "USD":
            right = f"write it in USD, or name the currency of all files: 'finance: {{currency: {other[1]}}}'"
        return UnitError(f"{what} in {currency}", right)
    return UnitError(what, f"write for example '{_example(kind, currency)}'")


_SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"\s*\bper\b\s*", "/"),
    (r"\s+and\s+(?=year|month)", "/"),
    (r"/\s*(?:a|yr|y|annum|years?)\b|\s*p\.?a\.?$", "/year"),
    (r"\bpeta-?flops?(?:/s)?\b|\bpflops?/s(?:ec)?\b|\bPF\b", "PFLOPS"),
    (r"\bexa-?flops?(?:/s)?\b|\beflops?/s\b|\bEF\b", "EFLOPS"),
    (r"\btera-?flops?(?:/s)?\b|\btflops?/s\b|\bTF\b", "TFLOPS"),
    (r"\b([GTM])i?bits?/s(?:ec)?\b|\b([GTM])b/s(?:ec)?\b", r"\1\2bps"),
    (r"\b([gt])CO2(?:eq?)?\b", r"\1"),
    (r"\bkilomet(?:re|er)s?\b|\bkms\b", "km"),
    (r"\bmilliseconds?\b|\bmsecs?\b", "ms"),
    (r"^[$]\s*([0-9.]+)", r"\1 USD"),
    (r"[$]", "USD"),
    (r"\s*\b(?:million|mio|mln)\b\.?\s*", " M"),
    (r"\s*\b(?:billion|bn)\b\s*", " G"),
    (r"\s*\b(?:thousand|tsd)\b\.?\s*", " k"),
    (r"\b([0-9.]+)\s*([kMG])\s+(?=[A-Z]{3})", r"\1 \2"),
)
"""Other ways to write units, and ours; capitals matter where they tell bits from bytes."""


def _meant(text: str, kind: Kind, currency: str) -> str:
    """Return how a quantity would be written that is spelt in another way, or lacks its year."""
    word = text.strip()
    for other, ours in _SPELLINGS:
        word = re.sub(other, ours, word, flags=0 if "b/s" in other else re.IGNORECASE)
    if cents := re.match(r"([0-9.]+)\s*(?:US)?(?:cents?|ct|\u00a2)", word):
        word = f"{float(cents[1]) / 100:.10g} {currency}{word[cents.end() :]}"
    if octets := re.fullmatch(r"([0-9.]+)\s*([MGT])B(?:/s|ps)", word):  # bytes have eight bits
        word = f"{float(octets[1]) * 8:.10g} {octets[2]}bps"
    tries = [word, f"{word}bps", *([f"{word}/year"] if "period" in _FORMS[kind].below else [])]
    return next((each for each in tries if each != text and _parses(each, kind, currency)), "")


def _parses(text: str, kind: Kind, currency: str) -> bool:
    """Tell whether a text is a quantity; looked at without `parse`, which would come here again."""
    found = _NUMBER_AND_UNIT.fullmatch(text)
    if found is None or not found[2]:
        return False
    above, *below = (part.strip() for part in found[2].split("/"))
    form = _FORMS[kind]
    wanted = [next((d for d in form.below if word in _units_of(d, currency)), "") for word in below]
    return above in _units_of(form.above, currency) and sorted(wanted) == sorted(form.below)


def _spelling(word: str, known: dict[str, Ratio]) -> str | None:
    """Return the known unit that differs only in capitals or a plural, so that `USD` never becomes `kUSD`."""
    near = nearest(word, known)
    return near if near is not None and word.lower().rstrip("s") == near.lower().rstrip("s") else None
