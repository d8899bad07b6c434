/* Labels that do not cover each other: the most important first, each on the first free side of its mark. */
(function () {
  "use strict";
  const planner = window.planner;
  const widths = new Map();
  const FAMILY = 'system-ui, "Noto Sans", "Noto Sans SC", "Noto Naskh Arabic", sans-serif';
  let paper = null;

  function widthOf(text, font) {
    const key = font + "|" + text;
    if (!widths.has(key)) {
      paper = paper || document.createElement("canvas").getContext("2d");
      paper.font = font;
      widths.set(key, paper.measureText(text).width);
    }
    return widths.get(key);
  }

  /** The width of a text in px in the font of charts and labels. */
  planner.textWidth = (text, size) => widthOf(text, `400 ${size}px ${FAMILY}`);

  const SIDES = [[1, 0], [-1, 0], [0, -1], [0, 1], [0.8, -0.8], [0.8, 0.8], [-0.8, -0.8], [-0.8, 0.8]];

  const FARTHER = [14, 26, 40, 58, 80];

  function boxAt(each, [dx, dy], width, height) {
    const gap = each.radius + 3;
    const x = each.x + dx * gap + (dx > 0 ? 0 : dx < 0 ? -width : -width / 2);
    const y = each.y + dy * (gap + (dx ? 0 : height / 2)) - height / 2;
    return { x, y, width, height };
  }

  function meet(a, b) {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
  }

  /**
   * Choose which labels to show, and where.
   *
   * candidates: {text, x, y, radius, size, weight, priority, centred} in any order; taken: boxes to keep clear.
   * Those that are `kept` are shown wherever there is room around them, with a line that leads to their mark, and at
   * worst over others. Returns {candidate, x, y} of the text's left end and middle, and where its leader begins.
   */
  planner.placeLabels = function (candidates, width, height, taken, most = 90) {
    const boxes = [...taken], placed = [];
    const ordered = [...candidates].sort((a, b) => b.priority - a.priority || planner.collate(a.text, b.text));
    for (const each of ordered) {
      if (placed.length >= most && !each.kept) continue;
      if (each.x < 0 || each.y < 0 || each.x > width || each.y > height) continue;
      const wide = widthOf(each.text, `${each.weight || 400} ${each.size}px ${FAMILY}`) + (each.spacing || 0) * each.text.length + 4;
      const tall = each.size * 1.15;
      const sides = each.centred ? [[0, 0]] : SIDES;
      const inside = (box) => box.x >= 2 && box.y >= 2 && box.x + box.width <= width - 2 && box.y + box.height <= height - 2;
      const isFree = (box) => inside(box) && !boxes.some((other) => !(each.owner && other.owner === each.owner) && meet(box, other));
      let free = sides.map((side) => (each.centred ? { x: each.x - wide / 2, y: each.y - tall / 2, width: wide, height: tall } : boxAt(each, side, wide, tall))).find(isFree);
      let leader = null;
      if (!free && each.kept) {
        const far = FARTHER.flatMap((gap) => SIDES.map((side) => boxAt({ ...each, radius: each.radius + gap }, side, wide, tall)));
        free = far.find(isFree) || far.find(inside);  // at worst over other labels, but there
        if (free) leader = [Math.min(Math.max(each.x, free.x), free.x + wide), each.y < free.y + tall / 2 ? free.y : free.y + tall];
      }
      if (!free) continue;
      boxes.push(free);
      placed.push({ candidate: each, x: free.x + 2, y: free.y + tall / 2, leader });
    }
    return placed;
  };
})();
