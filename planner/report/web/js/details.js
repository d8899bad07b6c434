/* What is known of one site, link or node: in a tooltip in short, in the panel in full. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say, sayOf, facts, quantity, percent, number } = planner;

  function short(data, look, kind, i) {
    if (kind === "node") return [data.countries[data.nodes.country[i]].name];
    const figures = kind === "site" ? look.now.site(i) : look.now.link(i);
    if (!figures) return [say("details.not_yet", { year: look.now.year })];
    if (kind === "site") {
      const lines = [say("details.site_use", { used: quantity(figures.used, "PFLOPS"), installed: quantity(figures.installed, "PFLOPS"), share: percent(figures.utilisation) })];
      if (look.flows && look.flows.sites.has(i)) lines.push(say("details.chosen", { amount: quantity(look.flows.sites.get(i), look.flows.unit) }));
      if (look.now.lost.sites.has(i)) lines.push(say("details.lost"));
      return lines;
    }
    const lines = [say("details.link_use", { load: quantity(figures.load + figures.others + figures.committed, "Gbps"), capacity: quantity(figures.capacity, "Gbps"), share: percent(figures.utilisation) })];
    if (figures.others > 0) lines.push(say("details.others", { amount: quantity(figures.others, "Gbps") }));
    lines.push(sayOf("kind", data.links.kind[i]) + " · " + quantity(data.links.rtt[i], "ms"));
    if (look.flows && look.flows.links.has(i)) lines.push(say("details.chosen", { amount: quantity(look.flows.links.get(i), look.flows.unit) }));
    if (look.now.lost.links.has(i)) lines.push(say("details.lost"));
    return lines;
  }

  /** The lines of a tooltip: the name first. */
  planner.describe = function (data, look, kind, i) {
    return [data[kind + "s"].name[i], ...short(data, look, kind, i)];
  };

  /** A figure of a table; its unit stands in the name of the column. */
  planner.figureText = function (column, value) {
    if (value === null || value === undefined) return "–";
    return column === "utilisation" ? percent(value) : number(value, 4);
  };

  /** All figures of a row of a table, labelled as its columns are. */
  function figuresOf(data, name, year, i, skipped) {
    const row = data.rowAt[name](year, i), table = data.tables[name];
    if (row === undefined) return [];
    return table.columns.filter((column) => !table.isText(column) && !skipped.has(column))
      .map((column) => [planner.columnName(column), planner.figureText(column, table.get(column, row))]);
  }

  function provenance(data, records, i) {
    const source = records.source[i];
    return [
      [say("details.source"), source ? data.sources[source] || source : null],
      [say("details.confidence"), records.confidence[i] ? sayOf("confidence", records.confidence[i]) : null],
      [say("details.note"), records.note[i]],
      [say("details.id"), records.id[i]],
    ];
  }

  function stateRows(look, kind, i) {
    if (look.now.plain) return [];
    const figures = kind === "site" ? look.now.site(i) : look.now.link(i);
    if (!figures) return [];
    const load = kind === "site" ? quantity(figures.used, "PFLOPS", 4) : quantity(figures.load, "Gbps", 4);
    return [[say("details.in_view"), load], [say("details.utilisation_in_view"), percent(figures.utilisation)]];
  }

  function siteFacts(data, state, i, look) {
    const { sites, nodes } = data, at = data.years.indexOf(state.year);
    const place = nodes.name[sites.node[i]] + ", " + data.countries[nodes.country[sites.node[i]]].name;
    const published = sites.published[i] || null;
    return [
      [say("details.place"), place], [say("details.status"), sayOf("status", sites.status[i])],
      ...stateRows(look, "site", i),
      ...figuresOf(data, "sites", state.year, i, new Set(["year"])),
      [say("details.published"), published],
      [say("details.serves"), sites.serves[i].map((kind) => sayOf("work", kind)).join(", ")],
      [say("details.pue"), number(sites.pue[i][at])],
      [say("details.electricity"), quantity(sites.electricity[i][at], planner.currency() + "/kWh")],
      [say("details.carbon"), quantity(sites.carbon[i][at], "g/kWh")],
      ...provenance(data, sites, i),
    ];
  }

  function linkFacts(data, state, i, look) {
    const { links, nodes } = data;
    return [
      [say("details.ends"), nodes.name[links.a[i]] + " – " + nodes.name[links.b[i]]],
      [say("details.kind"), sayOf("kind", links.kind[i])],
      [say("details.cable"), links.cable[i] ? data.cables[links.cable[i]] || links.cable[i] : null],
      [say("details.length"), quantity(links.km[i], "km")], [say("details.rtt"), quantity(links.rtt[i], "ms")],
      ...stateRows(look, "link", i),
      ...figuresOf(data, "links", state.year, i, new Set(["year"])),
      [say("details.duplex"), links.half[i] ? say("details.half") : null],
      [say("details.users"), links.users[i] ? links.users[i].map((code) => (data.countries[code] || { name: code }).name).join(", ") : null],
      ...provenance(data, links, i),
    ];
  }

  function nodeFacts(data, state, i) {
    const { nodes } = data, hours = state.hour === null ? data.hours : [state.hour];
    const served = new Map();
    for (const hour of hours) {
      for (const flow of data.flowsIn(state.year, hour, state.contingency)) {
        if (flow.origin === i && !flow.traffic) served.set(flow.workload, (served.get(flow.workload) || 0) + flow.amount / hours.length);
      }
    }
    const names = data.workloads.name;
    return [
      [say("details.country"), data.countries[nodes.country[i]].name],
      [say("details.position"), `${number(nodes.lat[i], 5)}°, ${number(nodes.lon[i], 5)}°`],
      [say("details.access"), quantity(nodes.access[i], "ms")],
      ...[...served].sort((a, b) => b[1] - a[1]).map(([workload, amount]) => [say("details.served_for", { workload: names[workload] }), quantity(amount, "PFLOPS")]),
      ...provenance(data, nodes, i),
    ];
  }

  /** Fill the panel with what is known of something, or with how to choose. */
  planner.showDetails = function (element, data, state, look, chosen, close) {
    if (!chosen) {
      element.replaceChildren(make("p", { class: "hint" }, say("details.choose")));
      return;
    }
    const [kind, i] = chosen;
    const rows = { site: siteFacts, link: linkFacts, node: nodeFacts }[kind](data, state, i, look);
    element.replaceChildren(
      make("div", { class: "details-head" },
        make("p", { class: "kicker" }, sayOf("sort", kind) + " · " + state.year),
        make("button", { type: "button", class: "close", "aria-label": say("details.close"), title: say("details.close"), onclick: close }, "×")),
      make("h3", {}, data[kind + "s"].name[i]), facts(rows));
  };
})();
