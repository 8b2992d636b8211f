/** Where one works now: the label and who is paid follow the place of the act. */
import { button, h, notice } from "./dom.js";
import { radiosField } from "./fields.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @returns {HTMLElement} */
export function placeView(app) {
  const { places, place, here } = app.session;
  let chosen = place ?? "";
  const told = h("div", { role: "alert" });
  const confirm = () => {
    const next = places.find((one) => one.uid === chosen);
    if (!next) return told.replaceChildren(notice("warn", "", h("p", {}, "Choisissez votre lieu.")));
    return app.choosePlace(next.uid);
  };
  /** @type {import("./fields.js").Option[]} */
  const options = places.map((one) => [one.uid, one.is_labelled ? one.name : `${one.name} (sans label aujourd’hui)`]);
  return h(
    "section.stack",
    {},
    h("h1", { tabindex: "-1" }, here ? "Changer de lieu\u00a0?" : "Où êtes-vous\u00a0?"),
    here && h("p", {}, "Vous travaillez maintenant à\u00a0: ", h("strong", {}, here.name), ". Les heures seront comptées et payées au lieu choisi."),
    !places.length && notice("warn", "Aucun lieu", h("p", {}, "Votre structure n’a pas encore de lieu. Contactez la Métropole.")),
    radiosField({ id: "place", label: "Votre lieu", options, value: chosen, kind: "tight", change: (value) => (chosen = value) }),
    told,
    h(
      "div.actions",
      {},
      button("Travailler ici", confirm, { kind: "big", glyph: "pin" }),
      here && button("Ne rien changer", () => app.go("counter"), { kind: "quiet" }),
    ),
  );
}
