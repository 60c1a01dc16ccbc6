// Demand and parallelism over time, below the timeline and to its scale.

/** The curves of a program; nothing where the report has none. */
function curves(report, timeline) {
  const { demand, parallelism, span_s: span } = report.timeline ?? {};
  if (!demand || !parallelism || demand.length === 0) return null;
  const cpus = report.lost_cpu.cpus;
  const most = Math.max(...demand, ...parallelism, cpus) * 1.05;
  const tall = 132, bottom = tall - 24, top = 10;
  const holder = el("div", { class: "curves" });
  const draw = () => {
    const width = Math.max(240, holder.clientWidth);
    const left = timeline.labels + 1, right = width - 10;
    const x = linear(timeline.from, timeline.to, left, right);
    const y = linear(0, most, bottom, top);
    // A span's average holds all over the span: steps, not slopes.
    const steps = (values) => {
      let path = "", before = null;
      values.forEach((value, place) => {
        const from = place * span, to = Math.min(report.wall_s, from + span);
        if (to < timeline.from || from > timeline.to || to <= from) return;
        const [start, end] = [Math.max(left, x(from)), Math.min(right, x(to))];
        path += `${before === null ? "M" : "L"}${start.toFixed(1)},${y(value).toFixed(1)}L${end.toFixed(1)},${y(value).toFixed(1)}`;
        before = value;
      });
      return path;
    };
    const area = steps(parallelism);
    const ends = [...area.matchAll(/([\d.]+),/g)].map((match) => match[1]);
    const lines = [
      ["runnable", "workers wanting a CPU", steps(demand)], ["on_cpu", "workers on a CPU", area],
    ];
    holder.replaceChildren(el("svg", {
      class: "chart", width, height: tall, viewBox: `0 0 ${width} ${tall}`, role: "img",
      "aria-label": `Workers wanting a CPU and on a CPU over time; on average ${ratio(report.demand)} and ${ratio(report.parallelism)}.`,
    },
    leftAxis(y, { from: 0, to: most, left, right, text: tickText, most: 3 }),
    area && el("path", { d: `${area}L${ends.at(-1)},${bottom}L${ends[0]},${bottom}Z`, fill: "var(--on_cpu)",
      opacity: "0.25" }),
    lines.map(([key, , path]) => el("path", { class: `curve ${key}`, d: path, stroke: `var(--${key})` })),
    el("line", { class: "target", x1: left, x2: right, y1: y(cpus), y2: y(cpus) }),
    el("text", { class: "quiet", x: left - 8, y: tall - 4, "text-anchor": "end", text: "workers" }),
    el("text", { class: "quiet", x: right, y: y(cpus) - 4, "text-anchor": "end", text: many(cpus, "CPU") })));
  };
  timeline.listeners.push(draw);
  return el("div", {}, holder, legend([["runnable", "wanting a CPU", ratio(report.demand)],
    ["on_cpu", "on a CPU", ratio(report.parallelism)]]));
}
