"""The map of a topology as a file: whole, safe, the same each time; what its scripts are given."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from coast import HOSTILE, coast
from report.reading import read

import planner
from planner.expansions import LinkExpansion, SiteExpansion
from planner.places import Node
from planner.report.language.speech import speak
from planner.report.topology.page import MARK
from planner.report.topology.payload import UNSAID, map_payload, map_years
from planner.report.topology.words import field_labels, map_words
from planner.studies.survey.routes import base_year
from planner.topology import Cable, Link, Site, Topology

YEAR = 2025


def payload(topology: Topology, language: str = "en") -> dict[str, Any]:
    """Return what the scripts are given, as they read it."""
    found: dict[str, Any] = json.loads(json.dumps(map_payload(topology, base_year(topology), speak(language))))
    return found


def fields(given: dict[str, Any], section: str, key: str) -> dict[str, str]:
    """Return the fields of a record by their labels."""
    i = given[section]["id"].index(key)
    return {given["labels"][label]: text for label, text in given["fields"][section][i]}


@pytest.fixture
def small(tmp_path: Path) -> Topology:
    """Return the coast."""
    return coast(tmp_path)


def test_the_years_are_all_that_anything_changes_in(small: Topology) -> None:
    """Of figures, first and last years; the year asked for is among them."""
    assert map_years(small, 2027) == [2010, 2025, 2027, 2028, 2029, 2030, 2032]
    given = payload(small)
    assert (given["year"], given["years"]) == (YEAR, [2010, 2025, 2028, 2029, 2030, 2032])


def test_every_field_of_every_record_has_a_name() -> None:
    """So that nothing that a file says is missing on the page."""
    models = (Node, Site, Link, Cable, SiteExpansion, LinkExpansion)
    assert {name for model in models for name in model.model_fields} - UNSAID <= set(field_labels(speak()))


def test_a_site_tells_every_field_with_its_source(small: Topology) -> None:
    """In the order of the file; what says no more than its default is left out."""
    given = payload(small)
    assert fields(given, "sites", "old-hall") == {
        "Place": "Hub",
        "Status": "operating",
        "First year of service": "2025",
        "Compute": "100\u00a0PFLOPS",
        "Compute as published": "100 PFLOPS",
        "Limit of power": "30\u00a0MW",
        "Cost of use": "2,250\u00a0USD/PFLOPS/year",
        "Source": "Atlas of cables, The Atlas, 2025",
        "Confidence": "verified",
        "Id": "old-hall",
    }
    new = fields(given, "sites", "new-hall")
    assert new["Compute"] == "2028: 50\u00a0PFLOPS · 2032: 80\u00a0PFLOPS"
    assert (new["Confidence"], new["Note"]) == ("estimated", "announced only")
    candidate = fields(given, "sites", "field")
    assert candidate["Project"] == "The railway"
    assert candidate["Can be added"] == (
        "in steps of: 10\u00a0PFLOPS; at most: 20\u00a0PFLOPS; capex: 100,000\u00a0USD/PFLOPS"
    )


def test_a_link_tells_what_is_worked_out_and_who_may_use_it(small: Topology) -> None:
    """Length given, round trip not."""
    road = fields(payload(small), "links", "road")
    assert road["Length"] == "1,100\u00a0km"
    assert road["Round-trip time"].endswith("ms, worked out")
    assert road["Already taken, each way"] == "2025: 200\u00a0Gbps · 2030: 600\u00a0Gbps"
    assert road["Open to"] == "Kenya and Uganda"


def test_names_follow_the_language(small: Topology) -> None:
    """Of places, of countries, of statuses."""
    given = payload(small, "zh")
    assert given["nodes"]["name"][given["nodes"]["id"].index("port")] == "港口"
    assert given["countries"]["KE"]["name"] == "肯尼亚"
    assert payload(small, "ar")["direction"] == "rtl"


def test_the_list_of_cuts_is_that_of_the_study_in_every_year(small: Topology) -> None:
    """Years in which the same stands share one list."""
    given, nodes = payload(small), sorted(small.nodes)
    for year, at in zip(given["years"], given["cuts"]["of"], strict=True):
        expected = planner.study_cuts(small, year).cuts
        found = given["cuts"]["lists"][at]
        assert [each["failure"] for each in found] == [cut.failure for cut in expected]
        for each, cut in zip(found, expected, strict=True):
            assert {country: tuple(nodes[i] for i in at) for country, at in each["lost"].items()} == cut.cut_off
            assert [nodes[i] for i in each["dark"]] == list(cut.dark)
            assert each["shares"] == cut.weight
    assert len(given["cuts"]["lists"]) < len(given["years"])


def test_the_page_is_whole_and_only_its_scripts_may_run(small: Topology) -> None:
    """The policy names the fingerprint of each script, and no element asks for an address."""
    text = planner.render_topology(small)
    page = read(text)
    assert len(page.all("main")) == len(page.all("h1")) == 1
    ids = [each.attributes["id"] for each in page.everything() if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    policy = next(each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes)
    code = [each for each in page.all("script") if "type" not in each.attributes]
    prints = {
        base64.b64encode(hashlib.sha256("".join(map(str, each.parts)).encode()).digest()).decode() for each in code
    }
    assert set(re.findall(r"'sha256-([^']+)'", policy or "")) == prints
    assert not [each.tag for each in page.everything() if {"src", "srcset", "style", "onclick"} & set(each.attributes)]
    assert page.all("link", "iframe", "object", "form")[0].attributes["id"] == "controls"


def test_the_page_says_what_stands_and_where_it_is_from(small: Topology) -> None:
    """Counts, distances, how sure it is, sources; an address that is none of the web is no link."""
    page = read(planner.render_topology(small))
    assert "Places 4 Sites 3 Links 5 Cables 2 Projects 1 Risks 1" in page.words
    assert "In 2025 the two places furthest apart are" in page.words
    assert "Of 7 sites, links and cables 1 are verified, 1 estimated and 0 assumed" in page.words
    assert [row[3] for row in page.table("Sources")] == ["2", "0"]
    addresses = [each.attributes["href"] for each in page.find("sources").all("a")]
    assert addresses == ["https://example.org/a"]


def test_the_same_topology_gives_the_same_page(small: Topology) -> None:
    """Byte for byte; another year or language another one."""
    assert planner.render_topology(small) == planner.render_topology(small, year=YEAR, language=speak("en"))
    assert planner.render_topology(small, language="fr") != planner.render_topology(small, language="en")
    with pytest.raises(planner.UsageError, match="does not speak 'eo'"):
        planner.render_topology(small, language="eo")


def test_names_are_text_and_nothing_else(tmp_path: Path) -> None:
    """Neither as HTML, nor as a script, nor as the end of one."""
    text = planner.render_topology(coast(tmp_path, HOSTILE))
    page = read(text)
    assert not page.all("img", "b", "iframe")
    assert not re.search(r"<script>alert|<img src=x|<b>bold", text)
    assert all("onmouseover" not in each.attributes for each in page.everything())
    given = json.loads("".join(map(str, page.find("topology").parts)))
    assert HOSTILE["nodes.hub.name"] in given["nodes"]["name"]
    assert page.all("h1")[0].words == HOSTILE["title"]


def test_a_topology_of_nothing_and_one_of_one_place_have_a_page(tmp_path: Path) -> None:
    """Which say so."""
    file = tmp_path / "empty.yaml"
    file.write_text("topology: empty\n")
    assert "Places 0" in read(planner.render_topology(planner.load_topology(file))).words
    file.write_text("topology: one\nnodes: {a: {country: KZ, lat: 43, lon: 77}}\n")
    assert "Places 1" in read(planner.render_topology(planner.load_topology(file))).words


def test_no_land_and_a_land_of_ones_own(small: Topology, tmp_path: Path) -> None:
    """As for reports."""
    assert '<script type="application/json" id="basemap">null</script>' in planner.render_topology(
        small, basemap=Path("none")
    )
    with pytest.raises(planner.UsageError, match="cannot be read"):
        planner.render_topology(small, basemap=tmp_path / "nowhere.geojson")


def test_only_a_map_is_written_over(small: Topology, tmp_path: Path) -> None:
    """Anything else stays, unless it is forced."""
    file = tmp_path / "page.html"
    file.write_text("my own page")
    with pytest.raises(planner.RunError, match="is no map of a topology"):
        planner.write_topology_map(small, file)
    assert file.read_text() == "my own page"
    planner.write_topology_map(small, file, force=True)
    assert MARK in file.read_text(encoding="utf-8")[:4096]
    assert planner.write_topology_map(small, file, language="zh") == file
    assert 'lang="zh-Hans"' in file.read_text(encoding="utf-8")


def test_words_of_the_map_take_nothing_away_from_reports() -> None:
    """A key that both have says the same."""
    from planner.report.web.words import script_words

    own, others = map_words(speak()), script_words(speak())
    shared = {key for key in own if key in others and own[key] != others[key]}
    assert shared == set()
