"""Rules of a policy in words: who may work where, over whose soil, and who may own what is built."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.policy import RULE_LISTS, ForeignStake, ResidencyRule, ShareRule, TransitRule
from planner.report.language.figures import NONE

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.policy import Policy, WorkRule
    from planner.records import Record
    from planner.report.comparison.names import PlainNames
    from planner.report.language.speech import Language

SECTIONS = {f"policy.{name}": name for name in RULE_LISTS}
"""Sections of what is asked differently that hold rules."""


def find_rule(policy: Policy, section: str, key: str) -> Record | None:
    """Return the rule of a section by its id, or by its number where it has none; None where there is none."""
    for number, rule in enumerate(getattr(policy, SECTIONS[section]), 1):
        if key in (rule.id, str(number)):
            return rule  # type: ignore[no-any-return]
    return None


@dataclass(frozen=True)
class RuleWriter:
    """Says rules in a language; records are called as the names say."""

    language: Language
    names: PlainNames

    def change(self, inputs: Sequence[Inputs], row: Mapping[Hashable, Any]) -> tuple[str, str, str]:
        """Return what is asked differently in a row of changes, before and after; a rule that came or went in words."""
        section, key = str(row["section"]), str(row["key"])
        sides = [row["before"] or NONE, row["after"] or NONE]
        if section not in SECTIONS or row["field"]:
            return path_of(section, key, str(row["field"])), sides[0], sides[1]
        rules = [find_rule(each.scenario.policy, section, key) for each in inputs]
        before, after = (raw if rule is None else self.say(rule) or raw for rule, raw in zip(rules, sides, strict=True))
        return self.language.text("rule {rule}", rule=self.language.isolated(key)), before, after

    def say(self, rule: Record) -> str | None:
        """Return a rule in words; None for one of a sort that there are no words for."""
        if isinstance(rule, ResidencyRule):
            return self._residency(rule)
        if isinstance(rule, TransitRule):
            return self.language.text(
                "Paths of {origins} cross none of {countries}",
                origins=self._origins(rule.origin), countries=self._listed(map(self.names.country, rule.avoid)),
            )  # fmt: skip
        if isinstance(rule, ShareRule):
            return self._share(rule)
        if isinstance(rule, ForeignStake):
            return self.language.text(
                "At most {share} of what is built in {country} belongs to others",
                share=self.language.percentage(rule.max), country=self.names.country(rule.country),
            )  # fmt: skip
        return None

    def _residency(self, rule: ResidencyRule) -> str:
        text, fields = self.language.text, self._work(rule)
        if rule.hosts == "home":
            said = text("{work} of {origins}: only at home", **fields)
        elif rule.hosts == "any":
            said = text("{work} of {origins}: anywhere", **fields)
        else:
            said = text("{work} of {origins}: only in {hosts}", hosts=self._hosts(rule.hosts), **fields)
        if any(fee for _, fee in rule.fee_usd_per_pflops.points):
            said = text("{rule}, for a fee abroad", rule=said)
        if rule.premium:
            said = text("{rule}, {share} dearer abroad", rule=said, share=self.language.percentage(rule.premium))
        return said

    def _share(self, rule: ShareRule) -> str:
        text, fields = self.language.text, self._work(rule)
        fields["share"] = self.language.percentage(rule.at_least)
        if rule.hosts == "home":
            return text("{work} of {origins}: at least {share} at home", **fields)
        if rule.hosts == "members":
            return text("{work} of {origins}: at least {share} in members' countries", **fields)
        return text("{work} of {origins}: at least {share} in {hosts}", hosts=self._hosts(rule.hosts), **fields)

    def _work(self, rule: WorkRule) -> dict[str, str]:
        """Return which work a rule speaks of, and whose."""
        text = self.language.text
        if rule.data:
            work = text("{kinds} data", kinds=self._listed(rule.data))
        elif rule.workload:
            work = self._listed(map(self.names.workload, rule.workload))
        else:
            work = text("all work")
        return {"work": work, "origins": self._origins(rule.origin)}

    def _origins(self, origins: Sequence[str] | None) -> str:
        return self._listed(map(self.names.country, origins)) if origins else self.language.text("everybody")

    def _hosts(self, hosts: Sequence[str]) -> str:
        """Return countries by their names, sites by theirs, groups by their ids."""
        return self._listed(
            self.names.site(host.removeprefix("site:")) if host.startswith("site:")
            else host.removeprefix("group:") if ":" in host
            else self.names.country(host)
            for host in hosts
        )  # fmt: skip

    def _listed(self, parts: Iterable[str]) -> str:
        return self.language.joined(map(self.language.isolated, parts))


def path_of(section: str, key: str, field: str) -> str:
    """Return the dotted path of a change."""
    return ".".join(part for part in (section if section != "scenario" else "", key, field) if part)
