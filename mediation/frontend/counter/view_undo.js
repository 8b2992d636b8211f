/** Take an act back, with a reason: the tickets are given back, the act stays in the journal. */
import { button, h, notice } from "./dom.js";
import { radiosField } from "./fields.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app @param {import("./history.js").HistoryLine} line @returns {HTMLElement} */
export function undoView(app, line) {
  let reason = "";
  const told = h("div", { role: "alert" });
  const confirm = button("Annuler cet acte", async () => {
    if (!reason) return told.replaceChildren(notice("warn", "", h("p", {}, "Choisissez un motif.")));
    confirm.disabled = true;
    const fault = await app.undo(line, reason);
    confirm.disabled = false;
    return fault && told.replaceChildren(notice("bad", "", h("p", {}, fault)));
  }, { kind: "danger", glyph: "undo", more: { id: "confirm-undo" } });
  return h(
    "section.stack",
    {},
    h("h1", { tabindex: "-1" }, "Annuler un acte"),
    h("p", {}, "Les tickets redeviennent utilisables. L’acte reste dans le journal, avec votre motif."),
    radiosField({ id: "reason", label: "Pourquoi\u00a0?", options: app.page.choices.undo, value: "", kind: "tight", change: (value) => (reason = value) }),
    told,
    h("div.actions", {}, confirm, button("Ne rien annuler", () => app.go("counter"), { kind: "quiet" })),
  );
}
