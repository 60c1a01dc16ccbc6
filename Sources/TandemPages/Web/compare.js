// The page on a comparison: the runs prove the verdict; then why, how it scales, and what it costs.

function comparePage(report) {
  const nameOf = runNames(report);
  const runs = rankedRuns(report);
  return [
    wallSection(report, runs, nameOf),
    report.code && section("The code, ready to paste", null,
      el("pre", { tabindex: "0" }, report.code.lines.join("\n"))),
    overlapSection(report, runs, nameOf), differencesSection(report, nameOf),
    scalingSection(report, nameOf), whereSection(runs, nameOf), findingsSection(report.findings),
    el("div", { class: "pair" }, cpuSection(report, runs, nameOf), memorySection(runs, nameOf)),
    dataSection(report, runs, nameOf), runsTable(runs, nameOf), measuredSection(compareFacts(report, runs),
      [...report.omitted, ...notMeasuredOf(runs, nameOf)]),
  ];
}

function runsTable(runs, nameOf) {
  // Null for models without workers, too.
  const workerSeconds = (seconds) => seconds === null ? "–" : duration(seconds);
  const part = section("Figures", "Medians over the timed runs.", sortableTable("Models", [
    { title: "model", value: nameOf, cell: (run) => named(nameOf(run)) },
    numberColumn("workers", (run) => run.workers, count), numberColumn("runs", (run) => run.n, count),
    secondsColumn("wall time", (run) => run.median_s),
    { title: "95 %", isNumber: true, value: (run) => run.ci95_s?.[0] ?? null, cell: (run) => run.ci95_s
      ? `${duration(run.ci95_s[0])} to ${duration(run.ci95_s[1])}` : "too few runs" },
    numberColumn("concurrency", (run) => run.concurrency, ratio), numberColumn("parallelism", (run) => run.parallelism,
      ratio),
    secondsColumn("CPU time", (run) => run.cpu_s), numberColumn("start of a worker", (run) => run.start_s_per_worker, workerSeconds),
    numberColumn("end of a worker", (run) => run.end_s_per_worker, workerSeconds),
    numberColumn("waits begun", (run) => run.switches?.voluntary ?? null, count),
      numberColumn("CPU taken away", (run) => run.switches?.involuntary ?? null, count),
  ], runs, { sortBy: 3, descending: false }));
  part.classList.add("long");
  return part;
}

/** What single models lack, once each. */
function notMeasuredOf(runs, nameOf) {
  const reasons = new Map();
  for (const run of runs) for (const one of run.not_measured ?? []) {
    const reason = typeof one === "string" ? one : `${one.what}: ${one.why}`;
    if (!reasons.has(reason)) reasons.set(reason, []);
    reasons.get(reason).push(nameOf(run));
  }
  return [...reasons].map(([reason, names]) => ({ what: names.length > 3
    ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", "), why: reason }));
}

function compareFacts(report, runs) {
  const { work } = report;
  const interpreters = new Map(runs.filter((run) => run.interpreter).map((run) => [run.interpreter.path,
    `${run.interpreter.implementation} ${run.interpreter.version} (${run.interpreter.path})`]));
  const timed = runs.filter((run) => run.n > 0).map((run) => run.n);
  return [
    ["Tandem was run as", words.command_line, true],
    ["work", `${work.name}: ${many(work.items, "item")} a run`],
    ["seed", `${words.seed} (--seed ${words.seed} repeats the order of the runs)`],
    ["timed runs", timed.length > 0
      ? `${Math.min(...timed) === Math.max(...timed) ? count(timed[0]) : `${count(Math.min(...timed))} to ${count(Math.max(...timed))}`} of each model, ${report.ending ? `${count(report.ending.timed_runs)} in ${duration(report.ending.elapsed_s)}` : "in shuffled order"}` : "none"],
    ["how sure", words.sure],
    ["machine", machineText(report.machine)], ["interpreters", [...interpreters.values()]],
      ["Tandem", report.tandem_version],
  ];
}
