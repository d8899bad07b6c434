"""A study file: which scenario, which dimensions, how many members; every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Fault, InputError, did_you_mean
from planner.files.reading.text import UnreadableError, display, read_file
from planner.files.reading.tree import Node, child, compose, describe, items, path_text, place_of, plain
from planner.records import identifier_word

if TYPE_CHECKING:
    from planner.files.reading.tree import Where

KEYS = ("study", "title", "scenario", "variants", "years", "futures", "set", "ranges", "sample")
BASE = "base"
"""The word for the scenario as it is, among its variants."""
METHODS = ("random", "latin", "sobol")
MOST_STEPS = 10_000
"""Most values of one range."""
_QUANTITY = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*")

Point = tuple[tuple[str, str], ...]
"""What is set together: (dotted path, value as it is written)."""


@dataclass(frozen=True)
class Amount:
    """A number with what is written behind it."""

    number: float
    unit: str

    def __str__(self) -> str:
        return f"{self.number:.12g}{' ' if self.unit else ''}{self.unit}"


@dataclass(frozen=True)
class Dimension:
    """What is varied by itself: a name, and the points to try, each by its label."""

    name: str
    points: tuple[tuple[str, Point], ...]


@dataclass(frozen=True)
class Sampling:
    """Dimensions that are drawn: by path, the low and the high end; how, how often, and by which seed."""

    ranges: Mapping[str, tuple[Amount, Amount]]
    method: str
    members: int
    seed: int


@dataclass(frozen=True)
class StudyFile:
    """A study as its file says it.

    Attributes
    ----------
    variants
        variants of the scenario; None stands for the scenario as it is
    dimensions
        every combination of their points is a member
    sampling
        each such combination is tried with every draw; None where nothing is drawn
    places
        where each path is written, for faults found later
    """

    id: str
    path: Path
    scenario: Path
    title: str = ""
    variants: tuple[str | None, ...] = (None,)
    dimensions: tuple[Dimension, ...] = ()
    sampling: Sampling | None = None
    places: Mapping[str, Node] = field(default_factory=dict, repr=False)


def load_study(path: str | Path) -> StudyFile:
    """Read a study file. Raises InputError with all its faults."""
    faults: list[Fault] = []
    try:
        file = read_file(Path(path), "scenario")
    except UnreadableError as error:
        raise InputError([error.fault]) from None
    root = compose(file.data, display(file.path), faults)
    study = None if root is None else _Reader(faults, Path(path)).study(root)
    if study is None or faults:
        raise InputError(faults)
    return study


class _Reader:
    """Reads the tree of a study file and gathers faults."""

    def __init__(self, faults: list[Fault], path: Path) -> None:
        self.faults, self.path = faults, path
        self.places: dict[str, Node] = {}

    def fault(self, node: Node, where: Where, what: str, right: str) -> None:
        """Note what is wrong at a place."""
        self.faults.append(Fault(place_of(node), path_text(where), what, right))

    def study(self, root: Node) -> StudyFile | None:
        """Return the study; None where it lacks what it cannot do without."""
        for key, node, _ in items(root):
            if key not in KEYS:
                self.fault(node, ((), key), f"there is no key '{key}' in a study", did_you_mean(key, KEYS))
        for key, right in (("study", "write an id, such as study: growth"), ("scenario", "write its file")):
            if child(root, key) is None:
                self.fault(root, ((), key), "is missing", right)
                return None
        name = self.text(root, "study")
        try:
            identifier_word(name)
        except ValueError as error:
            self.fault(child(root, "study") or root, ((), "study"), str(error), "")
        dimensions = (*self.years(root), *self.futures(root), *self.values(root))
        return StudyFile(
            id=name,
            path=self.path,
            scenario=self.path.parent / self.text(root, "scenario"),
            title=self.text(root, "title"),
            variants=tuple(None if each == BASE else each for each in self.words(root, "variants")) or (None,),
            dimensions=dimensions,
            sampling=self.sampling(root),
            places=self.places,
        )

    def text(self, root: Node, key: str) -> str:
        """Return the text under a key; empty where there is none."""
        node = child(root, key)
        if node is None:
            return ""
        found = plain(node)
        if not isinstance(found, str):
            self.fault(node, ((), key), f"{describe(node)} is no text", "write a text")
            return ""
        return found

    def words(self, root: Node, key: str) -> list[str]:
        """Return a list of texts under a key."""
        node = child(root, key)
        found = [] if node is None else plain(node)
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            assert node is not None
            self.fault(node, ((), key), f"{describe(node)} is no list of names", "write [base, other]")
            return []
        return found

    def years(self, root: Node) -> Iterator[Dimension]:
        """Yield the dimension of years: each entry is the years of a plan."""
        node = child(root, "years")
        if node is None:
            return
        entries = plain(node)
        if not isinstance(entries, list) or not entries:
            self.fault(
                node, ((), "years"), f"{describe(node)} is no list", "write [2030, 2035] or [[2026, 2030], 2035]"
            )
            return
        self.places["years"] = node
        texts = [each if isinstance(each, list) else [each] for each in entries]
        yield Dimension("years", tuple((_written(each), (("years", _written(each)),)) for each in texts))

    def futures(self, root: Node) -> Iterator[Dimension]:
        """Yield the dimension of futures: each sets several paths together."""
        node = child(root, "futures")
        points = []
        for name, _, future in items(node):
            found = [(path, _written(plain(value))) for path, _, value in items(future)]
            self.places |= {path: value for path, _, value in items(future)}
            if not found and plain(future):
                self.fault(future, (((), "futures"), name), f"{describe(future)} sets nothing", "write {path: value}")
            points.append((name, tuple(found)))
        if points:
            yield Dimension("futures", tuple(points))
        elif node is not None:
            self.fault(node, ((), "futures"), f"{describe(node)} is no map", "write {low: {demand.scale: 0.7}}")

    def values(self, root: Node) -> Iterator[Dimension]:
        """Yield a dimension for each path under `set`: a list, or {from, to, steps}."""
        for path, _, node in items(child(root, "set")):
            self.places[path] = node
            where: Where = (((), "set"), path)
            found = plain(node)
            if isinstance(found, dict) and found.keys() == {"from", "to", "steps"}:
                texts = self.spread(node, where)
            elif isinstance(found, list) and found:
                texts = [_written(each) for each in found]
            else:
                right = "write a list, or {from: 1 PFLOPS, to: 3 PFLOPS, steps: 3}"
                self.fault(node, where, f"{describe(node)} is no dimension", right)
                continue
            yield Dimension(path, tuple((text, ((path, text),)) for text in texts))

    def spread(self, node: Node, where: Where) -> list[str]:
        """Return evenly spread values."""
        ends = self.ends(node, where, "from", "to")
        steps = self.number(node, "steps", where, range(2, MOST_STEPS + 1))
        if ends is None or steps is None:
            return []
        low, high = ends
        numbers = (low.number + (high.number - low.number) * i / (steps - 1) for i in range(steps))
        return [str(Amount(number, low.unit)) for number in numbers]

    def ends(self, node: Node, where: Where, one: str, other: str) -> tuple[Amount, Amount] | None:
        """Return the two ends of a range, which have the same unit."""
        found = []
        for key in (one, other):
            at = child(node, key)
            match = None if at is None else _QUANTITY.fullmatch(str(plain(at)))
            if match is None:
                self.fault(at or node, (where, key), "is no number with a unit", "write one: 20 PFLOPS")
                return None
            found.append(Amount(float(match[1]), match[2]))
        if found[0].unit != found[1].unit:
            self.fault(node, where, f"'{found[0].unit}' and '{found[1].unit}' differ", "write both ends in one unit")
            return None
        return found[0], found[1]

    def number(self, node: Node, key: str, where: Where, fits: range) -> int | None:
        """Return a whole number under a key."""
        at = child(node, key)
        text = "" if at is None else plain(at)
        if not isinstance(text, str) or not re.fullmatch(r"-?\d+", text) or int(text) not in fits:
            right = f"write one from {fits[0]:,} to {fits[-1]:,}"
            self.fault(at or node, (where, key), "is no whole number that fits", right)
            return None
        return int(text)

    def sampling(self, root: Node) -> Sampling | None:
        """Return what is drawn: paths under `ranges`, and how, under `sample`."""
        ranges: dict[str, tuple[Amount, Amount]] = {}
        for path, _, node in items(child(root, "ranges")):
            self.places[path] = node
            ends = self.ends(node, (((), "ranges"), path), "low", "high")
            if ends is not None:
                ranges[path] = ends
        sample = child(root, "sample")
        if sample is None and child(root, "ranges") is None:
            return None
        if sample is None or not ranges:
            self.fault(root, ((), "sample"), "ranges and sample need each other", "write both, or neither")
            return None
        where: Where = ((), "sample")
        method = str(plain(child(sample, "method") or sample)) if child(sample, "method") is not None else "latin"
        if method not in METHODS:
            self.fault(sample, (where, "method"), f"'{method}' is no way to draw", f"write one of {', '.join(METHODS)}")
        members = self.number(sample, "members", where, range(1, 10**9))
        seed = self.number(sample, "seed", where, range(10**9)) if child(sample, "seed") is not None else 1
        return None if members is None or seed is None else Sampling(ranges, method, members, seed)


def _written(value: Any) -> str:
    """Return a value as YAML takes it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_written(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(map(_written, value)) + "]" if isinstance(value, list) else str(value)
