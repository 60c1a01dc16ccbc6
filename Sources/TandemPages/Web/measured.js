// How it was measured, so that a colleague can repeat it.

/** `facts`: names with a text, a list of texts, or nothing. */
function measuredSection(facts, omitted) {
  const rows = facts.filter(([, value]) => value !== null && value !== undefined && value.length !== 0);
  const value = (content) => Array.isArray(content) ? el("ul", {}, content.map((line) => el("li", {}, named(line))))
    : named(content);
  return section("How it was measured", null, el("dl", { class: "measured" },
    rows.map(([name, content, isCode]) => [el("dt", { text: name }),
      el("dd", {}, isCode ? el("code", {}, named(content)) : value(content))]),
    el("dt", { text: "left out" }), el("dd", {}, omitted.length === 0 ? "nothing"
      : el("ul", {}, omitted.map((item) => el("li", {}, named(`${item.what}: ${item.why}`)))))));
}

function machineText(machine) {
  const allowed = machine.cpus_allowed < machine.cpus_online
    ? `${machine.cpus_allowed} of ${many(machine.cpus_online, "CPU")}` : many(machine.cpus_online, "CPU");
  return `${allowed}${machine.cpu_quota === null ? "" : `, a quota of ${number(machine.cpu_quota)} CPUs`}, Linux ${machine.kernel}`;
}
