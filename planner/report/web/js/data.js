/* The payload, decoded: tables by column, flows with the links they walk, loads in any hour and failure. */
(function () {
  "use strict";
  const planner = window.planner;
  const INTACT = "intact";

  /** A result table: `get(column, row)`, `has(column)`, and the rows of a year. */
  class Table {
    constructor(packed) {
      this.columns = packed ? packed.columns : [];
      this.rows = packed ? packed.rows : 0;
      this.data = new Map(this.columns.map((name, i) => [name, packed.data[i]]));
      this.years = null;
    }
    has(column) {
      return this.data.has(column);
    }
    isText(column) {
      const held = this.data.get(column);
      return Boolean(held) && !Array.isArray(held);
    }
    get(column, row) {
      const held = this.data.get(column);
      if (!held) return null;
      return Array.isArray(held) ? held[row] : held.words[held.at[row]];
    }
    ofYear(year) {
      if (!this.years) {
        this.years = new Map();
        const has = this.has("year");
        for (let row = 0; row < this.rows; row++) {
          const key = has ? this.get("year", row) : null;
          if (!this.years.has(key)) this.years.set(key, []);
          this.years.get(key).push(row);
        }
      }
      return this.years.get(this.has("year") ? year : null) || [];
    }
  }

  function positions(ids) {
    return new Map(ids.map((id, i) => [id, i]));
  }

  /** Read the flows of the tables paths and traffic; `dirs` tells which way each link is walked. */
  function readFlows(data) {
    const walks = [], known = new Map(), flows = [], states = new Map();
    const { links, tables, at } = data;
    function walkOf(origin, text) {
      const key = origin + "|" + text;
      if (known.has(key)) return known.get(key);
      const walk = { links: [], dirs: [] };
      let here = origin;
      for (const id of text ? text.split(";") : []) {
        const link = at.links.get(id);
        if (link === undefined) continue;
        const forward = links.a[link] === here;
        walk.links.push(link);
        walk.dirs.push(forward ? 0 : 1);
        here = forward ? links.b[link] : links.a[link];
      }
      known.set(key, walks.push(walk) - 1);
      return walks.length - 1;
    }
    for (const name of ["paths", "traffic"]) {
      const table = tables[name], traffic = name === "traffic";
      for (let row = 0; row < table.rows; row++) {
        const origin = at.nodes.get(table.get("origin", row));
        const state = [table.get("year", row), table.get("hour", row), table.get("contingency", row)].join("|");
        if (!states.has(state)) states.set(state, []);
        states.get(state).push(flows.length);
        const workload = table.get("workload", row);
        flows.push({
          origin, traffic,
          others: Object.hasOwn(data.background || {}, workload),
          workload: at.workloads.get(workload),
          site: traffic ? -1 : at.sites.get(table.get("site", row)),
          to: traffic ? at.nodes.get(table.get("to", row)) : -1,
          amount: table.get(traffic ? "gbps" : "pflops", row),
          rtt: table.get("rtt_ms", row),
          walk: walkOf(origin, table.get("links", row)),
        });
      }
    }
    return { flows, walks, states };
  }

  /** Decode a payload. */
  planner.readData = function (payload) {
    const data = Object.assign({}, payload);
    data.at = {
      nodes: positions(data.nodes.id), sites: positions(data.sites.id), links: positions(data.links.id),
      workloads: positions(data.workloads.id),
    };
    const names = ["assignments", "paths", "sites", "links", "demands", "members", "builds", "prices", "rates",
      "traffic", "failures", "capital"];
    data.tables = Object.fromEntries(names.map((name) => [name, new Table(payload.tables[name])]));
    data.hasPlan = Object.keys(payload.tables).length > 0;
    data.hours = Array.from({ length: data.blocks }, (_, block) => (block * 24) / data.blocks);
    data.rowAt = {};
    for (const [name, key] of [["sites", "site"], ["links", "link"]]) {
      const table = data.tables[name], rows = new Map();
      for (let row = 0; row < table.rows; row++) rows.set(table.get("year", row) + "|" + table.get(key, row), row);
      data.rowAt[name] = (year, i) => rows.get(year + "|" + data[name].id[i]);
    }
    data.figure = (name, column, year, i) => {
      const row = data.rowAt[name](year, i);
      return row === undefined ? null : data.tables[name].get(column, row);
    };
    let read = null;
    data.flowing = () => (read = read || readFlows(data));
    const written = (year, hour, contingency) => (data.flowing().states.get([year, hour, contingency].join("|")) || []).map((i) => data.flowing().flows[i]);
    data.flowsIn = (year, hour, contingency) => {
      const own = written(year, hour, contingency);
      return own.length || contingency === INTACT ? own : surviving(data, written, year, hour, contingency);
    };
    return data;
  };

  /**
   * Flows of a failing hour that the tables do not write out: what has to survive stays on its paths where none of them
   * is touched; else flows that were written for another hour of the failure are enough for this one too.
   */
  function surviving(data, written, year, hour, contingency) {
    const failure = data.contingencies.find((each) => each.id === contingency), { walks } = data.flowing();
    const links = new Set(failure.links), sites = new Set(failure.sites);
    const kept = written(year, hour, INTACT).filter((flow) => data.workloads.survives[flow.workload] > 0);
    if (!kept.some((flow) => sites.has(flow.site) || walks[flow.walk].links.some((link) => links.has(link)))) return kept;
    const amount = (flows) => flows.reduce((all, flow) => all + flow.amount, 0);
    return data.hours.map((other) => written(year, other, contingency)).reduce((most, each) => (amount(each) > amount(most) ? each : most), []);
  }

  /** Add one state's flows to loads by direction and use by site. */
  function add(data, flow, load, used) {
    const { walks } = data.flowing(), { workloads, links } = data;
    const up = flow.traffic ? flow.amount : flow.amount * workloads.up[flow.workload];
    // a row of everybody else's traffic goes one way, and the way back has a row of its own
    const back = flow.traffic ? (flow.others ? 0 : flow.amount) : flow.amount * workloads.back[flow.workload];
    const walk = walks[flow.walk];
    walk.links.forEach((link, step) => {
      const there = links.half[link] ? 0 : walk.dirs[step];
      load[2 * link + there] += up;
      load[2 * link + (links.half[link] ? 0 : 1 - there)] += back;
    });
    if (!flow.traffic) used[flow.site] += flow.amount;
  }

  /** Loads of links by the plan, by everybody else and by all (Gbps, the busier direction), and use of sites (PFLOPS) in an hour, or the worst of all hours. */
  planner.loads = function (data, { year, hour, contingency }) {
    const count = data.links.id.length, none = () => new Float64Array(count);
    const found = { links: none(), others: none(), all: none(), sites: new Float64Array(data.sites.id.length) };
    for (const each of hour === null ? data.hours : [hour]) {
      const load = new Float64Array(2 * count), others = new Float64Array(2 * count), used = new Float64Array(found.sites.length);
      for (const flow of data.flowsIn(year, each, contingency)) add(data, flow, flow.others ? others : load, used);
      for (let way = 0; way < 2 * count; way++) {
        const i = way >> 1;
        found.links[i] = Math.max(found.links[i], load[way]);
        found.others[i] = Math.max(found.others[i], others[way]);
        found.all[i] = Math.max(found.all[i], load[way] + others[way]);
      }
      for (let i = 0; i < used.length; i++) found.sites[i] = Math.max(found.sites[i], used[i]);
    }
    return found;
  };

  /** What is drawn of a year, hour and failure: the tables' own figures where they have them. */
  planner.situation = function (data, state) {
    const { year, hour, contingency } = state;
    const failure = data.contingencies.find((each) => each.id === contingency);
    const lost = { links: new Set(failure ? failure.links : []), sites: new Set(failure ? failure.sites : []) };
    const plain = hour === null && contingency === INTACT;
    const loads = plain ? null : planner.loads(data, state);
    // a failure may use all that stands: what is kept in reserve is for it
    const fill = (kind) => (contingency === INTACT && data.fills ? data.fills[kind][data.years.indexOf(year)] : 1);
    const usable = { links: fill("links"), sites: fill("sites") };
    return {
      year, hour, contingency, lost, plain, usable,
      link(i) {
        const capacity = data.figure("links", "capacity_gbps", year, i);
        if (capacity === null) return null;
        const committed = data.figure("links", "committed_gbps", year, i);
        const load = plain ? data.figure("links", "peak_gbps", year, i) : loads.links[i];
        const utilisation = plain ? data.figure("links", "utilisation", year, i)
          : capacity ? (loads.all[i] + committed) / capacity : 0;
        const others = plain ? data.figure("links", "background_gbps", year, i) || 0 : loads.others[i];
        const built = data.figure("links", "built_gbps", year, i);
        return { capacity, committed, load, others, utilisation, full: utilisation / usable.links, built, price: data.figure("links", "price_usd_per_gbps", year, i) };
      },
      site(i) {
        const installed = data.figure("sites", "installed_pflops", year, i);
        if (installed === null) return null;
        const used = plain ? data.figure("sites", "peak_pflops", year, i) : loads.sites[i];
        const utilisation = plain ? data.figure("sites", "utilisation", year, i) : installed ? used / installed : 0;
        const built = data.figure("sites", "built_pflops", year, i);
        return { installed, used, utilisation, full: utilisation / usable.sites, built, price: data.figure("sites", "price_usd_per_pflops", year, i) };
      },
    };
  };

  /** Flows of a member country or of a workload: by link and by site, as means over the hours shown. */
  planner.chosenFlows = function (data, { year, hour, contingency, flows }) {
    if (!flows) return null;
    const cut = flows.indexOf(":"), sort = flows.slice(0, cut), key = flows.slice(cut + 1);
    const workload = sort === "workload" ? data.at.workloads.get(key) : null;
    const traffic = workload !== null && data.workloads.kind[workload] === "traffic";
    const hours = hour === null ? data.hours : [hour];
    const found = { unit: traffic ? "Gbps" : "PFLOPS", links: new Map(), sites: new Map(), nodes: new Map(), net: new Map() };
    const more = (map, at, amount) => map.set(at, (map.get(at) || 0) + amount / hours.length);
    for (const each of hours) {
      for (const flow of data.flowsIn(year, each, contingency)) {
        const wanted = sort === "workload" ? flow.workload === workload : data.nodes.country[flow.origin] === key;
        if (!wanted || flow.traffic !== traffic) continue;
        const walk = data.flowing().walks[flow.walk];
        walk.links.forEach((link, step) => {
          more(found.links, link, flow.amount);
          more(found.net, link, walk.dirs[step] ? -flow.amount : flow.amount);  // from the one end to the other
        });
        if (!flow.traffic) more(found.sites, flow.site, flow.amount);
        more(found.nodes, flow.origin, flow.amount);
      }
    }
    return found;
  };

  planner.INTACT = INTACT;
})();
