/* The map: land, links, sites and nodes; it pans, zooms and tells which of them the reader points at or chooses. */
(function () {
  "use strict";
  const planner = window.planner;
  const { draw, make } = planner;
  const LARGEST_SITE = 24, LEAST_SITE = 3.5, EMPTY_SITE = 2.8, MOST_TAB_STOPS = 60, FURTHEST = 60, REACH = 12;
  let count = 0;

  /** Keeps the zoom of several maps together: pass the same one as `group` to each. */
  planner.zoomGroup = function () {
    const members = [];
    return {
      join: (follow) => members.push(follow),
      tell: (source, transform) => members.forEach((follow) => follow !== source && follow(transform)),
    };
  };

  function bends(links) {
    const seen = new Map();
    return links.a.map((a, i) => {
      const key = Math.min(a, links.b[i]) + "-" + Math.max(a, links.b[i]);
      const number = seen.get(key) || 0;
      seen.set(key, number + 1);
      const size = Math.ceil(number / 2) * (number % 2 ? 1 : -1);
      return a < links.b[i] ? size : -size;
    });
  }

  class PlanMap {
    constructor(element, options) {
      Object.assign(this, { element, options, data: options.data, number: ++count });
      this.land = planner.landOf(options.basemap);
      this.bend = bends(this.data.links);
      this.places = this.data.nodes.lon.map((lon, i) => [lon, this.data.nodes.lat[i]]);
      this.transform = d3.zoomIdentity;
      this.chosen = null;
      this.makeFrame();
      this.layOut();
      new ResizeObserver(() => this.resize()).observe(this.frame);
      if (options.group) options.group.join((this.follow = (transform) => this.moveTo(transform, true)));
    }

    makeFrame() {
      const keys = planner.say("map.keys");
      this.svg = draw("svg", { class: "map", tabindex: 0, role: "group", "aria-label": this.options.label, "aria-describedby": `map-keys-${this.number}` });
      this.tip = make("div", { class: "map-tip", role: "status", hidden: true });
      const button = (sign, word, act) => make("button", { type: "button", title: planner.say(word), "aria-label": planner.say(word), onclick: act }, sign);
      const buttons = make("div", { class: "map-buttons" },
        button("+", "map.closer", () => this.zoomBy(1.6)), button("−", "map.farther", () => this.zoomBy(1 / 1.6)), button("⤢", "map.whole", () => this.whole()));
      this.frame = make("div", { class: "map-frame" }, this.svg, buttons, this.tip, make("p", { class: "unseen", id: `map-keys-${this.number}` }, keys));
      this.element.append(this.frame);
      this.zoom = d3.zoom().filter((event) => this.wants(event)).on("zoom", (event) => this.zoomed(event));
      d3.select(this.svg).call(this.zoom).on("dblclick.zoom", null);
      this.svg.addEventListener("keydown", (event) => this.key(event));
      this.svg.addEventListener("click", (event) => event.target === this.svg || event.target === this.sea ? this.choose(null) : null);
    }

    /** A wheel turns the page unless the map is in use; one finger scrolls, two move the map. */
    wants(event) {
      if (event.type === "wheel") return event.ctrlKey || event.metaKey || this.svg.contains(document.activeElement);
      if (event.type === "touchstart") return event.touches.length > 1;
      return !event.ctrlKey && !event.button;
    }

    resize() {
      if (Math.abs(this.frame.clientWidth - this.width) > 1 && this.frame.clientWidth > 0) this.layOut();
    }

    layOut() {
      this.width = Math.max(240, this.frame.clientWidth || 800);
      const points = this.options.points || this.core();
      const least = this.width < 560 ? 300 : 540;
      const aspect = Math.min(this.width < 560 ? 1.05 : 0.82, Math.max(0.5, planner.aspectOf(points)));
      this.height = this.options.height || Math.max(least, Math.round(this.width * aspect));
      this.projection = planner.projectionFor(points, this.width, this.height, Math.min(46, this.width * 0.07));
      this.path = d3.geoPath(this.projection).digits(1);
      this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height}`);
      this.spots = this.places.map((place) => this.projection(place) || [-9999, -9999]);
      this.setBounds();
      this.drawLayers();
      this.moveTo(d3.zoomIdentity, true);
      this.show(this.options.look);
    }

    /** Where the plan plays: the places of sites with compute and of those whose work is served; else all places. */
    core() {
      const { sites, tables, at, nodes } = this.data, found = new Set();
      for (let row = 0; row < tables.sites.rows; row++) {
        if (tables.sites.get("installed_pflops", row) > 0) found.add(sites.node[at.sites.get(tables.sites.get("site", row))]);
      }
      for (let row = 0; row < tables.assignments.rows; row++) found.add(at.nodes.get(tables.assignments.get("origin", row)));
      return found.size > 1 ? [...found].map((i) => this.places[i]) : nodes.id.map((_, i) => this.places[i]);
    }

    /** Let the map move as far as the network reaches, and know the view that shows all of it. */
    setBounds() {
      const { width, height } = this, [xs, ys] = [0, 1].map((axis) => this.spots.map((spot) => spot[axis]).filter((v) => v > -9000));
      const [left, right] = [Math.min(0, ...xs), Math.max(width, ...xs)], [top, bottom] = [Math.min(0, ...ys), Math.max(height, ...ys)];
      const k = Math.min(1, (0.92 * width) / (right - left), (0.92 * height) / (bottom - top));
      const inside = left === 0 && top === 0 && right === width && bottom === height;
      this.all = inside ? d3.zoomIdentity
        : d3.zoomIdentity.translate(width / 2 - (k * (left + right)) / 2, height / 2 - (k * (top + bottom)) / 2).scale(k);
      const edge = [[left - 0.6 * width / k, top - 0.6 * height / k], [right + 0.6 * width / k, bottom + 0.6 * height / k]];
      this.projection.clipExtent(edge);
      this.zoom.scaleExtent([0.7 * k, FURTHEST]).extent([[0, 0], [width, height]]).translateExtent(edge);
    }

    drawLayers() {
      const layer = (name, children) => draw("g", { class: name }, children || []);
      const members = new Set(this.data.members.map((code) => this.data.countries[code] && this.data.countries[code].number));
      const land = this.land.map(({ number, shape }) =>
        draw("path", { d: this.path(shape) || null, class: number && members.has(number) ? "member" : null }));
      this.projection.precision(0.1); // links show every kink; land was drawn with fewer points
      this.sea = draw("rect", { class: "sea", width: this.width, height: this.height });
      this.scaled = [layer("land", land.filter((path) => path.getAttribute("d"))), layer("links"), layer("links over")];
      this.marks = layer("marks");
      this.labels = layer("labels");
      const clip = `map-clip-${this.number}`;
      this.svg.replaceChildren(
        draw("defs", {}, draw("clipPath", { id: clip }, draw("rect", { width: this.width, height: this.height }))),
        this.sea, draw("g", { "clip-path": `url(#${clip})` }, this.scaled, this.marks, this.labels));
      this.makeLinks();
      this.makeMarks();
    }

    makeLinks() {
      const { links } = this.data;
      this.lines = links.id.map((id, i) => {
        const d = this.path(planner.lineOf(this.places[links.a[i]], this.places[links.b[i]], this.bend[i])) || "";
        const casing = draw("path", { d, class: "casing" }), line = draw("path", { d, class: "line" });
        const hit = draw("path", { d, class: "hit", ...this.role("link", i) });
        const group = draw("g", { class: "link" }, casing, line, hit);
        this.listen(hit, "link", i);
        this.scaled[1].append(group);
        return { group, casing, line, hit, d };
      });
      this.middles = new Map();
    }

    makeMarks() {
      const { nodes, sites } = this.data;
      this.crosses = draw("g", { class: "crosses" });
      this.dots = nodes.id.map((id, i) => {
        const dot = draw("circle", { class: "node", r: 2.1, ...this.role("node", i) });
        this.listen(dot, "node", i);
        return dot;
      });
      this.discs = sites.id.map((id, i) => {
        const disc = draw("circle", { class: "disc" }), ring = draw("circle", { class: "ring" }), cross = draw("path", { class: "cross" });
        const reach = draw("circle", { class: "reach", r: REACH });
        const group = draw("g", { class: "site", ...this.role("site", i) }, reach, disc, ring, cross);
        this.listen(group, "site", i);
        return { group, disc, ring, cross };
      });
      this.marks.append(...this.dots);
    }

    role(kind, i) {
      return { tabindex: -1, role: "button", "data-kind": kind, "data-at": i, "aria-label": this.data[kind + "s"].name[i] };
    }

    listen(mark, kind, i) {
      mark.addEventListener("pointerenter", (event) => this.point(event, kind, i));
      mark.addEventListener("pointermove", (event) => this.point(event, kind, i));
      mark.addEventListener("pointerleave", () => this.unpoint());
      mark.addEventListener("focus", () => this.pointAt(kind, i));
      mark.addEventListener("blur", () => this.unpoint());
      mark.addEventListener("click", (event) => (event.stopPropagation(), this.choose(kind, i)));
      mark.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") (event.preventDefault(), this.choose(kind, i));
      });
    }

    /** Show a look: {link(i), site(i), node(i), largest}; see looks.js for what each returns. */
    show(look) {
      this.options.look = look;
      this.radius = d3.scaleSqrt([0, look.largest || 1], [0, Math.min(LARGEST_SITE, Math.max(11, this.width / 34))]);
      look.radius = this.radius; // legends draw circles of the same size
      this.lines.forEach((line, i) => this.showLink(line, look.link(i)));
      this.dots.forEach((dot, i) => {
        const shown = look.node ? look.node(i) : {};
        dot.classList.toggle("strong", Boolean(shown.strong));
        dot.toggleAttribute("hidden", Boolean(shown.hidden));
      });
      this.sizes = this.discs.map((disc, i) => this.showSite(disc, look.site(i)));
      const order = d3.range(this.discs.length).sort((a, b) => this.sizes[b] - this.sizes[a] || a - b);
      this.marks.append(...order.map((i) => this.discs[i].group), this.crosses);
      order.forEach((i, rank) => this.discs[i].group.setAttribute("tabindex", rank < MOST_TAB_STOPS && this.sizes[i] ? 0 : -1));
      this.place();
      this.mark();
    }

    showLink({ group, casing, line }, look) {
      group.toggleAttribute("hidden", Boolean(look.hidden));
      group.classList.toggle("crossed", Boolean(look.crossed));
      const shown = this.lines.find((each) => each.group === group);
      shown.way = look.hidden ? 0 : look.way || 0;
      const home = this.scaled[look.above ? 2 : 1];
      if (group.parentNode !== home) home.append(group);
      if (look.hidden) return;
      for (const [path, width] of [[line, look.width], [casing, look.casing ? look.width + 4 : 0]]) {
        path.setAttribute("stroke-width", width.toFixed(2));
        path.toggleAttribute("hidden", !width);
      }
      line.setAttribute("stroke", look.colour);
      if (look.dash) line.setAttribute("stroke-dasharray", look.dash);
      else line.removeAttribute("stroke-dasharray");
      line.classList.toggle("faint", Boolean(look.faint));
    }

    showSite({ group, disc, ring, cross }, look) {
      group.toggleAttribute("hidden", Boolean(look.hidden));
      if (look.hidden) return 0;
      const size = look.empty ? EMPTY_SITE : Math.max(LEAST_SITE, this.radius(look.area));
      disc.setAttribute("r", size.toFixed(1));
      disc.setAttribute("fill", look.colour);
      group.classList.toggle("empty", Boolean(look.empty));
      const around = 2 * Math.PI * (size + 2.2), share = Math.min(1, look.share || 0);
      ring.toggleAttribute("hidden", !share);
      ring.setAttribute("r", (size + 2.2).toFixed(1));
      ring.setAttribute("stroke-dasharray", `${(around * share).toFixed(1)} ${around.toFixed(1)}`);
      const arm = Math.max(4, size * 0.7);
      cross.toggleAttribute("hidden", !look.crossed);
      cross.setAttribute("d", `M${-arm},${-arm}L${arm},${arm}M${-arm},${arm}L${arm},${-arm}`);
      return look.empty ? 0.01 : size;
    }

    /** Put what keeps its size where it belongs after a move. */
    place() {
      const { nodes, sites } = this.data;
      const at = (node) => this.transform.apply(this.spots[node]);
      this.dots.forEach((dot, i) => dot.setAttribute("transform", `translate(${at(i).map((v) => v.toFixed(1)).join(",")})`));
      const stacked = new Map();
      this.siteSpots = sites.id.map((id, i) => {
        const [x, y] = at(sites.node[i]), before = stacked.get(sites.node[i]) || 0;
        stacked.set(sites.node[i], before + (this.sizes[i] ? 1 : 0));
        return before ? [x + before * 9 * (before % 2 ? 1 : -1), y + before * 7] : [x, y];
      });
      this.discs.forEach(({ group }, i) => group.setAttribute("transform", `translate(${this.siteSpots[i].map((v) => v.toFixed(1)).join(",")})`));
      this.crosses.replaceChildren(...this.lines.flatMap((line, i) => (line.group.classList.contains("crossed") ? [this.cross(line, i)] : line.way ? [this.arrow(line, i)] : [])));
      this.write(nodes, at);
    }

    cross(line, i) {
      if (!this.middles.has(i)) {
        const length = line.line.getTotalLength ? line.line.getTotalLength() : 0;
        this.middles.set(i, length ? line.line.getPointAtLength(length / 2) : { x: -99, y: -99 });
      }
      const [x, y] = this.transform.apply([this.middles.get(i).x, this.middles.get(i).y]);
      return draw("path", { class: "cross", d: "M-5,-5L5,5M-5,5L5,-5", transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` });
    }

    /** A triangle in the middle of a link that points where most of the flow goes. */
    arrow(line, i) {
      const length = line.line.getTotalLength ? line.line.getTotalLength() : 0;
      if (!length) return draw("path", { class: "arrow" });
      const [from, to] = [0.49, 0.51].map((share) => line.line.getPointAtLength(length * share)).map(({ x, y }) => this.transform.apply([x, y]));
      const turn = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI + (line.way < 0 ? 180 : 0);
      const middle = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2].map((v) => v.toFixed(1));
      return draw("path", { class: "arrow", d: "M-5,-5L6,0L-5,5Z", transform: `translate(${middle.join(",")}) rotate(${turn.toFixed(1)})` });
    }

    /** Write the labels there is room for; those of members' sites and of what changes are never left out. */
    write(nodes, at) {
      const { sites } = this.data, wanted = [], labelled = new Set(), members = new Set(this.data.members);
      const taken = [{ x: this.data.direction === "rtl" ? 0 : this.width - 50, y: 0, width: 50, height: 120 }];
      const degree = (this.degree = this.degree || this.countLinks());
      sites.id.forEach((id, i) => {
        const size = this.sizes[i], [x, y] = this.siteSpots[i];
        if (!size) return;
        if (size > 1) taken.push({ x: x - size, y: y - size, width: 2 * size, height: 2 * size, owner: "site" + i });
        if (size > 1) labelled.add(sites.node[i]);
        const own = members.has(nodes.country[sites.node[i]]), look = this.options.look.site(i), changes = size > 1 && ((look.share || 0) > 0 || look.crossed);
        wanted.push({ text: this.shortened(sites.name[i]), x, y, radius: Math.max(size, 3), size: size > 9 ? 12.5 : 11, weight: 600, priority: (size > 1 ? 1e6 : 10) + (changes ? 1e3 : 0) + (own ? 5e2 : 0) + size, owner: "site" + i, kind: "site-label", kept: size > 1 && (changes || own) });
      });
      nodes.id.forEach((id, i) => {
        const [x, y] = at(i);
        if (nodes.id.length < 400) taken.push({ x: x - 2, y: y - 2, width: 4, height: 4, owner: "node" + i });
        if (!labelled.has(i)) wanted.push({ text: this.shortened(nodes.name[i]), x, y, radius: 2, size: 10.5, priority: 100 + (nodes.weight[i] || 0) * 60 + degree[i], owner: "node" + i, kind: "node-label" });
      });
      wanted.push(...this.countryLabels());
      const most = Math.round((this.width / 1100) * 60 * Math.min(3, Math.sqrt(this.transform.k))) + 10;
      this.labels.replaceChildren(...planner.placeLabels(wanted, this.width, this.height, taken, most).flatMap(({ candidate, x, y, leader }) => {
        const text = draw("text", { class: candidate.kind, x: x.toFixed(1), y: y.toFixed(1), "font-size": candidate.size }, candidate.text);
        return leader ? [draw("path", { class: "leader", d: `M${leader.map((v) => v.toFixed(1)).join(",")}L${candidate.x.toFixed(1)},${candidate.y.toFixed(1)}` }), text] : [text];
      }));
    }

    shortened(name) {
      const most = this.width < 560 ? 20 : 34;
      return name.length > most ? name.slice(0, most - 1).trimEnd() + "…" : name;
    }

    countLinks() {
      const { links, nodes } = this.data, degree = new Array(nodes.id.length).fill(0);
      links.a.forEach((a, i) => ((degree[a] += 1), (degree[links.b[i]] += 1)));
      return degree;
    }

    countryLabels() {
      if (!this.countrySpots) {
        const codes = new Map(Object.entries(this.data.countries).map(([code, each]) => [each.number, each.name]));
        this.countrySpots = this.land.filter(({ number }) => number && codes.has(number))
          .map(({ number, shape }) => ({ text: codes.get(number).toLocaleUpperCase(this.data.tag), spot: d3.geoCentroid(largestPart(shape)) }));
      }
      return this.countrySpots.map(({ text, spot }) => {
        const [x, y] = this.transform.apply(this.projection(spot) || [-9999, -9999]);
        return { text, x, y, size: 11, spacing: 1.6, weight: 500, priority: 500, centred: true, kind: "country-label" };
      });
    }

    zoomed({ transform, sourceEvent }) {
      this.moveTo(transform, false);
      if (this.options.group && sourceEvent !== undefined) this.options.group.tell(this.follow, this.relative());
      if (this.options.moved) this.options.moved(this.relative());
    }

    relative() {
      const { k, x, y } = this.transform;
      return { k, x: x / this.width, y: y / this.height };
    }

    moveTo(transform, quietly) {
      if (quietly && !(transform instanceof d3.zoomIdentity.constructor)) {
        transform = d3.zoomIdentity.translate(transform.x * this.width, transform.y * this.height).scale(transform.k);
      }
      this.transform = transform;
      if (quietly) this.svg.__zoom = transform;
      this.scaled.forEach((layer) => layer.setAttribute("transform", transform.toString()));
      if (this.sizes) this.place();
    }

    animate(act) {
      const target = d3.select(this.svg);
      act(planner.calm() ? target : target.transition().duration(220));
      if (this.options.group) setTimeout(() => this.options.group.tell(this.follow, this.relative()), planner.calm() ? 0 : 240);
    }

    zoomBy(factor) {
      this.animate((target) => this.zoom.scaleBy(target, factor));
    }

    /** Show where the plan plays; there already, show the whole network. */
    whole() {
      const { k, x, y } = this.transform, home = Math.abs(k - 1) < 1e-6 && Math.abs(x) + Math.abs(y) < 1e-3;
      this.animate((target) => this.zoom.transform(target, home ? this.all : d3.zoomIdentity));
    }

    key(event) {
      const step = 80 / this.transform.k;
      const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (moves[event.key]) this.animate((target) => this.zoom.translateBy(target, ...moves[event.key]));
      else if (event.key === "+" || event.key === "=") this.zoomBy(1.6);
      else if (event.key === "-") this.zoomBy(1 / 1.6);
      else if (event.key === "0") this.whole();
      else if (event.key === "Escape") this.choose(null);
      else return;
      event.preventDefault();
    }

    point(event, kind, i) {
      const box = this.frame.getBoundingClientRect();
      this.tell(kind, i, event.clientX - box.left, event.clientY - box.top);
    }

    pointAt(kind, i) {
      const spot = kind === "site" ? this.siteSpots[i] : kind === "node" ? this.transform.apply(this.spots[i]) : null;
      if (spot) this.tell(kind, i, (spot[0] * this.frame.clientWidth) / this.width, (spot[1] * this.frame.clientWidth) / this.width);
    }

    tell(kind, i, x, y) {
      const lines = this.options.describe ? this.options.describe(kind, i) : [this.data[kind + "s"].name[i]];
      this.tip.replaceChildren(...lines.map((line, number) => make(number ? "div" : "strong", {}, line)));
      this.tip.hidden = false;
      const left = Math.min(Math.max(4, x + 14), this.frame.clientWidth - this.tip.offsetWidth - 4);
      const top = y + 16 + this.tip.offsetHeight > this.frame.clientHeight ? y - this.tip.offsetHeight - 12 : y + 16;
      this.tip.style.transform = `translate(${Math.round(left)}px,${Math.round(Math.max(0, top))}px)`;
    }

    unpoint() {
      this.tip.hidden = true;
    }

    choose(kind, i) {
      this.chosen = kind ? [kind, i] : null;
      this.mark();
      if (this.options.select) this.options.select(kind, i);
    }

    /** Mark what is chosen, without telling anybody. */
    mark(chosen = this.chosen) {
      this.chosen = chosen;
      this.svg.querySelectorAll(".chosen").forEach((each) => each.classList.remove("chosen"));
      if (!chosen) return;
      const [kind, i] = chosen;
      (kind === "site" ? this.discs[i].group : kind === "node" ? this.dots[i] : this.lines[i].group).classList.add("chosen");
    }

    /** Bring a place into view. */
    focusOn(kind, i) {
      const { sites, links } = this.data;
      const nodes = kind === "site" ? [sites.node[i]] : kind === "node" ? [i] : [links.a[i], links.b[i]];
      const spots = nodes.map((node) => this.spots[node]), [x, y] = [d3.mean(spots, (s) => s[0]), d3.mean(spots, (s) => s[1])];
      this.animate((target) => this.zoom.translateTo(target, x, y));
    }
  }

  function largestPart(feature) {
    const shape = feature.geometry || feature;
    if (shape.type !== "MultiPolygon") return feature;
    const parts = shape.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
    return parts.reduce((most, each) => (d3.geoArea(each) > d3.geoArea(most) ? each : most));
  }

  /**
   * Draw a map into an element and return it.
   *
   * options: data (planner.readData), basemap (JSON or null), look ({link, site, node, largest}), label, and, where
   * wanted, describe(kind, i) -> lines of the tooltip, select(kind, i), group (planner.zoomGroup()), points
   * ([[lon, lat], ...] to fit in place of the nodes), height in px.
   */
  planner.drawMap = function (element, options) {
    return new PlanMap(element, options);
  };
})();
