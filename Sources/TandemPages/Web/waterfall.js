// A difference of two wall times, taken apart: from one total, cause by cause, to the other.

/** `parts` with states and what is left over lead from `from` to `to`, each `{name, seconds}`. */
function waterfall(from, to, parts, residual) {
  const steps = parts.filter((part) => part.seconds !== 0).sort((a, b) => Math.abs(b.seconds) - Math.abs(a.seconds))
    .map((part) => ({ name: stateLabel(part.state), seconds: part.seconds, colour: part.state }));
  const counts = Math.abs(residual) > 0.002 * Math.max(from.seconds, to.seconds);
  if (counts) steps.push({ name: "not explained", seconds: residual, colour: "other" });
  let at = from.seconds;
  const rows = [{ name: from.name, start: 0, end: from.seconds, colour: "task", isTotal: true,
    text: duration(from.seconds) },
    ...steps.map((step) => {
      const row = { ...step, start: at, end: at + step.seconds, text: signed(step.seconds) };
      at += step.seconds;
      return row;
    }),
    { name: to.name, start: 0, end: to.seconds, colour: "task", isTotal: true, text: duration(to.seconds) }];
  const low = Math.min(0, ...rows.map((row) => row.end)), high = Math.max(...rows.flatMap((row) => [row.start,
    row.end]));
  return chart(`From ${from.name}, ${from.text ?? duration(from.seconds)}, to ${to.name}: ${rows.slice(1, -1).map((row) => `${row.name} ${row.text}`).join(", ")}`, (width) => {
    const isNarrow = width < 620, step = isNarrow ? 46 : 32, left = isNarrow ? 4 : Math.min(270, width * 0.32),
      right = width - 92;
    const x = linear(low, high, left, right);
    return { height: rows.length * step + 8, nodes: rows.map((row, place) => {
      const top = place * step + (isNarrow ? 20 : 4), tall = 22;
      const [begin, end] = [Math.min(x(row.start), x(row.end)), Math.max(x(row.start), x(row.end))];
      return el("g", { class: row.isTotal ? "total" : "cause" },
        el("text", { x: isNarrow ? left : left - 12, y: isNarrow ? top - 6 : top + 15, "text-anchor": isNarrow
          ? "start" : "end",
          "font-weight": row.isTotal ? 640 : 400, text: fitted(row.name,
            (isNarrow ? width - 12 : left - 16) * (row.isTotal ? 0.92 : 1)) }),
        el("rect", { class: row.isTotal ? "total-bar" : "cause-bar", x: begin, y: top,
          width: Math.max(1.5, end - begin), height: tall, rx: 2,
          fill: paint(row.colour), opacity: row.isTotal ? 0.55 : 1, ...says(`${row.name}\n${row.text}`) }),
        place < rows.length - 1 && el("line", { class: "grid", x1: x(row.end), x2: x(row.end), y1: top + tall, y2: top
          + step }),
        el("text", { class: row.isTotal ? null : "quiet", x: end + 8, y: top + 15, text: row.text }));
    }) };
  });
}

/** The waterfalls of a comparison: one at a time, chosen from a list. */
function differencesSection(report, nameOf) {
  const pairs = report.differences.map((difference) => {
    const find = (side) => report.runs.find((run) => run.model === side.model && run.schedule === difference.schedule
      && (run.interpreter?.path ?? null) === side.interpreter);
    const [slower, faster] = [find(difference.slower), find(difference.faster)];
    return slower?.n > 0 && faster?.n > 0 ? { difference, slower, faster } : null;
  }).filter(Boolean);
  if (pairs.length === 0) return null;
  const holder = el("div"), note = el("p", { class: "note" });
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const show = ({ difference, slower, faster }) => {
    const start = mean(faster.wall_s);
    holder.replaceChildren(waterfall({ name: nameOf(faster), seconds: start },
      { name: nameOf(slower), seconds: start + difference.wall_difference_s }, difference.parts,
        difference.residual_s));
    const interval = difference.ratio_ci95
      ? ` (95 %: ${number(difference.ratio_ci95[0])} to ${number(difference.ratio_ci95[1])})` : "";
    note.textContent = visible(`The slower takes ${number(difference.ratio)} times as long${interval}, in ${many(difference.n, "pair")} of runs. ${difference.sentence} `
      + `It begins at the mean of the faster one's runs; the parts are means${difference.parts_from === "observed" ? " of runs that were observed" : ""}.`);
  };
  const choose = el("select", { "aria-label": "Which two", onchange: () => show(pairs[choose.selectedIndex]) },
    pairs.map(({ slower, faster }) => el("option", { text: `${nameOf(faster)} and ${nameOf(slower)}` })));
  show(pairs[0]);
  return section("What the difference consists of", null, note, pairs.length > 1
    && el("div", { class: "toolbar" }, choose), holder);
}
