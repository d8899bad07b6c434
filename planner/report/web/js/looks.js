/* How things look: colours, widths and dashes by what is chosen. */
(function () {
  "use strict";
  const planner = window.planner;
  const RAMP = d3.scaleLinear([0, 0.5, 0.75, 1], ["#a9bccb", "#d3a03c", "#c9601f", "#7d1a12"]).interpolate(d3.interpolateLab).clamp(true);
  const CARBON = d3.scaleLinear([0, 0.5, 1], ["#bfe0d2", "#3f8f86", "#12343b"]).interpolate(d3.interpolateLab).clamp(true);
  const PRICE = d3.scaleLinear([0, 0.5, 1], ["#c6d8ea", "#5b86b8", "#1d2f6f"]).interpolate(d3.interpolateLab).clamp(true);
  const GREY = "#8b98a3", PALE = "#c3ced6";

  planner.colours = {
    utilisation: RAMP, carbon: CARBON, price: PRICE, lost: GREY, pale: PALE, flow: "#0b5fa5",
    standing: "#7f93a3", built: "#0b5fa5", served: "#0a7a5c", abroad: "#56a6dc", market: "#b8860b", unserved: "#b3400f",
    training: "#c98b12", inference: "#0b5fa5",
    terms: { capex: "#0072b2", fixed: "#cc79a7", opex: "#e69f00", energy: "#009e73", fees: "#d55e00", transit: "#56b4e9" },
  };
  planner.dashes = { submarine: null, terrestrial: null, microwave: "1 5", satellite: "8 5" };
  planner.LOST_DASH = "3 4";
  planner.BINDING = 0.999;

  /** A link's width in px: by its capacity, within kinds submarine ones are thicker. */
  function widths(data, year) {
    let largest = 1;
    for (let i = 0; i < data.links.id.length; i++) largest = Math.max(largest, data.figure("links", "capacity_gbps", year, i) || 0);
    return (i) => {
      const capacity = data.figure("links", "capacity_gbps", year, i) || 0;
      const least = data.links.kind[i] === "submarine" ? 1.6 : 1.1;
      return least + (data.links.kind[i] === "submarine" ? 3 : 2.4) * Math.sqrt(capacity / largest);
    };
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
        return { colour: planner.colours.flow, width: 1.5 + 9 * Math.sqrt(flow / flows.most), dash, above: true };
      }
      const binding = figures.utilisation >= planner.BINDING || figures.price > 0;
      if (state.colour === "carbon") return { colour: PALE, width: width(i), dash };
      if (state.colour === "price") {
        return { colour: figures.price > 0 ? PRICE(figures.price / ranges.linkPrice) : PALE, width: width(i), dash, casing: figures.price > 0 };
      }
      return { colour: RAMP(figures.utilisation), width: width(i), dash, casing: binding, built: figures.built > 0 };
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
      return { ...look, colour: RAMP(figures.utilisation) };
    };
  }

  /** Everything that a map shows of a state: looks of links, sites and nodes. */
  planner.looksOf = function (data, state) {
    const now = planner.situation(data, state), ranges = planner.rangesOf(data, state.year);
    const flows = planner.chosenFlows(data, state);
    if (flows) flows.most = Math.max(1e-12, ...flows.links.values());
    return {
      now, ranges, flows, largest: ranges.installed,
      link: linkLook(data, state, now, ranges, flows, widths(data, state.year)),
      site: siteLook(data, state, now, ranges, flows),
      node: (i) => ({ strong: Boolean(flows && flows.nodes.has(i)) }),
    };
  };
})();
