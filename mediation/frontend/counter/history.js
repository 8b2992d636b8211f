/** The day's acts at a place: the server's, and those that this phone alone knows yet. */
import { parisDay } from "./day.js";
import { actsOfDay } from "./queue.js";
import { keep, kept } from "./store.js";

/** @typedef {import("./store.js").KeptAct} KeptAct */
/**
 * @typedef {object} HistoryLine
 * @property {string} uid of the server's record, or key of the phone's
 * @property {number} at
 * @property {number} hours
 * @property {string} service
 * @property {string} mediator
 * @property {"recorded"|"undone"|"waiting"|"refused"|"withdrawn"} state
 * @property {string} reason of a refusal or of an undoing
 * @property {number} undoUntil milliseconds; 0: it cannot be undone from here
 * @property {boolean} isLocal only this phone knows it
 * @property {{owed: string, reason: string}|null} doubt what is owed of it and why, when it is not simply to be paid
 */

/** @param {any} act the server's record @param {(code: string) => string} serviceName @param {Record<string, string>} reasons @returns {HistoryLine} */
export function serverLine(act, serviceName, reasons) {
  const isUndone = Boolean(act.undone_at);
  return {
    uid: act.uid,
    at: Date.parse(act.happened_at),
    hours: act.tickets_count,
    service: serviceName(act.service),
    mediator: act.mediator ?? "",
    state: isUndone ? "undone" : "recorded",
    reason: isUndone ? (reasons[act.undo_reason] ?? act.undo_reason ?? "") : "",
    undoUntil: isUndone || !act.undo_until ? 0 : Date.parse(act.undo_until),
    isLocal: false,
    doubt: isUndone ? null : ((act.lines ?? []).find((/** @type {any} */ line) => line.owed !== "PAYABLE") ?? null),
  };
}

/** @param {KeptAct} act @param {Record<string, string>} reasons @returns {HistoryLine} */
export function localLine(act, reasons) {
  const isWaiting = act.state === "waiting" || act.state === "sending";
  return {
    uid: act.key,
    at: act.at,
    hours: act.hours,
    service: act.serviceName,
    mediator: "",
    state: isWaiting ? "waiting" : act.state === "withdrawn" ? "withdrawn" : "refused",
    reason: act.state === "withdrawn" ? (reasons[act.code] ?? "") : act.message,
    undoUntil: isWaiting && act.tries === 0 ? Infinity : 0,
    isLocal: true,
    doubt: null,
  };
}

/** @param {import("./session.js").Session} session @returns {(code: string) => string} */
const namer = ({ bundle }) => (code) => bundle?.services.find((one) => one.code === code)?.name ?? code;

/**
 * @param {import("./session.js").Session} session
 * @param {Record<string, string>} reasons
 * @returns {Promise<HistoryLine[]>} the latest first
 */
export async function readHistory(session, reasons) {
  const { store, place: site, clock } = session;
  const day = parisDay(clock());
  const name = namer(session);
  const cached = await kept(store, "history");
  /** @type {any[]} */
  const known = cached?.site === site && cached.day === day ? cached.acts : [];
  const local = (await actsOfDay(store, day)).filter((act) => act.body.site === site);
  const uids = new Set(known.map((act) => act.uid));
  const ownRecords = local.filter((act) => act.state === "recorded" && act.act && !uids.has(act.act.uid));
  const lines = [
    ...known.map((act) => serverLine(act, name, reasons)),
    ...ownRecords.map((act) => serverLine(act.act, name, reasons)),
    ...local.filter((act) => act.state !== "recorded").map((act) => localLine(act, reasons)),
  ];
  return lines.sort((one, other) => other.at - one.at);
}

/**
 * One act of this phone.
 * @param {import("./session.js").Session} session
 * @param {string} key
 * @param {Record<string, string>} reasons
 * @returns {Promise<HistoryLine|null>}
 */
export async function lineOfAct(session, key, reasons) {
  /** @type {KeptAct|undefined} */
  const act = await session.store.get("acts", key);
  if (!act) return null;
  return act.state === "recorded" && act.act ? serverLine(act.act, namer(session), reasons) : localLine(act, reasons);
}

/** Ask the server for the day. @param {import("./session.js").Session} session */
export async function refreshHistory(session) {
  const site = session.place;
  if (!site) return;
  const day = parisDay(session.clock());
  const { acts } = await session.api.acts(site, day);
  await keep(session.store, "history", { site, day, acts });
}
