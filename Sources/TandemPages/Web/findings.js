// Findings, each with what its cure could bring at most.

function findingsSection(findings) {
  if (findings.length === 0) return section("Findings", "No rule found anything.");
  return section("Findings", "What a cure could bring is an upper bound: no cure is free.",
    el("ol", { class: "finding-list" }, findings.map((finding) => {
    const gain = finding.potential_gain;
    const share = gain && gain.wall_s > 0 ? gain.seconds / gain.wall_s : 0;
    return el("li", {},
      el("div", {}, el("p", { class: "claim" }, named(finding.claim)),
        el("p", { class: "advice" }, named(finding.advice)),
        el("span", { class: "rule", text: finding.rule })),
      el("div", { class: "gain" }, gain
        ? [el("b", { text: `up to ${duration(gain.seconds)}` }), `${percent(share)} of ${duration(gain.wall_s)}`,
          el("div", { class: "bar", "aria-hidden": "true" }, el("i",
            { style: { width: `${Math.min(100, share * 100)}%` } })), named(gain.basis)]
        : "what it could bring isn't known"));
  })));
}
