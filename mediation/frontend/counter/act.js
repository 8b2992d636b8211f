/** What is sent for one act: frozen at the tap, the same online and offline, whatever happens on the way. */
import { labelOf } from "./basket.js";

/** @typedef {import("./basket.js").Basket} Basket */
/** @typedef {import("./answers.js").Answers} Answers */

/**
 * @param {Basket} basket
 * @param {Answers} answers
 * @param {{site: string, minutes: number, at: number, mediator: string|null}} where
 * @returns {any} an item of POST /device/acts, its key apart
 */
export function actBody(basket, answers, { site, minutes, at, mediator }) {
  const isWorkshop = answers.type === "collectif";
  const [first] = basket.tickets;
  const people = basket.tickets.map(({ answers: one }, rank) => ({
    rank,
    autonomy: one.autonomy || null,
    is_first: one.is_first ?? null,
  }));
  return {
    site,
    service: answers.service,
    codes: basket.tickets.map((ticket) => ticket.sent),
    minutes,
    type: answers.type,
    place_type: answers.place_type,
    themes: answers.themes,
    equipment: answers.equipment,
    autonomy: isWorkshop ? null : first.answers.autonomy || null,
    is_first: isWorkshop ? null : (first.answers.is_first ?? null),
    level: (isWorkshop && answers.level) || null,
    others_count: isWorkshop ? answers.others_count : 0,
    people: isWorkshop ? people : [],
    extra_paid_cents: 0,
    happened_at: new Date(at).toISOString(),
    mediator,
  };
}

/**
 * The same act as the phone keeps it: what the journal shows, what the caps count.
 * @param {Basket} basket
 * @param {{key: string, body: any, at: number, serviceName: string, isOffline: boolean}} told
 */
export function keptForm({ tickets }, told) {
  return {
    ...told,
    labels: tickets.map(labelOf),
    hours: tickets.length,
    typed: tickets.filter((one) => one.series === null).length,
  };
}

/** The same act as POST /redemptions takes it. @param {any} body */
export function onlineForm({ happened_at, ...body }) {
  return { ...body, device_at: happened_at };
}
