// The table of workers: what each is, how long it lived, and where its time went.

function workersTable(report, names) {
  const rows = report.workers.map((worker, place) => ({ worker, name: names[place] ?? worker.name }));
  const used = states.filter((state) => rows.some(({ worker }) => stateSeconds(worker.totals, state.key) > 0));
  const memory = ({ worker }) => worker.memory?.pss_kib ?? worker.memory?.stack_kib ?? null;
  const columns = [
    { title: "worker", value: (row) => row.name, cell: (row) => named(row.name) },
    { title: "role", value: ({ worker }) => worker.role, cell: ({ worker }) => worker.role },
    ...(new Set(report.workers.map((worker) => worker.pid)).size > 1
      ? [numberColumn("pid", ({ worker }) => worker.pid, String)] : []), numberColumn("tid", ({ worker }) => worker.tid, String),
    secondsColumn("started", ({ worker }) => worker.started_s),
    secondsColumn("lived", ({ worker }) => worker.ended_s - worker.started_s),
    { title: "its time", value: ({ worker }) => stateSeconds(worker.totals, "on_cpu"), isNumber: false,
      cell: ({ worker }) => miniBar(worker.totals) },
    ...used.map((state) => ({ ...secondsColumn(words.short[state.key] ?? state.key,
      ({ worker }) => worker.totals[`${state.key}_s`], stateLabel(state.key)),
    group: state.key === "on_cpu" ? null : "waited for" })),
    numberColumn("waits begun", ({ worker }) => worker.switches?.voluntary ?? null, count,
      "voluntary context switches"),
    numberColumn("CPU taken away", ({ worker }) => worker.switches?.involuntary ?? null, count,
      "involuntary context switches"),
    numberColumn("memory", memory, (value) => value === null ? notMeasured : kib(value),
      "of a process: proportional set size; of a thread: the resident part of its stack"),
  ];
  const others = report.other_workers;
  const onCPU = columns.findIndex((column) => column.hint === stateLabel("on_cpu"));
  const table = sortableTable("Workers", columns, rows, { sortBy: onCPU >= 0 ? onCPU : 5,
    find: ({ worker, name }) => `${name} ${worker.name} ${worker.role} ${worker.pid} ${worker.tid}` });
  const note = "The first thread of a process stands for the process. "
    + (others ? `These are the busiest ${count(rows.length)}; ${many(others.count, "other")} spent ${duration(stateSeconds(others.totals, "on_cpu"))} on a CPU.`
    : "");
  const part = section("Workers", note, table);
  part.classList.add("long");
  return part;
}
