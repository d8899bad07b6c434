"""SNDlib: survivable network design instances, native text and XML, with their demands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.files.formats.opening import Element, text_of, xml_of
from planner.files.formats.raw import (
    RECORD_LIMIT,
    Guess,
    Parts,
    Raw,
    RawDemand,
    RawLink,
    RawNode,
    Settings,
    broken,
    finite,
)

_Modules = list[tuple[float, float]]

_UNITS = {"MBITPERSEC": "Mbps", "GBITPERSEC": "Gbps", "KBITPERSEC": "kbps", "BITPERSEC": "bps", "TBITPERSEC": "Tbps"}
_NO_UNIT = ("", "none", "unknown", "undefined", "n/a")
_READ_META = ("unit", "title", "id", "granularity", "time", "created", "origin")
_SECTION = re.compile(r"([A-Z_]+)\s*\(")
_NODE = re.compile(r"(\S+)\s*\(\s*(\S+)\s+(\S+?)\s*\).*")
_LINK = re.compile(r"(\S+)\s*\(\s*(\S+)\s+(\S+?)\s*\)\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*\(\s*(.*?)\s*\)")
_DEMAND = re.compile(r"(\S+)\s*\(\s*(\S+)\s+(\S+?)\s*\)\s*(\S+)\s+(\S+)\s+(\S+).*")
_FORMS = {
    "NODES": "name ( longitude latitude )",
    "LINKS": "name ( from to ) capacity cost routing-cost setup-cost ( {module cost}* )",
    "DEMANDS": "name ( from to ) routing-unit value longest-path",
}


def read(parts: Parts, _settings: Settings) -> Raw:
    """Return an SNDlib network with its demands, in either form; sections may come in any order."""
    name, data = parts[0]
    raw = (
        _read_xml(xml_of(data, name), name)
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"
        else _read_native(data, name)
    )
    if len(raw.nodes) + len(raw.links) + len(raw.demands) > RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes, links and demands", "split it")
    _note_unread(raw)
    return raw


def _read_native(data: bytes, name: str) -> Raw:
    text = text_of(data, name)
    if not re.match(r"\s*\?SNDlib native format", text):
        raise broken(name, "is no SNDlib file", "begin it with '?SNDlib native format; type: network; version: 1.0'")
    if "type: network" not in text.split("\n", 1)[0]:
        raise broken(name, "is no SNDlib network", "give the file of type network, not a model or a solution", line=1)
    raw = Raw(name, "sndlib")
    for section, line, number in _native_lines(text, name):
        if len(raw.nodes) + len(raw.links) + len(raw.demands) > RECORD_LIMIT:
            break
        if section == "META":
            key, _, value = line.partition("=")
            raw.head[key.strip()] = value.strip()
        elif section in _FORMS:
            form = {"NODES": _NODE, "LINKS": _LINK, "DEMANDS": _DEMAND}[section].fullmatch(line)
            if form is None:
                raise broken(name, f"'{line[:60]}' is none of the {section}", f"write {_FORMS[section]}", line=number)
            _add_native(raw, section, form, number)
        else:
            raw.pass_over("the file", section)
    raw.rate_unit = _unit_of(str(raw.head.get("unit", "")), name)
    _check_geographic(raw, "")
    return raw


def _native_lines(text: str, name: str) -> Iterator[tuple[str, str, int]]:
    """Yield section, line and its number; comments, blanks and the brackets of sections are left out."""
    section = ""
    number = depth = 0
    for number, whole in enumerate(text.splitlines(), 1):
        line = whole.split("#", 1)[0].strip()
        if not line or line.startswith("?"):
            continue
        opened = _SECTION.match(line)
        if not section and opened:
            section = "" if line.endswith(")") else opened[1]
        elif not section:
            raise broken(name, f"'{line[:60]}' stands outside of the sections", "write NODES ( ... )", line=number)
        elif line == ")" and not depth:
            section = ""
        else:
            yield section, line, number
            depth = max(0, depth + line.count("(") - line.count(")"))  # admissible paths are bracketed over lines
    if section:
        raise broken(name, f"ends inside {section}", "write it whole, with its ')'", line=number)


def _add_native(raw: Raw, section: str, form: re.Match[str], line: int) -> None:
    def number(word: str) -> float:
        return finite(word, raw.file, form[1], line)

    if section == "NODES":
        raw.nodes.append(RawNode(form[1], number(form[3]), number(form[2]), form[1], line=line))
    elif section == "LINKS":
        modules = [number(word) for word in form[8].split()]
        if len(modules) % 2:
            raise broken(raw.file, "a module has no cost", f"write {_FORMS['LINKS']}", line=line)
        pairs = list(zip(modules[::2], modules[1::2], strict=True))
        _add_link(raw, form[1], (form[2], form[3]), capacity=number(form[4]), modules=pairs, line=line)
        costs = (("cost of pre-installed capacity", form[5]), ("routing cost", form[6]), ("set-up cost", form[7]))
        raw.pass_over("links", *(cost for cost, word in costs if number(word)))
    else:
        raw.pass_over("demands", *(["longest path"] if form[6].upper() != "UNLIMITED" else ()))
        raw.demands.append(RawDemand((form[2], form[3]), number(form[4]) * number(form[5]), line))


def _add_link(
    raw: Raw, key: str, ends: tuple[str, str], *, capacity: float | None, modules: _Modules, line: int
) -> None:
    """Add a link; without pre-installed capacity and modules the file gives none, for zero would carry nothing."""
    given = {"capacity": repr(capacity)} if capacity else {}
    raw.links.append(RawLink(ends, key, key, given | ({"modules": modules} if modules else {}), line=line))


def _check_geographic(raw: Raw, says: str) -> None:
    """Raise `InputError` where coordinates are a drawing's, and note the guess where the file does not say."""
    if says and says != "geographical":
        raise _drawn(raw.file, f"its coordinates are {says}")
    if says:
        return
    for node in raw.nodes:
        if node.lat is not None and node.lon is not None and not (abs(node.lat) <= 90 and abs(node.lon) <= 180):
            raise _drawn(raw.file, f"'{node.name}' lies at {node.lon:g}, {node.lat:g}", node.line)
    why = "the file does not say whether they are geographical; all lie within the globe"
    raw.guesses.append(Guess("nodes", "kind of coordinates", "degrees", why))


def _drawn(file: str, what: str, line: int = 0) -> Exception:
    right = "write longitude and latitude in degrees: a drawing has no lengths and no countries"
    return broken(file, f"{what}: not geographical", right, line=line)


def _read_xml(root: Element, name: str) -> Raw:
    structure = root.first("networkStructure")
    if root.tag != "network" or structure is None:
        raise broken(name, f"is no SNDlib network: its root is <{root.tag}>", "write <network><networkStructure>")
    raw = Raw(name, "sndlib")
    nodes, links, demands = structure.first("nodes"), structure.first("links"), root.first("demands")
    for element in nodes.all("node") if nodes else ():
        node = RawNode(_id(element, name), name=element.attrs["id"], line=element.line)
        x, y = element.text_at("coordinates", "x"), element.text_at("coordinates", "y")
        if x and y:
            node.lon, node.lat = (finite(each, name, node.key, element.line) for each in (x, y))
        raw.nodes.append(node)
    for element in links.all("link") if links else ():
        ends = (element.text_at("source"), element.text_at("target"))
        text = element.text_at("preInstalledModule", "capacity")
        capacity = finite(text, name, element.attrs.get("id", ""), element.line) if text else None
        modules = _modules(element, name)
        _add_link(raw, _id(element, name), ends, capacity=capacity, modules=modules, line=element.line)
        raw.pass_over("links", *_costs(element))
    for element in demands.all("demand") if demands else ():
        ends = (element.text_at("source"), element.text_at("target"))
        unit, value = element.text_at("routingUnit") or "1", element.text_at("demandValue")
        amounts = [finite(each, name, element.attrs.get("id", "demand"), element.line) for each in (unit, value)]
        raw.demands.append(RawDemand(ends, amounts[0] * amounts[1], element.line))
        known = ("source", "target", "routingUnit", "demandValue")
        raw.pass_over("demands", *(each.tag for each in element.children if each.tag not in known))
    raw.rate_unit = _unit_of(root.text_at("meta", "unit"), name)
    _check_geographic(raw, nodes.attrs.get("coordinatesType", "") if nodes else "")
    return raw


def _unit_of(word: str, name: str) -> str:
    """Return the unit in which a file counts, or nothing where it says none."""
    if word.strip().lower() in _NO_UNIT:
        return ""
    if word not in _UNITS:
        raise broken(name, f"'{word}' is no unit of data rates", f"write one of {', '.join(_UNITS)}", where="META.unit")
    return _UNITS[word]


def _note_unread(raw: Raw) -> None:
    """Note each name that was passed over once, and what the file says of itself that is not taken."""
    raw.pass_over("the file", *(key for key in raw.head if key not in _READ_META))
    for names in raw.unread.values():
        names[:] = dict.fromkeys(names)


def _id(element: Element, name: str) -> str:
    value = element.attrs.get("id", "")
    if not value:
        raise broken(name, f"<{element.tag}> has no id", 'write id="..."', line=element.line)
    return value


def _costs(link: Element) -> list[str]:
    """Return the costs of a link that are there, and not zero."""
    paths = (("preInstalledModule", "cost"), ("routingCost",), ("setupCost",))
    return ["/".join(path) for path in paths if link.text_at(*path).strip("0.")]


def _modules(link: Element, name: str) -> _Modules:
    more = link.first("additionalModules")
    where = link.attrs.get("id", "")
    return [
        (
            finite(module.text_at("capacity"), name, where, module.line),
            finite(module.text_at("cost") or "0", name, where, module.line),
        )
        for module in (more.all("addModule") if more else ())
    ]
