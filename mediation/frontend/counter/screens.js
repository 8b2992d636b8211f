/** Every screen but the counter itself: what builds it. */
import { readHistory } from "./history.js";
import { historyView } from "./view_history.js";
import { pairAgainView, pairingView } from "./view_pairing.js";
import { placeView } from "./view_place.js";
import { presenceView } from "./view_presence.js";
import { undoView } from "./view_undo.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {"counter"|"history"|"place"|"presence"|"pairing"|"pair-again"|"undo"} Screen */

/**
 * @param {App} app
 * @param {Screen} screen
 * @param {import("./history.js").HistoryLine} [line] of the act to undo
 * @returns {Promise<HTMLElement>}
 */
export async function viewOf(app, screen, line) {
  if (screen === "pairing") return pairingView(app);
  if (screen === "pair-again") return pairAgainView(app, app.pairingSecret ?? "");
  if (screen === "presence") return presenceView(app);
  if (screen === "place") return placeView(app);
  if (screen === "undo" && line) return undoView(app, line);
  return historyView(app, await readHistory(app.session, app.reasons));
}
