/** The journal of the day: what was used, what waits, what was refused or undone, each with its reason. */
import { clockTime, counted, longDay } from "./day.js";
import { badge, button, h, icon } from "./dom.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./history.js").HistoryLine} HistoryLine */

/** @type {Record<HistoryLine["state"], [import("./dom.js").Tone, string]>} */
const STATES = {
  recorded: ["ok", "Enregistré"],
  undone: ["idle", "Annulé"],
  waiting: ["warn", "À envoyer"],
  refused: ["bad", "Refusé"],
  withdrawn: ["idle", "Annulé avant l’envoi"],
};

/** @param {App} app @param {HistoryLine[]} lines @returns {HTMLElement} */
export function historyView(app, lines) {
  const now = app.session.clock();
  const given = lines.filter((line) => line.state === "recorded" || line.state === "waiting");
  const hours = given.reduce((total, line) => total + line.hours, 0);
  const { device, mediator, bundle } = app.session;
  return h(
    "section.stack",
    {},
    h("h1", { tabindex: "-1" }, "Journal du jour"),
    h("p.lead", {}, `${longDay(now)}\u00a0: ${counted(hours, "heure")}.`),
    lines.length ? h("ol.basket", { id: "history" }, ...lines.map((line) => item(app, line, now))) : h("p", {}, "Rien encore aujourd’hui."),
    h("h2", {}, "Ce téléphone"),
    h(
      "dl.facts",
      {},
      ...fact("Nom", device?.name ?? ""),
      ...fact("Structure", app.session.organisation?.name ?? ""),
      ...fact("Version", app.page.version),
      ...fact("Liste reçue", bundle ? `${longDay(bundle.issuedAt)}, ${clockTime(bundle.issuedAt)}` : "pas encore"),
    ),
    h(
      "div.actions",
      {},
      button("Actualiser", () => app.refresh(), { kind: "quiet" }),
      device?.is_shared && mediator && button("Ce n’est plus moi", () => app.leave(), { kind: "quiet", glyph: "user" }),
    ),
  );
}

/** @param {string} name @param {string} value */
const fact = (name, value) => [h("dt", {}, name), h("dd", {}, value)];

/** @param {App} app @param {HistoryLine} line @param {number} now */
function item(app, line, now) {
  const [tone, word] = STATES[line.state];
  const time = clockTime(line.at);
  const canUndo = line.undoUntil > now && (line.isLocal || app.connection.isOnline);
  const undo = button("Annuler", () => app.go("undo", line), {
    kind: "quiet",
    glyph: "undo",
    more: { id: `undo-${line.uid}`, "aria-label": `Annuler l’acte de ${time}` },
  });
  return h(
    "li",
    {},
    h("div.basket-line", {}, badge(tone, word), canUndo && undo),
    h("strong", {}, `${time}, ${counted(line.hours, "heure")}`),
    line.service && h("span", {}, line.service),
    line.mediator && h("span.soft", {}, icon("user"), line.mediator),
    line.doubt && badge("warn", new Map(app.page.choices.owed).get(line.doubt.owed) ?? line.doubt.owed),
    line.doubt && h("p", {}, app.page.reasons[line.doubt.reason] ?? ""),
    line.reason && h("p", {}, `Motif\u00a0: ${line.reason}`),
  );
}
