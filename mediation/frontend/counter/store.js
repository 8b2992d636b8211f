/** What stays on the phone: IndexedDB, three tables. Nothing here tells who a person is; codes go once they are decided. */
import { openDB } from "idb";

const VERSION = 1;

/**
 * @typedef {"waiting"|"sending"|"recorded"|"refused"|"withdrawn"} ActState
 * @typedef {object} KeptAct an act of this device, from the tap to its answer
 * @property {string} key drawn once per act; every retry carries it
 * @property {ActState} state
 * @property {any} body what is sent (mediation/frontend/counter/act.js); its codes are erased once it is decided
 * @property {string[]} labels of its tickets, without their codes
 * @property {string} serviceName
 * @property {string} day in Paris
 * @property {number} at the clock of the device at the tap
 * @property {number} hours
 * @property {number} typed how many of them carry no signature
 * @property {boolean} isOffline accepted without an answer of the server: counted by the caps
 * @property {number} tries how many times it may have reached the server
 * @property {number|null} decidedAt
 * @property {string} code of a refusal, or reason of a withdrawal
 * @property {string} message
 * @property {any} act the server's own record
 */
/** @typedef {import("idb").IDBPDatabase<any>} Store */

/**
 * @param {string} [name]
 * @returns {Promise<Store>}
 */
export async function openStore(name = "passnum-comptoir") {
  return openDB(name, VERSION, {
    upgrade(database) {
      const acts = database.createObjectStore("acts", { keyPath: "key" });
      acts.createIndex("state", "state");
      acts.createIndex("day", "day");
      const spent = database.createObjectStore("spent", { keyPath: "digest" });
      spent.createIndex("key", "key");
      database.createObjectStore("kept");
    },
  });
}

/**
 * One kept value (token, list, last answers…).
 * @param {Store} store
 * @param {string} name
 */
export const kept = (store, name) => store.get("kept", name);

/**
 * @param {Store} store
 * @param {string} name
 * @param {any} value undefined forgets it
 */
export async function keep(store, name, value) {
  if (value === undefined) await store.delete("kept", name);
  else await store.put("kept", value, name);
}
