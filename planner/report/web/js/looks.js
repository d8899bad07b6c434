/* How things look: colours, widths and dashes by what is chosen. */
(function () {
  "use strict";
  const planner = window.planner;
  const RAMP = d3.scaleLinear([0, 0.5, 0.75, 1], ["#a9bccb", "#d3a03c", "#c9601f", "#7d1a12"]).interpolate(d3.interpolateLab).clamp(true);
  const CARBON = d3.scaleLinear([0, 0.5, 1], ["#bfe0d2", "#3f8f86", "#12343b"]).interpolate(d3.interpolateLab).clamp(true);
  const PRICE = d3.scaleLinear([0, 0.5, 1], ["#c6d8ea", "#5b86b8", "#1d2f6f"]).interpolate(d3.interpolateLab).clamp(true);
  const GREY = "#8b98a3", PALE = "#c3ced6";

  const root = getComputedStyle(document.documentElement), named = (name) => root.getPropertyValue("--" + name).trim();

  /** How a part of a chart is filled: its colour, and a hatch that keeps it apart in grey print; one palette with pictures. */
  planner.fillOf = function (part) {
    const hatch = named(part + "-hatch").replaceAll('"', ""), id = "hatch-" + part;
    if (!hatch) return named(part);
    if (!document.getElementById(id)) {
      const lines = { "/": "M-2,2L2,-2M0,8L8,0M6,10L10,6", "x": "M0,0L8,8M0,8L8,0", ".": "M0,4L8,4", "|": "M4,0L4,8" }[hatch[0]];
      const pattern = planner.draw("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" },
        planner.draw("rect", { width: 8, height: 8, fill: named(part) }), planner.draw("path", { d: lines, stroke: named(part + "-ink"), "stroke-width": 1 }));
      document.body.append(planner.draw("svg", { width: 0, height: 0, class: "hatches", "aria-hidden": "true" }, planner.draw("defs", {}, pattern)));
    }
    return `url(#${id})`;
  };

  planner.colours = {
    utilisation: RAMP, carbon: CARBON, price: PRICE, lost: GREY, pale: PALE, flow: "#0b5fa5", standing: "#7f93a3", built: "#0b5fa5",
    training: "#c98b12", inference: "#0b5fa5",
    terms: { capex: "#0072b2", fixed: "#cc79a7", opex: "#e69f00", energy: "#009e73", fees: "#d55e00", transit: "#56b4e9" },
  };
  planner.dashes = { submarine: null, terrestrial: null, microwave: "1 5", satellite: "8 5" };
  planner.LOST_DASH = "3 4";
  planner.BINDING = 0.999;

  const IDLE_WIDTH = 0.9, LEAST_LOAD = 1e-9;

  /** A link's width in px: by the plan's own traffic in the view; what carries none is thin. */
  function widths(data, now) {
    let largest = LEAST_LOAD;
    const load = (i) => (now.link(i) || { load: 0 }).load || 0;
    for (let i = 0; i < data.links.id.length; i++) largest = Math.max(largest, load(i));
    return (i) => (load(i) > LEAST_LOAD * largest ? 1.3 + 4.2 * Math.sqrt(load(i) / largest) : IDLE_WIDTH);
  }

  /** The largest figures of a year, which scales of colour end at. */
  planner.rangesOf = function (data, year) {
    const most = (count, value) => Array.from({ length: count }, (_, i) => value(i) || 0).reduce((a, b) => Math.max(a, b), 0);
    const at = data.years.indexOf(year);
    return {
      carbon: most(data.sites.id.length, (i) => data.sites.carbon[i][at]),
      sitePrice: most(data.sites.id.length, (i) => data.figure("sites", "price_usd_per_pflops", year, i)),
      linkPrice: most(data.links.id.length, (i) => data.figure("links", "price_usd_per_gbps", year, i)),
      installed: most(data.sites.id.length, (i) => data.figure("sites", "installed_pflops", year, i)),
    };
  };

  function linkLook(data, state, now, ranges, flows, width) {
    return (i) => {
      const figures = now.link(i);
      if (!figures) return { hidden: true };
      const dash = planner.dashes[data.links.kind[i]];
      if (now.lost.links.has(i)) return { colour: GREY, width: width(i), dash: planner.LOST_DASH, crossed: true };
      if (!figures.capacity) return { colour: PALE, width: 1, dash: "2 3", faint: true };
      if (flows) {
        const flow = flows.links.get(i) || 0;
        if (!flow) return { colour: PALE, width: 1.1, dash, faint: true };
        const net = flows.net.get(i) || 0;
        return { colour: planner.colours.flow, width: 1.5 + 9 * Math.sqrt(flow / flows.most), dash, above: true, way: Math.abs(net) > 0.01 * flow ? Math.sign(net) : 0 };
      }
      const binding = figures.full >= planner.BINDING || figures.price > 0;
      if (state.colour === "carbon") return { colour: PALE, width: width(i), dash };
      if (state.colour === "price") {
        return { colour: figures.price > 0 ? PRICE(figures.price / ranges.linkPrice) : PALE, width: width(i), dash, casing: figures.price > 0 };
      }
      if (width(i) === IDLE_WIDTH) return { colour: PALE, width: IDLE_WIDTH, dash, casing: binding && figures.price > 0 };
      return { colour: RAMP(figures.full), width: width(i), dash, casing: binding, built: figures.built > 0, above: true };
    };
  }

  function siteLook(data, state, now, ranges, flows) {
    const at = data.years.indexOf(state.year);
    return (i) => {
      const figures = now.site(i);
      if (!figures) return { hidden: true };
      const look = { area: figures.installed, share: figures.installed ? figures.built / figures.installed : 0 };
      if (!figures.installed) return { ...look, empty: true, colour: "#ffffff" };
      if (now.lost.sites.has(i)) return { ...look, colour: "#e4e9ed", crossed: true };
      if (flows) return { ...look, share: 0, colour: flows.sites.has(i) ? planner.colours.flow : "#dfe6eb", value: flows.sites.get(i) };
      if (state.colour === "carbon") return { ...look, colour: CARBON(ranges.carbon ? data.sites.carbon[i][at] / ranges.carbon : 0) };
      if (state.colour === "price") return { ...look, colour: figures.price > 0 ? PRICE(figures.price / ranges.sitePrice) : "#dfe6eb" };
      return { ...look, colour: RAMP(figures.full) };
    };
  }

  /** Everything that a map shows of a state: looks of links, sites and nodes. */
  planner.looksOf = function (data, state) {
    const now = planner.situation(data, state), ranges = planner.rangesOf(data, state.year);
    const flows = planner.chosenFlows(data, state);
    if (flows) flows.most = Math.max(1e-12, ...flows.links.values());
    return {
      now, ranges, flows, largest: ranges.installed,
      link: linkLook(data, state, now, ranges, flows, widths(data, now)),
      site: siteLook(data, state, now, ranges, flows),
      node: (i) => ({ strong: Boolean(flows && flows.nodes.has(i)) }),
    };
  };
})();
