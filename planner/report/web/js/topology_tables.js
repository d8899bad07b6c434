/* Tables of a topology's nodes, sites, links and cables in a year, and the list of who is cut off by what alone. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say, sayOf, number, percent } = planner;
  const FIRST_CUTS = 25, NAMES = 12;

  const word = (key, of, show) => ({ key, text: true, value: of, show: show || ((value) => (value === null || value === undefined ? "" : String(value))) });
  const figure = (key, of, show) => ({ key, text: false, value: of, show: show || null });
  const plain = (value) => (value === null || value === undefined ? "–" : String(value));

  function shared(records, year) {
    return [
      word("in_service", (i) => (planner.whyNot(records, i, year) ? "no" : "yes"), (value) => say(value)),
      figure("from", (i) => records.from[i], plain), figure("until", (i) => records.until[i], plain),
      word("project", (i) => records.project[i]),
    ].filter((column) => column.key === "in_service" || records[column.key].some((value) => value !== null));
  }

  function provenance(data, records) {
    return [word("source", (i) => records.source[i]), word("confidence", (i) => records.confidence[i], (value) => (value ? sayOf("confidence", value) : ""))]
      .filter((column) => records[column.key].some((value) => value !== null));
  }

  function columnsOf(data, name, year) {
    const { nodes, sites, links, systems } = data, country = (node) => nodes.country[node];
    const named = (records) => [word("name", (i) => records.name[i]), word("id", (i) => records.id[i])];
    const land = (value) => data.countries[value].name, place = (node) => nodes.name[node];
    if (name === "nodes") {
      return [...named(nodes), word("country", (i) => nodes.country[i], land), figure("lat", (i) => nodes.lat[i], (value) => number(value, 5)), figure("lon", (i) => nodes.lon[i], (value) => number(value, 5)),
        figure("access", (i) => nodes.access[i]), figure("weight", (i) => nodes.weight[i]), figure("degree", (i) => data.degrees(year)[i], plain), ...provenance(data, nodes)];
    }
    if (name === "sites") {
      return [...named(sites), word("node", (i) => place(sites.node[i])), word("country", (i) => country(sites.node[i]), land), word("status", (i) => sites.status[i], (value) => sayOf("status", value)),
        figure("compute_pflops", (i) => planner.atYear(sites.pflops[i], year)), figure("expansions", (i) => sites.expansions[i], plain), ...shared(sites, year), ...provenance(data, sites)];
    }
    if (name === "links") {
      const cable = links.cable.some(Boolean) ? [word("cable", (i) => links.cable[i], (value) => (value ? data.cables[value] : ""))] : [];
      return [...named(links), word("a", (i) => place(links.a[i])), word("b", (i) => place(links.b[i])), word("kind", (i) => links.kind[i], (value) => sayOf("kind", value)), ...cable,
        figure("km", (i) => links.km[i]), figure("rtt_ms", (i) => links.rtt[i]), figure("gbps_now", (i) => planner.atYear(links.gbps[i], year)), figure("committed_now", (i) => planner.atYear(links.committed[i], year)),
        figure("share", (i) => planner.shareTaken(data, i, year), percent), ...shared(links, year), ...provenance(data, links)];
    }
    return [...named(systems), word("kind", (i) => systems.kind[i], (value) => sayOf("kind", value)), figure("km", (i) => systems.km[i]), figure("segments", (i) => systems.segments[i], plain),
      figure("landings", (i) => systems.landings[i], plain), ...shared(systems, year), ...provenance(data, systems)];
  }

  /** Draw the tables of a year into an element: one shows at a time, chosen by tabs. */
  planner.drawTopologyTables = function (element, data, year, chosen, choose) {
    const records = { nodes: data.nodes, sites: data.sites, links: data.links, cables: data.systems };
    const names = Object.keys(records).filter((name) => records[name].id.length);
    const now = names.includes(chosen) ? chosen : names[0];
    if (!now) return element.replaceChildren();
    const rows = records[now].id.map((_, i) => i);
    const columns = columnsOf(data, now, year).map((column) => ({ ...column, title: sayOf("column", column.key), show: column.show || planner.columnWriter(rows.map(column.value)) }));
    const go = (name) => (choose(name), document.getElementById("tab-" + name).focus());
    const tab = (name) => make("button", { type: "button", role: "tab", id: "tab-" + name, "aria-selected": name === now ? "true" : "false", "aria-controls": "tab-panel", tabindex: name === now ? 0 : -1, onclick: () => go(name) }, say("topology." + name));
    const move = (event) => {
      const forward = data.direction === "rtl" ? "ArrowLeft" : "ArrowRight", back = data.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
      const step = { [forward]: 1, [back]: -1 }[event.key];
      if (step) (event.preventDefault(), go(names[(names.indexOf(now) + step + names.length) % names.length]));
    };
    element.replaceChildren(
      make("div", { class: "tabs", role: "tablist", "aria-label": say("table.which"), onkeydown: move }, names.map(tab)),
      make("div", { role: "tabpanel", id: "tab-panel", "aria-labelledby": "tab-" + now },
        planner.sortableTable({ caption: say("topology.caption", { table: say("topology." + now), year }), file: `${now}-${year}.csv`, columns, rows })));
  };

  const some = (data, nodes) => {
    const names = nodes.slice(0, NAMES).map((node) => data.nodes.name[node]);
    return names.concat(nodes.length > NAMES ? [say("cut.more", { count: number(nodes.length - NAMES) })] : []).join(", ");
  };

  /** Say who is cut off by a failure, country by country. */
  planner.cutLines = function (data, cut) {
    const gone = new Set(Object.values(cut.lost).flat()), dark = cut.dark.filter((node) => !gone.has(node));
    const lines = Object.entries(cut.lost).map(([code, nodes]) => say("cut.share", { country: data.countries[code].name, share: percent(cut.shares[code]), names: some(data, nodes) }));
    return dark.length ? [...lines, say("cut.dark", { names: some(data, dark) })] : lines;
  };

  /** Draw the list of failures of a year; `choose(name)` hears of the one that is to show on the map. */
  planner.drawCuts = function (element, data, year, chosen, choose) {
    const cuts = data.cutsIn(year);
    if (!cuts.length) return element.replaceChildren(make("p", {}, say("cut.none", { year })));
    const row = (cut, at) => {
      const now = cut.failure === chosen, count = Object.values(cut.lost).flat().length;
      return make("tr", { class: [now ? "now" : "", at >= FIRST_CUTS && !now ? "rest" : ""].join(" ").trim() || null },
        make("th", { scope: "row" }, planner.failureName(data, cut.failure), make("small", {}, cut.failure)),
        make("td", {}, sayOf("sort", cut.failure.split(":")[0])), make("td", { class: "number" }, number(count)),
        make("td", { class: "who" }, planner.cutLines(data, cut).map((text) => make("div", {}, text))),
        make("td", { class: "act" }, make("button", { type: "button", "aria-pressed": now ? "true" : "false", onclick: () => choose(now ? "" : cut.failure) }, say(now ? "cut.shown" : "cut.show"))));
    };
    const heads = ["cut.failure", "cut.sort", "cut.places", "cut.who"].map((key, i) => make("th", { scope: "col", class: i === 2 ? "number" : null }, say(key)));
    const table = make("table", { class: "data cuts" }, make("thead", {}, make("tr", {}, heads, make("th", { scope: "col" }, make("span", { class: "unseen" }, say("cut.show"))))), make("tbody", {}, cuts.map(row)));
    const more = cuts.length > FIRST_CUTS ? make("button", { type: "button", class: "more", onclick: () => (table.classList.add("all"), more.remove()) }, say("table.all")) : null;
    if (element.querySelector("table.all")) (table.classList.add("all"), more && (more.hidden = true));
    element.replaceChildren(make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": document.getElementById("failures-title").textContent }, table), ...(more ? [more] : []));
  };
})();
