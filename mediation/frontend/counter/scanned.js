/** Whatever a camera, a hand scanner or a keyboard gives: the order of docs/codes.md §6, as passnum/kit/codes/url.py. */
import { parseCode } from "./code.js";
import { isCrockford, isLonger, normalise, parseRef, REF_LENGTH } from "./crockford.js";
import { canonicalPayload } from "./payload.js";
import { Refusal } from "./refusal.js";

const SCANNED_MAX = 1024;
const TYPED_LETTERS_MAX = 20;
const BLANKS = /^[ \t\r\n\u00a0\ufeff]+|[ \t\r\n\u00a0\ufeff]+$/g;
const ADDRESS = /^(?:https?:\/\/)?[^/?# \t\r\n]+\/t\/(?<ref>[^/?#]+)\/?(?:\?[^#]*)?(?:#(?<fragment>[\s\S]*))?$/i;
const PAYLOAD_LIKE = /^[A-Za-z2-7 \t\r\n]{64,}$/;

/**
 * @typedef {object} Scanned
 * @property {string|null} ref
 * @property {string|null} payload
 * @property {string|null} code
 */

/**
 * Recognise an address (any host), a bare payload, a typed code or a reference; only the form is checked.
 * @param {string} text
 * @returns {Scanned}
 */
export function parseScanned(text) {
  if (isLonger(text, SCANNED_MAX)) throw new Refusal("SCAN_UNREADABLE");
  const bare = text.replace(BLANKS, "").replace(/^\]Q[0-9]/, "");
  const found = ADDRESS.exec(bare)?.groups;
  if (!found) return parseBare(bare);
  const ref = parseRef(found.ref);
  return { ref, payload: found.fragment ? canonicalPayload(found.fragment) : null, code: null };
}

/**
 * @param {string} text
 * @returns {Scanned}
 */
function parseBare(text) {
  const letters = normalise(text);
  if (letters && letters.length <= TYPED_LETTERS_MAX && isCrockford(letters)) {
    if (letters.length === REF_LENGTH) return { ref: parseRef(text), payload: null, code: null };
    return { ref: null, payload: null, code: parseCode(text) };
  }
  if (PAYLOAD_LIKE.test(text)) return { ref: null, payload: canonicalPayload(text), code: null };
  throw new Refusal("SCAN_UNREADABLE");
}
