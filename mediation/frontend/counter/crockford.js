/** Crockford's base 32, as passnum/kit/codes/crockford.py (docs/codes.md §1): same folding, letter by letter. */
import { Refusal } from "./refusal.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const REF_LENGTH = 10;
export const TYPED_MAX = 100;

/** @type {Record<string, string>} */
const LOOK_ALIKES = { O: "0", I: "1", L: "1" };
const FULL_WIDTH = 0xfee0;
const SEPARATORS = new Set(
  "\t\n\r -_." +
    "\u00a0\u00ad\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff" +
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
);

/**
 * @param {string} character one character
 * @returns {string} its canonical letter, nothing for a separator, itself when it is no letter of ours
 */
function fold(character) {
  if (SEPARATORS.has(character)) return "";
  let point = character.codePointAt(0) ?? 0;
  if (point >= 0x21 + FULL_WIDTH && point < 0x7f + FULL_WIDTH) point -= FULL_WIDTH;
  if (point < 0x21 || point > 0x7e) return character;
  if (point >= 0x61 && point <= 0x7a) point -= 0x20;
  const letter = String.fromCharCode(point);
  return SEPARATORS.has(letter) ? "" : (LOOK_ALIKES[letter] ?? letter);
}

/**
 * Upper case, separators dropped, O read as 0, I and L as 1. Never fails and never checks.
 * @param {string} text
 */
export function normalise(text) {
  return Array.from(text, fold).join("");
}

/** @param {string} text */
export function isCrockford(text) {
  return /^[0-9A-HJKMNP-TV-Z]*$/.test(text);
}

/**
 * Characters as Python counts them, without reading a text that is far too long.
 * @param {string} text
 * @param {number} max
 */
export function isLonger(text, max) {
  return text.length > max && (text.length > 2 * max || Array.from(text).length > max);
}

/**
 * @param {bigint} value
 * @param {number} length
 */
export function encode(value, length) {
  let letters = "";
  for (let rest = value, i = 0; i < length; i += 1, rest >>= 5n) letters = ALPHABET[Number(rest & 31n)] + letters;
  return letters;
}

/** @param {string} letters canonical */
export function decode(letters) {
  let value = 0n;
  for (const letter of letters) value = (value << 5n) | BigInt(ALPHABET.indexOf(letter));
  return value;
}

/**
 * The canonical reference that someone typed or scanned.
 * @param {string} text
 */
export function parseRef(text) {
  const ref = isLonger(text, TYPED_MAX) ? "" : normalise(text);
  if (ref.length !== REF_LENGTH || !isCrockford(ref)) throw new Refusal("REF_MALFORMED");
  return ref;
}
