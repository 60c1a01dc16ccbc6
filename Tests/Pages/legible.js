// What legible.py measures within a page. WCAG 2.2, 1.4.3: 4.5 to 1 for text of ordinary size.

const LEAST = 4.5;
const painted = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function parsed(colour) {
  painted.clearRect(0, 0, 1, 1);
  painted.fillStyle = colour;
  painted.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = painted.getImageData(0, 0, 1, 1).data;
  return { rgb: [r, g, b], alpha: a / 255 };
}

const over = (below, { rgb, alpha }) => below.map((v, i) => rgb[i] * alpha + v * (1 - alpha));

const luminance = (rgb) => rgb.map((v) => v / 255)
  .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);

function contrast(ink, below) {
  const text = over(below, ink);
  const [low, high] = [luminance(text), luminance(below)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function opacityOf(node) {
  let all = 1;
  for (let at = node; at instanceof Element; at = at.parentElement) {
    all *= Number(getComputedStyle(at).opacity);
  }
  return all;
}

/** The colour that a shape or a box lays over what is below it; none for the lines of a grid. */
function layer(node) {
  const style = getComputedStyle(node);
  if (!(node instanceof SVGElement)) return parsed(style.backgroundColor);
  const box = node.getBoundingClientRect();
  const isLine = Math.min(box.width, box.height) < 3;
  if (node.localName === "svg" || isLine || style.fill === "none") return null;
  // Where a pattern fills, its colour stands behind its name.
  const { rgb, alpha } = parsed(style.fill.replace(/^url\([^)]*\) /, ""));
  return { rgb, alpha: alpha * Number(style.fillOpacity) * opacityOf(node) };
}

function colourBelow(x, y) {
  const page = parsed(getComputedStyle(document.body).backgroundColor).rgb;
  return document.elementsFromPoint(x, y)
    .filter((node) => !["text", "tspan"].includes(node.localName))
    .map(layer).filter(Boolean).reverse().reduce(over, page);
}

/** Texts of charts: those that are too faint at any of five places, reach beyond their chart, or cover each other. */
function chartTexts() {
  const found = { texts: 0, faint: [], beyond: [], overlaps: [] };
  for (const svg of document.querySelectorAll("svg.chart")) {
    const frame = svg.getBoundingClientRect();
    const boxes = [];
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.width === 0) continue;
      found.texts += 1;
      const name = text.textContent.slice(0, 60);
      const isBeyond = box.left < frame.left - 2 || box.right > frame.right + 2
        || box.top < frame.top - 4 || box.bottom > frame.bottom + 4;
      if (isBeyond) found.beyond.push(name);
      for (const [other, at] of boxes) {
        const wide = Math.min(box.right, at.right) - Math.max(box.left, at.left);
        const tall = Math.min(box.bottom, at.bottom) - Math.max(box.top, at.top);
        if (wide > 1 && tall > 4) found.overlaps.push([other, name]);
      }
      boxes.push([name, box]);
      const ink = parsed(getComputedStyle(text).fill);
      ink.alpha *= opacityOf(text);
      const ratios = [0.1, 0.3, 0.5, 0.7, 0.9].map((share) =>
        contrast(ink, colourBelow(box.left + box.width * share, box.top + box.height / 2)));
      const least = Math.min(...ratios);
      if (least < LEAST) found.faint.push([name, Number(least.toFixed(2))]);
    }
  }
  return found;
}

/** From now on, looks at the pixels below each text of a canvas just before it is drawn. */
function watchCanvas() {
  window.canvasTexts = { texts: 0, faint: [] };
  const { prototype } = CanvasRenderingContext2D;
  const draw = prototype.fillText;
  prototype.fillText = function (text, x, y, ...rest) {
    if (this.canvas.isConnected) {
      const { a, d } = this.getTransform();
      const wide = this.measureText(text).width;
      const ink = parsed(this.fillStyle);
      ink.alpha *= this.globalAlpha;
      canvasTexts.texts += 1;
      for (const share of [0.1, 0.5, 0.9]) {
        const [left, top] = [Math.round((x + wide * share) * a), Math.round((y - 4) * d)];
        const { width, height } = this.canvas;
        if (left < 0 || top < 0 || left >= width || top >= height) continue;
        const below = Array.from(this.getImageData(left, top, 1, 1).data.slice(0, 3));
        const ratio = contrast(ink, below);
        if (ratio < LEAST) canvasTexts.faint.push([text, Number(ratio.toFixed(2))]);
      }
    }
    return draw.call(this, text, x, y, ...rest);
  };
}
