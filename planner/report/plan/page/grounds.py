"""What the plan stands on: how sure its inputs are, where they come from, how it was solved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.errors import few_alike
from planner.files.reading.text import display
from planner.plan.runs import lay_out
from planner.report.language.figures import NONE
from planner.report.language.rules import objective_words
from planner.report.plan.facts.answer import PROVED
from planner.report.plan.facts.records import KINDS, Used
from planner.report.plan.page.decisions import sureness_word
from planner.report.plan.voice import PlanText
from planner.report.web.blocks import PageCell, PageColumn, web_address, words
from planner.studies.survey.warnings import find_warnings

if TYPE_CHECKING:
    from datetime import datetime

    from planner.errors import Fault
    from planner.report.plan.facts.answer import Reached
    from planner.report.web.blocks import PageTable

SURE = ("verified", "estimated", "assumed", None)


def cost_sureness(voice: PlanText) -> list[str]:
    """Say which share of the cost rests on records that are not verified."""
    language, sums = voice.language, voice.digest.cost_by_confidence
    whole = sum(sums.values())
    if not whole:
        return []
    unsure = whole - sums.get("verified", 0.0)
    parts = [
        language.text(
            "{share} {confidence}",
            share=language.percentage(sums[confidence] / whole),
            confidence=sureness_word(voice, confidence),
        )
        for confidence in SURE
        if sums.get(confidence)
    ]
    return [
        language.text(
            "{share} of the cost rests on records that are not verified: {parts}.",
            share=language.percentage(unsure / whole),
            parts=language.listed(parts),
        )
    ]


def records(voice: PlanText) -> PageTable | None:
    """Return how many records of each kind the plan rests on, by how sure they are."""
    language = voice.language
    used = voice.digest.records
    counts: Counter[tuple[str, str | None]] = Counter((each.kind, each.record.confidence) for each in used)
    counts.update(("", each.record.confidence) for each in used)
    kinds = [kind for kind in KINDS if any(counts[kind, confidence] for confidence in SURE)]
    names = _kinds(voice)
    rows = [*kinds, ""]
    columns = [
        words(language.text("Records"), [*(names[kind] for kind in kinds), language.text("All")]),
        *(
            PageColumn(sureness_word(voice, confidence), [_count(voice, counts[kind, confidence]) for kind in rows])
            for confidence in SURE
        ),
        PageColumn(
            language.text("All"),
            [_count(voice, sum(counts[kind, confidence] for confidence in SURE)) for kind in rows],
        ),
    ]
    caption = language.text("Records that the plan rests on, by how sure they are")
    return voice.table(caption, columns, summed=True) if used else None


def _kinds(voice: PlanText) -> dict[str, str]:
    language = voice.language
    return {
        "demand": language.text("Demands"),
        "workload": language.text("Workloads"),
        "residency": language.text("Rules of residency"),
        "transit": language.text("Rules of transit"),
        "site": language.text("Sites in use or built"),
        "link": language.text("Links in use or built"),
        "project": language.text("Projects built"),
    }


def _count(voice: PlanText, count: int) -> str:
    return voice.language.number(count) if count else NONE


def remarks(voice: PlanText) -> PageTable | None:
    """Return the remarks that the records carry: what an author wanted readers to know."""
    language = voice.language
    noted = [each for each in voice.digest.records if each.record.note]
    kinds = _kinds(voice)
    columns = [
        words(language.text("Record"), [_called(voice, each) for each in noted]),
        words(language.text("Kind"), [kinds[each.kind] for each in noted]),
        words(language.text("Confidence"), [sureness_word(voice, each.record.confidence) for each in noted]),
        words(language.text("Source"), [each.record.source or NONE for each in noted]),
        words(language.text("Remark"), [each.record.note or "" for each in noted]),
    ]
    return voice.table(language.text("Remarks in the files on what the plan rests on"), columns, rows=60)


def _called(voice: PlanText, used: Used) -> PageCell:
    if used.kind in ("site", "link", "project"):
        return voice.asset(used.kind, used.key)
    return PageCell(voice.workload(used.key) if used.kind == "workload" else used.key)


def sources(voice: PlanText) -> PageTable | None:
    """Return the sources of the records used, with their addresses."""
    language, found = voice.language, voice.digest.sources
    columns = [
        words(language.text("Source"), [PageCell(language.name(source, key), key) for key, source, _ in found]),
        words(language.text("Publisher"), [source.publisher or source.author or NONE for _, source, _ in found]),
        words(language.text("Published"), [str(source.year) if source.year else NONE for _, source, _ in found]),
        PageColumn(language.text("Records"), [language.number(count) for *_, count in found]),
        words(
            language.text("Address"),
            [PageCell(source.url or NONE, href=web_address(source.url)) for _, source, _ in found],
        ),
    ]
    return voice.table(language.text("Sources"), columns, rows=None)


def solving(voice: PlanText, written: datetime | None) -> list[tuple[str, list[str]]]:
    """Return how the plan was found: labels with what there is to say."""
    return [(label, [text for text in texts if text]) for label, texts in _solving(voice, written) if any(texts)]


def _solving(voice: PlanText, written: datetime | None) -> Iterator[tuple[str, list[str]]]:
    language, plan, inputs = voice.language, voice.plan, voice.inputs
    yield language.text("Scenario"), [inputs.scenario.id]
    yield language.text("Variant"), [inputs.variant or ""]
    yield language.text("Overrides"), list(inputs.overrides)
    yield language.text("Status"), [status_word(voice)]
    if plan.status.has_plan:
        yield language.text("Objectives"), [_stage(voice, each) for each in voice.digest.reached]
    yield language.text("Solver"), [voice.digest.solver]
    rounds = language.texts("{count} round", "{count} rounds", plan.rounds)
    paths = language.texts("{count} path generated", "{count} paths generated", plan.paths_generated)
    yield language.text("Work"), [rounds, paths, language.quantity(plan.seconds, "s")]
    if written is not None:
        yield language.text("Written"), [language.date(written)]
    versions = [f"{name} {version}" for name, version in plan.versions.items() if version]
    yield language.text("Versions"), [", ".join(versions)]


def status_word(voice: PlanText) -> str:
    """Return the status in a word."""
    language = voice.language
    return {
        Status.OPTIMAL: language.text("optimal"),
        Status.FEASIBLE: language.text("feasible, not proved optimal"),
        Status.INFEASIBLE: language.text("infeasible"),
        Status.UNBOUNDED: language.text("unbounded"),
        Status.LIMIT: language.text("stopped at a limit"),
        Status.ERROR: language.text("error"),
    }[voice.plan.status]


def _stage(voice: PlanText, reached: Reached) -> str:
    """Say what an objective reached, and its proved bound."""
    language = voice.language
    return language.text(
        "{objective}: {value}, bound {bound}, gap {gap}",
        objective=objective_words(language, reached.name).sought,
        value=_amount(voice, reached, reached.value),
        bound=_amount(voice, reached, reached.bound),
        gap=language.percentage(0.0 if reached.gap <= PROVED else reached.gap),
    )


def _amount(voice: PlanText, reached: Reached, value: float) -> str:
    if reached.name == "cost" or not isfinite(value):
        return voice.money(value)
    return voice.language.quantity(value, reached.unit, 6)


def warnings(voice: PlanText) -> PageTable | None:
    """Return what looks wrong in the topology, the gravest first; of one kind ten, then how many more there are."""
    language, found = voice.language, find_warnings(voice.inputs)
    listed = few_alike(found)
    shown = [fault for fault, _ in listed]
    columns = [
        words(language.text("File"), [_place(voice, fault) for fault in shown]),
        words(language.text("Record"), [fault.where for fault in shown]),
        words(
            language.text("What looks wrong"),
            [PageCell(voice.said(fault.what), _alike(voice, more)) for fault, more in listed],
        ),
        words(language.text("What would be right"), [voice.said(fault.right) for fault in shown]),
    ]
    caption = language.texts(
        "{count} warning about the topology: it may be so, and looks wrong",
        "{count} warnings about the topology: it may be so, and looks wrong",
        len(found),
    )
    return voice.table(caption, columns, rows=None)


def _place(voice: PlanText, fault: Fault) -> str:
    """Return file and line, the file by its name in the run."""
    read = voice.inputs.files
    names, _ = lay_out([file.path for file in read])
    called = dict(zip((display(file.path) for file in read), map(str, names), strict=True))
    return f"{called.get(fault.place.file, fault.place.file)}:{fault.place.line}"


def _alike(voice: PlanText, count: int) -> str:
    if not count:
        return ""
    return voice.language.texts("and {count} more of this kind", "and {count} more of this kind", count)


def files(voice: PlanText) -> PageTable | None:
    """Return the files that were read, with their fingerprints."""
    language, read = voice.language, voice.inputs.files
    names, _ = lay_out([file.path for file in read])
    roles = {
        "scenario": language.text("Scenario"),
        "topology": language.text("Topology"),
        "demand": language.text("Demand"),
        "table": language.text("Table of demands"),
    }
    columns = [
        words(language.text("File"), [str(name) for name in names]),
        words(language.text("Role"), [roles[file.role] for file in read]),
        words("SHA-256", [file.sha256 for file in read]),
    ]
    return voice.table(language.text("Files that were read"), columns, rows=None)
