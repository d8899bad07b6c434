/* The page: one name for everything, words in the reader's language, and elements made without any HTML text. */
(function () {
  "use strict";
  const planner = (window.planner = window.planner || {});
  const SVG = "http://www.w3.org/2000/svg";
  let words = {};

  /** Take the words of the page: sentences by key, with named fields in braces. */
  planner.setWords = function (given) {
    words = given || {};
  };

  /** Say a sentence by its key; a key without a sentence says itself. */
  planner.say = function (key, fields) {
    const text = Object.hasOwn(words, key) ? words[key] : key;
    return fields ? text.replace(/\{(\w+)\}/g, (whole, name) => (name in fields ? String(fields[name]) : whole)) : text;
  };

  /** Say a word of a family ("column", "kind", ...), or show the word as it is. */
  planner.sayOf = function (family, word) {
    const key = family + "." + word;
    return Object.hasOwn(words, key) ? words[key] : String(word);
  };

  /** The heading of a column of the result tables, with the currency where it is money. */
  planner.columnName = function (column) {
    return planner.sayOf("column", column).replace("{currency}", planner.currency());
  };

  /** Read the JSON that stands in an element of the page. */
  planner.readJson = function (id) {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  };

  function fill(element, attributes, children) {
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
      else if (value === true) element.setAttribute(name, "");
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
    }
    for (const child of children.flat(Infinity)) {
      if (child !== null && child !== undefined && child !== false) element.append(child);
    }
    return element;
  }

  /** Make an HTML element; children are elements or plain text. */
  planner.make = function (tag, attributes, ...children) {
    return fill(document.createElement(tag), attributes, children);
  };

  /** Make an SVG element. */
  planner.draw = function (tag, attributes, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  };

  /** Make a table of a few rows: labels and values. */
  planner.facts = function (rows) {
    const { make } = planner;
    const lines = rows.filter((row) => row && row[1] !== null && row[1] !== undefined && row[1] !== "");
    return make(
      "table", { class: "facts" },
      make("tbody", {}, lines.map(([label, value]) =>
        make("tr", {}, make("th", { scope: "row" }, label), make("td", {}, value instanceof Node ? value : String(value))))),
    );
  };

  /** Tell whether the reader asked for less motion. */
  planner.calm = function () {
    return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  };
})();
