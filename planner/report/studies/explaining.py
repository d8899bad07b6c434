"""Explanations on the terminal, readable at 80 columns and without colour; all from what ``--json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from planner.programme.families import FAMILIES
from planner.report.language.figures import NONE
from planner.report.language.phrases import translate
from planner.report.paper import ROWS, lay_paper

if TYPE_CHECKING:
    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Column, Page

LONGEST = 24
"""Characters of a value in a table."""
JOIN = "\n"
"""Changes that belong together stand below each other."""


def print_explanation(
    found: Mapping[str, Any],
    *,
    currency: str = "USD",
    full: bool = False,
    console: Console | None = None,
    language: Language | None = None,
) -> None:
    """Print why a plan is as it is, or why there is none, from what `summarise_explanation` returns.

    Parameters
    ----------
    full
        every list in full, and the ways of all demands
    """
    page = lay_paper(console, None if full else ROWS, language)
    if "conflict" in found:
        print_diagnosis(found, page, currency)
        return
    demands = list(found["demands"])
    alone = len({(each["origin"], each["workload"]) for each in demands}) == 1
    left = [each for each in demands if each["unserved_pflops"] > 1e-6 * each["demand_pflops"]]
    if not alone:
        _print_overview(demands, left, page, currency)
    for each in demands if alone or full else left:
        _print_demand(each, page, currency, ways=alone or full)


def print_diagnosis(found: Mapping[str, Any], page: Page, currency: str, *, brief: bool = False) -> None:
    """Print what clashes and where it is written, by how much, and the repairs."""
    text = page.language.text
    if found["conflict"]:
        page.heading(text("These cannot be kept together"))
        columns: list[Column] = [
            (text("what"), [_short(each["record"]) for each in found["conflict"]]),
            (text("says"), [_cut(each["value"]) or NONE for each in found["conflict"]]),
            (text("written in"), [_place(each) for each in found["conflict"]]),
        ]
        page.table(columns, left=(0, 1, 2), prose=1, rest="")
    elif not found["repairs"]:
        page.say(text("What clashes could not be found out in time."))
    page.bullets(text("Seen at once"), [translate(each, page.language) for each in found["causes"]])
    if found["repairs"]:
        page.heading(text("What would let a plan exist, tried"))
        _print_repairs(found["repairs"][: 3 if brief else None], page, currency)


def print_brief_diagnosis(
    found: Mapping[str, Any], *, currency: str = "USD", console: Console | None = None, language: Language | None = None
) -> None:
    """Print the conflict and the first repairs, as below a solve that found no plan."""
    print_diagnosis(found, lay_paper(console, ROWS, language), currency, brief=True)


def _short(record: str) -> str:
    return record.replace(".", ".\u200b") if len(record) > 40 else record


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 3]}..."


def _place(clash: Mapping[str, Any]) -> str:
    name = str(clash["file"]).replace("\\", "/").rsplit("/", 1)[-1]
    return f"{name}:{clash['line']}" if clash["line"] else name


def _print_overview(
    demands: Sequence[Mapping[str, Any]], left: Sequence[Mapping[str, Any]], page: Page, currency: str
) -> None:
    language, text = page.language, page.language.text
    page.say(
        language.texts(
            "{count} demand, of which {left} are not wholly served.",
            "{count} demands, of which {left} are not wholly served.",
            len(demands), left=language.number(len(left)),
        ),
        style="bold",
    )  # fmt: skip
    chosen = sorted(demands, key=lambda each: -each["demand_pflops"])
    page.heading(text("Where it goes, and the next best place"))
    page.table(
        [
            (text("demand"), [f"{each['origin']}/{each['workload']} {each['year']}" for each in chosen]),
            (text("served at"), [page.few(_sites_of(each)) or NONE for each in chosen]),
            (text("next best"), [_first_site(each) for each in chosen]),
            (text("extra a year"), [_first_extra(each, language, currency) for each in chosen]),
        ],
        left=(0, 1, 2), prose=1, rest="",
    )  # fmt: skip


def _sites_of(each: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(str(path["site"]) for path in each["paths"]))


def _first_site(each: Mapping[str, Any]) -> str:
    return str(each["alternatives"][0]["site"]) if each["alternatives"] else NONE


def _first_extra(each: Mapping[str, Any], language: Language, currency: str) -> str:
    return language.money(each["alternatives"][0]["extra_usd"], currency) if each["alternatives"] else NONE


def _print_demand(each: Mapping[str, Any], page: Page, currency: str, *, ways: bool) -> None:
    language, text = page.language, page.language.text
    name = f"{each['origin']}/{each['workload']}, {each['year']}"
    page.heading(name)
    page.say(
        text(
            "{served} of {asked} are served.",
            served=language.quantity(each["demand_pflops"] - each["unserved_pflops"], each["unit"]),
            asked=language.quantity(each["demand_pflops"], each["unit"]),
        )
    )
    if each["reason"]:
        page.say(text("Not served because: {reason}.", reason=translate(each["reason"], language)))
    if ways:
        for path in each["paths"][: page.rows]:
            _print_way(path, each["unit"], page)
    _print_alternatives(each, page, currency)
    if each["repairs"]:
        page.say(text("What would have all of it served, tried:"))
        _print_repairs(each["repairs"], page, currency)
    elif each["untried"]:
        page.say(text("There was no time to look for what would have it served."))


def _print_way(path: Mapping[str, Any], unit: str, page: Page) -> None:
    language, text = page.language, page.language.text
    page.say(
        text(
            "{amount} from {origin} to {site}: {ms}, {km}.",
            amount=language.quantity(path["amount"], unit), origin=path["origin"], site=path["site"],
            ms=language.quantity(path["rtt_ms"], "ms"), km=language.quantity(path["km"], "km"),
        ),
        gap=True,
    )  # fmt: skip
    hops = path["hops"]
    if hops:
        page.table(
            [
                (text("link"), [hop["link"] for hop in hops]),
                (text("countries"), [_countries(hop) for hop in hops]),
                (text("cable"), [hop["cable"] or hop["kind"] for hop in hops]),
                ("ms", language.column([hop["ms"] for hop in hops])),
                ("km", language.column([hop["km"] for hop in hops])),
                ("USD/Gbps", language.column([hop["transit_usd"] for hop in hops])),
            ],
            left=(0, 1, 2), rest="",
        )  # fmt: skip


def _countries(hop: Mapping[str, Any]) -> str:
    return hop["country"] if hop["country"] == hop["to_country"] else f"{hop['country']}-{hop['to_country']}"


def _print_alternatives(each: Mapping[str, Any], page: Page, currency: str) -> None:
    language, text = page.language, page.language.text
    others = each["alternatives"]
    if others:
        page.table(
            [
                (text("other place"), [other["site"] for other in others]),
                ("ms", language.column([other["rtt_ms"] for other in others])),
                (text("extra a year"), [language.money(other["extra_usd"], currency) for other in others]),
            ],
            rest="",
        )
    for limit in each["limits"]:
        words = language.text(FAMILIES[limit["family"]].words)
        worth = language.money(limit["usd_per_unit"], currency)
        page.say(text("Between: {limit} ({key}), {usd} for one unit more.", limit=words, key=limit["key"], usd=worth))
    if each["barred_site"]:
        page.say(text("Rules keep it from {site}.", site=each["barred_site"]))


def _print_repairs(repairs: Sequence[Mapping[str, Any]], page: Page, currency: str) -> None:
    language, text = page.language, page.language.text
    page.table(
        [
            (text("change"), [JOIN.join(repair["says"]) for repair in repairs]),
            (text("then serves"), [language.quantity(repair["serves_pflops"], "P") for repair in repairs]),
            (
                text("cost"),
                [
                    text("not known") if repair["cost_usd"] is None else language.money(repair["cost_usd"], currency)
                    for repair in repairs
                ],
            ),
        ],
        prose=0,
        rest="",
    )
