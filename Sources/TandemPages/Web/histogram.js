// Wall time by the number of CPUs in use, with the number that the program could use marked.

function cpuHistogram(report) {
  const bins = report.cpus_in_use;
  if (!bins || bins.length === 0) return null;
  const cpus = report.lost_cpu.cpus;
  const all = bins.reduce((sum, bin) => sum + bin.seconds, 0) || 1;
  const seconds = new Map(bins.map((bin) => [bin.cpus, bin.seconds]));
  const last = Math.max(Math.ceil(cpus), ...seconds.keys());
  const numbers = Array.from({ length: Math.min(last, 512) + 1 }, (_, place) => place);
  // The nearer to the target, the fuller the colour; idle time has none.
  const fullness = (value) => value === 0 ? 1 : Math.min(1, 0.35 + 0.65 * (value / cpus));
  const label = `Wall time by CPUs in use: ${numbers.filter((n) => seconds.get(n)).map((n) => `${many(n, "CPU")} ${percent(seconds.get(n) / all)}`).join(", ")}`;
  return chart(label, (width) => {
    const most = Math.max(...bins.map((bin) => bin.seconds));
    const axis = { to: most, text: (value, step) => momentText(value, step, most), most: 3 };
    const tall = 224, top = 44, bottom = tall - 38, left = leftRoom(axis), right = width - 12;
    const y = linear(0, most, bottom, top);
    const wide = (right - left) / numbers.length;
    const every = Math.ceil(28 / wide);
    const target = left + (Math.min(cpus, last) + 0.5) * wide;
    // The line ends above the figure of a bar that it stands on.
    const isLabelled = wide >= 66, isOnBar = isLabelled && seconds.get(cpus) > 0;
    const foot = isOnBar ? y(seconds.get(cpus)) - 19 : bottom;
    return { height: tall, nodes: [
      leftAxis(y, { from: 0, left, right, ...axis }),
      numbers.map((value) => {
        const part = seconds.get(value) ?? 0;
        return [
          part > 0 && el("rect", {
            class: "bin", x: left + value * wide + Math.min(6, wide * 0.15),
              width: Math.max(0.8, wide - Math.min(12, wide * 0.3)),
            y: y(part), height: Math.max(1, bottom - y(part)),
              fill: `var(--${value === 0 ? "waiting_for_work" : "on_cpu"})`, "fill-opacity": fullness(value), rx: 2,
            ...says(`${many(value, "CPU")} in use for ${duration(part)}\n${percent(part / all)} of the time`),
          }),
          part > 0 && isLabelled && el("text", { x: left + (value + 0.5) * wide, y: y(part) - 5, "text-anchor": "middle",
            text: percent(part / all) }),
          value % every === 0 && el("text", { class: "quiet", x: left + (value + 0.5) * wide, y: bottom + 16,
            "text-anchor": "middle", text: String(value) }),
        ];
      }),
      el("line", { class: "zero", x1: left, x2: right, y1: bottom, y2: bottom }),
      el("line", { class: "target", x1: target, x2: target, y1: 18, y2: Math.max(20, foot) }),
      el("text", { x: Math.min(target, right), y: 12, "text-anchor": target > width / 2 ? "end" : "start",
        text: `target: ${many(cpus, "CPU")}` }),
      el("text", { class: "quiet", x: (left + right) / 2, y: tall - 4, "text-anchor": "middle", text: "CPUs in use" }),
    ] };
  });
}
