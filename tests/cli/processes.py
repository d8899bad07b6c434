"""The command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from click.testing import Result

ROOT = Path(__file__).parents[2]
Run = Callable[..., Result]


def environment(**changes: str) -> dict[str, str]:
    """Return this process's environment with the project on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


def run_process(*arguments: str, cwd: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, warnings being errors."""
    command = [sys.executable, "-W", "error", "-m", "planner", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment(**changes), capture_output=True, text=True, check=False)


def run_python(code: str, *arguments: str, cwd: Path, flags: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run a piece of Python in a process of its own."""
    command = [sys.executable, *flags, "-c", code, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment(PYTHONUNBUFFERED=""), capture_output=True, text=True, check=False
    )
