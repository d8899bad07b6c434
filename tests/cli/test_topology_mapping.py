"""``planner topology map``."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from coast import coast_file

from planner.cli.main import cli


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a current folder with the coast in it, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    coast_file(tmp_path / "files")
    return tmp_path


def draw(*words: str) -> Result:
    """Run ``planner topology map``."""
    return CliRunner().invoke(cli, ["topology", "map", *words], catch_exceptions=False)


def test_the_map_stands_in_the_current_folder_under_the_files_name(place: Path) -> None:
    """And is written again without asking."""
    for _ in range(2):
        ran = draw("files/coast.yaml")
        assert (ran.exit_code, ran.stdout) == (0, "coast.html\n")
    assert "A small coast" in (place / "coast.html").read_text(encoding="utf-8")


def test_year_language_and_land_are_the_readers(place: Path) -> None:
    """Printed as JSON where a program asks."""
    ran = draw("files/coast.yaml", "-o", "out/m.html", "--lang", "ar", "--year", "2032", "--basemap", "none", "--json")
    assert (ran.exit_code, json.loads(ran.stdout)) == (0, ["out/m.html"])
    text = (place / "out" / "m.html").read_text(encoding="utf-8")
    assert 'dir="rtl"' in text
    assert '"year":2032' in text
    assert 'id="basemap">null<' in text


def test_what_is_no_map_stays(place: Path) -> None:
    """Unless it is forced, and what is read stays always."""
    (place / "coast.html").write_text("mine")
    ran = draw("files/coast.yaml")
    assert ran.exit_code == 2
    assert "--force" in ran.stderr
    assert (place / "coast.html").read_text() == "mine"
    assert draw("files/coast.yaml", "--force").exit_code == 0
    own = draw("files/coast.yaml", "-o", "files/coast.yaml", "--force")
    assert own.exit_code == 2
    assert "is one of the files to draw" in own.stderr
    assert "is a folder" in draw("files/coast.yaml", "-o", "files").stderr


def test_pictures_stand_beside_and_are_not_written_over(place: Path) -> None:
    """One for each format asked."""
    ran = draw("files/coast.yaml", "--svg", "--png")
    assert (ran.exit_code, ran.stdout) == (0, "coast.png\ncoast.svg\n")
    assert (place / "coast.png").read_bytes().startswith(b"\x89PNG")
    again = draw("files/coast.yaml", "--svg")
    assert again.exit_code == 2
    assert "coast.svg is there already" in again.stderr
    assert draw("files/coast.yaml", "--svg", "--force").exit_code == 0
    assert draw("files/coast.yaml", "--pdf", "-o", "p.pdf").stdout == "p.pdf\n"
    assert draw("files/coast.yaml", "--svg", "--year", "2029", "-o", "then.svg").exit_code == 0
    assert "Links in service in 2029" in (place / "then.svg").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--png", "--open"), "--open goes with the page"),
        (("--png", "--svg", "-o", "x.png"), "-o names one file"),
        (("--png", "-o", "x.svg"), "write x.png"),
        (("--lang", "eo"), "does not speak 'eo'"),
        (("--basemap", "nowhere.json"), "nowhere.json cannot be read"),
    ],
)
def test_what_does_not_go_together_is_refused(place: Path, words: tuple[str, ...], told: str) -> None:
    """With exit code 2, and nothing written."""
    ran = draw("files/coast.yaml", *words)
    assert ran.exit_code == 2
    assert told in " ".join(ran.stderr.split())
    assert [file.name for file in place.iterdir()] == ["files"]


def test_faults_of_files_are_told_with_their_place(place: Path) -> None:
    """As everywhere."""
    (place / "bad.yaml").write_text("topology: bad\nnodes: {a: {country: kz, lat: 1, lon: 2}}\n")
    ran = draw("bad.yaml")
    assert ran.exit_code == 2
    assert "bad.yaml:2" in ran.stderr
    assert draw("nowhere.yaml").exit_code == 2


def test_the_page_opens(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the browser of the system."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    assert draw("files/coast.yaml", "--open").exit_code == 0
    assert opened == [(place / "coast.html").as_uri()]
