"""The report as a file: whole, safe, the same each time, and kept with its run."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from report.reading import read
from small import plan, proved, proved_triangle

import planner
from planner.report.language.speech import speak
from planner.report.plan import writing

EVIL = '</script><img src=x onerror="alert(1)">&{{ 7 * 7 }}'
REQUIRED = {"demand.workloads.chat.unserved": "required", "demand.workloads.chat.max_rtt": "5 ms"}


def test_the_page_is_whole_and_every_element_is_closed() -> None:
    """Language, direction, one main part, one title, headings that skip no level, ids that are unique."""
    page = read(planner.render_report(proved_triangle()))
    (html,) = page.all("html")
    assert (html.attributes["lang"], html.attributes["dir"]) == ("en", "ltr")
    assert len(page.all("main")) == len(page.all("h1")) == 1
    levels = [int(each.tag[1]) for each in page.all("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = [each.attributes["id"] for each in page.everything() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    targets = {each.attributes["href"] for each in page.all("a") if (each.attributes["href"] or "").startswith("#")}
    assert {f"#{each}" for each in ids} >= targets
    assert all(table.all("caption") and table.all("th") for table in page.all("table"))
    assert all(head.attributes["scope"] in ("col", "row") for head in page.all("th"))


def test_the_hooks_of_the_scripts_are_there() -> None:
    """Controls, map, charts, tables, and the data of each."""
    page = read(planner.render_report(proved_triangle()))
    tags = {key: page.find(key).tag for key in ("controls", "map", "charts", "tables", "data", "basemap", "words")}
    assert tags == {
        "controls": "form", "map": "figure", "charts": "section", "tables": "section", "data": "script",
        "basemap": "script", "words": "script",
    }  # fmt: skip
    for key in ("data", "basemap", "words"):
        assert json.loads("".join(map(str, page.find(key).parts)))


def test_only_the_scripts_of_the_page_may_run_and_nothing_is_fetched() -> None:
    """The policy names the fingerprint of each script, and no element asks for an address."""
    page = read(planner.render_report(proved_triangle()))
    policy = next(each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes)
    code = [each for each in page.all("script") if "type" not in each.attributes]
    prints = {
        base64.b64encode(hashlib.sha256("".join(map(str, each.parts)).encode()).digest()).decode() for each in code
    }
    assert set(re.findall(r"'sha256-([^']+)'", policy or "")) == prints
    assert (policy or "").startswith("default-src 'none';")
    assert [each for each in page.everything() if {"src", "srcset", "onload", "onclick"} & set(each.attributes)] == []
    assert page.all("link", "iframe", "object", "base") == []


def test_names_are_text_whatever_they_hold() -> None:
    """No title, name, note, source or reason becomes an element, a script or a template."""
    changes = {
        "scenario.title": EVIL,
        "topology.nodes.home.name": EVIL,
        "topology.sites.far": {
            "node": "away", "status": "operating", "compute": "9 PFLOPS", "name": EVIL, "note": EVIL, "source": "paper",
        },
        "topology.links.fibre.name": EVIL,
        "demand.workloads.chat.title": EVIL,
        "topology.sources": {"paper": {"title": EVIL, "url": "javascript:alert(1)", "publisher": EVIL}},
    }  # fmt: skip
    text = planner.render_report(proved(changes))
    page = read(text)
    assert page.all("img") == []
    assert page.all("h1")[0].words == " ".join(EVIL.split())
    assert len(page.all("script")) == len(read(planner.render_report(proved())).all("script"))
    assert not [each for each in page.all("a") if not (each.attributes["href"] or "").startswith("#")]
    assert "javascript:alert(1)" in page.words


def test_addresses_of_the_web_are_links_and_say_no_more_than_they_must() -> None:
    """The address itself is the text, so that paper shows it."""
    url = "https://example.org/a?b=1&c=2"
    sources = {"paper": {"title": "A paper", "url": url, "year": 2025}}
    page = read(planner.render_report(proved({"topology.sources": sources, "topology.sites.far.source": "paper"})))
    (link,) = [each for each in page.all("a") if each.attributes["href"] == url]
    assert link.words == url
    assert "noopener" in (link.attributes["rel"] or "")


@pytest.mark.parametrize("code", ["zh", "ru", "fr", "ar"])
def test_the_page_says_its_language_and_its_direction(code: str) -> None:
    """Arabic runs from right to left."""
    (html,) = read(planner.render_report(proved(), language=speak(code))).all("html")
    assert html.attributes["lang"] == speak(code).tag
    assert html.attributes["dir"] == ("rtl" if code == "ar" else "ltr")


def test_the_same_plan_gives_the_same_bytes_and_no_date() -> None:
    """A date is written only where one is given."""
    found = proved()
    assert planner.render_report(found) == planner.render_report(found)
    dated = planner.render_report(found, written=datetime(2026, 3, 1, tzinfo=UTC))
    assert "March 1, 2026" in read(dated).words
    assert "Written" not in read(planner.render_report(found)).words


def test_a_scenario_without_a_plan_has_a_page_with_its_findings_and_inputs() -> None:
    """No figures, no scripts; what stands in the way, and the files."""
    page = read(planner.render_report(plan(REQUIRED)))
    assert "No plan exists" in page.find("answer").words
    assert "is required" in page.find("answer").words
    assert page.all("script") == []
    assert [row[1] for row in page.table("Files that were read")] == ["Scenario", "Topology", "Demand"]


def test_a_run_holds_its_report_and_writing_it_anew_gives_the_same_bytes(tmp_path: Path) -> None:
    """The digits and the time are those of the kept run."""
    found = proved_triangle({"demand.demands.0.compute": "13.123456789123456789 PFLOPS"})
    run = planner.write_run(found, tmp_path / "run")
    before = (run / "report.html").read_bytes()
    assert planner.write_report(run) == run / "report.html"
    assert (run / "report.html").read_bytes() == before
    assert list(planner.verify_run(run)) == []


def test_other_languages_stand_beside_and_a_report_may_go_elsewhere(tmp_path: Path) -> None:
    """report.fr.html; the English one stays."""
    run = planner.write_run(proved(), tmp_path / "run", report=False)
    assert not (run / "report.html").exists()
    assert planner.write_report(run, language=speak("fr")).name == "report.fr.html"
    assert planner.write_report(planner.read_run(run), file=tmp_path / "x" / "y.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in run.glob("*.html")) == ["report.fr.html"]


def test_a_failed_plan_is_kept_with_its_page(tmp_path: Path) -> None:
    """Whoever opens the run finds why."""
    run = planner.write_run(plan(REQUIRED), tmp_path / "run")
    before = (run / "report.html").read_bytes()
    assert b"No plan exists" in before
    assert planner.write_report(run).read_bytes() == before


def test_a_report_that_fails_is_a_bug_and_loses_no_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is there without its report, and the error says where."""

    def fail(*_: object, **__: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(writing, "render_report", fail)
    with pytest.raises(ZeroDivisionError) as caught:
        planner.write_run(proved(), tmp_path / "run")
    assert str(tmp_path / "run") in caught.value.__notes__[0]
    assert planner.read_run(tmp_path / "run").tables is not None


def test_a_place_that_cannot_be_written_is_found_before_the_report_is_made(tmp_path: Path) -> None:
    """A folder that holds more than a run is not removed."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(planner.RunError):
        planner.write_run(proved(), tmp_path / "mine", force=True)


def test_the_basemap_may_be_none_or_ones_own(tmp_path: Path) -> None:
    """Null in place of land, or the shapes of a file."""
    page = read(planner.render_report(proved(), basemap=Path("none")))
    assert page.find("basemap").parts == ["null"]
    with pytest.raises(planner.PlannerError):
        planner.render_report(proved(), basemap=tmp_path / "missing.geojson")
