"""The planner's version, the one place that says it, and the versions of what it stands on."""

from __future__ import annotations

import platform

__version__ = "0.1.0"

LIBRARIES = (
    "pulp", "highspy", "networkx", "numpy", "scipy", "pandas", "pydantic", "shapely", "babel", "Jinja2", "matplotlib",
    "PyYAML", "click", "rich",
)  # fmt: skip
"""What plans, reports and pictures depend on, figure by figure and letter by letter."""
EXTRAS = ("pyarrow",)
"""What only some need: the extras of the package."""


def library_versions(names: tuple[str, ...] = LIBRARIES) -> dict[str, str]:
    """Versions of Python and of the libraries the planner stands on."""
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
