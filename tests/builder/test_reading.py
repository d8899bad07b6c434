"""A spec is read with all its faults at once, each with its place and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.village import SPEC, read_spec, write_spec
from planner.builder.reading import load_spec
from planner.errors import InputError, UsageError


def faults_of(folder: Path, text: str, *overrides: str) -> list[str]:
    """Return the faults of a spec, without the name of its file."""
    with pytest.raises(InputError) as caught:
        read_spec(folder, text, *overrides)
    return [f"{fault.place.line}:{fault.place.column}: {str(fault).split(': ', 1)[1]}" for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("KZ:", "KX:", "5:3: countries.KX: no country has the code 'KX'"),
        (
            "KZ:\n    population: 1 M people",
            "QM:",
            "countries.QM: the table has no country 'QM': write 'population: 5 M people'",
        ),
        ("KZ:", "Kazakhstan:", "'Kazakhstan' is no country code: did you mean 'KZ'?"),
        ("adults: 0.6", "adult: 0.6", "countries.KZ.adult: unknown key: did you mean 'adults'?"),
        ("adults: 0.6", "adults: 62", "'62' is out of range: write 0 or more, up to 1"),
        (
            "1 M people",
            "1 M",
            "countries.KZ.population: '1 M' is not a number of people: write for example '20.9e6 people'",
        ),
        ("1 M people", "1000000", "'1000000' has no unit: write for example '1000000 people'"),
        ("tokens: chat-tokens", "tokens: 15000", "services.chat.tokens: '15000' has no unit"),
        (
            "tokens: chat-tokens",
            "tokens: chat-token",
            "no coefficient of tokens_per_day 'chat-token': did you mean 'chat-tokens'?",
        ),
        ("tokens: chat-tokens, ", "", "services.chat.tokens: is missing, for text: write 'tokens: ...'"),
        ("model: plain", "model: plane", "services.chat.model: there is no model 'plane': did you mean 'plain'?"),
        ("work: text", "work: txt", "'txt' is unknown: did you mean 'text'?"),
        ("active: 10e9 params", "active: 10e9", "'10e9' has no unit: write for example '10e9 params'"),
        ("regional_share: 0.5", "regional_share: opn", "'opn' is unknown: did you mean 'open'?"),
        ("regional_share: 0.5", "source: nobody", "there is no source 'nobody'"),
        (
            "online: 1",
            "languages: {xx: {share: 1}}",
            "countries.KZ.languages.xx: has no penalty in the table: write 'penalty: 1.5'",
        ),
        ("online: 1", "languages: {kk: {share: 0.7}, ru: {share: 0.7}}", "has shares of more than 1 in all"),
        ("online: 1", "access: {fiber: 0.7}", "there is no class of access 'fiber': did you mean 'fibre'?"),
        ("online: 1", "access: {fibre: 0.7, 4g: 0.7}", "has shares of 1.4: write shares of 1 or less in all"),
        ("online: 1", "access: {fibre: rest, 4g: rest}", "says 'rest' twice: let one class take the rest"),
        ("growth: token-growth", "growth: {value: 1.2, range: 3}", "services.chat.growth.range: is no range"),
        ("growth: token-growth", "growth: {value: 1.2, range: [1.3, 1.4]}", "1.2 is not between 1.3 and 1.4"),
        ("utilisation: 0.1", "utilisation: 0", "'0' is out of range: write more than 0, up to 1"),
        ("demand_spec: village\n", "", "demand_spec: is missing: write 'demand_spec: ID' at the head of the file"),
    ],
)
def test_a_wrong_word_is_told_with_its_place_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    assert old in SPEC
    found = faults_of(tmp_path, SPEC.replace(old, new, 1))
    assert any(words in fault for fault in found), found


def test_faults_are_told_all_at_once(tmp_path: Path) -> None:
    text = SPEC.replace("0.6", "62").replace("plain,", "plane,").replace("0.5\n", "opn\n")
    found = faults_of(tmp_path, text)
    assert [fault.split(": ")[1] for fault in found] == [
        "countries.KZ.adults",
        "services.chat.model",
        "regional_share",
    ]


def test_what_a_country_lacks_in_the_table_is_named_with_an_example(tmp_path: Path) -> None:
    """Kosovo's people are known, nothing else."""
    text = SPEC.replace("KZ:", "XK:").replace("    online: 1\n", "").replace("    adults: 0.6\n", "")
    assert faults_of(tmp_path, text) == [
        "5:3: countries.XK.adults: is missing: the table of countries has none for XK: write 'adults: 0.6'",
        "5:3: countries.XK.online: is missing: the table of countries has none for XK: write 'online: 0.5'",
    ]


def test_a_job_names_a_country_of_the_spec_and_has_what_its_kind_needs(tmp_path: Path) -> None:
    text = SPEC + "jobs:\n  one: {kind: rl, origin: KG, count: 1, days: 90, active: 7e9 params, tokens: 1 B tokens}\n"
    found = faults_of(tmp_path, text)
    assert "jobs.one.origin: there is no country of the spec 'KG'" in found[0]
    negative = text.replace("count: 1", "count: {2026: -1}")
    assert any(
        "jobs.one.count.2026: '-1' is out of range: write 0 or more" in each for each in faults_of(tmp_path, negative)
    )
    assert "jobs.one.days: '90' has no unit: write for example '90 days'" in found[1]
    assert (
        "jobs.one.generated: is missing, for rl"
        in faults_of(tmp_path, text.replace("90,", "90 days,").replace("KG", "KZ"))[0]
    )


def test_a_job_counts_in_no_service(tmp_path: Path) -> None:
    job = "  one: {kind: hpc, workload: chat, origin: KZ, count: 1, days: 9 days, flop: 1 EFLOP}\n"
    assert "'chat' is a service: name another workload" in faults_of(tmp_path, f"{SPEC}jobs:\n{job}")[0]


def test_a_list_is_no_workload(tmp_path: Path) -> None:
    job = "  one: {kind: hpc, workload: [a], origin: KZ, count: 1, days: 9 days, flop: 1 EFLOP}\n"
    assert "jobs.one.workload: is a list: write one value" in faults_of(tmp_path, f"{SPEC}jobs:\n{job}")[0]


def test_own_coefficients_keep_the_order_and_the_unit_of_the_tables(tmp_path: Path) -> None:
    found = faults_of(
        tmp_path,
        f"{SPEC}coefficients:\n  undercount: {{base: 3, low: 4}}\n  chat-tokens: {{base: 3}}\n  new: {{low: 1}}\n",
    )
    assert "coefficients.undercount.base: 3 is not between 4 and 3" in found[0]
    assert "coefficients.chat-tokens.base: '3' has no unit: write for example '3 tokens/day'" in found[1]
    assert "coefficients.new.base: is missing" in found[2]
    zero = f"{SPEC}coefficients:\n  decode-utilisation: {{base: 0.1, low: 0}}\n"
    assert "coefficients.decode-utilisation.low: is 0" in faults_of(tmp_path, zero)[0]


def test_own_coefficients_stand_in_place_of_the_tables(tmp_path: Path) -> None:
    text = f"{SPEC}coefficients:\n  chat-tokens: {{base: 9 k tokens/day, high: 20 k tokens/day, low: 8 k tokens/day}}\n"
    spec = read_spec(tmp_path, text)
    assert spec.services["chat"].tokens == spec.coefficients["chat-tokens"]
    assert spec.coefficients["chat-tokens"].at(2026) == 9000
    assert spec.coefficients["chat-tokens"].lever == "tokens"


def test_a_value_is_set_by_its_path(tmp_path: Path) -> None:
    spec = read_spec(tmp_path, SPEC, "countries.KZ.adults=0.7", "models.plain.active=5e9 params")
    assert spec.countries["KZ"].adults is not None
    assert spec.countries["KZ"].adults.at(2026) == 0.7
    with pytest.raises(InputError, match=r"--set countries\.KZ\.adults=7: countries\.KZ\.adults: '7' is out of range"):
        read_spec(tmp_path, SPEC, "countries.KZ.adults=7")
    with pytest.raises(UsageError, match="'--set adults' is not of the form path=value"):
        read_spec(tmp_path, SPEC, "adults")


def test_a_file_that_is_not_there_is_told_with_its_neighbour(tmp_path: Path) -> None:
    write_spec(tmp_path)
    with pytest.raises(InputError, match=r"there is no such file: did you mean 'village\.yaml'\?"):
        load_spec(tmp_path / "vilage.yaml")


def test_what_is_no_yaml_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"village\.yaml:1"):
        read_spec(tmp_path, "demand_spec: [")
