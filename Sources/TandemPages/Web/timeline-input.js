// Pointer, wheel, touch and keyboard on a timeline.

function listenToTimeline(timeline) {
  const { scroller } = timeline;
  const pointers = new Map();
  let pinch = 0;

  const laneOf = (event) => {
    const box = scroller.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    if (y < timeline.axis || x < 0) return null;
    const lane = timeline.lanes[timeline.laneAt(y - timeline.axis + scroller.scrollTop)];
    return lane?.slices ? { lane, x } : null;
  };
  const leave = () => { hideTip(); timeline.point(null); };
  const hover = (event) => {
    const found = laneOf(event);
    if (!found) return leave();
    const text = found.x < timeline.labels ? workerSentence(found.lane)
      : timeline.sentence(found.lane, timeline.secondsAt(found.x));
    timeline.point(found.x < timeline.labels ? null : timeline.secondsAt(found.x));
    showTip(text, event.clientX, event.clientY);
  };

  scroller.addEventListener("scroll", () => timeline.redraw(), { passive: true });
  scroller.addEventListener("wheel", (event) => {
    const box = scroller.getBoundingClientRect();
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      timeline.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY * 0.004))),
        timeline.secondsAt(event.clientX - box.left));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      timeline.pan((event.deltaX || event.deltaY) / (timeline.width - timeline.labels));
    }
  }, { passive: false });
  scroller.addEventListener("dblclick", (event) => {
    timeline.zoom(0.4, timeline.secondsAt(event.clientX - scroller.getBoundingClientRect().left));
  });
  scroller.addEventListener("pointerdown", (event) => {
    // The scroll bar is the browser's.
    if (event.offsetX > scroller.clientWidth && event.target === scroller) return;
    pointers.set(event.pointerId, event.clientX);
    if (event.pointerType !== "mouse") hover(event);
  });
  scroller.addEventListener("pointermove", (event) => {
    if (!pointers.has(event.pointerId)) return hover(event);
    const before = pointers.get(event.pointerId);
    pointers.set(event.pointerId, event.clientX);
    if (pointers.size === 2) {
      const [left, right] = [...pointers.values()];
      const distance = Math.max(20, Math.abs(left - right));
      if (pinch > 0) timeline.zoom(pinch / distance, timeline.secondsAt((left
        + right) / 2 - scroller.getBoundingClientRect().left));
      pinch = distance;
    } else if (event.clientX !== before) {
      scroller.classList.add("panning");
      leave();
      timeline.pan((before - event.clientX) / (timeline.width - timeline.labels));
    }
  });
  const release = (event) => {
    pointers.delete(event.pointerId);
    pinch = 0;
    scroller.classList.remove("panning");
  };
  for (const kind of ["pointerup", "pointercancel", "pointerleave"]) scroller.addEventListener(kind, release);
  scroller.addEventListener("pointerleave", leave);

  scroller.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = {
      ArrowDown: () => chooseLane(timeline, 1), ArrowUp: () => chooseLane(timeline, -1),
      ArrowLeft: () => stepAlong(timeline, -1), ArrowRight: () => stepAlong(timeline, 1),
      "+": () => timeline.zoom(0.5, timeline.cursor), "=": () => timeline.zoom(0.5, timeline.cursor),
      "-": () => timeline.zoom(2, timeline.cursor), 0: () => timeline.show(0, timeline.wall),
      PageUp: () => timeline.pan(-0.75), PageDown: () => timeline.pan(0.75),
      Home: () => timeline.show(0, timeline.to - timeline.from),
      End: () => timeline.show(timeline.wall, timeline.wall + timeline.to - timeline.from),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

/** What the lane of a lock's holders shows, and what it can't. */
const holdsNote = "The GIL’s holder is known from samples: its lane has the longest times in which they found the same "
  + "thread holding it. Between these, who held it isn’t known.";

/** What a worker is, and where its time went. */
function workerSentence({ kind, name, worker }) {
  if (kind === "gil") return holdsNote;
  const parts = states.filter((state) => stateSeconds(worker.totals, state.key) > 0)
    .sort((a, b) => stateSeconds(worker.totals, b.key) - stateSeconds(worker.totals, a.key)).slice(0, 4)
    .map((state) => `${stateLabel(state.key)} ${duration(stateSeconds(worker.totals, state.key))}`);
  return `${apart(name)}\npid ${worker.pid}, tid ${worker.tid}, ${worker.role}\n${parts.join("\n")}`;
}

/** Goes to the next lane of a worker, and brings it into view. */
function chooseLane(timeline, direction) {
  let place = timeline.selected;
  do place += direction; while (timeline.lanes[place] && timeline.lanes[place].kind !== "lane");
  if (!timeline.lanes[place]) return;
  timeline.selected = place;
  const top = timeline.tops[place], bottom = top + laneHeights.lane;
  const room = timeline.height - timeline.axis;
  if (top < timeline.scroller.scrollTop) timeline.scroller.scrollTop = top - 8;
  else if (bottom > timeline.scroller.scrollTop + room) timeline.scroller.scrollTop = bottom - room + 8;
  timeline.readout.textContent = workerSentence(timeline.lanes[place]).replaceAll("\n", " · ");
  timeline.cursor = undefined;
  timeline.redraw();
}

/** Goes to the next slice of the chosen lane, or pans when none is chosen. */
function stepAlong(timeline, direction) {
  const lane = timeline.lanes[timeline.selected];
  if (!lane || lane.slices.from.length === 0) return timeline.pan(direction * 0.25);
  const { slices } = lane;
  const now = timeline.cursor === undefined ? -1 : sliceAt(slices, timeline.cursor);
  const place = now < 0 ? Math.min(slices.from.length - 1, firstSliceAfter(slices, timeline.from)) : now + direction;
  if (place < 0 || place >= slices.from.length) return;
  timeline.cursor = (slices.from[place] + slices.to[place]) / 2;
  if (timeline.cursor < timeline.from || timeline.cursor > timeline.to) {
    const half = (timeline.to - timeline.from) / 2;
    timeline.show(timeline.cursor - half, timeline.cursor + half);
  }
  timeline.readout.textContent = timeline.sentence(lane, timeline.cursor).replaceAll("\n", " · ");
  timeline.redraw();
}
