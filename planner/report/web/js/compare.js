/* The page of a comparison: maps side by side, what changes between them, and the chart of a trade-off. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, draw, say, readJson } = planner;
  const given = readJson("comparison");
  if (!given) return;
  planner.setWords(readJson("words"));
  if (given.base) planner.setFigures(given.base);
  const LESS = "#b3400f", MORE = "#0b5fa5", NOISE = 1e-6;
  const called = (name) => given.labels[name] || name;
  const byKey = new Map(given.criteria.map((each) => [each.key, each]));

  function choice(word, options, chosen, change) {
    const select = make("select", { onchange: (event) => change(event.target.value) },
      options.map(([value, name]) => make("option", { value, selected: value === chosen }, name)));
    return make("label", {}, say(word), select);
  }

  /* --- the trade-off ------------------------------------------------------------------------------------------ */

  function scaled(criterion) {
    const values = criterion.values.filter((value) => value !== null);
    const unit = (written) => (criterion.yearly ? say("compare.yearly", { unit: written }) : written);
    if (criterion.unit === "share") return { factor: 100, unit: "%" };
    if (!criterion.money) return { factor: 1, unit: unit(criterion.unit) };
    const steps = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];
    const [size, letter] = steps.find(([each]) => d3.max(values, Math.abs) >= each) || [1, ""];
    return { factor: 1 / size, unit: unit(letter + criterion.unit) };
  }

  function isBeaten(dots, dot, across, up) {
    const worse = (criterion, a, b) => (criterion.most ? b - a : a - b);
    const same = (a, b) => Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
    return dots.some((other) => {
      const x = same(other.x, dot.x) ? 0 : worse(across, dot.x, other.x), y = same(other.y, dot.y) ? 0 : worse(up, dot.y, other.y);
      return other !== dot && other.group === dot.group && x >= 0 && y >= 0 && (x > 0 || y > 0);
    });
  }

  const isWide = (letter) => letter.codePointAt(0) > 0x2e7f;
  const breadth = (name) => d3.sum(name, (letter) => (isWide(letter) ? 13.5 : 7.2));

  /** A name of at most so many pixels; the whole one is in the mark's title. */
  function shortened(name, most) {
    let rest = [...name];
    while (rest.length > 1 && breadth(rest.join("")) > most) rest = rest.slice(0, -1);
    return rest.join("") === name ? name : `${rest.join("")}…`;
  }

  /** Names stand to the right of their dots, or where there is room: above, below, to the left. */
  function placed(dots, x, y, width) {
    const taken = dots.map((dot) => [x(dot.x) - 7, y(dot.y) - 7, x(dot.x) + 7, y(dot.y) + 7]);
    const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
    return dots.map((dot) => {
      const size = breadth(dot.name), px = x(dot.x), py = y(dot.y);
      const spots = [["start", px + 11, py + 4], ["end", px - 11, py + 4], ["middle", px, py - 12], ["middle", px, py + 22],
        ["start", px + 11, py - 12], ["start", px + 11, py + 20], ["end", px - 11, py - 12], ["end", px - 11, py + 20]];
      for (const [anchor, left, top] of spots) {
        const from = anchor === "start" ? left : anchor === "end" ? left - size : left - size / 2;
        const box = [from, top - 12, from + size, top + 4];
        if (box[0] < 0 || box[2] > width || taken.some((other) => meets(box, other))) continue;
        taken.push(box);
        return { anchor, left, top };
      }
      return null;
    });
  }

  function drawChart(element, keys) {
    const [across, up] = keys.map((key) => byKey.get(key));
    const scales = [scaled(across), scaled(up)];
    const dots = given.plans.map((name, i) => ({ whole: called(name), name: shortened(called(name), 220), x: across.values[i], y: up.values[i], first: i === 0, group: given.groups[i] }))
      .filter((dot) => dot.x !== null && dot.y !== null)
      .map((dot) => ({ ...dot, x: dot.x * scales[0].factor, y: dot.y * scales[1].factor }));
    element.replaceChildren();
    if (!dots.length) return;
    const width = 720, height = 380, edge = { left: 70, right: 24, top: 34, bottom: 54 };
    const span = (values) => {
      const [low, high] = d3.extent(values), room = (high - low || Math.abs(high) || 1) * 0.14;
      return [low - room, high + room];
    };
    const x = d3.scaleLinear(span(dots.map((dot) => dot.x)), [edge.left, width - edge.right]);
    const y = d3.scaleLinear(span(dots.map((dot) => dot.y)), [height - edge.bottom, edge.top]);
    dots.forEach((dot) => { dot.beaten = isBeaten(dots, dot, across, up); });
    const label = say("compare.chart", { across: across.name, up: up.name });
    const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, role: "img", "aria-label": label, direction: "ltr" });
    const digits = (scale) => Math.max(...scale.ticks(6).map((tick) => String(+tick.toPrecision(10)).replace(/^-?\d+\.?/, "").length));
    const rule = { stroke: "#d5dde3" }, small = { fill: "#566573", "font-size": 12 };
    const write = (scale, tick) => planner.number(+tick.toPrecision(10), 1 + Math.ceil(Math.log10(Math.max(1, Math.abs(tick)))) + digits(scale));
    for (const tick of x.ticks(6)) {
      svg.append(draw("line", { x1: x(tick), x2: x(tick), y1: edge.top, y2: height - edge.bottom, ...rule }),
        draw("text", { x: x(tick), y: height - edge.bottom + 18, "text-anchor": "middle", ...small }, write(x, tick)));
    }
    for (const tick of y.ticks(6)) {
      svg.append(draw("line", { x1: edge.left, x2: width - edge.right, y1: y(tick), y2: y(tick), ...rule }),
        draw("text", { x: edge.left - 8, y: y(tick) + 4, "text-anchor": "end", ...small }, write(y, tick)));
    }
    const title = { fill: "#1b2733", "font-size": 13, "font-weight": 600 };
    svg.append(draw("text", { x: width - edge.right, y: height - 10, "text-anchor": "end", ...title }, `${across.name} (${scales[0].unit}) →`),
      draw("text", { x: 4, y: 16, ...title }, `↑ ${up.name} (${scales[1].unit})`));
    const front = dots.filter((dot) => !dot.beaten && dot.group === given.groups[0]).sort((a, b) => a.x - b.x);
    if (front.length > 1) svg.append(draw("path", { d: d3.line((dot) => x(dot.x), (dot) => y(dot.y))(front), fill: "none", stroke: "#0b5fa5", "stroke-width": 1.5, "stroke-dasharray": "5 4" }));
    const labels = placed(dots, x, y, width);
    dots.forEach((dot, i) => {
      const figures = `${dot.whole}: ${planner.number(dot.x, 4)} ${scales[0].unit}, ${planner.number(dot.y, 4)} ${scales[1].unit}`;
      const shape = { fill: dot.beaten ? "#ffffff" : "#0b5fa5", stroke: dot.beaten ? "#566573" : "#0b5fa5", "stroke-width": 2 };
      const mark = dot.first ? draw("rect", { x: x(dot.x) - 5.5, y: y(dot.y) - 5.5, width: 11, height: 11, ...shape })
        : draw("circle", { cx: x(dot.x), cy: y(dot.y), r: 6, ...shape });
      mark.append(draw("title", {}, figures));
      svg.append(mark);
      const spot = labels[i];
      if (spot) svg.append(draw("text", { x: spot.left, y: spot.top, "text-anchor": spot.anchor, fill: "#1b2733", "font-size": 13, "font-weight": dot.first ? 600 : 400 }, dot.name));
    });
    element.append(svg);
  }

  function drawTradeoff() {
    const figure = document.getElementById("tradeoff");
    const known = given.criteria.filter((each) => each.values.filter((value) => value !== null).length > 1);
    if (!figure || known.length < 2) return;
    const names = known.map((each) => [each.key, each.name]);
    const start = given.axes.map((key, i) => (names.some(([own]) => own === key) ? key : names[i][0]));
    const chart = figure.querySelector(".chart");
    const show = () => drawChart(chart, start);
    figure.querySelector(".chosen").append(
      choice("compare.across", names, start[0], (key) => { start[0] = key; show(); }),
      choice("compare.up", names, start[1], (key) => { start[1] = key; show(); }));
    figure.hidden = false;
    show();
  }

  /* --- the maps ----------------------------------------------------------------------------------------------- */

  const tables = (name) => planner.readData({ ...given.base, tables: given.tables[name] });
  const plain = (year) => ({ year, hour: null, contingency: "intact", colour: "utilisation", flows: "" });

  /** What a plan has more or less than the baseline, by position; null where neither has it. */
  function changes(data, sort, column, ours, theirs) {
    return data.own[sort].id.map((_, i) => {
      const before = data.baseline.figure(sort, column, ours, i), after = data.plan.figure(sort, column, theirs, i);
      const here = after !== null, there = before !== null;
      return here || there ? { value: (after || 0) - (before || 0), gone: there && !here, fresh: here && !there } : null;
    });
  }

  function changeLook(data, ours, theirs, largest) {
    const links = changes(data, "links", "peak_gbps", ours, theirs), sites = changes(data, "sites", "used_pflops", ours, theirs);
    const most = { links: d3.max(links, (each) => (each ? Math.abs(each.value) : 0)) || 0, sites: d3.max(sites, (each) => (each ? Math.abs(each.value) : 0)) || 0 };
    const matters = (each, limit) => each && (each.gone || each.fresh || Math.abs(each.value) > NOISE * limit);
    const tint = (value) => (value < 0 ? LESS : MORE);
    return {
      most, links, sites, largest: most.sites || largest,
      moved: links.some((each) => matters(each, most.links) && (each.value || each.gone || each.fresh)) || sites.some((each) => matters(each, most.sites) && each.value),
      link: (i) => {
        const each = links[i];
        if (!each) return { hidden: true };
        if (!most.links || !matters(each, most.links)) return { colour: "#c3ced6", width: 1, faint: true };
        return { colour: each.gone ? LESS : each.fresh ? MORE : tint(each.value), width: 1.5 + (6 * Math.abs(each.value)) / most.links, dash: each.gone ? "2 4" : each.value < 0 ? "8 4" : null, crossed: each.gone, above: true };
      },
      site: (i) => {
        const each = sites[i];
        if (!each || !matters(each, most.sites) || !each.value) return { hidden: true };
        return { area: Math.abs(each.value), colour: tint(each.value), share: each.value > 0 ? 1 : 0, crossed: each.gone };
      },
      node: () => ({}),
    };
  }

  function signed(value, unit) {
    return `${value < 0 ? "−" : "+"}${planner.quantity(Math.abs(value), unit)}`;
  }

  function drawLegend(element, look, plan) {
    const disc = (colour) => draw("circle", { cx: 17, cy: 7, r: 5, fill: colour });
    const line = (attributes) => draw("line", { x1: 1, x2: 33, y1: 7, y2: 7, "stroke-width": 3, ...attributes });
    const rows = look.moved ? [
      planner.legendRow([line({ stroke: LESS, "stroke-dasharray": "8 4" }), disc(LESS)], say("compare.less", { plan })),
      planner.legendRow([line({ stroke: MORE }), disc(MORE), draw("circle", { cx: 17, cy: 7, r: 6.4, fill: "none", stroke: MORE, "stroke-width": 1 })], say("compare.more", { plan })),
      look.links.some((each) => each && each.gone) ? planner.legendRow([line({ stroke: LESS, "stroke-dasharray": "2 4" })], say("compare.gone", { plan })) : null,
    ].filter(Boolean) : [make("p", {}, say("compare.nothing"))];
    element.replaceChildren(...rows);
  }

  function drawMaps() {
    const section = document.getElementById("maps"), others = given.plans.slice(1).filter((name) => (given.years[name] || []).length);
    if (!section || !given.base || !others.length) return;
    section.hidden = false;
    const basemap = readJson("basemap"), chosen = section.querySelector(".chosen"), first = given.plans[0];
    let plan = others[0], pair = null;
    const frames = ["map-baseline", "map-plan", "map-change"].map((id) => document.getElementById(id));

    /** Where anything is done in either plan: the maps show these places, and the rest beyond them. */
    function busyPlaces(sides) {
      const { nodes, sites, links } = given.base, busy = new Set();
      for (const [, year, data] of sides) {
        sites.node.forEach((node, i) => data.figure("sites", "installed_pflops", year, i) > 0 && busy.add(node));
        links.a.forEach((node, i) => data.figure("links", "peak_gbps", year, i) > 0 && busy.add(node).add(links.b[i]));
      }
      const found = busy.size ? [...busy] : nodes.lon.map((_, i) => i);
      return found.map((i) => [nodes.lon[i], nodes.lat[i]]);
    }

    function controls() {
      const pairs = given.years[plan].map((each) => [String(each[1]), String(each[1])]);
      chosen.replaceChildren(...[
        others.length > 1 ? choice("compare.plan", others.map((name) => [name, called(name)]), plan, (name) => { plan = name; pair = null; show(); }) : null,
        pairs.length > 1 ? choice("compare.year", pairs, String(pair[1]), (year) => { pair = given.years[plan].find((each) => String(each[1]) === year); show(); }) : null,
      ].filter(Boolean));
    }

    function show() {
      const pairs = given.years[plan];
      pair = pair || pairs[pairs.length - 1];
      controls();
      frames.forEach((frame) => frame.querySelectorAll(".map-frame").forEach((old) => old.remove()));
      const [ours, theirs] = pair, sides = [[first, ours, tables(first)], [plan, theirs, tables(plan)]];
      const points = busyPlaces(sides);
      const looks = sides.map(([, year, data]) => planner.looksOf(data, plain(year)));
      const largest = Math.max(...looks.map((look) => look.largest));
      const group = planner.zoomGroup(), captions = frames.map((frame) => frame.querySelector("figcaption"));
      sides.forEach(([name, year, data], i) => {
        planner.drawMap(frames[i], {
          data, basemap, points, group, height: 340, look: { ...looks[i], largest }, label: say("compare.map", { plan: called(name), year }),
          describe: (kind, at) => planner.describe(data, looks[i], kind, at),
        });
        captions[i].textContent = say("compare.caption", { plan: called(name), year });
      });
      const data = { own: given.base, baseline: sides[0][2], plan: sides[1][2] };
      const look = changeLook(data, ours, theirs, largest);
      planner.drawMap(frames[2], {
        data: sides[1][2], basemap, points, group, height: 420, look, label: say("compare.change", { plan: called(plan), baseline: called(first), year: theirs }),
        describe: (kind, at) => {
          const records = given.base[`${kind}s`], each = look[`${kind}s`] && look[`${kind}s`][at];
          const name = records.name && records.name[at] ? records.name[at] : records.id[at];
          if (!each) return [name];
          const mark = each.gone ? [say("compare.gone", { plan: called(plan) })] : each.fresh ? [say("compare.new", { plan: called(plan) })] : [];
          return [name, signed(each.value, kind === "site" ? "PFLOPS" : "Gbps"), ...mark];
        },
      });
      captions[2].textContent = say("compare.change_caption", { plan: called(plan), baseline: called(first) });
      frames.forEach((frame, i) => frame.append(captions[i]));
      drawLegend(document.getElementById("map-legend"), look, called(plan));
      planner.drawLegend(document.getElementById("pair-legend"), sides[1][2], plain(theirs), { ...looks[1], largest: 0 });
    }
    show();
  }

  drawTradeoff();
  requestAnimationFrame(() => setTimeout(drawMaps));  // the tables can be read before the maps stand
})();
