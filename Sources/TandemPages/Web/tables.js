// Tables that sort by any column. Very long ones begin with their first rows, and a button brings the rest.

const firstRows = 25;

/**
 * A table. A column is `{title, isNumber, value, cell, hint}`: `value` is what it sorts by, `cell` what it shows.
 */
function sortableTable(caption, columns, rows, { sortBy = -1, descending = true, find } = {}) {
  const body = el("tbody");
  const more = el("button", { type: "button", class: "more" });
  const search = find && el("input", { type: "search", placeholder: "Find", "aria-label": `Find in: ${caption}`,
    oninput: () => fill() });
  const heads = columns.map((column, place) => el("th", { scope: "col", class: column.isNumber ? "number" : null,
    title: column.hint },
    el("button", { type: "button", text: column.title, onclick: () => sort(place) })));
  const table = el("table", { class: "sortable" }, el("caption", { class: "hidden", text: caption }),
    el("thead", {}, groupHeads(columns), el("tr", {}, heads)), body);
  let order = rows.slice(), shown = firstRows, sorted = -1, isDown = false;

  function sort(place, down = sorted === place ? !isDown : columns[place].isNumber) {
    [sorted, isDown] = [place, down];
    const { value } = columns[place];
    const keyed = rows.map((row, index) => [value(row), index, row]);
    // What wasn't measured comes last, either way.
    const absent = (key) => key === null || key === undefined || Number.isNaN(key);
    keyed.sort(([a, i], [b, j]) => absent(a) || absent(b) ? absent(a) - absent(b) || i - j
      : (typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b) * (down ? -1 : 1) || i - j);
    order = keyed.map(([, , row]) => row);
    heads.forEach((head, index) => index === place
      ? head.setAttribute("aria-sort", down ? "descending" : "ascending") : head.removeAttribute("aria-sort"));
    fill();
  }

  function fill() {
    const wanted = search?.value.trim().toLowerCase() ?? "";
    const matching = wanted === "" ? order : order.filter((row) => find(row).toLowerCase().includes(wanted));
    body.replaceChildren(...matching.slice(0, shown).map((row) => el("tr", {}, columns.map((column) => el("td", {
      class: column.isNumber ? "number" : null,
    }, column.cell(row))))));
    more.hidden = matching.length <= shown;
    more.textContent = `Show all ${count(matching.length)}`;
    table.dataset.rows = matching.length;
  }

  more.addEventListener("click", () => { shown = Infinity; fill(); });
  if (sortBy >= 0) sort(sortBy, descending); else fill();
  return el("div", {}, search && rows.length > 12 && el("div", { class: "toolbar" }, search),
    scrollFrame(caption, table), more);
}

/** A row above the heads for columns that share a `group`; nothing where none does. */
function groupHeads(columns) {
  if (!columns.some((column) => column.group)) return null;
  const runs = [];
  for (const { group } of columns) {
    if (runs.length > 0 && runs.at(-1).group === group) runs.at(-1).span += 1;
    else runs.push({ group, span: 1 });
  }
  return el("tr", { class: "groups" }, runs.map(({ group, span }) => group
    ? el("th", { scope: "colgroup", colspan: span, text: group }) : el("td", { colspan: span })));
}

/** What may be wider than the page: its edge fades while there is more to the right. */
function scrollFrame(caption, table) {
  const scroller = el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, table);
  const frame = el("div", { class: "frame" }, scroller);
  const mark = () => frame.classList.toggle("beyond",
    scroller.scrollLeft + scroller.clientWidth < scroller.scrollWidth - 2);
  scroller.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(scroller);
  return frame;
}

/** A column of times. */
const secondsColumn = (title, value, hint) => ({ title, isNumber: true, value, hint,
  cell: (row) => value(row) === 0 ? "0" : duration(value(row)) });

/** A column of numbers in a spelling of their own. */
const numberColumn = (title, value, text = number, hint = null) => ({ title, isNumber: true, value, hint,
  cell: (row) => text(value(row)) });
