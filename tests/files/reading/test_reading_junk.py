"""Whatever stands in the files, a user sees faults and never a traceback."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from steppe import DEMAND, SCENARIO, TOPOLOGY

from planner.errors import Fault, InputError, UsageError
from planner.files import load_scenario

TOKEN = re.compile(r"[A-Za-z0-9_.:/-]+|\[[^\[\]]*\]|\{[^{}]*\}")
JUNK = [
    "",
    "{}",
    "[]",
    "null",
    "5",
    "-1",
    "5 P",
    "[[]]",
    "{a: {b: 1}}",
    "x: y",
    "'",
    "link:",
    ":",
    "--",
    "1e999 km",
    "é",
]
VARIANTS = "variants: {v: {remove: ['cable:ring'], set: {policy.floor.served_share: 0.5, demand.scale: {KZ: 2}}}}\n"
WORLD = (SCENARIO + VARIANTS, TOPOLOGY, DEMAND)


def faults_of(path: Path, variant: str | None) -> tuple[Fault, ...]:
    """Return the faults of a scenario; what is no user's error goes through."""
    try:
        load_scenario(path, variant=variant)
    except InputError as error:
        return error.faults
    except UsageError:
        pass
    return ()


@settings(max_examples=60, deadline=None)
@given(file=st.integers(0, 2), at=st.integers(0, 200), junk=st.sampled_from(JUNK), variant=st.sampled_from([None, "v"]))
def test_any_word_replaced_by_junk_gives_faults_with_places_or_a_question(
    file: int, at: int, junk: str, variant: str | None
) -> None:
    texts = list(WORLD)
    found = list(TOKEN.finditer(texts[file]))[at % len(TOKEN.findall(texts[file]))]
    texts[file] = texts[file][: found.start()] + junk + texts[file][found.end() :]
    with TemporaryDirectory() as folder:
        for name, text in zip(("scenario", "topology", "demand"), texts, strict=True):
            Path(folder, f"{name}.yaml").write_text(text, encoding="utf-8")
        faults = faults_of(Path(folder, "scenario.yaml"), variant)
    assert all(fault.place.file and fault.what for fault in faults)
