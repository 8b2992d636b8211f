/** Takes an act back: by the server, or here when nothing of it was ever sent. */
import { drawKey } from "./bytes.js";
import { undone, withdraw } from "./queue.js";
import { Refusal } from "./refusal.js";
import { keep, kept } from "./store.js";

/**
 * Throws Refusal, ApiProblem. The number of the request is drawn once for an act and a reason, and kept until answered.
 * @param {import("./session.js").Session} session
 * @param {import("./history.js").HistoryLine} line
 * @param {string} reason
 */
export async function takeBack({ store, api, clock }, line, reason) {
  if (line.isLocal) {
    if (!(await withdraw(store, line.uid, reason, clock()))) throw new Refusal("ALREADY_SENT");
    return;
  }
  const name = `undo:${line.uid}:${reason}`;
  const key = (await kept(store, name)) ?? drawKey();
  await keep(store, name, key);
  await undone(store, line.uid, { ...(await api.undo(line.uid, reason, key)), undo_reason: reason });
  await keep(store, name, undefined);
}
