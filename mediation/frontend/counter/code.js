/** The code of a ticket: 12 secret letters and their check letter, printed XXXX XXXX XXXXX (docs/codes.md §3). */
import { checkLetter, isChecked } from "./check_letter.js";
import { encode, isCrockford, isLonger, normalise, TYPED_MAX } from "./crockford.js";
import { Refusal } from "./refusal.js";

export const CODE_LENGTH = 13;

/**
 * The 13 canonical letters that someone typed.
 * @param {string} text
 */
export function parseCode(text) {
  const code = isLonger(text, TYPED_MAX) ? "" : normalise(text);
  if (code.length !== CODE_LENGTH || !isCrockford(code)) throw new Refusal("CODE_MALFORMED");
  if (!isChecked(code)) throw new Refusal("CHECK_LETTER_WRONG");
  return code;
}

/** @param {bigint} bits the 60 secret bits */
export function codeFromBits(bits) {
  const letters = encode(bits, CODE_LENGTH - 1);
  return letters + checkLetter(letters);
}

/** @param {string} code */
export function display(code) {
  return [code.slice(0, 4), code.slice(4, 8), code.slice(8)].filter(Boolean).join(" ");
}

/**
 * What can be said of a code while it is being typed.
 * @param {string} text
 * @returns {{letters: string, state: "empty"|"partial"|"good"|"bad", sentence: string}}
 */
export function typedSoFar(text) {
  const letters = isLonger(text, TYPED_MAX) ? "" : normalise(text);
  const foreign = Array.from(letters).find((letter) => !isCrockford(letter));
  const missing = CODE_LENGTH - letters.length;
  if (letters === "") return { letters, state: "empty", sentence: "" };
  if (foreign) return { letters, state: "bad", sentence: `«\u00a0${foreign}\u00a0» n’est jamais dans un code. Relisez cette lettre.` };
  if (missing < 0) return { letters, state: "bad", sentence: "C’est trop long : un code compte 13 lettres et chiffres." };
  if (missing > 0) {
    return { letters, state: "partial", sentence: missing === 1 ? "Encore 1 lettre." : `Encore ${missing} lettres.` };
  }
  if (isChecked(letters)) return { letters, state: "good", sentence: "Code bien écrit." };
  return { letters, state: "bad", sentence: "Une lettre est fausse, ou deux sont échangées. Relisez le code." };
}
