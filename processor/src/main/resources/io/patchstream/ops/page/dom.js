// Makes elements. Text is only ever text: nothing here reads markup.

const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

/** An HTML element with attributes and children, strings among them. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same of SVG. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/** A definition list of names and texts; those without a text are left out. */
export function define(list, facts) {
  list.replaceChildren(
    ...facts
      .filter(([, text]) => text !== null && text !== undefined && text !== "")
      .map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(text)))),
  );
}

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const large = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** Three digits or so. */
export function number(value) {
  if (value >= 100_000) {
    return large.format(value);
  }
  return Number.isInteger(value) || value >= 100 ? whole.format(value) : tenths.format(value);
}

export const count = (value) => whole.format(value);

export const percent = (share) => `${(100 * share).toFixed(share > 0.9995 || share < 0.0005 ? 0 : 1)} %`;

export const clock = (millis) => new Date(millis).toLocaleTimeString("en-GB");

export function duration(millis) {
  if (millis < 1_000) {
    return `${Math.max(0, Math.round(millis))} ms`;
  }
  const seconds = millis / 1_000;
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${whole.format(seconds / 60)} min`;
}
