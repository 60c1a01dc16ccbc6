// Demand and parallelism over time, below the timeline and to its scale.

/** The curves of a program; nothing where the report has none. */
function curves(report, timeline) {
  const { demand, parallelism, span_s: span } = report.timeline ?? {};
  if (!demand || !parallelism || demand.length === 0) return null;
  const cpus = report.lost_cpu.cpus;
  const most = Math.max(...demand, ...parallelism, cpus) * 1.05;
  const tall = 132, bottom = tall - 8, top = 22;
  const holder = el("div", { class: "curves" }), line = el("div", { class: "moment", hidden: true });
  const draw = () => {
    const width = Math.max(240, drawingWidth(holder));
    const left = timeline.labels + 1, right = width - 11;
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
    holder.replaceChildren(el("svg", {
      class: "chart", width, height: tall, viewBox: `0 0 ${width} ${tall}`, role: "img",
      "aria-label": `Workers wanting a CPU and on a CPU over time; on average ${ratio(report.demand)} and ${ratio(report.parallelism)}.`,
    },
    leftAxis(y, { from: 0, to: most, left, right, text: tickText, most: 3 }),
    area && el("path", { d: `${area}L${ends.at(-1)},${bottom}L${ends[0]},${bottom}Z`, fill: "var(--on_cpu)",
      opacity: "0.35" }),
    el("path", { class: "curve", d: area, stroke: "var(--on_cpu)" }),
    el("path", { class: "curve", d: steps(demand), stroke: "var(--demand)" }),
    el("line", { class: "target", x1: left, x2: right, y1: y(cpus), y2: y(cpus) }),
    el("text", { class: "quiet", x: left, y: 12, text: `workers; dotted: ${many(cpus, "CPU")} to use` })), line);
  };
  timeline.listeners.push(draw);
  // The average of the span that a moment lies in.
  timeline.pointers.push((seconds) => {
    line.hidden = seconds === null || seconds < timeline.from || seconds > timeline.to;
    if (!line.hidden) line.style.left = `${timeline.placeOf(seconds) + 1}px`;
  });
  holder.addEventListener("pointermove", (event) => {
    const seconds = timeline.secondsAt(event.clientX - holder.getBoundingClientRect().left - 1);
    const place = Math.floor(seconds / span);
    if (seconds < timeline.from || seconds > timeline.to || !(place in demand)) return timeline.point(null);
    timeline.point(seconds);
    showTip(`${duration(place * span)} to ${duration(Math.min(report.wall_s, (place + 1) * span))}\n`
      + `${ratio(demand[place])} workers wanting a CPU\n${ratio(parallelism[place])} on a CPU`, event.clientX, event.clientY);
  });
  holder.addEventListener("pointerleave", () => timeline.point(null));
  return el("div", {}, holder, legend([["demand", "wanting a CPU", `${ratio(report.demand)} on average`],
    ["on_cpu", "on a CPU", ratio(report.parallelism)]]));
}
