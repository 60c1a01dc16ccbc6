// Who waits for whom while a program stands still: a ring where there is one.

/** The most workers that are drawn; the table below has all. */
const mostDrawn = 14;

function standstillSections(report, names) {
  const byThread = new Map(report.workers.map((worker, place) => [worker.tid, names[place] ?? worker.name]));
  const nameOf = (tid, wait) => byThread.get(tid) ?? wait?.name ?? `thread ${tid}`;
  return report.standstills.map((still) => {
    const what = still.is_whole_program ? "The program stood still" : "Some workers stood still";
    const ends = still.never_ends ? " They can't go on by themselves." : still.is_over ? ""
      : " They still did at the end.";
    const title = report.standstills.length === 1 || still === report.standstills[0] ? "Who waits for whom"
      : `At ${duration(still.started_s)}`;
    return section(title, `${what} for ${duration(still.seconds)}, from ${duration(still.started_s)} on.${ends}`,
      ringGraph(still, nameOf), el("p", { class: "note", text: "An arrow leads to whom a worker waits for: who has the lock; dashed, who could end the wait." }), waitsTable(still, nameOf));
  });
}

function ringGraph(still, nameOf) {
  const waits = new Map(still.waits.map((wait) => [wait.tid, wait]));
  const next = new Map();
  still.ring.forEach((tid, place) => next.set(tid, [still.ring[(place + 1) % still.ring.length]]));
  for (const wait of still.waits) {
    if (next.has(wait.tid)) continue;
    next.set(wait.tid, wait.holder ? [wait.holder] : wait.could_end.slice(0, 3));
  }
  const inRing = new Set(still.ring);
  const nodes = [...still.ring, ...[...waits.keys()].filter((tid) => !inRing.has(tid))].slice(0, mostDrawn);
  for (const tid of [...nodes]) for (const other of next.get(tid) ?? []) if (!nodes.includes(other)
    && nodes.length < mostDrawn) nodes.push(other);
  if (nodes.length === 0 || ![...next.values()].some((others) => others.length > 0)) return null;
  const label = nodes.map((tid) => `${apart(nameOf(tid, waits.get(tid)))} waits for ${(next.get(tid) ?? []).map((other) => nameOf(other, waits.get(other))).join(" or ") || "nobody known"}`).join("; ");
  return chart(label, (width) => {
    const boxWide = Math.min(nodes.length > 6 ? 160 : 230, width / 2 - 14), boxTall = still.waits.some((wait) => wait.function) ? 56 : 40;
    const radius = Math.min((width - boxWide) / 2 - 4, 90 + nodes.length * 24);
    const tall = Math.max(nodes.length > 1 ? 200 : 110, radius * 1.3 + 70);
    const centre = { x: width / 2, y: tall / 2 };
    const at = new Map(nodes.map((tid, place) => {
      const angle = nodes.length === 1 ? 0 : (place / nodes.length) * 2 * Math.PI - Math.PI / 2;
      return [tid, nodes.length === 1 ? centre : { x: centre.x + Math.cos(angle) * radius, y: centre.y
        + Math.sin(angle) * (tall / 2 - 30) }];
    }));
    const arrows = nodes.flatMap((tid) => (next.get(tid) ?? []).filter((other) => at.has(other)).map((other) => {
      const [from, to] = [at.get(tid), at.get(other)];
      const isOfRing = inRing.has(tid) && inRing.has(other), isSure = isOfRing || waits.get(tid)?.holder === other;
      const path = tid === other ? `M${from.x - 30},${from.y - boxTall / 2}c-20,-46 80,-46 60,0`
        : arrow(from, to, boxWide, boxTall);
      return el("path", { class: "arrow", d: path, fill: "none", stroke: isOfRing ? "var(--bad)" : "var(--muted)",
        "stroke-width": isOfRing ? 2.5 : 1.5, "stroke-dasharray": isSure ? null : "4 4", "marker-end": `url(#tip-${isOfRing ? "ring" : "other"})` });
    }));
    const boxes = nodes.map((tid) => {
      const { x, y } = at.get(tid), wait = waits.get(tid);
      return el("g", { class: "node",
        ...says(`${apart(nameOf(tid, wait))}, thread ${tid}\n${wait ? waitText(wait) : "doesn't wait here"}`) },
        el("rect", { x: x - boxWide / 2, y: y - boxTall / 2, width: boxWide, height: boxTall, rx: 8,
          fill: "var(--card)",
          stroke: inRing.has(tid) ? "var(--bad)" : "var(--muted)", "stroke-width": inRing.has(tid) ? 2 : 1 }),
        [nameOf(tid, wait), ...(wait?.function ? [placeText(wait).replace(/\((?:[^()]*\/)?([^/()]*)\)$/, "($1)")] : []), ...(wait ? [targetText(wait.target)]
          : [])].map((line, index, all) => el("text", { class: index > 0 ? "quiet" : null, x,
          y: y + 4.5 + (index - (all.length - 1) / 2) * 16, "text-anchor": "middle", text: fitted(line, boxWide - 16) })));
    });
    const head = (id, colour) => el("marker", { id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 7,
      markerHeight: 7, orient: "auto-start-reverse" },
      el("path", { d: "M0,0L10,5L0,10z", fill: colour }));
    return { height: tall, nodes: [el("defs", {}, head("tip-ring", "var(--bad)"), head("tip-other", "var(--muted)")),
      arrows, boxes] };
  });
}

/** A slightly bent line from the edge of one box to that of another. */
function arrow(from, to, wide, tall) {
  const edge = (a, b) => {
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const scale = Math.min(dx === 0 ? Infinity : (wide / 2 + 4) / Math.abs(dx), dy === 0 ? Infinity
      : (tall / 2 + 4) / Math.abs(dy), 0.5);
    return { x: a.x + dx * scale, y: a.y + dy * scale };
  };
  const [start, end] = [edge(from, to), edge(to, from)];
  const bend = { x: (start.x + end.x) / 2 + (end.y - start.y) * 0.16,
    y: (start.y + end.y) / 2 - (end.x - start.x) * 0.16 };
  return `M${start.x.toFixed(1)},${start.y.toFixed(1)}Q${bend.x.toFixed(1)},${bend.y.toFixed(1)} ${end.x.toFixed(1)},${end.y.toFixed(1)}`;
}

const targetName = (target) => target.replaceAll("_", " ").replace("python", "Python").replace("openmp", "OpenMP");
const targetText = (target) => `waits for: ${targetName(target)}`;
/** The innermost function of the program's own in which a thread waits. */
const placeText = ({ function: place }) => place ? functionText(place) : "not known";
const waitText = (wait) => `${targetText(wait.target)}${wait.object ? ` ${wait.object}` : ""}`
  + (wait.function ? `\nin ${placeText(wait)}` : "")
  + (wait.has_limit ? `\nfor ${wait.limit_s === null ? "a limited time" : `${duration(wait.limit_s)} at most`}`
    : "\nwithout a time limit");

function waitsTable(still, nameOf) {
  const names = (tids) => tids.length === 0 ? "not known" : tids.slice(0, 4).map((tid) => apart(nameOf(tid))).join(", ")
    + (tids.length > 4 ? ` and ${tids.length - 4} more` : "");
  return el("div", {}, sortableTable("Waits", [
    { title: "worker", value: (wait) => nameOf(wait.tid, wait), cell: (wait) => named(nameOf(wait.tid, wait)) },
    numberColumn("tid", (wait) => wait.tid, String),
    ...(still.waits.some((wait) => wait.function)
      ? [{ title: "in", value: placeText, cell: (wait) => named(placeText(wait)) }] : []),
    { title: "waits for", value: (wait) => wait.target, cell: (wait) => targetName(wait.target) },
    { title: "which", value: (wait) => wait.variable ?? wait.object ?? "",
      cell: (wait) => named(wait.variable ?? wait.object ?? "no name") },
    { title: "held by", value: (wait) => wait.holder ?? 0, cell: (wait) => wait.holder ? named(nameOf(wait.holder))
      : "not known" },
    { title: "could be ended by", value: (wait) => wait.could_end.length,
      cell: (wait) => named(wait.nobody_else && wait.could_end.length === 0 ? "nobody" : names(wait.could_end)) },
    { title: "ends by itself", value: (wait) => wait.has_limit, cell: (wait) => wait.has_limit ? "yes" : "no" },
  ], still.waits), still.more_waits > 0 && el("p", { class: "note",
    text: `${many(still.more_waits, "more worker")} waited.` }));
}
