// How a model scales with its workers: speed-up, measured, fitted with its band, and ideal; and what an item costs.

function scalingSection(report, nameOf) {
  const { sweep } = report;
  if (!sweep) return null;
  const key = (kind, text, colour = "task") => el("li", {},
    el("span", { class: `swatch ${kind}`, style: { background: kind.includes("line") ? "none" : `var(--${colour})`,
      borderColor: `var(--${colour})` } }), el("span", { text }));
  return section("How it scales",
    "The same items with several numbers of workers. Where CPU time per item rises, more workers make the work itself dearer.",
    el("ul", { class: "legend" }, key("round", "measured, with its interval of 95 %"),
      sweep.series.some((series) => series.fit) && [key("line", "fitted law"),
        key("pale", "ends of its parameters' 90 % intervals")], key("line dashed", "ideal", "muted")),
    sweep.series.map((series) => {
      const points = series.points.filter((point) => point.speedup !== null);
      const kind = kindOf(series.model);
      const title = el("h3", {}, named(nameOf(series)));
      const advice = el("p", { class: "note" }, named(series.recommendation.reason), series.fit_note
        && [" ", named(series.fit_note)]);
      const cost = costChart(series, sweep.items, kind);
      if (points.length === 0) return el("div", {}, title,
        el("p", { class: "note", text: "No speed-up: neither one worker nor the work without workers was measured." }),
        advice, cost);
      const speedup = speedupChart(series, points, report.machine, kind);
      return el("div", {}, title, advice, cost ? el("div", { class: "pair" }, speedup, cost) : speedup);
    }));
}

/** Wall time of N workers by the fitted law. */
const lawSeconds = (fit, workers, serial = fit.serial_share, pair = fit.pair_cost ?? 0) =>
  (fit.one_worker_s * (1 + serial * (workers - 1) + pair * workers * (workers - 1))) / workers;

/** The axes of a chart over numbers of workers; those that were measured have a number, where there is room. */
function workerAxes(points, last, highest, width, { title, text }) {
  const tall = 264, top = 30, bottom = tall - 42, right = width - 16;
  const left = leftRoom({ to: highest, text });
  const x = linear(1, Math.max(last, 2), left, right), y = linear(0, highest, bottom, top);
  const given = points.map((point) => point.workers);
  const apartEnough = given.filter((workers, place) => place === 0 || workers === last
    || (x(workers) - x(given[place - 1]) > 18 && x(last) - x(workers) > 24));
  return { x, y, tall, top, bottom, left, right, nodes: [
    el("text", { class: "quiet", x: 0, y: 12, text: title }),
    leftAxis(y, { from: 0, to: highest, left, right, text, most: 5 }),
    bottomAxis(x, { top, bottom, text: count, given: apartEnough }),
    el("text", { class: "quiet", x: (left + right) / 2, y: tall - 6, "text-anchor": "middle", text: "workers" }),
  ] };
}

function speedupChart(series, points, machine, kind) {
  const { fit } = series;
  const last = Math.max(...points.map((point) => point.workers));
  const highest = Math.max(...points.map((point) => point.speedup_ci95?.[1] ?? point.speedup),
    Math.min(last, machine.effective_cpus)) * 1.1;
  const sentence = points.map((point) => `${many(point.workers, "worker")} ${number(point.speedup)}`).join(", ");
  return chart(`Speed-up: ${sentence}`, (width) => {
    const { x, y, tall, top, bottom, nodes } = workerAxes(points, last, highest, width, { text: tickText,
      title: `times as fast as ${series.baseline === "serial" ? "without workers" : "one worker"}` });
    const base = points[0].speedup * points[0].median_s;
    const steps = Array.from({ length: 61 }, (_, place) => 1 + (place / 60) * (last - 1));
    const line = (values) => values.map((value,
      place) => `${place ? "L" : "M"}${x(steps[place]).toFixed(1)},${y(Math.min(highest, value)).toFixed(1)}`).join("");
    const band = fit?.serial_share_ci90 && (fit.pair_cost === null || fit.pair_cost_ci90)
      ? [0, 1].map((end) => steps.map((workers) =>
      base / lawSeconds(fit, workers, fit.serial_share_ci90[end], fit.pair_cost_ci90?.[end] ?? 0))) : null;
    const idealEnd = Math.min(last, highest);
    const cpus = machine.effective_cpus, isLeft = cpus > last / 2;
    return { height: tall, nodes: [
      nodes,
      el("line", { class: "ideal", x1: x(1), y1: y(1), x2: x(idealEnd), y2: y(idealEnd) }),
      band && el("path", { class: "band", fill: `var(--${kind})`, opacity: 0.16,
        d: `${line(band[0])}${line(band[1]).split(/(?=[ML])/).reverse().join("").replaceAll("M", "L")}Z` }),
      fit && el("path", { class: "curve fit", stroke: `var(--${kind})`,
        d: line(steps.map((workers) => base / lawSeconds(fit, workers))) }),
      cpus <= last && [el("line", { class: "target", x1: x(cpus), x2: x(cpus), y1: top, y2: bottom }),
        el("text", { class: "quiet", x: x(cpus) + (isLeft ? -6 : 6), y: bottom - 6, "text-anchor": isLeft ? "end"
          : "start", text: many(cpus, "CPU") })],
      points.map((point) => [
        point.speedup_ci95 && el("path",
          { class: "interval", d: `M${x(point.workers)},${y(point.speedup_ci95[0])}V${y(point.speedup_ci95[1])}` }),
        el("circle", { class: "dot", cx: x(point.workers), cy: y(point.speedup), r: 4.5, fill: `var(--${kind})`,
          ...says(`${many(point.workers, "worker")}: ${number(point.speedup)} times as fast\n${duration(point.median_s)}, ${many(point.n, "run")}${point.not_in_fit ? `\nnot in the fit: ${point.not_in_fit}` : ""}`) }),
      ]),
    ] };
  });
}

/** CPU time per item against workers; a report of an earlier version has none. */
function costChart(series, items, kind) {
  const points = series.points.filter((point) => Number.isFinite(point.cpu_s))
    .map((point) => ({ ...point, each: point.cpu_s / items }));
  if (points.length < 2) return null;
  const last = Math.max(...points.map((point) => point.workers));
  const highest = Math.max(...points.map((point) => point.each)) * 1.15;
  const sentence = points.map((point) => `${many(point.workers, "worker")} ${duration(point.each)}`).join(", ");
  return chart(`CPU time per item: ${sentence}`, (width) => {
    const { x, y, tall, left, right, nodes } = workerAxes(points, last, highest, width, {
      title: "CPU time per item, the driver's too", text: (value, step) => momentText(value, step, highest) });
    const first = y(points[0].each);
    return { height: tall, nodes: [
      nodes,
      el("line", { class: "ideal", x1: left, x2: right, y1: first, y2: first }),
      el("path", { class: "curve cost", stroke: `var(--${kind})`, d: points.map((point,
        place) => `${place ? "L" : "M"}${x(point.workers).toFixed(1)},${y(point.each).toFixed(1)}`).join("") }),
      points.map((point) => el("circle", { class: "cost-dot", cx: x(point.workers), cy: y(point.each), r: 4.5,
        fill: `var(--${kind})`,
        ...says(`${many(point.workers, "worker")}: ${duration(point.each)} of CPU time an item\n${duration(point.cpu_s)} a run, the median of ${many(point.n, "run")}`) })),
    ] };
  });
}
