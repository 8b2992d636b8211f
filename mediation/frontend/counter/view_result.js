/** The one large sentence, for the eyes and for a screen reader. */
import { button, glyphOf, h, icon, swap } from "./dom.js";
import { feel } from "./feedback.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./results.js").Result} Result */

const LONG = 40; // characters; a refusal says what to do, and must leave the camera in sight

/** A sentence to be heard ends with one point, whoever wrote it. @param {string} text */
const ended = (text) => (/[.!?…]$/.test(text) ? text : `${text}.`);

/** Make the result seen, heard and felt. @param {Result} result */
export function announce(result) {
  feel(result.tone);
  const live = document.getElementById("announce");
  if (live) live.textContent = [result.word, result.sentence, ...result.details].map(ended).join(" ");
}

/** @param {App} app @param {HTMLElement} place @param {Result|null} result */
export function showResult(app, place, result) {
  if (!result) return swap(place);
  const details = result.details.map((text) => h("p", {}, text));
  const undo = result.key && button("Annuler cet acte", () => app.undoAct(result.key), { kind: "quiet", glyph: "undo", more: { id: "undo-last" } });
  const size = result.sentence.length > LONG ? ".long" : "";
  const box = h(
    `div.result.is-${result.tone}`,
    { id: "result" },
    icon(glyphOf(result.tone)),
    h("p.result-word", {}, `${result.word}\u00a0:`),
    h(`p.result-sentence${size}`, {}, result.sentence),
    (details.length > 0 || undo) && h("div.result-detail", {}, ...details, undo),
  );
  swap(place, box);
  box.scrollIntoView({ block: "nearest" });
  return undefined;
}
