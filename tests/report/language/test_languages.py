"""Every sentence of the reports is there in every language, with its fields; names of the shipped places too."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from report.catalogue import (
    LOCALES,
    PLURALS,
    TRANSLATED,
    Message,
    extract_messages,
    missing,
    obsolete,
    read_catalogue,
    write_catalogue,
)

import planner
from planner.report.language.speech import LANGUAGES, NBSP, speak

ROOT = Path(__file__).parents[3]
FORMS = {"zh": 1, "ru": 3, "fr": 2, "ar": 6}
ONE_NUMBER = {"ar": (0, 1, 2)}
"""Forms that stand for one number only, which the words may say themselves: none, one, two."""
SAME = {
    "zh": {"Gbps", "PFLOPS", "PUE", "km", "{used} of {installed}"},
    "ru": {"Gbps", "PFLOPS", "PUE", "km"},
    "ar": {"Gbps", "PFLOPS", "PUE", "km"},
}
"""What has no letters of the language: units, ratios and fractions."""
OWN_LETTERS = {"zh": r"[\u4e00-\u9fff]", "ru": r"[а-яё]", "ar": r"[\u0600-\u06ff]"}
CABLES_NAMED_ALIKE = {
    "Equiano", "SAT-3/WASC", "MainOne", "SEACOM/TGN-Eurasia", "DARE1", "TEAMS", "IMEWE", "Africa-1", "FALCON",
    "Transworld 1",
}  # fmt: skip
"""Cables that are called so everywhere."""


def fields_of(text: str) -> set[str]:
    """Return the names of a sentence's fields."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_sentence_is_translated_and_no_other(code: str) -> None:
    """As `python -m tests.report.catalogue` lists them."""
    assert (missing(code), obsolete(code)) == ([], [])


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_fuzzy(code: str) -> None:
    """A guess is no translation."""
    with (LOCALES / f"{code}.po").open("rb") as file:
        read = read_po(file, locale=code)
    assert [each.id for each in read if each.fuzzy and each.id] == []
    assert not read.obsolete


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_translation_has_the_fields_of_the_english_sentence(code: str) -> None:
    """All of them and no other; a form that stands for one number need not say it."""
    wrong: list[Message] = []
    for message, said in read_catalogue(code).items():
        asked = fields_of(message[-1])
        for form, text in enumerate(said):
            spared = {"count"} if len(message) > 1 and form in ONE_NUMBER.get(code, ()) else set()
            if text and not asked - spared <= fields_of(text) <= asked:
                wrong.append((*message, text))
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_language_has_its_plural_forms(code: str) -> None:
    """As many as it tells apart, all of them written."""
    assert PLURALS[code].startswith(f"nplurals={FORMS[code]};")
    plural = {message: said for message, said in read_catalogue(code).items() if len(message) > 1}
    assert plural
    assert {message: len(said) for message, said in plural.items() if len(said) != FORMS[code]} == {}


@pytest.mark.parametrize("code", OWN_LETTERS)
def test_translations_are_in_the_letters_of_the_language(code: str) -> None:
    """Nothing was left in English, except units and what is only fields."""
    left = [
        message
        for message, said in read_catalogue(code).items()
        for text in said
        if re.search(r"[A-Za-z]{2}", re.sub(r"\{\w+\}|PFLOPS|Gbps", "", message[0]))
        and not re.search(OWN_LETTERS[code], text)
        and message[0] not in SAME[code]
    ]
    assert left == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalogues_are_written_the_same_again(code: str) -> None:
    """Sorted, without dates, places in the code and names of machines."""
    assert (LOCALES / f"{code}.po").read_bytes() == write_catalogue(code, read_catalogue(code))


def test_sentences_are_found_in_code_pages_and_kept_sentences() -> None:
    """One of each."""
    found = extract_messages()
    assert ("site capacity: {asset} is full",) in found
    assert ("operating",) in found
    assert ("{count} round", "{count} rounds") in found
    assert len(found) == len(set(found)) > 300


def test_numbers_and_dates_follow_the_locale() -> None:
    """Arabic has Western digits, as its ministries and cable maps do."""
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    said = {code: (speak(code).number(1459.5, 5), speak(code).date(moment)) for code in LANGUAGES}
    assert said["en"] == ("1,459.5", "November 22, 2026")
    assert said["zh"] == ("1,459.5", "2026年11月22日")
    assert said["ru"] == (f"1{NBSP}459,5", "22 ноября 2026\u202fг.")
    assert said["fr"] == ("1\u202f459,5", "22 novembre 2026")
    assert said["ar"] == ("1,459.5", "22 نوفمبر 2026")


def test_counts_take_the_form_of_their_number() -> None:
    """Two forms in French, whatever newer lists of forms say; three in Russian, six in Arabic."""
    forms = [speak("fr").texts("{count} round", "{count} rounds", n) for n in (0, 1, 2, 1_000_000)]
    assert forms == ["0 tour", "1 tour", "2 tours", "1\u202f000\u202f000 tours"]
    forms = [speak("ru").texts("{count} round", "{count} rounds", n) for n in (1, 2, 5, 21)]
    assert forms == ["1 раунд", "2 раунда", "5 раундов", "21 раунд"]
    forms = [speak("ar").texts("{count} round", "{count} rounds", n) for n in (1, 2, 3, 11, 100)]
    assert forms == ["جولة واحدة", "جولتان", "3 جولات", "11 جولة", "100 جولة"]


@pytest.mark.parametrize("file", ["central-asia.yaml", "2africa.yaml"])
def test_every_shipped_place_has_its_chinese_and_russian_name(file: str) -> None:
    """Nodes, sites, named links, cables, projects and risks."""
    topology = planner.load_topology(ROOT / "topologies" / file)
    records = [
        *topology.nodes.items(),
        *topology.sites.items(),
        *((key, link) for key, link in topology.links.items() if link.name and not link.cable),
        *topology.projects.items(),
        *topology.risks.items(),
        *((key, cable) for key, cable in topology.cables.items() if cable.kind == "submarine" and file[0] == "c"),
    ]
    assert [key for key, record in records if not {"zh", "ru"} <= set(record.names)] == []
    alike = {cable.name for cable in topology.cables.values() if "zh" not in cable.names}
    assert alike <= CABLES_NAMED_ALIKE
    assert {"zh", "ru"} <= set(topology.names)


@pytest.mark.parametrize("file", ["central-asia-2000p.yaml", "2africa.yaml"])
def test_every_shipped_question_has_its_title_in_every_language(file: str) -> None:
    """Scenario and variants; workloads where they have a title."""
    inputs = planner.load_scenario(ROOT / "examples" / file)
    workloads = {key: each for key, each in inputs.demand.workloads.items() if each.title}
    titled = {"": inputs.scenario, **inputs.scenario.variants, **workloads}
    assert [key for key, record in titled.items() if not set(TRANSLATED) <= set(record.names)] == []


@pytest.mark.parametrize("file", ["central-asia.yaml", "2africa.yaml"])
def test_names_are_in_the_letters_of_their_language(file: str) -> None:
    """Chinese names in Chinese characters, Russian ones in Cyrillic, Arabic ones in Arabic."""
    topology = planner.load_topology(ROOT / "topologies" / file)
    records = [*topology.nodes.values(), *topology.sites.values(), *topology.cables.values(), *topology.risks.values()]
    wrong = [
        record.names
        for record in records
        for code, letters in OWN_LETTERS.items()
        if code in record.names and not re.search(letters, record.names[code])
    ]
    assert wrong == []
