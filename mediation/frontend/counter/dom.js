/** Elements without a framework, without HTML in strings. */

/** @typedef {Node|string|null|undefined|false} Child */

let icons = "";

/** @param {string} address of icons.svg */
export function useIcons(address) {
  icons = address;
}

/**
 * @param {string} tag "div", or "div.class.other"
 * @param {Record<string, any>} [properties] `on…` listen, booleans switch an attribute, the rest are attributes
 * @param {...Child} children
 * @returns {any}
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") /** @type {any} */ (element).value = value;
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** @param {string} glyph of icons.svg; decorative, the words beside it say the same */
export function icon(glyph) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("viewBox", "0 0 24 24");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${icons}#${glyph}`);
  svg.append(use);
  return svg;
}

/**
 * Put new content in a place, without taking the keyboard's focus away from who is using it.
 * @param {HTMLElement} place
 * @param {...Child} children
 */
export function swap(place, ...children) {
  const active = document.activeElement;
  const id = active && place.contains(active) ? active.id : "";
  place.replaceChildren(.../** @type {Node[]} */ (children.filter(Boolean)));
  if (id) document.getElementById(id)?.focus();
}

/**
 * @param {string} text
 * @param {() => void} act
 * @param {{kind?: string, glyph?: string, more?: Record<string, any>}} [look] kind: "quiet", "danger", "big"…
 */
export function button(text, act, { kind = "", glyph = "", more = {} } = {}) {
  const tag = ["button.button", kind].filter(Boolean).join(".");
  return h(tag, { type: "button", onclick: act, ...more }, glyph && icon(glyph), text);
}

const GLYPHS = { ok: "check", bad: "cross", warn: "alert", info: "info", idle: "dot" };
/** @typedef {keyof typeof GLYPHS} Tone */

/** A state: shape and word say it, colour only helps. @param {Tone} tone @param {string} text */
export const badge = (tone, text) => h(`span.badge.is-${tone}`, {}, icon(GLYPHS[tone]), text);

/** @param {Tone} tone @param {string} title @param {...Child} children */
export function notice(tone, title, ...children) {
  const words = h("div", {}, title && h("p.notice-title", {}, title), ...children);
  return h(`div.notice.is-${tone}`, {}, icon(GLYPHS[tone]), words);
}

/** @param {Tone} tone */
export const glyphOf = (tone) => GLYPHS[tone];
