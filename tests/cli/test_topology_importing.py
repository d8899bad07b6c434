"""`planner topology import` and `planner topology export`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from processes import Run

import planner

ROOT = Path(__file__).parents[2]
NATIVE = """?SNDlib native format; type: network; version: 1.0
NODES (
  Gdansk ( 18.60 54.20 )
  Warsaw ( 21.00 52.20 )
)
LINKS (
  L1 ( Gdansk Warsaw ) 10 0 0 0 ( )
)
DEMANDS (
  D1 ( Gdansk Warsaw ) 1 2 UNLIMITED
)
"""


@pytest.fixture
def poland(place: Path) -> Path:
    """Return a network of two places with a demand."""
    path = place / "poland.txt"
    path.write_text(NATIVE, encoding="utf-8")
    return path


def test_import_writes_files_that_load_and_tells_what_was_guessed(
    planner_command: Run, poland: Path, place: Path
) -> None:
    """The files on stdout, the guesses on stderr."""
    done = planner_command("topology", "import", poland, "-o", "pl.yaml", "--demand", "demand.yaml", "--unit", "Mbps")
    assert done.exit_code == 0, done.output
    assert done.stdout.split() == ["pl.yaml", "demand.yaml"]
    assert "2 countries: by the map: PL each" in done.stderr
    assert planner.load_topology("pl.yaml").links["gdansk-warsaw"].capacity_gbps.at(0) == 0.01
    assert planner.load_demand("demand.yaml").demands[0].amount.at(0) == 0.002
    assert Path("pl.yaml").read_text(encoding="utf-8").startswith("# Imported from poland.txt (sndlib).\n")


def test_import_prints_every_guess_as_json(planner_command: Run, poland: Path) -> None:
    """And says where a demand could be had."""
    done = planner_command("topology", "import", poland, "-o", "pl.yaml", "--json")
    found = json.loads(done.stdout)
    assert (found["nodes"], found["links"], found["id"], found["demand"]) == (2, 1, "poland", None)
    assert {"record": "nodes.gdansk", "field": "country", "value": "PL", "why": "by the map"} in found["guesses"]
    again = planner_command("topology", "import", poland, "-o", "pl.yaml", "--force")
    assert "The file knows demands too: --demand FILE.yaml writes them." in again.stderr


def test_import_writes_over_nothing_and_leaves_what_is_there(planner_command: Run, poland: Path, place: Path) -> None:
    """Neither without --force nor where the file is wrong."""
    output = place / "kept.yaml"
    output.write_text("precious", encoding="utf-8")
    done = planner_command("topology", "import", poland, "-o", output)
    assert done.exit_code == 2
    assert "--force writes over it" in done.stderr
    poland.write_text(NATIVE[:90], encoding="utf-8")
    done = planner_command("topology", "import", poland, "-o", output, "--force")
    assert done.exit_code == 2
    assert done.stderr.startswith("poland.txt:4:1: 'Wars' is none of the NODES")
    assert len(done.stderr.splitlines()) == 1
    assert output.read_text(encoding="utf-8") == "precious"
    missing = planner_command("topology", "import", "polnad.txt", "-o", "new.yaml")
    assert missing.exit_code == 2
    assert "did you mean 'poland.txt'?" in missing.stderr
    assert sorted(path.name for path in place.iterdir()) == ["kept.yaml", "poland.txt"]


def test_a_demand_that_is_not_there_cannot_be_written(planner_command: Run, place: Path) -> None:
    """The topology is not written either."""
    Path("x.csv").write_text("id,lat,lon\nOslo,59.9,10.7\n", encoding="utf-8")
    done = planner_command("topology", "import", "x.csv", "-o", "x.yaml", "--demand", "d.yaml")
    assert done.exit_code == 2
    assert "knows no demand" in done.stderr
    assert not Path("x.yaml").exists()


@pytest.mark.parametrize("name", ["out.graphml", "out.gml", "out.geojson", "out.json", "out.kml", "out.xlsx", "out"])
def test_export_and_import_give_the_topology_back(planner_command: Run, place: Path, name: str) -> None:
    """Over a shipped topology."""
    shipped = ROOT / "topologies" / "central-asia.yaml"
    done = planner_command("topology", "export", shipped, "-o", name)
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{name}\n"
    assert planner_command("topology", "export", shipped, "-o", name).exit_code == 2
    assert planner_command("topology", "export", shipped, "-o", name, "--force").exit_code == 0
    done = planner_command("topology", "import", name, "-o", "back.yaml")
    assert done.exit_code == 0, done.output
    assert done.stderr == ""
    assert planner.load_topology("back.yaml") == planner.load_topology(shipped)


def test_export_knows_its_formats(planner_command: Run, place: Path) -> None:
    """By the name of the file, or by --format."""
    shipped = ROOT / "topologies" / "central-asia.yaml"
    done = planner_command("topology", "export", shipped, "-o", "out.doc")
    assert done.exit_code == 2
    assert "give --format, one of graphml" in done.stderr
    done = planner_command("topology", "export", shipped, "-o", "out.csv")
    assert "csv is a folder of tables" in done.stderr
    assert list(place.iterdir()) == []
