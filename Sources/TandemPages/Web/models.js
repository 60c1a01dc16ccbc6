// Charts of a comparison with a row a model: wall time, concurrency, CPU time, where time went, memory, data.

/** Models that ran, the fastest first; then those that didn't. */
function rankedRuns(report) {
  const all = report.runs.slice();
  return all.sort((a, b) => (a.n === 0) - (b.n === 0) || (a.median_s ?? Infinity) - (b.median_s ?? Infinity));
}

/** Names a run by its model, and by schedule and interpreter where there are several. */
function runNames(report) {
  const schedules = new Set(report.runs.map((run) => run.schedule));
  const interpreters = new Map(report.runs.filter((run) => run.interpreter).map((run) => [run.interpreter.path,
    run.interpreter]));
  return (run) => {
    const path = run.interpreter?.path ?? (typeof run.interpreter === "string" ? run.interpreter : null);
    const interpreter = interpreters.size > 1 && interpreters.get(path);
    return run.model + (interpreter
      ? ` · ${interpreter.implementation} ${interpreter.version}${interpreter.gil_enabled === false ? " without a GIL" : ""}` : "")
      + (schedules.size > 1 ? ` · ${run.schedule.replaceAll("-", " ")}` : "");
  };
}

/** Whether a run is of the model that the verdict recommends, with its interpreter. */
const isWinner = ({ verdict }, run) => run.model === verdict.model
  && (!verdict.interpreter || run.interpreter?.path === verdict.interpreter);

function wallSection(report, runs, nameOf) {
  const most = Math.max(...runs.flatMap((run) => run.wall_s), 1e-9);
  return section("Wall time", "Every timed run is a dot, the stroke their median, the line its interval of 95 %.",
    rowChart(`Wall time: ${runs.filter((run) => run.n > 0).map((run) => `${nameOf(run)} ${duration(run.median_s)}`).join(", ")}`,
      runs.map((run) => ({ name: nameOf(run), isBest: isWinner(report, run), text: run.n === 0 ? run.error
        ?? "no run fitted into the time budget" : null, figure: run.n > 0 ? duration(run.median_s) : null,
        marks: runDots(run.wall_s, run.median_s, run.ci95_s, kindOf(run.model), nameOf(run), run.outliers) })),
      { most, text: momentText, unit: "wall time of a run" }),
    legend([["thread", "threads"], ["process", "processes"], ["task", "one thread, or tasks"]]));
}

const overlapText = (value) => value === null ? "–" : ratio(value);

function overlapSection(report, runs, nameOf) {
  const shown = runs.filter((run) => run.concurrency !== null || run.parallelism !== null);
  if (shown.length === 0) return null;
  const cpus = report.machine.effective_cpus;
  const most = Math.max(cpus, ...shown.flatMap((run) => [run.concurrency ?? 0, run.parallelism ?? 0]));
  return section("Did anything overlap?",
    `The ring is concurrency, workers in progress; the disc is parallelism, workers on a CPU. Both are averages over the run. The dotted line is ${many(cpus, "CPU")}.`,
    rowChart("Concurrency and parallelism by model", shown.map((run) => ({ name: nameOf(run),
      isBest: isWinner(report, run), figure: `○ ${overlapText(run.concurrency)}  ● ${overlapText(run.parallelism)}`,
      marks: (x, middle) => {
      const [wide, on] = [run.concurrency, run.parallelism];
      const sentence = `${nameOf(run)}\nconcurrency ${ratio(wide)}\nparallelism ${ratio(on)}`;
      return el("g", { class: "overlap", ...says(sentence) },
        wide !== null && on !== null && el("line", { x1: x(on), x2: x(wide), y1: middle, y2: middle,
          stroke: `var(--${kindOf(run.model)})`, "stroke-width": 2, opacity: 0.5 }),
        wide !== null && el("circle", { class: "concurrency", cx: x(wide), cy: middle, r: 7, fill: "none",
          stroke: `var(--${kindOf(run.model)})`, "stroke-width": 2 }),
        on !== null && el("circle", { class: "parallelism", cx: x(on), cy: middle, r: 4.5,
          fill: `var(--${kindOf(run.model)})` }));
    } })), { most, text: tickText, unit: "workers", tall: 30,
      extra: (x, top, bottom) => el("line", { class: "target", x1: x(cpus), x2: x(cpus), y1: top, y2: bottom }) }));
}

function whereSection(runs, nameOf) {
  const shown = runs.filter((run) => run.shares.length > 0 && run.n > 0);
  if (shown.length === 0) return null;
  const observed = shown.filter((run) => run.shares_from === "observed").length;
  const whose = observed === shown.length ? " These are" : " Of some models these are";
  return section("Where the time went", "Wall time of a run, divided by what workers in progress did; means over runs."
    + (observed > 0 ? `${whose} runs that Tandem observed, which aren’t timed.` : ""),
    stackedBars(shown.map((run) => ({ name: nameOf(run), parts: run.shares })), "Where the wall time went, by model"));
}

/** A section of bars; `text` is for a bar, `axis` for the axis. */
function barsSection(title, note, rows, text, axis, unit) {
  const shown = rows.filter(({ value }) => Number.isFinite(value));
  if (shown.length === 0) return section(title, "Not measured.");
  const most = Math.max(...shown.map(({ value }) => value), 1e-12);
  const absent = rows.filter(({ value }) => !Number.isFinite(value)).map(({ name }) => name);
  return section(title, note,
    rowChart(`${title}: ${shown.map(({ name, value }) => `${name} ${text(value)}`).join(", ")}`,
    shown.map(({ name, model, value, more }) => ({ name, marks: barMark(value, kindOf(model), text(value),
      `${name}\n${text(value)}${more ? `\n${more}` : ""}`) })),
    { most, text: axis, unit, tall: 28, room: 84 }),
  absent.length > 0 && el("p", { class: "note", text: `Not measured: ${absent.join(", ")}.` }));
}

function cpuSection(report, runs, nameOf) {
  const { items } = report.work;
  return barsSection("CPU time per item", `CPU time of the driver and all workers, divided by ${many(items, "item")}.`,
    runs.filter((run) => run.n > 0).map((run) => ({ name: nameOf(run), model: run.model, value: run.cpu_s === null
      ? NaN : run.cpu_s / items })), duration, momentText, "CPU time for one item");
}

function memorySection(runs, nameOf) {
  const figure = (run) => run.memory.pss_kib_per_worker ?? run.memory.stack_kib_per_worker ?? NaN;
  const shown = runs.map(figure).filter(Number.isFinite);
  const [unit, size] = Math.max(0, ...shown) >= 1024 ? ["MiB", 1024] : ["KiB", 1];
  return barsSection("Memory per worker",
    "Of a process, its proportional set size; of a thread, the resident part of its stack.",
    runs.filter((run) => run.n > 0 && run.workers > 0).map((run) => ({ name: nameOf(run), model: run.model,
      value: figure(run) / size,
      more: run.memory.uss_kib_per_worker === null ? null
        : `${kib(run.memory.uss_kib_per_worker)} of it would be freed by its end` })), (value) => kib(value * size),
        tickText, `${unit} a worker`);
}

function dataSection(report, runs, nameOf) {
  const pools = runs.filter((run) => run.pool && run.pool.tasks > 0
    && (run.pool.bytes_in !== null || run.pool.bytes_out !== null));
  const crossing = report.crossing ?? [];
  if (pools.length === 0 && crossing.length === 0) return null;
  return section("Data moved per item", null,
    pools.length > 0 && sortableTable("Data moved per item by pool", [
      { title: "model", value: nameOf, cell: (run) => named(nameOf(run)) },
      numberColumn("in", (run) => run.pool.bytes_in === null ? null : run.pool.bytes_in / run.pool.tasks,
        (value) => value === null ? notMeasured : bytes(value)),
      numberColumn("out", (run) => run.pool.bytes_out === null ? null : run.pool.bytes_out / run.pool.tasks,
        (value) => value === null ? notMeasured : bytes(value)),
      secondsColumn("encoding and decoding", (run) => run.pool.coding_s === null ? null
        : run.pool.coding_s / run.pool.tasks),
    ], pools),
    crossing.map((one) => el("div", {}, crossing.length > 1 && el("h3", {}, named(one.interpreter ?? "")),
      sortableTable("What crosses between Python's processes", [
        { title: "what", value: ([what]) => what, cell: ([what]) => what },
        { title: "type", value: ([, part]) => part.type, cell: ([, part]) => named(part.type) },
        numberColumn("size", ([, part]) => part.bytes, bytes), secondsColumn("pickling", ([, part]) => part.pickle_s),
        secondsColumn("unpickling", ([, part]) => part.unpickle_s),
        { title: "mostly", value: ([, part]) => part.dragged?.bytes ?? 0, isNumber: false,
          cell: ([, part]) => part.dragged
            ? named(`${part.dragged.path} (${part.dragged.type}, ${bytes(part.dragged.bytes)})`) : "" },
      ], [["function, a message", one.function], ["argument, an item", one.argument],
        ["result, an item", one.result]].filter(([, part]) => part)),
      one.refused && el("p", {}, named(one.refused)))));
}
