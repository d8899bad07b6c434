/* Tables that sort, filter and save themselves: the result tables of a year, or any rows that a caller gives. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say, sayOf } = planner;
  const FIRST = 200, PRINTED = 40;
  const ORDER = ["members", "sites", "links", "demands", "builds", "assignments", "paths", "rates", "traffic", "failures", "capital", "prices"];
  const PLAIN = new Set(["year", "hour", "path", "expansion"]);

  /** A text as a field of CSV; what a spreadsheet would take for a formula begins with an apostrophe. */
  planner.csvField = function (value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return String(value);
    const text = /^[=+\-@\t\r]/.test(value) && !/^-?\d+(\.\d+)?$/.test(value) ? "'" + value : value;
    return /[",\n\r]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };

  planner.save = function (name, lines) {
    const blob = new Blob(["\ufeff" + lines.map((line) => line.map(planner.csvField).join(",") + "\r\n").join("")], { type: "text/csv;charset=utf-8" });
    const anchor = make("a", { href: URL.createObjectURL(blob), download: name });
    document.body.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
  };

  function compare(a, b) {
    const none = (value) => value === null || value === undefined || value === "";
    if (none(a) || none(b)) return none(a) - none(b);
    return typeof a === "number" && typeof b === "number" ? a - b : planner.collate(String(a), String(b));
  }

  /**
   * Make a table.
   *
   * options: caption, file (name of the CSV), columns [{key, title, text: bool, show(value, row) -> text, value(row) -> what sorts
   * and is saved}], rows (positions or records), pick(row) -> called by the row's button where given.
   */
  planner.sortableTable = function (options) {
    const { columns, rows } = options;
    const kept = { order: rows.slice(), shown: FIRST, sort: null, down: false, filter: "" };
    const texts = new Map();
    const body = make("tbody"), count = make("span", { class: "count", "aria-live": "polite" });
    const more = make("button", { type: "button", class: "more", onclick: () => ((kept.shown = Infinity), fill()) }, say("table.all"));
    const heads = columns.map((column, i) => {
      const button = make("button", { type: "button", onclick: () => sortBy(i) }, column.title, make("span", { class: "arrow", "aria-hidden": "true" }));
      return make("th", { scope: "col", class: column.text ? null : "number", "aria-sort": "none", title: column.key }, button);
    });
    const filter = make("input", { type: "search", class: "filter", placeholder: say("table.filter"), "aria-label": say("table.filter_of", { table: options.caption }), oninput: () => ((kept.filter = filter.value), (kept.shown = FIRST), fill()) });
    const save = make("button", { type: "button", class: "save", onclick: () => planner.save(options.file, [columns.map((c) => c.key), ...listed().map((row) => columns.map((c) => c.value(row)))]) }, say("table.save"));

    function textOf(row) {
      if (!texts.has(row)) texts.set(row, columns.filter((c) => c.text).map((c) => c.value(row) + " " + c.show(c.value(row), row)).join(" ").toLocaleLowerCase());
      return texts.get(row);
    }

    function listed() {
      const wanted = kept.filter.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
      return wanted.length ? kept.order.filter((row) => wanted.every((word) => textOf(row).includes(word))) : kept.order;
    }

    function sortBy(i) {
      kept.down = kept.sort === i ? !kept.down : !columns[i].text;
      kept.sort = i;
      const values = new Map(rows.map((row) => [row, columns[i].value(row)]));
      kept.order = rows.slice().sort((a, b) => {
        const none = (value) => value === null || value === "";
        const way = compare(values.get(a), values.get(b));
        return kept.down && !none(values.get(a)) && !none(values.get(b)) ? -way : way;
      });
      heads.forEach((head, at) => head.setAttribute("aria-sort", at === i ? (kept.down ? "descending" : "ascending") : "none"));
      fill();
    }

    function fill() {
      const found = listed(), visible = found.slice(0, kept.shown);
      body.replaceChildren(...visible.map((row, number) => make("tr", { class: number >= PRINTED ? "unprinted" : null }, columns.map((column, i) => {
        const value = column.value(row), text = column.show(value, row);
        if (i || !column.text) return make("td", { class: column.text ? (column.wide ? "wide" : null) : "number", title: column.text && String(value) !== text ? String(value) : null }, text);
        return make("th", { scope: "row", title: String(value) !== text ? String(value) : null }, text);
      }))));
      count.textContent = say("table.count", { shown: planner.number(visible.length), all: planner.number(rows.length) });
      more.hidden = visible.length === found.length;
    }

    fill();
    const id = "table-" + options.file.replace(/[^a-z0-9]+/gi, "-");
    return make("div", { class: "sortable", id },
      make("div", { class: "table-tools" }, filter, save, count),
      make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": options.caption },
        make("table", { class: "data" }, make("caption", {}, options.caption), make("thead", {}, make("tr", {}, heads)), body)), more);
  };

  /** What an id in a column of the tables is called. */
  planner.nameOf = function (data, column, id) {
    const record = (sort) => (data.at[sort].has(id) ? data[sort].name[data.at[sort].get(id)] : id);
    const country = () => (Object.hasOwn(data.countries, id) ? data.countries[id].name : null);
    if (column === "country") return country() || id;
    if (column === "origin" || column === "demand") return country() || record("nodes");
    if (column === "to") return record("nodes");
    if (column === "workload" && Object.hasOwn(data.background || {}, id)) return data.background[id];
    if (column === "site" || column === "workload" || column === "link") return record(column + "s");
    if (column === "cable") return Object.hasOwn(data.cables, id) ? data.cables[id] : id;
    if (column === "contingency") return id === planner.INTACT ? say("control.intact") : (data.contingencies.find((each) => each.id === id) || { name: id }).name;
    if (column === "asset") return assetName(data, id);
    if (column === "links") return id.split(";").filter(Boolean).map((link) => planner.nameOf(data, "link", link)).join(" · ");
    if (column === "family") return sayOf("family", id);
    return id;
  };

  function assetName(data, asset) {
    const cut = asset.indexOf(":"), sort = asset.slice(0, cut), id = asset.slice(cut + 1);
    if (sort === "project") return Object.hasOwn(data.projects, id) ? data.projects[id] : id;
    return planner.nameOf(data, sort, id);
  }

  function columnsOf(data, table, rows) {
    return table.columns.map((key) => {
      const text = table.isText(key), flag = ["member", "written", "shaped"].includes(key);
      const write = text || flag || PLAIN.has(key) ? null : key === "utilisation" ? planner.percent : planner.columnWriter(rows.map((row) => table.get(key, row)));
      const asked = key.replace("unserved_", "demand_"), served = key.replace("unserved_", "served_");
      const left = key.startsWith("unserved_") && table.columns.includes(asked) && table.columns.includes(served);
      const rest = (value, row) => write(value > 0 ? planner.rest(table.get(asked, row), table.get(served, row), write.decimals) : value);
      const show = left ? rest : text ? (value) => planner.nameOf(data, key, value) : flag ? (value) => say(value ? "yes" : "no") : write || ((value) => String(value));
      return { key, title: planner.columnName(key), text: text || flag, wide: key === "reason" || key === "links", show, value: (row) => (flag ? (table.get(key, row) ? "true" : "false") : table.get(key, row)), flag };
    }).map((column) => (column.flag ? { ...column, show: (value) => say(value === "true" ? "yes" : "no") } : column));
  }

  /** A result table of the plan for a year. */
  function resultTable(data, name, year) {
    const table = data.tables[name], rows = name === "prices" ? Array.from({ length: table.rows }, (_, i) => i) : table.ofYear(year);
    const columns = columnsOf(data, table, rows).filter((column) => column.key !== "year");
    const caption = name === "prices" ? sayOf("table", name) : sayOf("table", name) + ", " + year;
    const file = name === "prices" ? "prices.csv" : `${name}-${year}.csv`;
    const left = data.left_out[name] ? make("p", { class: "hint" }, say("table.left_out", { count: planner.number(data.left_out[name]), file: `tables/${name}.csv` })) : null;
    return make("div", {}, make("p", { class: "hint" }, say(`table.${name}.about`)), left, planner.sortableTable({ caption, file, columns, rows }));
  }

  /** Draw the result tables of a state into an element: one shows at a time, chosen by tabs. */
  planner.drawTables = function (element, data, state, chosen, choose) {
    const names = ORDER.filter((name) => data.tables[name].rows > 0);
    if (!names.length) return element.replaceChildren();
    const now = names.includes(chosen) ? chosen : names[0];
    const tab = (name) => make("button", { type: "button", role: "tab", id: "tab-" + name, "aria-selected": name === now ? "true" : "false", "aria-controls": "tab-panel", tabindex: name === now ? 0 : -1, onclick: () => choose(name) }, sayOf("table", name));
    const move = (event) => {
      const forward = data.direction === "rtl" ? "ArrowLeft" : "ArrowRight", back = data.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
      const step = { [forward]: 1, [back]: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      choose(names[(names.indexOf(now) + step + names.length) % names.length]);
      document.getElementById("tab-" + names[(names.indexOf(now) + step + names.length) % names.length]).focus();
    };
    element.replaceChildren(
      make("div", { class: "tabs", role: "tablist", "aria-label": say("table.which"), onkeydown: move }, names.map(tab)),
      make("div", { role: "tabpanel", id: "tab-panel", "aria-labelledby": "tab-" + now }, resultTable(data, now, state.year)));
  };
})();
