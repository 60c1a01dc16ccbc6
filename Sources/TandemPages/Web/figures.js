// Numbers as text, the only place in the page that makes it, in the spelling of the terminal's report.

const notMeasured = "not measured";
const groups = (text) => text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** Three significant digits, without an exponent: 0.0123, 1.23, 12.3, 1,230. */
function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return notMeasured;
  const size = Math.abs(value);
  if (size === 0) return "0";
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : Math.min(9, 2 - Math.floor(Math.log10(size)));
  const [whole, part] = value.toFixed(decimals).split(".");
  return groups(whole) + (part ? `.${part}` : "");
}

/** A number of workers, a time average, or a ratio: two decimals. */
const ratio = (value) => !Number.isFinite(value) ? notMeasured
  : value > 0 && value < 0.01 ? "under 0.01" : Math.abs(value) < 100 ? value.toFixed(2) : number(value);

/** A value on an axis, as exactly as a step between two needs. */
const tickText = (value, step) => groups(value.toFixed(Math.max(0, Math.min(9, -Math.floor(Math.log10(step) + 1e-9)))));

const count = (value) => Number.isFinite(value) ? groups(String(Math.round(value))) : notMeasured;

/** How many of something: `1 thread`, `3 threads`. */
const many = (value, one, several = `${one}s`) => `${count(value)} ${value === 1 ? one : several}`;

/** A length of time in its unit: 12.3 µs, 4.56 ms, 7.89 s, 3 min 20 s. */
function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return notMeasured;
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size >= 120) {
    const rest = Math.round(size % 60);
    const minutes = Math.floor(size / 60) + (rest === 60 ? 1 : 0);
    return `${seconds < 0 ? "−" : ""}${minutes} min${rest % 60 ? ` ${rest} s` : ""}`;
  }
  const [factor, unit] = size >= 0.9995 ? [1, "s"] : size >= 0.9995e-3 ? [1e3, "ms"] : size >= 0.9995e-6 ? [1e6, "µs"]
    : [1e9, "ns"];
  return `${number(seconds * factor).replace("-", "−")} ${unit}`;
}

/** A moment on an axis that ends at `last`, as exactly as a step between two ticks needs. */
function moment(seconds, step, last = seconds) {
  const [factor, unit] = last >= 1 ? [1, "s"] : last >= 1e-3 ? [1e3, "ms"] : last >= 1e-6 ? [1e6, "µs"] : [1e9, "ns"];
  const decimals = Math.max(0, Math.min(9, -Math.floor(Math.log10(step * factor) + 1e-9)));
  const [whole, part] = (seconds * factor).toFixed(decimals).split(".");
  return `${groups(whole)}${part ? `.${part}` : ""} ${unit}`;
}

/** A moment on the axis of a chart. */
const momentText = (value, step, last) => value === 0 ? "0" : moment(value, step, last);

const percent = (share) => Number.isFinite(share)
  ? share > 0 && share < 0.01 ? "under 1 %" : `${Math.round(share * 100)} %` : notMeasured;

const signed = (seconds) => (seconds > 0 ? "+" : "") + duration(seconds);

/** Bytes, in units of 1024. */
function bytes(value) {
  if (!Number.isFinite(value)) return notMeasured;
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let place = 0;
  while (value >= 1024 && place < units.length - 1) { value /= 1024; place += 1; }
  return `${place === 0 ? count(value) : number(value)} ${units[place]}`;
}

const kib = (value) => Number.isFinite(value) ? bytes(value * 1024) : notMeasured;
