/**
 * What a device refuses by itself, offline: what it can know to be false, in the order of mediation/policies/redemption.py.
 *
 * 1 unknown (no good signature) · 2, 4, 5 replaced, blocked, void: one list says all three · 3 already used, here ·
 * 6 expired · 8 wave not begun · 10 place without label · 11 service, place or commune not bought · 13 length of the act.
 * Reception and funding (7, 9) are known to the server alone, answers (12) are asked before the tap. Then what depends on the device: a list too old, its caps.
 */
import { freshness, isBlocked } from "./bundle.js";
import { parisDay, shortDay } from "./day.js";
import { Refusal } from "./refusal.js";

/** @typedef {import("./bundle.js").Bundle} Bundle */
/** @typedef {import("./bundle.js").Wave} Wave */
/** @typedef {{uid: string, name: string, commune_code: string, is_labelled: boolean, label_ends_on: string|null}} Place */
/** @typedef {{code: string, series: number|null, number: number|null, position: number|null, wave: number|null}} Known a ticket; nulls when typed */
/** @typedef {{at: number, isHere: boolean}} Spent */
/**
 * @typedef {object} Circumstances
 * @property {Bundle|null} bundle
 * @property {Place} place
 * @property {string|null} service code, when it is chosen
 * @property {number} at the clock of the device at the act
 * @property {number} latest the latest clock ever seen, for the age of the list
 */

/**
 * Reasons 1 to 11 for one ticket, then the age of the list. Null: nothing known against it.
 * @param {Known} ticket
 * @param {Spent|undefined} spent
 * @param {Circumstances} here
 * @returns {Refusal|null}
 */
export function judgeTicket(ticket, spent, here) {
  const { bundle } = here;
  if (!bundle) return new Refusal("LIST_MISSING");
  const wave = ticket.series === null ? null : (bundle.waves.get(ticket.series) ?? undefined);
  if (wave === undefined) return new Refusal("WAVE_UNKNOWN");
  if (wave && isBlocked(wave, ticket.number ?? 0, ticket.position ?? 0)) return new Refusal("TICKET_BLOCKED");
  if (spent) return alreadyUsed(spent);
  const day = parisDay(here.at);
  const refusal = (wave && judgeDates(wave, day)) || judgePlace(here.place, wave, here.service, bundle, day);
  if (refusal) return refusal;
  return freshness(bundle, wave ? [wave] : [], here.latest) === "stopped" ? new Refusal("LIST_TOO_OLD") : null;
}

/** @param {Spent} spent */
function alreadyUsed(spent) {
  const when = shortDay(parisDay(spent.at));
  return new Refusal("TICKET_ALREADY_REDEEMED", { when, here: spent.isHere ? " dans votre lieu" : "" });
}

/** @param {Wave} wave @param {string} day */
function judgeDates(wave, day) {
  if (day > wave.redeemable_until) return new Refusal("TICKET_EXPIRED", { until: shortDay(wave.redeemable_until) });
  return day < wave.valid_from ? new Refusal("WAVE_NOT_OPEN_FOR_USE", { wave: wave.name }) : null;
}

/** @param {Place} place @param {Wave|null} wave @param {string|null} code @param {Bundle} bundle @param {string} day */
function judgePlace(place, wave, code, bundle, day) {
  const ended = place.label_ends_on !== null && place.label_ends_on < day;
  if (!place.is_labelled || ended) return new Refusal("SITE_NOT_LABELLED", { day: shortDay(day) });
  if (!wave) return null;
  const service = bundle.services.find((one) => one.code === code);
  if (code && (!service || !isOffered(service, wave, day))) return new Refusal("SERVICE_NOT_BOUGHT", { wave: wave.name });
  const elsewhere = wave.sites.length > 0 && !wave.sites.includes(place.uid);
  const outside = wave.communes.length > 0 && !wave.communes.includes(place.commune_code);
  return elsewhere || outside ? new Refusal("PLACE_NOT_BOUGHT", { wave: wave.name }) : null;
}

/**
 * @param {import("./bundle.js").Service} service
 * @param {Wave} wave
 * @param {string} day
 */
export function isOffered(service, wave, day) {
  const runs = service.starts_on <= day && (service.ends_on === null || day <= service.ends_on);
  return runs && (wave.services.length === 0 || wave.services.includes(service.code));
}

/**
 * Reason 13: hours are rounded up, per person; in a workshop a booklet stands for a person. The last hour may be begun
 * only: every ticket but the longest one must be filled.
 * @param {Known[]} tickets
 * @param {Bundle|null} bundle
 * @param {{minutes: number, type: string}} act
 * @returns {Refusal|null} with `offer`: the ranks of the tickets that would be taken
 */
export function judgeLength(tickets, bundle, { minutes, type }) {
  const waves = tickets.map((one) => bundle?.waves.get(one.wave ?? -1));
  const shortest = Math.max(0, ...waves.map((wave) => wave?.shortest_act_minutes ?? 0));
  if (minutes < shortest) return new Refusal("ACT_TOO_SHORT", { minutes: shortest });
  /** @type {Refusal|null} */
  let refusal = null;
  const offer = [];
  for (const ranks of people(tickets, type)) {
    const lengths = ranks.map((rank) => waves[rank]?.ticket_minutes ?? USUAL_MINUTES);
    let allowed = lengths.length;
    while (allowed > 1 && !isFilled(lengths.slice(0, allowed), minutes)) allowed -= 1;
    if (allowed < ranks.length) refusal ??= new Refusal("TOO_MANY_TICKETS", { asked: ranks.length, minutes, allowed });
    offer.push(...ranks.slice(0, allowed));
  }
  if (refusal) refusal.details.offer = offer.sort((one, other) => one - other);
  return refusal;
}

const USUAL_MINUTES = 60; // of a typed ticket whose wave nobody told

/** @param {number[]} lengths @param {number} minutes */
function isFilled(lengths, minutes) {
  return lengths.reduce((sum, length) => sum + length, 0) - Math.max(...lengths) < minutes;
}

/**
 * The ranks of each person's tickets. Individuel: all are of one person; collectif: a booklet is a person, a typed
 * ticket alone is one.
 * @param {Known[]} tickets
 * @param {string} type
 * @returns {number[][]}
 */
export function people(tickets, type) {
  /** @type {Map<string, number[]>} */
  const found = new Map();
  tickets.forEach((ticket, rank) => {
    const booklet = ticket.series === null ? ticket.code : `${ticket.series}/${ticket.number}`;
    const person = type === "collectif" ? booklet : "";
    found.set(person, [...(found.get(person) ?? []), rank]);
  });
  return Array.from(found.values());
}
