"""A browser, and reports written for it: of Central Asia, of a small world with every switch, of hostile names."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import small
from playwright.sync_api import Browser, Page, sync_playwright
from switches import HOSTILE, SWITCHES, grid

import planner
from planner.report.language.speech import speak
from planner.report.plan.page.rendering import render_report

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
EXAMPLE = Path(__file__).parents[2] / "examples" / "central-asia-2000p.yaml"


def find_chromium() -> str:
    """Return the browser to test with: the one in PLANNER_CHROMIUM, else the first that the system has."""
    wanted = os.environ.get("PLANNER_CHROMIUM")
    found = shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.exit(f"no browser: install one of {', '.join(NAMES)}, or name one in PLANNER_CHROMIUM", returncode=2)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
        yield started
        started.close()


@dataclass
class Visit:
    """A page that was opened, with everything that should not have happened."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)

    def note(self, kind: str) -> Callable[[Any], None]:
        """Return a listener that remembers a trouble."""
        return lambda event: self.troubles.append(f"{kind}: {getattr(event, 'text', event)}")

    def asked(self, request: Any) -> None:
        """Remember a request for anything but the file; a saved table is the page's own."""
        if request.url.split("#")[0] != self.address and not request.url.startswith(("data:", "blob:")):
            self.troubles.append(f"request: {request.url}")

    def refused(self, dialog: Any) -> None:
        """Remember a dialog, and close it."""
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def choose(self, name: str, value: str) -> None:
        """Turn a switch."""
        self.page.select_option(f"#control-{name}", value)

    def until(self, script: str) -> None:
        """Wait for something to be so; Playwright's own way is closed by the page's security policy."""
        for _ in range(200):
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"never came true: {script}")

    def year(self, year: int) -> None:
        """Turn the switch of years."""
        self.page.check(f'input[name="year"][value="{year}"]', force=True)

    def table(self, name: str) -> None:
        """Show a result table."""
        self.page.click(f"#tab-{name}")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens a file, and hold at the end that nothing bad happened on any page."""
    visits: list[Visit] = []

    def opened(file: Path, *, size: tuple[int, int] = (1280, 800), view: str = "", **options: Any) -> Visit:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        found = Visit(context.new_page(), file.as_uri())
        found.page.on("console", lambda event: event.type in ("error", "warning") and found.note("console")(event))
        found.page.on("pageerror", found.note("error"))
        found.page.on("dialog", found.refused)
        found.page.on("request", found.asked)
        found.page.goto(found.address + view)
        visits.append(found)
        return found

    yield opened
    assert [trouble for each in visits for trouble in each.troubles] == []
    for each in visits:
        each.page.context.close()


@dataclass(frozen=True)
class Written:
    """A plan and its report."""

    plan: planner.Plan
    file: Path


Writer = Callable[..., Written]


@pytest.fixture(scope="session")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """Return a function that writes the report of a plan."""
    folder = tmp_path_factory.mktemp("reports")

    def write(name: str, plan: planner.Plan, *, language: str = "en", basemap: Path | None = None) -> Written:
        file = folder / f"{name}.{language}.html"
        file.write_text(render_report(plan, language=speak(language), basemap=basemap), encoding="utf-8")
        return Written(plan, file)

    return write


@pytest.fixture(scope="session")
def central_asia(writer: Writer) -> Written:
    """Return the report of the first example."""
    return writer("central-asia", planner.solve(planner.load_scenario(EXAMPLE)))


@pytest.fixture(scope="session")
def switches(writer: Writer) -> Written:
    """Return the report of a small world with years, hours, failures and traffic."""
    return writer("switches", small.plan_triangle(SWITCHES))


@pytest.fixture(scope="session")
def large(writer: Writer) -> Written:
    """Return the report of a thousand places and two thousand links."""
    return writer("large", small.plan(base=grid(25, 40)))


@pytest.fixture(scope="session")
def hostile(writer: Writer) -> Written:
    """Return the report of a world whose names are attacks and foreign words."""
    return writer("hostile", small.plan_triangle(SWITCHES | HOSTILE))
