// Reads what the page carries, and shows the part for its schema.

const report = JSON.parse(document.getElementById("data").textContent);
const words = JSON.parse(document.getElementById("words").textContent);

// First of all who listen: what they draw for paper has the colours of paper.
addEventListener("beforeprint", () => { document.documentElement.dataset.paper = "yes"; });
addEventListener("afterprint", () => { delete document.documentElement.dataset.paper; });
document.body.append(tip, hatches());
const pages = {
  "tandem.explain/1": explainPage, "tandem.compare/1": comparePage,
  "tandem.explain-vs/1": versusPage, "tandem.explain-sweep/1": sweepPage,
};
// Wider than any phone's text: long names break, and nothing reaches beyond the page.
document.getElementById("report").append(...pages[report.schema](report).flat(3).filter(Boolean));
document.getElementById("content").append(el("footer", {},
  `Made by Tandem ${report.tandem_version ?? report.first?.tandem_version}. This file needs no network; the result itself is in it as ${report.schema}.`));
document.documentElement.dataset.ready = "yes";
