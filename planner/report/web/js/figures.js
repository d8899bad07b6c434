/* Numbers as the language writes them, by the same rules as in the text of the report. */
(function () {
  "use strict";
  const planner = window.planner;
  const NBSP = "\u00a0";
  let tag = "en", rightToLeft = false, currency = "USD";
  const formats = new Map();

  planner.setFigures = function (data) {
    tag = data.tag;
    rightToLeft = data.direction === "rtl";
    currency = data.currency;
    formats.clear();
  };

  function format(value, decimals, least = 0) {
    const key = decimals + "/" + least;
    if (!formats.has(key)) {
      formats.set(key, new Intl.NumberFormat(tag, { minimumFractionDigits: least, maximumFractionDigits: decimals }));
    }
    return formats.get(key).format(planner.rounded(value, decimals));
  }

  function known(value) {
    return value !== null && value !== undefined && Number.isFinite(value);
  }

  function isolated(text) {
    return rightToLeft ? "\u2068" + text + "\u2069" : text;
  }

  /** A number with so many digits that count, whole numbers in full. */
  planner.number = function (value, digits = 3) {
    if (!known(value)) return "–";
    if (value === 0) return format(0, 0);
    const decimals = Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
    return format(value, decimals);
  };

  /** A number with its unit, kept together. */
  planner.quantity = function (value, unit, digits = 3) {
    return isolated(planner.number(value, digits) + NBSP + unit);
  };

  /** A share in percent, never 0 or 100 for what is not. */
  planner.percent = function (value) {
    if (!known(value)) return "–";
    const style = (share, digits) =>
      new Intl.NumberFormat(tag, { style: "percent", maximumFractionDigits: digits }).format(planner.rounded(share, digits + 2));
    if (Math.abs(value) < 1e-9) return style(0, 0);
    if (value >= 0.995 && value < 1 - 1e-5) return isolated(">" + style(0.99, 0));
    return style(value, value >= 0.1 ? 0 : Math.min(6, Math.max(0, 1 - Math.floor(Math.log10(Math.abs(100 * value))))));
  };

  /** The factor and unit in which the largest of some amounts of money reads well. */
  planner.moneyUnit = function (amounts) {
    const largest = Math.max(0, ...amounts.filter(known).map(Math.abs));
    const [factor, prefix] = [[1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([size]) => largest >= size) || [1, ""];
    return [factor, prefix + currency];
  };

  /** An amount of money in the unit that fits. */
  planner.money = function (usd) {
    if (!known(usd)) return "–";
    const [factor, unit] = planner.moneyUnit([usd]);
    return planner.quantity(usd / factor, unit);
  };

  /** A writer for a column of numbers: all with as many decimals as the largest one needs; nothing is a dash. */
  planner.columnWriter = function (values) {
    const largest = values.reduce((most, value) => (known(value) ? Math.max(most, Math.abs(value)) : most), 0);
    const decimals = largest ? Math.min(Math.max(0, 2 - Math.floor(Math.log10(largest))), 2) : 0;
    const least = 10 ** -decimals;
    const write = (value) => {
      if (!known(value) || value === 0) return "–";
      return Math.abs(value) < least / 2 ? isolated("<" + format(least, decimals)) : format(value, decimals, decimals);
    };
    write.decimals = decimals;
    return write;
  };

  /** A number to so many decimals, halves away from zero, by the digits that tables are kept with. */
  planner.rounded = function (value, decimals) {
    const size = 10 ** decimals, scaled = Number((Math.abs(value) * size).toPrecision(12));
    return (Math.sign(value) * Math.round(scaled)) / size;
  };

  /** What is left of a whole: the difference of the two as they are shown, so that both parts add up. */
  planner.rest = function (whole, part, decimals) {
    const left = planner.rounded(planner.rounded(whole, decimals) - planner.rounded(part, decimals), decimals);
    return left > 0 ? left : Math.max(whole - part, 0);
  };

  /** Hours of the UTC day of a block: 06–09 UTC. */
  planner.hoursOf = function (hour, blocks) {
    const two = (number) => String(number).padStart(2, "0");
    return isolated(two(hour) + "–" + two(hour + 24 / blocks) + NBSP + "UTC");
  };

  /** The currency of the report, which is a label. */
  planner.currency = () => currency;

  /** Compare texts as the language sorts them. */
  planner.collate = function (a, b) {
    return planner.collator().compare(a, b);
  };
  let collator = null, collatorTag = null;
  planner.collator = function () {
    if (collatorTag !== tag) [collator, collatorTag] = [new Intl.Collator(tag, { numeric: true }), tag];
    return collator;
  };
})();
