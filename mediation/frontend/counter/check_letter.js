/** One check letter over GF(32) that catches every single error and every swap (docs/codes.md §2 has the proof). */
import { ALPHABET } from "./crockford.js";

const FIELD_POLYNOMIAL = 0b100101; // x⁵ + x² + 1

/** @param {string} letters canonical */
export function checkLetter(letters) {
  let total = 0;
  for (const letter of letters) {
    const sum = (total ^ ALPHABET.indexOf(letter)) << 1;
    total = sum & 32 ? sum ^ FIELD_POLYNOMIAL : sum;
  }
  return ALPHABET[total];
}

/** @param {string} text canonical, its check letter last */
export function isChecked(text) {
  return checkLetter(text.slice(0, -1)) === text.slice(-1);
}
