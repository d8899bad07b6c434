"""Foreign files become topologies of ours: one entrance for all formats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import Fault, InputError, Place, UsageError, did_you_mean
from planner.files.changing.writing import put_files, temporary_folder
from planner.files.formats.demand import demand_record
from planner.files.formats.figures import KINDS
from planner.files.formats.opening import json_of, read_source
from planner.files.formats.own import unpack
from planner.files.formats.raw import Guess, Parts, Raw, Settings
from planner.files.formats.registry import FORMATS, IMPORTS, SUFFIXES
from planner.files.formats.settle import settle
from planner.files.formats.yaml_text import yaml_text
from planner.files.reading.countries import CODES
from planner.files.reading.load import load_demand, load_topology
from planner.files.reading.text import display
from planner.records import identifier_word
from planner.topology import SECTIONS, Topology
from planner.units import UnitError, parse

_SHOWN = 6


@dataclass(frozen=True)
class Imported:
    """A topology as it was read from a foreign file.

    Attributes
    ----------
    text
        The file of ours, in YAML, as `load_topology` reads it.
    demand_text
        The file of its demand, or None where the file knows no demand.
    guesses
        Every figure that the file does not give.
    messages
        What was left out or put together, and why.
    """

    topology: Topology
    text: str
    format: str
    demand_text: str | None = None
    guesses: tuple[Guess, ...] = ()
    messages: tuple[str, ...] = ()
    sources: tuple[str, ...] = field(default=())

    def write(self, path: str | Path, demand: str | Path | None = None) -> None:
        """Write the topology, and where asked the demand, over what is there: both whole, or neither."""
        files = {Path(path): self.text.encode()}
        if demand is not None and self.demand_text is not None:
            files[Path(demand)] = self.demand_text.encode()
        put_files(files)

    def report(self) -> list[str]:
        """Return what was guessed and left out as lines, guesses of one kind on one line."""
        groups: dict[tuple[str, str], list[str]] = defaultdict(list)
        for guess in self.guesses:
            groups[guess.field, guess.why].append(guess.value)
        lines = [
            f"{len(values)} {_plural(name, len(values))}: {why}: {_shown(values)}"
            for (name, why), values in groups.items()
        ]
        return [*lines, *self.messages]


def _shown(values: list[str]) -> str:
    """Return values in few words: the one that all are, the commonest with their numbers, or the first of many."""
    counted = Counter(values).most_common()
    if len(counted) == 1:
        return values[0] + (" each" if len(values) > 1 else "")
    if counted[0][1] == 1:
        return ", ".join(values[:_SHOWN]) + (" ..." if len(values) > _SHOWN else "")
    rest = f" and {len(counted) - _SHOWN} more" if len(counted) > _SHOWN else ""
    return ", ".join(f"{value} ({n} times)" if n > 1 else value for value, n in counted[:_SHOWN]) + rest


def _plural(name: str, count: int) -> str:
    if count == 1 or name.endswith("s"):
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}es" if name.endswith("ch") else f"{name}s"


def import_topology(
    *paths: str | Path,
    format: str | None = None,  # noqa: A002 -- the word that users know it by
    id: str | None = None,  # noqa: A002 -- likewise
    country: str | None = None,
    capacity: str = "100 Gbps",
    kind: str | None = None,
    unit: str | None = None,
    unserved: str | None = None,
    drop_unplaced: bool = False,
    snap: str = "5 km",
) -> Imported:
    """Return foreign files as a topology of ours, with everything that had to be guessed.

    Parameters
    ----------
    paths
        One file, or those that belong together: cables and landing points, nodes and spans, tables; or their folder.
    format
        One of `IMPORTS`; by default told by the file's name and beginning.
    id, country, capacity, kind, unit, unserved, drop_unplaced
        What to take where the file is silent; see `Settings`.
    snap
        How far a landing may lie off its cable's line.

    Raises
    ------
    UsageError
        where an option or the format is unknown, or a file is not there
    InputError
        where a file cannot be read, with its name and line
    """
    settings = _checked(Settings(id, country, capacity, kind, unit, unserved, drop_unplaced), snap)
    files = _files(paths)
    parts = [(display(path), read_source(path)) for path in files]
    chosen = _format_of(files, parts) if format is None else format
    raw = _read(chosen, parts, settings)
    if len(paths) == 1 and Path(paths[0]).is_dir() and not raw.own:
        _tell_folder(raw, Path(paths[0]), files)
    header = [f"Imported from {', '.join(path.name for path in files)} ({chosen})."]
    record, demand, guesses, messages = _records(raw, settings)
    if guesses:
        header.append("Fields marked `confidence: assumed` were not in the file: their notes say which, and why.")
    text = yaml_text(record, header, sections=SECTIONS)
    topology = _loaded(text, raw.file, load_topology)
    demand_text = None
    if demand is not None:
        demand_text = yaml_text(demand, header, sections=("workloads", "demands"))
        _loaded(demand_text, raw.file, load_demand)
    names = tuple(name for name, _ in parts)
    return Imported(topology, text, chosen, demand_text, tuple(guesses), tuple(messages), names)


def _read(chosen: str, parts: Parts, settings: Settings) -> Raw:
    """Read files in a format, as many of them as it takes."""
    if chosen not in IMPORTS:
        raise UsageError(f"there is no format '{chosen}': {did_you_mean(chosen, IMPORTS)}")
    sort = FORMATS[chosen]
    if len(parts) > 1 and not sort.several:
        raise UsageError(f"{chosen} is read from one file: give one")
    raw = sort.read(parts, settings)
    if raw.own and len(parts) > 1 and not sort.folder:
        raise UsageError(f"{raw.file} was written by the planner and is whole: give it alone, then merge topologies")
    return raw


def _tell_folder(raw: Raw, folder: Path, files: Sequence[Path]) -> None:
    """Take a folder's name for a title, and tell what in it is not read."""
    raw.head["title"] = raw.head.get("title") or folder.resolve().name
    beside = sorted({path.name for path in folder.iterdir()} - {path.name for path in files})
    raw.messages += [f"not read in the folder: {', '.join(beside)}"] if beside else []


def _records(
    raw: Raw, settings: Settings
) -> tuple[dict[str, Any], dict[str, Any] | None, Sequence[Guess], Sequence[str]]:
    """Return the topology and, where there is any, the demand, with what was guessed and what is to be told."""
    if not raw.own:
        settled = settle(raw, settings)
        return settled.record, demand_record(raw, settled, settings), settled.guesses, settled.messages
    record = unpack(raw)
    if settings.id:
        record["topology"] = settings.id
    return record, None, raw.guesses, raw.messages


def _checked(settings: Settings, snap: str) -> Settings:
    """Return settings whose words make sense."""
    try:
        parse(settings.capacity, "gbps")
        snap_km = parse(snap, "km")
        if settings.unserved not in (None, "required"):
            parse(settings.unserved, "usd_per_gbps_year")
        if settings.unit:
            parse(f"1 {settings.unit}", "gbps")
        if settings.id is not None:
            identifier_word(settings.id)
    except (UnitError, ValueError) as error:
        raise UsageError(str(error)) from None
    if settings.kind not in (None, *KINDS):
        raise UsageError(f"there is no kind of link '{settings.kind}': {did_you_mean(settings.kind, KINDS)}")
    if settings.kind == "satellite":
        raise UsageError("satellite links need their round-trip time in the file: import another kind, then edit")
    if settings.country is not None and settings.country not in CODES:
        raise UsageError(f"'{settings.country}' is no country: write two capital letters, such as KZ")
    return Settings(
        settings.id, settings.country, settings.capacity, settings.kind, settings.unit, settings.unserved,
        settings.drop_unplaced, snap_km,
    )  # fmt: skip


def _files(paths: Sequence[str | Path]) -> list[Path]:
    if not paths:
        raise UsageError("there is no file to import")
    if len(paths) == 1 and Path(paths[0]).is_dir():
        folder = Path(paths[0])
        beside = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
        for suffix in (".csv", ".geojson", ".kml"):
            if found := [path for path in beside if path.suffix.lower() == suffix]:
                return found
        raise UsageError(f"{display(folder)} holds no CSV table: give a file, or a folder with nodes.csv")
    return [Path(path) for path in paths]


def _format_of(paths: Sequence[Path], parts: Parts) -> str:
    """Return the format that a file's name and beginning tell, or raise `UsageError`."""
    suffix, (name, data) = paths[0].suffix.lower(), parts[0]
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    known = [FORMATS[each] for each in IMPORTS]
    begun = [each.name for each in known if each.begins and start.startswith(each.begins)]
    if begun:
        return begun[0]
    if suffix in (".geojson", ".json"):
        value = json_of(data, name)
        return next((each.name for each in known if each.is_like(value)), "geojson")
    if suffix == ".csv":
        heads = [text[:65536] for _, text in parts]
        return next(
            (each.name for each in known if any(word in head for head in heads for word in each.columns)), "csv"
        )
    if suffix == ".xml" or (start.startswith(b"<") and suffix not in SUFFIXES):
        tags = [(data[:8192].find(f"<{each.root}".encode()), each.name) for each in known if each.root]
        if found := [tag for tag in tags if tag[0] >= 0]:
            return min(found)[1]
    if suffix in SUFFIXES:
        return SUFFIXES[suffix]
    raise UsageError(f"{name}: its format cannot be told: give --format, one of {', '.join(IMPORTS)}")


def _loaded(text: str, name: str, load: Any) -> Any:
    """Return what our own reader makes of a text; its faults are the foreign file's, whose lines are not known."""
    with temporary_folder() as folder:
        path = folder / "imported.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            return load(path)
        except InputError as error:
            raise InputError(Fault(Place(name), f.where, f.what, f.right) for f in error.faults) from None
