/** A refusal: a stable code, one French sentence, what the server added. The sentences come from the page. */

/** @type {Record<string, string>} */
let sentences = {};

/** @param {Record<string, string>} given code → sentence, as mediation/pages/counter.py writes them in the page */
export function useSentences(given) {
  sentences = given;
}

export class Refusal extends Error {
  /**
   * @param {string} code stable, the same as the server's
   * @param {Record<string, any>} [details] fills the `{name}` of the sentence
   * @param {string} [message] the server's own sentence, where it answered
   */
  constructor(code, details = {}, message = undefined) {
    super(message ?? sentenceOf(code, details));
    this.code = code;
    /** @type {Record<string, any>} */
    this.details = details;
  }
}

/**
 * @param {string} code
 * @param {Record<string, any>} [details]
 * @returns {string}
 */
export function sentenceOf(code, details = {}) {
  const sentence = sentences[code] ?? "Ce ticket ne peut pas être accepté. Recommencez, ou prévenez la Métropole.";
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in details ? String(details[name]) : whole));
}
