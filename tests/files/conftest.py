"""A small world in files, and the words of what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from steppe import DEMAND, SCENARIO, TOPOLOGY

from planner.errors import InputError
from planner.files import Inputs, load_scenario

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
