// From values to places, and the round values between.

/** Maps values onto pixels. */
const linear = (from, to, low, high) => (value) => low + ((value - from) / ((to - from) || 1)) * (high - low);

/** A step of 1, 2 or 5 times a power of ten, so that about `most` of them fill a range. */
function roundStep(range, most) {
  const rough = range / Math.max(1, most);
  if (!(rough > 0) || !Number.isFinite(rough)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999) ?? power * 10;
}

/** Round values within a range. */
function ticks(from, to, most) {
  const step = roundStep(to - from, most);
  const values = [];
  for (let place = Math.ceil(from / step - 1e-9); place * step <= to
    + step * 1e-9; place += 1) values.push(place * step);
  return { step, values };
}

/** An axis below a chart, with lines through it; at values that are given, or at round ones. */
function bottomAxis(scale, { from, to, top, bottom, width, text, given,
  most = Math.max(2, Math.floor(width / 110)) }) {
  const { step, values } = given ? { step: 1, values: given } : ticks(from, to, most);
  // The last one stays within the chart's margin.
  const last = given ? Infinity : scale(to) + 14;
  return el("g", { class: "axis" }, values.map((value) => {
    const label = text(value, step);
    return [
      el("line", { class: "grid", x1: scale(value), x2: scale(value), y1: top, y2: bottom }),
      el("text", { x: Math.min(scale(value), last - label.length * 3.7), y: bottom + 16, "text-anchor": "middle",
        text: label }),
    ];
  }));
}

/** The room that the labels of an axis at the left take, in pixels of the charts' type. */
function leftRoom({ to, text, most = 5 }) {
  const { step, values } = ticks(0, to, most);
  return 12 + 8 * Math.max(...values.map((value) => text(value, step).length));
}

/** An axis at the left, with lines through the chart. */
function leftAxis(scale, { from, to, left, right, text, most = 5 }) {
  const { step, values } = ticks(from, to, most);
  return el("g", { class: "axis" }, values.map((value) => [
    el("line", { class: "grid", x1: left, x2: right, y1: scale(value), y2: scale(value) }),
    el("text", { x: left - 8, y: scale(value) + 4, "text-anchor": "end", text: text(value, step) }),
  ]));
}

/** Cuts a text to a width in pixels of the page's type; exact enough for labels. */
function fitted(name, width, size = 12.5) {
  const text = visible(name.slice(0, 500));
  fitted.canvas ??= document.createElement("canvas").getContext("2d");
  fitted.canvas.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  const measure = (part) => fitted.canvas.measureText(part).width;
  if (measure(text.slice(0, 400)) <= width && text.length <= 400) return text;
  const signs = Array.from(text.slice(0, 400));
  let [low, high] = [0, signs.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (measure(`${signs.slice(0, middle).join("")}…`) <= width) low = middle; else high = middle - 1;
  }
  return `${signs.slice(0, low).join("")}…`;
}
