"""What comes along with the planner on the terminal: accelerators, also as the objects of `--json`, and cases."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from planner.files.reading.catalogue import load_catalogue, load_sources
from planner.report.paper import lay_paper

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.accelerator import Accelerator
    from planner.catalogue.counts import CardCount
    from planner.catalogue.readings import ComputeReading, QuotedCompute
    from planner.files.project.cases import Case
    from planner.report.paper import Page

NONE = "-"
LICENCES = {
    "us-3a090a": "licensed as 3A090.a (4A090 in systems) by performance alone",
    "us-3a090-density": "3A090.a, .b or neither, by its performance per mm² of die",
    "below-3a090": "below the thresholds of 3A090",
}
"""What each class of licence means."""


def summarise_chip(chip: Accelerator) -> dict[str, Any]:
    """Return all that the catalogue says of a chip, with its sources written out."""
    sources = load_sources()
    cited = dict.fromkeys([chip.source, *chip.also, chip.price_source])
    return {
        "id": chip.id,
        "name": chip.name,
        "year": chip.year,
        "dense_tflops": {name: _tera(value) for name, value in chip.peaks.items()},
        "sparse_tflops": {name: _tera(value) for name, value in chip.sparse.items()},
        "memory_gb": chip.memory_gb,
        "bandwidth_tb_per_s": chip.bandwidth_tb_per_s,
        "chip_w": _watts(chip.chip_power_kw),
        "system_w": _watts(chip.power_kw),
        "system_w_as": chip.power_as,
        "kw_per_pflops": _digits(chip.watts_kw_per_pflops),
        "chips": chip.cards,
        "cards_per_system": chip.system,
        "price_usd": _prices(chip),
        "offers": sorted(chip.abilities),
        "tpp": round(chip.tpp),
        "licence": chip.licence,
        "made_in": chip.made_in,
        "confidence": chip.confidence,
        "note": chip.note,
        "sources": [
            {"id": name, **sources[name].model_dump(include={"title", "publisher", "author", "year", "licence", "url"})}
            for name in cited
            if name is not None
        ],
    }


def print_catalogue() -> None:
    """Print every chip in a line: peaks, memory, power, the latest price, licence."""
    page = lay_paper(None, None)
    rows = [
        (
            chip.id, _year(chip.year), _tflops(chip, "bf16"), _tflops(chip, "fp8"), _tflops(chip, "int8"),
            _tflops(chip, "fp64"), _plain(chip.memory_gb), _plain(_watts(chip.power_kw)), _kusd(chip),
            (chip.confidence or "")[:3],
        )
        for chip in load_catalogue().values()
    ]  # fmt: skip
    _table(page, ("chip", "year", "BF16", "FP8", "INT8", "FP64", "GB", "W", "kUSD", "sure"), rows)
    page.say(
        "Dense TFLOPS (INT8: TOPS) a card; W with its share of server and network; the latest price. ver: verified, "
        "est: estimated, ass: assumed. 'planner catalogue show ID' tells all, with sources.",
        gap=True,
    )


def print_chip(chip: Accelerator) -> None:
    """Print all that the catalogue says of a chip."""
    page, told = lay_paper(None, None), summarise_chip(chip)
    page.title(f"{chip.id}: {chip.name}")
    dense, sparse = told["dense_tflops"], told["sparse_tflops"]
    _table(
        page,
        ("precision", "dense", "sparse", "one PFLOPS is worth"),
        [
            (name.upper(), f"{value:,g}", f"{sparse[name]:,g}" if name in sparse else NONE, _worth(chip, name))
            for name, value in dense.items()
            if name != "fp16"
        ],
    )
    page.say("Dense and sparse in TFLOPS (INT8: TOPS); worth in dense BF16, which is FP16 too.", gap=True)
    page.heading("Figures")
    for key, value in _facts(chip).items():
        if value:
            page.say(f"{key}: {value}")
    page.heading("Sources")
    for each in told["sources"]:
        page.say(f"{each['id']}: {_citation(each)}")


def print_cases(cases: Iterable[Case]) -> None:
    """Print every case with its question, and what to do with it."""
    page, listed = lay_paper(None, None), list(cases)
    page.title(f"{len(listed)} cases")
    page.table([("case", [case.id for case in listed]), ("question", [case.question for case in listed])], prose=1)
    page.say("'planner new DIR --from CASE' copies one as a project; it solves as it is.", gap=True)


def _facts(chip: Accelerator) -> dict[str, str]:
    """Return the figures of a chip beside its peaks, each as text; empty where unknown."""
    as_in = f", share of server as {chip.power_as}" if chip.power_as else ""
    watts = _watts(chip.power_kw)
    prices = ", ".join(f"{usd / 1000:,g} kUSD ({year})" for year, usd in _prices(chip).items())
    return {
        "first sold": _year(chip.year),
        "memory": f"{chip.memory_gb:,g} GB" if chip.memory_gb else "",
        "bandwidth": f"{chip.bandwidth_tb_per_s:,g} TB/s" if chip.bandwidth_tb_per_s else "",
        "chip": f"{_watts(chip.chip_power_kw):,g} W" if chip.chip_power_kw else "",
        "card": f"{watts:,g} W in its server{as_in}: {chip.watts_kw_per_pflops:.3g} kW/PFLOPS" if watts else "",
        "system": f"{chip.system} cards" if chip.system else f"{chip.cards} chips" if chip.cards > 1 else "",
        "price": prices,
        "offers": ", ".join(sorted(chip.abilities)),
        "US export": f"{LICENCES[chip.licence]}: total processing performance {chip.tpp:,.0f}",
        "made in": chip.made_in or "",
        "how sure": chip.confidence or "",
        "note": chip.note or "",
    }


def summarise_readings(quoted: QuotedCompute, readings: Sequence[ComputeReading]) -> dict[str, Any]:
    """Return a published figure with all that it may mean."""
    return {
        "text": quoted.text,
        "quoted_pflops": _digits(quoted.amount),
        "precision": quoted.precision,
        "sparse": quoted.sparse,
        "readings": [
            {
                "reading": each.name,
                "precision": each.precision,
                "sparse": each.sparse,
                "stated": each.stated,
                "pflops": _digits(each.pflops),
                "chips": [summarise_count(count) for count in each.counts.values()],
            }
            for each in readings
        ],
    }


def print_readings(quoted: QuotedCompute, readings: Sequence[ComputeReading], chips: Sequence[str]) -> None:
    """Print what a published figure may mean: by the general rule, and for each chip with cards, power and price."""
    page = lay_paper(None, None)
    page.title(f"{quoted.text} as dense BF16")
    _table(page, ("reading", "PFLOPS"), [(_marked(each), _plain(each.pflops)) for each in readings])
    page.say("By the general rule, for a chip that nobody names. * is what the figure says.", gap=True)
    for name in chips:
        page.heading(f"On {name}, by its own factors")
        known = [(_marked(each), *_count_cells(each.counts[name])) for each in readings if name in each.counts]
        _table(page, ("reading", *COUNT_HEADS), known)
        lacking = [each.name for each in readings if name not in each.counts]
        if lacking:
            page.say(f"No figure in the catalogue: {', '.join(lacking)}.", style="italic")


def summarise_count(count: CardCount) -> dict[str, Any]:
    """Return a number of cards as an object."""
    price = {str(year): _digits(usd) for year, usd in count.price_usd.items()}
    return {**asdict(count), "pflops": _digits(count.pflops), "mw": _digits(count.mw), "price_usd": price}


def print_counts(title: str, counts: Sequence[CardCount]) -> None:
    """Print how many cards of each chip so much compute is."""
    page = lay_paper(None, None)
    page.title(title)
    _table(page, ("chip", *COUNT_HEADS), [(count.chip, *_count_cells(count)) for count in counts])
    page.say("IT power with servers and network; the price is that of the cards, of the year in brackets.", gap=True)
    if len(counts) == 1 and len(counts[0].price_usd) > 1:
        page.heading("Price by year")
        _table(page, ("year", "MUSD"), [(str(y), _plain(usd / 1e6)) for y, usd in counts[0].price_usd.items()])


COUNT_HEADS = ("PFLOPS", "cards", "systems", "MW", "MUSD")


def _table(page: Page, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    page.table([(head, [row[i] for row in rows]) for i, head in enumerate(heads)])


def _count_cells(count: CardCount) -> tuple[str, ...]:
    price = count.last_price
    systems = NONE if count.systems is None else f"{count.systems:,}"
    cost = f"{_plain(price[1] / 1e6, 3)} ({price[0]})" if price else NONE
    return (_plain(count.pflops), f"{count.cards:,}", systems, _plain(count.mw, 3), cost)


def _marked(reading: ComputeReading) -> str:
    return f"{reading.name} *" if reading.stated else reading.name


def _worth(chip: Accelerator, name: str) -> str:
    factor = chip.factor(name) if name != "fp64" else None
    return NONE if factor is None else f"{factor:.3g}"


def _citation(source: dict[str, Any]) -> str:
    return ". ".join(str(source[key]) for key in ("author", "publisher", "title", "year", "url") if source[key])


def _prices(chip: Accelerator) -> dict[str, float]:
    return {} if chip.price_usd is None else {str(year): usd for year, usd in chip.price_usd.points}


def _kusd(chip: Accelerator) -> str:
    prices = _prices(chip)
    return _plain(list(prices.values())[-1] / 1000) if prices else NONE


def _tflops(chip: Accelerator, precision: str) -> str:
    return _plain(_tera(chip.peaks.get(precision)))


def _tera(value: float | None) -> float | None:
    return None if value is None else _digits(1000 * value)


def _watts(value: float | None) -> float | None:
    return None if value is None else round(1000 * value)


def _year(year: int | None) -> str:
    return NONE if year is None else str(year)


def _plain(value: float | None, digits: int = 4) -> str:
    """Return a figure with so many digits, and whole from a thousand on."""
    return NONE if value is None else f"{value:,.{digits}g}" if value < 1000 else f"{value:,.0f}"


def _digits(value: float | None) -> float | None:
    """Return a figure without rounding in its last digits."""
    return None if value is None else float(f"{value:.10g}")
