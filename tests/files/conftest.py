"""A small world in files, and the words of what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from planner.errors import InputError
from planner.files import Inputs, load_scenario

TOPOLOGY = """
topology: steppe
sources:
  survey: {title: A survey, year: 2025}
nodes:
  almaty: {country: KZ, lat: 43.24, lon: 76.89, timezone: Asia/Almaty, source: survey}
  khorgos: {country: KZ, lat: 44.2, lon: 80.4}
  urumqi: {country: CN, lat: 43.8, lon: 87.6, timezone: Asia/Urumqi}
  oslo: {country: NO, lat: 59.9, lon: 10.7}
sites:
  changji: {node: urumqi, status: operating, compute: 800 PFLOPS}
links:
  khorgos-almaty: {ends: [khorgos, almaty], kind: terrestrial, length: 360 km, capacity: 800 Gbps}
  urumqi-khorgos: {ends: [urumqi, khorgos], kind: terrestrial, capacity: 800 Gbps}
cables:
  ring:
    capacity: 20 Tbps
    route: [oslo, almaty, urumqi]
    segments: {almaty--oslo: {length: 5000 km}}
risks:
  border: {fails: ["link:khorgos-almaty", "ring:almaty--urumqi"]}
"""
DEMAND = """
demand: steppe-2030
workloads:
  chat: {kind: inference, data: personal, traffic: 0.5 Gbps/PFLOPS, unserved: 60 kUSD/PFLOPS/year}
  internet: {kind: traffic, unserved: 10 kUSD/Gbps/year}
demands:
  - {origin: KZ, workload: chat, compute: {2026: 30 PFLOPS, 2030: 120 PFLOPS}}
  - {origin: almaty, to: oslo, workload: internet, rate: 400 Gbps}
"""
SCENARIO = """
scenario: steppe-2000p
topology: [topology.yaml]
demand: [demand.yaml]
years: [2026, 2030]
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Return a function that writes the world's files, some of them as given, and returns the scenario's path."""
    monkeypatch.chdir(tmp_path)

    def write_files(scenario: str = SCENARIO, topology: str = TOPOLOGY, demand: str = DEMAND, **more: str) -> Path:
        for name, text in {"topology": topology, "demand": demand, "scenario": scenario}.items():
            Path(f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
        for name, text in more.items():
            Path(name.replace("_", ".")).write_text(dedent(text), encoding="utf-8")
        return Path("scenario.yaml")

    return write_files


@pytest.fixture
def load(write: Write) -> Callable[..., Inputs]:
    """Return a function that loads the world, some of its files as given."""

    def load_world(*, variant: str | None = None, overrides: tuple[str, ...] = (), **files: str) -> Inputs:
        return load_scenario(write(**files), variant=variant, overrides=overrides)

    return load_world


@pytest.fixture
def faults_of(load: Callable[..., Inputs]) -> Callable[..., list[str]]:
    """Return a function that gives the faults of the world, some of its files as given, as lines."""

    def faults(**options: object) -> list[str]:
        with pytest.raises(InputError) as caught:
            load(**options)
        return [str(fault) for fault in caught.value.faults]

    return faults
