/* The page of a topology: switches, map, round trips, who is cut off, tables, all kept in step with one state. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say, sayOf, number, percent, quantity, facts } = planner;
  const CLOSE = 0.35;
  const byId = (id) => document.getElementById(id);
  const payload = planner.readJson("topology"), basemap = planner.readJson("basemap");
  if (!payload || !byId("map")) return;

  const data = readTopology(payload);
  planner.setFigures(data);
  const places = readPlaces();
  let state = stateOf(location.hash), chosen = null, view = null;

  /** Add what is looked up often: positions by id, failures and degrees by year. */
  function readTopology(given) {
    const positions = (ids) => new Map(ids.map((id, i) => [id, i])), degrees = new Map();
    return {
      ...given,
      at: { nodes: positions(given.nodes.id), sites: positions(given.sites.id), links: positions(given.links.id) },
      cutsIn: (year) => given.cuts.lists[given.cuts.of[given.years.indexOf(year)]],
      degrees(year) {
        if (!degrees.has(year)) {
          const count = given.nodes.id.map(() => 0);
          given.links.id.forEach((_, i) => planner.whyNot(given.links, i, year) || (count[given.links.a[i]]++, count[given.links.b[i]]++));
          degrees.set(year, count);
        }
        return degrees.get(year);
      },
    };
  }

  /** Every name by which a place can be chosen: of nodes and sites, and their ids. */
  function readPlaces() {
    const shown = new Map(), byWord = new Map(), texts = new Map();
    const add = (text, key, node) => {
      const listed = shown.has(text) ? `${text} (${key})` : text;
      shown.set(listed, key);
      texts.set(key, listed);
      byWord.set(listed.toLocaleLowerCase(), key);
      if (!byWord.has(key)) byWord.set(key, key);
      nodeOf.set(key, node);
    };
    const nodeOf = new Map();
    data.nodes.name.forEach((name, i) => add(name, data.nodes.id[i], i));
    data.sites.name.forEach((name, i) => add(name, "site:" + data.sites.id[i], data.sites.node[i]));
    return { shown: [...shown.keys()], texts, nodeOf, find: (text) => byWord.get(text.trim().toLocaleLowerCase()) };
  }

  function stateOf(hash) {
    const asked = new URLSearchParams(hash.replace(/^#/, "")), year = Number(asked.get("year"));
    const found = { year: data.years.includes(year) ? year : data.year, from: places.find(asked.get("from") || "") || "", to: places.find(asked.get("to") || "") || "", failure: "", table: asked.get("table") || "" };
    if (data.cutsIn(found.year).some((cut) => cut.failure === asked.get("failure"))) found.failure = asked.get("failure");
    return found;
  }

  function hashOf() {
    const found = new URLSearchParams();
    if (state.year !== data.year) found.set("year", state.year);
    for (const name of ["from", "to", "failure", "table"]) if (state[name]) found.set(name, state[name]);
    return found.toString();
  }

  /* --- switches ------------------------------------------------------------------------------------------------ */

  const form = byId("controls"), fields = {};

  function control(name, label, ...children) {
    return make("div", { class: "control " + name }, make("label", { for: "control-" + name }, label), children);
  }

  function yearSwitch() {
    if (data.years.length < 2) return null;
    if (data.years.length > 8) {
      fields.year = make("select", { id: "control-year", onchange: () => change({ year: Number(fields.year.value) }) }, data.years.map((year) => make("option", { value: year }, String(year))));
      return control("year", say("control.year"), fields.year);
    }
    fields.years = data.years.map((year) => make("input", { type: "radio", name: "year", value: year, onchange: () => change({ year }) }));
    return make("fieldset", { class: "control years" }, make("legend", {}, say("control.year")),
      make("div", { class: "year-row" }, fields.years.map((input) => make("label", { class: "year" }, input, make("span", {}, input.value)))));
  }

  function placeField(name) {
    const input = (fields[name] = make("input", { type: "search", id: "control-" + name, list: "places", placeholder: say("topology.place_hint"), autocomplete: "off", onchange: () => {
      const key = places.find(input.value);
      fields.unknown = input.value.trim() && !key ? input.value.trim() : null;
      if (!fields.unknown) change({ [name]: key || "" });
      else showTrip();
    } }));
    return control(name, say("topology." + name), input);
  }

  function drawControls() {
    fields.failure = make("select", { id: "control-failure", onchange: () => change({ failure: fields.failure.value }) });
    fields.reset = make("button", { type: "button", class: "reset", onclick: () => change({ year: data.year, from: "", to: "", failure: "" }) }, say("control.reset"));
    form.replaceChildren(...[yearSwitch(), placeField("from"), placeField("to"), control("failure", say("topology.failure"), fields.failure), fields.reset,
      make("datalist", { id: "places" }, places.shown.map((text) => make("option", { value: text })))].filter(Boolean));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  }

  function fillFailures() {
    const cuts = data.cutsIn(state.year), option = (cut) => make("option", { value: cut.failure }, planner.failureName(data, cut.failure));
    fields.failure.replaceChildren(make("option", { value: "" }, say("topology.nothing")), ...["cable", "risk", "link", "node"].map((sort) => [sort, cuts.filter((cut) => cut.failure.startsWith(sort + ":"))])
      .filter(([, own]) => own.length).map(([sort, own]) => make("optgroup", { label: say("group." + sort) }, own.map(option))));
    fields.failure.value = state.failure;
    fields.failure.disabled = !cuts.length;
  }

  function showControls() {
    if (fields.years) fields.years.forEach((input) => (input.checked = Number(input.value) === state.year));
    if (fields.year) fields.year.value = String(state.year);
    for (const name of ["from", "to"]) fields[name].value = places.texts.get(state[name]) || "";
    fillFailures();
    fields.reset.disabled = !(state.from || state.to || state.failure || state.year !== data.year);
  }

  /* --- map ----------------------------------------------------------------------------------------------------- */

  const status = make("p", { class: "map-status", role: "status" }), ground = make("div", { class: "map-place" });
  const panel = make("div", { class: "details", "aria-live": "polite" }), legend = make("div", { class: "legend" });

  function layMap() {
    const note = basemap && basemap.file ? say("map.own_land", { file: basemap.file }) : say(basemap ? "map.land" : "map.no_land");
    byId("map").prepend(status, make("div", { class: "map-grid" }, ground, make("div", { class: "map-side" }, panel, legend)), make("p", { class: "map-note" }, note));
    return planner.drawMap(ground, {
      data, basemap, look: view.look, describe, select: choose, points: firstView().map((i) => [data.nodes.lon[i], data.nodes.lat[i]]),
      label: say("topology.about_map", { sites: number(data.sites.id.length), links: number(data.links.id.length) }),
    });
  }

  /** The places that fill the map at first: those of the sites where they lie close together, else all. */
  function firstView() {
    const all = data.nodes.id.map((_, i) => i), sited = [...new Set(data.sites.node)];
    const span = (nodes) => planner.middleOf(nodes.map((i) => data.nodes.lon[i]))[1] * (1 + d3.max(nodes, (i) => data.nodes.lat[i]) - d3.min(nodes, (i) => data.nodes.lat[i]));
    return sited.length > 2 && span(sited) < span(all) * CLOSE ? sited : all;
  }

  /** Bring places into view where some of them are not. */
  function reveal(nodes) {
    const { width, height } = map, spots = nodes.map((i) => map.spots[i]), seen = spots.map((spot) => map.transform.apply(spot));
    if (seen.every(([x, y]) => x > 0 && y > 0 && x < width && y < height)) return;
    const [[left, right], [top, bottom]] = [0, 1].map((axis) => d3.extent(spots, (spot) => spot[axis]));
    const k = Math.min(0.8 * width / Math.max(1, right - left), 0.8 * height / Math.max(1, bottom - top), 4);
    map.animate((target) => map.zoom.transform(target, d3.zoomIdentity.translate(width / 2 - (k * (left + right)) / 2, height / 2 - (k * (top + bottom)) / 2).scale(k)));
  }

  /** The places that what has just been chosen is about. */
  function inQuestion(before) {
    const { links } = data, ends = [...view.lost.links].flatMap((i) => [links.a[i], links.b[i]]);
    const failed = state.failure && state.failure !== before.failure ? [...view.cut, ...view.dark, ...ends] : [];
    const asked = view.asked && (state.from !== before.from || state.to !== before.to);
    return [...failed, ...(asked ? (view.trip ? view.trip.nodes : [view.start, view.end]) : [])];
  }

  /** What the state means: what fails, who is cut off, which way is the quickest. */
  function viewOf() {
    const lost = planner.failing(data, state.failure), cut = data.cutsIn(state.year).find((each) => each.failure === state.failure);
    const [start, end] = [state.from, state.to].map((key) => (key ? places.nodeOf.get(key) : null));
    const asked = start !== null && end !== null;
    const down = asked && (lost.node === start || lost.node === end);
    const found = { year: state.year, lost, start, end, asked, trip: asked && !down ? planner.findTrip(data, start, end, state.year, lost) : null, cut: cut ? Object.values(cut.lost).flat() : [], dark: cut ? cut.dark : [] };
    found.look = planner.topologyLook(data, found);
    return found;
  }

  function why(records, i) {
    const reason = planner.whyNot(records, i, state.year);
    if (!reason) return null;
    return reason === "undecided" ? say("topology.undecided", { project: data.projects[records.project[i]] || records.project[i] }) : say("topology." + reason, { year: state.year });
  }

  function describe(kind, i) {
    const { nodes, sites, links } = data, name = data[kind + "s"].name[i];
    if (kind === "node") return [name, data.countries[nodes.country[i]].name, view.cut.includes(i) ? say("topology.is_cut_off") : view.dark.includes(i) ? say("topology.is_dark") : null].filter(Boolean);
    const reason = why(data[kind + "s"], i), fails = view.lost[kind + "s"].has(i) ? say("topology.fails") : null;
    if (kind === "site") return [name, `${sayOf("status", sites.status[i])} · ${quantity(planner.atYear(sites.pflops[i], state.year), "PFLOPS")}`, reason, fails].filter(Boolean);
    return [name, taken(i), sayOf("kind", links.kind[i]) + " · " + quantity(links.rtt[i], "ms"), reason, fails].filter(Boolean);
  }

  function taken(i) {
    const [capacity, committed] = [data.links.gbps[i], data.links.committed[i]].map((figure) => planner.atYear(figure, state.year));
    return say("topology.share_taken", { committed: quantity(committed, "Gbps"), capacity: quantity(capacity, "Gbps"), share: percent(planner.shareTaken(data, i, state.year)) });
  }

  function choose(kind, i) {
    chosen = kind ? [kind, i] : null;
    map.mark(chosen);
    showDetails();
  }

  function inYear(kind, i) {
    if (kind === "site") return [[say("topology.in_year", { year: state.year }), quantity(planner.atYear(data.sites.pflops[i], state.year), "PFLOPS", 6)]];
    if (kind === "node") return [[say("column.degree"), number(data.degrees(state.year)[i])]];
    const { gbps, committed } = data.links;
    return [[say("topology.capacity_in_year", { year: state.year }), quantity(planner.atYear(gbps[i], state.year), "Gbps", 6)],
      [say("topology.committed_in_year", { year: state.year }), `${quantity(planner.atYear(committed[i], state.year), "Gbps", 6)}, ${percent(planner.shareTaken(data, i, state.year))}`]];
  }

  function tripButtons(kind, i) {
    if (kind === "link") return null;
    const key = kind === "site" ? "site:" + data.sites.id[i] : data.nodes.id[i];
    const button = (name) => make("button", { type: "button", "aria-pressed": state[name] === key ? "true" : "false", onclick: () => change({ [name]: key }) }, say("topology.trip_" + name));
    return make("div", { class: "trip-buttons" }, button("from"), button("to"));
  }

  const named = (rows) => rows.map(([label, text]) => [data.labels[label], text]);

  /** What is known of the cable that a link is a segment of. */
  function cableFacts(kind, i) {
    const cable = kind === "link" ? data.links.cable[i] : null, at = data.systems.id.indexOf(cable);
    return at < 0 ? [] : [make("h4", {}, sayOf("sort", "cable") + ": " + data.systems.name[at]), facts(named(data.fields.cables[at]))];
  }

  function showDetails() {
    if (!chosen) return panel.replaceChildren(make("p", { class: "hint" }, say("details.choose")));
    const [kind, i] = chosen, all = named(data.fields[kind + "s"][i]);
    const reason = kind === "node" ? null : why(data[kind + "s"], i);
    panel.replaceChildren(...[
      make("div", { class: "details-head" }, make("p", { class: "kicker" }, sayOf("sort", kind) + " · " + state.year),
        make("button", { type: "button", class: "close", "aria-label": say("details.close"), title: say("details.close"), onclick: () => choose(null) }, "×")),
      make("h3", {}, data[kind + "s"].name[i]), reason ? make("p", { class: "hint" }, reason) : null, tripButtons(kind, i), facts([...inYear(kind, i), ...all]), ...cableFacts(kind, i)].filter(Boolean));
  }

  function showStatus() {
    const serving = (records) => records.id.map((_, i) => i).filter((i) => !planner.whyNot(records, i, state.year));
    const compute = (i) => planner.atYear(data.sites.pflops[i], state.year), sites = serving(data.sites).filter((i) => compute(i) > 0);
    const parts = [say("topology.status", { year: state.year, links: number(serving(data.links).length), sites: number(sites.length), pflops: quantity(d3.sum(sites, compute), "PFLOPS") })];
    if (state.failure) parts.push(say("topology.failing", { name: planner.failureName(data, state.failure) }));
    status.textContent = parts.join(" — ");
  }

  /* --- round trips --------------------------------------------------------------------------------------------- */

  function tripText() {
    const name = (node) => data.nodes.name[node], names = { start: name(view.start), end: name(view.end), year: state.year };
    const failure = state.failure ? planner.failureName(data, state.failure) : "";
    if (!view.trip) return say(failure ? "trip.none_failing" : "trip.none", { ...names, failure });
    if (view.start === view.end) return say("trip.same", { name: names.start });
    const figures = { rtt: quantity(view.trip.rtt, "ms"), km: quantity(Math.round(view.trip.km), "km", 9), links: number(view.trip.links.length), failure };
    return say(failure ? "trip.found_failing" : "trip.found", { ...names, ...figures });
  }

  function showTrip() {
    const line = byId("trip"), steps = byId("steps");
    line.hidden = false;
    steps.hidden = !(view.trip && view.trip.links.length);
    line.classList.toggle("found", Boolean(view.asked && !fields.unknown));
    if (fields.unknown) return line.replaceChildren(say("trip.unknown", { name: fields.unknown }));
    if (!view.asked) return line.replaceChildren(say("trip.choose"));
    line.replaceChildren(make("strong", {}, tripText()));
    if (steps.hidden) return;
    const km = planner.greatCircle(data, view.start, view.end);
    if (data.latency.rule !== "glass") line.append(" ", say("trip.glass", { rtt: quantity(view.trip.glass, "ms") }));
    line.append(" ", say("trip.ideal", { km: quantity(Math.round(km), "km", 9), rtt: quantity(km * data.ideal_ms_per_km, "ms") }));
    const head = [["trip.step"], ["trip.over"], ["column.km", 1], ["column.rtt_ms", 1]].map(([key, right]) => make("th", { scope: "col", class: right ? "number" : null }, say(key)));
    const rows = view.trip.links.map((link, i) => make("tr", {}, make("th", { scope: "row" }, data.nodes.name[view.trip.nodes[i + 1]]), make("td", {}, data.links.name[link]),
      make("td", { class: "number" }, number(Math.round(data.links.km[link]), 9)), make("td", { class: "number" }, number(data.links.rtt[link]))));
    steps.replaceChildren(make("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": say("trip.steps") },
      make("table", { class: "data" }, make("caption", {}, say("trip.steps")), make("thead", {}, make("tr", {}, head)), make("tbody", {}, rows))));
  }

  /* --- all together -------------------------------------------------------------------------------------------- */

  function change(what) {
    fields.unknown = null;
    const before = state;
    state = { ...state, ...what };
    if (!data.cutsIn(state.year).some((cut) => cut.failure === state.failure)) state.failure = "";
    history.replaceState(null, "", "#" + hashOf());
    show(before);
  }

  function showFailure(name) {
    change({ failure: name });
    if (name) byId("where").scrollIntoView({ behavior: planner.calm() ? "auto" : "smooth" });
  }

  function show(before) {
    view = viewOf();
    showControls();
    map.show(view.look);
    reveal(inQuestion(before || {}));
    ground.classList.toggle("failing", Boolean(state.failure));
    showStatus();
    planner.drawTopologyLegend(legend, data, view, view.look);
    showDetails();
    showTrip();
    planner.drawCuts(cutRoom, data, state.year, state.failure, showFailure);
    if (!before || before.year !== state.year || before.table !== state.table) planner.drawTopologyTables(tableRoom, data, state.year, state.table, (table) => change({ table }));
  }

  const room = (id) => (byId(id).hidden = false, byId(id).append(make("div")), byId(id).lastElementChild);
  const cutRoom = room("failures"), tableRoom = room("tables");
  view = viewOf();
  drawControls();
  const map = layMap();
  show(null);
  window.addEventListener("hashchange", () => ((state = stateOf(location.hash)), show(null)));
  planner.topology = { data, map, state: () => state, view: () => view, change };
})();
