/** What stands after `#` in the QR code: 81 signed bytes as 130 base32 letters (docs/codes.md §5). */
import { codeFromBits } from "./code.js";
import { verifySignature } from "./ed25519.js";
import { Refusal } from "./refusal.js";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PREFIX = new TextEncoder().encode("passnum:payload:1\0");
const LENGTH = 130;
const HEAD = 17;
const TEXT_MAX = 1024;

/**
 * @typedef {object} Payload
 * @property {number} kid
 * @property {number} series the number of the wave
 * @property {number} number of the booklet in its wave
 * @property {number} position of the ticket in its booklet, from 1
 * @property {string} code
 * @property {Uint8Array<ArrayBuffer>} signed
 * @property {Uint8Array<ArrayBuffer>} signature
 */

/**
 * The one spelling of a payload.
 * @param {string} text
 */
export function canonicalPayload(text) {
  if (text.length > TEXT_MAX || !/^[\x00-\x7f]*$/.test(text)) throw new Refusal("PAYLOAD_MALFORMED");
  const letters = text.replace(/[ \t\r\n]/g, "").toUpperCase();
  if (letters.length !== LENGTH || !/^[A-Z2-7]*[AEIMQUY4]$/.test(letters)) throw new Refusal("PAYLOAD_MALFORMED");
  return letters;
}

/** @param {string} letters canonical */
function bytesOf(letters) {
  const bytes = new Uint8Array(Math.floor((letters.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of letters) {
    held = ((held << 5) | LETTERS.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  return bytes;
}

/**
 * Read a payload without trusting it.
 * @param {string} text
 * @returns {Payload}
 */
export function unpack(text) {
  const raw = bytesOf(canonicalPayload(text));
  const view = new DataView(raw.buffer);
  if (view.getUint8(0) !== 1) throw new Refusal("PAYLOAD_FORMAT_UNKNOWN");
  const kid = view.getUint8(1);
  const bits = view.getBigUint64(9);
  if (kid === 0 || bits >> 60n) throw new Refusal("PAYLOAD_MALFORMED");
  const signed = new Uint8Array(PREFIX.length + HEAD);
  signed.set(PREFIX);
  signed.set(raw.subarray(0, HEAD), PREFIX.length);
  return {
    kid,
    series: view.getUint16(2),
    number: view.getUint32(4),
    position: view.getUint8(8),
    code: codeFromBits(bits),
    signed,
    signature: raw.slice(HEAD),
  };
}

/**
 * The same payload, proved.
 * @param {Payload} payload
 * @param {Record<string, Uint8Array<ArrayBuffer>>} keys kid → public key
 */
export async function verify(payload, keys) {
  const key = keys[payload.kid];
  if (!key) throw new Refusal("PAYLOAD_KEY_UNKNOWN");
  if (!(await verifySignature(key, payload.signature, payload.signed))) throw new Refusal("PAYLOAD_FORGED");
  return payload;
}
