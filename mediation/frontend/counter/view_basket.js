/** The tickets of the act being prepared: the outcome of each, and in a workshop the answers of each person. */
import { labelOf, sameForAll, verdict, without } from "./basket.js";
import { counted } from "./day.js";
import { badge, button, h, icon, swap } from "./dom.js";
import { selectField } from "./fields.js";

/** @typedef {import("./app.js").App} App */
/** @typedef {import("./basket.js").BasketTicket} BasketTicket */

/** @type {import("./fields.js").Option[]} */
const FIRST_CHOICES = [["?", "Choisir…"], ["yes", "Oui"], ["no", "Non"]];
/** @type {import("./fields.js").Option[]} */
const UNTOLD = [["", "Non communiqué"]];

/** @param {boolean} isRequired @returns {import("./fields.js").Option[]} */
export const firstOptions = (isRequired) => (isRequired ? FIRST_CHOICES : [...FIRST_CHOICES, ...UNTOLD]);

/** @param {App} app @param {boolean} isRequired @returns {import("./fields.js").Option[]} */
export const autonomyOptions = (app, isRequired) => [
  ["?", "Choisir…"],
  ...app.page.choices.autonomy,
  ...(isRequired ? [] : UNTOLD),
];

/** @param {boolean|null|undefined} isFirst */
export const firstValue = (isFirst) => (isFirst === undefined ? "?" : isFirst === null ? "" : isFirst ? "yes" : "no");

/** @param {string} value @returns {boolean|null|undefined} */
export const firstFrom = (value) => (value === "?" ? undefined : value === "" ? null : value === "yes");

/** @param {App} app @param {HTMLElement} place */
export function showBasket(app, place) {
  const { tickets } = app.till.basket;
  if (!tickets.length) return swap(place);
  const isWorkshop = app.till.answers.type === "collectif";
  const items = tickets.map((ticket, rank) => ticketItem(app, ticket, rank, isWorkshop));
  const { sentence } = verdict(app.till.basket);
  return swap(place, h("h2", { id: "verdict" }, tickets.length > 1 ? sentence : "Ticket"), h("ol.basket", {}, ...items));
}

/** @param {App} app @param {BasketTicket} ticket @param {number} rank @param {boolean} isWorkshop */
function ticketItem(app, ticket, rank, isWorkshop) {
  const label = labelOf(ticket);
  const remove = button("Retirer", () => app.edit({ basket: without(app.till.basket, ticket.code) }), {
    kind: "quiet",
    more: { id: `remove-${rank}`, "aria-label": `Retirer\u00a0: ${label}` },
  });
  return h(
    "li",
    {},
    h("div.basket-line", {}, stateBadge(app, ticket), remove),
    h("strong", {}, label),
    ticket.hoursLeft !== null && h("span", {}, `${counted(ticket.hoursLeft, "heure")} sur ce carnet`),
    ticket.sentence && h("p", {}, ticket.sentence),
    ticket.awaits && h("p", {}, "La personne peut l’utiliser. La remise du carnet sera confirmée par son distributeur."),
    isWorkshop && ticket.state !== "bad" && personFields(app, ticket, rank),
  );
}

/** @param {App} app @param {BasketTicket} ticket */
function stateBadge(app, ticket) {
  if (ticket.state === "bad") return badge("bad", "Refusé");
  if (ticket.state === "good") return badge("ok", "Valable");
  if (app.connection.isOnline) return badge("idle", "Contrôle en cours");
  return ticket.series === null ? badge("warn", "À vérifier") : badge("ok", "Signature valable");
}

/** @param {App} app @param {BasketTicket} ticket @param {number} rank */
function personFields(app, ticket, rank) {
  const { autonomy, is_first: isFirst } = ticket.answers;
  const isAsked = (/** @type {string} */ name) => app.till.requiredOf(ticket).includes(name);
  return h(
    "div.person",
    {},
    selectField({
      id: `autonomy-${rank}`,
      label: "Autonomie",
      options: autonomyOptions(app, isAsked("AUTONOMY")),
      value: autonomy ?? "?",
      isRequired: isAsked("AUTONOMY"),
      change: (value) => app.answerPerson(ticket.code, { autonomy: value === "?" ? undefined : value }),
    }),
    selectField({
      id: `first-${rank}`,
      label: "Premier accompagnement",
      options: firstOptions(isAsked("IS_FIRST")),
      value: firstValue(isFirst),
      isRequired: isAsked("IS_FIRST"),
      change: (value) => app.answerPerson(ticket.code, { is_first: firstFrom(value) }),
    }),
    rank === 0 &&
      app.till.basket.tickets.length > 1 &&
      button("Même réponse pour tous", () => app.edit({ basket: sameForAll(app.till.basket) }), { kind: "quiet", more: { id: "same-for-all" } }),
  );
}

/** The button of the tap: what is possible, never what was refused. @param {App} app @param {HTMLElement} place */
export function showTap(app, place) {
  const { basket, running } = app.till;
  const { possible } = basket.tickets.length ? verdict(basket) : { possible: 0 };
  if (!possible) return swap(place);
  const isOffer = possible < basket.tickets.length;
  const hours = counted(possible, "heure");
  const words = running ? "Envoi…" : isOffer ? `Utiliser ${hours} possible${possible > 1 ? "s" : ""}` : `Utiliser ${hours}`;
  const tap = button("", () => app.tap(), { kind: "big", glyph: "check", more: { id: "tap", disabled: running !== null } });
  tap.append(h("span", {}, words));
  return swap(place, tap, isOffer && h("p.hint", {}, icon("info"), " Les tickets refusés ne seront pas utilisés."));
}
