"""What the plan stands on: how sure its inputs are, where they come from, how it was solved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from planner.errors import few_alike
from planner.files.reading.text import display
from planner.plan.runs import lay_out
from planner.report.language.figures import NONE
from planner.report.language.rules import objective_words, status_word
from planner.report.plan.facts.records import KINDS, UsedRecord
from planner.report.plan.plan_text import PlanText
from planner.report.plan.sentences import CONFIDENCES, confidence_word, work
from planner.report.web.blocks import PageCell, PageColumn, web_address, words
from planner.studies.survey.warnings import find_warnings

if TYPE_CHECKING:
    from datetime import datetime

    from planner.errors import Fault
    from planner.report.plan.facts.answer import ReachedObjective
    from planner.report.web.blocks import PageTable


def cost_confidence(plan_text: PlanText) -> list[str]:
    """Say which share of the cost rests on records that are not verified."""
    language, sums = plan_text.language, plan_text.digest.cost_by_confidence
    whole = sum(sums.values())
    if not whole:
        return []
    unsure = whole - sums.get("verified", 0.0)
    parts = [
        language.text(
            "{share} {confidence}",
            share=language.percentage(sums[confidence] / whole),
            confidence=confidence_word(language, confidence),
        )
        for confidence in CONFIDENCES
        if sums.get(confidence)
    ]
    return [
        language.text(
            "{share} of the cost rests on records that are not verified: {parts}.",
            share=language.percentage(unsure / whole),
            parts=language.listed(parts),
        )
    ]


def records(plan_text: PlanText) -> PageTable | None:
    """Return how many records of each kind the plan rests on, by how sure they are."""
    language = plan_text.language
    used = plan_text.digest.records
    counts: Counter[tuple[str, str | None]] = Counter((each.kind, each.record.confidence) for each in used)
    counts.update(("", each.record.confidence) for each in used)
    kinds = [kind for kind in KINDS if any(counts[kind, confidence] for confidence in CONFIDENCES)]
    names = _kinds(plan_text)
    rows = [*kinds, ""]
    columns = [
        words(language.text("Records"), [*(names[kind] for kind in kinds), language.text("All")]),
        *(
            PageColumn(
                confidence_word(language, confidence), [_count(plan_text, counts[kind, confidence]) for kind in rows]
            )
            for confidence in CONFIDENCES
        ),
        PageColumn(
            language.text("All"),
            [_count(plan_text, sum(counts[kind, confidence] for confidence in CONFIDENCES)) for kind in rows],
        ),
    ]
    caption = language.text("Records that the plan rests on, by how sure they are")
    return plan_text.table(caption, columns, summed=True) if used else None


def _kinds(plan_text: PlanText) -> dict[str, str]:
    language = plan_text.language
    return {
        "demand": language.text("Demands"),
        "workload": language.text("Workloads"),
        "background": language.text("Traffic of everybody else"),
        "residency": language.text("Rules of residency"),
        "transit": language.text("Rules of transit"),
        "site": language.text("Sites in use or built"),
        "link": language.text("Links in use or built"),
        "project": language.text("Projects built"),
    }


def _count(plan_text: PlanText, count: int) -> str:
    return plan_text.language.number(count) if count else NONE


def remarks(plan_text: PlanText) -> PageTable | None:
    """Return the remarks that the records carry: what an author wanted readers to know."""
    language = plan_text.language
    noted = [each for each in plan_text.digest.records if each.record.note]
    kinds = _kinds(plan_text)
    columns = [
        words(language.text("Record"), [_called(plan_text, each) for each in noted]),
        words(language.text("Kind"), [kinds[each.kind] for each in noted]),
        words(language.text("Confidence"), [confidence_word(language, each.record.confidence) for each in noted]),
        words(language.text("Source"), [each.record.source or NONE for each in noted]),
        words(language.text("Remark"), [each.record.note or "" for each in noted]),
    ]
    return plan_text.table(language.text("Remarks in the files on what the plan rests on"), columns, rows=60)


def _called(plan_text: PlanText, used: UsedRecord) -> PageCell:
    if used.kind in ("site", "link", "project"):
        return plan_text.asset(used.kind, used.key)
    return PageCell(plan_text.workload(used.key) if used.kind == "workload" else used.key)


def sources(plan_text: PlanText) -> PageTable | None:
    """Return the sources of the records used, with their addresses."""
    language, found = plan_text.language, plan_text.digest.sources
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
    return plan_text.table(language.text("Sources"), columns, rows=None)


def solving(plan_text: PlanText, written: datetime | None) -> list[tuple[str, list[str]]]:
    """Return how the plan was found: labels with what there is to say."""
    return [(label, [text for text in texts if text]) for label, texts in _solving(plan_text, written) if any(texts)]


def _solving(plan_text: PlanText, written: datetime | None) -> Iterator[tuple[str, list[str]]]:
    language, plan, inputs = plan_text.language, plan_text.plan, plan_text.inputs
    yield language.text("Scenario"), [inputs.scenario.id]
    yield language.text("Variant"), [inputs.variant or ""]
    yield language.text("Overrides"), list(inputs.overrides)
    yield language.text("Status"), [status_word(plan.status, language)]
    if plan.status.has_plan:
        yield language.text("Objectives"), [_stage(plan_text, each) for each in plan_text.digest.reached]
    yield language.text("Solver"), [plan_text.digest.solver]
    yield language.text("Work"), [*work(plan_text), language.quantity(plan.seconds, "s")]
    if written is not None:
        yield language.text("Written"), [language.date(written)]
    versions = [f"{name} {version}" for name, version in plan.versions.items() if version]
    yield language.text("Versions"), [", ".join(versions)]


def _stage(plan_text: PlanText, reached: ReachedObjective) -> str:
    """Say what an objective reached, and its proved bound."""
    language = plan_text.language
    return language.text(
        "{objective}: {value}, bound {bound}, gap {gap}",
        objective=objective_words(language, reached.name).sought,
        value=_amount(plan_text, reached, reached.value),
        bound=_amount(plan_text, reached, reached.bound),
        gap=language.gap(reached.gap),
    )


def _amount(plan_text: PlanText, reached: ReachedObjective, value: float) -> str:
    if reached.name == "cost" or not isfinite(value):
        return plan_text.money(value)
    return plan_text.language.quantity(value, reached.unit, 6)


def warnings(plan_text: PlanText) -> PageTable | None:
    """Return what looks wrong in the topology, the gravest first; of one kind ten, then how many more there are."""
    language, found = plan_text.language, find_warnings(plan_text.inputs)
    listed = few_alike(found)
    shown = [fault for fault, _ in listed]
    columns = [
        words(language.text("File"), [_place(plan_text, fault) for fault in shown]),
        words(language.text("Record"), [fault.where for fault in shown]),
        words(
            language.text("What looks wrong"),
            [PageCell(plan_text.translated(fault.what), _alike(plan_text, more)) for fault, more in listed],
        ),
        words(language.text("What would be right"), [plan_text.translated(fault.right) for fault in shown]),
    ]
    caption = language.texts(
        "{count} warning about the topology: it may be so, and looks wrong",
        "{count} warnings about the topology: it may be so, and looks wrong",
        len(found),
    )
    return plan_text.table(caption, columns, rows=None)


def _place(plan_text: PlanText, fault: Fault) -> str:
    """Return file and line, the file by its name in the run."""
    read = plan_text.inputs.files
    names, _ = lay_out([file.path for file in read])
    called = dict(zip((display(file.path) for file in read), map(str, names), strict=True))
    return f"{called.get(fault.place.file, fault.place.file)}:{fault.place.line}"


def _alike(plan_text: PlanText, count: int) -> str:
    if not count:
        return ""
    return plan_text.language.texts("and {count} more of this kind", "and {count} more of this kind", count)


def files(plan_text: PlanText) -> PageTable | None:
    """Return the files that were read, with their fingerprints."""
    language, read = plan_text.language, plan_text.inputs.files
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
    return plan_text.table(language.text("Files that were read"), columns, rows=None)
