/* The start: read what the page holds, put map, switches, charts and tables in their places, keep them in step. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say } = planner;
  const byId = (id) => document.getElementById(id);

  /** The block of the map, with a panel beside it for the legend and for what is chosen. */
  function mapBlock(figure, data, choose) {
    const place = make("div", { class: "map-place" }), legend = make("div", { class: "legend" });
    const panel = make("div", { class: "details", "aria-live": "polite" });
    const names = new Map();
    for (const kind of ["site", "node", "link"]) {
      data[kind + "s"].name.forEach((name, i) => {
        const text = names.has(name) ? `${name} (${planner.sayOf("sort", kind)})` : name;
        if (!names.has(text)) names.set(text, [kind, i]);
      });
    }
    const list = make("datalist", { id: "places" }, [...names.keys()].map((name) => make("option", { value: name })));
    const input = make("input", { type: "search", id: "find", list: "places", placeholder: say("find.hint"), autocomplete: "off", onchange: () => {
      const found = names.get(input.value.trim());
      if (found) choose(...found, true);
    } });
    const find = make("div", { class: "control find" }, make("label", { for: "find" }, say("find")), input, list);
    const status = make("p", { class: "map-status", role: "status" });
    figure.prepend(status, make("div", { class: "map-grid" }, place, make("div", { class: "map-side" }, find, panel, legend)),
      make("p", { class: "map-note" }, data.basemap && data.basemap.file ? say("map.own_land", { file: data.basemap.file }) : data.basemap ? say("map.land") : say("map.no_land")));
    return { place, legend, panel, status };
  }

  function statusText(data, state, look) {
    const parts = [String(state.year), state.hour === null ? say("control.all_day") : planner.hoursOf(state.hour, data.blocks)];
    if (data.blocks === 1) parts.pop();
    if (state.contingency !== planner.INTACT) parts.push(say("map.failed", { name: planner.nameOf(data, "contingency", state.contingency) }));
    if (state.flows) parts.push(say("map.flows", { name: planner.flowChoices(data).find((each) => each.value === state.flows).text }));
    return parts.join(" · ") + (look.now.plain ? "" : " — " + say(state.contingency === planner.INTACT ? "map.computed" : "map.surviving"));
  }

  function explore(payload, basemap) {
    const data = planner.readData(payload);
    data.basemap = basemap;
    planner.setFigures(data);
    const form = byId("controls"), charts = byId("charts"), tables = byId("tables");
    const room = (section, name) => (section.hidden = false, section.append(make("div", { class: name })), section.lastElementChild);
    let state = null, chosen = null, look = null;
    const figure = mapBlock(byId("map"), data, (kind, i, move) => choose(kind, i, move));
    look = planner.looksOf(data, (state = planner.stateOf(data, location.hash)));
    const map = planner.drawMap(figure.place, {
      data, basemap, look, label: say("map.about", { sites: planner.number(data.sites.id.length), links: planner.number(data.links.id.length) }),
      describe: (kind, i) => planner.describe(data, look, kind, i), select: (kind, i) => choose(kind, i), moved: (view) => keepView(view),
    });
    const scopes = [[charts, "scope.charts"], [tables, "scope.tables"]].map(([section, word]) => {
      const scope = make("p", { class: "scope", role: "status", hidden: true });
      section.append(scope);
      return [scope, word];
    });
    const chartRoom = room(charts, "chart-grid"), tableRoom = room(tables, "table-room");

    function choose(kind, i, move) {
      chosen = kind ? [kind, i] : null;
      state = { ...state, choice: kind ? `${kind}:${data[kind + "s"].id[i]}` : "" };
      keep();
      map.mark(chosen);
      if (move) map.focusOn(kind, i);
      details();
    }

    /** Keep the state in the address, so that a view can be sent. */
    function keep() {
      const hash = planner.hashOf(data, state);
      history.replaceState(null, "", hash ? "#" + hash : location.pathname + location.search);
    }

    let waiting = 0;
    function keepView({ k, x, y }) {
      const home = Math.abs(k - 1) < 1e-6 && Math.abs(x) + Math.abs(y) < 1e-3;
      state = { ...state, view: home ? "" : [k, x, y].map((v) => Number(v.toPrecision(5))).join("_") };
      clearTimeout(waiting);
      waiting = setTimeout(keep, 200);  // browsers refuse many changes of the address in a row
    }

    /** Choose and look at what the address says. */
    function recall() {
      const [kind, ...rest] = state.choice.split(":");
      chosen = state.choice ? [kind, data.at[kind + "s"].get(rest.join(":"))] : null;
      map.mark(chosen);
      const [k, x, y] = state.view ? state.view.split("_").map(Number) : [1, 0, 0];
      map.moveTo({ k, x, y }, true);
    }

    function details() {
      planner.showDetails(figure.panel, data, state, look, chosen, () => choose(null));
    }

    function change(name, value) {
      state = name === "reset" ? planner.stateOf(data, "") : { ...state, [name]: value };
      if (name === "reset") recall();
      keep();
      show(name);
    }

    /** Show the state; a change of colours alone leaves charts and tables as they are. */
    function show(what) {
      look = planner.looksOf(data, state);
      state.hash = planner.hashOf(data, state);
      planner.showControls(form, state);
      map.show(look);
      figure.status.textContent = statusText(data, state, look);
      planner.drawLegend(figure.legend, data, state, look);
      details();
      const part = state.hour !== null || state.contingency !== planner.INTACT;
      scopes.forEach(([scope, word]) => ((scope.textContent = part ? say(word, { year: state.year }) : ""), (scope.hidden = !part)));
      document.querySelectorAll("[data-year]").forEach((each) => (each.hidden = Number(each.dataset.year) !== state.year));
      if (!["colour", "flows", "hour", "contingency", "table"].includes(what)) planner.drawCharts(chartRoom, data, state);
      if (!["colour", "flows", "hour", "contingency"].includes(what)) drawTables();
    }

    function drawTables() {
      planner.drawTables(tableRoom, data, state, state.table, (name) => change("table", name));
    }

    planner.drawControls(form, data, change);
    show("all");
    recall();
    details();
    window.addEventListener("hashchange", () => ((state = planner.stateOf(data, location.hash)), show("all"), recall(), details()));
    let width = chartRoom.clientWidth;
    new ResizeObserver(() => {
      if (Math.abs(chartRoom.clientWidth - width) > 4) ((width = chartRoom.clientWidth), planner.drawCharts(chartRoom, data, state));
    }).observe(chartRoom);
    planner.explorer = { data, map, state: () => state };
  }

  planner.setWords(planner.readJson("words"));
  if (byId("controls") && byId("map") && byId("data")) {
    const payload = planner.readJson("data");
    if (payload && Object.keys(payload.tables).length) explore(payload, planner.readJson("basemap"));
  }
})();
