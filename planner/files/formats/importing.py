"""Foreign files become topologies of ours, and back: one entrance and one exit for all formats."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from planner.errors import Fault, InputError, Place, UsageError, did_you_mean
from planner.files.changing.writing import put_file, put_files, temporary_folder
from planner.files.formats import geojson, gml, graphml, kml, ofds, sheets, sndlib
from planner.files.formats.demand import demand_record
from planner.files.formats.opening import json_of, read_source
from planner.files.formats.own import pack, unpack
from planner.files.formats.raw import Guess, Raw, Settings
from planner.files.formats.records import SECTIONS
from planner.files.formats.settle import settle
from planner.files.formats.yaml_text import yaml_text
from planner.files.reading.countries import CODES
from planner.files.reading.load import load_demand, load_topology
from planner.files.reading.text import display
from planner.records import identifier_word
from planner.topology import Topology
from planner.units import UnitError, parse

__all__ = ["EXPORTS", "FORMATS", "Imported", "export_topology", "format_of", "import_topology"]

FORMATS = ("graphml", "gml", "sndlib", "geojson", "ofds", "kml", "csv", "xlsx")
"""The formats that are read."""
EXPORTS = ("graphml", "gml", "geojson", "ofds", "kml", "csv", "xlsx")
"""The formats that are written."""
_SUFFIXES = {".graphml": "graphml", ".gml": "gml", ".geojson": "geojson", ".kml": "kml", ".kmz": "kml", ".csv": "csv",
             ".xlsx": "xlsx", ".txt": "sndlib", ".native": "sndlib", ".snd": "sndlib"}  # fmt: skip
_SHOWN = 6
_SEVERAL = ("geojson", "kml", "ofds", "csv")
_ROOTS = {"graphml": "graphml", "network": "sndlib", "kml": "kml"}


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
        One of `FORMATS`; by default told by the file's name and beginning.
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
    chosen = format_of(files, parts) if format is None else format
    if chosen not in FORMATS:
        raise UsageError(f"there is no format '{chosen}': {did_you_mean(chosen, FORMATS)}")
    if len(parts) > 1 and chosen not in _SEVERAL:
        raise UsageError(f"{chosen} is read from one file: give one")
    raw = _read(chosen, parts, settings)
    if len(paths) == 1 and Path(paths[0]).is_dir() and not raw.own:
        raw.head["title"] = raw.head.get("title") or Path(paths[0]).resolve().name
        beside = sorted({path.name for path in Path(paths[0]).iterdir()} - {path.name for path in files})
        raw.messages += [f"not read in the folder: {', '.join(beside)}"] if beside else []
    header = [f"Imported from {', '.join(path.name for path in files)} ({chosen})."]
    demand: dict[str, Any] | None = None
    if raw.own and len(parts) > 1 and chosen != "csv":
        raise UsageError(f"{raw.file} was written by the planner and is whole: give it alone, then merge topologies")
    if raw.own:
        record, guesses, messages = unpack(raw), raw.guesses, raw.messages
        if settings.id:
            record["topology"] = settings.id
    else:
        settled = settle(raw, settings)
        record, guesses, messages = settled.record, settled.guesses, settled.messages
        demand = demand_record(raw, settled, settings)
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
    kinds = ("terrestrial", "submarine", "microwave", "satellite")
    if settings.kind not in (None, *kinds):
        raise UsageError(f"there is no kind of link '{settings.kind}': {did_you_mean(settings.kind, kinds)}")
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


def format_of(paths: Sequence[Path], parts: Sequence[tuple[str, bytes]]) -> str:
    """Return the format that a file's name and beginning tell, or raise `UsageError`."""
    suffix, (name, data) = paths[0].suffix.lower(), parts[0]
    start = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"?SNDlib"):
        return "sndlib"
    if suffix in (".geojson", ".json"):
        return _json_format(json_of(data, name))
    if suffix == ".csv" and any(b"nodes/0/id" in text[:65536] or b"spans/0/id" in text[:65536] for _, text in parts):
        return "ofds"
    if suffix == ".xml" or (start.startswith(b"<") and suffix not in _SUFFIXES):
        tags = [data[:8192].find(f"<{tag}".encode()) for tag in _ROOTS]
        found = [(at, sort) for at, sort in zip(tags, _ROOTS.values(), strict=True) if at >= 0]
        if found:
            return min(found)[1]
    if suffix in _SUFFIXES:
        return _SUFFIXES[suffix]
    raise UsageError(f"{name}: its format cannot be told: give --format, one of {', '.join(FORMATS)}")


def _json_format(value: Any) -> str:
    if isinstance(value, dict) and ("networks" in value or ("nodes" in value and "type" not in value)):
        return "ofds"
    features = value.get("features") if isinstance(value, dict) else None
    first = features[0] if isinstance(features, list) and features and isinstance(features[0], dict) else {}
    properties = first.get("properties") or {}
    if not isinstance(properties, dict):
        return "geojson"
    return "ofds" if "featureType" in properties or isinstance(properties.get("network"), dict) else "geojson"


def _read(chosen: str, parts: list[tuple[str, bytes]], settings: Settings) -> Raw:
    name, data = parts[0]
    if chosen == "geojson":
        return geojson.read(parts, settings)
    if chosen == "kml":
        return kml.read(parts, settings)
    if chosen == "ofds":
        return ofds.read(parts)
    if chosen == "csv":
        return sheets.read_csv(parts)
    return {"graphml": graphml.read, "gml": gml.read, "sndlib": sndlib.read, "xlsx": _xlsx}[chosen](data, name)


def _xlsx(data: bytes, name: str) -> Raw:
    return sheets.read_xlsx(data, name)


def _loaded(text: str, name: str, load: Any) -> Any:
    """Return what our own reader makes of a text; its faults are the foreign file's, whose lines are not known."""
    with temporary_folder() as folder:
        path = folder / "imported.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            return load(path)
        except InputError as error:
            raise InputError(Fault(Place(name), f.where, f.what, f.right) for f in error.faults) from None


def export_topology(
    topology: Topology,
    path: str | Path,
    format: str | None = None,  # noqa: A002 -- the word that users know it by
    *,
    force: bool = False,
) -> Path:
    """Write a topology in a foreign format (csv: as a folder of tables) and return where.

    Raises
    ------
    UsageError
        where the format is unknown, or something stands there and `force` does not allow to write over it
    """
    place = Path(path)
    chosen = format or {".json": "ofds", **_SUFFIXES}.get(place.suffix.lower(), "csv" if not place.suffix else "")
    if chosen not in EXPORTS:
        right = did_you_mean(chosen, EXPORTS) if format else f"give --format, one of {', '.join(EXPORTS)}"
        raise UsageError(f"'{format or place.name}' tells no format that is written: {right}")
    raw = pack(topology)
    if chosen == "csv":
        return _put_tables(place, sheets.write_csv(raw), force=force)
    write = {"graphml": graphml.write, "gml": gml.write, "geojson": geojson.write, "ofds": ofds.write,
             "kml": kml.write, "xlsx": sheets.write_xlsx}[chosen]  # fmt: skip
    _check_free(place, force=force)
    return put_file(place, write(raw))


def _put_tables(folder: Path, files: dict[str, bytes], *, force: bool) -> Path:
    if folder.suffix == ".csv" or folder.is_file():
        raise UsageError(f"{display(folder)}: csv is a folder of tables: give a folder, or write xlsx")
    for name in files:
        _check_free(folder / name, force=force)
    put_files({folder / name: data for name, data in files.items()})
    for name in sheets.TABLES if force else ():
        if f"{name}.csv" not in files:
            _set_aside(folder / f"{name}.csv")
    return folder


def _set_aside(table: Path) -> None:
    """Give a table that would be read with the new ones a name by which it is not; it may be somebody's own."""
    names = (table.with_name(f"{table.name}.old{number or ''}") for number in count())
    if table.exists():
        table.rename(next(name for name in names if not name.exists()))


def _check_free(place: Path, *, force: bool) -> None:
    if place.is_dir():
        raise UsageError(f"{display(place)} is a folder: give a file")
    if place.exists() and not force:
        raise UsageError(f"{display(place)} is there already: --force writes over it")
