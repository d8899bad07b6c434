"""Taking records out of a topology, with or without what hangs on them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from planner.errors import Fault, InputError, did_you_mean
from planner.files.changing.document import Document, Keys
from planner.files.changing.mentions import PREFIXES, Mention, failing_ids, mentions, prefixed
from planner.files.changing.operations import Delete, Insert, Operation, Replace, put
from planner.files.changing.surgery import apply
from planner.files.reading.links import pairs_of, texts
from planner.files.reading.tree import child, items, path_text, place_of
from planner.segments import Pair, pair_named, pairs_in, segment_id

SORTS = tuple(prefix for prefix in PREFIXES if prefix != "rule")


def targets(document: Document, words: Iterable[str]) -> list[tuple[str, str]]:
    """Return sort and id of the records that words such as "link:khorgos-almaty" name.

    Raises InputError if a word has no known prefix or names nothing in the file.
    """
    faults, found = [], []
    for word in words:
        sort, name = prefixed(word)
        section = child(document.root, f"{sort}s")
        if sort not in SORTS:
            prefix, colon, _ = word.partition(":")
            near = did_you_mean(prefix, SORTS, most=0) if colon else ""
            right = near or f"write one of {':, '.join(SORTS)}: before an id"
            faults.append(Fault(place_of(document.root), "", f"'{word}' has no known prefix", right))
        elif child(section, name) is None:
            known = [key for key, _, _ in items(section)]
            right = _segment_help(document, name) if sort == "link" else ""
            what = f"there is no {sort} '{name}'"
            faults.append(Fault(place_of(document.root), "", what, right or did_you_mean(name, known)))
        else:
            found.append((sort, name))
    if faults:
        raise InputError(faults)
    return found


def _segment_help(document: Document, name: str) -> str:
    cable, colon, _ = name.partition(":")
    there = colon and child(child(document.root, "cables"), cable) is not None
    return f"it may be a segment of cable:{cable}: change its route, or cut it in a scenario" if there else ""


def remove(document: Document, words: Iterable[str], *, cascade: bool = False) -> Document:
    """Return a topology without some records.

    Parameters
    ----------
    words
        Ids with their prefix: node:x, site:x, link:x, cable:x, risk:x, group:x, project:x, source:x.
    cascade
        Whether what refers to them goes too: sites and links at a node, things that need a project, entries of
        risks, the field `source`. A cable's route is parted where a node is gone.

    Raises
    ------
    InputError
        If something refers to them and `cascade` is not set; it lists every such place.
    """
    asked = targets(document, words)
    removal = _Removal(document)
    for sort, name in asked:
        removal.take(sort, name)
    dangling = removal.follow(cascade=cascade)
    if dangling and not cascade:
        raise InputError(dangling)
    return apply(document, removal.operations())


@dataclass
class _Removal:
    """What goes, and who refers to it."""

    document: Document
    gone: set[str] = field(default_factory=set)
    deleted: set[Keys] = field(default_factory=set)
    routes: set[str] = field(default_factory=set)
    heap: deque[str] = field(default_factory=deque)
    naming: dict[str, list[Mention]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Find who names whom."""
        for mention in mentions(self.document):
            for target in _targets_of(mention):
                self.naming[target].append(mention)

    def take(self, sort: str, name: str) -> None:
        """Note that a record goes, and the segments of a cable with it."""
        self._lose(f"{sort}:{name}")
        self.deleted.add((f"{sort}s", name))
        record = self.document.find((f"{sort}s", name))
        if sort == "cable" and record is not None:
            for pair in pairs_of(record):
                self._lose_segment(name, pair)

    def _lose(self, target: str) -> None:
        if target not in self.gone:
            self.gone.add(target)
            self.heap.append(target)

    def _lose_segment(self, cable: str, pair: Pair) -> None:
        self._lose(f"link:{segment_id(cable, pair)}")
        self._lose(f"link:{segment_id(cable, pair.turned)}")

    def follow(self, *, cascade: bool) -> list[Fault]:
        """Return what would dangle; with `cascade`, note that it goes too."""
        faults = []
        while self.heap:
            target = self.heap.popleft()
            for mention in self.naming[target]:
                if any(mention.path[:size] in self.deleted for size in range(1, len(mention.path) + 1)):
                    continue
                what = f"refers to {target}, which would be gone"
                right = "remove or change it first, or add --cascade"
                faults.append(Fault(place_of(mention.node), path_text(_nested(mention.path)), what, right))
                if cascade:
                    self._take_with(mention)
        return faults

    def _take_with(self, mention: Mention) -> None:
        path = mention.path
        if path[0] in ("background", "regions"):  # a place that is not there is told, with its Gbps
            return
        if mention.sort == "node" and path[0] == "cables":
            self._part(str(path[1]))
        elif mention.sort in ("node", "project"):
            owner = path[:-1] if mention.sort == "project" else path[:2]
            if len(owner) == 2:
                self.take(str(owner[0]).removesuffix("s"), str(owner[1]))
            else:
                self.deleted.add(owner)
        else:
            self.deleted.add(path)
            self._empty(path)

    def _empty(self, path: Keys) -> None:
        """Take a risk out of which everything that fails has gone, or a group of which all sites have."""
        if (path[0], path[2:3]) in {("risks", ("fails",)), ("groups", ("sites",))}:
            entries = texts(self.document.find(path[:3]))
            if all((*path[:3], number) in self.deleted for number in range(len(entries))):
                self.take(str(path[0]).removesuffix("s"), str(path[1]))

    def _part(self, cable: str) -> None:
        """Note that a cable's route is parted where its nodes are gone; with no pair left it goes whole."""
        self.routes.add(cable)
        record = self.document.find(("cables", cable))
        if record is None:
            return
        for pair in pairs_of(record):
            if any(f"node:{end}" in self.gone for end in pair.ends):
                self._lose_segment(cable, pair)
        if not any(self._rows(cable).values()):
            self.take("cable", cable)

    def _rows(self, cable: str) -> dict[Keys, list[list[str]]]:
        """Return the rows of landings that are left of a cable's route and of each of its branches."""
        record: Keys = ("cables", cable)
        branches = child(self.document.find(record), "branches")
        count = len(branches.value) if branches is not None else 0
        paths: list[Keys] = [(*record, "route"), *((*record, "branches", number) for number in range(count))]
        return {path: self._pieces(texts(self.document.find(path))) for path in paths}

    def _pieces(self, row: list[str]) -> list[list[str]]:
        """Return the stretches of two and more landings of a row between those that are gone."""
        pieces: list[list[str]] = [[]]
        for name in row:
            if f"node:{name}" in self.gone:
                pieces.append([])
            else:
                pieces[-1].append(name)
        return [piece for piece in pieces if len(piece) > 1]

    def operations(self) -> list[Operation]:
        """Return the operations on the text."""
        made: list[Operation] = []
        for cable in sorted(self.routes):
            if ("cables", cable) not in self.deleted:
                made += self._parted(cable)
        return [*made, *(Delete(path) for path in sorted(self.deleted, key=str))]

    def _parted(self, cable: str) -> list[Operation]:
        """Return the operations that part a cable: what follows a gap in a row becomes a branch of its own."""
        route: Keys = ("cables", cable, "route")
        branches: Keys = ("cables", cable, "branches")
        rows = self._rows(cable)
        more = [piece for pieces in rows.values() for piece in pieces[1:]]
        if not rows[route] or not any(pieces for path, pieces in rows.items() if path != route):
            first, *whole = [piece for pieces in rows.values() for piece in pieces]
            if not whole and self.document.find(branches) is not None:
                self.deleted.add(branches)
            branch = [put(self.document, branches, [list(row) for row in whole])] if whole else []
            return [*(self._trimmed(route, first) if rows[route] else [Replace(route, list(first))]), *branch]
        if more and self._counted_anew(list(rows.values())):
            left = [list(piece) for path, pieces in rows.items() for piece in pieces[path == route :]]
            return [*self._trimmed(route, rows[route][0]), put(self.document, branches, left)]
        made: list[Operation] = []
        for path, pieces in rows.items():
            made += self._trimmed(path, pieces[0]) if pieces else [Delete(path)]
        count = len(rows) - 1
        return [*made, *(Insert((*branches, count + number), list(piece)) for number, piece in enumerate(more))]

    @staticmethod
    def _counted_anew(rows: list[list[list[str]]]) -> bool:
        """Tell whether ways between the same two landings would be counted in another order with new rows at the end.

        Their numbers are their names.
        """
        return any(pair.way > 1 for pair in pairs_in(piece for pieces in rows for piece in pieces))

    def _trimmed(self, path: Keys, kept: list[str]) -> list[Operation]:
        """Return the operations that leave of a row the stretch that is kept."""
        row = texts(self.document.find(path))
        start = next(n for n in range(len(row)) if row[n : n + len(kept)] == kept)
        return [Delete((*path, n)) for n in range(len(row)) if not start <= n < start + len(kept)]


def _targets_of(mention: Mention) -> list[str]:
    """Return what a mention names, each with its prefix."""
    word = str(mention.node.value)
    if mention.sort in ("node", "site", "project", "source"):
        return [f"{mention.sort}:{word}"]
    if mention.sort == "segment":
        pair = pair_named(word)
        return [f"node:{end}" for end in pair.ends] if pair is not None else []
    return failing_ids(word) if mention.sort == "failing" else []


def _nested(path: Keys) -> tuple[object, ...]:
    where: tuple[object, ...] = ()
    for key in path:
        where = (where, key)
    return where
