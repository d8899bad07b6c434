"""Kept English sentences are read back and said in every language."""

from __future__ import annotations

import re
from string import Formatter

import pytest
import small
from hypothesis import given, settings
from hypothesis import strategies as st
from plan.test_reasons import REASONS

from planner.plan import phrases
from planner.plan.phrase_reading import all_phrases, read_phrase
from planner.plan.templates import Phrase, ReadPhrase
from planner.report.language.phrases import translate
from planner.report.language.speech import LANGUAGES, speak

FOREIGN = [code for code in LANGUAGES if code != "en"]
IDS = st.from_regex(
    r"((site|link|cable|risk):)?[a-z0-9]([a-z0-9_-]{0,8}[a-z])?((--|:)[a-z]{2,5})?|[A-Z]{2}", fullmatch=True
)
SHAPED = {
    "reason": st.just("site capacity: near is full"),
    "kind": st.sampled_from(phrases.KINDS),
    "statuses": st.lists(st.sampled_from(phrases.STATUSES), min_size=1, unique=True).map(", ".join),
    "run": st.sampled_from(["runs/x", "runs/my plan; the first, of two.", "C:\\runs\\x {0}"]),
    "count": st.integers(1, 48),
    "year": st.integers(1900, 2200),
    "currency": st.sampled_from(["USD", "IRR"]),
    "country": st.sampled_from(["KZ", "CN", "XX"]),
    "other": st.sampled_from(["UZ", "RU"]),
}
SHAPED |= dict.fromkeys(("sites", "names", "hosts", "offers"), st.lists(IDS, min_size=1, max_size=3).map(", ".join))
NUMBERS = st.one_of(st.floats(0, 1e7), st.integers(0, 1000), st.floats(0, 1e-3))
COMPOUND = (
    phrases.PART, phrases.REQUIRED, phrases.ALONE, phrases.TOGETHER, phrases.EVEN_THEN, phrases.OTHERS_NOTE,
    phrases.OBSERVED_NOTE,
)  # fmt: skip
SIMPLE = [each for each in all_phrases() if each not in COMPOUND]


@st.composite
def said(draw: st.DrawFn, phrase: Phrase) -> tuple[str, dict[str, str]]:
    """Draw fields for a phrase; return what it says and how each field is written in it."""
    parts = Formatter().parse(phrase.template)
    fields = {name: draw(NUMBERS if spec else SHAPED.get(name, IDS)) for _, name, spec, _ in parts if name}
    written = {name: format(value, phrase.formats[name]) for name, value in fields.items()}
    return phrase.say(**fields), written


def spelled(text: str) -> str:
    """Return a number's digits without what languages write differently."""
    return "".join(each for each in text if each.isdigit())


@pytest.mark.parametrize("phrase", all_phrases(), ids=lambda phrase: phrase.messages[0][:40])
def test_every_phrase_is_read_back_as_it_was_said(phrase: Phrase) -> None:
    """With random ids, years, lists and numbers."""

    @settings(max_examples=15, deadline=None, derandomize=True, database=None)
    @given(said(phrase))
    def check(drawn: tuple[str, dict[str, str]]) -> None:
        text, written = drawn
        assert read_phrase(text) == ReadPhrase(phrase, written)

    check()


@pytest.mark.parametrize("code", FOREIGN)
def test_every_phrase_is_said_in_every_language_with_its_fields(code: str) -> None:
    """Ids stand in it as they are, and the digits of numbers."""
    language = speak(code)

    @settings(max_examples=80, deadline=None, derandomize=True, database=None)
    @given(st.sampled_from(SIMPLE).flatmap(lambda phrase: st.tuples(st.just(phrase), said(phrase))))
    def check(drawn: tuple[Phrase, tuple[str, dict[str, str]]]) -> None:
        phrase, (text, written) = drawn
        found = translate(text, language)
        assert found != text
        for name, spec in phrase.formats.items():
            if spec and "e" not in written[name] and "%" not in written[name]:
                assert spelled(written[name]) in spelled(found)
            elif name not in ("kind", "statuses", "country", "other", "count") and not spec:
                assert all(word in found for word in written[name].split(", "))

    check()


@pytest.mark.parametrize("code", FOREIGN)
def test_compounds_are_said_part_by_part(code: str) -> None:
    """Parts with their PFLOPS, what keeps it from elsewhere, and lists of full limits."""
    language = speak(code)
    clauses = [each for each in SIMPLE if each.messages[0][0].islower() and phrases.ALSO not in each.template]
    clause = st.sampled_from(clauses).flatmap(said).map(lambda x: x[0])
    full = [phrases.SITE_FULL, phrases.NOT_SPLIT, phrases.CAPEX_SPENT, phrases.GROWTH_TOO_DEAR, phrases.SURVIVAL]
    limit = st.sampled_from(full).flatmap(said).map(lambda x: x[0])

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(st.lists(clause, min_size=2, max_size=4), st.lists(limit, min_size=2, max_size=3), IDS)
    def check(clauses: list[str], limits: list[str], site: str) -> None:
        listed = translate(", ".join(limits), language)
        joined = translate("; ".join(clauses), language)
        assert all(translate(each, language) in listed for each in limits)
        assert all(translate(each, language) in joined for each in clauses)
        part = translate(phrases.PART.say(pflops=1234.5, reason=clauses[0]), language)
        assert translate(clauses[0], language) in part
        asked = {"origin": "KZ", "workload": "chat", "node": site, "missing": 1.5, "asked": 2, "unit": "PFLOPS"}
        assert joined in translate(phrases.REQUIRED.say(**asked, reason="; ".join(clauses)), language)

    check()


def test_numbers_are_written_by_the_locale() -> None:
    """Decimal commas, blanks between thousands, signs, shares, and long numbers without exponents."""
    dear = phrases.NOT_WORTH.say(serving_usd=1234567.8, site="far", leaving_usd=1000)
    assert "1\u00a0234\u00a0568" in translate(dear, speak("ru"))
    assert "1\u202f234\u202f568" in translate(dear, speak("fr"))
    assert "1,234,568" in translate(dear, speak("ar"))
    assert "12,0" in translate(phrases.RESIDENCY_KEEPS_NEAR.say(site="far", rtt_ms=12.0), speak("fr"))
    assert "+12" in translate(phrases.FAR_APART.say(percent=12.3), speak("ru"))
    assert "-12" in translate(phrases.FAR_APART.say(percent=-12.3), speak("zh"))
    assert "123,500" in translate(phrases.MORE_COMPUTE.say(site="far", amount=123500), speak("zh"))
    assert "0,0000123" in translate(phrases.MORE_COMPUTE.say(site="far", amount=1.23e-5), speak("fr"))
    assert "?" in translate(phrases.MORE_COMPUTE.say(site="far", amount=float("inf")), speak("zh"))
    assert "7\u202f%" in translate(phrases.SHAVED.say(count=3, share=0.07, workload="chat"), speak("fr")).replace(
        "\u00a0", "\u202f"
    )


def test_all_reasons_that_worlds_provoke_are_phrases() -> None:
    """Those of tests/plan/test_reasons.py, compounds included."""
    russian = speak("ru")
    for _, reason in REASONS.values():
        found = translate(reason, russian)
        assert not re.search("is full|cheaper|failures|keeps? it|would|site ", found), found


def test_the_notes_and_findings_of_real_plans_are_phrases() -> None:
    """Failures, blocks, objectives; and required work that nobody can serve."""
    survive = {"scenario.contingencies": "links", "demand.workloads.chat.survives": 0.5}
    notes = [
        *small.plan({**survive, "scenario.hours": 2, "scenario.objective": ["latency", "cost"]}).notes,
        *small.plan(survive).notes,
        *small.plan({"demand.workloads.chat.unserved": "required", "demand.demands.0.compute": "900 PFLOPS"}).findings,
    ]
    assert len(notes) >= 6
    assert [note for note in notes if translate(note, speak("zh")) == note] == []


def test_english_and_what_is_no_phrase_stay_as_they_are() -> None:
    """Faults of the check, what older runs said, sentences of others, nothing."""
    reason = "site capacity: near is full"
    assert translate(reason, speak("en")) == reason
    for text in ("", "2030: site far: draws 3 MW, and 2 MW is the limit", "a; b, c", "{braces} 100 %", "x" * 100_000):
        assert translate(text, speak("zh")) == text


def test_what_a_country_is_called_and_what_a_status_is() -> None:
    """By CLDR and by the catalogue."""
    short = phrases.SHORT_OF_SHARE.say(country="KZ", served_percent=12.3456, year=2030, asked_percent=90)
    assert short == "KZ is served 12.3 % in 2030 by the plan that serves most: 90 % is asked"
    assert "哈萨克斯坦" in translate(short, speak("zh"))


def test_five_thousand_reasons_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each as a whole and in its two parts; a report says all that its tables hold, some of it on every page."""
    russian = speak("ru")
    texts = [f"site capacity: x-{n} is full; residency keeps it from far-{n}" for n in range(5000)]
    read: list[str] = []
    monkeypatch.setattr(
        "planner.report.language.phrases.read_phrase", lambda text: read.append(text) or read_phrase(text)
    )
    first = [translate(text, russian) for text in texts]
    assert len(read) == 3 * 5000
    assert [translate(text, russian) for text in texts] == first
    assert len(read) == 3 * 5000
