// Locks with names, waiters and time, each interpreter's global lock, and what was waited for outside the program.

/** A function with its place, such as `crunch (demo/work.py:7)`. */
const functionText = ({ name, file, line }) => `${name} (${file}${line === null || line === undefined ? "" : `:${line}`})`;

function locksSection(report) {
  const { locks } = report;
  const waited = report.totals.lock_s;
  if (locks.length === 0 && !(waited > 0)) return null;
  const where = (lock) => lock.name ?? lock.file
    ?? (lock.mapping ? `${lock.mapping}${lock.offset ? ` + ${lock.offset}` : ""}` : lock.address) ?? "not known";
  const inFunction = (lock) => lock.functions?.[0] ? functionText(lock.functions[0].function) : "not known";
  if (locks.length === 0) return section("Locks",
    `Workers waited ${duration(waited)} for locks; which ones wasn't seen.`);
  return section("Locks", `Workers waited ${duration(waited)} for locks, added up over workers.`,
    sortableTable("Locks", [
    { title: "lock", value: where, cell: (lock) => named(where(lock)) },
    { title: "kind", value: (lock) => lock.kind, cell: (lock) => lock.kind.replaceAll("_", " ") },
    numberColumn("process", (lock) => lock.pid, String),
    secondsColumn("waited", (lock) => lock.wait_s),
    { title: "of all lock waits", isNumber: true, value: (lock) => lock.wait_s, cell: (lock) => waited > 0
      ? percent(lock.wait_s / waited) : notMeasured },
    numberColumn("most waiters at once", (lock) => lock.max_waiters, (value) => value === 0 ? "not counted"
      : count(value)),
    { title: "held by", value: (lock) => lock.holder_pid ?? "", cell: (lock) => lock.holder_pid
      ? `process ${lock.holder_pid}` : "not known" },
    ...(locks.some((lock) => lock.functions?.length > 0)
      ? [{ title: "mostly waited for in", value: inFunction, cell: (lock) => named(inFunction(lock)) }] : []),
  ], locks, { sortBy: 3 }));
}

function gilSection(report) {
  if (report.gil.length === 0) return null;
  const names = new Map(report.workers.map((worker, place) => [worker.tid, words.names[0]?.[place] ?? worker.name]));
  const holder = (lock) => lock.holders[0]
    ? `${names.get(lock.holders[0].tid) ?? `thread ${lock.holders[0].tid}`} (${percent(lock.holders[0].share)})`
    : "not known";
  const mostly = (functions) => functions?.[0]
    ? `${functionText(functions[0].function)}, ${percent(functions[0].share)}` : "not known";
  const doing = (lock) => mostly(lock.functions), waiting = (lock) => mostly(lock.waiting_functions);
  return section("The global interpreter lock", "One row a lock. Holders are shares of the samples that found it held.",
    sortableTable("Global interpreter locks", [
      numberColumn("process", (lock) => lock.pid, String),
      { title: "interpreter", value: (lock) => lock.version ?? "", cell: (lock) => lock.version ?? "not known" },
      { title: "lock", value: (lock) => lock.state, cell: (lock) => lock.state.replaceAll("_", " ") },
      numberColumn("held", (lock) => lock.held_share, percent),
      secondsColumn("waited for it", (lock) => lock.wait_s),
      numberColumn("hand-overs", (lock) => lock.handovers, count),
      { title: "mostly held by", value: holder, cell: (lock) => named(holder(lock)) },
      { title: "mostly held in", value: doing, cell: (lock) => named(doing(lock)) },
      { title: "mostly waited for in", value: waiting, cell: (lock) => named(waiting(lock)) },
    ], report.gil, { sortBy: 4 }));
}

function ioSection(report) {
  if (report.io.length === 0) return null;
  return section("I/O outside the program",
    `Workers waited ${duration(report.totals.io_s)} for I/O, added up over workers; below are the waits that were looked into.`,
    sortableTable("I/O outside the program", [
      { title: "with", value: (one) => one.with, cell: (one) => named(one.with) },
      secondsColumn("waited", (one) => one.wait_s),
    ], report.io, { sortBy: 1 }));
}
