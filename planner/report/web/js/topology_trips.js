/* A topology in a year: what is in service, what fails with what, and the quickest way between two places. */
(function () {
  "use strict";
  const planner = window.planner;
  const EARTH_RADIUS_KM = 6371;

  /** A figure over the years, a number or [[year, value], ...], in a year: the latest listed one, before the first the first. */
  planner.atYear = function (figure, year) {
    if (!Array.isArray(figure)) return figure;
    let value = figure[0][1];
    for (const [from, next] of figure) if (from <= year) value = next;
    return value;
  };

  /** Why a record is not in service in a year: "undecided" (its project), "not_yet", "no_more"; null where it is. */
  planner.whyNot = function (records, i, year) {
    if (records.project[i]) return "undecided";
    if (records.from[i] !== null && year < records.from[i]) return "not_yet";
    return records.until[i] !== null && year > records.until[i] ? "no_more" : null;
  };

  /** What fails with a name such as cable:x: positions of links and sites, and of a node (null where none does). */
  planner.failing = function (data, name) {
    const found = { name, links: new Set(), sites: new Set(), node: null };
    const fail = (word) => {
      const cut = word.indexOf(":"), sort = word.slice(0, cut), key = word.slice(cut + 1);
      if (sort === "link") found.links.add(data.at.links.get(key));
      if (sort === "site") found.sites.add(data.at.sites.get(key));
      if (sort === "cable") data.links.cable.forEach((cable, i) => cable === key && found.links.add(i));
      if (sort === "risk") data.risks[key].fails.forEach(fail);
      if (sort === "node") found.node = data.at.nodes.get(key);
    };
    if (name) fail(name);
    if (found.node !== null) {
      data.links.id.forEach((_, i) => (data.links.a[i] === found.node || data.links.b[i] === found.node) && found.links.add(i));
      data.sites.node.forEach((node, i) => node === found.node && found.sites.add(i));
    }
    return found;
  };

  /** What a failure is called. */
  planner.failureName = function (data, name) {
    const cut = name.indexOf(":"), sort = name.slice(0, cut), key = name.slice(cut + 1);
    if (sort === "cable") return data.cables[key];
    if (sort === "risk") return data.risks[key].name;
    return data[sort + "s"].name[data.at[sort + "s"].get(key)];
  };

  /** A heap of [rtt, order, node], the least first. */
  class Heap {
    constructor() {
      this.held = [];
    }
    before(a, b) {
      return this.held[a][0] - this.held[b][0] || this.held[a][1] - this.held[b][1];
    }
    swap(a, b) {
      [this.held[a], this.held[b]] = [this.held[b], this.held[a]];
    }
    push(entry) {
      let at = this.held.push(entry) - 1;
      for (let up = (at - 1) >> 1; at > 0 && this.before(at, up) < 0; at = up, up = (at - 1) >> 1) this.swap(at, up);
    }
    pop() {
      this.swap(0, this.held.length - 1);
      const least = this.held.pop();
      for (let at = 0; ; ) {
        let next = at;
        for (const below of [2 * at + 1, 2 * at + 2]) if (below < this.held.length && this.before(below, next) < 0) next = below;
        if (next === at) return least;
        this.swap(at, next);
        at = next;
      }
    }
  }

  /** Links in service by the places that they join; of parallel ones the quickest alone. */
  function neighbours(data, year, lost) {
    const { links } = data, adds = data.latency.links, around = data.nodes.id.map(() => new Map());
    links.id.forEach((_, i) => {
      if (lost.links.has(i) || planner.whyNot(links, i, year)) return;
      for (const [here, there] of [[links.a[i], links.b[i]], [links.b[i], links.a[i]]]) {
        const known = around[here].get(there);
        if (known === undefined || adds[i] < adds[known]) around[here].set(there, i);
      }
    });
    return around;
  }

  /** Whether ways between two places lead through each place: not through one closed, nor a country that sells none. */
  function passable(data, start, end) {
    const { country } = data.nodes, sealed = new Set(data.latency.sealed);
    sealed.delete(country[start]);
    sealed.delete(country[end]);
    return country.map((code, i) => !data.latency.closed[i] && !sealed.has(code));
  }

  /** The round trip of a way over links: what each adds and every way once, at least what is seen between the countries. */
  function roundTrip(data, start, end, year, over) {
    const floor = data.latency.floors[[data.nodes.country[start], data.nodes.country[end]].sort().join(" ")];
    return Math.max(over + data.latency.once, floor === undefined ? 0 : planner.atYear(floor, year));
  }

  /** The quickest way between two places (positions) over the links in service: {nodes, links, rtt, glass, km}, or null. */
  planner.findTrip = function (data, start, end, year, lost) {
    const around = neighbours(data, year, lost), passed = passable(data, start, end), count = data.nodes.id.length;
    const least = new Array(count).fill(Infinity), via = new Array(count).fill(null), done = new Uint8Array(count);
    const heap = new Heap();
    let order = 0;
    least[start] = 0;
    heap.push([0, order, start]);
    while (heap.held.length) {
      const [rtt, , here] = heap.pop();
      if (done[here]) continue;
      done[here] = 1;
      if (here === end) break;
      if (here !== start && !passed[here]) continue;
      for (const [there, link] of around[here]) {
        const reached = rtt + data.latency.links[link];
        if (reached >= least[there]) continue;
        least[there] = reached;
        via[there] = [here, link];
        heap.push([reached, ++order, there]);
      }
    }
    if (!done[end]) return null;
    const nodes = [end], links = [];
    for (let here = end; here !== start; here = via[here][0]) (links.unshift(via[here][1]), nodes.unshift(via[here][0]));
    const total = (column) => links.reduce((sum, link) => sum + column[link], 0);
    return { nodes, links, rtt: links.length ? roundTrip(data, start, end, year, least[end]) : 0, glass: total(data.links.rtt), km: total(data.links.km) };
  };

  /** The great circle between two places in km. */
  planner.greatCircle = function (data, a, b) {
    const { lon, lat } = data.nodes;
    return EARTH_RADIUS_KM * d3.geoDistance([lon[a], lat[a]], [lon[b], lat[b]]);
  };
})();
