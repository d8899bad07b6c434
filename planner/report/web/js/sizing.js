/* The page of a sizing: a map of what has to stand, and of the links that carry its work. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, draw, say, readJson } = planner;
  const given = readJson("sizing"), figure = document.getElementById("map");
  if (!given || !figure) return;
  planner.setWords(readJson("words"));
  planner.setFigures(given);
  const data = planner.readData(given), year = data.years[data.years.length - 1];
  const needed = data.sites.id.map((id) => given.needed[id] || null), sum = (pair) => pair[0] + pair[1];
  const peaks = data.links.id.map((_, i) => data.figure("links", "peak_gbps", year, i) || 0);
  const most = Math.max(1e-9, ...peaks), LEAST = 1e-6, idle = planner.colours.pale;

  const look = {
    largest: Math.max(...needed.map((pair) => (pair ? sum(pair) : 0))),
    link: (i) => {
      if (data.figure("links", "capacity_gbps", year, i) === null) return { hidden: true };
      const dash = planner.dashes[data.links.kind[i]];
      if (peaks[i] <= LEAST) return { colour: idle, width: 1, dash, faint: true };
      return { colour: planner.colours.flow, width: 1.4 + 5 * Math.sqrt(peaks[i] / most), dash, above: true };
    },
    site: (i) => (needed[i] ? { area: sum(needed[i]), share: needed[i][1] / sum(needed[i]), colour: planner.colours.standing } : { hidden: true }),
    node: () => ({}),
  };

  function describe(kind, i) {
    const name = data[`${kind}s`].name[i];
    if (kind === "link") return [name, say("sizing.gbps", { gbps: planner.quantity(peaks[i], "Gbps") })];
    if (kind !== "site" || !needed[i]) return [name];
    const [standing, building] = needed[i].map((pflops) => planner.quantity(pflops, "PFLOPS"));
    const lines = [needed[i][0] > 0 ? say("sizing.standing", { pflops: standing }) : null, needed[i][1] > 0 ? say("sizing.building", { pflops: building }) : null];
    return [name, ...lines.filter(Boolean)];
  }

  function drawLegend() {
    const line = (attributes) => draw("line", { x1: 1, x2: 33, y1: 7, y2: 7, ...attributes });
    const site = [draw("circle", { cx: 17, cy: 7, r: 4.4, fill: planner.colours.standing }), draw("circle", { cx: 17, cy: 7, r: 6.2, fill: "none", stroke: planner.colours.built, "stroke-width": 1.6 })];
    return make("div", { class: "legend" },
      planner.legendRow(site, say("sizing.sites")),
      planner.legendRow([line({ stroke: planner.colours.flow, "stroke-width": 4 })], say("sizing.links")),
      planner.legendRow([line({ stroke: idle, "stroke-width": 1.4 })], say("sizing.idle")));
  }

  figure.hidden = false;
  requestAnimationFrame(() => setTimeout(() => {  // the answer can be read before the map stands
    const caption = figure.querySelector("figcaption");
    planner.drawMap(figure, { data, basemap: readJson("basemap"), look, label: say("sizing.map"), describe });
    figure.append(drawLegend(), caption);
  }));
})();
