/* How a topology looks in a year: links by kind, capacity and what is taken, sites by compute and status; its legend. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, draw, say, sayOf, percent, quantity } = planner;
  const LATER = "#eef1f4", LOST_SITE = "#e4e9ed", PALE = "#c3ced6";

  /** Colours by status; topology.css gives each an edge of its own, so that paper without colour tells them apart. */
  planner.statusColours = { operating: "#0b5fa5", building: "#3b9ac9", planned: "#c98b12", candidate: "#fff7e6" };

  function widths(data, year) {
    const capacity = data.links.gbps.map((figure) => planner.atYear(figure, year)), largest = Math.max(1, d3.max(capacity) || 0);
    return (i) => {
      const sea = data.links.kind[i] === "submarine";
      return (sea ? 1.6 : 1.1) + (sea ? 3 : 2.4) * Math.sqrt(capacity[i] / largest);
    };
  }

  /** Share of a link that other traffic takes; null where it has no capacity. */
  planner.shareTaken = function (data, i, year) {
    const capacity = planner.atYear(data.links.gbps[i], year), committed = planner.atYear(data.links.committed[i], year);
    return capacity > 0 ? committed / capacity : committed > 0 ? 1 : null;
  };

  function linkLook(data, year, lost, trip) {
    const width = widths(data, year), walked = new Set(trip ? trip.links : []);
    return (i) => {
      const dash = planner.dashes[data.links.kind[i]];
      if (planner.whyNot(data.links, i, year)) return { colour: PALE, width: 1.1, dash: "2 4", faint: true };
      if (lost.links.has(i)) return { colour: planner.colours.lost, width: width(i), dash: planner.LOST_DASH, crossed: true };
      if (walked.has(i)) return { colour: planner.colours.flow, width: Math.max(4, width(i)), dash, above: true };
      if (trip) return { colour: PALE, width: 1.1, dash, faint: true };
      return { colour: planner.colours.utilisation(planner.shareTaken(data, i, year) || 0), width: width(i), dash };
    };
  }

  function siteLook(data, year, lost) {
    return (i) => {
      const area = planner.atYear(data.sites.pflops[i], year), away = planner.whyNot(data.sites, i, year);
      if (lost.sites.has(i)) return { area, empty: !area, colour: LOST_SITE, crossed: true };
      if (!area) return { area, empty: true, colour: away ? LATER : planner.statusColours[data.sites.status[i]] };
      return { area, colour: away ? LATER : planner.statusColours[data.sites.status[i]] };
    };
  }

  /** A look for planner.drawMap; `lost` is what fails, `cut` the places cut off, `trip` the way that is drawn. */
  planner.topologyLook = function (data, { year, lost, cut, trip }) {
    const marked = new Set(trip && !lost.name ? trip.nodes : cut);
    const largest = d3.max(data.sites.pflops, (figure) => d3.max(data.years, (each) => planner.atYear(figure, each))) || 0;
    return { largest, link: linkLook(data, year, lost, trip), site: siteLook(data, year, lost), node: (i) => ({ strong: marked.has(i) }) };
  };

  const line = (attributes) => draw("line", { x1: 1, x2: 33, y1: 7, y2: 7, ...attributes });
  const disc = (fill) => draw("circle", { cx: 17, cy: 7, r: 5.5, fill, class: "disc" });

  function kinds(data) {
    return [...new Set(data.links.kind)].sort().map((kind) => planner.legendRow(
      line({ stroke: "#566573", "stroke-width": kind === "submarine" ? 3.4 : 2, "stroke-dasharray": planner.dashes[kind] || "none", "stroke-linecap": "round" }), sayOf("kind", kind)));
  }

  /** Fill an element with the legend of what is drawn. */
  planner.drawTopologyLegend = function (element, data, { year, lost, cut, trip }, look) {
    const statuses = ["operating", "building", "planned", "candidate"].filter((status) => data.sites.status.includes(status));
    const later = [data.sites, data.links].some((records) => records.id.some((_, i) => planner.whyNot(records, i, year)));
    const rows = [
      data.links.id.length ? planner.rampStrip(say("legend.committed"), planner.colours.utilisation, [0, 0.5, 1].map(percent)) : null,
      ...statuses.map((status) => planner.legendRow(disc(planner.statusColours[status]), sayOf("status", status))),
      look.largest ? sizes(look.largest) : null, ...kinds(data),
      later ? planner.legendRow([line({ stroke: PALE, "stroke-width": 1.6, "stroke-dasharray": "2 4" }), disc(LATER)], say("legend.later")) : null,
      trip && trip.links.length ? planner.legendRow(line({ stroke: planner.colours.flow, "stroke-width": 4 }), say("legend.trip")) : null,
      lost.name ? planner.legendRow([line({ stroke: planner.colours.lost, "stroke-width": 2, "stroke-dasharray": planner.LOST_DASH }), draw("path", { d: "M13,3L21,11M13,11L21,3", class: "cross" })], say("legend.failed")) : null,
      cut.length ? planner.legendRow(draw("circle", { cx: 17, cy: 7, r: 4, class: "cut-dot" }), say("legend.cut")) : null,
    ];
    element.replaceChildren(...rows.filter(Boolean));
  };

  function sizes(largest) {
    const radius = d3.scaleSqrt([0, largest], [0, 18]);
    const values = [...new Set([largest, largest / 4].map((value) => Number(value.toPrecision(1))))].filter((value) => value <= largest * 1.2);
    return make("div", { class: "legend-item size-item" }, make("span", { class: "legend-title" }, say("column.compute_pflops")),
      draw("svg", { viewBox: "0 0 168 44", class: "sizes", role: "img", "aria-label": say("column.compute_pflops") },
        values.map((value) => draw("circle", { cx: 22, cy: 40 - radius(value), r: radius(value), class: "size-disc" })),
        values.map((value) => draw("text", { x: 48, y: 40 - 2 * radius(value) + 5, class: "size-text" }, quantity(value, "PFLOPS")))));
  }
})();
