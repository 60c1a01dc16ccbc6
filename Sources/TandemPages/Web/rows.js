// Charts of one row a model: a name, and what was measured of it along an axis from zero.

const kindOf = (model) => model.includes("process") || model.endsWith("multiprocessing-pool")
  || model === "python-joblib" ? "process"
  : model.includes("thread") || model === "python-interpreter-pool" ? "thread" : "task";

/**
 * Draws rows `{name, marks(x, middle), figure}`; a row with `text` instead of marks says why there are none. The
 * figure stands at the right, or beside the name where that is above. `most` is the axis's end.
 */
function rowChart(label, rows, { most, text, unit, extra = () => null, tall = 34, room = 16 }) {
  return chart(label, (width) => {
    const isNarrow = width < 620;
    const figures = rows.some((row) => row.figure) ? 12 + 7.6 * Math.max(...rows.map((row) => row.figure?.length ?? 0))
      : 0;
    const left = isNarrow ? 8 : Math.min(270, width * 0.32), right = width - room - (isNarrow ? 0 : figures);
    const step = isNarrow ? tall + 18 : tall;
    const top = 8, bottom = top + rows.length * step;
    const x = linear(0, most * 1.04, left, right);
    return { height: bottom + 40, nodes: [
      bottomAxis(x, { from: 0, to: most * 1.04, top, bottom, width: right - left,
        text: (value, step) => text(value, step, most), most: Math.max(2, Math.floor((right - left) / 90)) }),
      el("line", { class: "zero", x1: left, x2: left, y1: top, y2: bottom }),
      extra(x, top, bottom),
      rows.map((row, place) => {
        const middle = top + place * step + (isNarrow ? 18 + tall / 2 : tall / 2);
        const name = el("text", { x: isNarrow ? left + 2 : left - 12, y: isNarrow ? middle - tall / 2 - 1 : middle + 4,
          "text-anchor": isNarrow ? "start" : "end",
          "font-weight": row.isBest ? 640 : 400, text: fitted(row.name,
            (isNarrow ? width - 20 - figures : left - 16) * (row.isBest ? 0.92 : 1)) });
        const figure = row.figure && el("text", { class: "figure", x: width - 2, y: isNarrow ? middle - tall / 2 - 1
          : middle + 4, "text-anchor": "end", "font-weight": row.isBest ? 640 : 400, text: row.figure });
        return el("g", { class: "row" }, name, figure, row.text
          ? el("text", { class: "quiet", x: left + 8, y: middle + 4, text: fitted(row.text, right - left - 12) })
            : row.marks(x, middle));
      }),
      el("text", { class: "quiet", x: (left + right) / 2, y: bottom + 34, "text-anchor": "middle", text: unit }),
    ] };
  });
}

/** Every run as a dot, the interval of the median as a line, and the median as a stroke. */
function runDots(walls, median, interval, kind, name, outliers = []) {
  return (x, middle) => [
    walls.map((wall, place) => el("circle", {
      class: "dot", cx: x(wall), cy: middle + ((place * 7) % 5 - 2) * 2.6, r: 3.4, fill: `var(--${kind})`,
        opacity: 0.62,
      ...says(`${name}\nrun ${place + 1}: ${duration(wall)}${outliers.some((one) => one.run === place) ? "\nfar from the others" : ""}`),
    })),
    interval && el("path",
      { class: "interval",
      d: `M${x(interval[0])},${middle}H${x(interval[1])}M${x(interval[0])},${middle - 6}v12M${x(interval[1])},${middle - 6}v12` }),
    // A single run is its own median.
    median !== null && walls.length > 1 && el("line", { class: "median", x1: x(median), x2: x(median), y1: middle - 11, y2: middle + 11 }),
  ];
}

/** A bar from zero with its figure. */
function barMark(value, kind, text, sentence) {
  return (x, middle) => [
    el("rect", { class: "bar", x: x(0), y: middle - 9, width: Math.max(1, x(value) - x(0)), height: 18, rx: 2,
      fill: `var(--${kind})`, ...says(sentence) }),
    el("text", { x: x(value) + 8, y: middle + 4, text }),
  ];
}
