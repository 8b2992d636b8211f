/**
 * The acts of this device: waiting → sending → recorded, refused; withdrawn before it was ever sent.
 *
 * An act is written here before anything is sent, so that closing the page, or an answer lost on the way, loses neither
 * the act nor its key. Only a final answer of the server decides; all else leaves the act waiting, with the same key.
 */
import { parisDay } from "./day.js";
import { digestsOf, release } from "./spent.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").KeptAct} KeptAct */

export const BATCH = 50;
const DAY = 86_400_000;
const KEPT_DAYS = 40;

/**
 * Write an act before anything of it is sent. `isSent`: it is about to be, alone; the outbox must not take it too.
 * @param {Store} store
 * @param {Omit<KeptAct, "state"|"day"|"tries"|"decidedAt"|"code"|"message"|"act">} given
 * @param {string[]} codes canonical, of its tickets
 * @param {boolean} [isSent]
 * @returns {Promise<KeptAct>}
 */
export async function addAct(store, given, codes, isSent = false) {
  const digests = await digestsOf(codes);
  /** @type {KeptAct} */
  const fresh = {
    ...given,
    state: isSent ? "sending" : "waiting",
    day: parisDay(given.at),
    tries: isSent ? 1 : 0,
    decidedAt: null,
    code: "",
    message: "",
    act: null,
  };
  const transaction = store.transaction(["acts", "spent"], "readwrite");
  await transaction.objectStore("acts").add(fresh);
  for (const digest of digests) {
    await transaction.objectStore("spent").put({ digest, key: given.key, site: given.body.site, at: given.at });
  }
  await transaction.done;
  return fresh;
}

/**
 * Change an act in one transaction; null when it is not there any more.
 * @param {Store} store
 * @param {string} key
 * @param {(act: KeptAct) => Partial<KeptAct>|null} change null: leave it
 * @param {boolean} [isFreed] its tickets may be used again
 */
async function change(store, key, change, isFreed = false) {
  const transaction = store.transaction(["acts", "spent"], "readwrite");
  const acts = transaction.objectStore("acts");
  /** @type {KeptAct|undefined} */
  const act = await acts.get(key);
  const changes = act ? change(act) : null;
  if (act && changes) {
    await acts.put({ ...act, ...changes });
    if (isFreed) await release(transaction, key);
  }
  await transaction.done;
  return act && changes ? { ...act, ...changes } : null;
}

/** @param {KeptAct} act */
const withoutCodes = (act) => ({ ...act.body, codes: [] });

/**
 * Take a batch of the oldest, for sending.
 * @param {Store} store
 * @param {{most?: number, except?: Set<string>}} [what]
 * @returns {Promise<KeptAct[]>}
 */
export async function take(store, { most = BATCH, except = new Set() } = {}) {
  const transaction = store.transaction("acts", "readwrite");
  const acts = transaction.objectStore("acts");
  /** @type {KeptAct[]} */
  const waiting = await acts.index("state").getAll("waiting");
  const chosen = waiting
    .filter((act) => !except.has(act.key))
    .sort((one, other) => one.at - other.at)
    .slice(0, most)
    .map((act) => ({ ...act, state: /** @type {const} */ ("sending"), tries: act.tries + 1 }));
  for (const act of chosen) await acts.put(act);
  await transaction.done;
  return chosen;
}

/** @param {Store} store @param {string} key @param {any} act the server's record @param {number} now */
export const recorded = (store, key, act, now) =>
  change(store, key, (found) => ({ state: "recorded", act, decidedAt: now, body: withoutCodes(found) }));

/** @param {Store} store @param {string} key @param {{code: string, message: string}} refusal @param {number} now */
export const refused = (store, key, { code, message }, now) =>
  change(store, key, (found) => ({ state: "refused", code, message, decidedAt: now, body: withoutCodes(found) }), true);

/**
 * No final answer: the act waits, with its key. `isOffline` when it was announced as noted by the device.
 * @param {Store} store @param {string} key @param {Partial<KeptAct>} [changes]
 */
export const putBack = (store, key, changes = {}) =>
  change(store, key, (act) => (act.state === "sending" ? { ...changes, state: "waiting" } : null));

/**
 * Take an act back before anything was sent. Null when it may have reached the server: only the server can undo it.
 * @param {Store} store @param {string} key @param {string} reason @param {number} now
 */
export const withdraw = (store, key, reason, now) =>
  change(
    store,
    key,
    (act) =>
      act.state === "waiting" && act.tries === 0
        ? { state: "withdrawn", code: reason, decidedAt: now, body: withoutCodes(act) }
        : null,
    true,
  );

/** The server undid an act: its tickets are free. @param {Store} store @param {string} uid @param {any} act */
export async function undone(store, uid, act) {
  /** @type {KeptAct[]} */
  const all = await store.getAllFromIndex("acts", "state", "recorded");
  const found = all.find((one) => one.act?.uid === uid);
  if (found) await change(store, found.key, () => ({ act }), true);
}

/** Forget an act refused while the person waited: it was told on the screen. @param {Store} store @param {string} key */
export async function forget(store, key) {
  const transaction = store.transaction(["acts", "spent"], "readwrite");
  await transaction.objectStore("acts").delete(key);
  await release(transaction, key);
  await transaction.done;
}

/** What was being sent when the page was closed waits again; old decided acts go. @param {Store} store @param {number} now */
export async function recover(store, now) {
  /** @type {KeptAct[]} */
  const all = await store.getAll("acts");
  for (const act of all) {
    if (act.state === "sending") await putBack(store, act.key);
    else if (act.state !== "waiting" && now - act.at > KEPT_DAYS * DAY) await store.delete("acts", act.key);
  }
}

/** @param {Store} store @returns {Promise<number>} */
export async function pendingCount(store) {
  const counts = ["waiting", "sending"].map((state) => store.countFromIndex("acts", "state", state));
  return (await Promise.all(counts)).reduce((total, count) => total + count, 0);
}

/** @param {Store} store @param {string} day @returns {Promise<KeptAct[]>} the latest first */
export async function actsOfDay(store, day) {
  /** @type {KeptAct[]} */
  const acts = await store.getAllFromIndex("acts", "day", day);
  return acts.sort((one, other) => other.at - one.at);
}

/** @param {Store} store @param {string} day @returns {Promise<import("./caps.js").Taken[]>} */
export async function takenOffline(store, day) {
  const acts = await actsOfDay(store, day);
  return acts
    .filter((act) => act.isOffline && act.state !== "withdrawn" && act.state !== "refused")
    .map((act) => ({ day: act.day, site: act.body.site, hours: act.hours, typed: act.typed }));
}
