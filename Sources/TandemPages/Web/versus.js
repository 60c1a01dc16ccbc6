// The page on two programs: both timelines to one scale, and what the difference consists of.

function versusPage(report) {
  const { first, second } = report;
  // The folder of the program says little, and takes the room of what differs.
  const brief = (command) => command.replace(/^\S*\//, "");
  const titles = [`First: ${brief(words.commands[0])}`, `Second: ${brief(words.commands[1])}`];
  const programs = [first, second].map((one, place) => ({ report: one, names: words.names[place] ?? [],
    ownNames: words.own_names[place], title: titles[place] }));
  const hasTimelines = programs.some(({ report: one }) => one.timeline?.rows.length > 0);
  return [
    timedSection([{ name: titles[0], runs: report.first_runs }, { name: titles[1], runs: report.second_runs }],
      report.repeated),
    hasTimelines && timelineSection(new Timeline(programs), [first, second]),
    section("What the difference consists of", "Wall time of the observed runs, from the first to the second.",
      waterfall({ name: titles[0], seconds: first.wall_s }, { name: titles[1], seconds: second.wall_s }, report.parts,
        report.residual_s)),
    section("Where the time went", null, stackedBars(programs.map(({ report: one, title }) => ({ name: title,
      parts: one.wall_shares })), "Where the wall time went, of both")),
    comparisonsSection("What both took", report.comparisons, "first", "second"),
    findingsSection([...report.findings, ...first.findings.map((one) => ({ ...one, claim: `First: ${one.claim}` })),
      ...second.findings.map((one) => ({ ...one, claim: `Second: ${one.claim}` }))]),
    measuredSection([
      ["first", words.commands[0], true], ["second", words.commands[1], true],
        ["Tandem was run as", words.command_line, true],
      ["runs", `${many(report.first_runs.wall_s.length, "run")} of each${report.repeated.unobserved ? ", timed and not observed, in turns" : ", observed"}${report.repeated.reason ? `; ${report.repeated.reason}` : ""}`],
      ["how sure", words.sure], ["machine", machineText(first.machine)], ["Tandem", first.tandem_version],
    ], [...first.omitted, ...second.omitted.filter((one) => !first.omitted.some((other) => other.what === one.what
      && other.why === one.why))]),
  ];
}

/** The median. */
function medianOf(values) {
  const sorted = values.slice().sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Runs of several commands as dots. */
function timedSection(rows, repeated) {
  const most = Math.max(...rows.flatMap((row) => row.runs.wall_s), 1e-9);
  return section("Wall time",
    `${repeated.unobserved ? "Every timed run is a dot" : "One observed run each is no difference"}; the stroke is the median.`,
    rowChart("Wall time of every run", rows.map((row) => ({ name: row.name, text: row.runs.wall_s.length === 0
      ? "no run" : null, figure: row.runs.wall_s.length > 0 ? duration(medianOf(row.runs.wall_s)) : null,
      marks: runDots(row.runs.wall_s, row.runs.wall_s.length > 0 ? medianOf(row.runs.wall_s) : null, row.interval
        ?? null, row.kind ?? "sleep", row.name) })),
    { most, text: momentText, unit: "wall time of a run" }));
}

const figureNames = { wall_s: "wall time", cpu_s: "CPU time", user_s: "CPU time in user mode",
  system_s: "CPU time in the kernel",
  voluntary_switches: "waits begun", involuntary_switches: "CPU taken away",
    minor_faults: "page faults without a disk", major_faults: "page faults from a disk" };

function comparisonsSection(title, comparisons, base, value) {
  if (comparisons.length === 0) return null;
  const text = (one, figure) => one.figure.endsWith("_s") ? duration(figure) : count(figure);
  return section(title, null, sortableTable(title, [
    { title: "figure", value: (one) => one.figure, cell: (one) => figureNames[one.figure]
      ?? one.figure.replaceAll("_", " ") },
    { title: base, isNumber: true, value: (one) => one.base, cell: (one) => text(one, one.base) },
    { title: value, isNumber: true, value: (one) => one.value, cell: (one) => text(one, one.value) },
    { title: "ratio", isNumber: true, value: (one) => one.ratio, cell: (one) => one.ratio === null ? "–"
      : number(one.ratio) },
    { title: "95 %", isNumber: true, value: (one) => one.ratio_ci95?.[0] ?? null, cell: (one) => one.ratio_ci95
      ? `${number(one.ratio_ci95[0])} to ${number(one.ratio_ci95[1])}` : "too few runs" },
    { title: "shown", value: (one) => one.shown, cell: (one) => one.shown },
  ], comparisons));
}
