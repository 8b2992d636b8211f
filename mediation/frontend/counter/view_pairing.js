/** First start: six figures given by the manager of the place, or the QR code that opened this page. */
import { counted } from "./day.js";
import { button, h, icon, notice } from "./dom.js";
import { textField } from "./fields.js";

/** @typedef {import("./app.js").App} App */

const LINK = /#appairer=([^&\s]+)/;

/** The secret of a pairing link, in the address or in a QR code. @param {string} text */
export const pairingSecret = (text) => LINK.exec(text)?.[1] ?? null;

/** @param {App} app @returns {HTMLElement} */
export function pairingView(app) {
  const told = h("div", { id: "pairing-told", role: "alert" });
  const { field, input } = codeField();
  const submit = h("button.button.big", { type: "submit" }, "Relier ce téléphone");
  const pair = async (/** @type {string} */ code) => {
    submit.disabled = true;
    const fault = await app.pair(code);
    submit.disabled = false;
    if (fault) told.replaceChildren(notice("bad", "", h("p", {}, fault)));
  };
  const form = h(
    "form.form",
    { novalidate: true, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), pair(input.value.replace(/\s/g, ""))) },
    field,
    h("div.actions", {}, submit),
  );
  const { farewell } = app.session;
  const secret = app.pairingSecret;
  const view = h(
    "section.stack",
    {},
    h("h1", { tabindex: "-1" }, "Relier ce téléphone"),
    farewell && notice("bad", "Ce téléphone n’est plus relié", h("p", {}, farewell)),
    app.pending > 0 && notice("info", "", h("p", {}, `${counted(app.pending, "acte")} à envoyer sur ce téléphone : tout partira une fois relié.`)),
    h("p", {}, "La personne responsable de votre lieu ouvre sa page « Appareils » et vous donne 6 chiffres, valables 10 minutes. Vous pouvez aussi scanner le QR code affiché avec l’appareil photo, sans garder d’image."),
    told,
    form,
  );
  if (secret) void pair(secret);
  return view;
}

function codeField() {
  const more = { inputmode: "numeric", autocomplete: "one-time-code", maxlength: 12, class: "code" };
  const field = textField({ id: "pairing-code", label: "Les 6 chiffres", value: "", more });
  return { field, input: /** @type {HTMLInputElement} */ (field.querySelector("input")) };
}

/**
 * A link to pair was opened on a phone that is already paired.
 * @param {App} app @param {string} secret @returns {HTMLElement}
 */
export function pairAgainView(app, secret) {
  return h(
    "section.stack",
    {},
    h("h1", { tabindex: "-1" }, "Ce téléphone est déjà relié"),
    h("p", {}, icon("phone"), ` Il est relié à ${app.session.organisation?.name ?? "une structure"}.`),
    h(
      "div.actions",
      {},
      button("Le garder ainsi", () => app.go("counter")),
      button("Le relier de nouveau", () => app.pairAgain(secret), { kind: "quiet" }),
    ),
  );
}
