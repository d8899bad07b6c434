"""What is an extra may be missing: nothing else changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from processes import run_python

MAIN = "from planner.cli.main import main; main()"
WITHOUT = f"""
import sys

class Missing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "pyarrow":
            raise ModuleNotFoundError(name, name=name)

sys.meta_path.insert(0, Missing)
{MAIN}
"""


@pytest.mark.smoke
def test_plans_and_reports_are_the_same_without_pyarrow(place: Path, two: str) -> None:
    """Pandas keeps texts in it where it is there; tables, pictures and the page are the same to the byte."""
    for name, program in (("with", MAIN), ("without", WITHOUT)):
        done = run_python(program, "solve", two, "-o", name, "-q", "--no-report", cwd=place)
        assert done.returncode == 0, done.stderr
        done = run_python(program, "report", "with", "-o", f"{name}.html", cwd=place)
        assert done.returncode == 0, done.stderr
        done = run_python(program, "report", "with", "--svg", "-o", f"{name}-pictures", cwd=place)
        assert done.returncode == 0, done.stderr
    assert Path("with.html").read_bytes() == Path("without.html").read_bytes()
    for one, other in (("with/tables", "without/tables"), ("with-pictures", "without-pictures")):
        files = {path.name: path.read_bytes() for path in Path(one).iterdir()}
        assert files
        assert files == {path.name: path.read_bytes() for path in Path(other).iterdir()}
