"""Why a text cannot be read, in plain words: told from what stands around the place where the parser stopped.

The parser's own sentences speak of tokens, mappings and scalars, and change with its versions. What people get wrong
is a colon, a quote, a bracket or a blank, and the lines show which: each rule below looks for one such mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import yaml

from planner.errors import CONTROL, Fault, Place

_CLOSING = {"[": "]", "{": "}"}
_RESERVED = "@`%&*!|>,"
_SECOND = "a second ': ' stands on the line"
_LONGEST = 40


@dataclass(frozen=True)
class _Spot:
    """A place in the text, lines and columns from 0; behind the last line there is nothing."""

    lines: list[str]
    line: int
    column: int

    @property
    def text(self) -> str:
        return self.lines[self.line] if self.line < len(self.lines) else ""

    @property
    def before(self) -> str:
        return self.text[: self.column]

    @property
    def char(self) -> str:
        return self.text[self.column : self.column + 1]

    @property
    def last(self) -> bool:
        """Whether nothing follows."""
        return not any(line.strip() for line in [self.text[self.column :], *self.lines[self.line + 1 :]])

    def above(self) -> _Spot:
        """Return where the last line before this one begins that is not blank and no comment."""
        at = self.line - 1
        while at >= 0 and (not self.lines[at].strip() or self.lines[at].lstrip().startswith("#")):
            at -= 1
        return _Spot(self.lines, max(at, 0), _indent(self.lines[at]) if at >= 0 else 0)


@dataclass(frozen=True)
class _Stop:
    """Where the parser stopped, and where what it was at begins, if it says so."""

    at: _Spot
    start: _Spot | None


Mistake = tuple[_Spot, str, str]
"""Where it is, what is wrong, and what would be right."""


def explain(error: yaml.YAMLError, data: bytes, name: str) -> Fault:
    """Return why a text is no YAML, as a fault of a file of a name."""
    lines = data.decode("utf-8-sig", "replace").split("\n")
    stop = _stop(error, lines)
    if stop is None:
        return Fault(Place(name), "", "cannot be read as YAML", "write plain text in UTF-8")
    found = next((mistake for rule in _RULES if (mistake := rule(stop))), None)
    spot, what, right = found or (stop.at, "cannot be read from here on", _CHECK)
    return Fault(Place(name, spot.line + 1, spot.column + 1), "", CONTROL.sub("\ufffd", what), right)


_CHECK = "check the colons, quotes, brackets and blanks of this line and of the one above"


def brackets_before(error: yaml.YAMLError, data: bytes) -> int:
    """Return how many brackets are open where the parser stopped, those in quotes counted with."""
    mark = getattr(error, "problem_mark", None)
    lines = data.decode("utf-8-sig", "replace").split("\n")
    if mark is None or mark.line >= len(lines):
        return 0
    text = "".join([*lines[: mark.line], lines[mark.line][: mark.column]])
    return sum(text.count(sign) for sign in "[{") - sum(text.count(sign) for sign in "]}")


def _stop(error: yaml.YAMLError, lines: list[str]) -> _Stop | None:
    at, start = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
    if at is None:
        return None
    return _Stop(_Spot(lines, at.line, at.column), start and _Spot(lines, start.line, start.column))


def _tab(stop: _Stop) -> Mistake | None:
    blanks = re.match(r"[ \t]*", stop.at.text)
    column = blanks[0].find("\t") if blanks else -1
    if column < 0:
        return None
    return _Spot(stop.at.lines, stop.at.line, column), "a tab stands before the line", "indent with spaces, not tabs"


def _merge(stop: _Stop) -> Mistake | None:
    for spot in (stop.at, stop.start):
        if spot and spot.text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
            return spot, "two versions of the file were merged and clash here", "keep one of them"
    return None


def _documents(stop: _Stop) -> Mistake | None:
    if stop.at.text.rstrip() != "---" or not stop.start:
        return None
    return stop.at, "more than one document stands in the file", "write a file for each, or take the line '---' out"


def _open_quote(stop: _Stop) -> Mistake | None:
    if stop.start and stop.at.last and stop.start.char in ("'", '"') and stop.start.char:
        sign = stop.start.char
        return stop.start, f"the quote {sign} is never closed", f"write {sign} where the text ends"
    return None


def _escape(stop: _Stop) -> Mistake | None:
    if not (stop.start and stop.start.char == '"' and stop.at.char == "\\"):
        return None
    found = stop.at.text[stop.at.column : stop.at.column + 2]
    return stop.at, f"'{found}' has no meaning", "write single quotes around the text, or each \\ twice"


def _bracket(stop: _Stop) -> Mistake | None:
    """Find what is wrong between brackets: one that is not closed, closed by another, or a comma that is missing."""
    start = _unclosed(stop.at.lines) if stop.at.last else stop.start
    if start is None or not start.char or start.char not in _CLOSING:
        return None
    opened, closing = start.char, _CLOSING[start.char]
    if start.line != stop.at.line or stop.at.last:
        return start, f"the bracket '{opened}' is not closed", f"write '{closing}' where it ends"
    if stop.at.char in _CLOSING.values():
        return stop.at, f"'{stop.at.char}' cannot close a '{opened}'", f"write '{closing}'"
    entry = re.split(r"[,{\[]", stop.at.before)[-1].split()
    if stop.at.char == ":" and len(entry) < 3:  # key: text: more
        return stop.at, _SECOND, "put the text that holds it in quotes"
    missing = f"a comma is missing before '{entry[-1]}'" if len(entry) > 1 else "a comma is missing"
    return stop.at, missing, "write a comma between one entry and the next, or quotes around a text with ': '"


def _unclosed(lines: list[str]) -> _Spot | None:
    """Return the first bracket that nothing closes; quotes and comments hold none."""
    opened: list[_Spot] = []
    for number, line in enumerate(lines):
        for found in re.finditer(r"\"(?:\\.|[^\"])*\"|'[^']*'|(?:^|\s)#.*|[\[{\]}]", line):
            if found[0] in _CLOSING:
                opened.append(_Spot(lines, number, found.start()))
            elif found[0] in "]}" and opened:
                opened.pop()
    return opened[0] if opened else None


def _reserved(stop: _Stop) -> Mistake | None:
    """Find a value that begins with a sign that means something else."""
    for spot in (stop.start, stop.at):
        if spot is None or not spot.char or spot.char not in _RESERVED or not _begins_value(spot):
            continue
        if spot.char == ",":
            return spot, "nothing stands before the comma", "write a value, or take the comma out"
        value = spot.text[spot.column :].strip()
        right = f"put it in quotes: '{value}'" if len(value) <= _LONGEST and "'" not in value else "put it in quotes"
        return spot, f"a value may not begin with {spot.char}", right
    return None


def _begins_value(spot: _Spot) -> bool:
    before = spot.before.rstrip()
    return not before or before[-1] in ":-[{,"


def _list(stop: _Stop) -> Mistake | None:
    if stop.at.char != "-" or not stop.at.before.rstrip().endswith(":"):
        return None
    return stop.at, "a list begins on the line of its key", "begin it on the next line, or write [a, b]"


def _after_end(stop: _Stop) -> Mistake | None:
    """Find what stands behind the end of a value."""
    before = stop.at.before.rstrip()
    if not before or stop.at.char == ":":
        return None
    if stop.at.char in ("]", "}"):
        return stop.at, f"there is one '{stop.at.char}' too many", "take it out"
    if before[-1] == '"' or "'" in before:
        right = "put the whole text in double quotes: within single ones an apostrophe ends it"
        if before[-1] == '"':
            right = "put the whole text in single quotes, or take the quotes out"
        return stop.at, "text goes on after the closing quote", right
    if before[-1] in "]}":
        return stop.at, "text goes on after the closing bracket", "put the whole text in quotes"
    return None


def _colon(stop: _Stop) -> Mistake | None:
    """Find what is wrong where a colon is one too many: on its line, or because of the line above."""
    if stop.at.char != ":":
        return None
    key, colon, value = stop.at.text.strip().partition(": ")
    if colon and ": " in stop.at.before:
        plain = len(value) <= _LONGEST and not re.search(r"['{}\[\]]", value)
        right = f"put the text in quotes: {key.strip()}: '{value}'" if plain else "put the text that holds it in quotes"
        return stop.at, _SECOND, right
    above = stop.at.above()
    return _no_colon(above) or (
        _Spot(stop.at.lines, stop.at.line, _indent(stop.at.text)),
        f"the line is indented deeper than line {above.line + 1}, which has its value already",
        "indent it as its neighbours, or take the value above away",
    )


def _key(stop: _Stop) -> Mistake | None:
    """Find a line that should be a key and has no colon, where the parser stopped on the next."""
    return _no_colon(stop.start) if stop.start and stop.start.line < stop.at.line else None


def _no_colon(spot: _Spot) -> Mistake | None:
    """Return what is wrong with a line that has no colon with a blank behind it."""
    text = re.sub(r"\s#.*", "", spot.text).strip()
    spot = _Spot(spot.lines, spot.line, _indent(spot.text))
    short = len(text) <= _LONGEST
    if ": " in text or text.endswith(":") or text.startswith(("- ", "[", "{")):
        return None
    if found := re.fullmatch(r"([^\s:\uff1a=]+)\s*(?:[:\uff1a]|\s=|=)\s*(\S.*)", text):
        sign = "a blank is missing after the colon" if ":" in text else "the key has no ': ' behind it"
        return spot, sign, f"write '{found[1]}: {found[2]}'" if short else "write ': ' between key and value"
    return spot, "the line has no colon", f"write '{text}:'" if short else "write ': ' between key and value"


def _indented(stop: _Stop) -> Mistake | None:
    """Find a line whose indentation fits no other."""
    if stop.at.before.strip() or stop.at.last:
        return None
    if stop.at.char == "-":
        return stop.at, "an entry of a list stands among keys", "indent it under the key that it belongs to"
    if stop.start and stop.start.char == "-":
        return stop.at, "a key stands among the entries of a list", "indent it under its entry, or begin it with '- '"
    count = f"{stop.at.column} blank{'' if stop.at.column == 1 else 's'}"
    right = "indent it as the keys that it belongs to"
    return stop.at, f"the line is indented by {count}, which fits no line above", right


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


_RULES: tuple[Callable[[_Stop], Mistake | None], ...] = (
    _tab, _merge, _documents, _open_quote, _escape, _bracket, _reserved, _list, _after_end, _colon, _key, _indented,
)  # fmt: skip
"""Every rule, the surest first."""
