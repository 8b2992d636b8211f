/** Tickets that this device has taken: their code's digest, and the act that took them. */
import { sha256 } from "./bytes.js";

/** @typedef {import("./store.js").Store} Store */

/** @param {string[]} codes canonical @returns {Promise<string[]>} */
export const digestsOf = (codes) => Promise.all(codes.map((code) => sha256(`passnum:spent:1\0${code}`)));

/**
 * Who took this ticket, if this device did.
 * @param {Store} store
 * @param {string} code canonical
 * @returns {Promise<{digest: string, key: string, site: string, at: number}|undefined>}
 */
export async function spentBy(store, code) {
  const [digest] = await digestsOf([code]);
  return store.get("spent", digest);
}

/**
 * The tickets of an act are free again: it was refused, withdrawn or undone.
 * @param {import("idb").IDBPTransaction<any, any, "readwrite">} transaction over "spent"
 * @param {string} key
 */
export async function release(transaction, key) {
  const table = transaction.objectStore("spent");
  for (const digest of await table.index("key").getAllKeys(key)) await table.delete(digest);
}
