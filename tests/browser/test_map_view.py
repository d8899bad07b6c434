"""The map as a reader uses it: idle links are grey, no label is lost, a view can be sent, paper has all years."""

from __future__ import annotations

from collections.abc import Callable

from conftest import Visit, Written

Open = Callable[..., Visit]
LOOK = "planner.looksOf(planner.explorer.data, planner.explorer.state())"


def test_links_are_as_wide_as_the_plans_own_traffic_and_grey_without(visit: Open, central_asia: Written) -> None:
    """Everybody else's traffic makes no link of this plan wide."""
    page = visit(central_asia.file)
    wrong = f"""(() => {{
      const look = {LOOK}, data = planner.explorer.data;
      const all = data.links.id.map((id, i) => [look.link(i), look.now.link(i)]);
      const seen = all.filter(([each, now]) => now && now.capacity);
      const idle = seen.filter(([, now]) => !now.load), busy = seen.filter(([, now]) => now.load > 0);
      return [idle.length, busy.length, idle.filter(([each]) => each.colour !== planner.colours.pale).length,
        busy.filter(([each, now]) => busy.some(([other, more]) =>
          now.load > more.load * 1.001 && each.width < other.width)).length];
    }})()"""
    idle, busy, coloured, narrow = page.page.evaluate(wrong)
    assert idle > 0
    assert busy > 0
    assert (coloured, narrow) == (0, 0)


def test_sites_of_members_and_what_is_built_keep_their_labels(visit: Open, central_asia: Written) -> None:
    """Also on a phone, where there is little room: those on the sheet are all named."""
    page = visit(central_asia.file, size=(375, 800))
    unnamed = f"""(() => {{
      const look = {LOOK}, map = planner.explorer.map, data = planner.explorer.data, members = new Set(data.members);
      const texts = new Set([...document.querySelectorAll('.labels .site-label')].map((each) => each.textContent));
      return data.sites.id.map((id, i) => i).filter((i) => map.sizes[i] > 1)
        .filter((i) => look.site(i).share > 0 || members.has(data.nodes.country[data.sites.node[i]]))
        .filter((i) => map.siteSpots[i][0] > 0 && map.siteSpots[i][0] < map.width)
        .filter((i) => map.siteSpots[i][1] > 0 && map.siteSpots[i][1] < map.height)
        .map((i) => data.sites.name[i]).filter((name) => !texts.has(map.shortened(name)));
    }})()"""
    assert page.page.evaluate(unnamed) == []


def test_a_view_can_be_sent(visit: Open, central_asia: Written) -> None:
    """What is chosen and where the map stands are in the address, and a reader who opens it sees the same."""
    page = visit(central_asia.file)
    page.page.evaluate("planner.explorer.map.choose('site', planner.explorer.data.at.sites.get('ekibastuz'))")
    page.page.focus("svg.map")
    page.page.keyboard.press("+")
    page.until("location.hash.includes('view=')")
    view = page.page.evaluate("location.hash")
    assert "choice=site%3Aekibastuz" in view
    other = visit(central_asia.file, view=view)
    assert other.page.evaluate("planner.explorer.state().choice") == "site:ekibastuz"
    assert other.page.inner_text(".details h3, .details h4, .details strong").startswith("Data Center Valley")
    assert other.page.evaluate("planner.explorer.map.transform.k") > 1.3
    other.page.click(".reset")
    assert other.page.evaluate("location.hash") == ""
    assert other.page.evaluate("planner.explorer.map.transform.k") == 1


def test_an_address_of_another_plan_is_no_trouble(visit: Open, central_asia: Written) -> None:
    """What it does not know is left out."""
    page = visit(central_asia.file, view="#choice=site:nowhere&view=1_a_2")
    assert page.page.evaluate("planner.explorer.state().choice + planner.explorer.state().view") == ""


def test_flows_have_a_direction(visit: Open, central_asia: Written) -> None:
    """An arrow on each link that carries more one way."""
    page = visit(central_asia.file, view="#flows=member:KG")
    assert page.page.locator(".arrow").count() > 2


def test_a_site_is_no_smaller_than_a_finger(visit: Open, central_asia: Written) -> None:
    """24 px across (WCAG 2.2, 2.5.8), and so are links."""
    page = visit(central_asia.file)
    assert (
        page.page.evaluate(
            "Math.min(...[...document.querySelectorAll('.reach')].map((each) => 2 * each.r.baseVal.value))"
        )
        >= 24
    )
    assert page.page.evaluate("parseFloat(getComputedStyle(document.querySelector('.hit')).strokeWidth)") >= 24


def test_charts_and_tables_say_what_they_do_not_follow(visit: Open, switches: Written) -> None:
    """Nothing while all of the day is shown and everything works."""
    page = visit(switches.file)
    assert page.page.locator(".scope:visible").count() == 0
    page.page.select_option("#control-hour", index=1)
    said = page.page.locator(".scope:visible").all_inner_texts()
    assert len(said) == 2
    assert "do not follow the hour and the failure" in said[0]


def test_paper_shows_all_years(visit: Open, switches: Written) -> None:
    """The switch shows one on the screen."""
    page = visit(switches.file)
    count = (
        "[...document.querySelectorAll('#answer [data-year]')].filter((each) => each.getClientRects().length).length"
    )
    assert page.page.evaluate(count) == 1
    page.page.emulate_media(media="print")
    assert page.page.evaluate(count) == len(switches.plan.inputs.scenario.years) > 1


def test_charts_take_their_colours_from_the_palette(visit: Open, central_asia: Written) -> None:
    """Served is plain and unserved hatched, on pages as in pictures."""
    page = visit(central_asia.file)
    assert page.page.evaluate("planner.fillOf('served')") == "#0b5fa5"
    assert page.page.evaluate("planner.fillOf('unserved')") == "url(#hatch-unserved)"
    assert page.page.locator("[data-chart=capacity] rect[fill='url(#hatch-unserved)']").count() > 0


def test_in_the_dark_the_text_is_light_and_maps_stay_on_paper(visit: Open, central_asia: Written) -> None:
    """Colours of maps mean something on white."""
    page = visit(central_asia.file, color_scheme="dark")
    colour = "getComputedStyle(document.querySelector('{}')).{}"
    assert page.page.evaluate(colour.format("body", "color")) == "rgb(230, 235, 240)"
    assert page.page.evaluate(colour.format(".labels text", "fill")) == "rgb(27, 39, 51)"
