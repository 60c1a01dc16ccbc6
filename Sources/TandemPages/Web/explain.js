// The page on one program: the timeline proves the answer; then where time went, how the CPUs were used, who did what.

function explainPage(report) {
  const names = words.names[0] ?? [];
  const timeline = report.timeline && report.timeline.rows.length > 0 ? new Timeline([{ report, names, ownNames: words.own_names[0] }])
    : null;
  const histogram = cpuHistogram(report);
  const still = standstillSections(report, names);
  return [
    report.standstills.some((one) => !one.is_over) && still,
    timeline ? timelineSection(timeline, [report]) : section("What each worker did", "This report has no timeline."),
    el("div", { class: "pair" },
      section("Where the wall time went",
        "Each moment is divided among the workers that were in progress then; the parts add up to the wall time.",
        stackedBars([{ parts: report.wall_shares }], "Where the wall time went")),
      histogram
        ? section("How many CPUs were in use",
          `${ratio(report.parallelism)} on average, of ${many(report.lost_cpu.cpus, "CPU")}.`, histogram)
        : section("How many CPUs were in use",
          `${ratio(report.parallelism)} on average, of ${many(report.lost_cpu.cpus, "CPU")}. How long each number was in use isn't in this report.`)),
    findingsSection(report.findings),
    report.standstills.every((one) => one.is_over) && still,
    workersTable(report, names), gilSection(report), locksSection(report), ioSection(report),
    measuredSection(explainFacts(report), report.omitted),
  ];
}

function timelineSection(timeline, reports) {
  const rows = reports.reduce((sum, report) => sum + ((report.timeline?.slices ?? report.timeline)?.rows.length ?? 0),
    0);
  const all = reports.reduce((sum, report) => sum + report.workers.length + (report.other_workers?.count ?? 0), 0);
  const fine = reports.every((report) => report.timeline?.slices);
  const note = (rows < all ? `The ${count(rows)} busiest of ${count(all)} workers. ` : "")
    + (fine ? "Every slice of their time is here, to the microsecond. "
      : `Each span of ${duration(Math.max(...reports.map((r) => r.timeline?.span_s ?? 0)))} shows one state; spans are shared out as the time was. `)
    + "Drag to go along, Ctrl and the wheel or + and − to zoom."
    + (timeline.all.some((lane) => lane.kind === "gil") ? " The GIL’s lane has what samples saw of its holders." : "");
  return section("What each worker did", note, timeline.node,
    reports.length === 1 ? curves(reports[0], timeline)
      : reports.map((report, place) => {
        const drawn = curves(report, timeline);
        return drawn && el("div", {}, el("h3", { text: place === 0 ? "First: CPUs wanted and used"
          : "Second: CPUs wanted and used" }), drawn);
      }));
}

function explainFacts(report) {
  const { sources, observer } = report;
  return [
    ["command", words.commands[0], true],
    ["Tandem was run as", words.command_line, true],
    ["machine", machineText(report.machine)],
    ["Tandem", report.tandem_version],
    ["interpreters", report.gil.length > 0
      ? [...new Set(report.gil.map((lock) => lock.version).filter(Boolean))].join(", ") : null],
    ["how sure", [...words.sure, `${many(sources.samples, "sample")} of what sleeping workers waited for`]],
    ["cost of observing", `${duration(observer.cpu_s)} of CPU time`],
    ["global interpreter lock", report.gil.length === 0 ? null : report.gil.some((lock) => lock.holds?.length > 0)
      ? "who held it, by samples that found the same holder, and no other between them"
        : "who held it when isn't in the report"],
  ];
}
