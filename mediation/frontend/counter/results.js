/** The one large sentence after a scan or a tap, its tone, and what may be done next. */
import { verdict } from "./basket.js";
import { freshness } from "./bundle.js";
import { age, clockTime, counted } from "./day.js";
import { Refusal } from "./refusal.js";

/**
 * @typedef {object} Result
 * @property {"ok"|"warn"|"bad"|"info"} tone
 * @property {string} word said before the sentence: the colour is never alone
 * @property {string} sentence
 * @property {string[]} details
 * @property {string} key of the act that may be taken back, if one
 * @property {boolean} isMissing an answer is to be given first
 */

const WORDS = { ok: "Accepté", warn: "Attention", bad: "Refusé", info: "Information" };

/** @param {Result["tone"]} tone @param {string} sentence @param {Partial<Result>} [more] @returns {Result} */
export function said(tone, sentence, more = {}) {
  return { tone, word: WORDS[tone], sentence, details: [], key: "", isMissing: false, ...more };
}

/**
 * @param {{code: string, message: string}} refusal of the server or of the device
 * @param {import("./basket.js").Basket} [basket] after what was told of each ticket
 */
export function refused(refusal, basket) {
  if (!basket) return said("bad", refusal.message);
  const { possible, sentence, tone } = verdict(basket);
  if (tone === "warn") return said("bad", sentence, { details: ["Rien n’a été utilisé.", `Vous pouvez en utiliser ${possible}.`] });
  return said("bad", refusal.message, { details: ["Rien n’a été utilisé."] });
}

/** @param {any} act @param {any} told the server's record */
export function accepted(act, told) {
  const hours = told?.tickets_count ?? act.hours;
  const details = [act.serviceName, until(told?.undo_until)].filter(Boolean);
  return said("ok", `${counted(hours, "heure")} utilisée${hours > 1 ? "s" : ""}`, { details, key: act.key });
}

/** @param {string|undefined} instant */
const until = (instant) => (instant ? `Annulable jusqu’à ${clockTime(Date.parse(instant))}.` : "");

/** An act that could not be written here is not sent either: its key would be lost with the page. */
export const notKept = () =>
  said("bad", "Ce téléphone n’a pas pu noter cet acte\u00a0: sa mémoire est peut-être pleine", {
    details: ["Rien n’a été utilisé. Faites de la place, ou passez par la page «\u00a0Utiliser des tickets\u00a0»."],
  });

/**
 * Kept by the device alone. A typed code proves nothing without the network: never told as accepted.
 * @param {any} act
 * @param {import("./session.js").Session} session
 */
export function noted(act, session) {
  const hours = counted(act.hours, "heure");
  const plural = act.hours > 1 ? "s" : "";
  const details = ["Cette heure partira seule au retour du réseau."];
  if (act.hours > 1) details[0] = "Ces heures partiront seules au retour du réseau.";
  if (freshness(session.bundle, [], session.lastInstant) === "old" && session.bundle) {
    details.push(`Votre liste a ${age(session.lastInstant - session.bundle.issuedAt)} : connectez ce téléphone dès que possible.`);
  }
  if (act.typed) {
    details.unshift("Un code tapé hors ligne ne peut pas être contrôlé maintenant.");
    return said("warn", `${hours} notée${plural}, à vérifier`, { word: "À vérifier", details, key: act.key });
  }
  return said("ok", `${hours} notée${plural}`, { word: "Noté hors ligne", details, key: act.key });
}

/**
 * The answer was lost, or the server asks to wait.
 * @param {any} act
 * @param {{isNetwork: boolean, message: string}} problem
 * @param {Refusal|null} known what the device knows against it
 */
export function lost(act, problem, known) {
  const again = "Ne recommencez pas\u00a0: la même demande sera renvoyée seule, elle ne comptera qu’une fois.";
  if (known) return said("bad", known.message, { details: ["La réponse s’est perdue\u00a0: elle sera redemandée.", again] });
  const why = problem.isNetwork ? "La réponse du service s’est perdue." : problem.message;
  const sentence = `${counted(act.hours, "heure")} notée${act.hours > 1 ? "s" : ""}, à vérifier`;
  return said("warn", sentence, { word: "À vérifier", details: [why, again], key: act.key });
}

/** Acts noted offline that the server refused since. @param {import("./store.js").KeptAct[]} acts */
export function refusedLater(acts) {
  const [first] = acts;
  const sentence = acts.length === 1 ? first.message : `${acts.length} actes notés hors ligne ont été refusés`;
  return said("bad", sentence, { word: "Refusé après envoi", details: ["Le journal du jour dit pourquoi."] });
}
