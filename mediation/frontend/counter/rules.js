/**
 * What a device refuses by itself, offline: what it can know to be false, in the order of mediation/policies/redemption.py.
 *
 * 1 unknown (no good signature) · 2, 4, 5 replaced, blocked, void: one list says all three · 3 already used, here ·
 * 6 expired · 8 wave not begun · 10 place without label · 11 service, place or commune not bought · 12 length of the act.
 * Reception and funding (7, 9) are known to the server alone. Then what depends on the device: a list too old, its caps.
 */
import { freshness, isBlocked } from "./bundle.js";
import { parisDay, shortDay } from "./day.js";
import { Refusal } from "./refusal.js";

/** @typedef {import("./bundle.js").Bundle} Bundle */
/** @typedef {import("./bundle.js").Wave} Wave */
/** @typedef {{uid: string, name: string, commune_code: string, is_labelled: boolean, label_ends_on: string|null}} Place */
/** @typedef {{code: string, series: number|null, number: number|null, position: number|null}} Known a ticket; nulls when typed */
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
 * Reason 12: hours are rounded up, per person; in a workshop a booklet stands for a person.
 * @param {Known[]} tickets
 * @param {Wave[]} waves of the signed ones
 * @param {{minutes: number, type: string}} act
 * @returns {Refusal|null}
 */
export function judgeLength(tickets, waves, act) {
  if (!waves.length) return null;
  const shortest = Math.max(...waves.map((wave) => wave.shortest_act_minutes));
  if (act.minutes < shortest) return new Refusal("ACT_TOO_SHORT", { minutes: shortest });
  const allowed = Math.ceil(act.minutes / Math.min(...waves.map((wave) => wave.ticket_minutes)));
  const asked = mostOfOnePerson(tickets, act.type);
  return asked > allowed ? new Refusal("TOO_MANY_TICKETS", { asked, minutes: act.minutes, allowed }) : null;
}

/**
 * @param {Known[]} tickets
 * @param {string} type individuel: all are of one person; collectif: a booklet is a person, a typed ticket alone is one
 * @returns {number}
 */
export function mostOfOnePerson(tickets, type) {
  if (type !== "collectif") return tickets.length;
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const ticket of tickets) {
    const person = ticket.series === null ? ticket.code : `${ticket.series}/${ticket.number}`;
    counts.set(person, (counts.get(person) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
