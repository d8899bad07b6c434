"""How gains may be shared, as one object and on the terminal: what ``planner share`` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.report.language.figures import NONE, money_unit
from planner.report.language.phrases import translate
from planner.report.paper import ROWS, lay_paper
from planner.report.plan.sentences import stop, titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Column, Page
    from planner.studies.shares.games import Group, Shares
    from planner.studies.shares.sharing import Sharing

NAMED = 3
"""Groups named in a sentence."""


def summarise_sharing(sharing: Sharing) -> dict[str, Any]:
    """Return a sharing by the keys of ``planner share --json``; all are always there, None where nothing is known."""
    core, game, sampled = sharing.core, sharing.game, sharing.sampled
    return {
        "scenario": sharing.inputs.scenario.id,
        "variant": sharing.inputs.variant,
        "status": sharing.status.value,
        "members": list(sharing.members),
        "coalitions": [
            {
                "members": list(each.members), "status": each.status.value, "cost_usd": each.cost_usd,
                "penalty_usd": each.penalty_usd, "value_usd": None if game is None else game.value(group),
                "unproved_usd": each.unproved_usd, "findings": list(each.findings),
            }
            for group, each in sharing.coalitions.items()
        ],
        "infeasible": [list(each.members) for each in sharing.infeasible],
        "shapley": sharing.shapley,
        "shapley_half_width": None if sampled is None else dict(sampled.half_width),
        "orders": None if sampled is None else 2 * sampled.orders,
        "nucleolus": sharing.nucleolus,
        "core": {
            "empty": None if core is None else core.is_empty,
            "blocking": [] if core is None else [sorted(group) for group in core.balanced],
            "surplus_usd": None if core is None else core.surplus,
            "proved": game is not None and game.is_complete,
            "tried": len(sharing.coalitions),
        },
        "blocked": {name: _gains(sharing.blocked(shares)) for name, shares in _divisions(sharing).items()},
        "keys": sharing.keys,
        "superadditive": None if game is None else not sharing.shrinking,
        "shrinking": [
            {"one": sorted(one), "other": sorted(other), "lost_usd": lost} for one, other, lost in sharing.shrinking
        ],
        "accounts": _accounts(sharing),
        "division": sharing.by,
        "side_payments": [{"from": each.payer, "to": each.payee, "usd": each.usd} for each in sharing.payments],
        "leaving": {member: sharing.leaving(member) for member in sharing.members},
        "unproved_usd": None if game is None else sharing.unproved_usd,
        "unanswered": [sorted(group) for group in sharing.unanswered],
        "failed": {"+".join(sorted(group)): fault for group, fault in sharing.failed.items()},
    }  # fmt: skip


def _divisions(sharing: Sharing) -> dict[str, Shares]:
    """Return every division there is, by name."""
    found = {"shapley": sharing.shapley, "nucleolus": sharing.nucleolus, **sharing.keys}
    return {name: shares for name, shares in found.items() if shares is not None}


def _gains(groups: Mapping[Group, float]) -> list[dict[str, Any]]:
    return [{"members": sorted(group), "gains_usd": usd} for group, usd in groups.items()]


def _accounts(sharing: Sharing) -> list[dict[str, Any]]:
    """Return by member what it pays and bears alone and with all, what it gains, and what it is entitled to."""
    shares = sharing.division
    if sharing.game is None or shares is None:
        return []
    whole = sharing.whole
    return [
        {
            "country": member,
            "alone_usd": sharing.alone_usd[member],
            "paid_usd": whole.paid_usd.get(member, 0.0),
            "caused_usd": whole.caused_usd.get(member, 0.0),
            "penalty_usd": whole.left_usd.get(member, 0.0),
            "gains_usd": shares[member],
            "bears_usd": sharing.alone_usd[member] - shares[member],
            "capex_usd": whole.capex_usd.get(member, 0.0),
            "entitled_pflops": {year: served.get(member, 0.0) for year, served in whole.served_pflops.items()},
        }
        for member in sharing.members
    ]


def print_sharing(
    sharing: Sharing,
    *,
    console: Console | None = None,
    stopped: str = "",
    full: bool = False,
    brief: bool = False,
    language: Language | None = None,
) -> None:
    """Print a sharing: the answer in a paragraph, then members, keys, payments and coalitions.

    Parameters
    ----------
    stopped
        what ended the study before its end: "interrupted" or "time limit reached"
    full
        print every list in full
    brief
        print the paragraph only
    """
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    if not brief:
        title, lines = titles(sharing.inputs, language)
        page.title("\n".join([title, *lines]))
    for sentence in stop(language, stopped):
        page.say(sentence)
    page.say(language.run_on(_answer(sharing, language)), style="bold")
    reasons = [
        f"{_named(each.members)}: {translate(reason, language)}"
        for each in sharing.infeasible
        for reason in each.findings
    ]
    page.bullets(text("Coalitions that cannot serve what is required"), reasons)
    page.bullets(text("Not answered: these plans were not found"), [_named(group) for group in sharing.unanswered])
    failed = [f"{_named(group)}: {fault}" for group, fault in sharing.failed.items()]
    page.bullets(text("Failed: please report it with the files"), failed)
    if brief or sharing.game is None:
        return
    for section in (_members, _keys, _payments, _coalitions, _leaving):
        section(sharing, page)
    page.bullets(text("Notes"), _notes(sharing, language))


def _named(group: Iterable[str]) -> str:
    return ", ".join(sorted(group))


def _unit(sharing: Sharing) -> tuple[float, str]:
    return money_unit(sharing.alone_usd.values(), sharing.inputs.scenario.finance.currency)


def _answer(sharing: Sharing, language: Language) -> list[str]:
    """Say what all save together, whether anybody does better alone, and by which division."""
    text, core, currency = language.text, sharing.core, sharing.inputs.scenario.finance.currency
    if sharing.infeasible:
        named = language.few([_named(each.members) for each in sharing.infeasible], NAMED)
        return [text("Nothing can be divided: what is required cannot be served by {groups}.", groups=named)]
    if sharing.game is None or core is None:
        return [text("Nothing can be divided yet: not every coalition is known.")]
    saved = sharing.game.value(sharing.game.whole)
    said = [
        text(
            "Together the members save {saved}: {alone} alone, {together} together, with what stays unserved.",
            saved=language.money(saved, currency),
            alone=language.money(sum(sharing.alone_usd.values()), currency),
            together=language.money(sharing.whole.total_usd, currency),
        )
    ]
    if core.is_empty:
        named = language.few([_named(group) for group in core.balanced], NAMED)
        said.append(text("However that is divided, some group does better alone: {groups}.", groups=named))
    elif sharing.game.is_complete:
        said.append(text("It can be divided so that no member and no group does better alone."))
    else:
        said.append(
            text("No blocking coalition found ({count} tried).", count=language.number(len(sharing.coalitions)))
        )
    return [*said, *_by_shapley(sharing, language)]


def _by_shapley(sharing: Sharing, language: Language) -> list[str]:
    shapley, currency = sharing.shapley, sharing.inputs.scenario.finance.currency
    blocked = {} if shapley is None else sharing.blocked(shapley)
    if not blocked or (sharing.core is not None and sharing.core.is_empty):
        return []
    group, usd = next(iter(blocked.items()))
    return [
        language.text(
            "By the Shapley value {group} would do better alone, by {usd}; by the nucleolus nobody would.",
            group=_named(group), usd=language.money(usd, currency),
        )
    ]  # fmt: skip


def _members(sharing: Sharing, page: Page) -> None:
    """Print what each member bears alone and with all, and what it gains by each division."""
    text, column, (factor, unit) = page.language.text, page.language.column, _unit(sharing)
    several = len(sharing.inputs.scenario.years) > 1
    page.heading(
        text("What each member bears and gains ({unit}, all years, discounted)", unit=unit)
        if several
        else text("What each member bears and gains ({unit} a year)", unit=unit)
    )
    members, whole = list(sharing.members), sharing.whole
    shapley, nucleolus, shares = sharing.shapley or {}, sharing.nucleolus or {}, sharing.division or {}
    rows = {
        text("alone"): [sharing.alone_usd[each] for each in members],
        text("pays\nin plan"): [whole.paid_usd.get(each, 0.0) for each in members],
        text("penalty\nin plan"): [whole.left_usd.get(each, 0.0) for each in members],
        text("gains by\nShapley"): [shapley.get(each, float("nan")) for each in members],
        text("by the\nnucleolus"): [nucleolus.get(each, float("nan")) for each in members],
        text("bears\nthen"): [sharing.alone_usd[each] - shares.get(each, float("nan")) for each in members],
    }
    columns: list[Column] = [(text("member"), [*members, text("all")])]
    columns += [(head, column([usd / factor for usd in [*values, sum(values)]])) for head, values in rows.items()]
    page.table(columns)
    page.say(
        text(
            "Alone: money and penalty of the member by itself, with the sites of non-members as far as outsiders leave"
            " them. Bears then: alone, less its gain by the division that the payments settle."
        )
    )
    if sharing.sampled is not None:
        half = max(sharing.sampled.half_width.values())
        page.say(
            text(
                "The Shapley value is estimated from {count} orders of joining: 95 % of such estimates lie within"
                " {half} of it for every single member.",
                count=page.language.number(2 * sharing.sampled.orders),
                half=page.language.money(half, sharing.inputs.scenario.finance.currency),
            )
        )


def _keys(sharing: Sharing, page: Page) -> None:
    """Print what each gains where all is paid by a key, and who would leave."""
    text, language, (factor, unit) = page.language.text, page.language, _unit(sharing)
    if not sharing.keys:
        return
    page.heading(text("Gains if all is paid in proportion to ({unit})", unit=unit))
    words = {
        "demand": text("demand"), "population": text("population"), "gdp": text("GDP"), "capex": text("capital built"),
    }  # fmt: skip
    columns: list[Column] = [(text("member"), [*sharing.members, text("leave")])]
    for name, shares in sharing.keys.items():
        leave = next(iter(sharing.blocked(shares)), None)
        cells = language.column([shares[member] / factor for member in sharing.members])
        columns.append((words[name], [*cells, NONE if leave is None else "+".join(sorted(leave))]))
    page.table(columns)


def _payments(sharing: Sharing, page: Page) -> None:
    text, (factor, unit) = page.language.text, _unit(sharing)
    if not sharing.payments:
        return
    page.heading(text("Payments that settle it ({unit})", unit=unit))
    columns = [
        (text("from"), [each.payer for each in sharing.payments]),
        (text("to"), [each.payee for each in sharing.payments]),
        (text("amount"), page.language.column([each.usd / factor for each in sharing.payments])),
    ]
    page.table(columns, left=(0, 1))


def _coalitions(sharing: Sharing, page: Page) -> None:
    """Print what coalitions cost and save, those that save most first."""
    assert sharing.game is not None
    text, column, (factor, unit) = page.language.text, page.language.column, _unit(sharing)
    game = sharing.game
    page.heading(text("What coalitions save ({unit})", unit=unit))
    groups = sorted(sharing.coalitions, key=lambda group: (-game.value(group), len(group), sorted(group)))
    found = [sharing.coalitions[group] for group in groups]
    columns = [
        (text("coalition"), ["+".join(each.members) for each in found]),
        (text("cost"), column([each.cost_usd / factor for each in found])),
        (text("penalty"), column([each.penalty_usd / factor for each in found])),
        (text("saves"), column([game.value(group) / factor for group in groups])),
    ]
    page.table(columns, rest="")


def _leaving(sharing: Sharing, page: Page) -> None:
    """Print what the others lose if one leaves."""
    assert sharing.game is not None
    text, (factor, unit), game = page.language.text, _unit(sharing), sharing.game
    rests = {member: game.whole - {member} for member in sharing.members}
    if len(sharing.members) < 3 or not all(group in game.values for group in rests.values()):
        return
    page.heading(text("If one member leaves ({unit})", unit=unit))
    shapley = sharing.shapley or {}
    lost = {member: game.value(game.whole) - shapley[member] - game.value(rests[member]) for member in sharing.members}
    columns = [
        (text("leaves"), list(sharing.members)),
        (text("it gives up"), page.language.column([shapley[each] / factor for each in sharing.members])),
        (text("the others\nlose"), page.language.column([lost[each] / factor for each in sharing.members])),
    ]
    page.table(columns)


def _notes(sharing: Sharing, language: Language) -> list[str]:
    text, scenario = language.text, sharing.inputs.scenario
    said = [
        text(
            "Floors and duties to host are left out on all sides, links and markets are open to every coalition, and"
            " sites of members outside it are closed."
        )
    ]
    if scenario.limits.capex_usd is not None or scenario.limits.carbon_kg is not None or scenario.limits.sites:
        said.append(text("The limits of the whole plan hold for every coalition as they are written."))
    silent = [member for member in sharing.members if not _asks(sharing, member)]
    if silent:
        said.append(
            text("These members ask for nothing, and gain by what they host: {members}.", members=", ".join(silent))
        )
    if sharing.shrinking:
        one, other, lost = sharing.shrinking[0]
        said.append(
            text(
                "Not superadditive: {one} and {other} save less together than apart, by {lost}, for each alone has the"
                " links and the sites of non-members to itself.",
                one=_named(one),
                other=_named(other),
                lost=language.money(lost, scenario.finance.currency),
            )
        )
    return said


def _asks(sharing: Sharing, member: str) -> bool:
    from planner.studies.alterations import home_of

    rows = sharing.inputs.demand.demands
    workloads = sharing.inputs.demand.workloads
    return any(home_of(sharing.inputs, row.origin) == member and not workloads[row.workload].is_background
               for row in rows)  # fmt: skip
