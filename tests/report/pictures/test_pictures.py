"""Pictures for print: files, words in them, worlds that are hard to draw, and what cannot be drawn."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest
from coast import coast
from small import plan
from worlds import World, changed, two_cities

import planner
from planner.errors import RunError, UsageError
from planner.report.language.speech import speak
from planner.report.pictures import draw_pictures, draw_topology, fonts

ROOT = Path(__file__).parents[3]
TEXT = "{http://www.w3.org/2000/svg}text"
CHARTS = ["capacity", "cost", "members", "latency"]
ISOLATES = str.maketrans("", "", "\u2066\u2067\u2068\u2069")


def words_of(file: Path) -> list[str]:
    """Return the texts of an SVG, without the marks of direction."""
    root = ET.parse(file).getroot()  # noqa: S314 -- our own file
    return [(text.text or "").translate(ISOLATES) for text in root.iter(TEXT)]


def place(country: str, lat: float, lon: float, name: str) -> dict[str, Any]:
    return {"country": country, "lat": lat, "lon": lon, "name": name}


def pacific() -> World:
    """Return a world on both sides of 180 degrees."""
    fibre = {"kind": "submarine", "capacity": "100 Gbps"}
    return changed(
        two_cities(),
        {
            "scenario.community.members": ["NZ"],
            "topology.nodes": {
                "home": place("NZ", -36.9, 174.8, "Auckland"),
                "suva": place("FJ", -18.1, 178.4, "Suva"),
                "away": place("WS", -13.8, -171.8, "Apia"),
            },
            "topology.links": {
                "south": {"ends": ["home", "suva"], **fibre},
                "east": {"ends": ["suva", "away"], **fibre},
            },
        },
    )


def single() -> World:
    """Return a world of one node and no link."""
    return changed(
        two_cities(),
        {
            "scenario.community.members": ["KZ"],
            "topology.nodes": {"home": place("KZ", 43.2, 76.9, "Almaty")},
            "topology.sites": {"near": two_cities()["topology"]["sites"]["near"]},
            "topology.links": {},
        },
    )


def assert_right_kind(files: dict[str, Path]) -> None:
    """Files are what their names say: 160 mm wide, PNG at 200 dpi, and without a date."""
    from PIL import Image

    with Image.open(files["capacity.png"]) as image:
        assert image.format == "PNG"
        assert image.width == pytest.approx(160 / 25.4 * 200, abs=1)
    assert files["capacity.pdf"].read_bytes().startswith(b"%PDF")
    assert b"CreationDate" not in files["capacity.pdf"].read_bytes()
    drawn = files["capacity.svg"].read_text(encoding="utf-8")
    assert "<dc:date>" not in drawn
    width = re.search(r'width="([\d.]+)pt"', drawn)
    assert width
    assert float(width[1]) == pytest.approx(160 / 25.4 * 72, abs=0.1)


def test_a_plan_gives_a_map_and_its_charts_in_every_format_with_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same; the settings of matplotlib and its log are as they were."""
    before, level = dict(mpl.rcParams), logging.getLogger("matplotlib.font_manager").level
    solved = plan()
    first = draw_pictures(solved, tmp_path / "a", ["png", "svg", "pdf"])
    second = draw_pictures(solved, tmp_path / "b", ["png", "svg", "pdf"])
    assert [file.name for file in first] == [
        f"{name}.{format_}" for name in ["map-2030", *CHARTS] for format_ in ("png", "svg", "pdf")
    ]
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]
    assert sorted((tmp_path / "a").iterdir()) == sorted(first)
    assert_right_kind({file.name: file for file in first})
    assert dict(mpl.rcParams) == before
    assert logging.getLogger("matplotlib.font_manager").level == level


def test_names_stand_as_they_are_written(tmp_path: Path) -> None:
    """Neither formulas nor markup: dollars, angle brackets and ampersands are letters."""
    solved = plan({"topology.nodes.home.name": "<script>$x_1$ & co", "topology.nodes.away.name": "Ürümqi Алматы"})
    file = draw_pictures(solved, tmp_path, ["svg"])[0]
    assert {"<script>$x_1$ & co", "Ürümqi Алматы"} <= set(words_of(file))
    assert "<script" not in file.read_text(encoding="utf-8")


def test_arabic_is_written_from_right_to_left(tmp_path: Path) -> None:
    """Every text is kept in its direction; the names are those of the language. The font comes with matplotlib."""
    solved = plan({"topology.nodes.home.names": {"ar": "ألماتي"}})
    file = draw_pictures(solved, tmp_path, ["svg", "pdf"], speak("ar"))[0]
    assert "ألماتي" in words_of(file)
    assert "\u2067ألماتي\u2069" in file.read_text(encoding="utf-8")


def test_chinese_is_written_by_a_font_that_has_it(tmp_path: Path) -> None:
    """Where the machine has such a font; where it has none, nothing is drawn."""
    solved = plan({"topology.nodes.home.names": {"zh": "阿拉木图"}})
    if set(fonts.CHINESE) & set(fonts._installed()):
        assert "阿拉木图" in words_of(draw_pictures(solved, tmp_path, ["svg", "pdf"], speak("zh"))[0])
    else:
        with pytest.raises(UsageError, match="no font on this machine"):
            draw_pictures(solved, tmp_path, ["svg"], speak("zh"))


def test_chinese_without_a_font_is_never_drawn_as_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader is told which letters are missing and which font has them."""
    bare = {fonts.BASE: fonts._installed()[fonts.BASE]}
    monkeypatch.setattr(fonts, "_installed", lambda: bare)
    solved = plan({"topology.nodes.home.names": {"zh": "阿拉木图"}})
    with pytest.raises(UsageError, match=r"no font on this machine has the letters .*install .*Noto Sans CJK SC"):
        draw_pictures(solved, tmp_path, ["svg"], speak("zh"))
    assert list(tmp_path.iterdir()) == []


def test_letters_that_no_font_has_are_named(tmp_path: Path) -> None:
    """A code point for private use, which nobody has a shape for."""
    solved = plan({"topology.nodes.home.name": "Almaty \U000e0fff"})
    with pytest.raises(UsageError, match=r"no font on this machine has the letters U\+E0FFF, which the picture needs"):
        draw_pictures(solved, tmp_path, ["svg"])
    assert list(tmp_path.iterdir()) == []


def test_several_years_give_a_map_each_and_a_day_of_hours_its_chart(tmp_path: Path) -> None:
    """The last year is the one that times speak of."""
    zones = {f"topology.nodes.{node}.timezone": "Asia/Almaty" for node in ("home", "away")}
    profile = {"demand.workloads.chat.profile": [0.5] * 12 + [1.5] * 12, "scenario.hours": 4}
    solved = plan({**zones, **profile, "scenario.years": [2026, 2030]})
    files = draw_pictures(solved, tmp_path, ["svg"])
    assert [file.stem for file in files] == ["map-2026", "map-2030", *CHARTS, "day"]
    assert "Compute in use over the day, 2030" in words_of(files[-1])
    assert any("2026–2030" in word for word in words_of(tmp_path / "cost.svg"))


def test_a_network_across_180_degrees_is_in_one_piece(tmp_path: Path) -> None:
    """Names of all places stand in one frame, and no line runs around the world."""
    from planner.report.pictures.content import plan_content
    from planner.report.pictures.frame import choose_sheet

    solved = plan(base=pacific())
    sheet = choose_sheet([plan_content(solved, 2030, speak("en"))])
    assert not sheet.projection.world
    assert sheet.frame[2] - sheet.frame[0] < 8000
    assert {"Auckland", "Apia"} <= set(words_of(draw_pictures(solved, tmp_path, ["svg"])[0]))


def test_one_place_without_links_is_drawn(tmp_path: Path) -> None:
    """Half of what it asks for is served."""
    files = draw_pictures(plan(base=single()), tmp_path, ["svg"])
    assert "Almaty" in words_of(files[0])
    assert "The community: 10 of 20\u00a0PFLOPS served, 30\u00a0kUSD in 2030" in words_of(files[0])


def test_a_world_without_links_or_sites_is_drawn_without_what_would_be_empty(tmp_path: Path) -> None:
    """No round trips where nothing is served."""
    files = draw_pictures(plan({"topology.sites": {}}, base=single()), tmp_path, ["svg"])
    assert [file.stem for file in files] == ["map-2030", "capacity", "cost", "members"]
    assert "The network has neither links nor compute." in words_of(files[0])


def test_traffic_alone_is_drawn(tmp_path: Path) -> None:
    """Gbps between two places, no compute."""
    changes = {
        "demand.workloads": {"internet": {"kind": "traffic", "unserved": "10 kUSD/Gbps/year"}},
        "demand.demands": [{"origin": "home", "to": "away", "workload": "internet", "rate": "40 Gbps"}],
    }
    files = draw_pictures(plan(changes), tmp_path, ["svg"])
    assert any(word.startswith("40 of 40\u00a0Gbps carried") for word in words_of(files[0]))
    assert "internet" in words_of(tmp_path / "latency.svg")


def test_a_plan_that_is_not_proved_says_so_in_every_picture(tmp_path: Path) -> None:
    """Found when the time was over."""
    unproved = replace(plan(), status=planner.Status.FEASIBLE, gap=0.1)
    for file in draw_pictures(unproved, tmp_path, ["svg"]):
        assert any(word.startswith("NOT PROVED OPTIMAL") for word in words_of(file))


def test_without_a_plan_there_is_nothing_to_draw(tmp_path: Path) -> None:
    """Everything is required, and more than there is."""
    failed = plan({"demand.workloads.chat.unserved": "required", "demand.demands.0.compute": "500 PFLOPS"})
    with pytest.raises(UsageError, match="nothing to draw: the scenario is infeasible"):
        draw_pictures(failed, tmp_path, ["png"])


def test_an_unknown_format_is_refused_before_anything_is_drawn(tmp_path: Path) -> None:
    """With the nearest name."""
    with pytest.raises(UsageError, match="no pictures in 'pmg': did you mean 'png'"):
        draw_pictures(plan(), tmp_path, ["svg", "pmg"])
    assert list(tmp_path.iterdir()) == []


def test_a_topology_is_drawn_without_a_plan(tmp_path: Path) -> None:
    """Into a folder or a file, by kind of link."""
    topology = planner.load_topology(ROOT / "topologies" / "central-asia.yaml")
    assert draw_topology(topology, tmp_path, "svg") == tmp_path / "map.svg"
    words = words_of(tmp_path / "map.svg")
    assert {"Changji", "on land", "Capacity, Gbps"} <= set(words)
    assert draw_topology(topology, tmp_path / "topology.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(UsageError, match="'svg' by its format and 'png' by its name"):
        draw_topology(topology, tmp_path / "map.png", "svg")


def test_a_topology_is_drawn_as_it_stands_in_a_year(tmp_path: Path) -> None:
    """What comes later is not there, and by default it is the network of today."""
    topology = coast(tmp_path)
    draw_topology(topology, tmp_path / "now.svg")
    draw_topology(topology, tmp_path / "then.svg", year=2032, language=speak("fr"))
    now, then = words_of(tmp_path / "now.svg"), words_of(tmp_path / "then.svg")
    assert any(word.startswith("Links in service in 2025:") for word in now)
    assert "80" in then
    assert "80" not in now


def test_a_long_title_and_long_words_of_a_legend_are_broken_into_lines(tmp_path: Path) -> None:
    """Nothing is cut that two lines have room for, and nothing leaves the picture."""
    title = "A community of seven countries that share their machines, their cables and the rules for the data of all"
    solved = plan({"scenario.title": title})
    file = draw_pictures(solved, tmp_path, ["svg"], speak("ru"))[0]
    words = words_of(file)
    assert not any("…" in word for word in words)
    assert any(word.startswith("A community") for word in words)
    assert any(word.endswith("of all, 2030 год") for word in words)


def test_maps_of_several_years_show_the_same_ground_at_the_same_scale() -> None:
    """So that growth is seen from one to the next."""
    from planner.report.pictures.content import plan_content
    from planner.report.pictures.frame import set_stage

    solved = plan({"scenario.years": [2026, 2030]})
    contents = [plan_content(solved, year, speak("en")) for year in (2026, 2030)]
    most = max(spot.installed for content in contents for spot in content.spots.values())
    assert set_stage(contents, Path("none")).scales.pflops == most


def test_the_same_bytes_come_from_other_processes(tmp_path: Path) -> None:
    """Whatever order they keep sets in."""
    code = (
        "import sys; from pathlib import Path; sys.path[:0] = sys.argv[2:]; from small import plan; import planner;"
        "planner.draw_pictures(plan(), Path(sys.argv[1]), ['svg', 'pdf', 'png'])"
    )
    found = []
    for seed in ("1", "2"):
        paths = [str(ROOT / "tests"), str(ROOT / "tests" / "report")]
        run = [sys.executable, "-c", code, str(tmp_path / seed), *paths]
        subprocess.run(run, check=True, env={**os.environ, "PYTHONHASHSEED": seed})
        found.append({file.name: file.read_bytes() for file in (tmp_path / seed).iterdir()})
    assert found[0] == found[1]


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    """A file stands in its place."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(RunError, match=r"map-2030.svg cannot be written"):
        draw_pictures(plan(), tmp_path / "taken", ["svg"])
    assert [file.name for file in tmp_path.iterdir()] == ["taken"]


def test_borders_may_be_the_readers_own_or_none(tmp_path: Path) -> None:
    """The file is named below the map."""
    ring = [[70, 40], [90, 40], [90, 50], [70, 50], [70, 40]]
    own = tmp_path / "own.geojson"
    own.write_text(str({"type": "Polygon", "coordinates": [ring]}).replace("'", '"'), encoding="utf-8")
    drawn = draw_pictures(plan(), tmp_path / "own", ["svg"], basemap=own)[0]
    assert any("own.geojson" in word for word in words_of(drawn))
    bare = draw_pictures(plan(), tmp_path / "none", ["svg"], basemap=Path("none"))[0]
    assert not any(word.startswith("Borders:") for word in words_of(bare))
    assert bare.stat().st_size < drawn.stat().st_size


def test_the_picture_of_the_readme_is_light() -> None:
    """Pages load it; tests/test_readme.py compares it with the plan."""
    assert (ROOT / "examples" / "central-asia-2000p.svg").stat().st_size < 400_000
