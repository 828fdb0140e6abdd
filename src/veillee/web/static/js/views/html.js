// Preact and htm together, and the small parts that every view uses.

import { h } from "../../vendor/preact.js";
import htm from "../../vendor/htm.js";

export const html = htm.bind(h);

let sprite = "";

/** Where the icons are; said once at start. */
export function useSprite(url) {
  sprite = url;
}

export function Icon({ name, label }) {
  const naming = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
  return html`<svg class="icon" ...${naming}><use href="${sprite}#${name}" /></svg>`;
}

export function Button({ icon, label, only, kind = "", ...rest }) {
  const classes = `button ${kind} ${only ? "button-icon" : ""}`;
  const naming = only ? { "aria-label": label, title: label } : {};
  return html`<button type="button" class=${classes} ...${naming} ...${rest}>
    ${icon && html`<${Icon} name=${icon} />`}${!only && html`<span>${label}</span>`}
  </button>`;
}

/** One of eight hues, always the same for the same face; never the only cue, the name stands beside it. */
export function hueOf(u) {
  let hash = 7;
  for (const letter of u ?? "") hash = (hash * 31 + letter.codePointAt(0)) % 9973;
  return `hue-${hash % 8}`;
}

export function Avatar({ u, n }) {
  const letter = [...(n || "·")][0].toLocaleUpperCase();
  return html`<span class="avatar ${hueOf(u)}" aria-hidden="true">${letter}</span>`;
}
