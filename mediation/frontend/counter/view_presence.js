/** A shared phone: who holds it, proved by a PIN, for twelve hours. */
import { button, h, notice } from "./dom.js";
import { selectField, textField } from "./fields.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @returns {HTMLElement} */
export function presenceView(app) {
  const { mediators } = app.session;
  const told = h("div", { role: "alert" });
  let chosen = "";
  const more = { type: "password", inputmode: "numeric", maxlength: 8, autocomplete: "off" };
  const pin = textField({ id: "pin", label: "Votre code personnel (PIN)", value: "", more });
  const submit = h("button.button.big", { type: "submit" }, "C’est moi");
  const arrive = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!chosen) return told.replaceChildren(notice("warn", "", h("p", {}, "Choisissez votre nom.")));
    submit.disabled = true;
    const input = /** @type {HTMLInputElement} */ (pin.querySelector("input"));
    const fault = await app.arrive(chosen, input.value);
    submit.disabled = false;
    input.value = "";
    return fault && told.replaceChildren(notice("bad", "", h("p", {}, fault)));
  };
  /** @type {import("./fields.js").Option[]} */
  const names = [["", "Choisir…"], ...mediators.map((one) => /** @type {[string, string]} */ ([one.uid, one.name]))];
  return h(
    "section.stack",
    {},
    h("h1", { tabindex: "-1" }, "Qui tient ce téléphone\u00a0?"),
    h("p", {}, "Ce téléphone est partagé. Votre nom reste douze heures, puis il est redemandé."),
    told,
    h(
      "form.form",
      { novalidate: true, onsubmit: arrive },
      selectField({ id: "mediator", label: "Votre nom", options: names, value: "", change: (value) => (chosen = value) }),
      pin,
      h("div.actions", {}, submit),
    ),
    !app.connection.isOnline &&
      notice(
        "info",
        "Hors ligne",
        h("p", {}, "Votre code ne peut pas être vérifié maintenant. Vous pouvez continuer\u00a0: les heures seront notées sans nom."),
        button("Continuer sans nom", () => app.continueNameless(), { kind: "quiet" }),
      ),
  );
}
