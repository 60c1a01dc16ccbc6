// The rows of a report's timeline as lanes: grouped by process, the first thread first, then by role and start.

const roleOrder = ["main", "worker", "manager", "feeder", "library", "runtime", "idle"];

/** A row of letters such as `c12w3` as slices of time. */
function slicesOf(row, span, wall) {
  const from = [], to = [], state = [];
  let place = row.first;
  for (const [, letter, digits] of row.states.matchAll(/([a-z_])(\d*)/g)) {
    const length = digits === "" ? 1 : Number(digits);
    const start = Math.min(wall, place * span), end = Math.min(wall, (place + length) * span);
    place += length;
    if (letter === "_" || !(letter in stateOfLetter) || end <= start) continue;
    from.push(start); to.push(end); state.push(stateOfLetter[letter]);
  }
  return { from: Float64Array.from(from), to: Float64Array.from(to), state: Uint8Array.from(state) };
}

/** The lanes of a program: `{kind: "process" | "lane", …}` from the top. */
function lanesOf(report, names, ownNames = names) {
  const timeline = report.timeline;
  if (!timeline) return [];
  const fine = timeline.slices ?? timeline;
  const rows = new Map(fine.rows.map((row) => [row.worker, row]));
  const processes = new Map();
  report.workers.forEach((worker, place) => {
    const row = rows.get(place);
    if (!row) return;
    if (!processes.has(worker.pid)) processes.set(worker.pid, []);
    processes.get(worker.pid).push({
      kind: "lane", place, worker, pid: worker.pid, name: names[place] ?? worker.name,
      ownName: ownNames[place] ?? worker.name,
      slices: slicesOf(row, fine.span_s, report.wall_s),
      isExact: Boolean(timeline.slices), span: fine.span_s,
    });
  });
  const rank = (lane) => [lane.worker.tid === lane.pid ? 0 : 1, roleOrder.indexOf(lane.worker.role),
    lane.worker.started_s, lane.place];
  const all = [...processes.values()].map((lanes) => lanes.sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    const differs = left.findIndex((value, index) => value !== right[index]);
    return differs < 0 ? 0 : left[differs] - right[differs];
  }));
  all.sort((a, b) => Math.min(...a.map((lane) => lane.worker.started_s)) - Math.min(...b.map((lane) => lane.worker.started_s)));
  // A process alone needs no heading, and neither does one of a single thread.
  return all.flatMap((lanes) => {
    const needsHeading = all.length > 1 && lanes.length > 1;
    const holders = gilLane(report, lanes);
    const heading = { kind: "process", name: lanes[0].name, pid: lanes[0].pid, count: lanes.length, slices: null };
    return [...(needsHeading ? [heading] : []), ...(holders ? [{ ...holders, indent: needsHeading }] : []),
      ...lanes.map((lane) => ({ ...lane, indent: needsHeading, label: needsHeading ? lane.ownName : lane.name }))];
  });
}

/** Who held a process's interpreter lock, where that was seen; nothing where the report has none. */
function gilLane(report, lanes) {
  const holds = report.gil.find((lock) => lock.pid === lanes[0].pid)?.holds ?? [];
  if (holds.length === 0) return null;
  const order = new Map(lanes.map((lane, index) => [lane.worker.tid, index]));
  const names = new Map(lanes.map((lane) => [lane.worker.tid, lane.ownName]));
  const sorted = holds.slice().sort((a, b) => a.started_s - b.started_s);
  return {
    kind: "gil", pid: lanes[0].pid, name: "seen holding the GIL", label: "seen holding the GIL", brief: "GIL (as seen)",
    holders: sorted.map((hold) => names.get(hold.tid) ?? (hold.tid === null ? "a thread" : `thread ${hold.tid}`)),
    slices: {
      from: Float64Array.from(sorted, (hold) => hold.started_s),
      to: Float64Array.from(sorted, (hold) => hold.started_s + hold.seconds),
      state: Uint8Array.from(sorted, (hold) => (order.get(hold.tid) ?? 0) % 2),
    },
  };
}

/** The slice of a lane at a moment; -1 where the worker wasn't there. */
function sliceAt(slices, seconds) {
  let [low, high] = [0, slices.from.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (seconds < slices.from[middle]) high = middle - 1;
    else if (seconds >= slices.to[middle]) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** The first slice that ends after a moment. */
function firstSliceAfter(slices, seconds) {
  let [low, high] = [0, slices.to.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slices.to[middle] > seconds) high = middle; else low = middle + 1;
  }
  return low;
}
