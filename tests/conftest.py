"""Options and fixtures of all tests."""

from __future__ import annotations

from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes golden files anew."""
    parser.addoption("--regenerate-golden", action="store_true", help="write the golden files anew, then read git diff")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return a check of a text against a golden file, which shows the difference or writes the file anew."""

    def check(file: Path, text: str) -> None:
        if request.config.getoption("--regenerate-golden"):
            file.write_text(text, encoding="utf-8")
        kept = file.read_text(encoding="utf-8") if file.exists() else ""
        diff = "\n".join(unified_diff(kept.splitlines(), text.splitlines(), f"{file.name} (kept)", "now", lineterm=""))
        assert not diff, f"{diff}\nIf the new one is right by hand: pytest --regenerate-golden"

    return check
