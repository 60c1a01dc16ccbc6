// The timeline: zoom, pan, search, and exact times by pointer, tap and keyboard. It has one program's lanes or two
// programs' to one scale, and tells whoever draws below it which part of the time is in view.

class Timeline {
  /** `programs`: `{report, names, ownNames, title}`; with a title, each has a heading. */
  constructor(programs) {
    this.programs = programs;
    this.wall = Math.max(...programs.map(({ report }) => report.wall_s), 1e-9);
    [this.from, this.to] = [0, this.wall];
    this.listeners = [];
    this.pointers = [];
    this.selected = -1;
    this.only = null;
    this.axis = 30;
    this.all = programs.flatMap(({ report, names, ownNames, title }, program) => [
      ...(title ? [{ kind: "program", name: title, slices: null }] : []),
      ...lanesOf(report, names, ownNames).map((lane) => ({ ...lane, program })),
    ]);
    this.finest = Math.min(...this.all.filter((lane) => lane.kind === "lane").map((lane) => lane.span), this.wall);
    this.build();
    this.filter("");
    new ResizeObserver(() => this.resize()).observe(this.scroller);
    const repaint = () => { this.colours = stateColours(); this.resize(); this.draw(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    addEventListener("beforeprint", repaint);
    addEventListener("afterprint", repaint);
  }

  build() {
    this.canvas = el("canvas", { "aria-hidden": "true" });
    this.context = this.canvas.getContext("2d", { alpha: false });
    this.spacer = el("div");
    this.scroller = el("div", {
      class: "lanes", tabindex: "0", role: "group", "aria-roledescription": "timeline",
      "aria-label": "Timeline. Arrow keys up and down choose a worker, left and right go along its time; "
        + "plus and minus zoom, 0 shows all. The table of workers has the same in figures.",
    }, this.canvas, this.spacer);
    this.line = el("div", { class: "moment", hidden: true });
    this.readout = el("p", { class: "readout", "aria-live": "polite" });
    this.where = el("span", { class: "where" });
    this.search = el("input", {
      type: "search", placeholder: "Find a worker", "aria-label": "Find a worker by name, number or role",
      oninput: () => this.filter(this.search.value),
    });
    const tool = (text, label, act) => el("button", { type: "button", "aria-label": label, title: label, text,
      onclick: act });
    this.toolbar = el("div", { class: "toolbar" }, this.search,
      tool("+", "Zoom in", () => this.zoom(0.5)), tool("−", "Zoom out", () => this.zoom(2)),
      tool("←", "Earlier", () => this.pan(-0.25)), tool("→", "Later", () => this.pan(0.25)),
      tool("All", "Show all of the time", () => this.show(0, this.wall)), this.where);
    this.legend = this.makeLegend();
    this.node = el("div", { class: "timeline" }, this.toolbar, this.legend,
      el("div", { class: "stage" }, this.scroller, this.line), this.readout);
    this.colours = stateColours();
    drawHeading.family = getComputedStyle(document.body).fontFamily;
    listenToTimeline(this);
  }

  /** The states that occur, each a button that leaves only its time in full colour. */
  makeLegend() {
    const present = new Set();
    for (const lane of this.all) if (lane.kind === "lane") for (const state of lane.slices.state) present.add(state);
    return el("ul", { class: "legend" }, states.filter((_, place) => present.has(place)).map((state) => el("li", {},
      el("button", {
        type: "button", "aria-pressed": "false", title: "Show only this in full colour",
        onclick: (event) => {
          this.only = this.only === state.key ? null : state.key;
          for (const other of this.legend.querySelectorAll("button")) other.setAttribute("aria-pressed", "false");
          event.currentTarget.setAttribute("aria-pressed", String(this.only === state.key));
          this.redraw();
        },
      }, el("span", { class: "swatch", style: { background: `var(--${state.key})` } }), stateLabel(state.key)))));
  }

  /** Shows the lanes whose worker matches; headings stay with what is below them. */
  filter(text) {
    const wanted = text.trim().toLowerCase();
    const matches = (lane) => wanted === "" || [lane.name, lane.worker.name, lane.worker.role, lane.worker.pid,
      lane.worker.tid]
      .some((part) => String(part).toLowerCase().includes(wanted));
    const kept = this.all.filter((lane) => lane.kind !== "lane" || matches(lane));
    const isFollowed = (place) => ["lane", "gil"].includes(kept[place + 1]?.kind)
      && (kept[place + 1].kind === "lane" || kept[place + 2]?.kind === "lane");
    this.lanes = kept.filter((lane, place) => lane.kind === "process" ? isFollowed(place) : lane.kind !== "gil"
      || kept[place + 1]?.kind === "lane");
    this.tops = [];
    let top = 0;
    for (const lane of this.lanes) {
      this.tops.push(top);
      top += laneHeights[lane.kind];
    }
    this.contentHeight = top;
    this.selected = -1;
    const found = this.lanes.filter((lane) => lane.kind === "lane").length;
    this.node.dataset.lanes = found;
    if (wanted !== "") this.readout.textContent = found === 0 ? `No worker matches “${text.trim()}”.`
      : `${many(found, "worker")} found.`;
    else this.readout.textContent = "";
    this.resize();
  }

  resize() {
    this.width = Math.max(240, drawingWidth(this.scroller));
    this.labels = this.width < 560 ? 118 : 210;
    const limit = innerHeight > 0 ? Math.min(innerHeight * 0.66, 680) : 680;
    this.height = Math.max(this.axis + laneHeights.lane, Math.min(limit, this.contentHeight + this.axis + 4));
    this.scroller.style.height = `${Math.round(this.height) + 2}px`;
    this.spacer.style.height = `${Math.max(0, this.contentHeight + this.axis + 4 - this.height)}px`;
    this.redraw();
  }

  /** The lane at a height of the content. */
  laneAt(height) {
    let [low, high] = [0, this.tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.tops[middle] + laneHeights[this.lanes[middle].kind] > height) high = middle; else low = middle + 1;
    }
    return low;
  }

  redraw() {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => { this.isWaiting = false; this.draw(); });
  }

  draw() {
    this.scrollTop = this.scroller.scrollTop;
    drawTimeline(this);
    const isAll = this.to - this.from >= this.wall * 0.999999;
    this.where.textContent = isAll ? `all of ${duration(this.wall)}`
      : `${duration(this.from)} to ${duration(this.to)} of ${duration(this.wall)}`;
    this.node.dataset.from = this.from;
    this.node.dataset.to = this.to;
    this.node.dataset.drawn = this.drawnLanes;
    for (const listener of this.listeners) listener(this);
  }

  /** Shows a part of the time, within all of it and not finer than what is known. */
  show(from, to) {
    const length = Math.min(this.wall, Math.max(this.finest * 4, this.wall * 1e-9, to - from));
    this.from = Math.max(0, Math.min(this.wall - length, from));
    this.to = this.from + length;
    this.redraw();
  }

  zoom(factor, centre = (this.from + this.to) / 2) {
    const length = (this.to - this.from) * factor;
    const share = (centre - this.from) / (this.to - this.from);
    this.show(centre - share * length, centre + (1 - share) * length);
  }

  pan(share) {
    const by = (this.to - this.from) * share;
    this.show(this.from + by, this.to + by);
  }

  /** Marks a moment in all that is drawn to this scale; none when the pointer has left. */
  point(seconds) {
    for (const mark of this.pointers) mark(seconds);
    const isShown = seconds !== null && seconds >= this.from && seconds <= this.to;
    this.line.hidden = !isShown;
    if (isShown) this.line.style.left = `${this.placeOf(seconds)}px`;
  }

  /** The place of a moment on the canvas. */
  placeOf(seconds) {
    return linear(this.from, this.to, this.labels, this.width - 10)(seconds);
  }

  /** The moment at a place of the canvas. */
  secondsAt(x) { return this.from + ((x - this.labels) / (this.width - 10 - this.labels)) * (this.to - this.from); }

  /** What a worker did at a moment, in words; also what it is when it wasn't there. */
  sentence(lane, seconds) {
    const place = sliceAt(lane.slices, seconds);
    if (lane.kind === "gil") {
      return place < 0 ? "who held the GIL then wasn't seen"
        : `${apart(lane.holders[place])} held the GIL\nfor at least ${duration(lane.slices.to[place] - lane.slices.from[place])}, from ${duration(lane.slices.from[place])} on`;
    }
    if (place < 0) {
      const { started_s: started, ended_s: ended } = lane.worker;
      return `${apart(lane.name)}: not there (${duration(started)} to ${duration(ended)})`;
    }
    const [from, to] = [lane.slices.from[place], lane.slices.to[place]];
    const about = lane.isExact ? "" : `\nin steps of ${duration(lane.span)}, each in the state it is shown in`;
    return `${apart(lane.name)}\n${stateLabel(states[lane.slices.state[place]].key)} for ${duration(to - from)}\n`
      + `${duration(from)} to ${duration(to)} · pid ${lane.worker.pid}, tid ${lane.worker.tid}${about}`;
  }
}
