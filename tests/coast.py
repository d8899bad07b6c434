"""A small coast for maps: four places, an old and a new cable, a road, three sites; and hostile names for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from worlds import changed

import planner
from planner.topology import Topology

COAST: dict[str, Any] = {
    "topology": "coast",
    "title": "A small coast",
    "sources": {
        "atlas-2025": {"title": "Atlas of cables", "publisher": "The Atlas", "year": 2025, "url": "https://example.org/a"},
        "rumour": {"title": "Hearsay", "url": "javascript:alert(1)"},
    },
    "nodes": {
        "hub": {"name": "Hub", "country": "FR", "lat": 43.3, "lon": 5.4, "access_rtt": "3 ms", "weight": 1},
        "port": {"name": "Port", "names": {"zh": "港口"}, "country": "KE", "lat": -4.05, "lon": 39.67},
        "inland": {"name": "Inland", "country": "UG", "lat": 0.32, "lon": 32.58},
        "island": {"name": "Island", "country": "SC", "lat": -4.62, "lon": 55.45},
    },
    "sites": {
        "old-hall": {
            "name": "Old hall", "node": "hub", "status": "operating", "from": 2025, "compute": "100 PFLOPS",
            "power": "30 MW", "opex": "2250 USD/PFLOPS/year", "source": "atlas-2025", "confidence": "verified",
        },
        "new-hall": {
            "name": "New hall", "node": "port", "status": "planned", "from": 2028,
            "compute": {2028: "50 PFLOPS", 2032: "80 PFLOPS"}, "confidence": "estimated", "note": "announced only",
        },
        "field": {
            "name": "Field", "node": "inland", "status": "candidate", "from": 2030, "compute": "0 PFLOPS",
            "project": "railway", "expansion": [{"step": "10 PFLOPS", "max": "20 PFLOPS", "capex": "1 MUSD/step"}],
        },
    },
    "links": {
        "road": {
            "ends": ["port", "inland"], "kind": "terrestrial", "length": "1100 km", "capacity": "1 Tbps",
            "committed": {2025: "200 Gbps", 2030: "600 Gbps"}, "usable_by": ["KE", "UG"],
        },
        "rail": {
            "ends": ["port", "inland"], "kind": "terrestrial", "length": "900 km", "capacity": "4 Tbps",
            "project": "railway",
        },
    },
    "cables": {
        "sea": {"name": "Sea", "from": 2025, "capacity": "10 Tbps", "route": ["hub", "port"],
                "branches": [["port", "island"]], "source": "atlas-2025"},
        "old": {"name": "Old", "from": 2010, "until": 2029, "capacity": "1 Tbps", "route": ["hub", "island"]},
    },
    "projects": {"railway": {"title": "The railway", "capex": "10 MUSD"}},
    "risks": {"bay": {"title": "The bay", "fails": ["cable:sea", "link:road"]}},
}  # fmt: skip
"""In 2025 all four places hang together over both cables; from 2030 on the new one alone holds them."""

HOSTILE: dict[str, Any] = {
    "title": "</script><script>alert(1)</script> \"quoted\" & 'so'",
    "note": "</p><img src=x onerror=alert(2)>",
    "nodes.hub.name": "<img src=x onerror=alert(3)>",
    "nodes.port.name": "比什凯克",
    "nodes.inland.name": "أورومتشي",
    "nodes.island.name": "Island\u2028line",
    "sites.old-hall.name": '=HYPERLINK("http://example.invalid")',
    "sites.old-hall.note": "</script><script>alert(4)</script>",
    "sites.new-hall.name": "<script>alert(5)</script>",
    "cables.sea.name": "-1+1|cmd' /C calc'!A0",
    "risks.bay.title": "<!-- <script>",
    "sources.atlas-2025.title": "</table><b>bold</b>",
    "sources.rumour.url": "https://example.org/\"onmouseover='alert(6)'",
}
"""What a file may hold and a page must show as text."""


def coast_file(folder: Path, changes: dict[str, Any] | None = None) -> Path:
    """Write the coast with its changes as a topology file."""
    file = folder / "coast.yaml"
    file.write_text(yaml.safe_dump(changed(COAST, changes or {}), allow_unicode=True), encoding="utf-8")
    return file


def coast(folder: Path, changes: dict[str, Any] | None = None) -> Topology:
    """Return the coast with its changes."""
    return planner.load_topology(coast_file(folder, changes))
