/** Form fields, as the components of the other pages: one label, 44 px targets, no field without a name. */
import { h } from "./dom.js";

/** @typedef {[string, string]} Option value, label */

/**
 * @param {{id: string, label: string, options: Option[], value: string, change: (value: string) => void, isRequired?: boolean}} given
 */
export function selectField({ id, label, options, value, change, isRequired = false }) {
  const list = h("select", { id, onchange: (/** @type {any} */ event) => change(event.target.value) });
  for (const [key, text] of options) list.append(h("option", { value: key }, text));
  list.value = value;
  return h("div.field", {}, h("label", { for: id }, label, isRequired && required()), list);
}

const required = () => h("span.req", {}, "\u00a0*", h("span.hidden-text", {}, " (obligatoire)"));

/**
 * @param {{id: string, label: string, options: Option[], values: string[], change: (values: string[]) => void,
 *   isRequired?: boolean}} given
 */
export function checksField({ id, label, options, values, change, isRequired = false }) {
  const choices = h("div.choices.tight");
  const field = h("fieldset.field", { id }, h("legend", {}, label, isRequired && required()), choices);
  const read = () =>
    change(Array.from(choices.querySelectorAll("input:checked"), (box) => /** @type {HTMLInputElement} */ (box).value));
  for (const [value, text] of options) {
    const box = h("input", { type: "checkbox", id: `${id}-${value}`, value, onchange: read });
    box.checked = values.includes(value);
    choices.append(h("label.choice", { for: box.id }, box, h("span", {}, text)));
  }
  return field;
}

/**
 * @param {{id: string, label: string, options: Option[], value: string, change: (value: string) => void, kind?: string,
 *   isRequired?: boolean}} given
 */
export function radiosField({ id, label, options, value, change, kind = "", isRequired = false }) {
  const choices = h(["div.choices", kind].filter(Boolean).join("."));
  for (const [key, text] of options) {
    const box = h("input", { type: "radio", name: id, id: `${id}-${key}`, value: key, onchange: () => change(key) });
    box.checked = key === value;
    choices.append(h("label.choice", { for: box.id }, box, h("span", {}, text)));
  }
  return h("fieldset.field", { id }, h("legend", {}, label, isRequired && required()), choices);
}

/**
 * @param {{id: string, label: string, value: string, hint?: string, more?: Record<string, any>}} given
 */
export function textField({ id, label, value, hint = "", more = {} }) {
  const describes = hint ? { "aria-describedby": `${id}-hint` } : {};
  const input = h("input", { id, type: "text", autocomplete: "off", value, ...describes, ...more });
  return h("div.field", {}, h("label", { for: id }, label), hint && h("p.hint", { id: `${id}-hint` }, hint), input);
}
