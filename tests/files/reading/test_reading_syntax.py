"""Slips of colons, quotes, brackets and blanks, each told in plain words at its place."""

from __future__ import annotations

import pytest
from yaml import YAMLError

from planner.files.reading.syntax import explain
from planner.files.reading.tree import compose

SLIPS = [
    ("nodes:\n  a: 1\n\tb: 2\n", "3:1: a tab stands before the line: indent with spaces, not tabs"),
    ("nodes\n  a: 1\n", "1:1: the line has no colon: write 'nodes:'"),
    ("topology: x\nnodes\nlinks: 1\n", "2:1: the line has no colon: write 'nodes:'"),
    ("a:\n  kind:inference\n  data: x\n", "2:3: a blank is missing after the colon: write 'kind: inference'"),
    ("a:\n  data: x\n  kind:inference\n  b: x\n", "3:3: a blank is missing after the colon: write 'kind: inference'"),
    ("topology = x\nnodes:\n  a: 1\n", "1:1: the key has no ': ' behind it: write 'topology: x'"),
    ("topology\uff1ax\nnodes:\n  a: 1\n", "1:1: the key has no ': ' behind it: write 'topology: x'"),
    ("a: {title: Almaty: here}\n", "1:18: a second ': ' stands on the line: put the text that holds it in quotes"),
    ("nodes:\n  a: 1\n    b: 2\n", "3:5: the line is indented deeper than line 2, which has its value already"),
    ("nodes:\n    a: 1\n  b: 2\n", "3:3: the line is indented by 2 blanks, which fits no line above: indent it as"),
    ("a:\n  - b\n  c: 1\n", "3:3: a key stands among the entries of a list: indent it under its entry"),
    ("a:\n  c: 1\n  - b\n", "3:3: an entry of a list stands among keys: indent it under the key"),
    ("a: - b\n", "1:4: a list begins on the line of its key: begin it on the next line, or write [a, b]"),
    ('title: "x" y\n', "1:12: text goes on after the closing quote: put the whole text in single quotes"),
    ("title: 'Cote d'Ivoire'\nb: 1\n", "1:16: text goes on after the closing quote: put the whole text in double"),
    ('title: "x\nb: 1\n', '1:8: the quote " is never closed: write " where the text ends'),
    ('t: "C:\\data"\n', "1:7: '\\d' has no meaning: write single quotes around the text, or each \\ twice"),
    ("n: {lat: 43 lon: 76}\n", "1:16: a comma is missing before 'lon': write a comma between one entry and the next"),
    ("n: {lat: 43, lon: 76\nb: 1\n", "1:4: the bracket '{' is not closed: write '}' where it ends"),
    ("n: [a, {b: 1}\n", "1:4: the bracket '[' is not closed: write ']' where it ends"),
    ("n: [a, b}\nb: 2\n", "1:9: '}' cannot close a '[': write ']'"),
    ("n: {a: 1}}\nb: 2\n", "1:10: there is one '}' too many: take it out"),
    ("t: [x] y\n", "1:8: text goes on after the closing bracket: put the whole text in quotes"),
    ("t: @home\n", "1:4: a value may not begin with @: put it in quotes: '@home'"),
    ("t: & Co\n", "1:4: a value may not begin with &: put it in quotes: '& Co'"),
    ("t: > 500 x\n", "1:4: a value may not begin with >: put it in quotes: '> 500 x'"),
    ("a: [b,, c]\n", "nothing stands before the comma: write a value, or take the comma out"),
    ("a: 1\n---\nb: 2\n", "2:1: more than one document stands in the file: write a file for each, or take"),
    ("a: 1\n<<<<<<< HEAD\nb: 2\n=======\nb: 3\n", "2:1: two versions of the file were merged and clash here: keep one"),
    ("n: {lat: 43,24, lon: 76,89}\n", "1:13: n: '43,24' has a decimal comma: write 43.24"),
    ("a: {2027: 5,5 P, 2030: 10 P}\n", "1:13: a: '5,5 P' has a decimal comma: write 5.5 P"),
    (
        "n: {ends: a, b, kind: x}\n",
        "1:14: n: 'b' behind the comma is no key: write a list in brackets: [a, b], or a text",
    ),
    ("n: {title: A beach, all cables}\n", "or a text in quotes: 'A beach, all cables'"),
    ("n: {a: {b: 1}, c}\n", "1:16: n: 'c' has no ': ': write key: value"),
    ("a: {kind:inference, data: x}\n", "1:5: a: a blank is missing after the colon: write 'kind: inference'"),
    ("a:\n\u00a0\u00a0b: 1\n", "a key holds a blank that does not break (U+00A0): type the blank anew"),
]


@pytest.mark.parametrize(("text", "words"), SLIPS, ids=lambda value: value[:40])
def test_a_slip_is_told_in_plain_words(text: str, words: str) -> None:
    """File, line and column, what is wrong, what would be right."""
    faults: list[object] = []
    compose(text.encode(), "f", faults)  # type: ignore[arg-type]
    assert words in str(faults[0])


@pytest.mark.parametrize(
    "text", ["a: {2027: 1, 2030: 2}\n", "a: [2027,2030]\n", "a: {b: , c: 1}\n", "a: {b: 1, c: }\n"]
)
def test_what_only_resembles_a_slip_is_read(text: str) -> None:
    """Lists of numbers without blanks, keys without values."""
    faults: list[object] = []
    assert compose(text.encode(), "f", faults) is not None  # type: ignore[arg-type]
    assert faults == []


def test_what_no_rule_knows_is_told_without_the_words_of_the_parser() -> None:
    """Not even a place is needed."""
    fault = explain(YAMLError("while frobnicating a token"), b"a: 1\n", "f")
    assert str(fault) == "f: cannot be read as YAML: write plain text in UTF-8"
