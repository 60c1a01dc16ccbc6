// Where time went, as bars that add up to it.

const shareLabel = (part,
  all) => `${stateLabel(part.state)}: ${duration(part.seconds)}\n${percent(part.seconds / all)}`;

/** Bars of parts, one a row: `{name, parts, note}`; to one scale, or each to its own with `isShare`. */
function stackedBars(rows, label) {
  const most = Math.max(...rows.map((row) => row.parts.reduce((sum, part) => sum + Math.max(0, part.seconds), 0)),
    1e-12);
  const used = [...new Set(rows.flatMap((row) => row.parts.map((part) => part.state)))];
  const hasNames = rows.some((row) => row.name);
  const drawn = chart(label, (width) => {
    const isNarrow = width < 620;
    const left = hasNames && !isNarrow ? Math.min(240, width * 0.3) : 0;
    const step = hasNames && isNarrow ? 46 : hasNames ? 32 : 34;
    const right = width - 64;
    const x = linear(0, most, left, right);
    return { height: rows.length * step + 4, nodes: rows.map((row, place) => {
      const top = place * step + (hasNames && isNarrow ? 18 : 2), tall = hasNames ? 22 : 28;
      const all = row.parts.reduce((sum, part) => sum + part.seconds, 0);
      let at = 0;
      return el("g", { class: "stack" },
        row.name && el("text", { x: isNarrow ? 0 : left - 10, y: isNarrow ? top - 5 : top + 15, "text-anchor": isNarrow
          ? "start" : "end",
          text: fitted(row.name, isNarrow ? width : left - 14) }),
        row.parts.map((part) => {
          const from = x(at), to = x(at + part.seconds);
          at += part.seconds;
          return part.seconds > 0 && el("rect", {
            class: "part", x: from, y: top, width: Math.max(0.5, to - from - (to - from > 4 ? 1 : 0)), height: tall,
            fill: paint(part.state), ...says(`${row.name ? `${row.name}\n` : ""}${shareLabel(part, all)}`),
          });
        }),
        el("text", { class: "quiet", x: x(all) + 8, y: top + tall / 2 + 4, text: duration(all) }));
    }) };
  });
  const all = rows[0].parts.reduce((sum, part) => sum + part.seconds, 0) || 1;
  const amount = ({ seconds }) => `${duration(seconds)}, ${percent(seconds / all)}`;
  const sums = used.map((key) => [key, stateLabel(key), rows.length === 1
    ? amount(rows[0].parts.find((part) => part.state === key)) : null]);
  return el("div", {}, drawn, legend(sums));
}
