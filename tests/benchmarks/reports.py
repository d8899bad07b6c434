"""Write the report of one scenario in a process of its own, open it, and print seconds and megabytes as JSON."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from math import nan
from pathlib import Path
from time import perf_counter

import planner

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Measure the scenario named on the command line: rendering as a user's first, and opening where a browser is."""
    plan = planner.solve(planner.load_scenario(sys.argv[1]))
    started = perf_counter()
    text = planner.render_report(plan)
    written = perf_counter() - started
    figures = {"write": written, "mb": len(text.encode()) / 1e6, "open": opening(text)}
    sys.stdout.write(json.dumps(figures))


def opening(text: str) -> float:
    """Return the seconds until the page is loaded and its map is drawn; not a number without a browser."""
    found = os.environ.get("PLANNER_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return nan
    if found is None:
        return nan
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        started = perf_counter()
        page.goto(file.as_uri())
        page.wait_for_selector("#map svg .disc", state="attached")
        seconds = perf_counter() - started
        browser.close()
    return seconds


if __name__ == "__main__":
    main()
