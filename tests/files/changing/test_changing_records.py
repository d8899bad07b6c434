"""Adding, setting, removing, renaming: what the text looks like afterwards, and what is refused."""

from __future__ import annotations

from textwrap import dedent

import pytest

from planner.errors import InputError, UsageError
from planner.files.changing.cutting import cut, variant_name
from planner.files.changing.document import Document
from planner.files.changing.formatting import canonical_quantity, format_document
from planner.files.changing.orders import MODELS, is_quantity, order_of
from planner.files.changing.records import add, read_value, set_value
from planner.files.changing.removal import remove
from planner.files.changing.renaming import rename, rename_in, rename_in_table, renaming_of
from planner.files.reading.fields import fields_of
from planner.topology import Risk

WORLD = """\
# A small world.
topology: small   # its id
nodes:
  # the capital
  a: {country: NO, lat: 1, lon: 1}

  # --- East
  b: {country: KZ, lat: 2, lon: 2}
  c: {country: KZ, lat: 3, lon: 3}   # far away
links:
  a-b: {ends: [a, b], kind: terrestrial, capacity: 1Tbps, project: wide}
cables:
  sea:
    capacity: 2 Tbps
    route: [a, b, c]     # in order
    segments:
      b--a: {length: 100 km}
projects:
  wide: {title: Wide, capex: 1 MUSD}
risks:
  storm: {fails: ["link:a-b", "sea:a--b", sea]}
"""


def world(text: str = WORLD) -> Document:
    """Return the small world."""
    return Document.of(dedent(text).encode(), "small.yaml")


def lines(document: Document, first: str, number: int = 1) -> list[str]:
    """Return the lines from one that begins in a way."""
    every = document.text.splitlines()
    start = next(n for n, line in enumerate(every) if line.strip().startswith(first))
    return every[start : start + number]


def faults(edit: object, *arguments: object, **options: object) -> list[str]:
    """Return the lines of an edit's error."""
    with pytest.raises(InputError) as caught:
        edit(*arguments, **options)  # type: ignore[operator]
    return [str(fault) for fault in caught.value.faults]


def test_a_record_is_written_like_its_neighbours_with_its_fields_in_order() -> None:
    """In brackets after records in brackets, by lines where it is the first of its section."""
    after = add(world(), "nodes", "d", {"lon": 4, "note": "x: y", "lat": "4", "country": "NO"})
    assert lines(after, "d:") == ['  d: {country: NO, lat: 4, lon: 4, note: "x: y"}']
    after = add(world(), "sites", "hall", {"status": "planned", "node": "a", "compute": {2030: "1 PFLOPS"}})
    assert lines(after, "sites:", 5) == [
        "sites:",
        "  hall:",
        "    node: a",
        "    status: planned",
        "    compute: {2030: 1 PFLOPS}",
    ]
    assert after.text.index("sites:") < after.text.index("links:")


def test_a_file_of_one_line_becomes_a_topology() -> None:
    """Without a final line end, which it keeps not having."""
    after = add(world("topology: x"), "nodes", "a", {"country": "NO", "lat": 1, "lon": 2})
    assert after.text == "topology: x\n\nnodes:\n  a: {country: NO, lat: 1, lon: 2}"


def test_json_is_yaml_and_stays_json_like() -> None:
    """Brackets at the top are edited inside."""
    after = add(world('{"topology": "x", "nodes": {"a": {"country": "NO"}}}'), "nodes", "b", {"country": "KZ"})
    assert after.text == '{"topology": "x", "nodes": {"a": {"country": "NO"}, b: {country: KZ}}}'


def test_an_id_is_given_once() -> None:
    """The place of the first is told."""
    found = faults(add, world(), "nodes", "a", {})
    assert found == ["small.yaml:5:3: nodes.a: node 'a' is there already: take another id, or change it with set"]


def test_values_are_set_where_they_stand_or_in_their_place() -> None:
    """A remark behind a value stays, and a new field comes in its order."""
    after = set_value(world(), "cables.sea.capacity", "{2026: 1 Tbps, 2030: 3 Tbps}")
    assert lines(after, "capacity:") == ["    capacity: {2026: 1 Tbps, 2030: 3 Tbps}"]
    after = set_value(world(), "cables.sea.route", "[a, c]")
    assert lines(after, "route:") == ["    route: [a, c]     # in order"]
    after = set_value(world(), "cables.sea.name", "Sea: the cable")
    assert lines(after, "name:", 2) == ['    name: "Sea: the cable"', "    capacity: 2 Tbps"]
    assert lines(set_value(world(), "nodes.c.weight", 0.5), "c:")[0].endswith("lon: 3, weight: 0.5}   # far away")


def test_a_segment_s_value_stands_with_its_cable_in_the_order_it_has_there() -> None:
    """As the variants of a scenario write it."""
    after = set_value(world(), "links.sea:a--b.rtt", "2 ms")
    assert lines(after, "b--a:") == ["      b--a: {length: 100 km, rtt: 2 ms}"]
    after = set_value(world(), "links.sea:c--b.rtt", "2 ms")
    assert lines(after, "b--a:", 2)[1] == "      b--c: {rtt: 2 ms}"


def test_a_whole_record_may_be_set_whether_it_is_there_or_not() -> None:
    """That is how projects, risks and sources are added on the command line."""
    after = set_value(world(), "projects.new", "{capex: 1 MUSD, title: New}")
    assert lines(after, "new:") == ["  new: {title: New, capex: 1 MUSD}"]
    assert lines(set_value(after, "projects.new", "{title: Newer}"), "new:") == ["  new: {title: Newer}"]
    assert "there is no project 'newer'" in faults(set_value, world(), "projects.newer", "text")[0]


def test_an_empty_value_takes_the_field_away_but_no_record() -> None:
    """With the map that it leaves empty."""
    assert "segments" not in set_value(world(), "cables.sea.segments.b--a", "").text
    assert "nodes.a: cannot be set to nothing: remove it: node:a" in faults(set_value, world(), "nodes.a", "")[0]
    assert "is not there" in faults(set_value, world(), "nodes.a.weight", "")[0]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("lnks.a-b.capacity", "there is nothing called 'lnks': did you mean 'links'?"),
        ("links.ab.capacity", "there is no link 'ab': did you mean 'a-b'?"),
        ("nodes.xyz.lat", "there is no node 'xyz': add it first: nodes.xyz"),
        ("nodes", "'nodes' is a whole section: write nodes.<id>.<key>"),
        ("nodes.a.lat.deep", "'deep' cannot stand under '1': set the whole value"),
        ("links.a-b.ends.5", "there is no entry '5': write a number from 0 to 2"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(path: str, said: str) -> None:
    """With what would be right."""
    assert said in faults(set_value, world(), path, "1")[0]


def test_prose_is_taken_as_it_is_and_an_open_bracket_is_an_error() -> None:
    """A title may begin with a bracket, a list must end."""
    assert read_value(("nodes", "a", "note"), "[see: #3") == "[see: #3"
    assert read_value(("links", "a", "ends"), "[a, b]") == ["a", "b"]
    assert read_value(("nodes", "a", "country"), "NO") == "NO"
    with pytest.raises(UsageError, match="cannot be read"):
        read_value(("links", "a", "ends"), "[a, b")


def test_what_is_referred_to_is_not_removed() -> None:
    """Every place is told."""
    found = faults(remove, world(), ["node:a"])
    assert [line.split(": ")[1] for line in found] == [
        "links.a-b.ends.0",
        "cables.sea.route.0",
        "cables.sea.segments.b--a",
    ]
    assert faults(remove, world(), ["project:wide"])[0].startswith("small.yaml:11:68: links.a-b.project: refers to")
    assert "there is no node 'x'" in faults(remove, world(), ["node:x"])[0]
    assert "did you mean 'node'?" in faults(remove, world(), ["nod:x"])[0]
    assert "segment of cable:sea" in faults(remove, world(), ["link:sea:a--b"])[0]


def test_a_cascade_takes_what_hangs_on_it_and_nothing_else() -> None:
    """A landing at the end shortens the cable, one in the middle parts it; the heading stays for the others."""
    after = remove(world(), ["node:a"], cascade=True)
    assert "the capital" not in after.text
    assert lines(after, "route:") == ["    route: [b, c]     # in order"]
    assert "segments" not in after.text
    assert "links" not in after.text
    assert lines(after, "storm:") == ["  storm: {fails: [sea]}"]
    after = remove(world(), ["node:b"], cascade=True)
    assert "# --- East" in after.text
    assert "sea" not in after.text
    assert "storm" not in after.text
    assert remove(world(), ["project:wide"], cascade=True).find(("links",)) is None


def test_a_cable_is_parted_into_branches() -> None:
    """Where landings are left on both sides."""
    text = WORLD.replace("route: [a, b, c]", "route: [a, c, b, d, e]").replace(
        "\nlinks:", "\n  d: {country: KZ, lat: 4, lon: 4}\n  e: {country: KZ, lat: 5, lon: 5}\nlinks:"
    )
    after = remove(world(text.replace("    segments:\n      b--a: {length: 100 km}\n", "")), ["node:b"], cascade=True)
    assert lines(after, "route:", 2) == ["    route: [a, c]     # in order", "    branches: [[d, e]]"]


def test_renaming_reaches_every_reference() -> None:
    """Ends, routes, segments, risks."""
    after = rename(world(), "node:a", "oslo")
    assert lines(after, "oslo:") == ["  oslo: {country: NO, lat: 1, lon: 1}"]
    assert lines(after, "b--oslo:") == ["      b--oslo: {length: 100 km}"]
    assert lines(after, "storm:") == ['  storm: {fails: ["link:a-b", "sea:oslo--b", sea]}']
    after = rename(world(), "cable:sea", "ocean")
    assert lines(after, "storm:") == ['  storm: {fails: ["link:a-b", "ocean:a--b", ocean]}']
    assert "project: broad" in rename(world(), "project:wide", "broad").text
    assert "node 'b' is there already" in faults(rename, world(), "node:a", "b")[0]
    with pytest.raises(UsageError, match="no identifier"):
        rename(world(), "node:a", "A b")


def test_renaming_reaches_demands_tables_and_scenarios() -> None:
    """Only where a word names the record, not where it happens to be the same."""
    change = renaming_of(world(), "node:a", "oslo")
    demand = world('demand: a\ndemands:\n  - {origin: a, to: b, workload: a, hosts: ["site:a"]}\n')
    assert rename_in(demand, change).text == demand.text.replace("origin: a", "origin: oslo")
    table = 'origin,workload,hosts\r\na,a,site:a\r\n"a",x,\r\nb,a,\r\n'
    assert rename_in_table(table, change) == "origin,workload,hosts\r\noslo,a,site:a\r\noslo,x,\r\nb,a,\r\n"
    table = 'origin;hosts\na;"site:x; KZ"\n'
    assert rename_in_table(table, change) == 'origin;hosts\noslo;"site:x; KZ"\n'
    with pytest.raises(UsageError, match="over several lines"):
        rename_in_table('origin,note\na,"two\nlines"\n', change)
    scenario = world(
        """\
        scenario: a
        contingencies: ["sea:a--b", "site:a"]
        policy: {residency: [{origin: [a, KZ], hosts: ["site:a"]}]}
        variants:
          a:
            remove: ["node:a", "link:sea:b--a", "site:a"]
            set: {nodes.a.lat: 1, demand.scale.a: 2, demands.a/chat.compute: 1 P,
                  links.sea:a--b.rtt: 1 s, sites.x.node: a}
            add: {links: {a: {ends: [a, b]}}}
        """
    )
    after = rename_in(scenario, change).text.splitlines()
    assert after[1] == 'contingencies: ["sea:oslo--b", "site:a"]'
    assert after[2] == 'policy: {residency: [{origin: [oslo, KZ], hosts: ["site:a"]}]}'
    assert after[5] == '    remove: ["node:oslo", "link:sea:b--oslo", "site:a"]'
    assert "nodes.oslo.lat: 1, demand.scale.oslo: 2, demands.oslo/chat.compute" in after[6]
    assert "links.sea:oslo--b.rtt: 1 s, sites.x.node: oslo" in after[7]
    assert after[8] == "    add: {links: {a: {ends: [oslo, b]}}}"


def test_a_cut_is_a_variant() -> None:
    """Its name is made of the ids."""
    assert variant_name(["link:2africa:genoa--barcelona"]) == "without-2africa-genoa--barcelona"
    after = cut(world("scenario: x\nyears: [2030]\n"), ["cable:sea"], title="No sea")
    assert after.text.endswith('variants:\n  without-sea:\n    title: No sea\n    remove: ["cable:sea"]\n')
    assert "there is such a variant already" in faults(cut, after, ["cable:sea"])[0]
    with pytest.raises(UsageError, match="did you mean 'cable'"):
        cut(after, ["cabel:sea"])


def test_a_cut_risk_is_everything_that_it_fails() -> None:
    """Risks within risks too; the cable takes its own segment along, so this is not named beside it."""
    risks = {
        "beach": Risk(fails=("cable:sea", "risk:road", "link:sea:a--b")),
        "road": Risk(fails=("link:a-b", "site:hall")),
    }
    after = cut(world("scenario: x\n"), ["risk:beach", "link:a-b"], risks=risks)
    assert after.text.endswith('without-beach-a-b:\n    remove: ["cable:sea", "link:a-b", "site:hall"]\n')
    with pytest.raises(UsageError, match="there is no risk 'beech': did you mean 'beach'"):
        cut(after, ["risk:beech"], risks=risks)


def test_what_cannot_be_read_cannot_be_edited() -> None:
    """One error with its place; nothing is guessed."""
    for text, said in (
        ("topology: x\nnodes: {", "is not closed"),
        ("a: 1\na: 2", "duplicate key"),
        ("a: *x", "may not begin"),
    ):
        assert said in faults(Document.of, text.encode(), "bad.yaml")[0]


def test_units_are_spelt_in_the_usual_way() -> None:
    """The number stays as it is written."""
    spelt = {"2Tbps": "2 Tbps", "2000P": "2000 PFLOPS", "60kUSD / PFLOPS": "60 kUSD/PFLOPS", "1.50  ms": "1.50 ms"}
    assert {text: canonical_quantity(text) for text in spelt} == spelt
    assert canonical_quantity("12 µs") == "12 us"
    assert canonical_quantity("none") == "none"
    assert lines(format_document(world()), "a-b:")[0].endswith("capacity: 1 Tbps, project: wide}")


def test_sections_and_fields_come_into_order_with_their_comments() -> None:
    """Records stay where they are."""
    text = """\
        # head
        topology: x

        # the links
        links:
          l:
            # each direction
            capacity: 1 Tbps   # lit
            kind: terrestrial
            ends: [b, a]
        nodes:
          b: {lon: 1, lat: 2, country: NO}
          # the first
          a: {country: NO, lat: 1, lon: 1}
        title: X
        """
    assert format_document(world(text)).text == dedent(
        """\
        # head
        topology: x
        title: X

        nodes:
          b: {country: NO, lat: 2, lon: 1}
          # the first
          a: {country: NO, lat: 1, lon: 1}

        # the links
        links:
          l:
            ends: [b, a]
            kind: terrestrial
            # each direction
            capacity: 1 Tbps   # lit
        """
    )


def test_every_field_has_its_place_in_the_order() -> None:
    """A new field of a model must be given one."""
    for section, model in MODELS.items():
        assert set(fields_of(model).readers) - {"id"} == set(order_of((section, "x"))), section
    assert is_quantity(("sites", "x", "expansion", 0, "capex", "2030"))
    assert is_quantity(("cables", "x", "segments", "a--b", "length"))
    assert not is_quantity(("sites", "x", "name"))
    assert not is_quantity(("nodes", "x"))
