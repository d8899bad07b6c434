"""A small spec whose answers can be worked out by hand: one country, a million people, one service."""

from __future__ import annotations

from pathlib import Path

from planner.builder.reading import load_spec
from planner.builder.spec import DemandSpec

SPEC = """
demand_spec: village
years: [2026]
countries:
  KZ:
    population: 1 M people
    adults: 0.6
    online: 1
    adoption: {published: 0.25, at: 2026, undercount: 1, ceiling: 0.75, speed: 0.3}
models:
  plain: {active: 10e9 params, context: 4000}
services:
  chat: {work: text, tokens: chat-tokens, growth: token-growth, model: plain, max_rtt: 100 ms,
         input_output: 3, cached: 0.5, prefill: 0.25, utilisation: 0.1}
regional_share: 0.5
"""


def write_spec(folder: Path, text: str = SPEC) -> Path:
    """Write a spec and return its path."""
    file = folder / "village.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def read_spec(folder: Path, text: str = SPEC, *overrides: str) -> DemandSpec:
    """Return a spec as it is read."""
    return load_spec(write_spec(folder, text), overrides=overrides)
