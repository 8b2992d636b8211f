/**
 * The signed list of waves that a device holds offline: keys of tickets, dates, scope, limits, blocked booklets.
 *
 * The keys that sign bundles are pinned with the first one, fetched with the device's own token; later ones must be
 * signed by a pinned key, and bring the next set.
 */
import { fromBase64url } from "./bytes.js";
import { HOUR } from "./day.js";
import { verifySignature } from "./ed25519.js";
import { Refusal } from "./refusal.js";

const FORMAT = 1;

/** @typedef {{bundle: string, signatures: {kid: number, signature: string}[]}} Envelope as the server gives it */
/** @typedef {{code: string, name: string, theme: string, starts_on: string, ends_on: string|null}} Service */
/**
 * @typedef {object} Wave
 * @property {number} number
 * @property {string} name
 * @property {string} valid_from
 * @property {string} valid_until
 * @property {string} redeemable_until
 * @property {number} ticket_minutes
 * @property {number} shortest_act_minutes
 * @property {string[]} services empty: all
 * @property {string[]} communes empty: all
 * @property {string[]} sites empty: all
 * @property {string[]} required_answers
 * @property {number} list_warn_hours
 * @property {number|null} list_stop_hours null: only warn
 * @property {number} offline_device_hours
 * @property {number} offline_site_hours
 * @property {number} typed_device_hours
 * @property {number} skew_minutes
 * @property {number} undo_minutes
 * @property {[number, number][]} blocked booklet number, mask of positions
 */
/**
 * @typedef {object} Bundle
 * @property {number} issuedAt
 * @property {Record<string, Uint8Array<ArrayBuffer>>} keys of tickets
 * @property {Record<string, string>} pins keys of the next bundles
 * @property {Service[]} services
 * @property {Map<number, Wave>} waves by number
 */

/**
 * Read a bundle and prove it.
 * @param {Envelope} envelope
 * @param {Record<string, string>|null} pins the pinned keys; null for the first bundle after pairing
 * @returns {Promise<Bundle>}
 */
export async function openBundle(envelope, pins) {
  const raw = fromBase64url(envelope.bundle);
  const content = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
  if (content.format !== FORMAT) throw new Refusal("BUNDLE_FORMAT_UNKNOWN");
  await proveSigned(raw, envelope.signatures, pins ?? content.bundle_keys);
  return {
    issuedAt: Date.parse(content.issued_at),
    keys: Object.fromEntries(
      Object.entries(content.public_keys).map(([kid, key]) => [kid, fromBase64url(String(key))]),
    ),
    pins: content.bundle_keys,
    services: content.services,
    waves: new Map(content.waves.map((/** @type {Wave} */ wave) => [wave.number, wave])),
  };
}

/**
 * @param {Uint8Array<ArrayBuffer>} raw
 * @param {Envelope["signatures"]} signatures
 * @param {Record<string, string>} keys
 */
async function proveSigned(raw, signatures, keys) {
  for (const { kid, signature } of signatures) {
    const key = keys[kid];
    if (key && (await verifySignature(fromBase64url(key), fromBase64url(signature), raw))) return;
  }
  throw new Refusal("BUNDLE_FORGED");
}

/**
 * @param {Wave} wave
 * @param {number} number of the booklet
 * @param {number} position of the ticket, from 1
 */
export function isBlocked(wave, number, position) {
  return wave.blocked.some(([booklet, mask]) => booklet === number && ((mask >> (position - 1)) & 1) === 1);
}

/**
 * Whether a list may still be relied upon. A clock set back makes no list younger: `now` is the latest ever seen.
 * @param {Bundle|null} bundle
 * @param {Wave[]} waves those of the tickets; none when no signature tells which, then every wave's limit counts
 * @param {number} now
 * @returns {"fresh"|"old"|"stopped"|"missing"}
 */
export function freshness(bundle, waves, now) {
  if (!bundle) return "missing";
  const judged = waves.length ? waves : Array.from(bundle.waves.values());
  const hours = (now - bundle.issuedAt) / HOUR;
  if (judged.some((wave) => wave.list_stop_hours !== null && hours > wave.list_stop_hours)) return "stopped";
  return judged.some((wave) => hours > wave.list_warn_hours) ? "old" : "fresh";
}
