"""Files that are no text, no YAML or too much: one clear line each."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

import planner
from planner.errors import InputError
from planner.files import load_topology
from planner.files.reading import text as text_module


def line(data: bytes, tmp_path: Path) -> str:
    """Return the one line that says what is wrong with a topology of these bytes, without its path."""
    path = tmp_path / "file.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        load_topology(path)
    (fault,) = caught.value.faults
    return str(fault).partition("file.yaml")[2]


BOMB = b"a: &a [x, x]\n" + b"".join(b"%c: &%c [*%c, *%c]\n" % (c, c, c - 1, c - 1) for c in range(98, 123))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", ": is empty"),
        (b"\xef\xbb\xbf \n", ": is empty"),
        (b"# nothing here\n", ": is empty"),
        (b"topology: x\ntitle: a\0b\n", ":2:9: holds the control character 0x00"),
        (
            rb"""topology: x
title: "a\e[31m\x9b"
""",
            ":2:8: holds the control character 0x1b: write plain text",
        ),
        (
            rb"""topology: x
title: "a\0"
""",
            ":2:8: holds the control character 0x00",
        ),
        (bytes(range(128, 256)), ":1:1: holds the byte 0x80, which is no UTF-8"),
        ("topology: café\n".encode("latin-1"), ":1:14: holds the byte 0xe9"),
        ("topology: x\n".encode("utf-16"), "which is no UTF-8: write plain text in UTF-8"),
        (b"- a\n", ":1:1: a list is no topology"),
        (b"topology: x: y\n", ":1:12: a second ': ' stands on the line: put the text in quotes: topology: 'x: y'"),
        (b"topology: 'x\n", ":1:11: the quote ' is never closed: write ' where the text ends"),
        (
            b"topology: x\nnodes:\n\ta: 1\n",
            ":3:1: a tab stands before the line: indent with spaces, not tabs",
        ),
        (b"topology: x\n---\ntopology: y\n", "more than one document"),
        (b"topology: x\ntopology: y\n", ":2:1: topology: duplicate key, first on line 1"),
        (b"topology: x\nnodes: {<<: {a: 1}}\n", ":2:9: nodes: the merge key '<<' is not read"),
        (b"topology: !!python/name:os.system x\n", "has the YAML tag"),
        (b"topology: x\n? [a, b]\n: 1\n", "a key is a list"),
        (b"topology: x\nsites: &a {}\nlinks: *a\n", ":3:8: is a YAML alias, which is not read here"),
        (b"topology: &a [*a]\n", "is a YAML alias"),
        (b"topology: *a\n", ":1:11: a value may not begin with *: put it in quotes: '*a'"),
        (BOMB, "is a YAML alias"),
        (b"[" * 100_000, ": is nested deeper than 50 levels"),
        (b"{a: " * 100_000, ": is nested deeper than 50 levels"),
        (b"".join(b" " * i + b"a:\n" for i in range(200)), ": is nested deeper than 50 levels"),
        (b"demand: x\nworkloads: {}\n", ":1:1: is a demand, not a topology"),
        (b"title: x\n", ":1:1: topology: is missing: write 'topology: an-id'"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value[:40],
)
def test_what_is_no_topology_gives_one_clear_line(data: bytes, words: str, tmp_path: Path) -> None:
    assert words in line(data, tmp_path)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("topolgy.yaml", "topolgy.yaml: there is no such file: did you mean 'topology.yaml'?"),
        ("nowhere/x.yaml", "there is no folder 'nowhere' either"),
        (".", "is a directory"),
        ("/dev/zero", "is no regular file"),
        ("a\0b", "there is no such file"),
    ],
)
def test_what_is_no_file_gives_one_clear_line(
    name: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("topology.yaml").write_text("topology: x\n")
    with pytest.raises(InputError) as caught:
        load_topology(name)
    assert words in str(caught.value)


def test_a_file_of_100_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "big.yaml").open("wb") as file:
        file.truncate(100 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(InputError, match="is larger than 32 MB"):
        load_topology(tmp_path / "big.yaml")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_file_that_holds_too_many_values_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("planner.files.reading.tree.NODE_LIMIT", 100)
    assert "holds more than 100 values" in line(b"topology: [" + b"a," * 200 + b"]", tmp_path)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_bytes("\ufefftopology: x\ntitle: Алматы 😀\n".encode())
    assert load_topology(path).title == "Алматы 😀"


def test_messages_name_files_relative_to_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert text_module.display(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert text_module.display(Path("a/../b.yaml")) == "b.yaml"


def test_of_one_kind_ten_faults_are_shown_and_then_their_number(tmp_path: Path) -> None:
    """300 unknown keys are 10 and 290 more; the list without an end is another kind."""
    path = tmp_path / "file.yaml"
    path.write_text("topology: x\n" + "".join(f"wrong{n}: 1\n" for n in range(300)) + "nodes: [a]\n")
    with pytest.raises(InputError) as caught:
        load_topology(path)
    assert len(caught.value.faults) == 301
    lines = str(caught.value).splitlines()
    assert (len(lines), lines[10]) == (12, "and 290 more of this kind")
    assert "nodes" in lines[11]


def test_a_name_that_is_no_text_is_a_fault_like_any_other(tmp_path: Path) -> None:
    """Shown by the numbers of its bytes, of our own files and of foreign ones."""
    name = os.fsdecode(b"\xca\xd0.yaml")
    (tmp_path / name).write_text("topology: x\n")
    for read in (planner.load_topology, planner.load_scenario, planner.edit_topology, planner.import_topology):
        with pytest.raises(InputError, match=r"\\xca\\xd0\.yaml: has a name that is no UTF-8: give it another name"):
            read(tmp_path / name)


def test_a_second_demand_with_rows_is_told_where_they_belong(tmp_path: Path) -> None:
    """`demand` names the file, `demands` lists who asks: one letter apart."""
    file = tmp_path / "d.yaml"
    file.write_text("demand: x\nworkloads: {}\ndemand:\n- {origin: a}\n", encoding="utf-8")
    with pytest.raises(planner.InputError, match=r"d.yaml:3:1: .*duplicate key.*its rows stand under demands:"):
        planner.load_demand(file)
