// Speed-up against the number of workers: measured, fitted with its band, and ideal.

function scalingSection(report, nameOf) {
  const { sweep } = report;
  if (!sweep) return null;
  return section("How it scales",
    "Speed-up against the number of workers; the dashed line is ideal. Lines are the fitted law, bands the ends of its parameters' 90 % intervals.",
    sweep.series.map((series) => {
      const name = nameOf(series);
      const points = series.points.filter((point) => point.speedup !== null);
      const best = series.recommendation;
      const advice = el("p", { class: "note" }, named(`${best.reason}${series.fit_note ? ` ${series.fit_note}` : ""}`));
      if (points.length === 0) return el("div", {}, el("h3", { text: name }),
        el("p", { class: "note", text: "No speed-up: neither one worker nor the work without workers was measured." }),
        advice);
      return el("div", {}, el("h3", {}, named(name)), speedupChart(series, points, report.machine,
        kindOf(series.model)), advice);
    }));
}

/** Wall time of N workers by the fitted law. */
const lawSeconds = (fit, workers, serial = fit.serial_share, pair = fit.pair_cost ?? 0) =>
  (fit.one_worker_s * (1 + serial * (workers - 1) + pair * workers * (workers - 1))) / workers;

function speedupChart(series, points, machine, kind) {
  const { fit } = series;
  const last = Math.max(...points.map((point) => point.workers));
  const highest = Math.max(...points.map((point) => point.speedup_ci95?.[1] ?? point.speedup),
    Math.min(last, machine.effective_cpus)) * 1.1;
  const text = points.map((point) => `${many(point.workers, "worker")} ${number(point.speedup)}`).join(", ");
  return chart(`Speed-up: ${text}`, (width) => {
    const tall = 280, top = 12, bottom = tall - 42, left = 48, right = width - 16;
    const x = linear(1, Math.max(last, 2), left, right), y = linear(0, highest, bottom, top);
    const base = points[0].speedup * points[0].median_s;
    const steps = Array.from({ length: 61 }, (_, place) => 1 + (place / 60) * (last - 1));
    const line = (values) => values.map((value,
      place) => `${place ? "L" : "M"}${x(steps[place]).toFixed(1)},${y(Math.min(highest, value)).toFixed(1)}`).join("");
    const band = fit?.serial_share_ci90 && (fit.pair_cost === null || fit.pair_cost_ci90)
      ? [0, 1].map((end) => steps.map((workers) =>
      base / lawSeconds(fit, workers, fit.serial_share_ci90[end], fit.pair_cost_ci90?.[end] ?? 0))) : null;
    const idealEnd = Math.min(last, highest);
    return { height: tall, nodes: [
      leftAxis(y, { from: 0, to: highest, left, right, text: tickText, most: 5 }),
      bottomAxis(x, { from: 1, to: Math.max(last, 2), top, bottom, width: right - left, text: tickText,
        most: Math.min(8, last - 1) }),
      el("line", { class: "ideal", x1: x(1), y1: y(1), x2: x(idealEnd), y2: y(idealEnd) }),
      band && el("path", { class: "band", fill: `var(--${kind})`, opacity: 0.16,
        d: `${line(band[0])}${line(band[1]).split(/(?=[ML])/).reverse().join("").replaceAll("M", "L")}Z` }),
      fit && el("path", { class: "curve fit", stroke: `var(--${kind})`,
        d: line(steps.map((workers) => base / lawSeconds(fit, workers))) }),
      points.map((point) => [
        point.speedup_ci95 && el("path",
          { class: "interval", d: `M${x(point.workers)},${y(point.speedup_ci95[0])}V${y(point.speedup_ci95[1])}` }),
        el("circle", { class: "dot", cx: x(point.workers), cy: y(point.speedup), r: 4.5, fill: `var(--${kind})`,
          ...says(`${many(point.workers, "worker")}: ${number(point.speedup)} times as fast\n${duration(point.median_s)}, ${many(point.n, "run")}${point.not_in_fit ? `\nnot in the fit: ${point.not_in_fit}` : ""}`) }),
      ]),
      machine.effective_cpus <= last && [el("line", { class: "target", x1: x(machine.effective_cpus),
        x2: x(machine.effective_cpus), y1: top, y2: bottom }),
        el("text", { class: "quiet", x: x(machine.effective_cpus) + 6, y: bottom - 6,
          text: many(machine.effective_cpus, "CPU") })],
      el("text", { class: "quiet", x: (left + right) / 2, y: tall - 6, "text-anchor": "middle", text: "workers" }),
    ] };
  });
}
