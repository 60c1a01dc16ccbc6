// The timeline's canvas: only the lanes that are in view, and in each only the slices between the view's ends.

const laneHeights = { lane: 22, gil: 22, process: 28, program: 36 };

/** Draws a timeline into its canvas. `view` has the state of a Timeline (timeline.js). */
function drawTimeline(view) {
  const { canvas, context, width, height, labels, axis, scrollTop, colours } = view;
  const ratio = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = colours.card;
  context.fillRect(0, 0, width, height);
  const x = linear(view.from, view.to, labels, width - 10);
  const { step, values } = ticks(view.from, view.to, Math.max(2, Math.floor((width - labels) / 110)));
  context.fillStyle = colours.rule;
  for (const value of values) context.fillRect(Math.round(x(value)), axis, 1, height - axis);

  // Lanes that are drawn in two ways would look as if their workers did different things.
  view.isDivided = view.lanes.some((lane) => lane.kind === "lane"
    && firstSliceAfter(lane.slices, view.to) - firstSliceAfter(lane.slices, view.from) > (width - labels) / 2);
  view.drawnLanes = 0;
  for (let place = view.laneAt(scrollTop); place < view.lanes.length; place += 1) {
    const lane = view.lanes[place];
    const top = axis + view.tops[place] - scrollTop;
    if (top >= height) break;
    if (lane.kind === "lane") drawLane(view, lane, top, x, place === view.selected);
    else if (lane.kind === "gil") drawHolders(view, lane, top, x);
    else drawHeading(view, lane, top);
  }
  drawAxis(view, x, step, values);
}

function drawHeading({ context, colours, width }, lane, top) {
  const isProgram = lane.kind === "program";
  const height = laneHeights[lane.kind];
  context.fillStyle = isProgram ? colours.faint : colours.card;
  context.fillRect(0, top, width, height);
  context.fillStyle = isProgram ? colours.ink : colours.muted;
  context.font = `${isProgram ? 600 : 500} 12.5px ${drawHeading.family}`;
  const text = isProgram ? lane.name : `${lane.name} · process ${lane.pid} · ${many(lane.count, "worker")}`;
  context.fillText(isolated(text, width - 20), 10, top + height / 2 + 4.5);
}

/** A name that is cut to a width and can't turn the text around it. */
function isolated(text, width) {
  const key = `${width} ${text.slice(0, 400)}`;
  if (!isolated.known.has(key)) {
    if (isolated.known.size > 5000) isolated.known.clear();
    isolated.known.set(key, `\u2068${fitted(text, width)}\u2069`);
  }
  return isolated.known.get(key);
}
isolated.known = new Map();

function drawLane(view, lane, top, x, isSelected) {
  const { context, colours, width, labels } = view;
  const height = laneHeights.lane;
  if (isSelected) {
    context.fillStyle = colours.mark;
    context.fillRect(0, top, width, height);
  }
  const indent = lane.indent ? 22 : 10;
  context.fillStyle = colours.ink;
  context.font = `12.5px ${drawHeading.family}`;
  context.fillText(isolated(lane.label, labels - indent - 8), indent, top + height / 2 + 4.5);
  context.save();
  context.beginPath();
  context.rect(labels, top, width - 10 - labels, height);
  context.clip();
  drawSlices(view, lane.slices, top + 2, height - 4, x);
  if (isSelected && view.cursor !== undefined) drawChoice(view, lane.slices, top + 1, height - 2, x);
  context.restore();
  view.drawnLanes += 1;
}

/** A frame around the slice that the keyboard has come to. */
function drawChoice({ context, colours, cursor }, slices, top, height, x) {
  const place = sliceAt(slices, cursor);
  if (place < 0) return;
  const left = x(slices.from[place]);
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.strokeRect(left - 1, top, Math.max(2, x(slices.to[place]) - left) + 2, height);
}

/** Who held the lock: two shades, so that neighbours differ, and the holder's name where there is room. */
function drawHolders(view, lane, top, x) {
  const { context, colours, width, labels } = view;
  const { from, to, state } = lane.slices;
  const indent = lane.indent ? 22 : 10;
  context.fillStyle = colours.muted;
  context.font = `12.5px ${drawHeading.family}`;
  context.fillText(isolated(labels < 150 ? lane.brief : lane.label, labels - indent - 8), indent,
    top + laneHeights.gil / 2 + 4.5);
  context.save();
  context.beginPath();
  context.rect(labels, top, width - 10 - labels, laneHeights.gil);
  context.clip();
  for (let place = firstSliceAfter(lane.slices, view.from); place < from.length && from[place] < view.to; place += 1) {
    const left = Math.max(labels, x(from[place])), right = Math.min(width, x(to[place]));
    context.fillStyle = state[place] === 0 ? colours.hold : colours.hold_next;
    context.fillRect(left, top + 3, Math.max(0.6, right - left - 0.5), laneHeights.gil - 6);
    if (right - left < 46) continue;
    context.fillStyle = colours.ink;
    context.font = `11px ${drawHeading.family}`;
    context.fillText(isolated(lane.holders[place], right - left - 8), left + 4, top + laneHeights.gil / 2 + 4);
  }
  context.restore();
}

/** The slices of a lane: one by one, or what each pixel's time was divided into where a lane has too many. */
function drawSlices(view, slices, top, height, x) {
  const { context, colours, labels, width } = view;
  const first = firstSliceAfter(slices, view.from);
  const last = firstSliceAfter(slices, view.to);
  const end = Math.min(slices.from.length, last + 1);
  if (view.isDivided) return drawShares(view, slices, first, end, top, height, x);
  for (let place = first; place < end; place += 1) {
    const state = states[slices.state[place]];
    const left = x(slices.from[place]), right = x(slices.to[place]);
    if (right < labels || left > width) continue;
    const tall = Math.max(2, Math.round(height * state.height));
    context.globalAlpha = view.only && view.only !== state.key ? 0.15 : 1;
    context.fillStyle = colours[state.key];
    context.fillRect(left, top + height - tall, Math.max(0.6, right - left), tall);
  }
  context.globalAlpha = 1;
}

/** Each pixel's column, stacked from below: what runs, then the waits, as high as each took of the time. */
function drawShares(view, slices, first, end, top, height, x) {
  const { context, colours, labels, width } = view;
  const columns = Math.max(1, Math.floor(width - 10 - labels));
  const seconds = new Float64Array(columns * states.length);
  const perColumn = (view.to - view.from) / columns;
  for (let place = first; place < end; place += 1) {
    const from = Math.max(slices.from[place], view.from), to = Math.min(slices.to[place], view.to);
    let column = Math.max(0, Math.min(columns - 1, Math.floor((from - view.from) / perColumn)));
    for (let at = from; at < to && column < columns; column += 1) {
      const next = Math.min(to, view.from + (column + 1) * perColumn);
      seconds[column * states.length + slices.state[place]] += Math.max(0, next - at);
      at = Math.max(next, at);
    }
  }
  // A colour at a time: changing it costs more than a rectangle.
  const base = new Float64Array(columns);
  states.forEach((state, index) => {
    context.globalAlpha = view.only && view.only !== state.key ? 0.15 : 1;
    context.fillStyle = colours[state.key];
    for (let column = 0; column < columns; column += 1) {
      const part = seconds[column * states.length + index];
      if (part === 0) continue;
      const tall = Math.min(1, part / perColumn) * height;
      context.fillRect(labels + column, top + height - base[column] - tall, 1, tall);
      base[column] += tall;
    }
  });
  context.globalAlpha = 1;
}

function drawAxis({ context, colours, width, axis, labels }, x, step, values) {
  context.fillStyle = colours.card;
  context.fillRect(0, 0, width, axis);
  context.fillStyle = colours.muted;
  context.font = `12px ${drawHeading.family}`;
  for (const value of values) {
    const text = moment(value, step, values.at(-1));
    const wide = context.measureText(text).width;
    const left = Math.min(width - wide - 4, Math.max(labels, x(value) - wide / 2));
    context.fillText(text, left, axis - 9);
  }
  context.fillStyle = colours.rule;
  context.fillRect(0, axis - 1, width, 1);
}
