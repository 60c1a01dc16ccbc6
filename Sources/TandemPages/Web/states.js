// What a worker does at a moment: the order in which states are stacked, how high a lane draws each, and its letter
// in a timeline. Who wants a CPU stands high, who waits for something else is lower, who has nothing to do is a line.

const states = [
  { key: "on_cpu", letter: "c", height: 1 },
  { key: "runnable", letter: "r", height: 0.8 },
  { key: "gil", letter: "g", height: 0.68 },
  { key: "lock", letter: "l", height: 0.56 },
  { key: "io", letter: "i", height: 0.46 },
  { key: "sleep", letter: "s", height: 0.34 },
  { key: "child", letter: "p", height: 0.16 },
  { key: "waiting_for_work", letter: "w", height: 0.16 },
  { key: "too_short", letter: "t", height: 0.24 },
  { key: "other", letter: "o", height: 0.24 },
];
const stateOfLetter = Object.fromEntries(states.map((state, place) => [state.letter, place]));
const stateSeconds = (totals, key) => totals[`${key}_s`] ?? 0;

/** What people call a state; one that this page doesn't know keeps its key. */
const stateLabel = (key) => words.states[key] ?? key.replaceAll("_", " ");

/**
 * What a model costs beside its workers' own states is hatched, each at its angle: more colours than ten, nobody
 * tells apart.
 */
const hatched = { starting: 45, ending: 135, preparing: 90, moving_data: 0, starting_server: 45,
  idle: 120 };

/** What fills a shape of a state; the colour alone where a browser has no patterns. */
const paint = (key) => key in hatched ? `url(#hatch-${key}) var(--${key})` : `var(--${key})`;

/** The same for a box. */
const swatch = (key) => key in hatched
  ? `repeating-linear-gradient(${hatched[key]}deg, var(--${key}) 0 3px, var(--card) 3px 4.5px)` : `var(--${key})`;

/** The patterns that `paint` names, for all charts of the page. */
function hatches() {
  return el("svg", { class: "hidden", width: 1, height: 1, "aria-hidden": "true" }, el("defs", {},
    Object.entries(hatched).map(([key, angle]) => el("pattern", { id: `hatch-${key}`, width: 5, height: 5,
      patternUnits: "userSpaceOnUse", patternTransform: `rotate(${angle})` },
    el("rect", { width: 5, height: 5, fill: `var(--${key})` }),
    el("rect", { width: 5, height: 1.5, fill: "var(--card)" })))));
}

/** The colours as the style sheet has them now. */
function stateColours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(["ink", "muted", "rule", "faint", "card", "mark", "hold", "hold_next",
    ...states.map((state) => state.key)].map((key) => [key, style.getPropertyValue(`--${key}`).trim()]));
}

/** A thin bar of the states that make up a worker's life. */
function miniBar(totals) {
  const all = states.reduce((sum, state) => sum + stateSeconds(totals, state.key), 0);
  return el("div", { class: "mini", "aria-hidden": "true" }, all > 0 && states.map((state) => {
    const share = stateSeconds(totals, state.key) / all;
    return share > 0 && el("i", { style: { width: `${share * 100}%`, background: `var(--${state.key})` } });
  }));
}
