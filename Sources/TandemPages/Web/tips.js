// The box with exact figures: it follows the pointer, a tap, and the keyboard's focus.

const tip = el("div", { class: "tip", role: "status", hidden: true });

/** Shows a text at a place of the window. */
function showTip(text, clientX, clientY) {
  if (tip.textContent !== text) tip.textContent = visible(text);
  tip.hidden = false;
  const room = document.documentElement.clientWidth;
  const left = Math.max(6, Math.min(clientX + 14, room - tip.offsetWidth - 6));
  const above = clientY + tip.offsetHeight + 24 > innerHeight;
  tip.style.left = `${left + scrollX}px`;
  tip.style.top = `${(above ? clientY - tip.offsetHeight - 12 : clientY + 16) + scrollY}px`;
}

function hideTip() { tip.hidden = true; }

/** Attributes of a shape that says something: with the pointer over it, or when it has the focus. */
const says = (text) => ({ "data-tip": text, tabindex: "0", role: "img", "aria-label": text.replaceAll("\n", ", ") });

document.addEventListener("pointermove", (event) => {
  const shape = event.target.closest?.("[data-tip]");
  if (shape) showTip(shape.dataset.tip, event.clientX, event.clientY);
  else if (!event.target.closest?.(".lanes, .curves")) hideTip();
});
document.addEventListener("pointerdown", (event) => {
  const shape = event.target.closest?.("[data-tip]");
  if (shape) showTip(shape.dataset.tip, event.clientX, event.clientY);
});
document.addEventListener("focusin", (event) => {
  const shape = event.target.closest?.("[data-tip]");
  if (!shape) return;
  const box = shape.getBoundingClientRect();
  showTip(shape.dataset.tip, box.left + box.width / 2, box.bottom);
});
document.addEventListener("focusout", hideTip);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
