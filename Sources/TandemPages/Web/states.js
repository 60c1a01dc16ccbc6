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

/** The colours as the style sheet has them now. */
function stateColours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(["ink", "muted", "rule", "faint", "card", "page", "mark", "accent", "target",
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
