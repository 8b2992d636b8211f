/** Always in sight: where one works, who holds the phone, and offline how many acts wait and how old the list is. */
import { freshness } from "./bundle.js";
import { age, clockTime, counted } from "./day.js";
import { button, h, icon, swap } from "./dom.js";

/** @typedef {import("./app.js").App} App */

/** @param {App} app */
export function showBanner(app) {
  const { session } = app;
  if (!session.isPaired) {
    swap(app.banner);
    swap(app.line);
    return;
  }
  const name = session.here?.name ?? "Lieu à choisir";
  const who = session.mediator?.name;
  const line = h(
    "div.here",
    {},
    h("p.here-name", {}, icon("pin"), h("span", {}, h("span.hidden-text", {}, "Lieu\u00a0: "), h("strong", {}, name), who && h("small", {}, who))),
    session.places.length > 1 && button("Changer", () => app.go("place"), { kind: "quiet", more: { id: "change-place", "aria-label": "Changer de lieu" } }),
  );
  swap(app.banner, line, ...warnings(app));
  swap(app.line, connectionLine(app));
}

/** @param {App} app */
function connectionLine(app) {
  const { pending, connection, session } = app;
  const waiting = pending ? `${counted(pending, "acte")} à envoyer` : "Rien à envoyer";
  if (connection.isOnline && pending === 0) {
    return h("p.line.is-ok", { id: "mode" }, icon("check"), h("span", {}, "En ligne"));
  }
  if (connection.isOnline) return h("p.line.is-info", { id: "mode" }, icon("clock"), h("span", {}, `En ligne. ${waiting}.`));
  const list = session.bundle ? `liste d’il y a ${age(session.lastInstant - session.bundle.issuedAt)}` : "aucune liste";
  const text = h("span", {}, h("strong", {}, "Hors ligne."), ` ${waiting}, ${list}.`);
  return h("p.line.is-warn", { id: "mode" }, icon("alert"), text);
}

/** @param {App} app @returns {Node[]} */
function warnings({ session, connection }) {
  const told = [];
  const state = freshness(session.bundle, [], session.lastInstant);
  if (!connection.isOnline && state === "old") told.push("Votre liste vieillit\u00a0: connectez ce téléphone dès que possible.");
  if (!connection.isOnline && state === "stopped") told.push("Votre liste est trop ancienne\u00a0: hors ligne, les tickets sont refusés.");
  if (session.here && !session.here.is_labelled) told.push("Ce lieu n’a pas de label aujourd’hui\u00a0: les tickets y seront refusés.");
  if (Math.abs(session.offset) > skewAllowed(session.bundle)) {
    told.push(`L’heure de ce téléphone est fausse\u00a0: il est ${clockTime(session.clock() + session.offset)}. Réglez-la.`);
  }
  if (session.listFault) told.push(session.listFault);
  return told.map((text) => h("p.line.is-warn", {}, icon("alert"), h("span", {}, text)));
}

/** The smallest that a wave allows. @param {import("./bundle.js").Bundle|null} bundle @returns {number} milliseconds */
function skewAllowed(bundle) {
  const waves = Array.from(bundle?.waves.values() ?? []);
  return Math.min(...waves.map((wave) => wave.skew_minutes)) * 60_000;
}
