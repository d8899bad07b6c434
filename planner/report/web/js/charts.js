/* Charts of a year or of all years; each has its figures as a table below it. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say, sayOf, quantity, percent, number } = planner;
  const INTACT = "intact", GAP = 44;

  function plainTable(head, rows) {
    return make("div", { class: "scroll" }, make("table", { class: "data" },
      make("thead", {}, make("tr", {}, head.map((text, i) => make("th", { scope: "col", class: i ? "number" : null }, text)))),
      make("tbody", {}, rows.map((row) => make("tr", {}, row.map((text, i) =>
        make(i ? "td" : "th", i ? { class: "number" } : { scope: "row" }, text)))))));
  }

  /** A chart with its words: picture, what it shows, and its figures as text. */
  function figure(name, plot, keys, head, rows) {
    for (const group of plot.querySelectorAll("g[aria-label]")) group.removeAttribute("aria-label"); // Plot's own, in English
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", say("chart." + name + ".about"));
    const key = make("div", { class: "chart-keys" }, keys.map(([word, colour]) =>
      make("span", { class: "key" }, planner.draw("svg", { viewBox: "0 0 12 12", "aria-hidden": "true" }, planner.draw("rect", { width: 12, height: 12, rx: 2, fill: colour })), word)));
    return make("figure", { class: "chart", "data-chart": name },
      make("h3", {}, say("chart." + name)), keys.length ? key : null, make("div", { class: "chart-plot" }, plot),
      make("figcaption", {}, say("chart." + name + ".about")),
      make("details", {}, make("summary", {}, say("chart.figures")), plainTable(head, rows)));
  }

  function style(width, more) {
    return { width, style: { fontSize: "12px", fontFamily: "inherit", background: "none", overflow: "visible" }, ...more };
  }

  const axis = { tickSize: 0, labelArrow: "none", labelOffset: 36 };
  const grid = { stroke: "#d5dde3", strokeOpacity: 1 };

  function sum(table, column, rows) {
    return rows.reduce((total, row) => total + (table.get(column, row) || 0), 0);
  }

  /** Capacity against demand, year by year. */
  function capacity(data, state, width) {
    const { sites, demands } = data.tables, { fillOf } = planner;
    if (!demands.rows) return null;
    const rows = data.years.flatMap((year) => {
      const at = sites.ofYear(year), asked = demands.ofYear(year);
      const built = sum(sites, "built_pflops", at), installed = sum(sites, "installed_pflops", at);
      const side = [say("chart.installed"), say("chart.asked")];
      return [
        { year, side: side[0], part: say("chart.standing"), pflops: installed - built, colour: fillOf("stood") },
        { year, side: side[0], part: say("chart.built"), pflops: built, colour: fillOf("built") },
        { year, side: side[1], part: say("chart.served"), pflops: sum(demands, "served_pflops", asked), colour: fillOf("served") },
        { year, side: side[1], part: say("chart.unserved"), pflops: sum(demands, "unserved_pflops", asked), colour: fillOf("unserved") },
      ];
    });
    const plot = Plot.plot(style(width, {
      height: 290, marginLeft: 56, marginBottom: 34, fx: { label: null, padding: 0.18, tickFormat: String }, x: { label: null, domain: [say("chart.installed"), say("chart.asked")], padding: 0.12, tickSize: 0, axis: (width - 60) / data.years.length > 170 ? "bottom" : null },
      y: { ...axis, label: "PFLOPS", tickFormat: (v) => number(v), ticks: 5 },
      marks: [Plot.gridY({ ...grid, ticks: 5 }),
        Plot.barY(rows, { fx: "year", x: "side", y: "pflops", fill: "colour", title: (d) => `${d.year} · ${d.part}: ${quantity(d.pflops, "PFLOPS")}` }), Plot.ruleY([0])],
    }));
    const keys = [["standing", fillOf("stood")], ["built", fillOf("built")], ["served", fillOf("served")], ["unserved", fillOf("unserved")]];
    const parts = data.years.map((year) => [String(year), ...rows.filter((d) => d.year === year).map((d) => number(d.pflops, 4))]);
    return figure("capacity", plot, keys.map(([word, colour]) => [say("chart." + word), colour]), [say("control.year"), ...keys.map(([word]) => say("chart." + word))], parts);
  }

  /** PFLOPS in use over the day by kind of work. */
  function day(data, state, width) {
    if (data.blocks < 2) return null;
    const table = data.tables.assignments, used = new Map(), length = 24 / data.blocks;
    for (const row of table.ofYear(state.year)) {
      if (table.get("contingency", row) !== INTACT) continue;
      const kind = data.workloads.kind[data.at.workloads.get(table.get("workload", row))];
      const key = kind + "|" + table.get("hour", row);
      used.set(key, (used.get(key) || 0) + table.get("pflops", row));
    }
    const kinds = ["inference", "training"].filter((kind) => data.hours.some((hour) => used.has(kind + "|" + hour)));
    const rows = kinds.flatMap((kind) => data.hours.map((hour) => ({ kind, hour, pflops: used.get(kind + "|" + hour) || 0 })));
    if (!rows.length) return null;
    const [capacity] = [sum(data.tables.sites, "installed_pflops", data.tables.sites.ofYear(state.year))];
    const plot = Plot.plot(style(width, {
      height: 290, marginLeft: 56, marginBottom: 44, x: { ...axis, label: "UTC", domain: [0, 24], ticks: [0, 6, 12, 18, 24], tickFormat: (v) => String(v).padStart(2, "0") },
      y: { ...axis, label: "PFLOPS", tickFormat: (v) => number(v), ticks: 5, zero: true },
      marks: [Plot.gridY({ ...grid, ticks: 5 }),
        Plot.rectY(rows, Plot.stackY({ x1: "hour", x2: (d) => d.hour + length, y: "pflops", fill: (d) => planner.colours[d.kind], inset: 0.5, title: (d) => `${planner.hoursOf(d.hour, data.blocks)} · ${sayOf("work", d.kind)}: ${quantity(d.pflops, "PFLOPS")}` })),
        Plot.ruleY([capacity], { stroke: "#1b2733", strokeDasharray: "5 4" }), Plot.text([capacity], { y: (d) => d, x: 24, text: () => say("chart.installed"), textAnchor: "end", dy: -8, fill: "#1b2733" }),
        Plot.ruleY([0])],
    }));
    const parts = data.hours.map((hour) => [planner.hoursOf(hour, data.blocks), ...kinds.map((kind) => number(used.get(kind + "|" + hour) || 0, 4))]);
    return figure("day", plot, kinds.map((kind) => [sayOf("work", kind), planner.colours[kind]]), [say("control.hour"), ...kinds.map((kind) => sayOf("work", kind))], parts);
  }

  /** Money by term: the year's, or the discounted sum of all years. */
  function cost(data, state, width) {
    const terms = Object.entries(data.costs).filter(([, usd]) => usd > 0).sort((a, b) => b[1] - a[1]);
    if (!terms.length) return null;
    const [factor, unit] = planner.moneyUnit(terms.map(([, usd]) => usd)), total = terms.reduce((all, [, usd]) => all + usd, 0);
    const rows = terms.map(([term, usd]) => ({ term: sayOf("term", term), usd, colour: planner.colours.terms[term] || "#566573" }));
    const plot = Plot.plot(style(width, {
      height: 62 + 34 * rows.length, marginLeft: Math.min(150, width / 3), marginRight: 84, marginBottom: 44, y: { label: null, domain: rows.map((d) => d.term), tickSize: 0 },
      x: { ...axis, label: unit, ticks: 4, tickFormat: (v) => number(v) },
      marks: [Plot.gridX({ ...grid, ticks: 4 }), Plot.barX(rows, { y: "term", x: (d) => d.usd / factor, fill: "colour", insetTop: 3, insetBottom: 3, title: (d) => `${d.term}: ${planner.money(d.usd)}` }),
        Plot.text(rows, { y: "term", x: (d) => d.usd / factor, text: (d) => `${number(d.usd / factor)} · ${percent(d.usd / total)}`, textAnchor: "start", dx: 6 }), Plot.ruleX([0])],
    }));
    const name = data.years.length > 1 ? "cost_all" : "cost";
    return figure(name, plot, [], [say("column.term"), unit, "%"], [...rows.map((d) => [d.term, number(d.usd / factor, 4), percent(d.usd / total)]), [say("chart.total"), number(total / factor, 4), ""]]);
  }

  /** Where each country's demand is served: at home, abroad, or not at all. */
  function members(data, state, width) {
    const table = data.tables.members, { fillOf } = planner;
    const found = table.ofYear(state.year).map((row) => {
      const [asked, served, imported] = ["demand_pflops", "served_pflops", "imported_pflops"].map((column) => table.get(column, row)), market = table.get("market_pflops", row) || 0;
      const code = table.get("country", row);
      return { name: (data.countries[code] || { name: code }).name, asked, home: served - imported - market, abroad: imported, market, unserved: Math.max(0, asked - served) };
    }).filter((each) => each.asked > 0).sort((a, b) => b.asked - a.asked);
    if (!found.length) return null;
    const shown = found.slice(0, 24), rented = found.some((each) => each.market > 0), parts = rented ? ["home", "abroad", "market", "unserved"] : ["home", "abroad", "unserved"];
    const tint = { home: fillOf("served"), abroad: fillOf("abroad"), market: fillOf("market"), unserved: fillOf("unserved") };
    const rows = shown.flatMap((each) => parts.map((part) => ({ name: each.name, part, pflops: each[part] < 1e-9 * each.asked ? 0 : each[part] })));
    const longest = Math.max(...shown.map((each) => planner.textWidth(each.name, 12)));
    const plot = Plot.plot(style(width, {
      height: 68 + 27 * shown.length, marginLeft: Math.min(width * 0.4, 16 + longest), marginRight: 20, marginBottom: 44,
      y: { label: null, domain: shown.map((each) => each.name), tickSize: 0 }, x: { ...axis, label: "PFLOPS", ticks: 4, tickFormat: (v) => number(v) },
      marks: [Plot.gridX({ ...grid, ticks: 4 }), Plot.barX(rows, { y: "name", x: "pflops", fill: (d) => tint[d.part], insetTop: 2, insetBottom: 2, title: (d) => `${d.name} · ${say("chart." + d.part)}: ${quantity(d.pflops, "PFLOPS")}` }), Plot.ruleX([0])],
    }));
    return figure("members", plot, parts.map((part) => [say("chart." + part), tint[part]]), [say("column.country"), ...parts.map((part) => say("chart." + part))],
      found.map((each) => [each.name, ...parts.map((part) => number(shownOf(each)[part], 4))]));
  }

  /** The parts of what a country asks for as they are shown: they add up. */
  function shownOf({ asked, home, abroad, market, unserved }) {
    const decimals = Math.max(0, 3 - Math.floor(Math.log10(asked))), served = home + abroad + market;
    return { home: planner.rest(served, abroad + market, decimals), abroad, market, unserved: unserved < 1e-9 * asked ? 0 : planner.rest(asked, served, decimals) };
  }

  /** Shares of each workload by what round-trip time they get at most, weighed by PFLOPS. */
  function delaysOf(data, year) {
    const table = data.tables.paths, found = new Map();
    for (const row of table.ofYear(year)) {
      if (table.get("contingency", row) !== INTACT) continue;
      const workload = data.at.workloads.get(table.get("workload", row));
      if (!found.has(workload)) found.set(workload, []);
      found.get(workload).push([table.get("rtt_ms", row), table.get("pflops", row)]);
    }
    return [...found].map(([workload, list]) => {
      list.sort((a, b) => a[0] - b[0]);
      const total = list.reduce((all, [, pflops]) => all + pflops, 0);
      let sofar = 0;
      const steps = list.map(([ms, pflops]) => ({ ms, share: (sofar += pflops) / total }));
      const at = (share) => steps.find((step) => step.share >= share - 1e-12).ms;
      return { name: data.workloads.name[workload], limit: data.workloads.limit[workload], total, steps, median: at(0.5), high: at(0.95), worst: steps[steps.length - 1].ms };
    }).sort((a, b) => (a.limit ?? 1e9) - (b.limit ?? 1e9) || planner.collate(a.name, b.name));
  }

  function delays(data, state, width) {
    const found = delaysOf(data, state.year);
    if (!found.length) return null;
    const shown = found.slice(0, 16);
    const longest = Math.max(...shown.map((each) => each.worst)) * 1.3 || 1;
    const rows = shown.flatMap((each) => [{ name: each.name, ms: 0, share: 0 }, ...each.steps.map((step) => ({ name: each.name, ...step }))]);
    const limits = shown.filter((each) => each.limit !== null && each.limit <= longest), beyond = shown.filter((each) => each.limit > longest);
    const names = shown.map((each) => each.name);
    const plot = Plot.plot(style(width, {
      height: 56 + 38 * shown.length, marginLeft: Math.min(width * 0.38, 170), marginRight: 46, marginTop: 6, marginBottom: 44, fy: { label: null, domain: names, padding: 0.16, axis: null },
      x: { ...axis, label: "RTT, ms", domain: [0, longest], tickFormat: (v) => number(v), ticks: 5 }, y: { axis: null, domain: [0, 1] },
      marks: [Plot.frame({ fill: "#f5f7f9" }), Plot.areaY(rows, { fy: "name", x: "ms", y1: 0, y2: "share", curve: "step-after", fill: "#0b5fa5", fillOpacity: 0.25 }),
        Plot.lineY(rows, { fy: "name", x: "ms", y: "share", curve: "step-after", stroke: "#0b5fa5", strokeWidth: 1.5 }),
        Plot.ruleY(shown, { fy: "name", y: 1, x1: "worst", x2: longest, stroke: "#0b5fa5", strokeWidth: 1, strokeOpacity: 0.35 }),
        Plot.ruleX(limits, { fy: "name", x: "limit", stroke: "#b3400f", strokeWidth: 1.6, strokeDasharray: "4 3" }),
        Plot.text(limits, { fy: "name", x: "limit", y: 0.5, text: (d) => number(d.limit), fill: "#b3400f", textAnchor: "start", dx: 5, stroke: "#f5f7f9", strokeWidth: 3 }),
        Plot.text(beyond, { fy: "name", x: longest, y: 0.5, text: (d) => number(d.limit) + " →", fill: "#b3400f", textAnchor: "end", dx: -5 }),
        Plot.text(shown, { fy: "name", frameAnchor: "left", dx: -8, textAnchor: "end", text: "name", lineWidth: (Math.min(width * 0.38, 170) - 18) / 12, fill: "currentColor" })],
    }));
    return figure("delays", plot, [[say("chart.share"), "#0b5fa5"], [say("chart.limit"), "#b3400f"]], [say("column.workload"), say("chart.median"), say("chart.high"), say("chart.worst"), say("chart.limit")],
      found.map((each) => [each.name, ...[each.median, each.high, each.worst, each.limit].map((ms) => (ms === null ? "–" : quantity(ms, "ms")))]));
  }

  /** Draw the charts of a state into an element, in place of those that stand there. */
  planner.drawCharts = function (element, data, state) {
    const open = new Set([...element.querySelectorAll("[data-chart] details[open]")].map((each) => each.closest("[data-chart]").dataset.chart));
    const columns = getComputedStyle(element).columnCount === "2" ? 2 : 1, width = Math.max(260, Math.floor((element.clientWidth - (columns - 1) * GAP) / columns));
    const drawn = [capacity, members, day, cost, delays].map((chart) => chart(data, state, width)).filter(Boolean);
    drawn.forEach((each) => (each.querySelector("details").open = open.has(each.dataset.chart)));
    element.replaceChildren(...drawn);
  };
})();
