/** The tickets of one act, and what is known of each. Everything here returns a new basket. */
import { people } from "./rules.js";

export const MOST_TICKETS = 60;

/**
 * @typedef {object} BasketTicket
 * @property {string} code canonical
 * @property {string} sent what goes to the server: the signed payload, or the typed code
 * @property {number|null} series signed; null when the code was typed
 * @property {number|null} wave its number, once it is known
 * @property {number|null} number
 * @property {number|null} position
 * @property {"unknown"|"good"|"bad"} state
 * @property {string} reason code of a refusal
 * @property {string} sentence
 * @property {number|null} hoursLeft
 * @property {boolean} awaits the hand-over is to be confirmed
 * @property {string} booklet printed number, once the server told it
 * @property {import("./answers.js").PersonAnswers} answers
 */
/**
 * @typedef {object} Basket
 * @property {BasketTicket[]} tickets
 * @property {string|null} key drawn once, when the act is first sent
 * @property {string[]|null} offer codes of the tickets that a refusal said would be taken; null: nothing was refused
 */

/** @type {Basket} */
export const EMPTY = { tickets: [], key: null, offer: null };

/**
 * @param {{code: string, sent: string, series?: number|null, number?: number|null, position?: number|null}} read
 * @returns {BasketTicket}
 */
export function freshTicket({ code, sent, series = null, number = null, position = null }) {
  const unknown = { state: /** @type {const} */ ("unknown"), reason: "", sentence: "", hoursLeft: null, awaits: false };
  return { code, sent, series, number, position, wave: series, ...unknown, booklet: "", answers: {} };
}

/** @param {BasketTicket} ticket */
export function labelOf(ticket) {
  if (ticket.booklet) return `Carnet ${ticket.booklet}, ticket\u00a0${ticket.position}`;
  if (ticket.series === null) return `Code tapé, fin en ${ticket.code.slice(-3)}`;
  return `Carnet n°\u00a0${ticket.number}, ticket\u00a0${ticket.position}`;
}

/** @param {Basket} basket @param {BasketTicket} ticket @returns {{basket: Basket, sentence: string}} */
export function added(basket, ticket) {
  if (basket.tickets.some((one) => one.code === ticket.code)) {
    return { basket, sentence: "Ce ticket est déjà dans la liste." };
  }
  if (basket.tickets.length >= MOST_TICKETS) return { basket, sentence: `${MOST_TICKETS} tickets au plus à la fois.` };
  return { basket: { ...EMPTY, tickets: [...basket.tickets, ticket] }, sentence: "" };
}

/** @param {Basket} basket @param {string} code @returns {Basket} */
export const without = (basket, code) => ({ ...EMPTY, tickets: basket.tickets.filter((one) => one.code !== code) });

/** @param {Basket} basket @param {string} code @param {Partial<BasketTicket>} known @returns {Basket} */
export function withKnown(basket, code, known) {
  return { ...basket, tickets: basket.tickets.map((one) => (one.code === code ? { ...one, ...known } : one)) };
}

// The ticket is good: another answer, another service, and it may be taken.
const MENDABLE = new Set(["ANSWER_MISSING", "SERVICE_NOT_BOUGHT"]);

/** @param {{code: string, message: string}} refusal @returns {Partial<BasketTicket>} */
export const knownAgainst = ({ code, message }) => ({
  state: MENDABLE.has(code) ? "unknown" : "bad",
  reason: code,
  sentence: message,
});

/** What a check or a refused basket says of one ticket. @param {any} told @returns {Partial<BasketTicket>} */
export function knownFrom(told) {
  const refusal = told.refusal ?? told;
  return {
    ...(told.is_accepted ? { state: "good", reason: "", sentence: "" } : knownAgainst(refusal)),
    hoursLeft: told.hours_left ?? null,
    awaits: Boolean(told.awaits_confirmation),
    ...(told.wave ? { wave: told.wave.number } : {}),
    ...(told.booklet ? { booklet: told.booklet, position: told.position } : {}),
  };
}

/**
 * @param {Basket} basket
 * @param {{tickets?: any[], offer?: number[]}} told details of a refused basket
 * @returns {Basket}
 */
export function withOutcomes(basket, { tickets = [], offer }) {
  const outcomes = new Map(tickets.map((one) => [one.rank, one]));
  return {
    key: null,
    tickets: basket.tickets.map((one, rank) => (outcomes.has(rank) ? { ...one, ...knownFrom(outcomes.get(rank)) } : one)),
    offer: offer ? basket.tickets.filter((_, rank) => offer.includes(rank)).map((one) => one.code) : null,
  };
}

/** @param {Basket} basket @returns {BasketTicket[]} those that may be taken */
function possibleOf({ tickets, offer }) {
  return tickets.filter((one) => one.state !== "bad" && (offer === null || offer.includes(one.code)));
}

/** Only what may be taken. @param {Basket} basket @returns {Basket} */
export const offered = (basket) => ({ ...EMPTY, tickets: possibleOf(basket) });

/** The first person's answers for all. @param {Basket} basket @returns {Basket} */
export function sameForAll(basket) {
  const answers = basket.tickets[0]?.answers ?? {};
  return { ...basket, tickets: basket.tickets.map((one) => ({ ...one, answers: { ...answers } })) };
}

/** @param {Basket} basket @param {string} type @param {number} hour minutes of a ticket */
export const usualMinutes = (basket, type, hour = 60) => hour * Math.max(1, ...people(basket.tickets, type).map((ranks) => ranks.length));

/**
 * The one big sentence before the tap: what was asked, what is possible.
 * @param {Basket} basket
 * @returns {{tone: "ok"|"warn"|"bad"|"info", sentence: string, possible: number}}
 */
export function verdict(basket) {
  const asked = basket.tickets.length;
  const possible = possibleOf(basket).length;
  const checked = basket.tickets.filter((one) => one.state === "good").length;
  if (possible < asked && possible > 0) {
    return { tone: "warn", possible, sentence: `${asked} heures demandées, ${possible} possible${possible > 1 ? "s" : ""}` };
  }
  if (possible === 0) {
    const sentence = asked === 1 ? basket.tickets[0].sentence : `Aucun de ces ${asked} tickets ne peut être utilisé`;
    return { tone: "bad", possible, sentence };
  }
  const plural = asked > 1 ? "s" : "";
  if (checked === asked) return { tone: "ok", possible, sentence: `${asked} ticket${plural} valable${plural}` };
  return { tone: "info", possible, sentence: `${asked} ticket${plural} lu${plural}` };
}
