/** What the server wrote in the page: addresses, choices, sentences (mediation/pages/counter.py). */

/**
 * @typedef {object} PageData
 * @property {string} version
 * @property {string} api
 * @property {string} icons
 * @property {string} decoder the script that reads images
 * @property {string} wasm its WebAssembly part
 * @property {string} worker
 * @property {Record<string, string>} sentences code of a refusal → French sentence
 * @property {Record<string, string>} reasons of a decision on what is owed → French sentence
 * @property {Record<string, import("./fields.js").Option[]>} choices La Coop's values
 */

/** @returns {PageData} */
export function readPage() {
  return JSON.parse(document.getElementById("counter-data")?.textContent ?? "{}");
}
