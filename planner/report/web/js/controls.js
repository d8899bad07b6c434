/* The switches, and a state that stands in the address so that a view can be sent. */
(function () {
  "use strict";
  const planner = window.planner;
  const { make, say } = planner;

  /** The state of an address: only what the plan has; the last year is shown first. */
  planner.stateOf = function (data, hash) {
    const asked = new URLSearchParams(hash.replace(/^#/, ""));
    const pick = (value, known, otherwise) => (known.includes(value) ? value : otherwise);
    const year = pick(Number(asked.get("year")), data.years, data.years[data.years.length - 1]);
    const hour = asked.has("hour") ? pick(Number(asked.get("hour")), data.blocks > 1 ? data.hours : [], null) : null;
    const contingency = pick(asked.get("failure"), data.contingencies.map((each) => each.id), planner.INTACT);
    const colour = pick(asked.get("colour"), ["carbon", "price"], "utilisation");
    const flows = pick(asked.get("flows"), planner.flowChoices(data).map((each) => each.value), "");
    const table = asked.get("table") || "";
    const [kind, id] = [/^[a-z]+/, /:(.*)$/s].map((part) => (asked.get("choice") || "").match(part)).map((found) => found && found[found.length - 1]);
    const known = ["site", "link", "node"].includes(kind) && data.at[kind + "s"].has(id);
    const view = (asked.get("view") || "").split("_").map(Number);
    return { year, hour, contingency, colour, flows, table, choice: known ? `${kind}:${id}` : "", view: view.length === 3 && view.every(Number.isFinite) && view[0] > 0 ? view.join("_") : "" };
  };

  /** The address of a state; what is as it is at first is left out. */
  planner.hashOf = function (data, state) {
    const found = new URLSearchParams();
    if (state.year !== data.years[data.years.length - 1]) found.set("year", state.year);
    if (state.hour !== null) found.set("hour", state.hour);
    if (state.contingency !== planner.INTACT) found.set("failure", state.contingency);
    if (state.colour !== "utilisation") found.set("colour", state.colour);
    if (state.flows) found.set("flows", state.flows);
    if (state.table) found.set("table", state.table);
    if (state.choice) found.set("choice", state.choice);
    if (state.view) found.set("view", state.view);
    return found.toString();
  };

  /** Whose flows can be shown: countries that ask, and workloads. */
  planner.flowChoices = function (data) {
    const { demands } = data.tables, nodes = data.nodes, asking = new Set();
    for (let row = 0; row < demands.rows; row++) {
      const origin = demands.get("origin", row);
      asking.add(data.at.nodes.has(origin) ? nodes.country[data.at.nodes.get(origin)] : origin);
    }
    const countries = [...asking].filter((code) => Object.hasOwn(data.countries, code))
      .map((code) => ({ value: "member:" + code, text: data.countries[code].name, group: "control.members" }))
      .sort((a, b) => planner.collate(a.text, b.text));
    const workloads = data.workloads.id.map((id, i) => ({ value: "workload:" + id, text: data.workloads.name[i], group: "control.workloads" }));
    return [...countries, ...workloads];
  };

  function chooser(name, choices, change) {
    const groups = [...new Set(choices.map((each) => each.group || null))];
    const option = (each) => make("option", { value: each.value }, each.text);
    const select = make("select", { name, id: "control-" + name, onchange: () => change(name, select.value) }, groups.map((group) => {
      const own = choices.filter((each) => (each.group || null) === group).map(option);
      return group ? make("optgroup", { label: say(group) }, own) : own;
    }));
    return make("div", { class: "control" }, make("label", { for: "control-" + name }, say("control." + name)), select);
  }

  function years(data, change) {
    const radios = data.years.map((year) => make("label", { class: "year" },
      make("input", { type: "radio", name: "year", value: year, onchange: () => change("year", year) }), make("span", {}, String(year))));
    return make("fieldset", { class: "control years" }, make("legend", {}, say("control.year")), make("div", { class: "year-row" }, radios));
  }

  /** Fill the form with the switches that have a choice; `change(name, value)` hears of each. */
  planner.drawControls = function (form, data, change) {
    const told = (name, value) => change(name, name === "hour" ? (value === "" ? null : Number(value)) : value);
    const hours = [{ value: "", text: say("control.all_day") }, ...data.hours.map((hour) => ({ value: String(hour), text: planner.hoursOf(hour, data.blocks) }))];
    const failures = [{ value: planner.INTACT, text: say("control.intact") }, ...data.contingencies.map((each) => ({ value: each.id, text: each.name }))];
    const colours = ["utilisation", "carbon", "price"].map((value) => ({ value, text: say("control." + value) }));
    const parts = [
      data.years.length > 1 ? (data.years.length <= 8 ? years(data, change) : chooser("year", data.years.map((year) => ({ value: String(year), text: String(year) })), (name, value) => change(name, Number(value)))) : null,
      data.blocks > 1 ? chooser("hour", hours, told) : null,
      data.contingencies.length ? chooser("contingency", failures, told) : null,
      chooser("colour", colours, told),
      chooser("flows", [{ value: "", text: say("control.nothing") }, ...planner.flowChoices(data)], told),
      make("button", { type: "button", class: "reset", onclick: () => change("reset") }, say("control.reset")),
    ];
    form.replaceChildren(...parts.filter(Boolean));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  };

  /** Have the switches show a state. */
  planner.showControls = function (form, state) {
    for (const [name, value] of Object.entries({ hour: state.hour === null ? "" : String(state.hour), contingency: state.contingency, colour: state.colour, flows: state.flows, year: String(state.year) })) {
      const select = form.querySelector(`#control-${name}`);
      if (select) select.value = value;
    }
    form.querySelectorAll('input[name="year"]').forEach((radio) => (radio.checked = Number(radio.value) === state.year));
    form.querySelector(".reset").disabled = !state.hash;
  };
})();
