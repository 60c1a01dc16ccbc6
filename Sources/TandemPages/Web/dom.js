// Making elements. Text goes in as text nodes and attributes only, so no name can become markup.

/** Makes an element; `class`, `text` and listeners (`onclick`) are given like attributes. */
function el(tag, attributes = {}, ...children) {
  const node = tag === "svg" || el.svg.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "text") node.textContent = value;
    else if (key === "style") Object.assign(node.style, value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}
el.svg = new Set(["g", "rect", "circle", "line", "path", "text", "polyline", "marker", "defs", "title", "tspan"]);

/** A name that others gave: apart from the text around it, whichever way it is written. */
const named = (text) => el("bdi", { class: "name", text });

/** A section with its heading and a line of explanation. */
function section(title, note, ...children) {
  return el("section", { class: section.kind(title) }, el("h2", { text: title }),
    note && el("p", { class: "note", text: note }), ...children);
}
section.kind = (title) => title.toLowerCase().replace(/[^a-z]+/g, "-");

/** A chart that is drawn again when its width changes, on paper too. */
function chart(label, draw) {
  const holder = el("div", { class: "chart-holder" });
  let drawnWidth = 0;
  const redraw = () => {
    const width = Math.max(260, Math.floor(holder.clientWidth));
    if (!holder.clientWidth || width === drawnWidth) return;
    drawnWidth = width;
    const { height, nodes } = draw(width);
    holder.replaceChildren(el("svg", {
      class: "chart", role: "img", "aria-label": label, width, height, viewBox: `0 0 ${width} ${height}`,
    }, nodes));
  };
  new ResizeObserver(redraw).observe(holder);
  addEventListener("beforeprint", redraw);
  return holder;
}

/** Colours with what they mean; a pair with a third entry shows it as an amount. */
function legend(entries) {
  return el("ul", { class: "legend" }, entries.map(([colour, text, amount]) => el("li", {},
    el("span", { class: "swatch", style: { background: `var(--${colour})` } }), el("span", { text }),
    amount && el("span", { class: "amount", text: amount }))));
}
