// The page on one program with several values of a variable.

function sweepPage(report) {
  const nameOf = (point) => `${report.variable} = ${point.value}`;
  return [
    timedSection(report.points.map((point) => ({ name: nameOf(point), runs: point.runs, interval: point.ci95_s,
      kind: point.value === report.best ? "on_cpu" : "sleep" })), report.repeated),
    section("CPU time", "User and system CPU time of each run.", rowChart("CPU time of every run",
      report.points.map((point) => {
      const used = point.runs.user_s.map((seconds, place) => seconds + point.runs.system_s[place]);
      return { name: nameOf(point), text: used.length === 0 ? "no run" : null, figure: used.length > 0
        ? duration(medianOf(used)) : null,
        marks: runDots(used, used.length > 0 ? medianOf(used) : null, null, "on_cpu", nameOf(point)) };
    }), { most: Math.max(1e-9, ...report.points.flatMap((point) => point.runs.user_s.map((seconds, place) => seconds
      + point.runs.system_s[place]))), text: momentText, unit: "CPU time of a run" })),
    section("Where the time went", "Of the observed run with each value.",
      stackedBars(report.points.map((point) => ({ name: nameOf(point), parts: point.report.wall_shares })),
      "Where the wall time went, by value")),
    ...report.points.slice(1).map((point) => comparisonsSection(`${nameOf(point)}, compared with ${report.points[0].value}`, point.comparisons, report.points[0].value, point.value)),
    findingsSection(report.findings),
    measuredSection([
      ["command", words.commands[0], true],
        ["variable", `${report.variable}: ${report.points.map((point) => point.value).join(", ")}`],
      ["Tandem was run as", words.command_line, true],
      ["runs", `${many(report.points[0]?.runs.wall_s.length ?? 0, "run")} with each value${report.repeated.reason ? `; ${report.repeated.reason}` : ""}`],
      ["machine", machineText(report.machine)], ["Tandem", report.tandem_version],
    ], report.points.flatMap((point) => point.report.omitted).filter((one, place,
      all) => all.findIndex((other) => other.what === one.what) === place)),
  ];
}
