// Making elements. Text goes in as text nodes and attributes only, so no name can become markup.

/**
 * A text as it is shown: signs that can't be seen, or that turn the text after them, are seen. What isolates a name
 * (U+2068 and U+2069) and what joins emoji stays.
 */
const visible = (text) => String(text).replace(/(?![\n\t\u200d\u2068\u2069])[\p{Cc}\p{Cf}\u2028\u2029]/gu, "\ufffd");

/** Makes an element; `class`, `text` and listeners (`onclick`) are given like attributes. */
function el(tag, attributes = {}, ...children) {
  const node = tag === "svg" || el.svg.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "text") node.textContent = visible(value);
    else if (key === "style") Object.assign(node.style, value);
    else node.setAttribute(key, value === true ? "" : visible(value));
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => child instanceof Node ? child : visible(child)));
  return node;
}
el.svg = new Set(["g", "rect", "circle", "line", "path", "text", "polyline", "marker", "defs", "title", "tspan", "pattern"]);

/** A name that others gave: apart from the text around it, whichever way it is written. */
const named = (text) => el("bdi", { class: "name", text });

/** The same within a line of text, such as a tip: a name of another direction turns nothing but itself. */
const apart = (text) => `\u2068${text}\u2069`;

/** A section with its heading and a line of explanation. */
function section(title, note, ...children) {
  return el("section", { class: section.kind(title) }, el("h2", { text: title }),
    note && el("p", { class: "note", text: note }), ...children);
}
section.kind = (title) => title.toLowerCase().replace(/[^a-z]+/g, "-");

/**
 * How wide a box is to be drawn. A page is printed before its boxes have paper's widths: what is drawn then has as
 * much of A4 or Letter as its box has of the window, and the style sheet fits it in.
 */
function drawingWidth(box) {
  const isPaper = "paper" in document.documentElement.dataset;
  const share = isPaper ? Math.min(1, 690 / document.getElementById("report").clientWidth) : 1;
  return Math.floor(box.clientWidth * share);
}

/** A chart that is drawn again when its width changes, on paper too. */
function chart(label, draw) {
  const holder = el("div", { class: "chart-holder" });
  let drawnWidth = 0;
  const redraw = () => {
    const width = Math.max(260, drawingWidth(holder));
    if (!holder.clientWidth || width === drawnWidth) return;
    drawnWidth = width;
    const { height, nodes } = draw(width);
    holder.replaceChildren(el("svg", {
      class: "chart", role: "img", "aria-label": label, width, height, viewBox: `0 0 ${width} ${height}`,
    }, nodes));
  };
  new ResizeObserver(redraw).observe(holder);
  addEventListener("beforeprint", redraw);
  addEventListener("afterprint", redraw);
  return holder;
}

/** Colours with what they mean; a pair with a third entry shows it as an amount. */
function legend(entries) {
  return el("ul", { class: "legend" }, entries.map(([colour, text, amount]) => el("li", {},
    el("span", { class: "swatch", style: { background: swatch(colour) } }), el("span", { text }),
    amount && el("span", { class: "amount", text: amount }))));
}
