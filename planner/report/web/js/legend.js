/* The legend: what colours, sizes and dashes of the map mean just now. */
(function () {
  "use strict";
  const planner = window.planner;
  const { draw, make, say, sayOf, quantity, percent } = planner;

  /** A strip of a colour scale with its ends. */
  planner.rampStrip = function (title, colour, labels) {
    const steps = 24, width = 168;
    const strip = draw("svg", { viewBox: `0 0 ${width} 10`, class: "ramp", "aria-hidden": "true" },
      Array.from({ length: steps }, (_, i) => draw("rect", { x: (i * width) / steps, width: width / steps + 0.5, height: 10, fill: colour((i + 0.5) / steps) })));
    return make("div", { class: "legend-item ramp-item" }, make("span", { class: "legend-title" }, title), strip,
      make("span", { class: "ramp-ends" }, labels.map((label) => make("span", {}, label))));
  };

  /** A small picture with a word beside it. */
  planner.legendRow = function (picture, word) {
    return make("div", { class: "legend-item" }, draw("svg", { viewBox: "0 0 34 14", class: "swatch", "aria-hidden": "true" }, picture), make("span", {}, word));
  };

  const line = (attributes) => draw("line", { x1: 1, x2: 33, y1: 7, y2: 7, ...attributes });

  function kinds(data) {
    const found = [...new Set(data.links.kind)].sort();
    return found.map((kind) =>
      planner.legendRow(line({ stroke: "#566573", "stroke-width": kind === "submarine" ? 3.4 : 2, "stroke-dasharray": planner.dashes[kind] || "none", "stroke-linecap": "round" }), sayOf("kind", kind)));
  }

  function sizes(look) {
    if (!look.largest) return null;
    const radius = look.radius;
    const values = [...new Set([look.largest, look.largest / 4].map((value) => Number(value.toPrecision(1))))].filter((value) => value <= look.largest * 1.2);
    const discs = values.map((value) => draw("circle", { cx: 26, cy: 50 - radius(value), r: radius(value), class: "size-disc" }));
    let below = 0;
    const texts = values.map((value) => {
      below = Math.max(below + 13, Math.min(50, 50 - 2 * radius(value) + 6) - (values.length - 1) * 6);
      return draw("text", { x: 58, y: Math.min(below, 48), class: "size-text" }, quantity(value, "PFLOPS"));
    });
    return make("div", { class: "legend-item size-item" }, make("span", { class: "legend-title" }, say("legend.size")),
      draw("svg", { viewBox: "0 0 168 52", class: "sizes", role: "img", "aria-label": say("legend.size") }, discs, texts));
  }

  function colours(state, look) {
    if (look.flows) {
      const picture = [line({ stroke: planner.colours.flow, "stroke-width": 5 })];
      const most = quantity(look.flows.most > 1e-9 ? look.flows.most : 0, look.flows.unit);
      return [planner.legendRow(picture, say("legend.flows", { most }))];
    }
    if (state.colour === "carbon") {
      return [planner.rampStrip(say("legend.carbon"), planner.colours.carbon, [planner.number(0), quantity(look.ranges.carbon, "g/kWh")])];
    }
    if (state.colour === "price") {
      const money = planner.currency();
      return [planner.rampStrip(say("legend.site_price"), planner.colours.price, [planner.number(0), quantity(look.ranges.sitePrice, `${money}/PFLOPS`)]),
        planner.rampStrip(say("legend.link_price"), planner.colours.price, [planner.number(0), quantity(look.ranges.linkPrice, `${money}/Gbps`)])];
    }
    return [planner.rampStrip(say("legend.utilisation"), planner.colours.utilisation, [0, 0.5, 1].map(percent)),
      planner.legendRow([line({ stroke: "#1b2733", "stroke-width": 7 }), line({ stroke: "#c9601f", "stroke-width": 3 })], say("legend.binding"))];
  }

  /** Fill an element with the legend of a look. */
  planner.drawLegend = function (element, data, state, look) {
    const disc = (attributes) => draw("circle", { cx: 17, cy: 7, r: 4, ...attributes });
    const ring = look.site && data.sites.id.some((_, i) => look.site(i).share > 0)
      ? planner.legendRow([disc({ fill: "#a9bccb" }), disc({ r: 6, fill: "none", stroke: planner.colours.built, "stroke-width": 2 })], say("legend.built")) : null;
    const own = look.flows || state.colour !== "utilisation" ? [] : [
      planner.legendRow([draw("path", { d: "M1,7L33,2L33,12Z", fill: "#8a6a4a" })], say("legend.own_width")),
      planner.legendRow(line({ stroke: planner.colours.pale, "stroke-width": 1.2 }), say("legend.idle"))];
    const arrow = look.flows ? [planner.legendRow([line({ stroke: planner.colours.flow, "stroke-width": 3 }), draw("path", { d: "M12,1L23,7L12,13Z", fill: planner.colours.flow, stroke: "#ffffff" })], say("legend.way"))] : [];
    const lost = look.now.lost.links.size || look.now.lost.sites.size
      ? planner.legendRow([line({ stroke: planner.colours.lost, "stroke-width": 2, "stroke-dasharray": planner.LOST_DASH }), draw("path", { d: "M13,3L21,11M13,11L21,3", class: "cross" })], say("legend.lost")) : null;
    const member = data.members.length ? planner.legendRow([draw("rect", { x: 1, y: 1, width: 32, height: 12, class: "member-swatch" })], say("legend.member")) : null;
    element.replaceChildren(...colours(state, look).concat([...own, ...arrow, sizes(look), ring, ...kinds(data), lost, member].filter(Boolean)));
  };
})();
